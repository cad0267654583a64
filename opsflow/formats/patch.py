"""What an edit would change, as a patch that `git apply` takes: byte for byte, or made safe to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff

from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible

_COLOURS = {"+": "good", "-": "bad", "@": "dim"}
Files = Mapping[str, tuple[bytes | None, bytes | None]]


def render(
    files: Files, moved: Mapping[str, str], *, prefix: str = "", safe: bool = True, paint: Paint = plain
) -> str:
    """The patch of files, by path, with their bytes before and after; `moved` has new paths and old ones.

    `prefix` is the board's folder in its repository, "" or such as "ops/board/": Git wants paths from the
    top. `safe`: what acts on a terminal is shown as signs, and a patch of such lines fits no file.
    """
    lines = [line for path in files for line in _file(path, files, moved, prefix, _shown if safe else str)]
    return "".join(f"{paint(line, _COLOURS.get(line[:1], ''))}\n" for line in lines)


def _file(
    path: str, files: Files, moved: Mapping[str, str], prefix: str, shown: Callable[[str], str]
) -> Iterator[str]:
    if path in moved.values():
        return  # told with its new path
    old = moved.get(path, path)
    before, after = files[old][0], files[path][1]
    yield f"diff --git {_quoted(f'a/{prefix}{old}')} {_quoted(f'b/{prefix}{path}')}"
    if old != path:
        yield from (f"rename from {_quoted(prefix + old)}", f"rename to {_quoted(prefix + path)}")
    elif before is None:
        yield "new file mode 100644"
    elif after is None:
        yield "deleted file mode 100644"
    if before != after:
        yield f"--- {_quoted(f'a/{prefix}{old}') if before is not None else '/dev/null'}"
        yield f"+++ {_quoted(f'b/{prefix}{path}') if after is not None else '/dev/null'}"
        yield from _hunks(before or b"", after or b"", shown)


def _quoted(path: str) -> str:
    """A path as Git writes it in a patch: in quotes, and by its bytes, where it holds what could act."""
    if visible(path) == path and not {*'"\\'} & {*path}:
        return path
    signs = (
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}"
        for byte in path.encode("utf-8", "surrogateescape")
    )
    return f'"{"".join(signs)}"'


def _hunks(before: bytes, after: bytes, shown: Callable[[str], str]) -> Iterator[str]:
    sides = [data.decode("utf-8", "backslashreplace").split("\n") for data in (before, after)]
    lines = [[*(f"{line}\n" for line in side[:-1]), *filter(None, side[-1:])] for side in sides]
    for line in [*unified_diff(lines[0], lines[1])][2:]:
        yield line[:1] + shown(line[1:].rstrip("\n")) if line[0] != "@" else line.rstrip("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _shown(line: str) -> str:
    """A line made safe to show. A byte order mark, tabs and the CR of a CRLF stay: they harm nobody."""
    mark = line[:1] if line[:1] == "\ufeff" else ""
    end = line[-1:] if line[-1:] == "\r" else ""
    parts = line[len(mark) : len(line) - len(end)].split("\t")
    return mark + "\t".join(map(visible, parts)) + end

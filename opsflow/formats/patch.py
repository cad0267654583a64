"""What an edit would change, as a patch that `git apply` takes; made safe to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff

from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible

_COLOURS = {"+": "good", "-": "bad", "@": "dim"}


def render(
    files: Mapping[str, tuple[bytes | None, bytes | None]], moved: Mapping[str, str], *, paint: Paint = plain
) -> str:
    """The patch of files, by path, with their bytes before and after; `moved` has new paths and old ones."""
    lines = [line for path in files for line in _file(path, files, moved)]
    return "".join(f"{paint(line, _COLOURS.get(line[:1], ''))}\n" for line in lines)


def _file(
    path: str, files: Mapping[str, tuple[bytes | None, bytes | None]], moved: Mapping[str, str]
) -> Iterator[str]:
    if path in moved.values():
        return  # told with its new path
    old = moved.get(path, path)
    before, after = files[old][0], files[path][1]
    yield visible(f"diff --git a/{old} b/{path}")
    if old != path:
        yield from (visible(f"rename from {old}"), visible(f"rename to {path}"))
    elif before is None:
        yield "new file mode 100644"
    elif after is None:
        yield "deleted file mode 100644"
    if before != after:
        yield f"--- {visible(f'a/{old}') if before is not None else '/dev/null'}"
        yield f"+++ {visible(f'b/{path}') if after is not None else '/dev/null'}"
        yield from _hunks(before or b"", after or b"")


def _hunks(before: bytes, after: bytes) -> Iterator[str]:
    sides = [data.decode("utf-8", "backslashreplace").split("\n") for data in (before, after)]
    lines = [[*(f"{line}\n" for line in side[:-1]), *filter(None, side[-1:])] for side in sides]
    for line in [*unified_diff(lines[0], lines[1])][2:]:
        yield line[:1] + _shown(line[1:].rstrip("\n")) if line[0] != "@" else line.rstrip("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _shown(line: str) -> str:
    """A line made safe to show. A byte order mark and the CR of a CRLF stay: without them no patch fits."""
    mark = line[:1] if line[:1] == "\ufeff" else ""
    end = line[-1:] if line[-1:] == "\r" else ""
    return f"{mark}{visible(line[len(mark) : len(line) - len(end)])}{end}"

"""The one dialect of path patterns, for `items:`, `paths:` and `exclude:`.

`*`, `?` and `[abc]` match within a name, `**` matches any number of folders, and `folder/**` is all
that lies below a folder. A wildcard never matches a name's leading dot: hidden files are meant only
where the dot is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

_FOLDERS = r"(?:(?!\.)[^/]+/)*"
_BELOW = r"(?:(?!\.)[^/]+/)*(?!\.)[^/]+"


def matcher(globs: Iterable[str], exclude: Iterable[str] = ()) -> Callable[[str], bool]:
    """Whether a path matches one of `globs` and none of `exclude`."""
    wanted, unwanted = _either(tuple(globs)), _either(tuple(exclude))
    if unwanted is None:
        return lambda path: wanted is not None and wanted.fullmatch(path) is not None
    return lambda path: (
        wanted is not None and wanted.fullmatch(path) is not None and unwanted.fullmatch(path) is None
    )


def literal(glob: str) -> tuple[str, ...]:
    """The leading folders of a pattern that hold no wildcard: where a walk begins."""
    names = glob.split("/")
    plain = next((i for i, name in enumerate(names) if _WILD.search(name)), len(names) - 1)
    return tuple(names[: min(plain, len(names) - 1)])


_WILD = re.compile(r"[*?\[]")


@lru_cache(maxsize=64)
def _either(globs: tuple[str, ...]) -> re.Pattern[str] | None:
    parts = [_expression(glob) for glob in globs]
    return re.compile("|".join(parts), re.DOTALL) if parts else None


def _expression(glob: str) -> str:
    """A regular expression that takes linear time: what stands before a star is matched once, leftmost."""
    groups: list[list[str]] = [[]]
    for name in re.sub(r"(?:^|(?<=/))(?:\*\*/)+", "**/", glob).split("/"):
        if name == "**":
            groups.append([])
        else:
            groups[-1].append(_name(name))
    if len(groups) == 1:
        return "/".join(groups[0])
    first, *middle, last = ["".join(f"{name}/" for name in group) for group in groups]
    middles = "".join(f"(?>{_FOLDERS}?{group})" for group in middle)
    return first + middles + (_FOLDERS + last[:-1] if last else _BELOW)


def _name(name: str) -> str:
    """One name of a pattern, between two slashes."""
    first, *rest = [_plain(piece) for piece in re.sub(r"\*+", "*", name).split("*")]
    visible = r"(?!\.)" if name[:1] in ("*", "?", "[") else ""
    if not rest:
        return visible + first
    middle = "".join(f"(?>[^/]*?{piece})" for piece in rest[:-1])
    return f"{visible}{first}{middle}[^/]*{rest[-1]}"


def _plain(piece: str) -> str:
    """A piece of a name without stars. A bracket that is never closed stands for itself."""
    out = ""
    at = 0
    while at < len(piece):
        choice = re.compile(r"\[(!?)([^\]/\\]+)\]").match(piece, at)
        if choice:
            out += f"[{'^/' if choice[1] else ''}{_members(choice[2])}]"
            at = choice.end()
        else:
            out += "[^/]" if piece[at] == "?" else re.escape(piece[at])
            at += 1
    return out


def _members(text: str) -> str:
    """The inside of a bracket; a range that runs backwards is two characters and a hyphen."""
    escaped = re.sub(r"([\[\]^&~|])", r"\\\1", text)
    return re.sub(r"(.)-(.)", lambda m: m[0] if m[1] <= m[2] else f"{m[1]}\\-{m[2]}", escaped)

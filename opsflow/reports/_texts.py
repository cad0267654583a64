"""What differs between two versions of an item's file, field by field, without reading it as an item.

That is much cheaper than reading both, and enough for a list of hundreds of changes. What is not written as
`key:` at the beginning of a line is not told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from opsflow import words
from opsflow.model import NOTHING
from opsflow.reports import _edits

_FIELD = re.compile(r"([A-Za-z_][\w-]*):(?:[ \t]+(.*))?$")
_COMMENT = re.compile(r"(?:^|[ \t])#.*$")
_STEP = re.compile(r"\s*[-*] \[([ xX])\]")
_HEAD = "---"
SHORT = 32
"""A value of so many characters is said; of a longer one, that it was edited."""
PROSE = ("description", "public")
"""Texts: that they were edited is enough."""
_PLURAL = {"allow": "waivers", "depends_on": "dependencies", "checklist": "steps"}


def edits(before: bytes, after: bytes, renamed: Mapping[str, str] = NOTHING) -> list[str]:
    """What was edited, in words, in the order of the later version; empty where that cannot be told.

    `renamed` has the present names of states that were called otherwise: an item that follows has not moved.
    """
    was, is_ = _fields(before), _fields(after)
    if not was or not is_:
        return []
    told: list[str] = []
    quiet: list[str] = []
    for key in dict.fromkeys((*is_, *was)):
        old, new = was.get(key), is_.get(key)
        if old == new:
            continue
        name = _short(old) or "" if key == "state" else ""
        if name in renamed and renamed[name] == _short(new):
            told.append(f"state {name} is called {renamed[name]} now")
        elif said := _said(key, old, new):
            told.append(said)
        else:
            quiet.append(_PLURAL.get(key) or _edits.name_of(key))
    return [*told, f"{words.listed(quiet)} edited"] if quiet else told


def _fields(data: bytes) -> dict[str, list[str]]:
    """The lines of each field of a YAML file, or of a Markdown file's head; its text is the description."""
    lines = data.decode("utf-8", "replace").splitlines()
    rest: list[str] = []
    if lines and lines[0] == _HEAD:
        end = lines.index(_HEAD, 1) if _HEAD in lines[1:] else len(lines)
        lines, rest = lines[1:end], lines[end + 1 :]
    found = dict(_cut(lines))
    if found and any(line.strip() for line in rest):
        found["description"] = rest
    return found


def _cut(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    key, held = "", list[str]()
    for line in lines:
        if line.startswith("#"):
            continue
        if begun := _FIELD.match(line):
            if key:
                yield key, held
            key, held = begun[1], [_value(begun[2] or "")]
        else:
            held.append(line)
    if key:
        yield key, held


def _value(rest: str) -> str:
    """What stands behind a key, without a comment."""
    return (rest if rest[:1] in ("'", '"') else _COMMENT.sub("", rest)).strip()


def _said(key: str, was: list[str] | None, is_: list[str] | None) -> str:
    """A change of steps or of a short value; empty for any other."""
    if key == "checklist" and is_:
        steps = [step[1] for line in is_ if (step := _STEP.match(line))]
        return (
            f"{sum(step != ' ' for step in steps)} of {words.count(len(steps), 'step')} done" if steps else ""
        )
    name, old, new = _edits.name_of(key), _short(was), _short(is_)
    if key in PROSE or old is None or new is None:
        return ""
    if old and new:
        return f"{name} {old} → {new}"
    return f"{name} {new}" if new else f"no longer {name} {old}"


def _short(lines: list[str] | None) -> str | None:
    """A value of one short line; empty where there is none, None where there is more."""
    value = "\n".join(lines or ()).strip()
    if "\n" in value or len(value) > SHORT or value[:1] in ("|", ">", "[", "{", "&", "*", "!"):
        return None
    return value.strip("\"'")

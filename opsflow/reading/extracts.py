"""How one value is taken out of a foreign record: from a field, its path, its text, or a constant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple

from opsflow.model import Keys
from opsflow.reading.records import Record, descend, text_of
from opsflow.reading.regex import Pattern

MAX_TEXT = 256 << 10
"""So many characters of a record's text are searched for patterns and headings."""
MAX_VALUES = 1000
"""So many values of one list are taken."""
MAX_VALUE = 2000
"""So many characters of a value are kept that is no description: findings quote them."""

WAYS = ("field", "path", "text", "section", "value", "key", "body")
"""Where a value comes from; `field` where none is named."""


class Taken(NamedTuple):
    """What was found. No values: nothing was."""

    values: tuple[str, ...] = ()
    raw: str = ""
    """The first value as the record has it, before any pattern or map."""
    keys: Keys = ()
    """Where it stands in the record; () for what is not in a field."""


NOTHING = Taken()


@dataclass(frozen=True, slots=True)
class Condition:
    """A field has to have one of these texts; `*` stands for anything, "" for an absent field."""

    dotted: str
    texts: tuple[str, ...]
    """Folded."""
    negated: bool = False

    def holds(self, record: Record) -> bool:
        found = [fold(text) for text in _reached(record.value, self.dotted)[1]] or [""]
        return any(fnmatchcase(text, wanted) for text in found for wanted in self.texts) != self.negated


@dataclass(frozen=True, slots=True)
class Extract:
    """One way to a value."""

    way: str
    name: str = ""
    """The dotted field, the heading of the section, or the constant."""
    others: tuple[str, ...] = ()
    """Further fields, whose texts are joined to the first one's."""
    join: str = "/"
    pattern: Pattern | None = None
    """For `path` and `text`."""
    match: Pattern | None = None
    split: str | None = None
    """What parts a list that is written as one text; None: a comma, where no pattern finds the parts."""
    map: Mapping[str, str] = field(default_factory=dict)
    """Folded texts to values."""
    globs: tuple[tuple[str, str], ...] = ()
    """Those of the map that have a `*`, in its order."""
    other: str | None = None
    """What everything becomes that the map does not name; None: it stays."""
    prefix: str = ""
    suffix: str = ""
    number: bool = False
    first: bool = False
    default: str = ""
    lines: bool = False
    """Line ends are kept; else a value is one line."""
    when: tuple[Condition, ...] = ()

    def take(self, record: Record, path: str, many: bool) -> Taken:
        """The values; at most one where not `many`."""
        if self.when and not all(condition.holds(record) for condition in self.when):
            return NOTHING
        keys, found = self._found(record, path, many)
        out: list[str] = []
        raw = ""
        for text in found[:MAX_VALUES]:
            for part in self._parts(text, many):
                value = self._mapped(part)
                if value:
                    out.append(value if self.lines else value[:MAX_VALUE])
                    raw = raw or clean(text)[:MAX_VALUE]
            if out and (not many or self.first):
                del out[1:]
                break
        if not out and self.default:
            return Taken((self.default,), raw, keys)
        return Taken(tuple(dict.fromkeys(out[:MAX_VALUES])), raw, keys)

    def _found(self, record: Record, path: str, many: bool) -> tuple[Keys, list[str]]:
        if self.way == "field":
            keys, texts = _reached(record.value, self.name)
            if not self.others:
                return keys, texts
            parts = [texts, *(_reached(record.value, name)[1] for name in self.others)]
            joined = self.join.join(clean(part[0]) for part in parts if part)
            return keys, [joined] if joined else []
        return (), _OTHER_WAYS[self.way](self, record, path, many)

    def _parts(self, text: str, many: bool) -> list[str]:
        separator = self.split
        if separator is None and many and self.way != "text" and not self.match:
            separator = ","
        parts = text.split(separator)[:MAX_VALUES] if separator else [text]
        if not self.match:
            return parts
        if many:
            return [hit for part in parts for hit in self.match.every(part.strip())]
        hits = (self.match.first(part.strip()) for part in parts)
        return [hit for hit in hits if hit is not None]

    def _mapped(self, text: str) -> str:
        text = cleaned_lines(text) if self.lines else clean(text)
        if self.number:
            digits = text.lstrip("+#")
            text = (digits.lstrip("0") or "0") if digits.isdecimal() and digits.isascii() else ""
        if text and (self.map or self.globs or self.other is not None):
            text = self._looked_up(text)
        return f"{self.prefix}{text}{self.suffix}" if text else ""

    def _looked_up(self, text: str) -> str:
        folded = fold(text)
        found = self.map.get(folded)
        if found is None:
            found = next((value for glob, value in self.globs if fnmatchcase(folded, glob)), self.other)
        return text if found is None else found


def take(extracts: tuple[Extract, ...], record: Record, path: str, many: bool = False) -> Taken:
    """The first extract that finds anything; of `many`, what all of them find."""
    first = NOTHING
    values: tuple[str, ...] = ()
    for extract in extracts:
        taken = extract.take(record, path, many)
        if taken.values:
            if not many:
                return taken
            first = first if first.values else taken
            values += taken.values
        elif taken.keys and not first.keys:
            first = Taken((), "", taken.keys)
    return Taken(tuple(dict.fromkeys(values)), first.raw, first.keys) if values else first


# -- ways ---------------------------------------------------------------------------------------


def _from_path(extract: Extract, record: Record, path: str, many: bool) -> list[str]:
    hit = extract.pattern.first(path) if extract.pattern else None
    return [] if hit is None else [hit]


def _from_text(extract: Extract, record: Record, path: str, many: bool) -> list[str]:
    """The pattern is tried on each line: all hits for many, else the first line that has one."""
    out: list[str] = []
    for line in _text(record).split("\n"):
        if extract.pattern and many:
            out.extend(extract.pattern.every(line))
        elif extract.pattern and (hit := extract.pattern.first(line)) is not None:
            return [hit]
        if len(out) >= MAX_VALUES:
            break
    return out


_HEADING = re.compile(r"#{1,6}[ \t]+(.*)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})[ \t]*")
_BULLET = re.compile(r"[-*+] +")


def _from_section(extract: Extract, record: Record, path: str, many: bool) -> list[str]:
    """The lines below a Markdown heading: all of the section for many, else the first that is not empty."""
    wanted, inside = fold(extract.name), False
    out: list[str] = []
    lines = [line.strip() for line in _text(record).split("\n")]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        heading = _HEADING.fullmatch(line)
        if heading or (line and _UNDERLINE.fullmatch(below)):
            if inside:
                break
            inside = fold((heading[1] if heading else line)[:300].rstrip("# ")) == wanted
        elif inside and line and not _UNDERLINE.fullmatch(line):
            out.append(_BULLET.sub("", line, count=1))
            if not many:
                break
    return out


def _constant(extract: Extract, record: Record, path: str, many: bool) -> list[str]:
    return [extract.name]


def _from_key(extract: Extract, record: Record, path: str, many: bool) -> list[str]:
    return [record.name] if record.name else []


def _from_body(extract: Extract, record: Record, path: str, many: bool) -> list[str]:
    text = _text(record).strip("\n")
    return [text] if text else []


_OTHER_WAYS: Mapping[str, Callable[[Extract, Record, str, bool], list[str]]] = {
    "path": _from_path,
    "text": _from_text,
    "section": _from_section,
    "value": _constant,
    "key": _from_key,
    "body": _from_body,
}


def _text(record: Record) -> str:
    return text_of(record)[:MAX_TEXT]


def _reached(value: Any, dotted: str) -> tuple[Keys, list[str]]:
    """The texts at a dotted way, through mappings and lists of mappings, and the keys of the first field."""
    found = descend(value, dotted)
    if found:
        return found[0], list(_texts(found[1]))
    at = dotted.find(".")
    while at > 0:
        found = descend(value, dotted[:at])
        if found and isinstance(found[1], list):
            rest = dotted[at + 1 :]
            inner = (_reached(each, rest)[1] for each in found[1][:MAX_VALUES] if isinstance(each, dict))
            return found[0], [text for texts in inner for text in texts]
        at = dotted.find(".", at + 1)
    return (), []


def _texts(value: Any) -> Iterator[str]:
    """The scalars of a value or of its list; mappings hold none."""
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, bool):
            yield "true" if each else "false"
        elif isinstance(each, str) and each:
            yield each


# -- texts --------------------------------------------------------------------------------------


_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def clean(text: str) -> str:
    """One line without outer spaces and without characters that must never be printed."""
    if text.isprintable():
        return text.strip()
    return _UNPRINTABLE.sub("\ufffd", " ".join(text.split()))


def cleaned_lines(text: str) -> str:
    """Several lines, without characters that must never be printed."""
    return _UNPRINTABLE.sub("\ufffd", text)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """How texts are compared: letter case and runs of spaces do not count."""
    return " ".join(text.split()).casefold()


_BAD_IN_ID = re.compile(r"[^A-Za-z0-9._-]+")


def as_id(text: str) -> str:
    """An id that is safe as a file name and in an address; empty where nothing is left of it."""
    return _BAD_IN_ID.sub("-", text)[:100].strip(".-")

"""The little language that picks items: `--where "state = doing and due < today + 7d"`.

    what          = either { "or" either } ; either = one { "and" one }
    one           = "not" one | "(" what ")" | name [ comparison ]
    comparison    = ("=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "~") value
                  | ["not"] "in" ( "(" | "[" ) value { "," value } ( ")" | "]" )
    value         = word | "text" | number | date | length | "today" [ ("+" | "-") length ]

A name alone holds where the field has a value. `~` holds where the text contains the value, in any case.
A list (`labels`) equals a value that it contains. What has no value fits `!=` and `not in` alone.
Lengths are days: `12h` is 0.5. Nothing is evaluated: the language knows these words and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

Row = Mapping[str, Any]
"""Fields to text, numbers, bools, ISO days, lists of text, or None."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign><=|>=|==|!=|[=<>~()\[\],+])"""
    r"""|(?P<word>[^\s"'=<>~!()\[\],+]+))"""
)
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)([wdhm])")
_DAYS = {"w": 7.0, "d": 1.0, "h": 1 / 24, "m": 1 / 1440}
_SIGNS = ("=", "==", "!=", "<", "<=", ">", ">=", "~")
DEEPEST = 50
"""How deep parentheses and `not` may nest."""


class Wrong(Exception):
    """The text is not of the language; says where and why."""


class Query(NamedTuple):
    """A question to a row."""

    fits: Callable[[Row], bool]
    names: frozenset[str]
    """The fields that it asks about."""


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str, names: Mapping[str, str], today: date) -> Query:
    """The question that the text asks; Wrong where it is none, or asks about an unknown name.

    `names`: the words for fields that may be written, to the fields of the rows.
    """
    reader = _Reader(text, names, today)
    fits = reader.any_of(0)
    if reader.now.kind:
        raise reader.wrong("expected `and`, `or` or the end")
    return Query(fits, frozenset(reader.used))


_SHORT = re.compile(r"([^:=!]*)(:|!=|=)(.*)", re.DOTALL)


def shorthand(text: str, names: Mapping[str, str]) -> Query:
    """`key:value`, `key:one,other`, `key!=value`, or a word that the id or the title contains."""
    match = _SHORT.fullmatch(text)
    if match is None:
        return Query(_either(_contains("id", text), _contains("title", text)), frozenset(("id", "title")))
    key, wanted, negative = _known(match[1], names, text), match[3].split(","), match[2] == "!="
    return Query(lambda row: negative != any(_equal(row.get(key), one) for one in wanted), frozenset((key,)))


def _contains(name: str, part: str) -> Callable[[Row], bool]:
    return lambda row: part.casefold() in str(row.get(name, "")).casefold()


def _either(one: Callable[[Row], bool], other: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: one(row) or other(row)


def _known(name: str, names: Mapping[str, str], text: str) -> str:
    if name in names:
        return names[name]
    from difflib import get_close_matches

    near = get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]!r}?" if near else "`opsflow list --help` names the fields."
    raise Wrong(f"there is no field {name!r} in {text!r}; {hint}")


class _Reader:
    """Recursive descent over the tokens; `now` is the token that is read next."""

    def __init__(self, text: str, names: Mapping[str, str], today: date) -> None:
        self.text, self.names, self.today = text, names, today
        self.tokens = _tokens(text)
        self.place = 0
        self.used: set[str] = set()

    @property
    def now(self) -> _Token:
        return self.tokens[self.place]

    def wrong(self, why: str) -> Wrong:
        found = f"found {self.now.text!r}" if self.now.kind else "the text ends"
        return Wrong(f"{why}, but {found}\n  {self.text}\n  {' ' * self.now.at}^")

    def take(self, *texts: str) -> str | None:
        """The text of the token, if it is one of these, bare; reads on then."""
        if self.now.kind != "text" and self.now.text in texts:
            self.place += 1
            return self.tokens[self.place - 1].text
        return None

    def any_of(self, depth: int) -> Callable[[Row], bool]:
        parts = [self.all_of(depth)]
        while self.take("or"):
            parts.append(self.all_of(depth))
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def all_of(self, depth: int) -> Callable[[Row], bool]:
        parts = [self.one(depth)]
        while self.take("and"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def one(self, depth: int) -> Callable[[Row], bool]:
        if depth > DEEPEST:
            raise self.wrong("this nests too deep")
        if self.take("not"):
            part = self.one(depth + 1)
            return lambda row: not part(row)
        if self.take("("):
            inner = self.any_of(depth + 1)
            if not self.take(")"):
                raise self.wrong("expected `)`")
            return inner
        return self.comparison()

    def comparison(self) -> Callable[[Row], bool]:
        if self.now.kind != "word":
            raise self.wrong("expected the name of a field")
        name = _known(self.now.text, self.names, self.text)
        self.used.add(name)
        self.place += 1
        sign = self.take(*_SIGNS)
        if sign:
            wanted = self.value()
            return _COMPARE[sign](name, wanted)
        if self.now.text in ("in", "not") and self.now.kind == "word":
            return self.membership(name)
        return lambda row: bool(row.get(name))

    def membership(self, name: str) -> Callable[[Row], bool]:
        negative = self.take("not") is not None
        if not self.take("in"):
            raise self.wrong("expected `in`")
        end = {"(": ")", "[": "]"}.get(self.take("(", "[") or "")
        if end is None:
            raise self.wrong("expected `(`")
        wanted = [self.value()]
        while self.take(","):
            wanted.append(self.value())
        if not self.take(end):
            raise self.wrong(f"expected `,` or `{end}`")
        return lambda row: negative != any(_equal(row.get(name), one) for one in wanted)

    def value(self) -> str:
        if self.now.kind not in ("word", "text"):
            raise self.wrong("expected a value")
        kind, text, _ = self.now
        self.place += 1
        if kind == "word" and (text == "today" or text.startswith("today-")):
            return self.day(text)
        return text

    def day(self, text: str) -> str:
        sign, length = (-1, text[6:]) if text.startswith("today-") else (1, "")
        if not length and self.take("+"):
            length = self.now.text
            self.place += bool(self.now.kind)
        elif not length and self.now.text == "-" and self.now.kind == "word":
            self.place += 1
            sign, length = -1, self.now.text
            self.place += bool(self.now.kind)
        days = _days(length) if length else 0.0
        if days is None:
            self.place -= 1
            raise self.wrong("expected a length such as 7d")
        try:
            return (self.today + timedelta(days=sign * days)).isoformat()
        except OverflowError:
            raise self.wrong("expected a day that the calendar has") from None


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise Wrong(f"cannot read this\n  {text}\n  {' ' * start}^")
        kind = match.lastgroup or ""
        word = match[kind]
        if kind == "text":
            word = re.sub(r"\\(.)", r"\1", word[1:-1])
        found.append(_Token(kind, word, match.start(kind)))
        place = match.end()
    return [*found, _Token("", "", len(text.rstrip()))]


def _days(text: str) -> float | None:
    match = _LENGTH.fullmatch(text)
    return float(match[1]) * _DAYS[match[2]] if match else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return _days(text)


def _equal(value: Any, wanted: str) -> bool:
    if isinstance(value, (list, tuple)):
        return wanted in value
    if isinstance(value, bool):
        return wanted.casefold() in (("true", "yes") if value else ("false", "no"))
    if isinstance(value, (int, float)):
        return value == _number(wanted)
    return (value or "") == wanted


def _order(name: str, wanted: str, holds: Callable[[Any, Any], bool]) -> Callable[[Row], bool]:
    number = _number(wanted)

    def fits(row: Row) -> bool:
        value = row.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return number is not None and holds(value, number)
        return isinstance(value, str) and bool(value) and holds(value, wanted)

    return fits


def _like(name: str, wanted: str) -> Callable[[Row], bool]:
    def fits(row: Row) -> bool:
        value = row.get(name)
        texts = value if isinstance(value, (list, tuple)) else [value or ""]
        return any(wanted.casefold() in str(text).casefold() for text in texts)

    return fits


_COMPARE: dict[str, Callable[[str, str], Callable[[Row], bool]]] = {
    "=": lambda name, wanted: lambda row: _equal(row.get(name), wanted),
    "==": lambda name, wanted: lambda row: _equal(row.get(name), wanted),
    "!=": lambda name, wanted: lambda row: not _equal(row.get(name), wanted),
    "<": lambda name, wanted: _order(name, wanted, lambda one, other: one < other),
    "<=": lambda name, wanted: _order(name, wanted, lambda one, other: one <= other),
    ">": lambda name, wanted: _order(name, wanted, lambda one, other: one > other),
    ">=": lambda name, wanted: _order(name, wanted, lambda one, other: one >= other),
    "~": _like,
}

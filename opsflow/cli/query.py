"""The little language that picks items: `--where "state = doing and due < today + 7d"`.

    what          = either { "or" either } ; either = one { "and" one }
    one           = "not" one | "(" what ")" | name [ comparison ]
    comparison    = ("=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "~") value
                  | ["not"] "in" ( "(" | "[" ) value { "," value } ( ")" | "]" )
    value         = word | "text" | number | date | length | "none" | "today" [ ("+" | "-") length ]

A name alone holds where the field has a value, and `= none` where it has none. `~` holds where the text
contains the value, in any case. A list (`labels`) equals a value that it contains. What has no value
fits `!=` and `not in` alone. `blocked = yes` is `blocked`. Lengths are days: `12h` is 0.5. Nothing is
evaluated: the language knows these words and no others. What a field can never be is no value to compare it
with, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from opsflow.model import NOTHING
from opsflow.reading import values

Row = Mapping[str, Any]
"""Fields to text, numbers, bools, ISO days, lists of text, or None."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign><=|>=|==|!=|[=<>~()\[\],+])"""
    r"""|(?P<word>[^\s"'=<>~!()\[\],+]+))"""
)
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)([wdhm])")
_DAYS = {"w": 7.0, "d": 1.0, "h": 1 / 24, "m": 1 / 1440}
_YES, _NO = ("true", "yes"), ("false", "no")
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


class Form(NamedTuple):
    """What a field holds."""

    kind: str = ""
    """"day", "number", "flag", "text" or "prose", of which nobody knows the whole; empty: anything."""
    known: tuple[str, ...] = ()
    """The texts that it can be; empty: any."""
    whether: bool = False
    """Whether `yes` and `no` ask if it has a value."""
    titles: Mapping[str, str] = NOTHING
    """What people call a text that it can be, in small letters, to that text."""

    def meant(self, written: str) -> str:
        """The text that is meant by what is written: itself, or the one of which it is the title."""
        return written if written in self.known else self.titles.get(written.casefold(), written)


ANY = Form()
_NONE = "none"


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str, names: Mapping[str, str], today: date, forms: Mapping[str, Form]) -> Query:
    """The question that the text asks; Wrong where it is none, or asks about an unknown name.

    `names`: the words for fields that may be written, to the fields of the rows. `forms`: what these
    hold; a field that is not among them holds anything.
    """
    reader = _Reader(text, names, today, forms)
    fits = reader.any_of(0)
    if reader.now.kind:
        raise reader.wrong("expected `and`, `or` or the end")
    return Query(fits, frozenset(reader.used))


_SHORT = re.compile(r"([^:=!]*)(:|!=|=)(.*)", re.DOTALL)
_COMPARISON = re.compile(r"\s*\w+\s*(?:[<>~]|==)", re.ASCII)


def shorthand(text: str, names: Mapping[str, str], today: date, forms: Mapping[str, Form]) -> Query:
    """`key:value`, `key:one,other`, `key!=value`, or a word that the id or the title contains.

    Of prose, `key:value` fits where it contains the value. What compares, such as `due<2026-12-01`, is
    read as `parse` reads it.
    """
    if _COMPARISON.match(text):
        return parse(text, names, today, forms)
    match = _SHORT.fullmatch(text)
    if match is None:
        return Query(_either(_contains("id", text), _contains("title", text)), frozenset(("id", "title")))
    key, negative = _known(match[1].strip(), names, text), match[2] == "!="
    form = forms.get(key, ANY)
    part = match[2] == ":" and form.kind == "prose"
    wanted = [_short_value(key, form, one.strip(), text, today) for one in match[3].split(",")]
    tests = [_asked(key, form, one, part) for one in wanted]
    return Query(lambda row: negative != any(fits(row) for fits in tests), frozenset((key,)))


def _asked(name: str, form: Form, wanted: str, part: bool = False) -> Callable[[Row], bool]:
    """Whether a field equals a value, or has it as a part."""
    if form.whether and wanted.casefold() in (*_YES, *_NO):
        return lambda row: bool(row.get(name)) == (wanted.casefold() in _YES)
    if part and wanted:
        return _like(name, wanted)
    return lambda row: _equal(row.get(name), wanted)


def _short_value(key: str, form: Form, written: str, text: str, today: date) -> str:
    if form.kind == "day" and written == "today":
        return today.isoformat()
    if _is_none(form, written):
        return ""
    written = form.meant(written)
    why = _unfit(key, form, written) if written else ""
    if why:
        raise Wrong(f"{why}, in {text!r}")
    return written


def _is_none(form: Form, written: str) -> bool:
    return written == _NONE and written not in form.known and form.kind != "flag"


def _unfit(name: str, form: Form, written: str) -> str:
    """Why a field can never have this value; empty where it can."""
    if form.kind == "day" and values.day(written) is None:
        return f"{name} is a date, and {written!r} is none: write 2026-12-01, today or today + 7d"
    if form.kind == "number" and _number(written) is None:
        length = " or a length such as 2d" if name.endswith("_days") else ""
        return f"{name} is a number, and {written!r} is none: write 3{length}"
    if form.kind == "flag" and written.casefold() not in (*_YES, *_NO):
        return f"{name} is yes or no, and never {written!r}"
    if form.known and written not in form.known:
        near = _near(written, form.known)
        listed = ", ".join(form.known[:12]) + (" …" if len(form.known) > 12 else "")
        hint = f"did you mean {near!r}?" if near else f"there is {listed}"
        return f"{name} cannot be {written!r} ({hint})"
    return ""


def _near(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, [*known], 1)), "")


def _contains(name: str, part: str) -> Callable[[Row], bool]:
    return lambda row: part.casefold() in str(row.get(name, "")).casefold()


def _either(one: Callable[[Row], bool], other: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: one(row) or other(row)


def _known(name: str, names: Mapping[str, str], text: str) -> str:
    if name in names:
        return names[name]
    field, _, value = name.partition(":")
    if field in names:
        raise Wrong(f"a question compares with =; write {field} = {value or _NONE}, and not {name}")
    near = _near(name, names)
    hint = f"did you mean {near!r}?" if near else "`opsflow list --help` names the fields."
    raise Wrong(f"there is no field {name!r} in {text!r}; {hint}")


class _Reader:
    """Recursive descent over the tokens; `now` is the token that is read next."""

    def __init__(self, text: str, names: Mapping[str, str], today: date, forms: Mapping[str, Form]) -> None:
        self.text, self.names, self.today, self.forms = text, names, today, forms
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
            wanted = self.value(name, sign)
            if sign in ("=", "==", "!="):
                asked = _asked(name, self.forms.get(name, ANY), wanted)
                return (lambda row: not asked(row)) if sign == "!=" else asked
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
        wanted = [self.value(name)]
        while self.take(","):
            wanted.append(self.value(name))
        if not self.take(end):
            raise self.wrong(f"expected `,` or `{end}`")
        tests = [_asked(name, self.forms.get(name, ANY), one) for one in wanted]
        return lambda row: negative != any(fits(row) for fits in tests)

    def value(self, name: str, sign: str = "=") -> str:
        """The value that a field is compared with; empty stands for none."""
        if self.now.kind not in ("word", "text"):
            raise self.wrong("expected a value")
        form, (kind, text, at) = self.forms.get(name, ANY), self.now
        self.place += 1
        if sign == "~":
            return text
        bare, equal = kind == "word", sign in ("=", "==", "!=")
        if bare and form.kind in ("day", "") and (text == "today" or text.startswith("today-")):
            return self.day(text)
        if equal and (not text or (bare and _is_none(form, text))):
            return ""
        text = form.meant(text)
        why = _unfit(name, form if equal else form._replace(known=()), text)
        if why:
            raise Wrong(f"{why}\n  {self.text}\n  {' ' * at}^")
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
    number = values.number(text)
    return _days(text) if number is None else float(number)


def _equal(value: Any, wanted: str) -> bool:
    if isinstance(value, (list, tuple)):
        return wanted in value if wanted else not value
    if isinstance(value, bool):
        return wanted.casefold() in (_YES if value else _NO)
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
    "<": lambda name, wanted: _order(name, wanted, lambda one, other: one < other),
    "<=": lambda name, wanted: _order(name, wanted, lambda one, other: one <= other),
    ">": lambda name, wanted: _order(name, wanted, lambda one, other: one > other),
    ">=": lambda name, wanted: _order(name, wanted, lambda one, other: one >= other),
    "~": _like,
}

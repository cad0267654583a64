"""The fast reader of the canonical form: what the tool writes, and most of what people write.

It accepts only text whose meaning is beyond doubt, and then returns exactly what the reference
reader returns; for anything else it returns None. `python -m bench.fuzz` holds it to that. One
regular expression matches each entry of the document; what stands below a key and is more than a
plain list is read line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeAlias

from opsflow.reading.characters import LIMIT, is_plain, refused

Value: TypeAlias = str | list["Value"] | dict[str, "Value"] | None
"""Every scalar is its source text; None is a key with nothing after it."""

_MOST_NODES = 4900
_DEEPEST = 8

# A plain scalar in block style runs to the end of the line; `: ` inside it is doubtful, and ` #`
# begins a comment. Trailing spaces are not part of it.
_FIRST = r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=[A-Za-z0-9]))"
_PLAIN = rf"(?>{_FIRST}[^\n\t:#]*(?:(?::(?=[^ \n])|(?<! )#)[^\n\t:#]*)*)"
_COMMENT = r"(?:(?<= )#[^\n]*)?"
# A plain scalar in flow style is words between single spaces or colons.
_WORDS = r"(?>\w[\w./+()@-]*(?:[ :]\w[\w./+()@-]*)*)"
_DOUBLE = r'"(?P<double>[^"\\\n\t]*(?:\\["\\/][^"\\\n\t]*)*)"'
_SINGLE = r"'(?P<single>[^'\n\t]*(?:''[^'\n\t]*)*)'"
_NESTED = r"(?P<nested>[\[{][^\n\t#]*[\]}])"
_END = r"(?: +#[^\n]*| *)"

_ENTRY = re.compile(
    r"([A-Za-z_][A-Za-z0-9_-]{0,99}):(?:"
    rf" +(?P<plain>{_PLAIN}){_COMMENT}\n"
    rf"| +\[(?P<flow>{_WORDS}(?:, {_WORDS})*)?\]{_END}\n"
    r"| +\|(?P<chomp>-?)\n(?P<literal>(?P<pad> +)[^ \t\n][^\n]*\n(?:(?P=pad) *[^ \t\n][^\n]*\n|\n)*)"
    rf"|\n(?P<list>(?:  - {_PLAIN}(?<! )\n)+)(?![ -])"
    rf"| +{_DOUBLE}{_END}\n"
    rf"| +{_SINGLE}{_END}\n"
    rf"| +{_NESTED}{_END}\n"
    rf"|{_END}\n(?P<below>(?:\n| +#[^\n]*\n)*(?: +[^ \t\n#]|- )[^\n]*\n(?:(?: +[^ \t\n]|- )[^\n]*\n|\n)*)"
    rf"|(?P<nothing>{_END}\n)"
    r")|(?:#[^\n]*)?\n"
)
_ENTRIES = re.compile(rb"\n(?=[A-Za-z_])").split
"""An entry begins with the letter of its key at the beginning of a line, and no line inside one does."""
_ROOM = 32 << 20
"""Bytes of entries that a Recogniser remembers before it begins anew."""
# These are compiled by their first use: most files have nothing nested.
_SCALAR = rf"(?P<plain>{_PLAIN}){_COMMENT}|{_DOUBLE}{_END}|{_SINGLE}{_END}|{_NESTED}{_END}"
_PAIR = r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,99}):(?: +([^# ].*)|(?: +#.*| *))"
_TOKEN = (
    rf" *(?:(?P<mark>[\[\]{{}},])|(?P<key>[A-Za-z0-9_][A-Za-z0-9_.-]{{0,99}}): +|"
    rf"{_DOUBLE}|{_SINGLE}|(?P<plain>{_WORDS})(?=[ ,\]}}])) *"
)


class _DoubtError(Exception):
    """The reference reader has to decide."""


def recognise(data: bytes, wanted: Collection[str] | None = None) -> dict[str, Value] | None:
    """The document, if it is in canonical form and not empty; None if the reference has to decide.

    Where only some keys are `wanted`, the others are there, too, but what they say may be left out.
    """
    text = _plain_text(data)
    if text is None:
        return None
    out: dict[str, Value] = {}
    match: Any = None
    count = 0
    try:
        for match in iter(_ENTRY.scanner(text).match, None):  # type: ignore[attr-defined]
            kind = match.lastgroup
            if kind == "plain":
                out[match[1]] = match[2].rstrip(" ")
            elif kind is None:
                if match[1] is None:
                    continue
                out[match[1]] = []
            elif wanted is None or match[1] in wanted or kind not in _CERTAIN:
                out[match[1]] = _READ[kind](match)
            else:
                out[match[1]] = None
            count += 1
    except _DoubtError:
        return None
    return out if out and match.end() == len(text) and len(out) == count else None


class Recogniser:
    """`recognise` for many versions of the same items: an entry that was seen before is not read again.

    Its documents are to be looked at only, for they share their values.
    """

    def __init__(self, wanted: Collection[str]) -> None:
        self.wanted = wanted
        self._known: dict[bytes, tuple[str, Value]] = {}
        self._room = _ROOM

    def __call__(self, data: bytes) -> dict[str, Value] | None:
        """What `recognise` says of these bytes."""
        if data[-1:] != b"\n" or len(data) > LIMIT or _is_crowded(data):
            return recognise(data, self.wanted)
        entries = _ENTRIES(data.removeprefix(b"---\n")[:-1])
        pairs = [*map(self._known.get, entries)]
        if None in pairs:
            for n, entry in enumerate(entries):
                pairs[n] = pairs[n] or self._read(entry)
                if pairs[n] is None:
                    return recognise(data, self.wanted)
        out: dict[str, Value] = dict(pairs)  # type: ignore[arg-type]
        return out if len(out) == len(pairs) else None

    def _read(self, entry: bytes) -> tuple[str, Value] | None:
        """One entry's key and value; None where it is none, or the whole has to tell."""
        found = recognise(entry + b"\n", self.wanted)
        if found is None or len(found) > 1:
            return None
        [pair] = found.items()
        self._room -= len(entry)
        if self._room < 0:
            self._known.clear()
            self._room = _ROOM
        self._known[entry] = pair
        return pair


def _is_crowded(data: bytes) -> bool:
    """Whether a document may have more nodes than the reference reader takes without counting."""
    return len(data) > 1500 and 3 * (data.count(b"\n") + data.count(b",")) > _MOST_NODES


def _plain_text(data: bytes) -> str | None:
    """The text, ending in a line break; None for what the reference has to refuse or count."""
    if len(data) > LIMIT or _is_crowded(data):
        return None
    if is_plain(data):
        text = data.decode("ascii")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if refused(text):
            return None
        text = text.replace("\r\n", "\n")
    if text[-1:] != "\n":
        # Whether a literal block's last line then ends in a line break is the reference's to say.
        text = f"{text}\n" if " |\n" not in text else "\t"
    return text.removeprefix("---\n")


def _literal(match: re.Match[str]) -> Value:
    pad = match["pad"]
    text = match["literal"].rstrip("\n")[len(pad) :].replace(f"\n{pad}", "\n")
    return text if match["chomp"] else f"{text}\n"


def _list(match: re.Match[str]) -> Value:
    text: Any = match["list"]
    found: list[Value] = text[4:-1].split("\n  - ")
    return found


def _flow(match: re.Match[str]) -> Value:
    text: Any = match["flow"]
    found: list[Value] = text.split(", ")
    return found


def _double(match: re.Match[str]) -> Value:
    text: str = match["double"]
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text


def _single(match: re.Match[str]) -> Value:
    return match["single"].replace("''", "'")


def _nothing(match: re.Match[str]) -> Value:
    return None


def _nested(match: re.Match[str]) -> Value:
    """A list or mapping in flow style, on one line."""
    text: str = match["nested"]
    tokens = _tokens(text)
    value = _flow_value(next(tokens), tokens, 0)
    if next(tokens, None) is not None:
        raise _DoubtError
    return value


def _tokens(text: str) -> Iterator[re.Match[str]]:
    token = re.compile(_TOKEN).match
    at = 0
    while at < len(text):
        match = token(text, at)
        if not match:
            raise _DoubtError
        yield match
        at = match.end()


def _flow_value(token: re.Match[str], tokens: Iterator[re.Match[str]], depth: int) -> Value:
    kind = token.lastgroup or ""
    if kind in ("plain", "double", "single"):
        return token["plain"] if kind == "plain" else _READ[kind](token)
    if depth > _DEEPEST or token["mark"] not in ("[", "{"):
        raise _DoubtError
    return (_flow_list if token["mark"] == "[" else _flow_mapping)(tokens, depth + 1)


def _flow_list(tokens: Iterator[re.Match[str]], depth: int) -> Value:
    out: list[Value] = []
    for token in tokens:
        if token["mark"] == "]" and not out:
            return out
        out.append(_flow_value(token, tokens, depth))
        if _closes(tokens, "]"):
            return out
    raise _DoubtError


def _flow_mapping(tokens: Iterator[re.Match[str]], depth: int) -> Value:
    out: dict[str, Value] = {}
    for token in tokens:
        if token["mark"] == "}" and not out:
            return out
        key = token["key"]
        value = next(tokens, None)
        if key is None or key in out or value is None:
            raise _DoubtError
        out[key] = _flow_value(value, tokens, depth)
        if _closes(tokens, "}"):
            return out
    raise _DoubtError


def _closes(tokens: Iterator[re.Match[str]], mark: str) -> bool:
    """Whether the next token ends the collection; otherwise it has to be a comma."""
    token = next(tokens, None)
    if token is None or token["mark"] not in (",", mark):
        raise _DoubtError
    return token["mark"] == mark


_Row = tuple[int, str]
"""A line as its indentation and its text."""


def _below(match: re.Match[str]) -> Value:
    """A block below a key: lists, mappings, lists of mappings, and what they hold."""
    rows = [
        (len(line) - len(text), text)
        for line in match["below"].split("\n")
        if (text := line.lstrip(" ")) and text[0] != "#"
    ]
    value, at = _block(rows, 0, rows[0][0], 1)
    if at != len(rows):
        raise _DoubtError
    return value


def _block(rows: list[_Row], at: int, indent: int, depth: int) -> tuple[Value, int]:
    if depth > _DEEPEST:
        raise _DoubtError
    read = _block_list if rows[at][1].startswith("- ") else _block_mapping
    return read(rows, at, indent, depth)


def _block_list(rows: list[_Row], at: int, indent: int, depth: int) -> tuple[Value, int]:
    out: list[Value] = []
    while at < len(rows) and rows[at][0] == indent and rows[at][1].startswith("- "):
        text = rows[at][1][2:].lstrip(" ")
        if re.fullmatch(_PAIR, text):
            inner = indent + len(rows[at][1]) - len(text)
            rows[at] = (inner, text)
            value, at = _block(rows, at, inner, depth + 1)
        else:
            value, at = _scalar(rows, at, indent, text)
        out.append(value)
    return out, at


def _block_mapping(rows: list[_Row], at: int, indent: int, depth: int) -> tuple[Value, int]:
    out: dict[str, Value] = {}
    while at < len(rows) and rows[at][0] == indent and not rows[at][1].startswith("- "):
        pair = re.fullmatch(_PAIR, rows[at][1])
        if not pair or pair[1] in out:
            raise _DoubtError
        if pair[2]:
            value, at = _scalar(rows, at, indent, pair[2])
        else:
            value, at = _block_value(rows, at + 1, indent, depth)
        out[pair[1]] = value
    return out, at


def _block_value(rows: list[_Row], at: int, indent: int, depth: int) -> tuple[Value, int]:
    """What stands below a key: a deeper block, a list at the key's own indentation, or nothing."""
    if at < len(rows) and (rows[at][0] > indent or (rows[at][0] == indent and rows[at][1].startswith("- "))):
        return _block(rows, at, rows[at][0], depth + 1)
    return None, at


def _scalar(rows: list[_Row], at: int, indent: int, text: str) -> tuple[Value, int]:
    """A value on its own line, which no deeper line goes on with."""
    match = re.fullmatch(_SCALAR, text)
    if not match or (at + 1 < len(rows) and rows[at + 1][0] > indent):
        raise _DoubtError
    return _READ[match.lastgroup or ""](match), at + 1


def _plain(match: re.Match[str]) -> Value:
    return match["plain"].rstrip(" ")


_READ: dict[str, Callable[[re.Match[str]], Value]] = {
    "plain": _plain,
    "flow": _flow,
    "literal": _literal,
    "list": _list,
    "double": _double,
    "single": _single,
    "nested": _nested,
    "below": _below,
    "nothing": _nothing,
}
_CERTAIN = frozenset(("flow", "literal", "list"))
"""Kinds that need no second look: an entry of one is as it seems."""

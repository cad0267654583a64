"""What a text of YAML consists of, as far as it can be told while somebody is still typing.

The reader of the board takes a file whole or refuses it; an editor asks in the middle of a word. So this
goes through the lines by their indentation and brackets, never fails, and starts afresh at the next
key that stands where one belongs. Of a file that the board can read it tells what the reader tells: a
test holds the two together. It is a matter of showing things: what is to be changed goes through
`reading.edits`, which proves what it does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from opsflow.model import Keys

KEY, VALUE, BLOCK = "key", "value", "block"


class Token(NamedTuple):
    """A key, a value or a block text, and where it stands."""

    keys: Keys
    """The way to it; of a key, to what it is the key of."""
    role: str
    start: int
    end: int
    """Positions in characters; the quotes are part of it."""
    text: str
    """What it says, without quotes. Of a block text, its lines as they stand."""


class Cursor(NamedTuple):
    """Where in a document somebody is writing."""

    keys: Keys
    """The way to the mapping or list whose key or entry is written, or to the value."""
    role: str
    """KEY or VALUE; empty where a new line may become either a key or a list's entry."""
    start: int
    """Where the word that is being written begins; the cursor itself where there is none yet."""
    word: str
    """What is written of it, without a quote."""
    quote: str = ""
    flow: bool = False
    """Between brackets."""
    tight: bool = False
    """Right behind a colon or a dash: a blank has to come first."""


class _Frame:
    """A block collection that is open: where its keys or dashes stand, and the present one."""

    __slots__ = ("at", "filled", "indent", "is_list")

    def __init__(self, indent: int, at: str | int) -> None:
        self.indent = indent
        self.at = at
        self.is_list = isinstance(at, int)
        self.filled = False
        """The present key has a value on its own line."""


_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\n]|'')*'")
_STOP = re.compile(r"[,\[\]{}]|:(?=[\s,\[\]{}]|$)|(?<=\s)#", re.MULTILINE)
_COLON = re.compile(r":(?=\s|$)", re.MULTILINE)
_COMMENT = re.compile(r"(?<=\s)#")
_ANEW = re.compile(r"[A-Za-z_][\w-]*:(?=\s|$)", re.MULTILINE)


class _Scan:
    """One way through a text, from its top to where it ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.frames: list[_Frame] = []
        self.flow: list[str | int | None] = []
        """The open brackets: a position in a list, or the key of a mapping, None before there is one."""
        self.outside = 0
        """The indentation of what the brackets belong to."""
        self.block: tuple[int, int] | None = None
        """A block text: the indentation that its lines exceed, and where the first of them begins."""
        self.quote = ""
        """The quote of a text that goes on over the end of the line."""
        self.kind = ""
        """What the last line was: key, dash, stray, blank, comment, block, flow or quote."""

    def run(self) -> _Scan:
        start = 0
        while start <= len(self.text):
            end = self.text.find("\n", start)
            end = len(self.text) if end < 0 else end
            self.line(start, end - (self.text[end - 1 : end] == "\r" and end > start))
            start = end + 1
        self.close(len(self.text))
        return self

    def close(self, end: int) -> None:
        """A block text is over."""
        if self.block:
            start = min(self.block[1], end)
            self.tokens.append(Token(self.path(), BLOCK, start, end, self.text[start:end]))
            self.block = None

    def line(self, start: int, end: int) -> None:
        at = self.skip(start, end)
        indent = at - start
        if self.block and at < end and indent <= self.block[0]:
            self.close(start)
        if self.block:
            self.kind = "block"
            return
        if (self.flow or self.quote) and indent <= self.outside and _ANEW.match(self.text, at, end):
            self.flow, self.quote = [], ""
        if self.quote:
            self.kind = "quote"
            self.unquote(at, end)
        elif self.flow:
            self.kind = "flow"
            self.brackets(at, end)
        elif at == end:
            self.kind = "blank"
        elif self.text[at] == "#":
            self.kind = "comment"
        elif indent or not re.match(r"(?:---|\.\.\.)(?:\s|$)", self.text[at:end]):
            self.entry(at, end, start)

    def skip(self, at: int, end: int) -> int:
        while at < end and self.text[at] in " \t":
            at += 1
        return at

    def path(self) -> Keys:
        return (*(frame.at for frame in self.frames), *(at for at in self.flow if at is not None))

    def add(self, role: str, start: int, end: int, text: str) -> None:
        self.tokens.append(Token(self.path(), role, start, end, text))

    # -- block style ----------------------------------------------------------------------------

    def entry(self, at: int, end: int, start: int) -> None:
        """A line that begins something."""
        self.kind = "stray"
        while self.text[at] == "-" and (at + 1 == end or self.text[at + 1] in " \t"):
            self.dash(at - start)
            at = self.skip(at + 1, end)
            if at == end or self.text[at] == "#":
                return
        indent = at - start
        key = self.key(at, end)
        if key is not None:
            self.leave(indent, lists=True)
            self.mapping(indent, key[0])
            self.add(KEY, at, key[1], key[0])
            self.kind = "key"
            self.value(key[2], end, indent)
        elif self.kind == "dash":
            self.value(at, end, indent)
        else:
            top = self.frames[-1] if self.frames else None
            if top is not None and top.indent < indent and not top.filled and not top.is_list:
                self.value(at, end, indent)
                self.kind = "value"

    def dash(self, indent: int) -> None:
        self.kind = "dash"
        self.leave(indent)
        top = self.frames[-1] if self.frames else None
        if top is not None and top.is_list and top.indent == indent:
            top.at = int(top.at) + 1
        else:
            self.frames.append(_Frame(indent, 0))

    def leave(self, indent: int, lists: bool = False) -> None:
        """Close what stands deeper; with `lists`, a list at the same indentation, too."""
        while self.frames and (
            self.frames[-1].indent > indent
            or (lists and self.frames[-1].is_list and self.frames[-1].indent == indent)
        ):
            self.frames.pop()

    def mapping(self, indent: int, key: str) -> None:
        top = self.frames[-1] if self.frames else None
        if top is not None and not top.is_list and top.indent == indent:
            top.at, top.filled = key, False
        else:
            self.frames.append(_Frame(indent, key))

    def key(self, at: int, end: int) -> tuple[str, int, int] | None:
        """The key that begins here, where it ends, and the position behind the colon."""
        if self.text[at] in "[{|>#&*!%@`,]}":
            return None
        quoted = _QUOTED.match(self.text, at, end)
        found = _COLON.search(self.text, quoted.end() if quoted else at, end)
        if not found:
            return None
        written = self.text[at : found.start()].rstrip()
        if quoted:
            inner = self.text[quoted.end() : found.start()].strip()
            return None if inner else (plain(quoted[0]), quoted.end(), found.end())
        return None if _COMMENT.search(written) else (written, at + len(written), found.end())

    def value(self, at: int, end: int, indent: int) -> None:
        """What stands behind a colon or a dash."""
        at = self.skip(at, end)
        if at >= end or self.text[at] == "#":
            return
        self.outside = indent
        top = self.frames[-1]
        top.filled = True
        first = self.text[at]
        if first in "|>" and re.fullmatch(r"[|>][-+0-9]*\s*(?:\s#.*)?", self.text[at:end]):
            following = self.text.find("\n", end)
            self.block = (top.indent, len(self.text) if following < 0 else following + 1)
        elif first in "[{":
            self.brackets(at, end)
        elif first in "\"'":
            self.quoted(at, end)
        else:
            comment = _COMMENT.search(self.text, at, end)
            written = self.text[at : comment.start() if comment else end].rstrip()
            self.add(VALUE, at, at + len(written), written)

    # -- quotes ---------------------------------------------------------------------------------

    def quoted(self, at: int, end: int) -> int:
        """A text in quotes; returns the position behind it."""
        found = _QUOTED.match(self.text, at, end)
        if found:
            self.add(VALUE, at, found.end(), plain(found[0]))
            return found.end()
        self.add(VALUE, at, end, self.text[at + 1 : end])
        self.quote = self.text[at]
        return end

    def unquote(self, at: int, end: int) -> None:
        """Another line of a text in quotes."""
        inner = re.compile(r"(?:[^\"\\\n]|\\.)*\"" if self.quote == '"' else r"(?:[^'\n]|'')*'")
        found = inner.match(self.text, at, end)
        stop = found.end() if found else end
        last = self.tokens[-1]
        more = self.text[at : stop - 1] if found else self.text[at:stop]
        self.tokens[-1] = last._replace(end=stop, text=f"{last.text.rstrip()} {more}")
        if found:
            self.quote = ""
            if self.flow:
                self.brackets(stop, end)

    # -- flow style -----------------------------------------------------------------------------

    def brackets(self, at: int, end: int) -> None:
        """What stands between brackets, up to the end of the line."""
        while at < end:
            mark = self.text[at]
            if mark in " \t":
                at += 1
            elif mark == "#" and self.text[at - 1 : at] in ("", " ", "\t", "\n"):
                self.kind = "comment"
                return
            elif mark in "[{":
                self.flow.append(0 if mark == "[" else None)
                at += 1
            elif mark in "]}":
                self.flow.pop()
                at += 1
                if not self.flow:
                    return
            elif mark == ",":
                self.flow[-1] = self.flow[-1] + 1 if isinstance(self.flow[-1], int) else None
                at += 1
            elif mark == ":" and _COLON.match(self.text, at, end):
                at += 1
            else:
                at = self.word(at, end)

    def word(self, at: int, end: int) -> int:
        """A key or a value between brackets; returns the position behind it."""
        found = _QUOTED.match(self.text, at, end)
        if self.text[at] in "\"'" and not found:
            return self.quoted(at, end)
        stop = _STOP.search(self.text, found.end() if found else at + 1, end)
        until = stop.start() if stop else end
        written = self.text[at:until].rstrip()
        text = plain(found[0]) if found else written
        after = found.end() if found else at + len(written)
        if self.flow[-1] is None:
            is_key = stop is not None and stop[0] == ":"
            self.flow[-1] = text
            self.add(KEY, at, after, text)
            if not is_key:
                self.flow[-1] = None
            return after + 1 if is_key and after == until else after
        self.add(VALUE, at, after, text)
        return after


def plain(written: str) -> str:
    """What a text in quotes says; escapes other than of quotes and backslashes stay as they are."""
    inner = written[1:-1]
    return inner.replace("''", "'") if written[0] == "'" else re.sub(r"\\([\"\\/])", r"\1", inner)


def read(text: str) -> tuple[Token, ...]:
    """Every key, value and block text, in the order of the text. Never raises."""
    return tuple(_Scan(text).run().tokens)


def near(tokens: tuple[Token, ...], at: int) -> Token | None:
    """The token that a position is in, or right behind."""
    return next((token for token in tokens if token.start <= at <= token.end), None)


# -- writing ------------------------------------------------------------------------------------


def cursor(text: str, at: int) -> Cursor | None:
    """What is being written at a position; None in comments, block texts and behind finished values."""
    scan = _Scan(text[:at])
    start = 0
    while (end := scan.text.find("\n", start)) >= 0:
        scan.line(start, end - (scan.text[end - 1 : end] == "\r" and end > start))
        start = end + 1
    before = len(scan.tokens)
    scan.line(start, at)
    if scan.kind in ("comment", "block", "quote") or scan.block:
        return None
    token = scan.tokens[-1] if scan.tokens and (len(scan.tokens) > before or scan.flow) else None
    if scan.flow:
        return _in_brackets(scan, token, start, at)
    return _in_line(scan, token, start, at)


def _in_brackets(scan: _Scan, token: Token | None, line: int, at: int) -> Cursor | None:
    role = KEY if scan.flow[-1] is None else VALUE
    if token is not None and token.end >= line and _goes_on(scan.text, token, at):
        return _word(scan, scan.path(), role, token, at, flow=True)
    tight = at > 0 and scan.text[at - 1] in ":"
    return Cursor(scan.path(), role, at, "", flow=True, tight=tight)


def _in_line(scan: _Scan, token: Token | None, line: int, at: int) -> Cursor | None:
    text = scan.text
    if scan.kind in ("blank", "stray"):
        return _new_line(scan, line, at)
    path = scan.path()
    if token is not None and token.role == VALUE:
        role = "" if scan.kind == "value" else VALUE
        return _word(scan, path, role, token, at) if _goes_on(text, token, at) else None
    if _is_over(text, line, at):
        return None
    tight = text[at - 1 : at] in (":", "-")
    if scan.kind == "dash" and token is None:
        return Cursor(path, "", at, "", tight=tight)
    return Cursor(path, VALUE, at, "", tight=tight) if scan.kind == "key" else None


def _new_line(scan: _Scan, line: int, at: int) -> Cursor | None:
    """A line on which only a word stands, or nothing yet: its indentation says what it belongs to."""
    start = scan.skip(line, at)
    word, indent = scan.text[start:at], start - line
    top = scan.frames[-1] if scan.frames else None
    if top is not None and top.indent < indent:
        if top.filled:
            return None
        return Cursor(scan.path(), "", start, word)
    scan.leave(indent, lists=True)
    if scan.frames and scan.frames[-1].indent != indent:
        return None
    return Cursor(scan.path()[:-1], KEY, start, word)


def _goes_on(text: str, token: Token, at: int) -> bool:
    """Whether the cursor is still in a word: at its end, with nothing but blanks between."""
    between = text[token.end : at]
    return not between.strip(" ") and not (between and text[token.start] in "\"'")


def _is_over(text: str, line: int, at: int) -> bool:
    """Whether a list or text on the line is closed already."""
    return text[line:at].rstrip()[-1:] in ("]", "}")


def _word(scan: _Scan, keys: Keys, role: str, token: Token, at: int, flow: bool = False) -> Cursor | None:
    first = scan.text[token.start]
    quote = first if first in "\"'" else ""
    if quote and scan.text[token.end - 1] == quote and token.end - token.start > 1:
        return None
    return Cursor(keys, role, token.start, scan.text[token.start + len(quote) : at], quote, flow)

"""Items in the layouts that people give them, drawn at random: what they say, and line for line how."""

from __future__ import annotations

import random
import textwrap
from dataclasses import dataclass, field
from typing import Any

from opsflow.reading import reference

WORDS = "renew the edge certificates of both portals before Friday night because auditors ask".split()
ODD = (
    "fix: the thing", "Follow up on #12", "it's", 'say "hi"', "[WIP] x", "{y", "- z", "*urgent*", "&a b", "!t",
    "%d", "@maria", "`q`", "null", "012", "ü €", "a, b", "x\\y", "ends:", "|", ">", "? x", "-", "---", "...",
    "\U0001f642 ok", "a\tb", "<<", "~", "yes", "1.10", "'", '"', "a]b", "a}b", "a # b", "#", "a:b", "::", ", x",
    "=======", "  two  blanks", "end ", "",
)  # fmt: skip
SCALARS = ("title", "state", "type", "class", "requester", "due", "part_of", "vendor", "estimate", "risk")
LISTS = ("assignees", "depends_on", "services", "skills", "labels")
MAPPINGS = {
    "blocked": ("reason", "by"),
    "window": ("start", "end"),
    "entered": ("doing", "review", "in test"),
    "allow": ("stale", "overdue", "wip-limit"),
}
BLOCKS = ("public", "checklist", "description")


@dataclass
class Part:
    """A key with its value and the whole lines that say so, without the comments above it."""

    key: str
    value: Any
    text: str
    inline: bool
    """Whether it is one line, whose value is a plain or quoted text."""


@dataclass
class Sheet:
    """A file: parts, with comments and blank lines of nobody between them."""

    pieces: list[Part | str] = field(default_factory=list)
    opening: str = ""
    closing: str = ""
    bom: bool = False
    ended: bool = True

    @property
    def parts(self) -> list[Part]:
        return [piece for piece in self.pieces if isinstance(piece, Part)]

    @property
    def value(self) -> dict[str, Any]:
        return {part.key: part.value for part in self.parts}

    @property
    def data(self) -> bytes:
        said = [piece.text if isinstance(piece, Part) else piece for piece in self.pieces]
        text = "".join((self.opening, *said, self.closing))
        if not self.ended:
            text = text.removesuffix("\n").removesuffix("\r")
        return ("\ufeff" * self.bom + text).encode()


def drawn(rng: random.Random) -> Sheet:
    """A sheet that the reference reader reads as what it is to say."""
    while True:
        sheet = Draw(rng).sheet()
        # A missing end, or a blank line below a text that keeps all of its own, makes it say something else.
        if reference.load("x.yaml", sheet.data)[0] == sheet.value:
            return sheet


def text(rng: random.Random, odd: float = 0.3) -> str:
    """A line of text, which may be one that has to be quoted."""
    if rng.random() < odd:
        return rng.choice(ODD)
    return " ".join(rng.choices(WORDS, k=rng.randint(1, 4)))


def prose(rng: random.Random) -> str:
    """A text of several lines, such as Markdown."""
    lines = [
        rng.choice(
            (
                "",
                "",
                "    code",
                "# Heading",
                "- [ ] step",
                "- [x] done",
                text(rng, 0.4).strip() or "x",
                text(rng, 0),
            )
        )
        for _ in range(rng.randint(1, 6))
    ]
    said = "\n".join(lines).strip("\n") or "x"
    return said + rng.choice(("\n", "\n", "\n", "", "\n\n"))


class Draw:
    """One sheet's author, with habits: line breaks, indentation, quotes."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.newline = rng.choice(("\n", "\n", "\r\n"))
        self.mixed = rng.random() < 0.1
        self.column = 0 if rng.random() < 0.9 else rng.randint(1, 3)
        self.remarks = 0

    def sheet(self) -> Sheet:
        rng = self.rng
        keys = rng.sample((*SCALARS[2:], *LISTS, *MAPPINGS, *BLOCKS, "own field"), rng.randint(0, 9))
        order = ["title", "state", *keys]
        if rng.random() < 0.3:
            rng.shuffle(order)
        sheet = Sheet(bom=rng.random() < 0.1, ended=rng.random() < 0.85)
        if rng.random() < 0.15:
            sheet.opening += self.ends("---\n")
        if rng.random() < 0.2:
            sheet.opening += self.ends("# yaml-language-server: $schema=item.schema.json\n")
        for key in order:
            sheet.pieces += self.between()
            sheet.pieces.append(self.part(key))
        if rng.random() < 0.2:
            sheet.closing += self.ends(f"\n{self.remark()}\n")
        if rng.random() < 0.1:
            sheet.closing += self.ends("...\n")
        return sheet

    def between(self) -> list[str]:
        """Blank lines and comments of nobody, or of the next key."""
        pad = " " * self.column
        many = self.rng.choice((0, 0, 0, 0, 1, 2))
        return [self.ends(self.rng.choice(("\n", f"{pad}{self.remark()}\n"))) for _ in range(many)]

    def ends(self, lines: str) -> str:
        """The lines with the line breaks of this file."""
        newline = self.rng.choice(("\n", "\r\n")) if self.mixed else self.newline
        return lines.replace("\n", newline)

    def remark(self) -> str:
        """A comment that there is only once."""
        self.remarks += 1
        return f"# remark-{self.remarks} " + self.rng.choice(("it's", "a: b", '"x', "[y", "ü"))

    def trailing(self) -> str:
        return f"{' ' * self.rng.randint(1, 3)}{self.remark()}" if self.rng.random() < 0.25 else ""

    def key(self, key: str) -> str:
        style = self.rng.random()
        said = f'"{key}"' if style < 0.04 else f"'{key}'" if style < 0.08 else key
        return said + (" :" if self.rng.random() < 0.03 else ":")

    def part(self, key: str) -> Part:
        if key in LISTS:
            value, said = self.list(self.column)
            inline = False
        elif key in MAPPINGS:
            value, said = self.mapping(MAPPINGS[key], self.column, deeper=key == "allow")
            inline = False
        elif key in BLOCKS and self.rng.random() < 0.8:
            value, said = self.block(self.column)
            inline = False
        else:
            value, said, inline = self.scalar(self.column)
        return Part(key, value, self.ends(f"{' ' * self.column}{self.key(key)}{said}\n"), inline)

    # Each gives a value, and what stands behind the colon of a key at a column, without the last line break.

    def scalar(self, column: int) -> tuple[str, str, bool]:
        rng = self.rng
        value = text(rng)
        pad = " " * (column + rng.randint(1, 4))
        kind = rng.random()
        if kind < 0.06:
            return value, f"\n{pad}{self.word(value)}{self.trailing()}", False
        if kind < 0.14:
            words = rng.choices(WORDS, k=rng.randint(4, 9))
            quote = rng.choice(("", "'", '"'))
            lines = textwrap.wrap(" ".join(words), 18)
            breaks = rng.random() < 0.3 and len(lines) > 1
            said = f"\n{pad}".join(lines) if not breaks else f"\n{pad}".join(lines).replace("\n", "\n\n", 1)
            value = " ".join(lines) if not breaks else "\n".join((lines[0], " ".join(lines[1:])))
            return value, f" {quote}{said}{quote}{self.trailing()}", False
        return value, f"{' ' * rng.choice((1, 1, 1, 2, 4))}{self.word(value)}{self.trailing()}", True

    def word(self, value: str, flow: bool = False) -> str:
        """A text on one line, in a style that says it."""
        said = rf"a: [{value}]" if flow else f"a: {value}"
        wanted: Any = [value] if flow else value
        inside = reference.load("", f"b: {{a: {value}}}\n".encode())[0] if flow else {"b": {"a": value}}
        plain = reference.load("", f"{said}\n".encode())[0] == {"a": wanted} and inside == {"b": {"a": value}}
        styles = [f'"{value}"'.replace("\\", "\\\\").replace('"', '\\"')[1:-1]]
        styles = [
            '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"',
            "'" + value.replace("'", "''") + "'",
        ]
        return value if plain and self.rng.random() < 0.7 else self.rng.choice(styles)

    def block(self, column: int) -> tuple[str, str]:
        rng = self.rng
        indent = rng.choice((1, 2, 2, 2, 4))
        pad = " " * (column + indent)
        if rng.random() < 0.25:
            paragraphs = [
                " ".join(rng.choices(WORDS, k=rng.randint(3, 12))) for _ in range(rng.randint(1, 3))
            ]
            lines = ("\n" + "\n").join("\n".join(textwrap.wrap(each, 24)) for each in paragraphs).split("\n")
            value, sign = "\n".join(paragraphs) + "\n", ">"
        else:
            value, sign = prose(rng), "|"
            lines = value.removesuffix("\n").split("\n")
            if value.endswith("\n\n"):
                lines = value[:-1].split("\n")
        chomp = "+" if value.endswith("\n\n") else "" if value.endswith("\n") else "-"
        first = next((line for line in lines if line), "x")
        digit = str(indent) if first.startswith(" ") or rng.random() < 0.05 else ""
        mark = sign + (chomp + digit if rng.random() < 0.5 else digit + chomp) + self.trailing()
        blank = rng.choice(("", "", pad[:-1]))
        return value, "\n".join((f" {mark}", *(pad + line if line else blank for line in lines)))

    def list(self, column: int) -> tuple[list[str], str]:
        rng = self.rng
        value = [text(rng, 0.2) for _ in range(rng.randint(1, 4))]
        value = list(dict.fromkeys(value))
        kind = rng.random()
        if kind < 0.3:
            return value, " " + self.flow(value, column) + self.trailing()
        pad = " " * (column + rng.choice((0, 2, 2, 2, 4)))
        gap = " " * rng.choice((1, 1, 1, 3))
        lines = [self.trailing()]
        for entry in value:
            if rng.random() < 0.15:
                lines.append(f"{pad}{self.remark()}")
            lines.append(f"{pad}-{gap}{self.word(entry)}{self.trailing()}")
            if rng.random() < 0.05:
                lines.append(f"{pad}   {self.remark()}")
        return value, "\n".join(lines)

    def flow(self, value: Any, column: int) -> str:
        rng = self.rng
        if isinstance(value, str):
            return self.word(value, flow=True)
        first, last = "[]" if isinstance(value, list) else "{}"
        if isinstance(value, list):
            said = [self.flow(entry, column) for entry in value]
        else:
            said = [f"{key}: {self.flow(entry, column)}" for key, entry in value.items()]
        kind = rng.random()
        if kind < 0.7:
            return first + rng.choice((", ", ",  ", ", ")).join(said) + last
        pad = f"\n{' ' * (column + 2)}"
        if kind < 0.9:
            remark = [self.trailing() for _ in said]
            comma = [","] * (len(said) - 1) + [rng.choice((",", ""))]
            lines = (f"{one}{end}{note}" for one, end, note in zip(said, comma, remark, strict=True))
            return first + pad + pad.join(lines) + f"\n{' ' * (column + 1)}{last}"
        return first + " " + f",{pad}".join(said) + " " + last

    def mapping(self, keys: tuple[str, ...], column: int, deeper: bool) -> tuple[dict[str, Any], str]:
        rng = self.rng
        names = rng.sample(keys, rng.randint(1, len(keys)))
        if rng.random() < 0.35:
            value = {name: {"reason": text(rng), "by": text(rng)} if deeper else text(rng) for name in names}
            return value, " " + self.flow(value, column) + self.trailing()
        inner = column + rng.choice((1, 2, 2, 2, 4))
        lines, value = [self.trailing()], {}
        for name in names:
            if rng.random() < 0.15:
                lines.append(" " * inner + self.remark())
            if deeper:
                value[name], said = self.mapping(("reason", "by", "until"), inner, deeper=False)
            else:
                value[name], said, _ = self.scalar(inner)
            lines.append(f"{' ' * inner}{self.key(name)}{said}")
        return value, "\n".join(lines)

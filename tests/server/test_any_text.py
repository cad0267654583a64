"""Whatever stands in a text while somebody types, every question about it has an answer."""

import random
from pathlib import Path

import pytest

from opsflow.facts import Facts
from opsflow.reading import board as boards
from opsflow.server import actions, completion, hover, names, renaming, symbols, tokens
from opsflow.server.places import Text
from tests.boards import NOW
from tests.server.marked import findings

ROOT = Path(__file__).parent.parent.parent / "examples" / "board"
FILES = [*sorted(ROOT.glob("*.yaml")), *sorted((ROOT / "items").rglob("*.yaml"))[:15]]
TREE = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in FILES}
BITS = [
    "\n", "  ", "- ", ": ", "[", "]", "{", "}", "'", '"', "|", "#", " #", "\t", "\r\n", "\r", "é", "😀", "\ufeff",
    "\x00", "OPS-", "state: ", "depends_on:\n  - ", "allow:\n  ", "\\", "&a", "*a", "!x", "%", "---\n", "\u2028", "\ud800",
]  # fmt: skip


def spoilt(text: str, chance: random.Random) -> str:
    """A text after some accidents: something put in, cut out, or lost from here on."""
    for _ in range(chance.randint(1, 6)):
        at, kind = chance.randrange(len(text) + 1), chance.random()
        if kind < 0.5:
            text = text[:at] + chance.choice(BITS) + text[at:]
        else:
            text = text[:at] + (text[at + chance.randint(1, 30) :] if kind < 0.8 else "")
    return text


@pytest.mark.parametrize("seed", range(40))
def test_every_question_about_a_spoilt_text_has_an_answer(seed: int) -> None:
    chance = random.Random(seed)
    path = chance.choice([*TREE])
    text = spoilt(TREE[path].decode(), chance)
    tree = {**TREE, path: text.encode("utf-8", "surrogatepass")}
    board, faults = boards.load(tree)
    facts = Facts(board, faults, tree, NOW)
    found = findings(facts)
    for each, here in found.items():
        for action in actions.of(facts, each, here):
            assert action.change.edits or action.change.moves
    plain = Text(names.text_of(facts, path))
    for finding in found.get(path, ()):
        start, end = plain.span(finding.place)
        assert 0 <= start <= end <= len(plain.text)
    symbols.outline(text)
    for link in symbols.links(facts, path, text):
        assert text[link.start : link.end] == link.name
    for at in (chance.randrange(len(text) + 1) for _ in range(20)):
        offers = completion.offers(facts, path, text, at)
        assert offers is None or offers.start <= at <= offers.end
        hover.card(facts, found, path, text, at)
        renaming.at(facts, path, text, at)
        name = names.at(board, path, text, tokens.read(text), at)
        assert name is None or text[name.start : name.end].endswith(name.name[-1:]) or "\\" in text
        if name is not None:
            names.given(facts, name)

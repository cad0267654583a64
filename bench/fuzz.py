"""A differential fuzz of the fast reader: what it accepts, the reference reader reads alike, without a fault.

    python -m bench.fuzz --mutants 100000 --seed 1

Items in the form that the tool writes are made from a seed, then broken at random: a nasty token put
in, characters taken out, lines doubled, moved or removed. Ends with status 1 on the first difference.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from opsflow.reading import canonical, reference

# fmt: off
TOKENS = (
    ":", " ", ": ", " :", "\n", "\n\n", "- ", "  - ", "-", "--", "[", "]", "{", "}", '"', "'", "''", "#",
    " #", "|", ">", "|-", "|+", "|2", "&a ", "*a", "!x ", "!!str ", "? ", "?", "%", "@", "`", "~", "null",
    "no", "on", "yes", "012", "0o7", "1_0", "1e3", ".inf", "=", "<<", "<<: ", "---\n", "...\n", "--- ",
    "\t", "\r", "\r\n", "\ufeff", "\x85", "\u2028", "\x00", "\x07", "\x7f", "\xa0", "\u3000", "é", "e\u0301",
    "😀", "\uffff", ",", ", ", "\\", '\\"', "\\n", "\\x41", "0", "1", "12:30", "2024-01-01", "true", " \n",
    "  \n", "   ", "  ", "x: y\n", " x\n", "state: done\n", "\n  \n\n", "  x\n", "a b", "a: b", "{a: b}",
    "{a, b}", "[a, [b]]", "[]", "{}", ", ]", "  # note\n", "# note\n", "<<<<<<< HEAD\n", "=======\n",
    ">>>>>>> x\n", "  a: b\n", "- a\n", "- a: b\n  c: d\n", "  - a: b\n    c: [d]\n", "title: |\n  x\n",
    "title: x\n", "'a': b\n", '"a": b\n', "a:b", ":a", "a :b", "a : b",
)
# fmt: on
WORDS = "Renew edge certificates for the #3 portal (phase 2), e.g. node-1/2 at 10:30 with Zoë & Jörg".split()
NAMES = (
    "maria",
    "sam.lee",
    "edge-proxy",
    "acme-ca",
    "OPS-4M2R",
    "OPS-17",
    "audit-2026",
    "item:OPS-1",
    "v1.2",
)
VALUES = ("2026-12-01", "8000", "2d", "012", "-5", "~", "no", "", "a # b", "2026-11-28 22:00")


class Outcome(NamedTuple):
    """How many mutants there were, how many the fast reader accepted, and those read differently."""

    mutants: int
    accepted: int
    different: tuple[bytes, ...]


def item(rng: random.Random) -> str:
    """An item file in canonical form, with a random choice of everything that one may hold."""
    lines = ["# yaml-language-server: $schema=../schema/item.schema.json"] if rng.random() < 0.3 else []
    lines += [f"title: {_scalar(rng)}", f"state: {rng.choice(['doing', 'ready', 'done  # at last', 'on'])}"]
    for name, make in _ENTRIES.items():
        if rng.random() < 0.35:
            lines += make(rng, name)
            if rng.random() < 0.1:
                lines.append(rng.choice(["", "# a note: with a colon", "#"]))
    return "\n".join(lines) + "\n"


def _words(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randrange(1, 6)))


def _scalar(rng: random.Random) -> str:
    text = _words(rng).replace(" #", " ").lstrip("#(& ")
    return rng.choice([text or "x", f'"{text}: more"', f"'{text} it''s'", '"say \\"yes\\" to it"'])


def _one(rng: random.Random, name: str) -> list[str]:
    return [f"{name}: {rng.choice([*VALUES, _scalar(rng)])}"]


def _many(rng: random.Random, name: str) -> list[str]:
    names = rng.sample(NAMES, rng.randrange(4))
    if names and rng.random() < 0.5:
        indent = rng.choice(["  ", "  ", ""])
        return [f"{name}:", *(f"{indent}- {_quoted(rng, entry)}" for entry in names)]
    return [f"{name}: [{', '.join(_quoted(rng, entry) for entry in names)}]"]


def _quoted(rng: random.Random, text: str) -> str:
    return f'"{text}"' if rng.random() < 0.15 else text


def _mapping(rng: random.Random, name: str) -> list[str]:
    pairs = ["reason: waiting for the CSR", "by: vendor:acme-ca", "until: 2026-11-30 10:00"]
    pairs = pairs[: rng.randrange(1, 4)]
    form = rng.randrange(4)
    if form == 0:
        return [f"{name}: {{{', '.join(pairs)}}}"]
    if form == 1:
        return [f"{name}:", *(f"  {pair}" for pair in pairs)]
    if form == 2:
        return [f"{name}:", "  wip-limit:", *(f"    {pair}" for pair in pairs)]
    return [f"{name}:", f"  - {pairs[0]}", *(f"    {pair}" for pair in pairs[1:])]


def _text(rng: random.Random, name: str) -> list[str]:
    lines = [f"{name}: |{rng.choice(['', '', '-'])}", f"  {_words(rng)}"]
    for _ in range(rng.randrange(5)):
        lines.append("  " + rng.choice(["", "  ", "- [ ] ", "# ", "> "]) + _words(rng))
        lines += [""] * (rng.random() < 0.3)
    return lines


REMEMBERED = frozenset(("title", "type", "assignees", "blocked", "description"))
"""What the remembering reader is asked for: of each form something."""
_ENTRIES = {
    "type": _one,
    "due": _one,
    "assignees": _many,
    "depends_on": _many,
    "labels": _many,
    "estimate": _one,
    "cost-of_delay2": _one,
    "blocked": _mapping,
    "allow": _mapping,
    "checklist": _text,
    "description": _text,
    "requester": _one,
}


def mutate(rng: random.Random, text: str) -> str:
    """The text with one to three accidents."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(text) + 1)
        chance = rng.random()
        if chance < 0.6:
            text = text[:at] + rng.choice(TOKENS) + text[at:]
        elif chance < 0.8:
            text = text[:at] + text[at + rng.randrange(1, 6) :]
        else:
            text = _lines_shuffled(rng, text)
    return text


def _lines_shuffled(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    line = lines.pop(rng.randrange(len(lines)))
    if rng.random() < 0.7:
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(["", " ", "  "]) + line)
    return "\n".join(lines)


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """The same ones for the same seed; each tenth is not broken at all."""
    rng = random.Random(seed)
    for number in range(count):
        text = item(rng)
        yield (text if number % 10 == 0 else mutate(rng, text)).encode("utf-8", "surrogatepass")


def compare(count: int, seed: int) -> Outcome:
    """Reads every mutant that the fast reader accepts with the reference reader, too.

    The reader that remembers what it saw in others has to say of each what the one says that does not.
    """
    accepted = 0
    different = []
    remembering = canonical.Recogniser(REMEMBERED)
    for data in mutants(count, seed):
        value = canonical.recognise(data)
        if remembering(data) != canonical.recognise(data, REMEMBERED):
            different.append(data)
        if value is not None:
            accepted += 1
            if reference.load("x.yaml", data) != (value, ()):
                different.append(data)
    return Outcome(count, accepted, tuple(different))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.perf_counter()
    found = compare(options.mutants, options.seed)
    for data in found.different[:10]:
        print(repr(data), canonical.recognise(data), *reference.load("x.yaml", data), sep="\n  ")
    seconds = time.perf_counter() - began
    counts = f"{found.accepted} accepted, {len(found.different)} different"
    print(f"{found.mutants} mutants, {counts}, {seconds:.0f} s")
    return 1 if found.different else 0


if __name__ == "__main__":
    sys.exit(main())

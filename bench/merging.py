"""Random pairs of edits of one item, merged by fields and by Git's own merge of lines.

    python -m bench.merging --pairs 3000 --seed 1

Items are drafts: plain data and how each field is written. Edits change the drafts, so nothing of
opsflow's has a hand in making the versions. Every word that an edit brings is new, so that it can be
looked for afterwards.
"""

from __future__ import annotations

import argparse
import copy
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from opsflow.reading import documents, merge

PATH = "items/OPS-7K3Q-edge.yaml"


@dataclass
class Entry:
    """A field of a draft: its value, and how it is written."""

    key: str
    value: Any
    style: str = "plain"
    """plain or quoted; flow, block or flush; text."""
    lead: list[str] = field(default_factory=list)
    note: str = ""
    """The comment after the value, or after the key where the value stands below it."""
    notes: dict[str, str] = field(default_factory=dict)
    """Comments after elements of a list in block style."""


@dataclass
class Draft:
    """An item before it is text."""

    entries: list[Entry]
    crlf: bool = False
    bom: bool = False
    ended: bool = True

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)


def plain(draft: Draft) -> dict[str, Any]:
    """What the draft says, as a reader has to see it."""
    return {entry.key: _said(entry) for entry in draft.entries}


def _said(entry: Entry) -> Any:
    if entry.style != "text":
        return copy.deepcopy(entry.value)
    return "".join(f"{line}\n" for line in entry.value)


def written(draft: Draft) -> bytes:
    """The draft as a file."""
    lines = [line for entry in draft.entries for line in (*entry.lead, *_lines(entry))]
    text = "\n".join(lines) + ("\n" if draft.ended else "")
    return (("\ufeff" if draft.bom else "") + (text.replace("\n", "\r\n") if draft.crlf else text)).encode()


def _lines(entry: Entry) -> list[str]:
    key, value, note = entry.key, entry.value, f"  # {entry.note}" if entry.note else ""
    if entry.style == "text":
        return [f"{key}: |{note}", *(f"  {line}" if line else "" for line in value)]
    if isinstance(value, str):
        return [f'{key}: "{value}"{note}' if entry.style == "quoted" else f"{key}: {value}{note}"]
    if entry.style == "flow" or not value:
        return [f"{key}: {_flow(value)}{note}"]
    pad = "" if entry.style == "flush" and isinstance(value, list) else "  "
    if isinstance(value, list):
        notes = [f"  # {entry.notes[each]}" if each in entry.notes else "" for each in value]
        return [f"{key}:{note}", *(f"{pad}- {each}{note}" for each, note in zip(value, notes, strict=True))]
    return [f"{key}:{note}", *(f"{pad}{name}: {_flow(inner)}" for name, inner in value.items())]


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(inner)}" for name, inner in value.items()) + "}"
    return str(value)


# -- drafts -------------------------------------------------------------------------------------

Words = Iterator[str]
LISTS = ("assignees", "depends_on", "services", "skills", "labels")
TEXTS = ("type", "class", "due", "estimate", "requester", "vendor", "part_of")
SPREAD = ("title", "state", *TEXTS, *LISTS)


def words(prefix: str) -> Words:
    """Words that nobody else writes."""
    number = 0
    while True:
        number += 1
        yield f"{prefix}{number}x"


def draft(rng: random.Random, new: Words) -> Draft:
    """An item with some of all fields, in some layout."""
    entries = [Entry("title", f"Renew {next(new)}", _text_style(rng)), Entry("state", next(new))]
    entries += [Entry(key, next(new), _text_style(rng)) for key in TEXTS if rng.random() < 0.4]
    for key in LISTS:
        if rng.random() < 0.5:
            style = rng.choice(("block", "block", "flow", "flush"))
            entries.append(Entry(key, [next(new) for _ in range(rng.randrange(1, 4))], style))
    mappings = {
        "blocked": {"reason": next(new), "by": next(new)},
        "entered": {next(new): next(new)},
        "allow": {next(new): {"reason": next(new)}},
    }
    for key, value in mappings.items():
        if rng.random() < 0.3:
            entries.append(Entry(key, value, rng.choice(("flow", "block"))))
    if rng.random() < 0.6:
        entries.append(Entry("checklist", [f"- [ ] {next(new)}" for _ in range(rng.randrange(1, 6))], "text"))
    if rng.random() < 0.7:
        entries.append(Entry("description", [next(new) for _ in range(rng.randrange(1, 9))], "text"))
    for entry in entries[1:]:
        if rng.random() < 0.1:
            note = f"# {next(new)}"
            entry.lead = rng.choice(([""], ["", note], [note], [note, ""]))
        if rng.random() < 0.1:
            entry.note = next(new)
    made = Draft(entries)
    if rng.random() < 0.2:
        made.crlf, made.bom, made.ended = (rng.random() < 0.5 for _ in range(3))
    return made


def _text_style(rng: random.Random) -> str:
    return rng.choice(("plain", "plain", "quoted"))


# -- edits --------------------------------------------------------------------------------------

Edit = Callable[[random.Random, Draft, Words], None]


def _any(rng: random.Random, draft: Draft, fits: Callable[[Entry], bool]) -> Entry | None:
    found = [entry for entry in draft.entries if fits(entry)]
    return rng.choice(found) if found else None


def move(rng: random.Random, draft: Draft, new: Words) -> None:
    """The state."""
    entry = draft.entry("state")
    assert entry
    entry.value = next(new)


def set_text(rng: random.Random, draft: Draft, new: Words) -> None:
    """A field of one word, which may be new."""
    key = rng.choice(TEXTS)
    entry = draft.entry(key)
    if entry:
        entry.value = next(new)
    else:
        draft.entries.insert(rng.randrange(2, len(draft.entries) + 1), Entry(key, next(new)))


def retitle(rng: random.Random, draft: Draft, new: Words) -> None:
    entry = draft.entry("title")
    assert entry
    entry.value = f"Renew {next(new)}"


def drop(rng: random.Random, draft: Draft, new: Words) -> None:
    """A whole field, with the comments above it."""
    entry = _any(rng, draft, lambda entry: entry.key not in ("title", "state"))
    if entry:
        draft.entries.remove(entry)


def add(rng: random.Random, draft: Draft, new: Words) -> None:
    """An element of a list, which may be new."""
    key = rng.choice(LISTS)
    entry = draft.entry(key)
    if entry is None:
        entry = Entry(key, [], rng.choice(("block", "flow")))
        draft.entries.insert(rng.randrange(2, len(draft.entries) + 1), entry)
    entry.value.insert(rng.choice((len(entry.value), rng.randrange(len(entry.value) + 1))), next(new))


def take(rng: random.Random, draft: Draft, new: Words) -> None:
    """An element of a list away."""
    entry = _any(rng, draft, lambda entry: entry.key in LISTS and bool(entry.value))
    if entry:
        entry.value.remove(rng.choice(entry.value))


def block(rng: random.Random, draft: Draft, new: Words) -> None:
    """Blocked, or blocked otherwise, or by another, or no more."""
    entry = draft.entry("blocked")
    if entry is None:
        draft.entries.insert(2, Entry("blocked", {"reason": next(new)}, rng.choice(("flow", "block"))))
    elif rng.random() < 0.3:
        draft.entries.remove(entry)
    else:
        entry.value[rng.choice(("reason", "by"))] = next(new)


def waive(rng: random.Random, draft: Draft, new: Words) -> None:
    """Another waiver, or another reason for one."""
    entry = draft.entry("allow")
    if entry is None:
        draft.entries.append(Entry("allow", {next(new): {"reason": next(new)}}, "block"))
    elif rng.random() < 0.6:
        entry.value[next(new)] = {"reason": next(new), "by": next(new)}
    else:
        entry.value[rng.choice([*entry.value])]["reason"] = next(new)


def enter(rng: random.Random, draft: Draft, new: Words) -> None:
    """When a state was entered."""
    entry = draft.entry("entered")
    if entry is None:
        draft.entries.append(Entry("entered", {next(new): next(new)}, "flow"))
    else:
        entry.value[next(new)] = next(new)


def tick(rng: random.Random, draft: Draft, new: Words) -> None:
    """A step, or one more step."""
    entry = draft.entry("checklist")
    if entry is None:
        return
    open_steps = [at for at, line in enumerate(entry.value) if line.startswith("- [ ]")]
    if open_steps and rng.random() < 0.6:
        at = rng.choice(open_steps)
        entry.value[at] = f"- [x] {entry.value[at][6:]}"
    else:
        entry.value.append(f"- [ ] {next(new)}")


def describe(rng: random.Random, draft: Draft, new: Words) -> None:
    """A line of the description changed, removed or added."""
    entry = draft.entry("description")
    if entry is None:
        draft.entries.append(Entry("description", [next(new)], "text"))
        return
    chance, at = rng.random(), rng.randrange(len(entry.value))
    if chance < 0.4:
        entry.value[at] = next(new)
    elif chance < 0.5 and len(entry.value) > 1:
        del entry.value[at]
    else:
        at = rng.choice((at, len(entry.value)))
        entry.value[at:at] = [next(new) for _ in range(rng.randrange(1, 3))]


def comment(rng: random.Random, draft: Draft, new: Words) -> None:
    """A comment above a field, behind a value or behind an element."""
    entry = rng.choice(draft.entries)
    if rng.random() < 0.4:
        entry.lead = [*entry.lead, f"# {next(new)}"]
    elif entry.style in ("block", "flush") and isinstance(entry.value, list) and entry.value:
        entry.notes[rng.choice(entry.value)] = next(new)
    else:
        entry.note = next(new)


def relay(rng: random.Random, draft: Draft, new: Words) -> None:
    """A list or mapping written in another way, or a text in quotes."""
    entry = rng.choice(draft.entries)
    if entry.style in ("plain", "quoted"):
        entry.style = "quoted" if entry.style == "plain" else "plain"
    elif entry.style != "text" and not entry.notes:
        entry.style = "block" if entry.style == "flow" else "flow"


def shift(rng: random.Random, draft: Draft, new: Words) -> None:
    """A field to another place."""
    entry = rng.choice(draft.entries)
    draft.entries.remove(entry)
    draft.entries.insert(rng.randrange(len(draft.entries) + 1), entry)


def frame(rng: random.Random, draft: Draft, new: Words) -> None:
    """Line breaks, byte order mark, the end of the last line."""
    setattr(draft, name := rng.choice(("crlf", "bom", "ended")), not getattr(draft, name))


USUAL: dict[Edit, int] = {
    move: 6,
    set_text: 4,
    retitle: 1,
    drop: 1,
    add: 4,
    take: 2,
    block: 2,
    waive: 1,
    enter: 1,
    tick: 4,
    describe: 4,
}
"""What people and commands do to items, and how often."""
ODD: dict[Edit, int] = {comment: 3, relay: 2, shift: 2, frame: 1, drop: 2}
"""What makes merges hard."""


def edited(rng: random.Random, base: Draft, new: Words, edits: dict[Edit, int]) -> Draft:
    """The draft after one to three edits."""
    made = copy.deepcopy(base)
    for edit in rng.choices([*edits], [*edits.values()], k=rng.randrange(1, 4)):
        edit(rng, made, new)
    return made


class Triple(NamedTuple):
    """An item, and what two people made of it."""

    base: Draft
    ours: Draft
    theirs: Draft


def triples(count: int, seed: int, *, odd: bool = False) -> Iterator[Triple]:
    """The same ones for the same seed; with `odd`, comments, layout and order change, too."""
    rng = random.Random(seed)
    edits = {**USUAL, **ODD} if odd else USUAL
    for _ in range(count):
        base = draft(rng, words("b"))
        yield Triple(base, edited(rng, base, words("o"), edits), edited(rng, base, words("t"), edits))


# -- the comparison -----------------------------------------------------------------------------


class Figures(NamedTuple):
    """Of so many pairs, how many end in a conflict, merged by fields and by lines."""

    pairs: int
    fields: int
    lines: int
    broken: int
    """Merged by Git without a conflict, and not readable."""
    fields_only: int
    """In conflict for opsflow, and merged by Git to something readable."""


def compare(count: int, seed: int, *, odd: bool = False) -> Figures:
    """Merges every pair in both ways."""
    fields = lines = broken = fields_only = 0
    with tempfile.TemporaryDirectory() as folder:
        for triple in triples(count, seed, odd=odd):
            texts = [written(version) for version in triple]
            marked = bool(merge.merge(PATH, *texts).conflicts)
            found = git(Path(folder), *texts)
            readable = found is not None and documents.load(PATH, found)[0] is not None
            fields += marked
            lines += found is None
            broken += found is not None and not readable
            fields_only += marked and readable
    return Figures(count, fields, lines, broken, fields_only)


def git(folder: Path, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """What `git merge-file` makes of three versions; None: a conflict."""
    for name, data in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_bytes(data)
    words = ["git", "merge-file", "-p", "-q", "ours", "base", "theirs"]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False)
    return None if done.returncode else done.stdout


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.merging", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pairs", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name, odd in (("usual edits", False), ("with comments, layout and order", True)):
        found = compare(options.pairs, options.seed, odd=odd)
        print(
            f"{name}: of {found.pairs} pairs {found.lines} conflict by lines, and {found.broken} more cannot"
            f" be read; by fields {found.fields} conflict, {found.fields_only} of them not by lines"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

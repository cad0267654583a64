"""Merging the fields of a document: each by its own rule, with comments and layout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import basename
from typing import NamedTuple

from opsflow.reading import blocks, lines, literals
from opsflow.reading.agreed import Found, Names, Outcome, agreed, order, preferred
from opsflow.reading.blocks import Block, Parts, Sheet
from opsflow.reading.canonical import Value
from opsflow.reading.lines import Chunk, Clash, Lines

Rule = Mapping[str, "Rule"] | str
"""How a field merges: as a mapping, each key for itself by its own rule, or by one of these words."""
WHOLE = "whole"
STEPS = "steps"
BY_VALUE = "by value"
"""As a set, by lines or whole: see `_by_value`."""
_EACH: Rule = {"*": BY_VALUE}
_ENTRIES: Rule = {"*": _EACH}
_ITEM: Mapping[str, Rule] = {
    "blocked": WHOLE,
    "window": WHOLE,
    "allow": {"*": WHOLE},
    "entered": {"*": WHOLE},
    "checklist": STEPS,
    "*": BY_VALUE,
}
_RULES: Mapping[str, Mapping[str, Rule]] = {
    "opsflow.yaml": {
        "types": {"*": WHOLE},
        "classes": {"*": WHOLE},
        "fields": {"*": WHOLE},
        "rules": {"*": WHOLE},
        "allocation": {"*": WHOLE},
        "calendar": _EACH,
        "site": _EACH,
        "*": BY_VALUE,
    },
    "people.yaml": {"*": _ENTRIES},
    "catalog.yaml": {"*": _ENTRIES},
}


_MEMBERS: Mapping[str, Rule] = {"*": WHOLE}
"""Of a list of texts."""


def _below(rules: Mapping[str, Rule], names: Names, key: str) -> tuple[Rule, Names]:
    """The rule of a key, and the way to it; an element of a list is called by the list."""
    return rules.get(key) or rules["*"], names if rules is _MEMBERS else (*names, key)


def merge(path: str, base: Sheet, ours: Sheet, theirs: Sheet) -> Outcome:
    """All fields of a file, whose name tells which rules they have."""
    found = _fields(base, ours, theirs, _RULES.get(basename(path), _ITEM), ())
    head = _comments(base.head, ours.head, theirs.head)
    tail = _comments(base.tail, ours.tail, theirs.tail)
    return Outcome(
        [*head, *(chunk for outcome in found.values() for chunk in outcome.chunks), *tail],
        ({key: outcome.ours[0] for key, outcome in found.items() if outcome.ours},),
        ({key: outcome.theirs[0] for key, outcome in found.items() if outcome.theirs},),
        (
            *("comment at the top" for chunk in head if isinstance(chunk, Clash)),
            *(name for outcome in found.values() for name in outcome.conflicts),
            *("comment at the end" for chunk in tail if isinstance(chunk, Clash)),
        ),
    )


def _fields(
    base: Sheet, ours: Sheet, theirs: Sheet, rules: Mapping[str, Rule], names: Names
) -> dict[str, Outcome]:
    """What became of each key that is left, in order."""
    old, mine, yours = ({block.key: block for block in sheet.blocks} for sheet in (base, ours, theirs))
    merged = (
        (key, _field(old.get(key), mine.get(key), yours.get(key), *_below(rules, names, key)))
        for key in order([*old], [*mine], [*yours])
    )
    return {key: outcome for key, outcome in merged if outcome}


def _field(
    base: Block | None, ours: Block | None, theirs: Block | None, rule: Rule, names: Names
) -> Outcome | None:
    """A field with the comments above it; None: it is gone."""
    if ours is None or theirs is None:
        left = ours or theirs
        if left is None or (base and not _changed(base, left)):
            return None
        if base is None:
            return Outcome([left.lead, left.body], (left.value,), (left.value,))
        mine, yours = (_all(block) if block else () for block in (ours, theirs))
        values = [(block.value,) if block else () for block in (ours, theirs)]
        return Outcome([Clash(mine, _all(base), yours)], values[0], values[1], (".".join(names),))
    lead = _comments(base.lead if base else (), ours.lead, theirs.lead)
    body = _body(base, ours, theirs, rule, names)
    above = tuple(f"comment above {'.'.join(names)}" for chunk in lead if isinstance(chunk, Clash))
    return body._replace(chunks=[*lead, *body.chunks], conflicts=above + body.conflicts)


def _all(block: Block) -> Lines:
    return block.lead + block.body


def _changed(base: Block, side: Block) -> bool:
    """Whether a side made something of a field that the other side removed."""
    return side.value != base.value or bool(_notes(_all(side)) - _notes(_all(base)))


def _comments(base: Lines, ours: Lines, theirs: Lines) -> list[Chunk]:
    return lines.merge(base, ours, theirs, apart=True, join=lines.both)


# -- one field ----------------------------------------------------------------------------------


def _body(base: Block | None, ours: Block, theirs: Block, rule: Rule, names: Names) -> Outcome:
    taken = agreed(base and base.body, ours.body, theirs.body)
    for block in (ours, theirs):
        if taken == (block.body,):
            return Outcome([block.body], (block.value,), (block.value,))
    versions = [block for block in (base, ours, theirs) if block]
    outcome: Outcome | None = None
    if isinstance(rule, str):
        if rule != WHOLE:
            outcome = _by_value(base, ours, theirs, versions, rule, names)
    elif all(isinstance(block.value, dict) for block in versions):
        outcome = _collection(base, ours, theirs, rule, names)
    return outcome or _whole(base, ours, theirs, names)


def _by_value(
    base: Block | None, ours: Block, theirs: Block, versions: Sequence[Block], rule: Rule, names: Names
) -> Outcome | None:
    """A list of texts as a set, a block text by lines, any other list by its source lines; else None."""
    if all(isinstance(block.value, str) for block in versions):
        return literals.merge(base, ours, theirs, rule == STEPS, names)
    if all(_is_set(block.value) for block in versions):
        return _collection(base, ours, theirs, _MEMBERS, names)
    if all(isinstance(block.value, list) for block in versions):
        return _rows_of(base, ours, theirs, names)
    return None


def _is_set(value: Value) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(entry, str) for entry in value)
        and len({str(entry) for entry in value}) == len(value)
    )


def _whole(base: Block | None, ours: Block, theirs: Block, names: Names) -> Outcome:
    """One value: a conflict where both sides changed it, or where the source of neither says it all."""
    wanted = agreed((base.value,) if base else (), (ours.value,), (theirs.value,))
    if wanted:
        for candidate in _candidates(base, ours, theirs, wanted[0]):
            if _keeps(base, ours, theirs, candidate):
                return Outcome([candidate], wanted[0], wanted[0])
    return _conflict(base, ours, theirs, names)


def _conflict(base: Block | None, ours: Block, theirs: Block, names: Names) -> Outcome:
    chunks = lines.clash(base.body if base else (), ours.body, theirs.body)
    return Outcome(chunks, (ours.value,), (theirs.value,), (".".join(names),))


def _candidates(base: Block | None, ours: Block, theirs: Block, wanted: Found) -> Iterator[Lines]:
    """Source lines that say the wanted value: those of both sides first."""
    for made in (_on_one_line(base, ours, theirs), _by_source(base, ours, theirs)):
        if made and _read(made) == wanted:
            yield made
    yield from (block.body for block in (ours, theirs) if (block.value,) == wanted)


def _on_one_line(base: Block | None, ours: Block, theirs: Block) -> Lines | None:
    """One side's value with the other side's comment."""
    versions = [block for block in (base, ours, theirs) if block]
    if any(len(block.body) > 1 for block in versions):
        return None
    keyed = not ours.body[0].lstrip().startswith("- ")
    old = blocks.scalar(base.body[0], keyed=keyed) if base else None
    mine, yours = (blocks.scalar(block.body[0], keyed=keyed) for block in (ours, theirs))
    if mine is None or yours is None:
        return None
    before = preferred(old and old.before, mine.before, yours.before)
    value = yours.value if base and ours.value == base.value else mine.value
    after = agreed(old and old.after, mine.after, yours.after)
    return (f"{before}{value}{after[0]}",) if after else None


def _by_source(base: Block | None, ours: Block, theirs: Block) -> Lines | None:
    return lines.merged(lines.merge(base.body if base else (), ours.body, theirs.body))


def _read(body: Lines) -> Found:
    """What source lines say; nothing where they cannot be read alone."""
    own = blocks.shifted(body, -blocks.indent(body[0]))
    text = "".join(f"{line}\n" for line in own)
    if text.startswith("- "):
        value = blocks.read("", f"x:\n{text}".encode())
        found = value and value["x"]
        return tuple(found) if isinstance(found, list) and len(found) == 1 else ()
    value = blocks.read("", text.encode())
    return tuple(value.values()) if value and len(value) == 1 else ()


def _keeps(base: Block | None, ours: Block, theirs: Block, made: Iterable[str]) -> bool:
    """Whether lines have all comments that either side wrote."""
    old, new = _notes(base.body if base else ()), _notes(made)
    return not any(_notes(block.body) - old - new for block in (ours, theirs))


def _notes(body: Iterable[str]) -> Counter[str]:
    """The comments of source lines, and all that looks like one."""
    found = (_NOTE.search(line) for line in body)
    return Counter(text for match in found if match and (text := match[1].strip()))


_NOTE = re.compile(r"(?:^|\s)#(.*)")


def _rows_of(base: Block | None, ours: Block, theirs: Block, names: Names) -> Outcome | None:
    """A list of mappings by its source lines; None where a side would then be no list."""
    if agreed((base.value,) if base else (), (ours.value,), (theirs.value,)):
        return None
    chunks = lines.merge(base.body if base else (), ours.body, theirs.body)
    values = [_read(lines.side(chunks, number)) for number in (0, 2)]
    if not all(value and isinstance(value[0], list) for value in values):
        return None
    clashes = any(isinstance(chunk, Clash) for chunk in chunks)
    return Outcome(chunks, values[0], values[1], (".".join(names),) * clashes)


# -- lists and mappings -------------------------------------------------------------------------


def _collection(
    base: Block | None, ours: Block, theirs: Block, rules: Mapping[str, Rule], names: Names
) -> Outcome | None:
    """A list as a set, or a mapping by its keys; None where its lines do not allow it."""
    old = blocks.parts(base) if base else None
    mine, yours = blocks.parts(ours), blocks.parts(theirs)
    if mine is None or yours is None or (base and old is None):
        return None
    flow = preferred(old and old.flow, mine.flow, yours.flow)
    for style in (flow, not flow):
        outcome = _in_one_style(old, mine, yours, style, isinstance(ours.value, list), rules, names)
        if outcome and _keeps(
            base, ours, theirs, [row for chunk in outcome.chunks for row in _both_sides(chunk)]
        ):
            return outcome
    return None


def _both_sides(chunk: Chunk) -> Lines:
    return chunk.ours + chunk.theirs if isinstance(chunk, Clash) else chunk


def _in_one_style(
    base: Parts | None,
    ours: Parts,
    theirs: Parts,
    flow: bool,
    listed: bool,
    rules: Mapping[str, Rule],
    names: Names,
) -> Outcome | None:
    versions = [part for part in (base, ours, theirs) if part]
    columns = [part.column for part in (ours, theirs) if part.flow == flow] or [0]
    column = preferred(base.column if base and base.flow == flow else None, columns[0], columns[-1])
    frame = _frame(flow, base, ours, theirs)
    sheets = [_in_style(part, flow, column, listed) for part in versions]
    if frame is None or None in sheets:
        return None
    old, mine, yours = [*([Sheet()] if base is None else []), *(sheet or Sheet() for sheet in sheets)]
    found = _fields(old, mine, yours, rules, names)
    tail = _comments(old.tail, mine.tail, yours.tail)
    end = (f"comment at the end of {'.'.join(names)}",) * sum(isinstance(chunk, Clash) for chunk in tail)
    chunks = _joined(found, frame) if flow else _stacked(found, tail, frame, "[]" if listed else "{}")
    if chunks is None:
        return None
    conflicts = (*(name for outcome in found.values() for name in outcome.conflicts), *end)
    values = [
        {key: outcome.ours[0] for key, outcome in found.items() if outcome.ours},
        {key: outcome.theirs[0] for key, outcome in found.items() if outcome.theirs},
    ]
    if listed:
        return Outcome(chunks, ([*values[0].values()],), ([*values[1].values()],), conflicts)
    return Outcome(chunks, (values[0],), (values[1],), conflicts)


def _in_style(part: Parts, flow: bool, column: int, listed: bool) -> Sheet | None:
    """The blocks in brackets, or each on lines of its own; None where brackets cannot hold them."""
    dash = "- " if listed else ""
    if part.flow == flow:
        if flow or part.column == column:
            return part.sheet
        by = column - part.column
        moved = (
            block._replace(lead=blocks.shifted(block.lead, by), body=blocks.shifted(block.body, by))
            for block in part.sheet.blocks
        )
        return Sheet(part.sheet.head, tuple(moved), blocks.shifted(part.sheet.tail, by))
    if part.flow:
        start = " " * column + dash
        rows = (block._replace(body=(start + block.body[0].strip(),)) for block in part.sheet.blocks)
        return Sheet((), tuple(rows))
    pieces: list[Block] = []
    for block in part.sheet.blocks:
        line = blocks.scalar(block.body[0], keyed=not listed)
        if line is None or not line.value or len(block.body) > 1:
            return None
        piece = f" {line.before.strip().removeprefix('-').strip()} {line.value}"
        pieces.append(block._replace(lead=(), body=(piece,)))
    return Sheet((), tuple(pieces))


class _Frame(NamedTuple):
    """What stands before and after the blocks: the line of their key."""

    before: str
    after: str


def _frame(flow: bool, base: Parts | None, ours: Parts, theirs: Parts) -> _Frame | None:
    """What the versions make of the line of the key; None where nobody writes it so, or both anew."""
    mine, yours = (ours, theirs) if ours.flow == flow else (theirs, ours)
    if mine.flow != flow:
        return None
    yours = yours if yours.flow == flow else mine
    old = base if base and base.flow == flow else None
    before = agreed(old and old.before, mine.before, yours.before)
    after = agreed(old and old.after, mine.after, yours.after)
    return _Frame(before[0], after[0]) if before and after else None


def _stacked(
    found: Mapping[str, Outcome], tail: Sequence[Chunk], frame: _Frame, nothing: str
) -> list[Chunk] | None:
    """Blocks below the line of their key."""
    if not found:
        line = blocks.scalar(frame.before)
        return [(f"{line.before} {nothing}{line.after}",), *tail] if line else None
    if not any(outcome.ours for outcome in found.values()) or not any(o.theirs for o in found.values()):
        return None
    return [(frame.before,), *(chunk for outcome in found.values() for chunk in outcome.chunks), *tail]


def _joined(found: Mapping[str, Outcome], frame: _Frame) -> list[Chunk] | None:
    """Blocks between the brackets of one line; None where one of them clashes."""
    pieces: list[str] = []
    for outcome in found.values():
        piece = lines.merged(outcome.chunks)
        if piece is None:
            return None
        pieces += (row.strip() for row in piece)
    pad = " " if frame.before.endswith(" ") else ""
    return [(f"{frame.before}{', '.join(pieces)}{pad}{frame.after}",)]

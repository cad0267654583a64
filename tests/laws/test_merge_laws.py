"""Laws of merging, over pairs of edits drawn at random from a seed.

What is expected is worked out here on the drafts that the edits were made on, which know nothing of
YAML; the merge sees the files alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher
from functools import cache
from typing import Any, NamedTuple

import pytest

from bench import merging
from bench.merging import PATH, Draft, Triple
from opsflow.reading import documents
from opsflow.reading.merge import Merged, merge

PAIRS = 1000
GONE = object()
LISTS = merging.LISTS
EACH = ("allow", "entered")


class Expected(NamedTuple):
    """A document for each way to resolve the conflicts, and the fields that have one."""

    ours: dict[str, Any]
    theirs: dict[str, Any]
    conflicts: set[str]


# -- three plain documents ----------------------------------------------------------------------


def three_way(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> Expected:
    found = Expected({}, {}, set())
    for key in {**ours, **theirs}:
        versions = [document.get(key, GONE) for document in (base, ours, theirs)]
        mine, yours, conflicts = value(key, *versions)
        found.conflicts.update(conflicts)
        if mine is not GONE:
            found.ours[key] = mine
        if yours is not GONE:
            found.theirs[key] = yours
    return found


def value(key: str, base: Any, ours: Any, theirs: Any) -> tuple[Any, Any, set[str]]:
    """The value where conflicts are resolved for ours, for theirs, and which there are."""
    if ours == theirs or theirs == base:
        return ours, ours, set()
    if ours == base:
        return theirs, theirs, set()
    if GONE not in (ours, theirs):
        if key in LISTS:
            merged = {*ours} & {*theirs} | ({*ours} | {*theirs}) - {*(base if base is not GONE else ())}
            return merged, merged, set()
        if key in EACH:
            inner = three_way({} if base is GONE else base, ours, theirs)
            return inner.ours, inner.theirs, {f"{key}.{name}" for name in inner.conflicts}
        if key in ("description", "checklist") and base is not GONE:
            rows = [text.splitlines() for text in (base, ours, theirs)]
            merged_rows = by_rows(*rows, apart=key == "checklist")
            if merged_rows is not None:
                return merged_rows, merged_rows, set()
            return ..., ..., {key}
        if key == "checklist":
            both = [*ours.splitlines(), *theirs.splitlines()]
            return both, both, set()
    return ours, theirs, {key}


def by_rows(base: list[str], ours: list[str], theirs: list[str], apart: bool) -> list[str] | None:
    """Line by line: each line of the base, and each gap between two, has one owner at most."""
    sides = [changes(base, side) for side in (ours, theirs)]
    if not apart:
        own, others = ({*((span, *rows) for span, rows in side.items())} for side in sides)
        for (start, end), *_ in own - others:
            if any(start <= other_end and other <= end for (other, other_end), *_ in others - own):
                return None
    out: list[str] = []
    for at in range(len(base) + 1):
        for side in sides:  # additions to a list of steps stand one after the other
            out += next((rows for (start, end), rows in side.items() if start == end == at), ())
        changed = [(span, rows) for side in sides for span, rows in side.items() if span[0] <= at < span[1]]
        if len(changed) > 1:
            if changed[0] == changed[1]:
                changed = changed[:1]
            else:
                return None
        if changed:
            out += changed[0][1] if changed[0][0][0] == at else ()
        elif at < len(base):
            out.append(base[at])
    return out


def changes(base: list[str], side: list[str]) -> dict[tuple[int, int], list[str]]:
    """Which lines of the base became which; words are never repeated, so there is one answer."""
    codes = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return {(i, j): side[k:end] for tag, i, j, k, end in codes if tag != "equal"}


# -- what came out ------------------------------------------------------------------------------


def resolved(data: bytes, mine: bool) -> dict[str, Any]:
    """The document once every conflict is resolved for ours, or for theirs."""
    rows: list[str] = []
    part = "both"
    for row in data.decode().splitlines(keepends=True):
        mark = row[:7]
        if mark == "<<<<<<<":
            part = "ours"
        elif mark == "=======":
            part = "theirs"
        elif mark == ">>>>>>>":
            part = "both"
        elif part in ("both", "ours" if mine else "theirs"):
            rows.append(row)
    found, faults = documents.load(PATH, "".join(rows).encode())
    assert faults == ()
    assert found is not None
    return found


def same(found: dict[str, Any], expected: dict[str, Any], beside: Collection[str] = ()) -> bool:
    """Lists are compared as sets here, and texts by lines, for a file's last line may lack its end."""
    if {*found} - {*beside} != {*expected} - {*beside}:
        return False
    for key, wanted in expected.items():
        if key in beside:
            continue
        said = found[key]
        if wanted is ...:
            continue
        if isinstance(wanted, set):
            if not (len(said) == len(wanted) and {*said} == wanted):
                return False
        elif isinstance(wanted, list) and isinstance(said, str):
            if said.splitlines() != wanted:
                return False
        elif key in ("description", "checklist"):
            if said.splitlines() != wanted.splitlines():
                return False
        elif said != wanted:
            return False
    return True


def tokens(draft: Draft) -> set[str]:
    return {*re.findall(r"\b[bot]\d+x\b", merging.written(draft).decode())}


@cache
def merged(odd: bool) -> list[tuple[Triple, Merged]]:
    """All pairs, merged once for all laws."""
    triples = merging.triples(PAIRS, 7 if odd else 3, odd=odd)
    return [(triple, merge(PATH, *map(merging.written, triple))) for triple in triples]


# -- laws ---------------------------------------------------------------------------------------


def test_drafts_are_read_as_what_they_say() -> None:
    for triple in merging.triples(100, 5, odd=True):
        for version in triple:
            found, faults = documents.load(PATH, merging.written(version))
            assert faults == ()
            assert found is not None
            assert same(found, merging.plain(version))


def comments(draft: Draft, key: str) -> set[str]:
    entry = draft.entry(key)
    return {*entry.lead, entry.note, *entry.notes.values()} - {""} if entry else set()


def on_one_line(triple: Triple, expected: Expected, conflicts: set[str]) -> Expected:
    """The same where mappings stand on one line, which is in conflict as a whole if a key of it is."""
    inner = {name: name.partition(".")[0] for name in expected.conflicts if "." in name}
    for key in {*inner.values()} & conflicts:
        _, ours, theirs = map(merging.plain, triple)
        expected.ours[key], expected.theirs[key] = ours[key], theirs[key]
    return expected._replace(
        conflicts={
            key if (key := inner.get(name, name)) in conflicts else name for name in expected.conflicts
        }
    )


def for_comments(triple: Triple, conflicts: set[str]) -> set[str]:
    """The fields of these conflicts; each has to have a comment that a side wrote."""
    keys = {name.partition(".")[0] for name in conflicts}
    for key in keys:
        base, ours, theirs = (comments(version, key) for version in triple)
        assert ours - base or theirs - base, key
    return keys


@pytest.mark.parametrize("odd", [False, True])
def test_the_result_is_the_three_way_merge_of_the_plain_documents(odd: bool) -> None:
    clean = more = 0
    for triple, (data, said) in merged(odd):
        conflicts = {name for name in said if not name.startswith("comment ")}
        expected = on_one_line(triple, three_way(*map(merging.plain, triple)), conflicts)
        assert expected.conflicts <= conflicts, data.decode()
        beside = for_comments(triple, conflicts - expected.conflicts) if odd else set()
        assert conflicts - beside <= expected.conflicts, data.decode()
        for mine, wanted in ((True, expected.ours), (False, expected.theirs)):
            if mine or said:
                assert same(resolved(data, mine), wanted, beside), data.decode()
        clean += not said
        more += bool(beside)
    assert PAIRS / 2 < clean < PAIRS
    assert more < PAIRS / 50


@pytest.mark.parametrize("odd", [False, True])
def test_no_word_of_either_side_is_lost(odd: bool) -> None:
    for triple, (data, _) in merged(odd):
        base, ours, theirs = map(tokens, triple)
        missing = ((ours | theirs) - base) | (base & ours & theirs)
        missing -= {*re.findall(r"\b[bot]\d+x\b", data.decode())}
        assert missing == set(), (missing, data.decode())


def test_fields_and_lists_keep_the_order_of_both_sides() -> None:
    for triple, (data, conflicts) in merged(False):
        if conflicts:
            continue
        found = resolved(data, True)
        base, *sides = map(merging.plain, triple)
        if any(
            [key for key in base if key in side] != [key for key in side if key in base] for side in sides
        ):
            continue  # a field was removed and added elsewhere
        twice = {*sides[0]} & {*sides[1]} - {*base}  # added by both sides, maybe at different places
        for version in sides:
            kept = {*version} & {*found} - twice
            assert [key for key in version if key in kept] == [key for key in found if key in kept]
            for key in {*LISTS} & {*version} & {*found}:
                mine, theirs = version[key], found[key]
                assert [name for name in mine if name in theirs] == [name for name in theirs if name in mine]


def test_there_are_far_fewer_conflicts_than_by_lines() -> None:
    """`python -m bench.merging` measures it over more pairs; the figures are in docs/merging.md."""
    found = merging.compare(150, 1)
    assert 2 * found.fields < found.lines
    assert found.fields_only == 0
    assert found.broken > 0

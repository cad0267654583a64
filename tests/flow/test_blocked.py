"""Blocked time, by cause."""

from collections.abc import Iterable

from opsflow.flow import blocked, spans, visits
from opsflow.flow.blocked import Cause
from opsflow.flow.visits import moment
from opsflow.model import Story
from tests import told
from tests.told import at
from tests.varied import replace

DAY = 86400


def causes(stories: Iterable[Story], start: str, end: str) -> tuple[Cause, ...]:
    found = visits.of_stories(stories).blocked
    return blocked.causes(found, at(start).timestamp(), at(end).timestamp())


def test_causes_are_ordered_by_time_and_cut_to_the_stretch() -> None:
    stories = [
        told.story(
            "OPS-1",
            "2026-01-01 00:00 doing",
            blocked="2026-01-02 00:00 vendor:acme, 2026-01-06 00:00 -, 2026-01-08 00:00 maria",
        ),
        told.story("OPS-2", "2026-01-01 00:00 doing", blocked="2026-01-05 00:00 vendor:acme"),
        told.story("OPS-3", "2026-01-01 00:00 doing", blocked="2025-01-01 00:00 ben, 2025-02-01 00:00 -"),
    ]
    assert causes(stories, "2026-01-05 00:00", "2026-01-10 00:00") == (
        Cause("vendor:acme", 6, times=2, now=1),
        Cause("maria", 2, times=1, now=1),
    )


def test_a_block_without_a_name_goes_by_its_reason() -> None:
    found = told.story("OPS-1", "2026-01-01 00:00 doing", blocked="2026-01-02 00:00 x")
    nameless = replace(found, blocked=(replace(found.blocked[0], by=""),))
    assert causes([nameless], "2026-01-01 00:00", "2026-01-03 00:00") == (
        Cause("waits for x", 1, times=1, now=1),
    )


def test_a_block_that_ends_with_the_stretch_stands_at_its_end() -> None:
    found = told.story(
        "OPS-1", "2026-01-01 00:00 doing", blocked="2026-01-02 00:00 maria, 2026-01-04 00:00 -"
    )
    assert causes([found], "2026-01-01 00:00", "2026-01-04 00:00") == (Cause("maria", 2, times=1, now=1),)
    assert causes([found], "2026-01-01 00:00", "2026-01-04 00:01") == (Cause("maria", 2, times=1, now=0),)


def test_a_block_is_at_an_end_while_its_item_is_over() -> None:
    """Done, dropped, or deleted; and before its first commit there was nothing to block."""
    told_ = told.story(
        "OPS-1",
        "2026-01-02 00:00 doing, 2026-01-04 00:00 done, 2026-01-05 00:00 dropped, 2026-01-06 00:00 doing, "
        "2026-01-07 00:00 -, 2026-01-08 00:00 limbo",
        blocked="2026-01-01 00:00 maria, 2026-01-09 00:00 -, 2026-01-09 12:00 ben",
    )
    known = spans.of(told.board(), told.history([told_])).blocked
    days = [
        tuple(None if when is None else moment(when) for when in pair)
        for pair in zip(known.start, known.end, strict=True)
    ]
    assert list(zip(known.by, days, strict=True)) == [
        ("maria", (at("2026-01-02 00:00"), at("2026-01-04 00:00"))),
        ("maria", (at("2026-01-06 00:00"), at("2026-01-07 00:00"))),
        ("maria", (at("2026-01-08 00:00"), at("2026-01-09 00:00"))),
        ("ben", (at("2026-01-09 12:00"), None)),
    ]
    (first, *_, last) = spans.blocks(told.board(), told_)
    assert (first.start, first.end) == (at("2026-01-02 00:00"), at("2026-01-04 00:00"))
    assert (last.value, last.start, last.end) == ("waits for ben", at("2026-01-09 12:00"), None)


def test_overlapping_blocks_count_once() -> None:
    assert blocked.union([(2 * DAY, 4 * DAY), (0, 3 * DAY)], DAY, 31 * DAY) == 3 * DAY
    assert blocked.union([(2 * DAY, None)], DAY, 31 * DAY) == 29 * DAY
    assert blocked.union([], DAY, 31 * DAY) == 0

"""Blocked time, by cause."""

from collections.abc import Iterable

from opsflow.flow import blocked, visits
from opsflow.flow.blocked import Cause
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


def test_overlapping_blocks_count_once() -> None:
    assert blocked.union([(2 * DAY, 4 * DAY), (0, 3 * DAY)], DAY, 31 * DAY) == 3 * DAY
    assert blocked.union([(2 * DAY, None)], DAY, 31 * DAY) == 29 * DAY
    assert blocked.union([], DAY, 31 * DAY) == 0

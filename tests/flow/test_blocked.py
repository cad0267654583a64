"""Blocked time, by cause."""

from datetime import timedelta

from opsflow.flow import blocked
from opsflow.flow.blocked import Cause
from tests import told
from tests.told import at
from tests.varied import replace

DAY = timedelta(days=1)


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
    assert blocked.causes(stories, at("2026-01-05 00:00"), at("2026-01-10 00:00")) == (
        Cause("vendor:acme", 6 * DAY, times=2, now=1),
        Cause("maria", 2 * DAY, times=1, now=1),
    )


def test_a_block_without_a_name_goes_by_its_reason() -> None:
    found = told.story("OPS-1", "2026-01-01 00:00 doing", blocked="2026-01-02 00:00 x")
    nameless = replace(found, blocked=(replace(found.blocked[0], by=""),))
    causes = blocked.causes([nameless], at("2026-01-01 00:00"), at("2026-01-03 00:00"))
    assert causes == (Cause("waits for x", DAY, times=1, now=1),)


def test_overlapping_blocks_count_once() -> None:
    one, _ = told.spans("2026-01-01 00:00 a, 2026-01-04 00:00 -")
    two, _ = told.spans("2026-01-03 00:00 b, 2026-01-05 00:00 -")
    assert blocked.union([*two, *one], at("2026-01-02 00:00"), at("2026-02-01 00:00")) == 3 * DAY
    assert blocked.union([], at("2026-01-02 00:00"), at("2026-02-01 00:00")) == timedelta()

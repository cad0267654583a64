"""What a history tells, as rows."""

from datetime import timedelta

import pytest

from opsflow.events import moments, rows
from opsflow.events.rows import Row
from opsflow.model import Span
from opsflow.reading import values
from tests import told
from tests.varied import replace

TOLD = told.story(
    "OPS-1",
    "2026-01-05 09:00 inbox, 2026-01-06 10:00 doing, 2026-01-08 17:00 done",
    blocked="2026-01-06 12:00 maria, 2026-01-07 12:00 -",
)
BOARD = told.board(
    told.item(
        "OPS-1", "done", services=("mail",), part_of="P-1", labels=("a", "b"), estimate=timedelta(days=2)
    )
)


def test_an_item_has_a_row_for_each_state_and_each_block() -> None:
    found = list(rows.of(told.facts(BOARD, told.history([TOLD]))))
    fixed = ("OPS-1", "Title of OPS-1", "request", "standard")
    more = (("mail",), "P-1", ("a", "b"), timedelta(days=2))
    commits = [move.commit.id for move in TOLD.transitions]
    at = [told.at(text).timestamp() for text in ("2026-01-05 09:00", "2026-01-06 10:00", "2026-01-08 17:00")]
    noon = told.at("2026-01-06 12:00").timestamp()
    by = "Maria Example"
    assert found == [
        Row(*fixed, "state", "inbox", "", at[0], at[1], commits[0], by, "", *more),
        Row(*fixed, "state", "doing", "inbox", at[1], at[2], commits[1], by, "", *more),
        Row(*fixed, "state", "done", "doing", at[2], None, commits[2], by, "", *more),
        Row(
            *fixed,
            "blocked",
            "waits for maria",
            "",
            noon,
            noon + 86400,
            TOLD.blocked[0].commit.id,
            by,
            "maria",
            *more,
        ),
    ]


def test_people_have_rows_and_types_only_where_they_changed() -> None:
    first = TOLD.types[0]
    half = told.at("2026-01-07")
    changed = (replace(first, value="incident", end=half), Span("request", half, None, first.commit))
    story = replace(TOLD, blocked=(), types=changed, assigned=(replace(first, value="ben", end=None),))
    found = [
        (row.field, row.value, moments.written(row.entered))
        for row in rows.of(told.facts(BOARD, told.history([story])))
    ]
    assert found[3:] == [
        ("assigned", "ben", "2026-01-05T09:00:00Z"),
        ("type", "incident", "2026-01-05T09:00:00Z"),
        ("type", "request", "2026-01-07T00:00:00Z"),
    ]


def test_without_a_history_there_are_no_rows() -> None:
    assert list(rows.of(told.facts(BOARD))) == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1772355600.0, "2026-03-01T09:00:00Z"),
        (0.25, "1970-01-01T00:00:00.250000Z"),
        (None, ""),
    ],
)
def test_moments_are_written_in_utc(seconds: float | None, text: str) -> None:
    assert moments.written(seconds) == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(2880, "2d"), (90, "90m"), (1440 * 7, "7d"), (120, "2h"), (0.5, "0.5m"), (None, "")]
)
def test_lengths_are_written_as_items_have_them(minutes: float | None, text: str) -> None:
    length = None if minutes is None else timedelta(minutes=minutes)
    assert moments.length(length) == text
    assert values.duration(text) == length

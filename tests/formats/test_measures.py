"""What measures look like on a terminal, and as CSV."""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from opsflow import measures
from opsflow.formats import evidence
from opsflow.formats import measures as shown
from opsflow.formats.paint import ansi
from opsflow.formats.visible import width
from opsflow.measures import query
from tests.boards import facts_in
from tests.reports import small_board

SNAPSHOTS = Path(__file__).parent / "snapshots"
WIDTHS = {"80": 80, "pipe": None}
SCREENS: dict[str, tuple[str, ...]] = {
    "cycle-time": ("cycle-time",),
    "ages-and-blocks": ("ageing", "blocked"),
    "unplanned": ("unplanned", "displacement"),
    "by-type": ("throughput",),
    "limits": ("control-chart", "littles-law"),
}


def views(screen: str) -> list[dict[str, Any]]:
    asked = replace(query.of(small_board.facts()), listed=False, by="type" if screen == "by-type" else "")
    return [measures.view(name, asked) for name in SCREENS[screen]]


@pytest.mark.parametrize("wide", WIDTHS)
@pytest.mark.parametrize("screen", SCREENS)
def test_measures_are_shown_as_they_were(screen: str, wide: str) -> None:
    """UPDATE_SNAPSHOTS=1 writes them anew; read the difference before it is committed."""
    text = shown.render(views(screen), columns_wide=WIDTHS[wide])
    path = SNAPSHOTS / f"measure-{screen}-{wide}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("screen", SCREENS)
def test_no_line_is_wider_than_the_terminal_but_for_tables_that_cannot_be(screen: str) -> None:
    lines = shown.render(views(screen), columns_wide=80).splitlines()
    assert [line for line in lines if width(line) > 80 and not line.startswith("  ")] == []


def test_colour_is_only_added() -> None:
    for screen in SCREENS:
        painted = shown.render(views(screen), paint=ansi, columns_wide=80)
        assert "\x1b[" in painted
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == shown.render(views(screen), columns_wide=80)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1, "items", "1 item"),
        (1200, "items", "1,200 items"),
        (2.0, "days", "2 days"),
        (2.25, "days", "2.2 days"),
        (0.0421, "a day", "0.042 a day"),
        (0.5, "share", "50%"),
        (0.0314, "share", "3.1%"),
        (0, "", "0"),
    ],
)
def test_a_figure_is_said_with_its_unit(value: float, unit: str, said: str) -> None:
    assert shown.figure(value, unit) == said


def test_csv_has_the_rows_and_says_of_which_slice_they_are() -> None:
    facts = facts_in(
        "2026-03-01 OPS-1: {state: doing, title: '=1+1'}\n2026-03-02 OPS-1: {state: done, title: '=1+1'}\n"
        "2026-03-02 OPS-2: {state: done, type: incident}\ntoday: 2026-03-09"
    )
    head = "id,title,type,class,begun_on,finished_on,days,working_days\n"
    rows = (
        "OPS-1,'=1+1,request,standard,2026-03-01,2026-03-02,2,1\n",
        "OPS-2,Some work,incident,standard,2026-03-02,2026-03-02,1,1\n",
    )
    assert shown.csv(measures.view("cycle-time", query.of(facts))) == head + "".join(rows)
    sliced = measures.view("cycle-time", replace(query.of(facts), by="type"))
    assert shown.csv(sliced) == f"slice,{head}incident,{rows[1]}request,{rows[0]}"


def test_what_is_behind_a_number_is_shown_with_its_commits() -> None:
    facts = facts_in(
        "2026-03-02 OPS-1: {state: doing}\n2026-03-03 OPS-2: {state: ready}\n2026-03-04 OPS-1: {state: done}\n"
        "today: 2026-03-05"
    )
    found = evidence.report("cycle-time", query.of(facts))
    commit = found["evidence"][0]["commit"]
    assert found["evidence"] == [
        {
            "item": "OPS-1",
            "title": "Some work",
            "what": "finished",
            "at": "2026-03-04T12:00:00+00:00",
            "on": "2026-03-04",
            "value": 3,
            "commit": commit,
            "author": "Maria",
            "subject": "Commit 2",
        }
    ]
    text = evidence.render(found)
    assert f"OPS-1  finished  2026-03-04      3  {commit[:10]}  Maria  Some work\n" in text
    assert evidence.csv(found) == (
        "item,title,what,at,value,commit,author,subject\n"
        f"OPS-1,Some work,finished,2026-03-04T12:00:00+00:00,3,{commit},Maria,Commit 2\n"
    )


def test_of_very_much_the_latest_is_shown() -> None:
    lines = [f"2026-03-01 OPS-{n}: {{state: done}}" for n in range(1, 251)]
    found = evidence.report("throughput", query.of(facts_in("\n".join([*lines, "today: 2026-03-05"]))))
    text = evidence.render(found)
    assert len(found["evidence"]) == 250
    assert text.count("finished  2026-03-01") == evidence.MOST
    assert text.endswith("The latest 200 of 250; --format json and csv have all.\n")


@pytest.mark.parametrize("name", [name for name in measures.ALL if name not in measures.SIMULATED])
def test_csv_has_the_same_header_without_a_row(name: str) -> None:
    full = measures.view(name, query.of(small_board.facts()))
    empty = {**full, "rows": []}
    header = ",".join(measures.columns(name))
    assert shown.csv(empty) == f"{header}\n"
    assert {",".join(row)[: len(header)] for row in full["rows"]} <= {header}
    if name != "cfd":
        assert {tuple(row) for row in full["rows"]} <= {measures.columns(name)}


def test_csv_of_slices_without_a_row_names_the_slice_first() -> None:
    view = measures.view("ageing", replace(query.of(small_board.facts()), by="type", keeps=lambda _: False))
    assert shown.csv(view).splitlines() == [",".join(("slice", *measures.columns("ageing")))]


@pytest.mark.parametrize("name", [name for name in measures.ALL if name not in measures.SIMULATED])
def test_no_line_is_wider_than_a_narrow_terminal(name: str) -> None:
    view = measures.view(name, replace(query.of(small_board.facts()), listed=False))
    lines = shown.render([view], columns_wide=60, define=True).splitlines()
    assert [line for line in lines if width(line) > 60 and " " in line.strip()] == []


def test_a_reason_that_stands_above_is_not_told_again_in_each_row() -> None:
    found = measures.view(
        "forecast", query.of(facts_in("today: 2026-03-02\n2026-03-01 OPS-1: {state: doing}"))
    )
    assert {row["reason"] for row in found["rows"]} == {found["reason"]}
    text = shown.render([found])
    assert text.count("something was finished on 0 of 0 working days; 5 such days are needed") == 1
    assert (found["title"], found["subtitle"]) == ("No forecast can be made", "")

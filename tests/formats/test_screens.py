"""What the views look like on a terminal: the reports' snapshots in, text out."""

import json
import os
import re
from pathlib import Path

import pytest

from opsflow import measures, reports
from opsflow.formats import item, views
from opsflow.formats.paint import Paint, ansi, plain
from opsflow.formats.visible import width

VIEWS = Path(__file__).parent.parent / "reports" / "snapshots"
SNAPSHOTS = Path(__file__).parent / "snapshots"
WIDTHS = {"80": 80, "160": 160, "pipe": None}
NARROW = {"60": 60, **WIDTHS}
NAMES = (*(name for name in reports.ALL if name not in measures.ALL), "item")


def screen(name: str, columns_wide: int | None, paint: Paint = plain) -> str:
    view = json.loads((VIEWS / f"{name}.json").read_text(encoding="utf-8"))
    if name == "item":
        return item.render(view, paint=paint, columns_wide=columns_wide)
    return views.render(name, view, paint=paint, columns_wide=columns_wide)


PROSE = ("item", "next")
"""These are text without tables: a narrow terminal is shown as well."""


@pytest.mark.parametrize(
    ("name", "wide"),
    [(name, wide) for name in NAMES for wide in (("60", "pipe") if name in PROSE else WIDTHS)],
)
def test_screens_are_as_they_were(name: str, wide: str) -> None:
    """UPDATE_SNAPSHOTS=1 writes them anew; read the difference before it is committed."""
    text = screen(name, NARROW[wide])
    path = SNAPSHOTS / f"{name}-{wide}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_colour_is_only_added(name: str) -> None:
    painted = screen(name, 80, ansi)
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == screen(name, 80)


@pytest.mark.parametrize("columns", [44, 50, 79, 80, 81, 133, 200])
def test_the_columns_of_the_board_fit_any_terminal(columns: int) -> None:
    lines = screen("board", columns).splitlines()
    assert max(map(width, lines[3:])) <= columns


def test_no_line_ends_in_spaces() -> None:
    for name in NAMES:
        for columns in WIDTHS.values():
            lines = screen(name, columns).splitlines()
            assert [line for line in lines if line != line.rstrip()] == [], name


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_wider_than_the_terminal(name: str, columns: int) -> None:
    """Only a table with more columns than fit is, by what its narrowest columns take."""
    parts = (part.splitlines() for part in screen(name, columns).split("\n\n") if "…" not in part)
    assert [line for part in parts for line in part if width(line) > columns] == []

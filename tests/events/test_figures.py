"""The view of a measure as tables."""

from opsflow import measures
from opsflow.events import figures

FACTS = measures.facts("wip")
VIEW = {
    "measure": "wip",
    "window": {"from_on": "2026-03-01", "to_on": "2026-03-31"},
    "definitions": [{"name": "x"}],
    "n": 3,
    "reason": "nothing is known",
    "reasons": {"most": "too few"},
    "now": 3,
    "mean": None,
    "most": None,
    "enough": 2,
    "rows": [
        {"id": "A-1", "state": {"state": "doing", "title": "In progress"}, "people": ["a", "b"]},
        {"id": "A-2", "state": None, "people": [], "items": [{"id": "A-3", "title": "x"}]},
    ],
    "levels": [],
    "slices": [],
}


def test_key_figures_are_rows_with_their_reasons() -> None:
    found = figures.sheets(VIEW)
    assert [sheet.name for sheet in found] == ["wip", "wip.rows"]
    assert [list(row) for row in found[0].rows][:3] == [
        ["wip", "", "now", "In flow", 3, "items", 3, "", "2026-03-01", "2026-03-31"],
        ["wip", "", "mean", "Mean", None, "items", 3, "nothing is known", "2026-03-01", "2026-03-31"],
        ["wip", "", "most", "Most at a day's end", None, "items", 3, "too few", "2026-03-01", "2026-03-31"],
    ]


def test_lists_are_tables_of_plain_cells() -> None:
    rows = figures.sheets(VIEW)[1]
    assert (list(rows.columns), list(rows.rows)) == (
        ["id", "state", "people", "items"],
        [["A-1", "doing", ["a", "b"], None], ["A-2", None, [], ["A-3"]]],
    )


def test_slices_stand_in_a_column_of_their_own() -> None:
    part = {key: VIEW[key] for key in ("n", "reason", "reasons", "now", "mean", "most", "enough", "rows")}
    found = figures.sheets({**VIEW, "slices": [{"slice": "incident", **part}]})
    assert [row[1] for row in found[0].rows] == [""] * len(FACTS) + ["incident"] * len(FACTS)
    assert [row[:2] for row in found[1].rows] == [
        ["", "A-1"],
        ["", "A-2"],
        ["incident", "A-1"],
        ["incident", "A-2"],
    ]


def test_the_rows_are_a_table_even_where_there_are_none() -> None:
    _, rows = figures.sheets({**VIEW, "rows": []})
    assert (rows.name, list(rows.columns), list(rows.rows)) == ("wip.rows", ["day_on", "wip"], [])

"""How much of each project's budget is spent, and when it runs out."""

from tests.measures.asked import evidence, figure, pick

BOARD = """
today: 2026-03-10
currency: EUR
projects:
  PRJ-1: {title: Move, budget: 2000, due: 2026-03-31}
  PRJ-2: {title: Build, budget: 100}
  PRJ-3: {title: Learn}
2026-03-01 OPS-1: {state: doing, part_of: PRJ-1, cost: 400}
2026-03-01 OPS-5: {state: done, part_of: PRJ-3, cost: 7}
2026-03-02 OPS-2: {state: doing, part_of: OPS-1, cost: 600}
2026-03-03 OPS-3: {state: ready, part_of: PRJ-1, cost: 500}
2026-03-03 OPS-4: {state: done, part_of: PRJ-2}
2026-03-04 OPS-6: {state: dropped, part_of: PRJ-1, cost: 9}
2026-03-05 OPS-1: {state: done, part_of: PRJ-1, cost: 400}
2026-03-06 OPS-2: {state: done, part_of: OPS-1, cost: 600}
2026-03-07 OPS-7: {state: ready, part_of: PRJ-1}
"""


def test_what_is_spent_is_the_cost_of_finished_items_parts_of_parts_included() -> None:
    found = figure("budget", BOARD)
    assert pick(
        found["rows"],
        "project",
        "budget",
        "spent",
        "left",
        "planned",
        "measured",
        "unmeasured",
        "items",
        "finished",
    ) == [
        ("PRJ-1", 2000, 1000, 1000, 1500, 2, 0, 4, 2),
        ("PRJ-2", 100, None, None, None, 0, 1, 1, 1),
        ("PRJ-3", None, 7, None, 7, 1, 0, 1, 1),
    ]
    assert (found["budget"], found["spent"], found["unmeasured"], found["n"]) == (2100, 1007, 1, 2)


def test_the_burn_is_per_calendar_day_since_the_first_start_and_tells_when_it_runs_out() -> None:
    rows = figure("budget", BOARD)["rows"]
    assert pick(rows, "project", "began_on", "burn_per_day", "runs_out_on", "short", "reason") == [
        ("PRJ-1", "2026-03-01", 100, "2026-03-20", True, ""),
        ("PRJ-2", "2026-03-03", None, None, False, "no finished item has a cost"),
        ("PRJ-3", "2026-03-01", 0.7, None, False, ""),
    ]
    assert figure("budget", BOARD)["title"] == "1 of 2 budgets runs short"


def test_earned_value_by_time_where_not_every_item_has_a_date() -> None:
    """9 of 30 days have gone by since the first start: 1.2 of 4 items should be finished."""
    (first, second) = figure("budget", BOARD)["earned"]
    assert {
        key: first[key] for key in ("bac", "pv", "ev", "ac", "sv", "cv", "spi", "cpi", "eac", "tcpi")
    } == {
        "bac": 2000,
        "pv": 600,
        "ev": 1000,
        "ac": 1000,
        "sv": 400,
        "cv": 0,
        "spi": round(1000 / 600, 6),
        "cpi": 1,
        "eac": 2000,
        "tcpi": 1,
    }
    assert (first["planned_by"], first["units_planned"], first["reason"]) == ("time until its date", 1.2, "")
    assert (second["ev"], second["pv"], second["ac"], second["cpi"]) == (100, None, None, None)
    assert second["reason"] == (
        "neither its items nor the project say when they are due; 1 finished item without a cost"
    )


def test_earned_value_by_the_dates_of_items_where_each_has_one() -> None:
    found = figure(
        "budget",
        """
today: 2026-03-10
projects: {PRJ-1: {title: Move, budget: 90}}
2026-03-01 OPS-1: {state: done, part_of: PRJ-1, cost: 40, due: 2026-03-10}
2026-03-02 OPS-2: {state: ready, part_of: PRJ-1, due: 2026-03-09}
2026-03-02 OPS-3: {state: ready, part_of: PRJ-1, due: 2026-03-11}
""",
    )
    (row,) = found["earned"]
    assert (row["planned_by"], row["units_planned"]) == ("dates of its items", 2)
    assert (row["pv"], row["ev"], row["ac"], row["spi"], row["cpi"]) == (60, 30, 40, 0.5, 0.75)


def test_costs_stand_behind_it() -> None:
    assert evidence("budget", BOARD) == [
        ("OPS-5", "finished", 7),
        ("OPS-4", "finished", None),
        ("OPS-1", "finished", 400),
        ("OPS-2", "finished", 600),
    ]


def test_without_a_history_what_is_spent_is_known_and_the_burn_is_not() -> None:
    found = figure(
        "budget",
        "projects: {PRJ-1: {title: Move, budget: 90}}\nOPS-1: {state: done, part_of: PRJ-1, cost: 40}",
    )
    (row,) = found["rows"]
    assert (row["spent"], row["left"], row["burn_per_day"], row["runs_out_on"], row["reason"]) == (
        40,
        50,
        None,
        None,
        "the board is not in a Git repository",
    )


def test_a_budget_of_nothing_and_one_that_is_used_up() -> None:
    found = figure(
        "budget",
        """
today: 2026-03-10
projects: {PRJ-1: {title: Move, budget: 0}, PRJ-2: {title: Build, budget: 30}}
2026-03-01 OPS-1: {state: done, part_of: PRJ-1, cost: 40}
2026-03-01 OPS-2: {state: done, part_of: PRJ-2, cost: 40}
2026-03-01 OPS-3: {state: ready, part_of: PRJ-2}
""",
    )
    assert pick(found["rows"], "project", "budget_used_share", "runs_out_on", "short") == [
        ("PRJ-1", None, None, False),
        ("PRJ-2", round(40 / 30, 6), "2026-03-10", True),
    ]
    assert [row["tcpi"] for row in found["earned"]] == [None]


def test_without_projects_or_budgets_there_are_words() -> None:
    assert figure("budget", "OPS-1: {state: done, cost: 4}")["reason"].startswith("There are no projects")
    bare = figure("budget", "projects: {PRJ-1: {title: Move}}\nOPS-1: {state: done, part_of: PRJ-1}")
    assert bare["reason"] == "No project in catalog.yaml has a `budget`."
    assert (bare["budget"], bare["spent"]) == (None, None)
    assert bare["reasons"] == {"spent": "no finished item of a project has a cost"}


def test_items_that_are_parts_of_one_another_in_a_ring_are_of_no_project() -> None:
    found = figure(
        "budget", "OPS-1: {state: done, part_of: OPS-2, cost: 4}\nOPS-2: {state: done, part_of: OPS-1}"
    )
    assert found["rows"] == []

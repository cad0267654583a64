"""In which order work should be done, and what that gains."""

from dataclasses import replace
from typing import Any

from opsflow import measures
from tests.measures import asked as told
from tests.measures.asked import asked, pick

ESTIMATED = """
today: 2026-03-10
OPS-1: {state: ready, estimate: 3d, cost_of_delay: 1000, depends_on: [OPS-4]}
OPS-2: {state: ready, estimate: 4d, cost_of_delay: 2400}
OPS-3: {state: ready, estimate: 6d, cost_of_delay: 3000, depends_on: [OPS-4]}
OPS-4: {state: ready, estimate: 10d}
OPS-5: {state: ready, estimate: 1d}
"""


def figure(board: str) -> dict[str, Any]:
    """The order of a board that has a history: what no line dates came with its first commit."""
    return told.figure("order", f"{board}\n2026-03-01 OPS-99: {{state: dropped}}")


def test_the_weight_is_cost_of_delay_by_remaining_days_and_what_holds_up_inherits() -> None:
    found = figure(ESTIMATED)
    assert pick(found["rows"], "place", "id", "own", "inherited", "remaining_days", "holds_up") == [
        (1, "OPS-4", 0, round(1000 / 3 + 500, 6), 10, ["OPS-1", "OPS-3"]),
        (2, "OPS-2", 600, 0, 4, []),
        (3, "OPS-3", 500, 0, 6, []),
        (4, "OPS-1", round(1000 / 3, 6), 0, 3, []),
    ]
    assert (found["n"], found["without_cost"], found["cost_per_day"]) == (4, 1, 6400)


def test_the_gain_is_what_delay_costs_less_than_in_todays_order_and_may_be_a_loss() -> None:
    """Today 3 and 1 wait for 4, which comes behind 2: done on days 4 (2), 14 (4), 20 (3), 23 (1).

    By weight 4 is done on day 10, 2 on 14, 3 on 20 and 1 on 23: what comes after is no sooner for it.
    """
    found = figure(ESTIMATED)
    places = {row["id"]: row["today_place"] for row in found["rows"]}
    assert places == {"OPS-3": 1, "OPS-2": 2, "OPS-1": 3, "OPS-4": 4}
    assert (found["lanes"], found["gain"], found["gain_p85"]) == (1, 2400 * (4 - 14), 2400 * (4 - 14))
    assert found["title"] == "OPS-4 first by weight, but today's order costs 24,000 less delay"


def test_an_order_gains_where_the_dear_but_long_stood_before_the_short() -> None:
    """Today 1 is done on day 10, 2 on 11: 10 * 9 + 11 * 5. By weight it is 1 * 5 + 11 * 9."""
    found = figure(
        "OPS-1: {state: ready, estimate: 10d, cost_of_delay: 9}\nOPS-2: {state: ready, estimate: 1d, cost_of_delay: 5}",
    )
    assert (found["gain"], found["title"]) == (
        145 - 104,
        "OPS-2 first: this order saves about 41 of delay",
    )


def test_a_project_lends_its_weight_to_its_open_parts() -> None:
    found = figure(
        """
projects: {PRJ-1: {title: Move, cost_of_delay: 90}, PRJ-2: {title: Rest}, PRJ-3: {title: Done, cost_of_delay: 5}}
OPS-1: {state: ready, estimate: 2d, part_of: PRJ-1}
OPS-2: {state: ready, estimate: 4d, part_of: OPS-1}
OPS-3: {state: ready, estimate: 1d, part_of: PRJ-2}
OPS-4: {state: done, part_of: PRJ-3}
""",
    )
    assert pick(
        found["projects"], "project", "weight", "cost_of_delay_per_day", "remaining_days", "items"
    ) == [("PRJ-1", 15, 90, 6, 2)]
    assert pick(found["rows"], "id", "inherited", "holds_up") == [
        ("OPS-2", 15, ["OPS-1", "PRJ-1"]),
        ("OPS-1", 15, ["PRJ-1"]),
    ]


def test_what_items_of_a_project_cost_themselves_does_not_count_twice() -> None:
    board = "projects: {PRJ-1: {title: Move, cost_of_delay: 90}}\n" + "\n".join(
        f"OPS-{n}: {{state: ready, estimate: 5d, part_of: PRJ-1, cost_of_delay: {cost}}}"
        for n, cost in ((1, 20), (2, 30))
    )
    found = figure(board)
    assert pick(found["rows"], "id", "own", "inherited") == [("OPS-2", 6, 4), ("OPS-1", 4, 4)]
    assert found["cost_per_day"] == 90
    assert figure(board.replace("90", "9"))["cost_per_day"] == 50


MONDAYS = ("01-05", "01-12", "01-19", "02-02", "02-09", "02-16")
PAST = "\n".join(
    f"2026-{day} OPS-{n}: {{state: doing, estimate: 1d}}\n"
    f"2026-{day[:3]}{int(day[3:]) + 2:02} OPS-{n}: {{state: done, estimate: 1d}}"
    for n, day in enumerate(MONDAYS, 10)
)


def test_estimates_are_taken_as_finished_items_bore_them_out_and_others_from_items_like_them() -> None:
    story = f"{PAST}\n2026-03-02 OPS-1: {{state: ready, estimate: 3d, cost_of_delay: 6}}\n"
    story += "2026-03-02 OPS-2: {state: ready, cost_of_delay: 8}\ntoday: 2026-03-03"
    found = figure(story)
    assert (found["estimate_ratio"], found["estimate_ratio_n"]) == (2, 6)
    assert pick(found["rows"], "id", "remaining_days", "remaining_by", "weight") == [
        ("OPS-2", 2, "items like it", 4),
        ("OPS-1", 6, "estimate", 1),
    ]


def test_how_long_work_takes_must_be_known() -> None:
    found = figure("2026-03-01 OPS-1: {state: ready, cost_of_delay: 5}")
    assert (found["rows"], found["gain"]) == ([], None)
    assert found["reason"].startswith("How long open work takes is not known")
    assert pick(found["unknown"], "id", "reason") == [
        ("OPS-1", "no estimate, and 0 finished items, 5 are needed")
    ]
    some = figure("OPS-1: {state: ready, cost_of_delay: 5, estimate: 1d}\nOPS-2: {state: ready}")
    assert (len(some["rows"]), some["gain"]) == (1, None)
    assert some["reasons"]["gain"] == "how long 1 open item will take is not known"


def test_without_a_cost_of_delay_there_are_words() -> None:
    found = figure("OPS-1: {state: ready, estimate: 1d}")
    assert found["reason"] == "No open item, and no project with open items, has a `cost_of_delay`."
    assert (found["gain"], found["cost_per_day"]) == (None, None)
    assert figure("today: 2026-03-02")["rows"] == []


def test_a_ring_comes_last_and_costs_nothing_more() -> None:
    found = figure(
        """
OPS-1: {state: ready, estimate: 1d, cost_of_delay: 5, depends_on: [OPS-2]}
OPS-2: {state: ready, estimate: 1d, depends_on: [OPS-1]}
OPS-3: {state: ready, estimate: 1d, cost_of_delay: 1}
""",
    )
    assert [row["id"] for row in found["rows"]] == ["OPS-3", "OPS-1", "OPS-2"]
    assert found["gain"] == 0


def test_equal_questions_have_equal_answers() -> None:
    story = f"{PAST}\n2026-03-02 OPS-1: {{state: ready, cost_of_delay: 6}}\n" + "\n".join(
        f"2026-03-02 OPS-{n}: {{state: ready, cost_of_delay: {n}}}" for n in range(2, 9)
    )
    query = asked(f"{story}\ntoday: 2026-03-03")
    assert measures.view("order", query) == measures.view("order", replace(query))

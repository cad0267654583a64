"""What finished work is worth, for what it cost; and that not measured is not 0."""

from dataclasses import replace
from typing import Any

from opsflow import measures
from tests.measures.asked import asked, evidence, figure, pick

BOARD = """
today: 2026-03-10
currency: EUR
types: {project: {}, request: {}}
2026-03-01 OPS-1: {state: done, type: project, value: 900, cost: 300}
2026-03-02 OPS-2: {state: done, type: project, cost: 500}
2026-03-03 OPS-3: {state: done, type: request, value: 100}
2026-03-04 OPS-4: {state: done, type: request}
2026-03-05 OPS-5: {state: done, type: request, value: 0, cost: 0}
2026-03-05 OPS-6: {state: doing, cost: 70}
2026-03-06 OPS-6: {state: dropped, cost: 70}
2026-03-06 OPS-7: {state: doing, value: 5000, cost: 1}
"""


def test_value_and_cost_are_summed_over_what_says_them() -> None:
    found = figure("value", BOARD)
    assert (found["value"], found["value_measured"], found["value_unmeasured"]) == (1000, 3, 2)
    assert (found["cost"], found["cost_measured"], found["cost_unmeasured"]) == (800, 3, 2)
    assert (found["cost_per_item"], found["discarded_cost"], found["n"]) == (round(800 / 3, 6), 70, 5)


def least_one(text: str) -> dict[str, Any]:
    """The figure without the guard that takes five items."""
    return measures.view("value", replace(asked(text), minimum=1))


def test_value_for_cost_is_taken_over_items_that_say_both() -> None:
    found = least_one(BOARD)
    assert (found["value_per_cost"], found["both_measured"]) == (3, 2)
    assert (found["both_value"], found["both_cost"]) == (900, 300)
    assert found["title"] == "Each EUR spent brought 3.0: 2 items cost 300 EUR and brought 900 EUR"
    assert pick(found["types"], "type", "items", "value", "cost", "value_per_cost", "value_unmeasured") == [
        ("project", 2, 900, 800, 3, 1),
        ("request", 3, 100, 0, None, 1),
    ]
    assert pick(found["rows"], "id", "value", "cost", "value_per_cost") == [
        ("OPS-2", None, 500, None),
        ("OPS-1", 900, 300, 3),
        ("OPS-3", 100, None, None),
        ("OPS-5", 0, 0, None),
    ]


def test_fewer_than_five_items_that_say_both_give_no_quotient() -> None:
    four = "today: 2026-03-10\ncurrency: EUR\n" + "\n".join(
        f"2026-03-0{n} OPS-{n}: {{state: done, value: 900, cost: 300}}" for n in range(1, 5)
    )
    found = figure("value", four)
    assert (found["value_per_cost"], found["both_value"], found["both_cost"]) == (None, 3600, 1200)
    assert found["reasons"]["value_per_cost"] == "items that say both: 4 of 5 needed"
    assert pick(found["types"], "value_per_cost", "both_measured") == [(None, 4)]
    assert found["title"] == "A finished item costs 300 EUR on average; too few say what they are worth, too"
    five = figure("value", four + "\n2026-03-05 OPS-5: {state: done, value: 900, cost: 800}")
    assert (five["value_per_cost"], pick(five["types"], "value_per_cost")) == (2.25, [(2.25,)])
    assert five["title"] == "Each EUR spent brought 2.2: 5 items cost 2,000 EUR and brought 4,500 EUR"


def test_what_is_not_measured_has_words_and_no_0() -> None:
    found = figure("value", "2026-03-01 OPS-1: {state: done}")
    assert [found[key] for key in ("value", "cost", "value_per_cost", "cost_per_item", "discarded_cost")] == [
        None
    ] * 5
    assert found["reason"] == "No item that was finished in this time says its `value` or `cost`."
    assert found["reasons"] == {
        "value": "not measured",
        "cost": "not measured",
        "cost_per_item": "not measured",
        "value_per_cost": "items that say both: 0 of 5 needed",
        "discarded_cost": "nothing was dropped",
    }
    free = least_one("2026-03-01 OPS-1: {state: done, value: 3, cost: 0}")
    assert (free["value_per_cost"], free["reasons"]["value_per_cost"]) == (None, "what they cost is 0")
    assert (
        figure("value", "2026-03-01 OPS-1: {state: ready, value: 3}")["title"]
        == "Nothing was finished in this time"
    )


def test_values_stand_behind_it() -> None:
    assert evidence("value", BOARD)[:2] == [("OPS-1", "finished", 900), ("OPS-2", "finished", None)]

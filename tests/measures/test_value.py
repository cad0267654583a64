"""What finished work is worth, for what it cost; and that not measured is not 0."""

from tests.measures.asked import evidence, figure, pick

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


def test_value_for_cost_is_taken_over_items_that_say_both() -> None:
    found = figure("value", BOARD)
    assert (found["value_per_cost"], found["both_measured"]) == (3, 2)
    assert found["title"] == "Each EUR spent brought 3.0, where both are known"
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
        "value_per_cost": "no item says both",
        "discarded_cost": "nothing was dropped",
    }
    free = figure("value", "2026-03-01 OPS-1: {state: done, value: 3, cost: 0}")
    assert (free["value_per_cost"], free["reasons"]["value_per_cost"]) == (None, "what it cost is 0")
    assert (
        figure("value", "2026-03-01 OPS-1: {state: ready, value: 3}")["title"]
        == "Nothing was finished in this time"
    )


def test_values_stand_behind_it() -> None:
    assert evidence("value", BOARD)[:2] == [("OPS-1", "finished", 900), ("OPS-2", "finished", None)]

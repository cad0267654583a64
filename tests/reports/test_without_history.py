"""Reports of a board whose history is not there: what commits tell is null with the reason, never 0."""

from typing import Any

from opsflow import reports
from opsflow.reports import services
from tests.boards import facts_in

GAP = "only the last commits are here"
BOARD = """
today: 2026-03-10
history: only the last commits are here
services: {edge: {name: Edge, maintenance: {every: 30d}}}
vendors: {acme: {name: Acme, answer_within: 1d}}
projects: {PRJ-1: {title: Move, budget: 100, value: 300, due: 2026-06-01}}
expectations: [{within: 5d, share: 0.85}]
OPS-1: {state: doing, services: [edge], part_of: PRJ-1, blocked: {reason: waits, by: vendor:acme}}
OPS-2: {state: done, services: [edge], part_of: PRJ-1, cost: 40, value: 90}
"""


def view(name: str) -> dict[str, Any]:
    return reports.view(name, facts_in(BOARD), ())


def numbers(found: Any, at: str = "") -> list[str]:
    """Where numbers stand in a view."""
    if isinstance(found, dict):
        return [spot for key, value in found.items() for spot in numbers(value, f"{at}.{key}")]
    if isinstance(found, list):
        return [spot for value in found for spot in numbers(value, at)]
    return [at] if isinstance(found, (int, float)) and not isinstance(found, bool) else []


def test_of_flow_only_what_stands_now_is_a_number() -> None:
    found = view("flow")
    figures = {name: found[name] for name in (*found["figures"], "little")}
    assert numbers(figures) == []
    assert figures["blocked"]["open"] == [
        {
            "id": "OPS-1",
            "title": "Some work",
            "reason": "waits",
            "by_name": "vendor Acme",
            "age_days": None,
        }
    ]
    assert {fact["key"]: (fact["value"], fact["n"]) for fact in found["facts"]} == {
        "throughput": (None, None),
        "cycle-time": (None, None),
        "wip": (1, 1),
        "unplanned": (None, None),
        "blocked": (1, 1),
        "efficiency": (None, None),
        "expectation": (None, None),
    }


def test_no_definition_counts_items() -> None:
    for name in reports.ALL:
        assert {each["n"] for each in view(name)["definitions"]} <= {None}


def test_ages_and_percentiles_have_the_reason() -> None:
    found = view("ageing")
    assert found["total_age_days"] is None
    assert found["percentiles"] == {
        "n": None,
        "rows": [{"p": p, "days": None, "reason": GAP} for p in (50, 85, 95)],
    }
    assert {(column["n"], column["reason"]) for column in found["columns"]} == {(None, GAP)}
    assert found["items"][0]["expectation"]["reason"] == "not known without the history"


def test_a_roadmap_says_why_it_knows_no_dates_and_no_value() -> None:
    facts = {each["key"]: (each["value"], each["reason"]) for each in view("roadmap")["facts"]}
    assert (facts["late"], facts["value"]) == ((None, GAP), (None, GAP))
    assert facts["spent"] == (40, "")


def test_services_without_an_incident_are_not_said_to_be_maintained() -> None:
    assert view("services")["sentence"] == "1 of 1 service needs attention"  # an item of it is blocked
    row = {"attention": [], "incidents": 0}
    assert services._sentence([row], [], False) == "None of 1 service has an incident"
    assert services._sentence([row], [], True) == "None of 1 service needs attention"

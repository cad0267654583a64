"""Without a history nothing is counted that only commits tell: no number is shown, and a 0 is one."""

from dataclasses import replace
from typing import Any

import pytest

from opsflow import measures
from opsflow.formats import measures as shown
from tests.measures.asked import asked, figure, pick

GAP = "only the last commits are here"
BOARD = """
today: 2026-03-10
history: only the last commits are here
people: {maria: {name: Maria, team: net, skills: [tls]}, ben: {name: Ben}}
teams: {net: {name: Network}}
services: {edge: {name: Edge, maintenance: {every: 30d}}, shop: {name: Shop, vendor: acme}}
vendors: {acme: {name: Acme, answer_within: 1d, contract_ends: 2026-04-01}}
projects: {PRJ-1: {title: Move, budget: 100, due: 2026-06-01, cost_of_delay: 9}}
expectations: [{within: 5d, share: 0.85}]
allocation: {request: 0.5}
OPS-1: {state: doing, assignees: [maria], services: [edge], part_of: PRJ-1, estimate: 4d, cost_of_delay: 5}
OPS-2: {state: vendor, type: incident, assignees: [ben], blocked: {reason: waits, by: vendor:acme}}
OPS-3: {state: ready, part_of: PRJ-1, estimate: 2d, cost_of_delay: 3, skills: [tls]}
OPS-4: {state: ready, cost_of_delay: 8}
OPS-5: {state: done, services: [edge], assignees: [ben], part_of: PRJ-1, cost: 40, value: 90, skills: [tls]}
OPS-6: {state: dropped, cost: 7}
"""
KNOWN = ("capacity", "load", "away", "skills", "budget")
"""Measures that the board alone tells, but for some of their numbers."""
HEAD = ("as_of", "window", "options", "definitions", "marks")


def numbers(found: Any, at: str = "") -> list[str]:
    """Where numbers stand in a view."""
    if isinstance(found, dict):
        return [spot for key, value in found.items() for spot in numbers(value, f"{at}.{key}")]
    if isinstance(found, list):
        return [spot for value in found for spot in numbers(value, at)]
    return [at] if isinstance(found, (int, float)) and not isinstance(found, bool) else []


@pytest.mark.parametrize("by", ["", "type", "person"])
@pytest.mark.parametrize("name", [name for name in measures.ALL if name not in KNOWN])
def test_a_measure_of_the_past_has_no_number_and_no_row(name: str, by: str) -> None:
    view = measures.view(name, replace(asked(BOARD), by=by))
    for each in (view, *view["slices"]):
        said = {key: each[key] for key in ("title", "subtitle", "reason", "rows", "n")}
        assert said == {"title": measures.UNKNOWN, "subtitle": "", "reason": GAP, "rows": [], "n": None}
        assert numbers({key: value for key, value in each.items() if key not in HEAD}) == []
    assert {each["n"] for each in view["definitions"]} <= {None}


@pytest.mark.parametrize("name", [name for name in measures.ALL if name not in KNOWN])
def test_a_terminal_gets_the_reason_and_nothing_else(name: str) -> None:
    text = shown.render([figure(name, BOARD)])
    assert text.split("No measures: ")[1] == f"{GAP}\n\n{measures.UNKNOWN}\n"


def test_capacity_counts_no_finished_items() -> None:
    found = figure("capacity", BOARD)
    assert (found["n"], found["sample"], found["person_days"]) == (None, None, 20)
    assert {found["reasons"][key] for key in ("fit_p85", "unplanned_share", "left_person_days", "n")} == {GAP}


def test_skills_tell_what_people_have_and_not_what_they_did() -> None:
    found = figure("skills", BOARD)
    assert (found["unattributed"], found["subtitle"]) == (None, "Open work and people.yaml today.")
    assert pick(found["rows"], "skill", "risk", "held", "did", "left", "done", "score") == [
        ("tls", "", 1, None, None, None, None)
    ]


def test_skills_call_none_rare_that_somebody_may_have_used() -> None:
    """Maria alone lists it; who did such work without listing it, only commits tell."""
    found = figure("skills", BOARD)
    assert found["title"] == "Who lists a skill is known, and who used one is not"
    counted = {"missing": GAP, "single": GAP, "unpractised": GAP}
    assert ({key: found[key] for key in counted}, found["reasons"]) == (dict.fromkeys(counted), counted)
    assert found["n"] == 1


def test_an_earned_value_says_that_the_history_is_missing() -> None:
    (row,) = figure("budget", BOARD)["earned"]
    assert (row["pv"], row["reason"]) == (None, GAP)


def test_a_sample_of_ones_own_needs_no_history() -> None:
    found = figure("forecast", BOARD, sample="1,2,0,3,1,2,1", items="5")
    assert (found["n"], found["reason"], found["rows"][0]["p85"]) == (10, "", "2026-03-17")

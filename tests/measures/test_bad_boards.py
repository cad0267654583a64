"""Whatever the board is like, measures of capacity, skills and money say something, and never a wrong 0."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from opsflow import measures
from opsflow.flow.days import Window
from opsflow.formats import measures as shown
from opsflow.measures.query import SLICES
from tests.measures.asked import asked

NAMES = [name for family in ("capacity", "skills", "money", "upkeep") for name in measures.FAMILIES[family]]
PEOPLE = "people: {maria: {name: Maria, team: net}, ida: {name: Ida, capacity: 0}}\nteams: {net: {name: Network}}\n"
CATALOG = """
services: {edge: {name: Edge, maintenance: {every: 30d}}, shop: {name: Shop, vendor: acme}}
vendors: {acme: {name: Acme, answer_within: 1d, contract_ends: 2020-01-01}}
projects: {PRJ-1: {title: Move, budget: 0, due: 2020-01-01, cost_of_delay: 1}, PRJ-2: {title: Rest, budget: 5}}
"""
BOARDS = {
    "empty": "today: 2026-03-10",
    "nobody in people.yaml": "people: {}\n2026-03-01 OPS-1: {state: done, assignees: [zoe]}",
    "one item": "2026-03-01 OPS-1: {state: ready}",
    "no history": PEOPLE
    + CATALOG
    + "OPS-1: {state: doing, assignees: [maria], services: [edge], part_of: PRJ-1}",
    "all finished": PEOPLE
    + CATALOG
    + "\n".join(
        f"2026-03-0{n} OPS-{n}: {{state: done, part_of: PRJ-1, cost: 0, value: 0}}" for n in range(1, 8)
    ),
    "gone": PEOPLE
    + "2026-03-01 OPS-1: {state: doing, assignees: [zoe, maria], skills: [tls], services: [edge]}\n2026-03-02 OPS-1: gone",
    "always away": "people: {maria: {name: Maria, away: [{start: 1900-01-01, end: 2999-12-31}]}}\n"
    "2026-03-01 OPS-1: {state: doing, assignees: [maria], due: 2026-03-05, estimate: 900d}",
    "unknown names": PEOPLE
    + CATALOG
    + "2026-03-01 OPS-1: {state: lost, type: chore, assignees: [zoe], services: [no], vendor: no, part_of: no}\n"
    "2026-03-02 OPS-2: {state: doing, blocked: {reason: x, by: vendor:no}, cost_of_delay: 5, depends_on: [OPS-2]}",
    "rings": "2026-03-01 OPS-1: {state: doing, part_of: OPS-2, depends_on: [OPS-2], cost_of_delay: 1, estimate: 1d}\n"
    "2026-03-01 OPS-2: {state: done, part_of: OPS-1}\n2026-03-02 OPS-2: {state: ready, part_of: OPS-1, depends_on: [OPS-1]}",
    "nothing is work": "calendar: {week: [mon], holidays: [2026-03-09, 2026-03-16, 2026-03-23, 2026-03-30]}\n"
    + PEOPLE
    + "2026-03-01 OPS-1: {state: doing, assignees: [maria]}",
    "no workflow": "workflow: []\nOPS-1: {state: doing}",
}
WINDOWS = {
    "as usual": None,
    "before the history": Window(date(2020, 1, 1), date(2020, 1, 31)),
    "in the future": Window(date(2030, 1, 1), date(2030, 1, 31)),
}


def plain(view: dict[str, Any]) -> str:
    """As JSON, where every number is one: no infinity, no NaN."""
    return json.dumps(view, allow_nan=False)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("board", BOARDS)
def test_every_figure_has_words_and_only_numbers_that_are_numbers(name: str, board: str) -> None:
    for window in WINDOWS.values():
        query = asked(BOARDS[board])
        query = replace(query, window=window) if window else query
        view = measures.view(name, query)
        plain(view)
        assert view["title"] and isinstance(view["reason"], str), window
        unsaid = [fact.key for fact in measures.facts(name) if view[fact.key] is None and not view["reason"]]
        assert set(unsaid) <= set(view["reasons"]), (window, unsaid)
        measures.behind(name, query)
        shown.render([view], define=True)
        shown.csv(view)


@pytest.mark.parametrize("name", NAMES)
def test_every_slice_has_the_same_figures(name: str) -> None:
    board = (
        PEOPLE
        + CATALOG
        + """
2026-03-01 OPS-1: {state: doing, assignees: [maria], services: [edge], skills: [tls], part_of: PRJ-1, cost: 5}
2026-03-02 OPS-1: {state: done, assignees: [maria], services: [edge], skills: [tls], part_of: PRJ-1, cost: 5}
2026-03-02 OPS-2: {state: doing, labels: [a, b], type: incident, blocked: {reason: x, by: vendor:acme}}
2026-03-03 OPS-3: {state: ready, estimate: 2d, cost_of_delay: 5}
today: 2026-03-10
"""
    )
    for by in SLICES:
        view = measures.view(name, replace(asked(board), by=by))
        plain(view)
        assert view["slices"]
        for fact in measures.facts(name):
            assert all(fact.key in each for each in view["slices"]), (by, fact.key)
        shown.render([view])
        shown.csv(view)


@pytest.mark.parametrize("name", NAMES)
def test_every_definition_of_a_measure_is_one(name: str) -> None:
    from opsflow.flow.definitions import SENTENCES

    assert [each for each in measures.module(name).DEFINITIONS if each not in SENTENCES] == []

"""Boards with every oddity that a file can have: forecasts, backtests and replays give words, and never fail."""

import json

import pytest

from tests.measures.asked import figure
from tests.measures.test_forecast import board

ODD = {
    "only a backlog": "workflow: [{state: ready, kind: backlog}]",
    "nothing to begin from": "workflow: [{state: doing, kind: active}, {state: done, kind: done}]",
    "no end": "workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}]",
    "no type and no class of its own": "types: {x: {}}\nclasses: {y: {}}",
    "a limit of nothing": "limits: [{per: person, states: [doing], max: 0}, {states: [doing], max: 0}]",
    "limits of everything": "limits: [{per: team, max: 1}, {per: type, max: 1}, {per: class, max: 1}, "
    "{per: service, max: 1}, {per: project, max: 1}, {team: net, max: 1}, {project: NET, max: 1}]",
    "every day is free": "calendar: {week: sun, holidays: [2026-03-01, 2026-03-08]}",
    "away for ever": "people: {maria: {name: Maria, away: [{start: 2020-01-01, end: 2999-12-31}]}}",
    "away in the past": "people: {maria: {name: Maria, away: [{start: 2020-01-01, end: 2020-12-31}]}}",
    "a zone where clocks change": "timezone: Europe/Berlin",
    "a project far away": "projects: {NET: {title: Network, due: 9999-12-31}}",
}
ITEMS = {
    "waits for itself": "depends_on: [OPS-1]",
    "is part of itself": "part_of: OPS-1",
    "is part of what is part of it": "part_of: OPS-2",
    "waits for its own whole": "part_of: OPS-2, depends_on: [OPS-2]",
    "waits for what never was": "depends_on: [OPS-999, OPS-998]",
    "waits for a finished one": "depends_on: [OPS-102]",
    "not before a far day": "start_after: 9999-12-31",
    "due long ago": "due: 1999-01-01",
    "everything at once": "assignees: [maria, zoe], part_of: NET, services: [x], due: 2026-03-01, class: expedite",
}


def whole(lines: str, item: str = "assignees: [maria], part_of: NET") -> str:
    more = [f"2026-02-20 OPS-1: {{state: ready, {item}}}", "2026-02-20 OPS-2: {state: ready, part_of: OPS-1}"]
    more += [
        f"2026-02-23 OPS-3: {{state: doing, {item.replace('OPS-1', 'OPS-3')}}}",
        "2026-02-23 OPS-4: {state: limbo}",
    ]
    return "\n".join([lines, board(*more)]).strip("\n")


def answers(text: str) -> None:
    """Every question has an answer that is plain JSON, with a number or with the reason why there is none."""
    for options in ({}, {"of": "NET"}, {"of": "OPS-1"}, {"of": "OPS-3"}, {"of": "OPS-4"}, {"items": "7"}):
        if options.get("of") == "NET" and "part_of: NET" not in text:
            continue
        found = figure("forecast", text, trials="50", **options)
        json.dumps(found, allow_nan=False)
        assert all(row["p85"] is not None or row["reason"] for row in found["rows"])
    for name, options in (("backtest", {"trials": "20"}), ("simulate", {"runs": "2", "wip": "2"})):
        found = figure(name, text, **options)
        json.dumps(found, allow_nan=False)
        assert found["title"]


@pytest.mark.parametrize("lines", ODD.values(), ids=ODD)
def test_an_odd_board_has_answers(lines: str) -> None:
    answers(whole(lines))


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_an_odd_item_has_answers(item: str) -> None:
    answers(whole("", item))

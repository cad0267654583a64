"""One thing has one number, wherever the example board tells it: on a page, in the terminal, as data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest

from opsflow import demo, measures, reports, rules
from opsflow.facts import Facts, gather
from opsflow.formats import item as shown
from opsflow.formats import next as pulled
from opsflow.measures import query
from opsflow.reports import item as item_report
from opsflow.reports import items as items_report

Told = Iterator[tuple[str, str, float | None]]
"""A number: the item that it is about, who tells it, and what it is."""


class Example:
    """The views of the example board, each made once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        findings = rules.judge(facts)
        names = ("board", "ageing", "next", "services", "capacity", "flow", "items")
        self.views: dict[str, Any] = {name: reports.view(name, facts, findings) for name in names[:-1]}
        self.views["items"] = items_report.view(facts, findings)
        self.items: dict[str, Any] = {id: item_report.view(facts, findings, id) for id in facts.board.items}
        self.cards = [*cards(self.views)]

    def measure(self, name: str) -> dict[str, Any]:
        return measures.view(name, query.of(self.facts))


def cards(found: Any) -> Iterator[dict[str, Any]]:
    """Every card of a view, wherever it stands."""
    if isinstance(found, dict):
        if "created_days" in found and "in_state_days" in found:
            yield found
        for each in found.values():
            yield from cards(each)
    elif isinstance(found, list):
        for each in found:
            yield from cards(each)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    folder = str(tmp_path_factory.mktemp("example") / "board")
    demo.make(folder)
    return Example(gather(folder, now=demo.read().now.astimezone(UTC), cache=False))


def ages(of: Example) -> Told:
    """How old work in progress is."""
    for card in of.cards:
        yield card["id"], "board", card["age"]["days"]
    for id, view in of.items.items():
        yield id, "item", view["card"]["age"]["days"]
        said = re.search(r", age (\d+) days?\b", shown.render(view))
        yield id, "show", int(said[1]) if said else None
    for row in of.views["ageing"]["items"]:
        yield row["id"], "ageing", row["age"]["days"]
    for row in of.measure("ageing")["rows"]:
        yield row["id"], "report ageing", row["age_days"]
    for each in measures.behind("ageing", query.of(of.facts)):
        yield each.item, "explain ageing", each.value
    for row in of.measure("expectations")["open"]:
        yield row["id"], "report expectations", row["age_days"]


def stays(of: Example) -> Told:
    """How long open work has been where it is."""
    for card in of.cards:
        if card["finished_on"] is None:
            yield card["id"], "board", card["in_state_days"]
    for id, view in of.items.items():
        if not view["bar"] or view["bar"][-1]["to_on"] is not None:
            continue
        yield id, "item", view["card"]["in_state_days"]
        last = view["bar"][-1]["state"]
        since = next((n for n, piece in enumerate(view["bar"][::-1]) if piece["state"] != last), None)
        pieces = view["bar"][-since:] if since else view["bar"]
        yield id, "time in flow", sum(piece["days"] for piece in pieces)
        said = re.search(r" for (\d+) days?\b", shown.render(view).splitlines()[1])
        yield id, "show", int(said[1]) if said else None
    for row in of.views["ageing"]["items"]:
        yield row["id"], "ageing", row["in_state_days"]
    for row in of.measure("ageing")["rows"]:
        yield row["id"], "report ageing", row["in_state_days"]


def blocks(of: Example) -> Told:
    """How long blocked work has been blocked."""
    for card in of.cards:
        if card["blocked"]:
            yield card["id"], "board", card["blocked"]["days"]
    for id, view in of.items.items():
        if view["card"]["blocked"]:
            yield id, "item", view["card"]["blocked"]["days"]
            yield id, "item's blocks", next(each for each in view["blocks"] if not each["to_at"])["days"]
            said = re.search(
                r"^  blocked .* for (\d+) days?$", " ".join(shown.render(view).splitlines()), re.M
            )
            yield id, "show", int(said[1]) if said else view["card"]["blocked"]["days"]
    for row in of.views["ageing"]["items"]:
        if row["blocked"]:
            yield row["id"], "ageing", row["blocked"]["days"]
    for row in of.measure("blocked")["open"]:
        yield row["id"], "report blocked", row["age_days"]
    for row in (*of.views["services"]["waiting"], *of.measure("vendors")["waiting"]):
        yield row["id"], "services", row["days"]


def waits(of: Example) -> Told:
    """How long work has waited to be begun."""
    backlog = {row["id"]: row["created_days"] for row in of.views["ageing"]["backlog"]}
    for id, days in backlog.items():
        yield id, "ageing", days
    for card in of.cards:
        if card["id"] in backlog:
            yield card["id"], "board", card["created_days"]
    text = " ".join(pulled.render(of.views["next"], everything=True).split())
    for row in of.views["next"]["rows"]:
        waited = [re.fullmatch(r"has waited (\d+) days", why) for why in row["why"]]
        for said in filter(None, waited):
            yield row["id"], "next", int(said[1])
            assert said[0] in text


@pytest.mark.parametrize(
    ("told", "sources"),
    [
        (ages, {"board", "item", "show", "ageing", "report ageing", "explain ageing", "report expectations"}),
        (stays, {"board", "item", "time in flow", "show", "ageing", "report ageing"}),
        (blocks, {"board", "item", "item's blocks", "show", "ageing", "report blocked", "services"}),
        (waits, {"board", "ageing", "next"}),
    ],
)
def test_how_long_something_lasts_is_one_number(example: Example, told: Any, sources: set[str]) -> None:
    found: dict[str, dict[str, set[float | None]]] = defaultdict(lambda: defaultdict(set))
    for id, source, number in told(example):
        found[id][source].add(number)
    assert {source for each in found.values() for source in each} == sources
    several = {id: dict(each) for id, each in found.items() if len(set.union(*each.values())) > 1}
    assert several == {}


def test_the_history_of_an_item_counts_its_days_as_its_bar_does(example: Example) -> None:
    """What it stayed before each move, and where it stands, are the days of the bar: each counts once."""
    for id, view in example.items.items():
        over = {step["to"]["state"] for step in view["story"] if step["to"] and step["to"]["kind"] == "done"}
        told: dict[str, int] = defaultdict(int)
        for step in view["story"]:
            if step["days_in_from"]:
                told[step["from"]["state"]] += step["days_in_from"]
        drawn: dict[str, int] = defaultdict(int)
        for piece in view["bar"]:
            drawn[piece["state"]["state"]] += piece["days"]
        if view["bar"] and view["bar"][-1]["to_on"] is None:
            told[view["card"]["state"]["state"]] += view["card"]["in_state_days"]
        assert {name: days for name, days in told.items() if name not in over} == dict(drawn), id


def test_the_days_of_a_finished_item_from_its_start_on_are_its_cycle_time(example: Example) -> None:
    for id, view in example.items.items():
        if view["card"]["cycle_time_days"] is not None and not view["spans"]["reopened"]:
            days = sum(piece["days"] for piece in view["bar"]) - (view["bar_start_days"] or 0)
            assert days == view["card"]["cycle_time_days"], id


def test_unplanned_work_takes_one_share_of_the_time(example: Example) -> None:
    unplanned, capacity = example.measure("unplanned"), example.measure("capacity")
    (past,) = [row for row in capacity["past"] if row["kind"] == "unplanned items"]
    shares = (
        unplanned["time_share"],
        capacity["unplanned_share"],
        past["share"],
        example.measure("allocation")["unplanned_share"],
    )
    assert {round(share, 6) for share in shares} == {0.066043}
    facts = {
        name: next(each for each in example.views[name]["facts"] if each["key"] == "unplanned")["value"]
        for name in ("flow", "capacity")
    }
    assert facts == {"flow": 7, "capacity": 7}


def test_what_stands_in_each_state_is_what_cumulative_flow_ends_with(example: Example) -> None:
    here = {state.name: 0 for state in example.facts.board.states}
    for item in example.facts.board.items.values():
        here[item.state] += 1
    kinds = {state.name: state.kind.value for state in example.facts.board.states}
    working = {state: n for state, n in here.items() if kinds[state] in ("active", "waiting")}
    last = example.measure("cfd")["standing"][-1]
    assert {state: last[state] for state in working} == working
    bands = example.views["flow"]["cfd"]["bands"]
    assert {state: bands[state][-1] for state in working} == working

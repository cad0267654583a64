"""When is each project likely to be finished, what puts that at risk, and is it worth its money?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from opsflow import measures, words
from opsflow.flow import pull
from opsflow.flow.days import Window
from opsflow.flow.forecast import TRIALS
from opsflow.measures import _money, trials
from opsflow.measures.trials import Trials
from opsflow.model import IN_PROGRESS, OVER, Finding, Item, Kind, order_key
from opsflow.reports import View, _numbers, _ties
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Roadmap"
FORECAST = 20
"""Of more projects, only so many are forecast, those that are due first."""
DATED = 15
"""Of more items with a date of their own, only so many are."""
EFFORT = 500_000
"""Items times trials: with very many items, fewer trials are made, so that a page is not waited for."""
FEWEST_TRIALS = 500
DRAWN = 60
"""Boxes in the picture of one project, at most."""
LIKELY, EVEN = 0.85, 0.5
"""From which chance on a date is likely to be kept, and below which to be missed."""
CHANCES = ("kept", "unsure", "missed")
"""What becomes of a date, best first."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    plan = _Plan(_numbers.of(facts))
    rows = [_project(plan, key, items) for key, items in plan.projects.items()]
    rows.sort(key=_rank)
    running = [row for row in rows if row["open"]]
    dates = _dates(plan, running)
    return {
        **_head(plan),
        "sentence": _sentence(plan, rows, running),
        "subtitle": plan.subtitle,
        "read": "Promise the 85% date, not the 50% one. A date that will be missed is best moved today.",
        "reason": _reason(facts, rows),
        "currency": facts.board.currency,
        "facts": [*_facts(plan, rows, running)],
        "projects": rows,
        "dates": dates,
        "trials": plan.trials.number if plan.forecast else None,
        "unforecast": sum(1 for row in running if row["forecast"]["reason"] == _MANY),
    }


_MANY = f"more than {FORECAST} projects run; `opsflow forecast PROJECT` tells this one's"


def _head(plan: _Plan) -> View:
    numbers = plan.numbers
    n = plan.trials.days.sample.items if plan.forecast else None
    return shapes.head(
        numbers,
        "roadmap",
        TITLE,
        (__doc__ or "").strip(),
        (
            ("when for a project", numbers.window, n),
            ("criticality", numbers.window, n),
            ("spent", None, None),
        ),
    )


@dataclass(frozen=True)
class _Plan:
    """The projects of a board, and the measures of them, each asked once."""

    numbers: Numbers

    @cached_property
    def projects(self) -> Mapping[str, list[Item]]:
        """The items of each project that are on the board and not discarded."""
        board = self.numbers.facts.board
        return {
            key: [item for item in items if item.id in board.items and board.kind(item) is not Kind.DISCARDED]
            for key, items in _money.projects(self.numbers.query).items()
        }

    @cached_property
    def open(self) -> Mapping[str, list[Item]]:
        """The open ones of them."""
        return {
            key: [item for item in items if self.numbers.kind(item) not in OVER]
            for key, items in self.projects.items()
        }

    @cached_property
    def forecast(self) -> tuple[str, ...]:
        """The projects that are forecast: those with open items, due first first."""
        if not self.numbers.measured:
            return ()
        known = self.numbers.facts.board.projects or {}
        running = [key for key, items in self.open.items() if items]
        running.sort(key=lambda key: (known[key].due or date.max) if key in known else date.max)
        return tuple(running[:FORECAST])

    @cached_property
    def dated(self) -> tuple[Item, ...]:
        """The open items with a date of their own, due first first."""
        found = [item for item in self.numbers.open if item.due is not None]
        return tuple(sorted(found, key=lambda item: (item.due or date.max, order_key(item.id))))

    @cached_property
    def trials(self) -> Trials:
        """As many trials as `opsflow forecast` makes, fewer where there is very much to live through."""
        items = sum(len(self.open[key]) for key in self.forecast) + len(self.dated[:DATED])
        most = max(min(TRIALS, EFFORT // max(items, 1)), FEWEST_TRIALS)
        query = self.numbers.query
        if most == TRIALS:
            return trials.usual(query)
        return Trials(replace(query, options={"trials": str(most)}), trials.PAGE)

    @cached_property
    def subtitle(self) -> str:
        """What the dates rest on."""
        if not self.forecast:
            return ""
        sample = self.trials.days.sample
        days, items = words.count(len(sample.counts), "working day"), words.count(sample.items, "item")
        made = words.count(self.trials.number, "trial")
        return f"{made} over {days} with {items} finished. New work is not in it."

    @cached_property
    def budgets(self) -> Mapping[str, View]:
        """The budget of each project, with its earned value under "earned"."""
        found = measures.figure("budget", self.numbers.query)
        earned = {row["project"]: row for row in found["earned"]}
        return {row["project"]: {**row, "earned": earned.get(row["project"])} for row in found["rows"]}

    @cached_property
    def order(self) -> Mapping[str, View]:
        """The projects whose delay costs something, with the place of each."""
        rows = measures.figure("order", self.numbers.query)["projects"]
        return {row["project"]: {**row, "place": place} for place, row in enumerate(rows, 1)}

    def value(self, key: str) -> View:
        """What the finished items of a project are worth and cost, since the history began."""
        query, ids = self.numbers.query, tuple(item.id for item in self.projects[key])
        whole = Window(query.since or query.window.first, query.facts.today)
        return measures.figure("value", replace(query, chosen=ids, window=whole))


def _rank(row: View) -> tuple[bool, bool, str, str]:
    """Running ones first, by due date."""
    return not row["open"], row["finished_share"] == 1, row["due_on"] or "9999", row["key"]


def _reason(facts: Facts, rows: Sequence[View]) -> str:
    if rows:
        return ""
    if facts.board.projects is None:
        return "Nothing is part of a project: catalog.yaml lists projects, and items name one in `part_of`."
    return "catalog.yaml lists no projects."


def _sentence(plan: _Plan, rows: Sequence[View], running: Sequence[View]) -> str:
    if not rows:
        return "No projects"
    if not running:
        return "No project is running"
    dated = [row["verdict"]["key"] for row in running if row["verdict"]["key"] in (*CHANCES, "late")]
    missed, unsure = sum(key in ("missed", "late") for key in dated), dated.count("unsure")
    of = words.count(len(running), "running project")
    if missed:
        more = f", {unsure} may" if unsure else ""
        return f"{missed} of {of} will likely miss {'its date' if missed == 1 else 'their dates'}{more}"
    if unsure:
        return f"{unsure} of {of} may miss {'its date' if unsure == 1 else 'their dates'}"
    if dated:
        return f"{len(dated)} of {of} {'has' if len(dated) == 1 else 'have'} a date that will likely be kept"
    return f"{words.count(len(running), 'project')} {'is' if len(running) == 1 else 'are'} running"


# -- one project --------------------------------------------------------------------------------


def _project(plan: _Plan, key: str, items: Sequence[Item]) -> View:
    numbers, known = plan.numbers, (plan.numbers.facts.board.projects or {}).get(key)
    opened = plan.open[key]
    done = [item for item in items if numbers.kind(item) is Kind.DONE]
    due = known.due if known else None
    answer = _forecast(plan, key)
    risks = [*_risks(numbers, opened)]
    return {
        "key": key,
        "title": known.title if known else key,
        "owner": shapes.mover(numbers, known.owner) if known else "",
        "due_on": shapes.on(due),
        "items": len(items),
        "finished": len(done),
        "open": len(opened),
        "in_progress": sum(numbers.kind(item) in IN_PROGRESS for item in opened),
        "finished_share": shapes.share(len(done) / len(items)) if items else None,
        "began_on": plan.budgets[key]["began_on"] if key in plan.budgets else None,
        "forecast": answer,
        "verdict": _verdict(numbers, due, answer, bool(opened), bool(items)),
        "critical": [
            {**shapes.ref(numbers, row["id"]), "share": row["share"]} for row in answer.pop("critical")
        ],
        "risks": risks,
        "money": _worth(plan, key),
        "order": plan.order.get(key),
        **_ties.among(numbers, items, opened, DRAWN),
    }


def _forecast(plan: _Plan, key: str) -> View:
    """The answer of the forecast; where there is none, the reason."""
    asked = plan.numbers.measured and key in plan.forecast
    row = trials.project(plan.trials, key)[0] if asked else trials.row("project", key, f"when {key}")
    reason = row["reason"]
    if not asked:
        reason = "" if not plan.open[key] else plan.numbers.query.silence or _MANY
    return {
        **{f"p{p}": row[f"p{p}"] for p in (50, 85, 95)},
        "chance_share": row["chance_share"],
        "chance": row["chance"],
        "reason": reason,
        "remarks": row["remarks"],
        "critical": row["critical"],
    }


def _verdict(numbers: Numbers, due: date | None, answer: View, opened: bool, items: bool) -> View:
    """Whether a date is likely to be kept, in a word and a sentence; `spare_days` below 0 are too few."""
    today = numbers.facts.today
    spare = None
    if due is not None and answer["p85"] is not None:
        spare = (due - date.fromisoformat(answer["p85"])).days
    if not items:
        return _said("empty", "nothing is planned for it", None)
    if not opened:
        return _said("finished", "finished", None)
    if due is None:
        return _said("open", "no date", None)
    if due < today:
        return _said("late", f"{words.count((today - due).days, 'day')} late already", spare)
    if answer["chance_share"] is None:
        return _said("unknown", "not known", spare)
    share = round(answer["chance_share"], 2)  # as it is said
    key = CHANCES[0 if share >= LIKELY else 1 if share >= EVEN else 2]
    return _said(key, f"{answer['chance']} likely", spare)


def _said(key: str, told: str, spare: int | None) -> View:
    return {"key": key, "words": told, "spare_days": spare}


def _worth(plan: _Plan, key: str) -> View:
    """What it costs and what it brings."""
    row, value = plan.budgets.get(key), plan.value(key)
    earned = row["earned"] if row else None
    return {
        "budget": row["budget"] if row else None,
        "spent": row["spent"] if row else None,
        "planned": row["planned"] if row else None,
        "used_share": row["budget_used_share"] if row else None,
        "unmeasured": row["unmeasured"] if row else 0,
        "runs_out_on": row["runs_out_on"] if row else None,
        "short": bool(row and row["short"]),
        "likely_cost": earned["eac"] if earned else None,
        "expected_value": row["expected_value"] if row else None,
        "value": value["value"],
        "value_measured": value["value_measured"] if plan.numbers.measured else None,
        "value_per_cost": value["value_per_cost"],
    }


# -- risks --------------------------------------------------------------------------------------


def _risks(numbers: Numbers, opened: Sequence[Item], of: str = " of other work") -> Iterator[View]:
    """What holds up these open items: one row for each item and reason, worst first."""
    for item in opened:
        if item.blocked is not None:
            held = shapes.blocked(numbers, item) or {}
            vendor = item.blocked.by.startswith("vendor:")
            yield _risk(numbers, item, "vendor" if vendor else "blocked", _held(held))
    today = numbers.facts.today
    for item in opened:
        if item.due is not None and item.due < today:
            late = words.count((today - item.due).days, "day")
            yield _risk(numbers, item, "overdue", f"was due on {item.due}, {late} ago")
    for item in opened:
        if item.vendor and item.blocked is None and numbers.kind(item) is Kind.WAITING:
            name = shapes.named(numbers.facts.board.vendors, item.vendor)["name"]
            yield _risk(numbers, item, "vendor", f"waits for {name}")
    inside = {item.id for item in opened}
    for item in opened:
        outside = [each for each in pull.waits_for(numbers.facts.board, item) if each not in inside]
        if outside:
            yield _risk(numbers, item, "outside", f"waits for {words.listed(outside[:4])}{of}")


def _held(held: View) -> str:
    since = f" for {words.count(held['days'], 'day')}" if held["days"] is not None else ""
    by = f" by {held['by_name']}" if held["by_name"] else ""
    return f"blocked{since}{by}: {held['reason']}"


def _risk(numbers: Numbers, item: Item, kind: str, told: str) -> View:
    return {
        "kind": kind,
        "id": item.id,
        "title": item.title,
        "words": told,
        "holds_up": len(numbers.holds_up(item.id)),
    }


# -- dates of items -----------------------------------------------------------------------------


def _dates(plan: _Plan, running: Sequence[View]) -> View:
    """The open items that have a date of their own, and how likely each is to be kept."""
    rows = [_dated(plan, item) for item in plan.dated[:DATED]]
    missed = sum(row["verdict"]["key"] in ("missed", "late") for row in rows)
    unsure = sum(row["verdict"]["key"] == "unsure" for row in rows)
    return {"rows": rows, "missed": missed, "unsure": unsure, "more": max(len(plan.dated) - DATED, 0)}


def _dated(plan: _Plan, item: Item) -> View:
    numbers, measured = plan.numbers, plan.numbers.measured
    row = trials.item(plan.trials, item.id)[0] if measured else trials.row("item", item.id, "")
    answer = {key: row[key] for key in ("p50", "p85", "p95", "chance_share", "chance", "reason")}
    answer["reason"] = answer["reason"].removeprefix(f"{item.id}: ") or numbers.query.silence
    whole = shapes.whole(numbers, item)
    return {
        **shapes.ref(numbers, item.id),
        "due_on": shapes.on(item.due),
        "part_of": whole["title"] if whole else "",
        "forecast": answer,
        "verdict": _verdict(numbers, item.due, answer, True, True),
        "why": next((risk["words"] for risk in _risks(numbers, [item], "") if risk["kind"] != "overdue"), ""),
    }


# -- key figures --------------------------------------------------------------------------------


def _facts(plan: _Plan, rows: Sequence[View], running: Sequence[View]) -> Iterator[View]:
    currency = plan.numbers.facts.board.currency
    over = sum(row["verdict"]["key"] == "finished" for row in rows)
    note = f"{over} finished" if over else ""
    yield shapes.fact("running", "Running", len(running), _unit(len(running), "project"), note, len(rows))
    yield _late(running, plan.numbers.query.silence)
    risks = [risk for row in running for risk in row["risks"]]
    held = {risk["id"] for risk in risks if risk["kind"] in ("blocked", "vendor")}
    vendor = {risk["id"] for risk in risks if risk["kind"] == "vendor"}
    note = f"{len(vendor)} of them by a vendor" if vendor else ""
    yield shapes.fact(
        "held", "Held up", len(held), _unit(len(held), "item"), note, sum(row["open"] for row in running)
    )
    yield _spent(rows, currency)
    yield _brought(rows, currency, plan.numbers.query.silence)


def _unit(count: int, one: str) -> str:
    return one if count == 1 else f"{one}s"


def _late(running: Sequence[View], silence: str) -> View:
    dated = [row for row in running if row["verdict"]["key"] in (*CHANCES, "late")]
    late = [row for row in dated if row["verdict"]["key"] in ("missed", "late")]
    short = [-row["verdict"]["spare_days"] for row in late if (row["verdict"]["spare_days"] or 0) < 0]
    note = (
        f"{words.listed([str(each) for each in short[:4]])} {_unit(max(short), 'day')} late, at 85%"
        if short
        else ""
    )
    reason = "" if dated else silence or "no running project has a date that can be forecast"
    value = len(late) if dated else None
    return shapes.fact(
        "late",
        "Likely late",
        value,
        _unit(len(late), "project"),
        note,
        len(dated),
        reason,
        False if short else None,
    )


def _spent(rows: Sequence[View], currency: str) -> View:
    known = [row for row in rows if row["money"]["budget"] is not None]
    spent = [row["money"]["spent"] for row in known if row["money"]["spent"] is not None]
    reason = "" if spent else "no project has both a budget and finished items with a cost"
    whole = sum(row["money"]["budget"] for row in known)
    short = sum(row["money"]["short"] for row in known)
    note = f"of {words.number(round(whole))} {currency}".strip()
    note += f"; {words.count(short, 'budget')} short" if short else ""
    return shapes.fact(
        "spent",
        "Spent",
        round(sum(spent)) if spent else None,
        currency,
        note,
        len(known),
        reason,
        False if short else None,
    )


def _brought(rows: Sequence[View], currency: str, silence: str) -> View:
    known = [row["money"]["value"] for row in rows if row["money"]["value"] is not None]
    expected = [row["money"]["expected_value"] for row in rows if row["money"]["expected_value"] is not None]
    note = f"of {words.number(round(sum(expected)))} {currency} expected" if expected else ""
    reason = "" if known else silence or "no finished item of a project says its value"
    return shapes.fact(
        "value", "Value so far", round(sum(known)) if known else None, currency, note, len(known), reason
    )

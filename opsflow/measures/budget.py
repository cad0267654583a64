"""How much of each project's budget is spent, when does it run out, and is it worth it so far?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from opsflow import words
from opsflow.capacity import money
from opsflow.measures import Evidence, Fact, Table, View, _money, _people
from opsflow.measures.query import Query
from opsflow.model import Item, Kind, Project

TITLE = "Budget"
DEFINITIONS = ("spent", "burn", "earned value")
FACTS = (
    Fact("budget", "Budgets", "money"),
    Fact("spent", "Spent", "money"),
    Fact("over_count", "Spent up, or running out before the date", "projects"),
    Fact("unmeasured", "Finished without a cost", "items"),
    Fact("n", "Projects with a budget", "projects"),
)
TABLES = (
    Table(
        "rows",
        (
            "project",
            "budget",
            "spent",
            "budget_used_share",
            "finished_share",
            "burn_per_day",
            "runs_out_on",
            "due_on",
            "title",
        ),
        most=40,
    ),
    Table(
        "earned",
        ("project", "pv", "ev", "ac", "spi", "cpi", "eac", "tcpi", "reason"),
        "Earned value: planned, earned and actual cost",
        most=40,
    ),
)


def view(query: Query) -> View:
    known = query.facts.board.projects or {}
    groups = _money.projects(query)
    rows, earned = [], []
    for key, items in groups.items():
        project = known.get(key)
        row = _row(query, key, project, items)
        rows.append(row)
        if project is not None and project.budget:
            earned.append(_earned(query, project, items, row))
    budgeted = [row for row in rows if row["budget"] is not None]
    short = [row for row in budgeted if row["short"]]
    spent = [row["spent"] for row in rows if row["spent"] is not None]
    return {
        "known_without_history": True,
        "title": _title(query, budgeted, short),
        "subtitle": "Spent is the cost of finished items; those without a cost are counted apart.",
        "read": "Talk about a budget that runs out before its date now, not in its last month.",
        "n": len(budgeted),
        "reason": _reason(rows, budgeted),
        "reasons": {} if spent else {"spent": "no finished item of a project has a cost"},
        "currency": query.facts.board.currency,
        "budget": _people.exact(sum(row["budget"] for row in budgeted)) if budgeted else None,
        "spent": _people.exact(sum(spent)) if spent else None,
        "over_count": len(short),
        "unmeasured": sum(row["unmeasured"] for row in rows),
        "rows": rows,
        "earned": earned,
    }


def _reason(rows: Sequence[View], budgeted: Sequence[View]) -> str:
    if not rows:
        return "There are no projects: catalog.yaml lists them, and items name one in `part_of`."
    return "" if budgeted else "No project in catalog.yaml has a `budget`."


def _title(query: Query, budgeted: Sequence[View], short: Sequence[View]) -> str:
    if not budgeted:
        return "No budgets are known"
    if short:
        runs = "runs" if len(short) == 1 else "run"
        return f"{len(short)} of {words.count(len(budgeted), 'budget')} {runs} short"
    whole = sum(row["budget"] for row in budgeted)
    spent = sum(row["spent"] or 0 for row in budgeted)
    return f"{_money.said(query, spent)} of {_money.said(query, whole)} are spent"


def _done(query: Query, items: Sequence[Item]) -> list[Item]:
    return [item for item in items if query.facts.board.kind(item) is Kind.DONE]


def _wanted(query: Query, items: Sequence[Item]) -> list[Item]:
    """All but what was discarded."""
    return [item for item in items if query.facts.board.kind(item) is not Kind.DISCARDED]


def _row(query: Query, key: str, project: Project | None, items: Sequence[Item]) -> View:
    done, wanted, today = _done(query, items), _wanted(query, items), query.facts.today
    spent, planned = money.add(item.cost for item in done), money.add(item.cost for item in wanted)
    began, unknown = _began(query, items)
    burn = money.burn_per_day(spent.total, began, today) if began else None
    budget = project.budget if project else None
    out = money.runs_out(budget, spent.total, burn, today) if budget and spent.total is not None else None
    due = project.due if project else None
    finished = bool(wanted) and len(done) == len(wanted)
    return {
        "project": key,
        "title": project.title if project else key,
        "budget": budget,
        "planned": _people.exactly(planned.total),
        "spent": _people.exactly(spent.total),
        "left": _people.exact(budget - spent.total)
        if budget is not None and spent.total is not None
        else None,
        "budget_used_share": _people.exactly(money.ratio(spent.total, budget)),
        "measured": spent.measured,
        "unmeasured": spent.unmeasured,
        "items": len(wanted),
        "finished": len(done),
        "finished_share": _people.exactly(money.ratio(len(done), len(wanted))),
        "began_on": _people.on(began),
        "burn_per_day": _people.exactly(burn),
        "runs_out_on": None if finished else _people.on(out),
        "due_on": _people.on(due),
        "short": not finished and out is not None and (out <= today or (due is not None and out < due)),
        "expected_value": project.value if project else None,
        "reason": "no finished item has a cost" if spent.total is None else unknown,
    }


def _began(query: Query, items: Sequence[Item]) -> tuple[date | None, str]:
    """The day on which the first of the items was started, and why it is not known."""
    number, started = query.visits.number, query.spans.started
    places = [number[item.id] for item in items if item.id in number]
    begun = [place for place in places if started[place] is not None]
    if not begun:
        return None, query.silence or "no item was started"
    if len(query.spans.timed(begun, started)) < len(begun):
        return None, "items were begun before they came to this board, nobody knows when"
    return date.fromordinal(query.clock.number(min(started[place] or 0.0 for place in begun))), ""


# -- earned value -------------------------------------------------------------------------------


def _earned(query: Query, project: Project, items: Sequence[Item], row: View) -> View:
    """Earned value, each item an equal part of the budget; what has no input is None, with the reason."""
    wanted, done = _wanted(query, items), _done(query, items)
    planned, by, unknown = _planned(query, project, wanted)
    reasons = [*_missing(project, wanted, row, planned, unknown)]
    spent = row["spent"] if not row["unmeasured"] else None
    found = money.earned(project.budget or 0, max(len(wanted), 1), planned, len(done), spent)
    return {
        "project": project.key,
        "title": project.title,
        "bac": found.budget,
        "pv": _people.exactly(found.planned),
        "ev": _people.exact(found.earned),
        "ac": _people.exactly(found.spent),
        "sv": _people.exactly(found.schedule_variance),
        "cv": _people.exactly(found.cost_variance),
        "spi": _people.exactly(found.schedule_index),
        "cpi": _people.exactly(found.cost_index),
        "eac": _people.exactly(found.estimate_at_completion),
        "tcpi": _people.exactly(found.to_complete),
        "planned_by": by,
        "units": len(wanted),
        "units_planned": _people.exactly(planned),
        "units_done": len(done),
        "reason": "; ".join(reasons),
    }


def _planned(query: Query, project: Project, wanted: Sequence[Item]) -> tuple[float | None, str, str]:
    """How many items should be finished by now, how that is known, and why the first start is not.

    By the dates of the items, where each has one; else in proportion to the time that has passed between
    the start of the first item and the date of the project.
    """
    if wanted and all(item.due for item in wanted):
        return sum(item.due <= query.facts.today for item in wanted if item.due), "dates of its items", ""
    began, unknown = _began(query, wanted)
    if project.due is None or began is None or project.due <= began:
        return None, "", unknown
    passed = (query.facts.today - began).days / (project.due - began).days
    return len(wanted) * min(max(passed, 0.0), 1.0), "time until its date", ""


def _missing(
    project: Project, wanted: Sequence[Item], row: View, planned: float | None, unknown: str
) -> Iterator[str]:
    if not wanted:
        yield "it has no items"
    elif planned is None and project.due:
        yield unknown or "it was due before it was started"
    elif planned is None:
        yield "neither its items nor the project say when they are due"
    if row["unmeasured"]:
        yield f"{words.count(row['unmeasured'], 'finished item')} without a cost"
    elif row["spent"] is None:
        yield "no finished item has a cost"


def behind(query: Query) -> tuple[Evidence, ...]:
    """The finished items of projects, and what each cost."""
    over, number = query.spans.finished_by, query.visits.number
    known, found = query.spans.finished, []
    for items in _money.projects(query).values():
        for item in items:
            at = over[number[item.id]] if item.id in number else None
            if at is not None:
                what = "finished" if known[number[item.id]] is not None else "came as finished"
                found.append(query.evidence(item.id, what, at, item.cost))
    return tuple(found)

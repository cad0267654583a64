"""Items as rows of plain values: what `list` shows, sorts by and asks about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opsflow.cli.query import Form
from opsflow.model import IN_PROGRESS, OVER, Item, Kind, order_key

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.model import Blocked, Board

Field = Callable[["Facts", Item], Any]

_DAY = timedelta(days=1)


def _kind(facts: Facts, item: Item) -> str | None:
    kind = facts.board.kind(item)
    return str(kind) if kind else None


def _open(facts: Facts, item: Item) -> bool:
    return facts.board.kind(item) not in OVER


def _waits_for(facts: Facts, item: Item) -> list[str]:
    from opsflow.flow import pull

    return list(pull.waits_for(facts.board, item))


def _estimate(facts: Facts, item: Item) -> float | None:
    return None if item.estimate is None else item.estimate / _DAY


def _late(facts: Facts, item: Item) -> bool:
    return item.due is not None and item.due < facts.today and _open(facts, item)


def _blocked(facts: Facts, item: Item) -> Blocked | None:
    """Its block, which ends with the item even if nobody took it out of the file."""
    return item.blocked if _open(facts, item) else None


def _reason(facts: Facts, item: Item) -> str | None:
    block = _blocked(facts, item)
    return block.reason if block else None


def _blocked_by(facts: Facts, item: Item) -> str | None:
    block = _blocked(facts, item)
    return (block.by or None) if block else None


def _planned(facts: Facts, item: Item) -> bool:
    kind = facts.board.types.get(item.type)
    return kind is None or kind.planned


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _age(facts: Facts, item: Item) -> int | None:
    from opsflow.flow import spans

    span = facts.spans.get(item.id)
    return spans.age_days(span, facts.now, facts.zone) if span else None


def _in_state(facts: Facts, item: Item) -> int | None:
    from opsflow.flow import days

    story = facts.story(item.id)
    return days.inclusive(story.states[-1].start, facts.now, facts.zone) if story and story.states else None


def _cycle_time(facts: Facts, item: Item) -> int | None:
    from opsflow.flow import spans

    span = facts.spans.get(item.id)
    time = spans.cycle_time_days(span, facts.zone) if span else None
    return None if time is None else int(time)


def _moment(name: str) -> Field:
    def of(facts: Facts, item: Item) -> str | None:
        moment = getattr(facts.spans.get(item.id), name, None)
        return _iso(moment.astimezone(facts.zone).date()) if moment else None

    return of


FIELDS: Mapping[str, Field] = {
    "id": lambda facts, item: item.id,
    "title": lambda facts, item: item.title,
    "state": lambda facts, item: item.state,
    "kind": _kind,
    "type": lambda facts, item: item.type,
    "class": lambda facts, item: item.class_,
    "assignees": lambda facts, item: list(item.assignees),
    "requester": lambda facts, item: item.requester or None,
    "due": lambda facts, item: _iso(item.due),
    "start_after": lambda facts, item: _iso(item.start_after),
    "depends_on": lambda facts, item: list(item.depends_on),
    "waits_for": _waits_for,
    "part_of": lambda facts, item: item.part_of or None,
    "services": lambda facts, item: list(item.services),
    "vendor": lambda facts, item: item.vendor or None,
    "skills": lambda facts, item: list(item.skills),
    "labels": lambda facts, item: list(item.labels),
    "estimate_days": _estimate,
    "value": lambda facts, item: item.value,
    "cost": lambda facts, item: item.cost,
    "cost_of_delay": lambda facts, item: item.cost_of_delay,
    "blocked": _reason,
    "blocked_by": _blocked_by,
    "public": lambda facts, item: item.public or None,
    "path": lambda facts, item: item.path,
    "raw_state": lambda facts, item: item.raw_state,
    "open": _open,
    "active": lambda facts, item: facts.board.kind(item) in IN_PROGRESS,
    "late": _late,
    "planned": _planned,
    "age_days": _age,
    "in_state_days": _in_state,
    "created_on": _moment("created"),
    "started_on": _moment("started"),
    "finished_on": _moment("finished"),
    "cycle_time_days": _cycle_time,
}
"""Every field that a row can have, in the order of the JSON; a board's own fields come after them."""

MEASURED = frozenset(
    ("age_days", "in_state_days", "created_on", "started_on", "finished_on", "cycle_time_days")
)
"""Fields that come out of the history; None where there is none."""

ALIASES: Mapping[str, str] = {
    "assignee": "assignees",
    "label": "labels",
    "service": "services",
    "skill": "skills",
    "age": "age_days",
    "estimate": "estimate_days",
    "project": "part_of",
}
"""Short words that people type for a field."""


_DAYS = ("due", "start_after", "created_on", "started_on", "finished_on")
_NUMBERS = ("estimate_days", "value", "cost", "cost_of_delay", "age_days", "in_state_days", "cycle_time_days")
_PROSE = ("title", "public")
_FLAGS = ("open", "active", "late", "planned")


def forms(board: Board) -> dict[str, Form]:
    """What each field holds, for questions about it.

    What the board names is known, and what its items say; where neither does, any text is one.
    """
    items = board.items.values()
    people = {*board.people, *(key for item in items for key in item.assignees)} if board.people else ()
    named: dict[str, Iterable[str]] = {
        "state": (*(state.name for state in board.states), *(item.state for item in items)),
        "kind": tuple(Kind),
        "type": (*board.types, *(item.type for item in items)),
        "class": (*board.classes, *(item.class_ for item in items)),
        "assignees": people,
    }
    found = {
        **{name: _own(schema) for name, schema in board.fields.items()},
        **{name: Form("text") for name in FIELDS},
        **{name: Form("prose") for name in _PROSE},
        "blocked": Form("prose", whether=True),
        **{name: Form("day") for name in _DAYS},
        **{name: Form("number") for name in _NUMBERS},
        **{name: Form("flag") for name in _FLAGS},
        **{name: Form("text", tuple(dict.fromkeys(map(str, known)))) for name, known in named.items()},
    }
    return {**found, "state": found["state"]._replace(titles=board.titles)}


def _own(schema: Mapping[str, Any]) -> Form:
    """What one of the board's own fields holds."""
    if schema.get("format") == "date":
        return Form("day")
    kind = {"number": "number", "integer": "number", "boolean": "flag"}.get(str(schema.get("type")), "")
    choice = schema.get("enum") or ()
    return Form(kind, tuple(choice) if all(isinstance(one, str) for one in choice) else ())


def of(facts: Facts, names: Iterable[str]) -> list[dict[str, Any]]:
    """A row with these fields for every item of the board, by id."""
    names = list(names)
    return [{name: value(facts, item, name) for name in names} for item in facts.board.items.values()]


def value(facts: Facts, item: Item, name: str) -> Any:
    """One field of one item; a name that is no field of opsflow is one of the board's own."""
    field = FIELDS.get(name)
    return field(facts, item) if field else item.fields.get(name)


def sort(rows: list[dict[str, Any]], names: Iterable[str], states: Sequence[str]) -> None:
    """Sort by these fields, the first counts most; `-name` sorts down. What has no value comes last.

    States stand in the workflow's order, and those that it does not know at the end.
    """
    rank = {state: place for place, state in enumerate(states)}
    for name in reversed(list(names)):
        down, name = name.startswith("-"), name.removeprefix("-")
        given = [row for row in rows if row[name] not in (None, [], "")]
        absent = [row for row in rows if row[name] in (None, [], "")]
        rows[:] = sorted(given, key=lambda row: _key(name, row[name], rank), reverse=down) + absent


def _key(name: str, value: Any, rank: Mapping[str, int]) -> tuple[Any, ...]:
    if name == "id":
        return order_key(value)
    if name == "state" and value in rank:
        return (0, rank[value], "")
    if isinstance(value, (bool, int, float)):
        return (0, value, "")
    return (1, 0, str(value).casefold())

"""What became of one item between two boards, change by change: as data, and in words that fit in a list.

A change is `{"kind", "field", "before", "after", "words"}`; `before` and `after` are plain data, None where
there is nothing. Where a value could not be read on one of the two sides, that is what is said, and never
that the value is gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from opsflow import words
from opsflow.flow import spans
from opsflow.model import OVER, Item, Keys, Kind, Spot, Step, Waiver, Window
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

DAY = timedelta(days=1)
ARCHIVE = "archive/"

Tell = Callable[[Item, Item, Numbers, Numbers], Iterable[View]]
"""Tells of one field in which an item differs: before, after, and the boards that they stand on."""


class Side(NamedTuple):
    """One of the two boards that are compared."""

    numbers: Numbers
    misshapen: Mapping[str, Sequence[Keys]]
    """Where values stand that could not be accepted, by path."""

    def is_unclear(self, item: Item, field: str) -> bool:
        """Whether the value of a field could not be accepted, so that it is not known."""
        if item.path not in self.misshapen:
            return False
        where = item.at(field).keys
        return any(keys[: len(where)] == where for keys in self.misshapen[item.path])


def side(facts: Facts) -> Side:
    """A board as `between` and its neighbours look at it."""
    found: dict[str, list[Keys]] = {}
    for fault in facts.faults:
        where = fault.judgement.where
        if fault.rule == "misshapen" and isinstance(where, Spot):
            found.setdefault(where.path, []).append(where.keys)
    return Side(_numbers.of(facts), found)


def between(before: Item, after: Item, old: Side, new: Side) -> list[View]:
    """All that differs between two versions of an item, what weighs most first."""
    found: list[View] = []
    for field, tell in _FIELDS.items():
        if _value(before, field) != _value(after, field):
            told = _doubt(field, before, after, old, new)
            found += [told] if told else tell(before, after, old.numbers, new.numbers)
    for field in dict.fromkeys((*before.fields, *after.fields)):
        was, is_ = before.fields.get(field), after.fields.get(field)
        if was != is_:
            found.append(_doubt(field, before, after, old, new) or _edited(field, was, is_))
    if before.path != after.path:
        found.append(_filed(before, after, new.numbers))
    return found


def _doubt(field: str, before: Item, after: Item, old: Side, new: Side) -> View | None:
    """What is said of a field that could not be read on one of the sides."""
    for item, side, when in ((after, new, ""), (before, old, " before")):
        if side.is_unclear(item, field):
            return change("edited", field, None, None, f"{name_of(field)} could not be read{when}")
    return None


def created(item: Item, new: Side) -> list[View]:
    """An item that is new: where it comes to stand, and what of it is not as with any other."""
    numbers = new.numbers
    first = next(iter(numbers.facts.board.types), "")
    bare = Item(
        item.id, item.path, item.title, item.state, first, _plain_class(numbers), raw_state=item.raw_state
    )
    told = f"new in {shapes.state(numbers, item.state)['title']}"
    found = [change("created", "state", None, item.state, told)]
    for each in between(bare, item, new, new):
        if each["field"] == "type":
            each |= {"before": None, "words": shapes.type_(numbers, item.type)["title"]}
        elif each["field"] == "class":
            each |= {"before": None, "words": shapes.class_(numbers, item.class_)["title"]}
        if each["kind"] != "edited":
            found.append(each)
    return found


def deleted(item: Item, old: Side) -> list[View]:
    """An item whose file is gone: archived where its work was over, else deleted unfinished."""
    over = old.numbers.kind(item) in OVER
    title = shapes.state(old.numbers, item.state)["title"]
    told = f"was {title}; its file is deleted"
    return [change("archived" if over else "deleted", "state", item.state, None, told)]


def renumbered(old: str, item: Item) -> View:
    """An item that has another id, and nothing else."""
    return change("renumbered", "id", old, item.id, f"{old} is now {item.id}")


def change(kind: str, field: str, before: Any, after: Any, told: str) -> View:
    """One change."""
    return {"kind": kind, "field": field, "before": before, "after": after, "words": told}


def move(before: str, after: str, old: Numbers, new: Numbers) -> str:
    """What kind of change it is that an item goes from a state of one board to a state of the other.

    A state that the later workflow does not know has no place in it, so nothing goes back from it or to it.
    """
    was, is_ = old.kinds.get(before), new.kinds.get(after)
    if is_ is Kind.DONE and was is not Kind.DONE:
        return "finished"
    if is_ is Kind.DISCARDED and was is not Kind.DISCARDED:
        return "dropped"
    if was in OVER and is_ is not None and is_ not in OVER:
        return "reopened"
    ranks = {name: rank for rank, name in enumerate(new.states)}
    back = before in ranks and after in ranks and ranks[after] < ranks[before]
    return "back" if back else "moved"


def filed(before: str, after: str, over: bool = True) -> tuple[str, str]:
    """What kind of change it is that a file moves, and in words; only what is `over` can be archived."""
    if over and after.startswith(ARCHIVE) and not before.startswith(ARCHIVE):
        return "archived", "moved to the archive"
    return "filed", f"file moved to {after}"


def assigned(come: Sequence[str], gone: Sequence[str]) -> str:
    """Whose an item is now, and whose no longer, by their names; empty where nobody comes and nobody goes."""
    if come:
        return f"assigned to {words.listed(come)}" + (f" instead of {words.listed(gone)}" if gone else "")
    return f"no longer assigned to {words.listed(gone)}" if gone else ""


def _plain_class(numbers: Numbers) -> str:
    """The class of an item that names none."""
    classes = numbers.facts.board.classes
    return "standard" if "standard" in classes else next(iter(classes), "")


# -- state ------------------------------------------------------------------------------------------


def _state(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    kind = move(before.state, after.state, old, new)
    was, is_ = (shapes.state(side, item.state)["title"] for side, item in ((old, before), (new, after)))
    span = new.facts.spans.get(after.id) if kind == "finished" else None
    took = spans.cycle_time_days(span, new.facts.zone) if span else None
    told = f"{was} → {is_}" + ("" if took is None else f" after {words.count(int(took), 'day')}")
    yield change(kind, "state", before.state, after.state, told)


def _raw_state(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    """Where a foreign record says the same state in another word."""
    if before.state == after.state:
        yield _edited("raw_state", before.raw_state, after.raw_state)


def _blocked(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    was, is_ = before.blocked, after.blocked
    kind, told = "unblocked", "no longer blocked"
    if is_ is not None:
        kind, verb = ("blocked", "blocked") if was is None else ("edited", "now blocked")
        told = f"{verb}: {is_.reason}" + (f" ({shapes.mover(new, is_.by)})" if is_.by else "")
    yield change(kind, "blocked", was and was._asdict(), is_ and is_._asdict(), told)


# -- people and dates -------------------------------------------------------------------------------


def _assignees(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    come = [shapes.person(new, key)["name"] for key in after.assignees if key not in before.assignees]
    gone = [shapes.person(old, key)["name"] for key in before.assignees if key not in after.assignees]
    data = list(before.assignees), list(after.assignees)
    if told := assigned(come, gone):
        yield change("reassigned", "assignees", *data, told)
    else:
        yield change("edited", "assignees", *data, "assignees in another order")


def _due(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    yield _dated("due", "due", "no longer due on", before.due, after.due)


def _start_after(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    was, is_ = before.start_after, after.start_after
    yield _dated("start_after", "not before", "no longer waits until", was, is_)


def _dated(field: str, name: str, gone: str, was: date | None, is_: date | None) -> View:
    told = f"{gone} {was}" if is_ is None else f"{name} {is_}" if was is None else f"{name} {was} → {is_}"
    if was and is_:
        told += f" ({words.count(abs((is_ - was).days), 'day')} {'later' if is_ > was else 'earlier'})"
    return change("rescheduled", field, shapes.on(was), shapes.on(is_), told)


def _window(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    def data(window: Window | None) -> View | None:
        return window and {"start_at": shapes.moment(window.start), "end_at": shapes.moment(window.end)}

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(new.facts.zone):%Y-%m-%d %H:%M}"

    is_ = after.window
    told = f"window {local(is_.start)} to {local(is_.end)}" if is_ else "no window any more"
    yield change("rescheduled", "window", data(before.window), data(is_), told)


# -- what it is, and what it waits for --------------------------------------------------------------


def _title(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    yield change("retitled", "title", before.title, after.title, f"was called “{before.title}”")


def _type(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    titles = shapes.type_(old, before.type)["title"], shapes.type_(new, after.type)["title"]
    yield change("reclassed", "type", before.type, after.type, _from_to("type", *titles))


def _class(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    titles = shapes.class_(old, before.class_)["title"], shapes.class_(new, after.class_)["title"]
    yield change("reclassed", "class", before.class_, after.class_, _from_to("class", *titles))


def _depends_on(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    come = [name for name in after.depends_on if name not in before.depends_on]
    gone = [name for name in before.depends_on if name not in after.depends_on]
    told = [f"waits for {words.listed(come)}"] if come else []
    told += [f"no longer waits for {words.listed(gone)}"] if gone else []
    data = list(before.depends_on), list(after.depends_on)
    kind = "dependencies" if told else "edited"
    yield change(kind, "depends_on", *data, ", ".join(told) or "dependencies in another order")


def _allow(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    for rule in dict.fromkeys((*before.allow, *after.allow)):
        was, is_ = before.allow.get(rule), after.allow.get(rule)
        if was != is_:
            verb = "waives" if was is None else "now waives"
            told = f"{verb} {_waiver(new, is_)}" if is_ else f"no longer waives {rule}"
            yield change("waivers", "allow", _waived(was), _waived(is_), told)


def _waiver(numbers: Numbers, waiver: Waiver) -> str:
    by = f" by {shapes.mover(numbers, waiver.by)}" if waiver.by else ""
    until = f" until {waiver.until}" if waiver.until else ""
    return f"{waiver.rule}{until}{by}: {waiver.reason}"


def _waived(waiver: Waiver | None) -> View | None:
    return waiver and {
        "rule": waiver.rule,
        "reason": waiver.reason,
        "by": waiver.by,
        "until_on": shapes.on(waiver.until),
    }


# -- the rest ---------------------------------------------------------------------------------------


def _checklist(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    was, is_ = _steps(before.checklist), _steps(after.checklist)
    told = "checklist changed" if was == is_ else _from_to("checklist", was, is_)
    yield change("edited", "checklist", was or None, is_ or None, told)


def _steps(steps: Sequence[Step]) -> str:
    return f"{sum(step.done for step in steps)} of {len(steps)}" if steps else ""


def _entered(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
    was, is_ = (
        {state: shapes.moment(at) for state, at in item.entered.items()} or None for item in (before, after)
    )
    yield change("edited", "entered", was, is_, "dates of entry changed")


def _text(field: str) -> Tell:
    """Tells of a text that is too long to be shown."""

    def tell(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
        was, is_ = _value(before, field) or None, _value(after, field) or None
        verb = "changed" if was and is_ else "added" if is_ else "removed"
        yield change("edited", field, was, is_, f"{name_of(field)} {verb}")

    return tell


def _plain(field: str) -> Tell:
    """Tells of a field what it was and what it is."""

    def tell(before: Item, after: Item, old: Numbers, new: Numbers) -> Iterator[View]:
        yield _edited(field, _value(before, field), _value(after, field))

    return tell


def _edited(field: str, was: Any, is_: Any) -> View:
    if _is_list(was) and _is_list(is_) and (was or is_):
        told = f"{name_of(field)}: {_members(was or (), is_ or ())}"
    elif isinstance(was, Mapping) or isinstance(is_, Mapping):
        told = f"{name_of(field)} changed"
    else:
        told = _from_to(name_of(field), _shown(was), _shown(is_))
    return change("edited", field, _data(was), _data(is_), told)


def _is_list(value: Any) -> bool:
    return not value or isinstance(value, (list, tuple))


def _members(was: Sequence[Any], is_: Sequence[Any]) -> str:
    """What came to a list and what went, such as "a and b added, c removed"."""
    come, gone = [_shown(each) for each in is_ if each not in was], [_shown(e) for e in was if e not in is_]
    told = [f"{words.listed(names)} {verb}" for names, verb in ((come, "added"), (gone, "removed")) if names]
    return ", ".join(told) or "another order"


def _filed(before: Item, after: Item, new: Numbers) -> View:
    kind, told = filed(before.path, after.path, over=new.kind(after) in OVER)
    return change(kind, "path", before.path, after.path, told)


# -- words and data ---------------------------------------------------------------------------------


def _value(item: Item, field: str) -> Any:
    return getattr(item, "class_" if field == "class" else field)


def name_of(field: str) -> str:
    """What people call a field."""
    return _NAMES.get(field, field.replace("_", " "))


_NAMES = {"public": "text for employees", "part_of": "part of", "raw_state": "status"}


def _from_to(name: str, was: str, is_: str) -> str:
    """Such as "cost 1,200 → 1,500", "cost 1,500" or "no cost 1,200 any more"."""
    if was and is_:
        return f"{name} {was} → {is_}"
    return f"{name} {is_}" if is_ else f"no longer {name} {was}"


def _shown(value: Any) -> str:
    """A value as people write it; empty where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return words.count(value / DAY, "day")
    if isinstance(value, (int, float)):
        return f"{value:,.10g}"
    return value if isinstance(value, str) else json.dumps(_data(value), ensure_ascii=False)


def _data(value: Any) -> Any:
    """A value as plain JSON data; None for nothing."""
    if isinstance(value, Mapping):
        return {str(key): _data(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_data(inner) for inner in value] or None
    if isinstance(value, timedelta):
        return value / DAY
    if isinstance(value, datetime):
        return shapes.moment(value)
    return shapes.on(value) if isinstance(value, date) else None if value == "" else value


_FIELDS: Mapping[str, Tell] = {
    "state": _state,
    "blocked": _blocked,
    "assignees": _assignees,
    "due": _due,
    "start_after": _start_after,
    "window": _window,
    "depends_on": _depends_on,
    "type": _type,
    "class": _class,
    "title": _title,
    "allow": _allow,
    "checklist": _checklist,
    **{field: _plain(field) for field in ("part_of", "requester", "vendor", "services", "skills", "labels")},
    **{field: _plain(field) for field in ("estimate", "value", "cost", "cost_of_delay")},
    "entered": _entered,
    "raw_state": _raw_state,
    "public": _text("public"),
    "description": _text("description"),
}
"""What tells of each field that an item can have, in the order in which a row lists the changes."""

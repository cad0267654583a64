"""What differs between two versions of the board itself: its workflow, limits, rules, people and catalog.

A row is `{"part", "kind", "words"}`: the section that it is about, "added", "removed" or "changed", and a
line without a full stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from opsflow import words
from opsflow.facts import Facts
from opsflow.flow import expectation
from opsflow.measures import View, _limits
from opsflow.model import (
    BOARD_FILE,
    CATALOG_FILE,
    OWN_FILES,
    PEOPLE_FILE,
    Limit,
    Mode,
    RuleSetting,
    Spot,
    State,
)

CATALOGS = {
    "people": (PEOPLE_FILE, "person"),
    "teams": (PEOPLE_FILE, "team"),
    "services": (CATALOG_FILE, "service"),
    "vendors": (CATALOG_FILE, "vendor"),
    "projects": (CATALOG_FILE, "project"),
}
SETTINGS = {
    "name": "board",
    "key": "key",
    "timezone": "time zone",
    "currency": "currency",
    "ids": "ids",
    "ignore_revs": "list of mass edits",
}


def changes(old: Facts, new: Facts) -> list[View]:
    """What differs between two boards besides their items. Of what could not be read, nothing is told."""
    doubts = {*_doubts(old), *_doubts(new)}
    found: list[View] = []
    for sections, tell in _PARTS.items():
        told = [*tell(old, new)]
        unclear = [name for name in sections if (BOARD_FILE, name) in doubts]
        found += _unclear(BOARD_FILE, unclear[0]) if told and unclear else told
    for section, (file, noun) in CATALOGS.items():
        told = [*_catalog(section, noun, old, new)]
        unclear = [name for name in ("", section) if (file, name) in doubts]
        found += [] if "" in unclear else _unclear(file, section) if told and unclear else told
    return found


def _doubts(facts: Facts) -> Iterator[tuple[str, str]]:
    """The sections of the board's own files that hold something that was not accepted; "" a whole file."""
    for fault in facts.faults:
        where = fault.judgement.where
        if fault.rule == "misshapen" and where.path in OWN_FILES and isinstance(where, Spot) and where.keys:
            yield where.path, str(where.keys[0])
        elif fault.rule == "unreadable-file" and where.path in OWN_FILES:
            yield where.path, ""


def _unclear(file: str, section: str) -> list[View]:
    return [
        _row(
            section, "changed", f"a part of {section} in {file} could not be read: what changes is not known"
        )
    ]


def _counted(limit: Limit) -> Limit:
    """What a limit counts, whatever it is called and allows."""
    return limit._replace(name="", spot=Spot(BOARD_FILE), max=None, min=None, mode=Mode.REASON)


def pairs(old: Sequence[Limit], new: Sequence[Limit]) -> list[tuple[Limit | None, Limit | None]]:
    """Each limit of `new` with the one of `old` that it was, if any; then those of `old` that are gone.

    The two count the same, and no limit is in two pairs. Of several, one with the same name and bounds goes
    first, then one that bounds the same side.
    """
    left: dict[Limit, list[Limit]] = {}
    for limit in old:
        left.setdefault(_counted(limit), []).append(limit)
    alike = [left.get(_counted(limit), []) for limit in new]
    found: dict[int, Limit] = {}
    for fits in (_are_called_alike, _bound_alike, lambda one, other: True):
        for number, limit in enumerate(new):
            was = next((each for each in alike[number] if fits(each, limit)), None)
            if was is not None and number not in found:
                found[number] = was
                alike[number].remove(was)
    paired = [(found.get(number), limit) for number, limit in enumerate(new)]
    return [*paired, *((each, None) for group in left.values() for each in group)]


def _are_called_alike(one: Limit, other: Limit) -> bool:
    return one.name == other.name and _bound_alike(one, other)


def _bound_alike(one: Limit, other: Limit) -> bool:
    return (one.max is None, one.min is None) == (other.max is None, other.min is None)


def _row(part: str, kind: str, told: str) -> View:
    return {"part": part, "kind": kind, "words": told}


# -- opsflow.yaml -----------------------------------------------------------------------------------


def _settings(old: Facts, new: Facts) -> Iterator[View]:
    was, is_ = old.board, new.board
    for field, name in SETTINGS.items():
        told = _from_to(getattr(was, field), getattr(is_, field))
        if told:
            yield _row("board", "changed", f"{name}: {told}")
    if was.calendar != is_.calendar:
        yield _row("calendar", "changed", "the working days change")


def _workflow(old: Facts, new: Facts) -> Iterator[View]:
    was = {state.name: state for state in old.board.states}
    is_ = {state.name: state for state in new.board.states}
    for name, state in is_.items():
        if name not in was:
            yield _row("workflow", "added", f"new state {name}, {state.kind.value}")
        elif state != was[name]:
            yield _row("workflow", "changed", f"state {name}: {_state(was[name], state)}")
    for name in was.keys() - is_.keys():
        yield _row("workflow", "removed", f"no state {name} any more")
    kept = [name for name in was if name in is_]
    if kept != [name for name in is_ if name in was]:
        yield _row("workflow", "changed", f"the states are in another order: {', '.join(is_)}")


def _state(was: State, is_: State) -> str:
    told = [
        f"called {words.listed([name for name in is_.was if name not in was.was])} before"
        if {*is_.was} > {*was.was}
        else _named("earlier names", _from_to(was.was, is_.was)),
        _from_to(was.kind.value, is_.kind.value),
        _named("title", _from_to(was.title, is_.title)),
    ]
    told.append("another policy" if was.policy != is_.policy else "")
    return ", ".join(filter(None, told))


def _bounds(old: Facts, new: Facts) -> Iterator[View]:
    for was, is_ in pairs(old.board.limits, new.board.limits):
        if was is None and is_ is not None:
            yield _row("limits", "added", f"new limit: {_policy(new, is_)}")
        elif was is not None and is_ is None:
            yield _row("limits", "removed", f"no limit any more: {_policy(old, was)}")
        elif was is not None and is_ is not None and (told := _limit(was, is_)):
            yield _row("limits", "changed", f"limit {_limits.subject(new.board, is_)}: {told}")


def _policy(facts: Facts, limit: Limit) -> str:
    return _limits.policy(facts.board, limit).rstrip(".")


def _limit(was: Limit, is_: Limit) -> str:
    told = [
        _named("at most", _from_to(was.max, is_.max)),
        _named("at least", _from_to(was.min, is_.min)),
        _named("mode", _from_to(was.mode.value, is_.mode.value)),
        _named("name", _from_to(was.name, is_.name)),
    ]
    return ", ".join(filter(None, told))


def _kinds_of_work(old: Facts, new: Facts) -> Iterator[View]:
    yield from _named_ones("types", "type", old.board.types, new.board.types)
    yield from _named_ones("classes", "class", old.board.classes, new.board.classes)
    yield from _named_ones("fields", "field", old.board.fields, new.board.fields)
    for part in ("types", "classes"):
        first = [next(iter(getattr(side.board, part)), "") for side in (old, new)]
        if all(first) and first[0] != first[1]:
            yield _row(part, "changed", f"the first of the {part}: {first[0]} → {first[1]}")


def _expectations(old: Facts, new: Facts) -> Iterator[View]:
    was, is_ = ([expectation.sentence(each) for each in side.board.expectations] for side in (old, new))
    for told in is_:
        if told not in was:
            yield _row("expectations", "added", f"now expected: {told}")
    for told in was:
        if told not in is_:
            yield _row("expectations", "removed", f"no longer expected: {told}")


def _allocation(old: Facts, new: Facts) -> Iterator[View]:
    was, is_ = old.board.allocation, new.board.allocation
    for name in dict.fromkeys((*was, *is_)):
        told = _from_to(was.get(name), is_.get(name), "%")
        if told:
            yield _row("allocation", "changed", f"share of {name}: {told}")


def _rules(old: Facts, new: Facts) -> Iterator[View]:
    was, is_ = old.board.rules, new.board.rules
    for name in sorted({*was, *is_}):
        if was.get(name) != is_.get(name):
            told = f"{_setting(was.get(name))} → {_setting(is_.get(name))}"
            yield _row("rules", "changed", f"rule {name}: {told}")


def _setting(setting: RuleSetting | None) -> str:
    if setting is None:
        return "the default"
    if setting.off:
        return "off"
    told = [f"{name.replace('_', ' ')} {_shown(value)}" for name, value in setting.options.items()]
    return ", ".join([*told, *([setting.severity.value] if setting.severity else [])]) or "the default"


def _reading(old: Facts, new: Facts) -> Iterator[View]:
    was, is_ = old.board, new.board
    if was.item_globs != is_.item_globs:
        yield _row("items", "changed", f"items are read from {words.listed(is_.item_globs)}")
    if was.sources != is_.sources:
        yield _row("sources", "changed", "the mapping of other people's records changes")


_PARTS: Mapping[tuple[str, ...], Callable[[Facts, Facts], Iterator[View]]] = {
    ("board", "key", "timezone", "currency", "ids", "ignore_revs", "calendar"): _settings,
    ("workflow",): _workflow,
    ("limits", "workflow"): _bounds,
    ("types", "classes", "fields"): _kinds_of_work,
    ("expectations",): _expectations,
    ("allocation",): _allocation,
    ("rules",): _rules,
    ("items", "sources"): _reading,
}
"""What tells of the sections of opsflow.yaml."""


# -- people.yaml and catalog.yaml -------------------------------------------------------------------


def _catalog(section: str, noun: str, old: Facts, new: Facts) -> Iterator[View]:
    was, is_ = getattr(old.board, section), getattr(new.board, section)
    if was is None and is_ is not None:
        yield _row(section, "added", f"{section} are no longer free names: the list has {len(is_)}")
    elif is_ is None and was is not None:
        yield _row(section, "removed", f"{section} are free names now: the list of {len(was)} is gone")
    elif was is not None and is_ is not None:
        yield from _named_ones(section, noun, was, is_)


def _named_ones(part: str, noun: str, was: Mapping[str, Any], is_: Mapping[str, Any]) -> Iterator[View]:
    for key, entry in is_.items():
        if key not in was:
            yield _row(part, "added", f"new {noun} {key}{_title(key, entry)}")
        elif told := _entry(was[key], entry):
            yield _row(part, "changed", f"{noun} {key}: {told}")
    for key, entry in was.items():
        if key not in is_:
            yield _row(part, "removed", f"no {noun} {key}{_title(key, entry)} any more")


def _title(key: str, entry: Any) -> str:
    found = getattr(entry, "name", "") or getattr(entry, "title", "")
    return f" ({found})" if found and found != key else ""


def _entry(was: Any, is_: Any) -> str:
    """What differs in an entry; empty where nothing does, but where it stands."""
    if isinstance(is_, Mapping):
        return "" if was == is_ else "another form"
    told = [
        _field(name, getattr(was, name), value)
        for name, value in is_._asdict().items()
        if name not in ("spot", "key") and value != getattr(was, name)
    ]
    return ", ".join(told)


_CHANGED = {"away": "days away", "emails": "addresses", "public": "text for employees"}
"""Of these it is only said that they changed: days away and addresses are not for all who read along."""


def _field(name: str, was: Any, is_: Any) -> str:
    if name in _CHANGED:
        return f"{_CHANGED[name]} changed"
    return _named(name.replace("_", " "), _from_to(was, is_))


# -- words ------------------------------------------------------------------------------------------


def _named(name: str, told: str) -> str:
    return f"{name} {told}" if told else ""


def _from_to(was: Any, is_: Any, unit: str = "") -> str:
    """Such as "5 → 6"; empty where nothing changes."""
    return "" if was == is_ else f"{_shown(was, unit)} → {_shown(is_, unit)}"


def _shown(value: Any, unit: str = "") -> str:
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        hours = value / timedelta(hours=1)
        return words.count(hours / 24, "day") if hours % 24 == 0 else words.count(hours, "hour")
    if isinstance(value, (int, float)):
        return f"{value:,.10g}{unit}"
    if isinstance(value, tuple):
        return words.listed([str(each) for each in value])
    return str(value)

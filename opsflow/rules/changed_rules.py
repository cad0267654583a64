"""The change also changes how it is judged.

Why: a change is judged by the rules from before it, so that a limit cannot be loosened together with the
work that breaks it. The new rules count once they have landed. What becomes of them is said here, with how
many findings come and go, so that whoever reads the change decides about it with open eyes; so is a new
state in progress that no limit counts, where others have one.
Fix: land new rules in a change of their own; or judge by them, if they are agreed upon, with
`opsflow check --base REV --rules-from head`.

Bad:

    before:
        limits: [{states: [doing], max: 1}]
        OPS-1: {state: doing, assignees: [maria]}
    limits: [{states: [doing], max: 3}]
    OPS-1: {state: doing, assignees: [maria]}

Good:

    before:
        limits: [{states: [doing], max: 1}]
        OPS-1: {state: ready}
    limits: [{states: [doing], max: 1}]
    OPS-1: {state: doing, assignees: [maria]}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import zip_longest
from typing import Any, NamedTuple

from opsflow.facts import Facts
from opsflow.flow.expectation import sentence
from opsflow.graph import selectors
from opsflow.model import (
    BOARD_FILE,
    IN_PROGRESS,
    Board,
    Expectation,
    Finding,
    Judgement,
    Limit,
    Mode,
    Severity,
    Spot,
)
from opsflow.reading.items import form
from opsflow.rules import ALL, FAMILIES, judge, length, manual, number, options
from opsflow.rules._limits import at_number, counted

SEVERITY = Severity.NOTE
NEEDS_BASE = True
MODES = {
    Mode.WARN: "a warning",
    Mode.REASON: "an error that a reason waives",
    Mode.BLOCK: "an error that nothing waives",
}
"""What breaking a limit is."""
READ = {
    "items": ("item_globs", "which files hold items"),
    "sources": ("sources", "which records are items, and what their states mean"),
    "ignore_revs": ("ignore_revs", "which commits move no item"),
    "timezone": ("timezone", "when a day begins"),
}
"""Sections that say what is read, what a board calls them, and what they decide."""


class Changed(NamedTuple):
    """One thing that is another than before."""

    where: Spot
    message: str
    moves: Callable[[Finding], bool] | None
    """Whether a finding may come or go with it; None where that cannot be told."""
    reach: float = 0.0
    """How much work it touches besides."""


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each thing that is changed, where it now stands in opsflow.yaml.

    Its extent is how many findings come or go with it, and how much work it touches besides.
    """
    if facts.base is None or not (facts.base.own.usable and facts.own.usable):
        return
    if facts.base.tree.get(BOARD_FILE) == facts.tree.get(BOARD_FILE):
        return
    found = [*_changes(facts.base.own, facts.own)]
    old, new = _both(facts) if found else ({}, {})
    for changed in found:
        told, count = _count(old, new, changed.moves) if changed.moves else ("", 0)
        yield Judgement(changed.where, f"{changed.message}{told}", extent=changed.reach + count)


# -- what comes and goes ------------------------------------------------------------------------

Findings = Mapping[tuple[str, str, tuple[str, ...]], Finding]


def _both(facts: Facts) -> tuple[Findings, Findings]:
    """What the rules from before the change and the new ones find on the work after it."""
    if facts.written:
        other = replace(facts, board=facts.written, written=None)
    else:
        other = replace(facts, board=facts.ruled or facts.board, written=facts.board)
    if _is_same_graph(facts.board, other.board):
        other.__dict__["graph"] = facts.graph  # building one takes as long as all the rules
    old, new = (facts, other) if facts.written else (other, facts)
    return _found(old), _found(new)


def _is_same_graph(one: Board, other: Board) -> bool:
    names = (one.items is other.items, one.types.keys() == other.types.keys())
    return all(names) and one.classes.keys() == other.classes.keys()


def _found(facts: Facts) -> Findings:
    names = {*ALL} - {*FAMILIES["changes"]}
    return {(each.rule, each.subject, each.things): each for each in judge(facts, names)}


def _count(old: Findings, new: Findings, moves: Callable[[Finding], bool]) -> tuple[str, int]:
    """Such as "; 1 finding comes, 2 findings go with it", and how many that are."""
    comes = sum(moves(new[key]) for key in new.keys() - old.keys())
    goes = sum(moves(old[key]) for key in old.keys() - new.keys())
    other = sum(moves(new[key]) and _weight(new[key]) != _weight(old[key]) for key in new.keys() & old.keys())
    parts = [
        f"{number(count, 'finding')} {verb if count > 1 else one}"
        for count, one, verb in (
            (comes, "comes", "come"),
            (goes, "goes", "go"),
            (other, "weighs differently", "weigh differently"),
        )
        if count
    ]
    return f"; {', '.join(parts) or 'no finding comes or goes'} with it", comes + goes + other


def _weight(finding: Finding) -> tuple[Severity, bool]:
    return finding.severity, finding.waiver is None


# -- what is changed ----------------------------------------------------------------------------


def _changes(before: Board, after: Board) -> Iterator[Changed]:
    yield from _limits(before, after)
    yield from _unlimited(before, after)
    yield from _rules(before, after)
    yield from _expectations(before, after)
    yield from _meanings(before, after)
    yield from _reading(before, after)


def _limits(before: Board, after: Board) -> Iterator[Changed]:
    old, new = _by(before.limits, counted), _by(after.limits, counted)
    for scope in {**new, **old}:
        for was, now in zip_longest(old.get(scope, ()), new.get(scope, ())):
            yield from _of_limit(was, now)


def _unlimited(before: Board, after: Board) -> Iterator[Changed]:
    """States in progress that are new and that no limit counts, where there are limits of states."""
    known = {state.name for state in before.states}
    limited = {name for board in (before, after) for limit in _plain(board) for name in limit.states}
    if not limited or any(not limit.states for limit in _plain(after)):
        return
    for at, state in enumerate(after.states):
        free = not any(state.name in limit.states for limit in _plain(after))
        if state.name not in known and state.kind in IN_PROGRESS and free:
            count = sum(item.state == state.name for item in after.items.values())
            there = f"{number(count, 'item')} {'is' if count == 1 else 'are'} there"
            message = f"`{state.name}` is a new state in progress, and no limit counts what is in it; {there}"
            yield Changed(Spot(BOARD_FILE, ("workflow", at, "state")), message, None, max(count, 1))


def _plain(board: Board) -> list[Limit]:
    """The limits of all work in some states, or in progress, whoever does it."""
    return [each for each in board.limits if each.max is not None and each.is_plain]


def _by(each: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """Things in their order, by what they have in common."""
    found: dict[Any, list[Any]] = {}
    for thing in each:
        found.setdefault(key(thing), []).append(thing)
    return found


def _of_limit(was: Limit | None, now: Limit | None) -> Iterator[Changed]:
    for bound, word in (("max", "limit"), ("min", "minimum")):
        old, new = (getattr(limit, bound) if limit else None for limit in (was, now))
        moves = _moved("wip-limit" if bound == "max" else "wip-minimum", was, now)
        if now is not None and new is not None and old != new:
            before = f"was {old}" if old is not None else "is new"
            message = f"the {word} of items {_scope(now)} is {new}, and {before}"
            yield Changed(at_number(now, bound), message, moves)
        elif was is not None and old is not None and new is None:
            where = at_number(now, bound) if now else Spot(BOARD_FILE, was.spot.keys[:1])
            yield Changed(where, f"the {word} of items {_scope(was)} was {old}, and is gone", moves)
    if was and now and was.mode != now.mode:
        where = Spot(now.spot.path, (*now.spot.keys[:2], "mode"))
        what = f"breaking the limit of items {_scope(now)} is {MODES[now.mode]}"
        yield Changed(where, f"{what}, and was {MODES[was.mode]}", _moved("wip-limit", was, now))


def _moved(rule: str, *limits: Limit | None) -> Callable[[Finding], bool]:
    """Whether a finding is of a rule and of one of these limits."""
    names = tuple(limit.name for limit in limits if limit)
    groups = tuple(f"{limit.name}: " for limit in limits if limit and limit.per)

    def is_of(finding: Finding) -> bool:
        return finding.rule == rule and (finding.subject in names or finding.subject.startswith(groups))

    return is_of


def _scope(limit: Limit) -> str:
    """Such as "in `doing` or `review` of type project, for each person"."""
    where = f"in {' or '.join(f'`{state}`' for state in limit.states)}" if limit.states else "in progress"
    of = "".join(f" of {kind} {name}" for kind, name in selectors(limit))
    return f"{where}{of}{f', for each {limit.per}' if limit.per else ''}"


def _rules(before: Board, after: Board) -> Iterator[Changed]:
    for name in ALL:

        def moves(finding: Finding, name: str = name) -> bool:
            return finding.rule == name

        old, new = _severity(before, name), _severity(after, name)
        if old != new:
            yield Changed(Spot(BOARD_FILE, ("rules", name)), f"{name} is {new}, and was {old}", moves)
        for option, own in options(name).items():
            was, now = (_option(board, name, option, own) for board in (before, after))
            if was != now:
                message = f"`{option}` of {name} is {_shown(now)}, and was {_shown(was)}"
                yield Changed(Spot(BOARD_FILE, ("rules", name, option)), message, moves)


def _severity(board: Board, name: str) -> str:
    setting = board.rules.get(name)
    if setting and setting.off:
        return "off"
    own = manual(name).severity
    severity = (setting and setting.severity) or own
    return f"{'an' if severity is Severity.ERROR else 'a'} {severity}"


def _option(board: Board, name: str, option: str, own: Any) -> Any:
    setting = board.rules.get(name)
    return setting.options.get(option, own) if setting else own


def _shown(value: Any) -> str:
    if isinstance(value, timedelta):
        return length(value)
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _expectations(before: Board, after: Board) -> Iterator[Changed]:
    def of(each: Expectation) -> tuple[str, str, str]:
        return each.type, each.class_, each.service

    def moves(finding: Finding) -> bool:
        return finding.rule == "over-age"

    old, new = _by(before.expectations, of), _by(after.expectations, of)
    for whose in {**new, **old}:
        was, now = old.get(whose, [None])[0], new.get(whose, [None])[0]  # of equals, the first counts
        if was and now and (was.within, was.share) != (now.within, now.share):
            yield Changed(now.spot, f"expected is that {sentence(now)}, and was that {sentence(was)}", moves)
        elif now and not was:
            yield Changed(now.spot, f"expected is that {sentence(now)}, which is new", moves)
        elif was and not now:
            message = f"it is no longer expected that {sentence(was)}"
            yield Changed(Spot(BOARD_FILE, ("expectations",)), message, moves)


def _meanings(before: Board, after: Board) -> Iterator[Changed]:
    """What states, classes of service and missing keys mean."""

    def any_(_: Finding) -> bool:
        return True

    for at, state in enumerate(after.states):
        known = before.state(state.name)
        if known and known.kind != state.kind:
            message = f"`{state.name}` is of kind {state.kind}, and was of kind {known.kind}"
            yield Changed(Spot(BOARD_FILE, ("workflow", at, "kind")), message, any_)
    for name, class_ in after.classes.items():
        free = name in before.classes and before.classes[name].beyond_limits
        if class_.beyond_limits != free:
            where = Spot(BOARD_FILE, ("classes", name, "beyond_limits"))
            may = "may go beyond limits" if class_.beyond_limits else "keeps to limits"
            yield Changed(where, f"class `{name}` {may}, and did not before", any_)
    old, new = form(before), form(after)
    for section, word, was, now in (
        ("types", "type", old.type, new.type),
        ("classes", "class of service", old.class_, new.class_),
    ):
        if was != now:
            message = f"an item that names no {word} is of `{now}`, and was of `{was}`"
            yield Changed(Spot(BOARD_FILE, (section,)), message, any_)


def _reading(before: Board, after: Board) -> Iterator[Changed]:
    """What decides what is read. It is the board's own in any case, so nothing can be counted."""
    for section, (name, what) in READ.items():
        if getattr(before, name) != getattr(after, name):
            message = f"`{section}` is another than before: it says {what}"
            yield Changed(Spot(BOARD_FILE, (section,)), message, None)

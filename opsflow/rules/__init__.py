"""Rules: facts in, findings out. One module is one rule, and its docstring is its manual and its test.

A rule is named for the bad thing, so that its name reads after "allow". The modules import what all share
from here, and what some share from those that begin with `_`; here they are imported when they are first
asked, so a new one is three words: its name in `FAMILIES`, and its module in the two lists for mypy below.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from opsflow import words
from opsflow.collection import paused
from opsflow.model import (
    BOARD_FILE,
    READING_RULES,
    Board,
    Finding,
    Item,
    Judgement,
    Keys,
    Place,
    Severity,
    Spot,
    Waiver,
)
from opsflow.reading.names import id_of

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.rules import (
        assigned_while_away,
        backdated_entry,
        changed_rules,
        crowded_folder,
        dependency_cycle,
        depends_on_discarded,
        due_before_dependency,
        duplicate_id,
        expired_waiver,
        finished_before_dependency,
        finished_before_part,
        future_commit,
        misnamed_file,
        missed_maintenance,
        misshapen,
        missing_skill,
        over_age,
        overdue,
        reopened_without_reason,
        shallow_history,
        skipped_state,
        stale,
        stale_block,
        started_before_dependency,
        unassigned_work,
        unfinished_item_deleted,
        unknown_reference,
        unreadable_file,
        waiver_without_reason,
        wip_limit,
        wip_minimum,
    )

    _RULES: tuple[Rule, ...] = (
        assigned_while_away, backdated_entry, changed_rules, crowded_folder, dependency_cycle,
        depends_on_discarded, due_before_dependency, duplicate_id, expired_waiver,
        finished_before_dependency, finished_before_part, future_commit, misnamed_file, missed_maintenance,
        misshapen, missing_skill, over_age, overdue, reopened_without_reason, shallow_history,
        skipped_state, stale, stale_block, started_before_dependency, unassigned_work,
        unfinished_item_deleted, unknown_reference, unreadable_file, waiver_without_reason, wip_limit,
        wip_minimum,
    )  # fmt: skip

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "reading": (
        "unreadable-file",
        "misshapen",
        "duplicate-id",
        "misnamed-file",
        "unknown-reference",
        "crowded-folder",
    ),
    "dependencies": (
        "dependency-cycle",
        "started-before-dependency",
        "finished-before-dependency",
        "depends-on-discarded",
        "due-before-dependency",
        "finished-before-part",
    ),
    "WIP": ("wip-limit", "wip-minimum"),
    "people": ("unassigned-work", "assigned-while-away", "missing-skill"),
    "time": ("overdue", "over-age", "stale", "stale-block", "missed-maintenance", "expired-waiver"),
    "history": ("shallow-history", "future-commit", "backdated-entry"),
    "changes": (
        "skipped-state",
        "unfinished-item-deleted",
        "reopened-without-reason",
        "waiver-without-reason",
        "changed-rules",
    ),
}
ALL = tuple(name for names in FAMILIES.values() for name in names)
"""The names of all rules, in the order of the manual."""
NEVER_WAIVED = (
    *READING_RULES,
    "crowded-folder",
    "wip-minimum",
    "missed-maintenance",
    "shallow-history",
    "unfinished-item-deleted",
    "waiver-without-reason",
    "changed-rules",
)
"""The rules that no waiver in an item covers: what they find is in no item, or may never be."""


class Rule(Protocol):
    """What a rule's module has. `NEEDS_HISTORY`, `NEEDS_BASE` (True) and `OPTIONS` may stand beside it."""

    SEVERITY: Severity
    """What a finding is where the board says nothing else."""

    def check(self, facts: Facts) -> Iterator[Judgement]:
        """Everything that the rule finds wrong."""


class Manual(NamedTuple):
    """What a rule's docstring says."""

    name: str
    family: str
    severity: Severity
    title: str
    """What is wrong, in one sentence."""
    why: str
    fix: str
    options: str
    """What a board may set; empty: its severity alone."""
    bad: str
    """A board, in the short notation of the manual, in which the rule finds one thing."""
    good: str
    """The board mended."""


# -- judging ------------------------------------------------------------------------------------


def judge(facts: Facts, only: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Every finding of every rule, or of `only` those named; sorted by place, then by rule.

    A rule that is off finds nothing; one that needs the history, or the board before a change, finds
    nothing without it. Waived findings are among them, with their waiver.
    """
    with paused():  # the graph is a hundred thousand objects that stay
        owners = _owners(facts.board)
        misshapen = _misshapen(facts)
        chosen = judged(facts, only)
        findings = [finding for name in chosen for finding in _findings(facts, name, owners, misshapen)]
    return tuple(sorted(findings, key=lambda finding: (finding.place, finding.rule, finding.message)))


def judged(facts: Facts, only: Collection[str] | None = None) -> tuple[str, ...]:
    """The rules that `judge` asks: not off, and with the history or the change that they need."""
    return tuple(name for name in ALL if (only is None or name in only) and _is_judged(facts, name))


def _is_judged(facts: Facts, name: str) -> bool:
    rule, setting = _module(name), facts.board.rules.get(name)
    if setting and setting.off:
        return False
    if facts.history is None and getattr(rule, "NEEDS_HISTORY", False):
        return False
    return facts.base is not None or not needs_base(name)


def needs_base(name: str) -> bool:
    """Whether a rule judges changes alone; KeyError where there is no rule of that name."""
    found: bool = getattr(_module(name), "NEEDS_BASE", False)
    return found


def _findings(
    facts: Facts, name: str, owners: Mapping[str, Mapping[Keys, Item]], misshapen: Collection[Spot]
) -> Iterator[Finding]:
    rule, setting = _module(name), facts.board.rules.get(name)
    severity = (setting and setting.severity) or rule.SEVERITY
    for judgement in rule.check(facts):
        if misshapen and name not in READING_RULES and _is_said(judgement.where, misshapen):
            continue
        item = _owner(judgement.where, owners)
        waived = next(iter(_waivers(judgement, name, item, facts.today)), None)
        yield Finding(
            rule=name,
            severity=judgement.severity or severity,
            place=facts.locate(judgement.where),
            message=judgement.message,
            hint=judgement.hint or manual(name).fix,
            item=waived[0] if waived else item.id if item else "",
            waiver=waived[1] if waived else None,
            subject=judgement.subject or _subject(judgement, item),
            extent=judgement.extent,
            things=judgement.things,
        )


_NUMBERS = re.compile(r"\b(lines?|entry|entries) \d+(?:,? (?:to|and) \d+)?")


def _subject(judgement: Judgement, item: Item | None) -> str:
    """What a judgement is about where it does not say: its item or file, and its words but line numbers."""
    said = _NUMBERS.sub(r"\1", judgement.message)
    return f"{item.id if item else whose(judgement.where)}: {said}"


def _misshapen(facts: Facts) -> Collection[Spot]:
    """Where values stand that could not be accepted; but not where the rules come from another file."""
    spots = (fault.judgement.where for fault in facts.faults if fault.rule == "misshapen")
    elsewhere = BOARD_FILE if facts.written else ""
    return {where for where in spots if isinstance(where, Spot) and where.keys and where.path != elsewhere}


def _is_said(where: Spot | Place, misshapen: Collection[Spot]) -> bool:
    """Whether the value that a place is in is misshapen: that is one finding, and no other rule's."""
    keys = where.keys if isinstance(where, Spot) else ()
    return any(Spot(where.path, keys[:depth]) in misshapen for depth in range(1, len(keys) + 1))


def _waivers(judgement: Judgement, rule: str, item: Item | None, today: date) -> Sequence[tuple[str, Waiver]]:
    """The waivers that cover a judgement; empty where none does, and where reading could not accept it."""
    if not judgement.waivable or rule in NEVER_WAIVED:
        return ()
    if judgement.waivers is not None:
        return judgement.waivers
    waiver = live_waiver(item, rule, today) if item else None
    return ((item.id, waiver),) if item and waiver else ()


def _owners(board: Board) -> Mapping[str, Mapping[Keys, Item]]:
    """The items that each file holds, by where their records stand in it."""
    owners: dict[str, dict[Keys, Item]] = {}
    for item in board.items.values():
        owners.setdefault(item.path, {})[item.spots.get("", ())] = item
    return owners


def _owner(where: Spot | Place, owners: Mapping[str, Mapping[Keys, Item]]) -> Item | None:
    """The item that a place is in; None where it is in none, or where a file of many leaves it open."""
    items = owners.get(where.path, {})
    if len(items) == 1:
        return next(iter(items.values()))
    keys = where.keys if isinstance(where, Spot) else ()
    near = (items.get(keys[:depth]) for depth in range(len(keys) + 1))
    return next((item for item in near if item and keys and keys in item.spots.values()), None)


# -- manuals ------------------------------------------------------------------------------------


def _module(name: str) -> Rule:
    return cast("Rule", import_module(f"opsflow.rules.{name.replace('-', '_')}"))


@cache
def manual(name: str) -> Manual:
    """The manual of a rule; KeyError where there is no such rule."""
    families = {rule: family for family, names in FAMILIES.items() for rule in names}
    family, rule = families[name], _module(name)
    title, *rest = re.split(r"\n+(Why|Fix|Options|Bad|Good):", cleandoc(rule.__doc__ or ""))
    parts = dict(zip(rest[::2], rest[1::2], strict=True))
    return Manual(
        name=name,
        family=family,
        severity=rule.SEVERITY,
        title=_flow(title),
        why=_flow(parts["Why"]),
        fix=_flow(parts["Fix"]),
        options=_flow(parts.get("Options", "")),
        bad=cleandoc(parts["Bad"]),
        good=cleandoc(parts["Good"]),
    )


def _flow(text: str) -> str:
    """One line, beginning as a sentence does: in the docstring it follows a colon."""
    line = " ".join(text.split())
    return line[:1].upper() + line[1:]


# -- what rules share ---------------------------------------------------------------------------


def settings(board: Board, name: str) -> Mapping[str, Any]:
    """The options of a rule: its own, or what the board sets, where that fits."""
    setting = board.rules.get(name)
    chosen = setting.options if setting else {}
    return {
        option: chosen[option] if fits(chosen.get(option), own) else own
        for option, own in options(name).items()
    }


def fits(value: Any, own: Any) -> bool:
    """Whether an option can have a value: of the kind of its own one, and not below nothing."""
    return type(value) is type(own) and bool(value >= type(own)())


def options(name: str) -> Mapping[str, Any]:
    """The options of a rule and what they are where a board says nothing."""
    return cast("Mapping[str, Any]", getattr(_module(name), "OPTIONS", {}))


def live_waiver(item: Item, rule: str, today: date) -> Waiver | None:
    """The item's waiver of a rule, unless there is none or its last day is over."""
    waiver = item.allow.get(rule)
    return waiver if waiver and (waiver.until is None or waiver.until >= today) else None


def whose(where: Spot | Place) -> str:
    """The id that a file's name begins with, readable or not; the path of a file without one."""
    return id_of(where.path) or where.path


def several(names: Iterable[str], most: int = 6) -> str:
    """Such as "OPS-1, OPS-2 and OPS-3", or "OPS-1, OPS-2 and 7 more"; in the order given."""
    ordered = list(names)
    if len(ordered) > most:
        ordered = [*ordered[: most - 1], f"{len(ordered) - most + 1} more"]
    return words.listed(ordered)


def ago(facts: Facts, moment: datetime, after: timedelta) -> timedelta:
    """How long ago a moment was, to be compared with `after`.

    Where `after` is in whole days, days of the calendar are counted: what is over 14 days then begins
    with a day, not in the middle of one, and says the same all day long.
    """
    if after % timedelta(days=1):
        return facts.now - moment
    return facts.today - moment.astimezone(facts.zone).date()


def number(count: int, word: str) -> str:
    """Such as "1 day" or "3 days"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def length(time: timedelta) -> str:
    """A length of time in its largest whole unit: "14 days", "36 hours", "90 minutes"."""
    minutes = int(time.total_seconds()) // 60
    for size, word in ((1440, "day"), (60, "hour")):
        if minutes >= size and minutes % size == 0:
            return number(minutes // size, word)
    return number(minutes, "minute")

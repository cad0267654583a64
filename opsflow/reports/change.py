"""What does this change do to the work, the limits and the findings?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from opsflow import graph, words
from opsflow.measures import _policies
from opsflow.model import IN_PROGRESS, OWN_FILES, Finding, Item, Limit, Severity, order_key
from opsflow.reading import other_ids
from opsflow.reading.names import id_of
from opsflow.reports import View, _dates, _edits, _overload
from opsflow.reports import _shapes as shapes
from opsflow.reports._edits import Side
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Change"
GROUPS = {
    "created": ("New", "new"),
    "finished": ("Finished", "finished"),
    "reopened": ("Reopened", "reopened"),
    "moved": ("Moved on", "moved on"),
    "back": ("Moved back", "moved back"),
    "dropped": ("Discarded", "discarded"),
    "deleted": ("Deleted unfinished", "deleted unfinished"),
    "archived": ("Archived", "archived"),
    "renumbered": ("Renumbered", "renumbered"),
    "blocked": ("Blocked", "blocked"),
    "unblocked": ("Unblocked", "unblocked"),
    "reassigned": ("Reassigned", "reassigned"),
    "rescheduled": ("Rescheduled", "rescheduled"),
    "dependencies": ("Other dependencies", "with other dependencies"),
    "reclassed": ("Other type or class", "of another type or class"),
    "retitled": ("Renamed", "renamed"),
    "waivers": ("Waivers", "with other waivers"),
    "edited": ("Otherwise edited", "otherwise edited"),
    "filed": ("Files moved", "in another file"),
}
"""The kinds of changes: heading, and word of the summary. An item stands under the first of its own."""
FEW_EDITS = 2
"""Of more other fields than this, a row gives the names alone."""
LIMITS_SUMMED_UP = 2
POLICIES = "changed-rules"
"""The rule that says what the policies say, too, with what comes and goes with it."""


class Compared(Protocol):
    """What the change did to the findings, as `comparison.compare` tells it."""

    @property
    def made(self) -> Sequence[Finding]: ...
    @property
    def worse(self) -> Sequence[tuple[Finding, Finding]]: ...
    @property
    def left(self) -> Sequence[Finding]: ...
    @property
    def mended(self) -> Sequence[Finding]: ...


def view(facts: Facts, compared: Compared) -> View:
    """The change from `facts.base`, which has to be there, to `facts`."""
    base = facts.base
    if base is None:
        raise ValueError("a change is told of facts with a base")
    facts, base = _as_written(facts), _as_written(base)
    old, new = _edits.side(base), _edits.side(facts)
    known = base.board.usable or not base.tree
    rows = [*_rows(old, new)] if known else []
    limits = [*_limits(old.numbers, new.numbers)] if known else []
    risk = _risk(new.numbers, rows)
    dates = _dates.between(base, facts, [row["id"] for row in rows])
    view = {
        **shapes.head(
            new.numbers, "change", TITLE, (__doc__ or "").strip(), _definitions(new.numbers, risk, dates)
        ),
        "base": {
            "commit": shapes.commit(base.commit) if base.commit else None,
            "exists": bool(base.tree),
            "reason": "" if known else "opsflow.yaml could not be read before",
        },
        "unread": _unread(base, facts) if known else [],
        "items": {"before": len(base.board.items), "after": len(facts.board.items), "changed": len(rows)},
        "groups": [*_groups(rows)],
        "wip": {"before": len(old.numbers.in_progress), "after": len(new.numbers.in_progress)},
        "limits": limits,
        "policies": _policies.changes(old.numbers.facts, new.numbers.facts) if known and base.tree else [],
        "findings": _findings(new.numbers, compared if known else None),
        "risk": risk,
        "people": _overload.between(base, facts) if known else {**_overload.NOTHING},
        "forecast": dates,
    }
    return {**view, "summary": _summary(view)}


def _as_written(facts: Facts) -> Facts:
    """A side as its own files say: what the change does to the rules is told, too."""
    return replace(facts, board=facts.own, written=None) if facts.written else facts


def _definitions(numbers: Numbers, risk: View, dates: View) -> Iterator[shapes.Definition]:
    yield "WIP limit", None, None
    if risk["rows"]:
        yield "work item age", None, None
        yield "chance to miss", numbers.window, len(numbers.cycle_times)
    if dates["rows"]:
        yield "when for a project", numbers.window, None
        yield "criticality", None, None


# -- items ------------------------------------------------------------------------------------------


def _rows(old: Side, new: Side) -> Iterator[View]:
    """The items that differ, in the order of their ids. Most do not, and cost one comparison."""
    was, is_ = old.numbers.facts.board, new.numbers.facts.board
    old_ids = other_ids.between(was.items, is_.items)
    new_ids = frozenset(old_ids.values())
    for name in sorted({*was.items, *is_.items}, key=order_key):
        before, after = was.items.get(name), is_.items.get(name)
        if before == after:
            continue
        if after is None:
            assert before is not None
            if name not in is_.unread and name not in new_ids:
                yield _row(old.numbers, before, _edits.deleted(before, old))
        elif before is not None:
            changes = _edits.between(before, after, old, new)
            if changes:  # else it only stands elsewhere in a file of many
                yield _row(new.numbers, after, changes)
        elif name in old_ids:
            yield _row(new.numbers, after, [_edits.renumbered(old_ids[name], after)])
        elif name not in was.unread:
            yield _row(new.numbers, after, _edits.created(after, new))


def _row(numbers: Numbers, item: Item, changes: Sequence[View]) -> View:
    kinds = {each["kind"] for each in changes}
    return {
        "id": item.id,
        "title": item.title,
        "path": item.path,
        "kind": next(kind for kind in GROUPS if kind in kinds),
        "kinds": [kind for kind in GROUPS if kind in kinds],
        "state": shapes.state(numbers, item.state),
        "words": _words(changes),
        "changes": [*changes],
    }


def _words(changes: Sequence[View]) -> list[str]:
    """What a row says: each change, but many other fields by their names alone."""
    edits = [each for each in changes if each["kind"] == "edited"]
    told = [each["words"] for each in changes if each["kind"] != "edited"]
    if len(edits) <= FEW_EDITS:
        return [*told, *(each["words"] for each in edits)]
    names = [_edits.name_of(each["field"]) for each in edits]
    return [*told, f"{words.listed(names)} changed"]


def _groups(rows: Sequence[View]) -> Iterator[View]:
    for kind, (title, _) in GROUPS.items():
        items = [row for row in rows if row["kind"] == kind]
        if items:
            yield {"kind": kind, "title": title, "count": len(items), "items": items}


def _unread(base: Facts, facts: Facts) -> list[View]:
    """Files that could be read on one side alone, or are new and cannot be: such items are not gone."""
    lost = facts.board.unread - base.board.unread
    back = (base.board.unread - facts.board.unread) & facts.board.items.keys()
    return [
        *(_unread_item(facts, name, "after", _lost(name, base)) for name in sorted(lost, key=order_key)),
        *(
            _unread_item(base, name, "before", f"{name} can be read again")
            for name in sorted(back, key=order_key)
        ),
        *_unread_files(_unreadable(base), _unreadable(facts)),
    ]


def _lost(name: str, base: Facts) -> str:
    known = ": what it says now is not known" if name in base.board.items else ""
    return f"{name} could not be read{known}"


def _found(name: str) -> str:
    return f"{name} can be read again"


def _unread_item(facts: Facts, name: str, side: str, told: str) -> View:
    path = next((path for path in sorted(_unreadable(facts)) if id_of(path) == name), "")
    return {"id": name, "path": path, "side": side, "words": told}


def _unread_files(before: Set[str], after: Set[str]) -> Iterator[View]:
    """The same for people.yaml and catalog.yaml."""
    for path in OWN_FILES[1:]:
        if path in after - before:
            yield {"id": "", "path": path, "side": "after", "words": f"{path} could not be read"}
        elif path in before - after:
            yield {"id": "", "path": path, "side": "before", "words": _found(path)}


def _unreadable(facts: Facts) -> frozenset[str]:
    """The paths of the files that could not be read."""
    return frozenset(fault.judgement.where.path for fault in facts.faults if fault.rule == "unreadable-file")


# -- limits -----------------------------------------------------------------------------------------


def _limits(old: Numbers, new: Numbers) -> Iterator[View]:
    """What the limits count before and after: those that the change touches, and those that are broken."""
    pairs = _policies.pairs(old.facts.board.limits, new.facts.board.limits)
    for (before, _), (limit, groups) in zip(pairs, new.limits, strict=False):  # what is gone stands behind
        was = {group.name: len(group.items) for group in graph.count(old.facts.graph, old.facts.board, limit)}
        is_ = {group.name: len(group.items) for group in groups}
        for name in dict.fromkeys((*is_, *was)):
            row = _limit(new, limit, before, name, (was.get(name, 0), is_.get(name, 0)))
            changed = before is None or (row["max_before"], row["min_before"]) != (limit.max, limit.min)
            if row["before"] != row["after"] or row["broken"] or (changed and not limit.per):
                yield row


def _limit(numbers: Numbers, limit: Limit, before: Limit | None, group: str, counts: tuple[int, int]) -> View:
    was, is_ = counts
    return {
        "subject": shapes.limit_subject(numbers, limit, group),
        "group": group,
        "before": was,
        "after": is_,
        "max": limit.max,
        "min": limit.min,
        "max_before": before.max if before else None,
        "min_before": before.min if before else None,
        "over": shapes.over_by(limit, is_),
        "broken": shapes.over_by(limit, is_) > 0 or (limit.min is not None and is_ < limit.min),
        "words": _counted(limit, before, was, is_),
    }


def _counted(limit: Limit, before: Limit | None, was: int, is_: int) -> str:
    """Such as "4 → 5 of 5", "6 → 7, its limit is 5" or "0, its minimum is 1"."""
    count = f"{was} → {is_}" if was != is_ else f"{is_}"
    if limit.max is not None and is_ > limit.max:
        count += f", its limit is {limit.max}"
    elif limit.min is not None and is_ < limit.min:
        count += f", its minimum is {limit.min}"
    elif limit.max is not None:
        count += f" of {limit.max}"
    if before is None or before.max in (None, limit.max):
        return count
    return f"{count} (the limit was {before.max})"


# -- findings ---------------------------------------------------------------------------------------


def _findings(numbers: Numbers, compared: Compared | None) -> View:
    """What the change made, made worse and mended, errors first; what is waived, which counts as nothing."""
    if compared is None:
        return {"made": [], "worse": [], "waived": [], "mended": [], "left": 0}
    worse = [
        {**_finding(numbers, is_), "before": was.message} for was, is_ in compared.worse if not is_.waiver
    ]
    made = [each for each in compared.made if not _is_policy(each)]
    failures = (*made, *(is_ for _, is_ in compared.worse))
    return {
        "made": _sorted(_finding(numbers, each) for each in made if not each.waiver),
        "worse": _sorted(worse),
        "waived": _sorted(_finding(numbers, each) for each in failures if each.waiver),
        "mended": _sorted(_finding(numbers, each) for each in compared.mended if not each.waiver),
        "left": sum(each.waiver is None for each in compared.left),
    }


def _is_policy(finding: Finding) -> bool:
    """Whether it says no more than the list of policies does: that something changed, to no effect."""
    return finding.rule == POLICIES and finding.severity is Severity.NOTE and not finding.extent


def _sorted(rows: Iterable[View]) -> list[View]:
    weights = [severity.value for severity in Severity]
    return sorted(rows, key=lambda row: weights.index(row["severity"]))


def _finding(numbers: Numbers, each: Finding) -> View:
    waiver = each.waiver
    given = waiver and {"reason": waiver.reason, "by": waiver.by, "until_on": shapes.on(waiver.until)}
    return {**shapes.finding(numbers, each), "waiver": given}


# -- ages -------------------------------------------------------------------------------------------


def _risk(numbers: Numbers, rows: Iterable[View]) -> View:
    """How old the changed items in progress are, and how likely to miss what is expected, that first."""
    items = numbers.facts.board.items
    changed = [items[row["id"]] for row in rows if row["id"] in items]
    working = [item for item in changed if numbers.kind(item) in IN_PROGRESS]
    if not working:
        return {"rows": [], "reason": "no item in progress changes"}
    if not numbers.measured:
        return {"rows": [], "reason": numbers.facts.gap}
    found = [
        {
            "id": item.id,
            "title": item.title,
            "age": shapes.age(numbers, item.id),
            "expectation": shapes.chance(numbers, item.id),
        }
        for item in working
    ]
    return {"rows": sorted(found, key=_danger), "reason": ""}


def _danger(row: View) -> tuple[float, int]:
    chance = (row["expectation"] or {}).get("chance_to_miss_share")
    return -1.0 if chance is None else -chance, -(row["age"]["days"] or 0)


# -- the summary ------------------------------------------------------------------------------------


def _summary(view: View) -> str:
    """Such as "3 items move, 1 new; 1 new finding, 2 mended; In progress 4 → 5 of 5"."""
    if view["base"]["reason"]:
        return f"What changes is not known: {view['base']['reason']}"
    new = "" if view["base"]["exists"] else "The board is new"
    parts = [
        new,
        _items_summed_up(view),
        _unread_summed_up(view),
        _findings_summed_up(view),
        *_limits_summed_up(view),
    ]
    policies = len(view["policies"])
    parts.append(f"{words.count(policies, 'policy changes', 'policies change')}" if policies else "")
    return "; ".join(filter(None, parts)) or "Nothing changes"


def _items_summed_up(view: View) -> str:
    counts = {group["kind"]: group["count"] for group in view["groups"]}
    back = counts.pop("back", 0)
    moves = counts.pop("moved", 0) + back
    told = (
        [(moves, ("moves" if moves == 1 else "move") + (f" ({back:,} back)" if back else ""))]
        if moves
        else []
    )
    told += [(count, GROUPS[kind][1]) for kind, count in counts.items()]
    if not told:
        return ""
    (count, word), *rest = told
    verb = "" if moves else "is " if count == 1 else "are "
    return ", ".join([f"{words.count(count, 'item')} {verb}{word}", *(f"{n:,} {word}" for n, word in rest)])


def _unread_summed_up(view: View) -> str:
    count = sum(row["side"] == "after" for row in view["unread"])
    return f"{words.count(count, 'file')} could not be read" if count else ""


def _findings_summed_up(view: View) -> str:
    names = {"made": "new", "worse": "worse", "mended": "mended"}
    told = [(len(view["findings"][key]), name) for key, name in names.items() if view["findings"][key]]
    if not told:
        return ""
    (count, name), *rest = told
    return ", ".join([words.count(count, f"{name} finding"), *(f"{n:,} {word}" for n, word in rest)])


def _limits_summed_up(view: View) -> Iterator[str]:
    """The limits whose count changes, those first that are broken."""
    moved = [row for row in view["limits"] if row["before"] != row["after"] and row["max"] is not None]
    moved.sort(key=lambda row: -row["over"])
    for row in moved[:LIMITS_SUMMED_UP]:
        yield f"{row['subject']} {row['words']}"
    if len(moved) > LIMITS_SUMMED_UP:
        yield words.count(len(moved) - LIMITS_SUMMED_UP, "more limit") + " touched"

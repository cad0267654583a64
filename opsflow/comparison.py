"""Two sets of findings beside each other: what a change made, made worse, mended and left.

A finding is the same on both sides where its rule and its subject are the same and, if it counts things
up, one of them at least; lines and columns say nothing, for they move with every edit. The same finding
is worse where it is waived no more, weighs more, goes further or has a new thing in it. One that goes
less far than before is left: a change has to answer for what it made worse, and for no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from opsflow.model import Finding, Severity

_WEIGHT = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Comparison(NamedTuple):
    """What became of the findings; each part in the order in which it was given."""

    made: tuple[Finding, ...]
    """Only after the change."""
    worse: tuple[tuple[Finding, Finding], ...]
    """Before and after: it goes further, weighs more, or is waived no more."""
    left: tuple[Finding, ...]
    """As they are after the change, which did not make them worse."""
    mended: tuple[Finding, ...]
    """Only before the change; by place."""

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What the change has to answer for, waived findings included."""
        return (*self.made, *(after for _, after in self.worse))


def compare(before: Iterable[Finding], after: Iterable[Finding]) -> Comparison:
    """What a change did to the findings. Where several are alike, each is paired with one other."""
    open_: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    paired: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in before:
        open_[_key(finding)].append(finding)
    made, worse, left = [], [], []
    for finding in after:
        key = _key(finding)
        was = _like(finding, open_[key])
        if was:
            open_[key].remove(was)
            paired[key].append(was)
        # A cycle that fell into two was one finding before, and neither of the two is new.
        was = was or next((other for other in paired[key] if _is_part(finding, other)), None)
        if not was:
            made.append(finding)
        elif _is_worse(was, finding):
            worse.append((was, finding))
        else:
            left.append(finding)
    mended = [finding for same in open_.values() for finding in same]
    return Comparison(tuple(made), tuple(worse), tuple(left), tuple(sorted(mended, key=lambda f: f.place)))


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.subject


def _like(finding: Finding, others: Iterable[Finding]) -> Finding | None:
    """The one that has most in common with a finding of the same key; None where none has anything."""
    things = frozenset(finding.things)
    near = [other for other in others if things & {*other.things} or not (things or other.things)]
    return max(near, key=lambda other: (len(things & {*other.things}), _common(other, finding)), default=None)


def _common(one: Finding, other: Finding) -> tuple[bool, bool, bool]:
    return one.severity == other.severity, one.item == other.item, one.place.path == other.place.path


def _is_part(finding: Finding, other: Finding) -> bool:
    return bool(finding.things) and {*finding.things} <= {*other.things}


def _is_worse(before: Finding, after: Finding) -> bool:
    return _badness(after) > _badness(before) or not {*after.things} <= {*before.things}


def _badness(finding: Finding) -> tuple[bool, int, float]:
    return finding.waiver is None, _WEIGHT[finding.severity], finding.extent

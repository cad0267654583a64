"""Two sets of findings beside each other: what a change made, made worse, mended and left.

A finding is the same on both sides where its rule, its item (or its file, where it stands in none) and
its subject are the same; lines and columns say nothing, for they move with every edit.
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
    """Only before the change."""

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What the change has to answer for, waived findings included."""
        return (*self.made, *(after for _, after in self.worse))


def compare(before: Iterable[Finding], after: Iterable[Finding]) -> Comparison:
    """What a change did to the findings. Where several are alike, each is paired with one other."""
    open_: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in before:
        open_[_key(finding)].append(finding)
    made, worse, left = [], [], []
    for finding in after:
        pair = open_[_key(finding)]
        if not pair:
            made.append(finding)
            continue
        was = pair.pop(0)
        if _badness(finding) > _badness(was):
            worse.append((was, finding))
        else:
            left.append(finding)
    mended = [finding for same in open_.values() for finding in same]
    return Comparison(tuple(made), tuple(worse), tuple(left), tuple(sorted(mended, key=lambda f: f.place)))


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.item or finding.place.path, finding.subject


def _badness(finding: Finding) -> tuple[bool, int, float]:
    return finding.waiver is None, _WEIGHT[finding.severity], finding.extent

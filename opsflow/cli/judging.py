"""The report of a board: judged, told, and how long it stays so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from opsflow import resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsflow.cli import options
    from opsflow.facts import Facts
    from opsflow.formats.findings import Change
    from opsflow.model import Finding


def judged(facts: Facts, only: tuple[str, ...] = (), root: str = "") -> dict[str, Any]:
    """The report of a board, judged anew. `root`: its folder, which tells where in a repository it lies."""
    from opsflow import rules

    return told(facts, rules.judge(facts, only or None), only, root)


def told(
    facts: Facts, found: Sequence[Finding], only: tuple[str, ...], root: str, change: Change | None = None
) -> dict[str, Any]:
    """The report of what was found."""
    from opsflow import rules, verdict
    from opsflow.formats import findings

    return findings.report(
        facts.board,
        found,
        facts.tree,
        gap="" if facts.history else facts.gap,
        prefix=verdict.line(root).prefix if root else "",
        rules=rules.judged(facts, only or None),
        change=change,
    )


def cache(ask: options.Ask) -> str | None:
    """The folder that keeps reports; None where this one is not to be kept."""
    if not ask.cache or ask.at is not None or os.environ.get("OPSFLOW_SLOW"):
        return None
    return resources.cache_folder()


def until(facts: Facts, only: tuple[str, ...]) -> float | None:
    """The moment, in seconds, up to which every rule finds the same; None where that cannot be told.

    It is midnight, for rules look at days. Those of time and history may look closer, so they are
    asked once more for the last moment of the day. What they find only grows or only shrinks as time
    goes by: where it is the same now and then, it is the same in between. Not so for an `entered:` that
    is not committed yet: whether it is believed depends on what now is.
    """
    from dataclasses import replace
    from datetime import timedelta

    from opsflow import rules
    from opsflow.flow import days

    if any(
        not story.versions[-1].commit.id
        for item in facts.board.items.values()
        if item.entered and (story := facts.story(item.id))
    ):
        return None
    midnight = days.midnight(facts.today + days.ONE, facts.zone)
    names = {name for family in ("time", "history") for name in rules.FAMILIES[family]} & set(
        only or rules.ALL
    )
    found = []
    for now in (facts.now, midnight - timedelta(microseconds=1)):
        then = replace(facts, now=now, tree={})  # without a tree, nothing is located, which takes long
        then.__dict__.update(
            (name, facts.__dict__[name]) for name in ("spans", "graph") if name in facts.__dict__
        )
        found.append(rules.judge(then, names))
    return midnight.timestamp() if found[0] == found[1] else None

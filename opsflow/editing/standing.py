"""The board as it stands in its folder, and what was committed only where that is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from opsflow import facts as gathering
from opsflow.facts import Facts
from opsflow.reading import board as boards


def now(root: str, moment: datetime) -> Facts:
    """The facts of the folder alone. Git is not asked: no edit needs to know of commits."""
    tree = gathering.working(root)
    board, faults = boards.load(tree, tree.faults)
    return Facts(board, faults, tree, moment, gap=gathering.NOT_ASKED, root=root)


def with_history(facts: Facts) -> Facts:
    """The facts with what was committed, where that can be told."""
    if facts.history is not None or not facts.root:
        return facts
    told = gathering.gather(facts.root, now=facts.now, committed=True)
    return replace(facts, history=told.history, gap=told.gap)

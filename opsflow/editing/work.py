"""The way of an edit: alone on the board, planned on what is there now, judged, written, committed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import NamedTuple

from opsflow.editing import committing, journal, judging, pending, standing, undoing, writing
from opsflow.editing.judging import Verdict
from opsflow.editing.plan import Plan
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import NOTHING

Make = Callable[[Facts], Plan]
"""Makes a plan of the facts as they are once nobody else edits."""

Check = Callable[[Facts], Facts]
"""Refuses facts that no plan can be made of, by an OpsflowError."""


def _any(facts: Facts) -> Facts:
    return facts


class Wish(NamedTuple):
    """How an edit is to be carried out."""

    commit: bool = False
    dry: bool = False
    """Only say what would be done."""
    waivers: Mapping[str, str] = NOTHING
    """Rules to reasons, for the items that are edited."""


class Done(NamedTuple):
    """What became of an edit."""

    plan: Plan
    verdict: Verdict | None
    """None where nothing was to change."""
    written: bool
    commit: str = ""
    """The commit that was made."""
    told: tuple[str, ...] = ()
    """What else there is to say."""
    uncommitted: bool = False
    """A commit was wished, and Git or a hook refused it; the files are written."""


def do(root: str, now: datetime, make: Make, wish: Wish, check: Check = _any) -> Done:
    """Carry an edit out. Where the rules refuse it, nothing is written, and the verdict tells.

    `check` may refuse the facts. OpsflowError where the plan cannot be made, a file was changed by
    somebody else in between, or no commit can be made now. A commit that Git or a hook refuses is told;
    the edit then stays in the folder, and the same edit, asked for again, is committed.
    """
    with nullcontext() if wish.dry else writing.alone(root):
        told = () if wish.dry else journal.recover(root)
        facts = check(standing.now(root, now))
        plan = make(facts)
        if not plan.files:
            return _commit_written(facts, plan, make, wish) or _nothing(plan, wish, told)
        plan = judging.waive(facts, plan, wish.waivers)
        verdict = judging.judge(facts, plan)
        if verdict.refused or wish.dry:
            return Done(plan, verdict, False, told=told)
        return write(plan, verdict, wish.commit, told)


def mend(root: str) -> tuple[str, ...]:
    """Take back an edit that was cut short; what to tell of it, nothing where there was none."""
    with writing.alone(root):
        return journal.recover(root)


def _nothing(plan: Plan, wish: Wish, told: tuple[str, ...]) -> Done:
    if wish.waivers:
        raise OpsflowError("Nothing is edited, so no waiver is written; `opsflow allow` writes one alone.")
    return Done(plan, None, False, told=told)


def _commit_written(facts: Facts, plan: Plan, make: Make, wish: Wish) -> Done | None:
    """Commit an edit that is written already; None where that is not wished, or there is none."""
    if not wish.commit or wish.dry:
        return None
    found = pending.find(facts, plan, lambda known: judging.waive(known, make(known), wish.waivers))
    if found is None:
        return None
    verdict = judging.judge(found.facts, found.plan)
    if verdict.refused:
        return Done(found.plan, verdict, False)
    return _commit(found.plan, verdict, ())


def write(plan: Plan, verdict: Verdict | None, commit: bool, told: tuple[str, ...]) -> Done:
    """Write a plan, and commit it where that is wished. To be called alone."""
    if commit:
        committing.ready(plan.root)
    undoing.remember(plan)
    try:
        writing.carry_out(plan)
    except BaseException:
        undoing.forget(plan.root)
        raise
    return _commit(plan, verdict, told) if commit else Done(plan, verdict, True, told=told)


def _commit(plan: Plan, verdict: Verdict | None, told: tuple[str, ...]) -> Done:
    made = committing.commit(plan)
    if made.id:
        undoing.committed(plan, made.id)
    return Done(plan, verdict, True, made.id, (*told, *made.told), made.refused)


def take_back(root: str, now: datetime, wish: Wish, check: Check = _any) -> Done:
    """Take back the last edit of opsflow on the board.

    OpsflowError where there is none, or a file was changed since. Only what nothing can waive refuses it:
    what was there before may have been wrong.
    """
    with nullcontext() if wish.dry else writing.alone(root):
        told = () if wish.dry else journal.recover(root)
        plan, found = undoing.plan(root)
        verdict = judging.judge(check(standing.now(root, now)), plan, forgiving=True)
        if verdict.refused or wish.dry:
            return Done(plan, verdict, False, told=told)
        if wish.commit:
            committing.ready(root)
        writing.carry_out(plan)
        undoing.forget(root)
        if not wish.commit:
            return Done(plan, verdict, True, told=(*told, *_standing(found.commit)))
        made = committing.commit(plan)
        return Done(plan, verdict, True, made.id, (*told, *made.told), made.refused)


def _standing(commit: str) -> tuple[str, ...]:
    """What to say of a commit that an edit was made with, and that is not taken back."""
    if not commit:
        return ()
    return (f"The commit {commit[:10]} stays in the history; commit this, too, so that both are told.",)

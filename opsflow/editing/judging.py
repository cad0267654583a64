"""A plan before the rules: what it would make wrong that is not wrong now.

Both sides are judged without the history, unless a finding depends on it: an edit makes nothing older, and
`check` sees to what is old. What is wrong elsewhere stays as it is, and hinders no edit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from opsflow import comparison, rules
from opsflow.editing import changes, standing
from opsflow.editing.plan import Files, Plan
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import READING_RULES, Finding, Severity, Tree, Waiver
from opsflow.reading import board as boards
from opsflow.reading import edits, folder


class Verdict(NamedTuple):
    """What the rules say of a plan."""

    refused: tuple[Finding, ...]
    """Errors that it makes, or makes worse, and that nothing waives: it is not written."""
    told: tuple[Finding, ...]
    """Warnings and notes that it makes."""
    after: Facts
    """The board with the plan carried out."""
    overrides: tuple[str, ...] = ()
    """The rules of what is refused that a waiver in the edited items would cover."""
    elsewhere: tuple[Finding, ...] = ()
    """What is refused that only waivers in other items, or in more of them, would cover."""


def judge(facts: Facts, plan: Plan, *, forgiving: bool = False) -> Verdict:
    """What a plan would make wrong. `forgiving`: only what nothing can waive refuses it."""
    after = changed(facts, plan.files)
    made = comparison.compare(_quickly(facts), _quickly(after)).failures
    if any(finding.rule == "unknown-reference" for finding in made):
        facts = standing.with_history(facts)  # which knows items that were finished and deleted
        after = changed(facts, plan.files)
        made = comparison.compare(_quickly(facts), _quickly(after)).failures
    bad = [finding for finding in made if finding.severity is Severity.ERROR and finding.waiver is None]
    overrides = _overrides(facts, plan, bad) if bad else ()
    if forgiving:
        bad = [finding for finding in bad if finding.rule not in (*overrides, *READING_RULES)]
    told = [finding for finding in made if finding.waiver is None and finding not in bad]
    elsewhere = _elsewhere(after, plan, [finding for finding in bad if finding.rule not in overrides])
    return Verdict(_located(after, bad), _located(after, told), after, overrides, elsewhere)


def changed(facts: Facts, files: Files) -> Facts:
    """The facts with these files in the folder; what else is known of them is known no more."""
    paths = {path: after for path, (_, after) in files.items()}
    tree = {path: data for path, data in {**facts.tree, **paths}.items() if data is not None}
    faults = facts.tree.faults if isinstance(facts.tree, folder.Folder) else ()
    board, found = boards.load(dict(sorted(tree.items())), faults)
    return replace(facts, board=board, faults=found, tree=tree, dirty=True)


def waive(facts: Facts, plan: Plan, waivers: Mapping[str, str]) -> Plan:
    """The plan with waivers, rule to reason, in each of the items that it edits."""
    for rule in waivers:
        changes.waivable(rule)
    if not waivers:
        return plan
    given = [edits.Set(("allow", rule), {"reason": reason}) for rule, reason in waivers.items()]
    files = dict(plan.files)
    for path, (before, after) in plan.files.items():
        if after is not None and boards.id_of(path) in plan.items:
            files[path] = (before, edits.apply(path, after, given))
    return plan._replace(files=files)


def _overrides(facts: Facts, plan: Plan, bad: Collection[Finding]) -> tuple[str, ...]:
    """Which rules a waiver would cover, by trying it."""
    names = dict.fromkeys(finding.rule for finding in bad if finding.rule not in READING_RULES)
    found = []
    for name in names:
        try:
            tried = changed(facts, waive(facts, plan, {name: "so"}).files)
        except OpsflowError:
            continue
        left = comparison.compare(rules.judge(_bare(facts), {name}), rules.judge(_bare(tried), {name}))
        if all(finding.waiver or finding.severity is not Severity.ERROR for finding in left.failures):
            found.append(name)
    return tuple(found)


def _elsewhere(after: Facts, plan: Plan, bad: Collection[Finding]) -> tuple[Finding, ...]:
    """Those that would be covered if every item that can had a waiver; their own item is none of the plan."""
    names = {finding.rule for finding in bad if finding.rule not in rules.NEVER_WAIVED}
    if not names:
        return ()
    given = {name: Waiver(name, "so") for name in names}
    items = {
        name: item if item.source is not None else item._replace(allow={**item.allow, **given})
        for name, item in after.board.items.items()
    }
    waived = replace(after, board=after.board._replace(items=items))
    covered = {(each.rule, each.subject) for each in rules.judge(_bare(waived), names) if each.waiver}
    return tuple(each for each in bad if (each.rule, each.subject) in covered and each.item not in plan.items)


def _quickly(facts: Facts) -> tuple[Finding, ...]:
    """All findings, without their lines: finding these reads each file once more, and slowly."""
    return rules.judge(_bare(facts))


def _bare(facts: Facts) -> Facts:
    nothing: Tree = {}
    bare = replace(facts, tree=nothing, history=facts.history)
    if "graph" in facts.__dict__:
        bare.__dict__["graph"] = facts.__dict__["graph"]
    return bare


def _located(facts: Facts, chosen: Collection[Finding]) -> tuple[Finding, ...]:
    """The same findings with their lines."""
    if not chosen:
        return ()
    wanted = {(finding.rule, finding.item, finding.message) for finding in chosen}
    found = rules.judge(facts, {finding.rule for finding in chosen})
    return tuple(finding for finding in found if (finding.rule, finding.item, finding.message) in wanted)

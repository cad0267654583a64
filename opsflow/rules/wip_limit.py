"""More items are somewhere than a limit of the board allows.

Why: the more is begun at once, the longer all of it takes. A limit makes the next free hand finish
something, and shows where work piles up. A count equal to the limit is allowed. Items of a class with
`beyond_limits` count only where the limit names a class. Under a limit of mode `reason` or `warn` an item
may say why it is there all the same: where the count without such items is within the limit, the finding
is waived, and listed. Nothing waives a limit of mode `block`. Where the count is over the limit only with
items of an unknown class, or, under a limit of types, of an unknown type, the board shows it and nothing is
said here: the name is a finding of its own, and with the right one the item may not count.
Fix: finish an item, or move one back, before another is pulled; or let one that has to be there say why
(`allow: {wip-limit: {reason: ...}}`).

Bad:

    limits: [{per: person, states: [doing], max: 1}]
    OPS-1: {state: doing, assignees: [maria]}
    OPS-2: {state: doing, assignees: [maria]}

Good:

    limits: [{per: person, states: [doing], max: 1}]
    OPS-1: {state: doing, assignees: [maria]}
    OPS-2: {state: ready, assignees: [maria]}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.graph import Group, count
from opsflow.model import Judgement, Limit, Mode, Severity, Waiver
from opsflow.rules import live_waiver, several
from opsflow.rules._doubts import Doubts
from opsflow.rules._limits import at_number, label, limited, subject

SEVERITY = Severity.ERROR
HINT = "Finish an item or move one back, or let {} say why: `allow: {{wip-limit: {{reason: ...}}}}`."
BLOCKED = "Finish an item or move one back: nothing waives this limit."


def check(facts: Facts) -> Iterator[Judgement]:
    """One for each limit that is broken, or for each person, type … that breaks it; at the limit."""
    doubts = Doubts(facts)
    for limit in facts.board.limits:
        if limit.max is None:
            continue
        for group in count(facts.graph, facts.board, limit):
            over = len(group.items) - limit.max
            if over > 0 and over > doubts.may_exceed(limit, group):
                yield _judgement(facts, limit, group, limit.max)


def _judgement(facts: Facts, limit: Limit, group: Group, most: int) -> Judgement:
    over = len(group.items) - most
    hint = HINT.format("one" if over == 1 else f"{over} of them")
    return Judgement(
        where=at_number(limit, "max"),
        message=f"{limited(limit, group)}, and the limit{label(limit)} is {most}: {several(group.items)}",
        hint=BLOCKED if limit.mode is Mode.BLOCK else hint,
        severity={Mode.WARN: Severity.WARNING, Mode.BLOCK: Severity.ERROR}.get(limit.mode),
        waivable=limit.mode is not Mode.BLOCK,
        waivers=_waivers(facts, group, most),
        subject=subject(limit, group),
        extent=over,
    )


def _waivers(facts: Facts, group: Group, most: int) -> tuple[tuple[str, Waiver], ...]:
    """The waivers in the group's items, if there are enough of them."""
    found = ((name, live_waiver(facts.item(name), "wip-limit", facts.today)) for name in group.items)
    waivers = tuple((name, waiver) for name, waiver in found if waiver)
    return waivers if len(group.items) - len(waivers) <= most else ()

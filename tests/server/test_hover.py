"""What is shown of a name."""

import pytest

from opsflow.server import hover
from tests.boards import facts_in
from tests.server.marked import findings, marked

OTHERS = {
    "OPS_2": "{title: Order a line, state: doing, assignees: [maria], services: [edge], vendor: acme, part_of: PRJ-7}",
    "people": "{maria: {name: Maria Keller, team: net, capacity: 0.5, skills: [dns], away: [{start: 2026-03-01, end: 2026-03-05}]}}",
    "teams": "{net: {name: Network}}",
    "services": "{edge: {name: Edge proxy, owner: maria, maintenance: {every: 90d}}}",
    "vendors": "{acme: {name: Acme CA, contract_ends: 2027-01-31, answer_within: 2d}}",
    "projects": "{PRJ-7: {title: No outage, owner: maria, due: 2026-03-12}}",
    "workflow": "[{state: ready, kind: backlog}, {state: doing, kind: active, wip: 1, title: In progress, policy: One thing.}, {state: done, kind: done}]",
    "limits": "[{name: all work, states: [doing], max: 9}]",
    "rules": "{stale: {after: 7d, severity: note}}",
}  # fmt: skip
ITEM = """\
title: Renew
state: doing
assignees: [maria]
due: 2026-03-12
depends_on: [OPS-2]
services: [edge]
vendor: acme
part_of: PRJ-7
class: expedite
type: incident
blocked: {reason: no answer, by: "team:net"}
allow: {stale: {reason: it is}}
description: |
  See OPS-2.
"""


def lines(mark: str, within: int = 1) -> list[str]:
    """What is shown at a part of the item."""
    at = ITEM.index(mark) + within
    place = marked("items/OPS-1.yaml", f"{ITEM[:at]}^{ITEM[at:]}", **OTHERS)
    card = hover.card(place.facts, findings(place.facts), *place[1:])
    return [card.title, *card.lines] if card else []


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("OPS-2]", ["OPS-2 Order a line", "In doing (active).", "Assigned to Maria Keller.", "OPS-1 waits for it.",
                    "Part of PRJ-7 No outage.", "1 finding: assigned-while-away."]),
        ("title", ["OPS-1 Renew", "In doing (active).", "Assigned to Maria Keller.", "Due on 2026-03-12, in 10 days.",
                   "Blocked: no answer, by team:net.", "Waits for OPS-2 Order a line (doing).", "Part of PRJ-7 No outage.",
                   "2 findings: started-before-dependency, assigned-while-away."]),
        ("doing", ["doing: In progress", "A state of kind active.", "One thing.", "2 items in it.",
                   "The limit is 1, and 1 item counts.", "The limit is 9, and 1 item counts."]),
        ("maria", ["Maria Keller (maria)", "Team net, 50% of a working day.", "Skills: dns.", "Away until 2026-03-05.",
                   "2 items in progress:", "OPS-1 Renew (doing)", "OPS-2 Order a line (doing)"]),
        ("edge", ["Edge proxy (edge)", "Owned by maria.", "Maintained every 90 days.", "2 open items:",
                  "OPS-1 Renew (doing)", "OPS-2 Order a line (doing)"]),
        ("acme", ["Acme CA (acme)", "The contract ends on 2027-01-31.", "Promised to answer within 2 days.", "2 open items:",
                  "OPS-1 Renew (doing)", "OPS-2 Order a line (doing)"]),
        ("PRJ-7", ["PRJ-7 No outage", "Owned by maria.", "Due on 2026-03-12, in 10 days.", "2 items, 0 of them done."]),
        ("expedite", ["expedite", "A class of service. Its items do not count against limits that do not name it.", "1 open item."]),
        ("incident", ["incident", "A type of unplanned work.", "1 open item."]),
        ("net\"", ["Network (net)", "A team: Maria Keller."]),
        ("OPS-2.", ["OPS-2 Order a line", "In doing (active).", "Assigned to Maria Keller.", "OPS-1 waits for it.",
                    "Part of PRJ-7 No outage.", "1 finding: assigned-while-away."]),
        ("due", ["due", "The day on which it has to be finished."]),
        ("See", []),
        ("2026", []),
    ],
)  # fmt: skip
def test_what_is_known_of_a_name_is_shown(mark: str, expected: list[str]) -> None:
    assert lines(mark) == expected


def test_a_rule_shows_its_manual_and_how_bad_it_is_on_this_board() -> None:
    title, what, *rest = lines("stale")
    assert (title, what) == ("stale (note)", "Work is in progress, and no commit has touched it for long.")
    assert [line.partition(":")[0] for line in rest] == ["Why", "Fix", "Options"]


def test_an_item_with_a_history_says_how_long_and_how_old() -> None:
    facts = facts_in(
        """
        today: 2026-03-11
        2026-03-02 OPS-1: {state: doing, title: Renew}
        2026-03-09 OPS-1: {state: review, title: Renew, blocked: {reason: no answer}}
        """
    )
    text = facts.tree["items/OPS-1.yaml"].decode()
    card = hover.card(facts, {}, "items/OPS-1.yaml", text, text.index("title"))
    assert card and card[:2] == (
        "OPS-1 Renew",
        ("In review (active) for 3 days; 10 days old.", "Blocked for 3 days: no answer."),
    )

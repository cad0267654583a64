"""Which services are overdue for maintenance."""

from opsflow import rules
from tests.boards import facts_in
from tests.measures.asked import evidence, figure, pick

BOARD = """
today: 2026-03-13
services:
  edge: {name: Edge proxy, maintenance: {every: 10d}}
  mail: {name: Mail, maintenance: {every: 8d}}
  wiki: {name: Wiki, maintenance: {every: 20d}}
  shop: {name: Shop}
2026-03-01 OPS-1: {state: done, type: maintenance, services: [edge, wiki]}
2026-03-03 OPS-2: {state: done, type: maintenance, services: [edge]}
2026-03-04 OPS-3: {state: done, type: request, services: [mail]}
2026-03-05 OPS-4: {state: ready, type: maintenance, services: [mail], due: 2026-03-20}
"""


def test_services_stand_by_the_day_on_which_they_are_due() -> None:
    found = figure("maintenance", BOARD)
    assert pick(
        found["rows"],
        "service",
        "every_days",
        "last_on",
        "last_item",
        "days_ago",
        "due_on",
        "overdue_days",
        "planned",
    ) == [
        ("mail", 8, None, None, None, "2026-03-09", 4, ["OPS-4"]),
        ("edge", 10, "2026-03-03", "OPS-2", 10, "2026-03-13", 0, []),
        ("wiki", 20, "2026-03-01", "OPS-1", 12, "2026-03-21", 0, []),
    ]
    assert found["rows"][0]["planned_on"] == "2026-03-20"
    assert (found["n"], found["overdue"], found["unplanned"], found["never"], found["without_rule"]) == (
        3,
        1,
        0,
        1,
        1,
    )
    assert evidence("maintenance", BOARD) == [("OPS-1", "finished", None), ("OPS-2", "finished", None)]


def test_what_is_overdue_is_what_the_rule_finds() -> None:
    facts = facts_in(BOARD)
    overdue = [row["name"] for row in figure("maintenance", facts)["rows"] if row["overdue_days"]]
    said = [finding.message.split(" was ")[0] for finding in rules.judge(facts, ("missed-maintenance",))]
    assert overdue == said == ["Mail"]


def test_without_rules_there_are_words_and_the_longest_rule_is_no_accident() -> None:
    assert figure("maintenance", "2026-03-02 OPS-1: {state: done}")["reason"].startswith("No service")
    far = figure(
        "maintenance",
        "services: {edge: {name: Edge, maintenance: {every: 36525d}}}\n2026-03-02 OPS-1: {state: ready}",
    )
    assert (far["overdue"], far["title"]) == (0, "1 service with a rule, and none is overdue for maintenance")

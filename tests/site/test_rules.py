"""The page of the rules: findings, waivers, policies and every rule in words."""

from __future__ import annotations

import re
from datetime import date, timedelta

from opsflow import rules as all_rules
from opsflow.model import Limit, Mode, RuleSetting, Severity, Spot, Waiver
from opsflow.site import rules
from opsflow.site.shop import open_shop
from tests.site import sample
from tests.varied import replace


def page(**more: object) -> str:
    facts = sample.facts(30)
    board = replace(facts.board, **more)  # type: ignore[type-var]
    facts = replace(facts, board=board)
    return rules.page(open_shop(facts, sample.findings(facts), False)).data.decode()


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def rule(text: str, name: str) -> str:
    (found,) = (box for box in text.split("<details>") if f'id="rule-{name}"' in box)
    return found.partition("</details>")[0]


def test_every_rule_is_there_with_its_manual() -> None:
    text = page()
    assert re.findall(r'id="rule-([a-z-]+)"', text) == list(all_rules.ALL)
    for name in all_rules.ALL:
        manual = all_rules.manual(name)
        said = words(rule(text, name))
        assert f"{name} " in said
        assert manual.severity.value in said
        assert "Mend it:" in said


def test_a_finding_leads_to_the_manual_of_its_rule() -> None:
    text = page()
    assert text.count('<a href="#rule-overdue"><code>overdue</code></a>') >= 3
    assert "4 findings" in words(rule(text, "overdue"))


def test_what_a_board_sets_is_said_beside_the_rule() -> None:
    text = page(
        rules={
            "stale": RuleSetting(options={"after": timedelta(days=9)}, severity=Severity.ERROR),
            "over-age": RuleSetting(off=True),
        }
    )
    assert words(rule(text, "stale")).startswith(
        "stale Work is in progress, and no commit has touched it for long. error, after 9 days"
    )
    assert " off " in f" {words(rule(text, 'over-age'))} ".partition("become.")[2]


def test_waivers_that_have_ended_stand_apart_with_reason_and_end() -> None:
    facts = sample.facts(30)
    first, second, *rest = facts.board.items.values()
    items = {
        first.id: replace(first, allow={"overdue": Waiver("overdue", "agreed", "p1", facts.today)}),
        second.id: replace(
            second, allow={"stale": Waiver("stale", "it was a holiday", "p2", date(2026, 1, 2))}
        ),
        **{item.id: replace(item, allow={}) for item in rest},
    }
    text = page(items=items)
    running = words(text.partition('aria-label="Waivers in force"')[2].partition("</table>")[0])
    ended = words(text.partition('aria-label="Waivers that have ended"')[2].partition("</table>")[0])
    assert f"{first.id} " in running and "agreed" in running and second.id not in running
    assert "it was a holiday" in ended and "ended 2 Jan" in ended and first.id not in ended


def test_limits_are_told_by_what_they_are_about_and_what_more_means() -> None:
    spot = Spot("opsflow.yaml")
    limits = (
        Limit("security", spot, max=2, type="security", mode=Mode.BLOCK),
        Limit("doing", spot, max=4, states=("doing",), mode=Mode.WARN),
        Limit("each", spot, max=1, per="person", states=("doing",)),
        Limit("mail", spot, min=1, service="s3"),
    )
    said = words(page(limits=limits))
    assert "Limits: Columns At most 4 items in In progress. More is a warning." in said
    assert "Limits: People At most 1 item for each person in In progress. More needs a reason." in said
    assert (
        "Limits: Types At most 2 security items in progress. More is not allowed, whatever the reason."
        in said
    )
    assert "Limits: Services At least 1 item of Mail in progress." in said


def test_expectations_say_how_much_was_kept() -> None:
    said = words(page())
    assert re.search(
        r"85% of items are finished within 20 days\. (\d+% kept, n = \d+|\d+ finished items?)", said
    )


def test_a_board_where_nothing_is_waived_says_so() -> None:
    facts = sample.facts(5)
    bare = {name: replace(item, allow={}) for name, item in facts.board.items.items()}
    board = replace(facts.board, items=bare)
    text = rules.page(open_shop(replace(facts, board=board), (), False)).data.decode()
    assert "All rules pass" in text
    assert "No item asks for an exception from a rule." in text

"""How a change moves dates."""

from dataclasses import replace
from datetime import date

from opsflow.facts import Facts
from opsflow.formats import change, markdown
from opsflow.model import Item
from opsflow.reports import _dates
from tests.boards import facts_in
from tests.changes import told
from tests.measures.test_forecast import SORTED, TODAY

BOARD = f"""{TODAY}projects: {{NET: {{title: Network, due: 2026-02-26}}, WEB: {{title: Web}}}}
{SORTED}
2026-02-23 OPS-1: {{state: doing, part_of: NET}}
2026-02-23 OPS-2: {{state: doing, part_of: NET}}
2026-02-23 OPS-3: {{state: doing, part_of: WEB}}
2026-02-23 OPS-4: {{state: doing, due: 2026-03-04}}"""


def changed(**items: Item) -> Facts:
    """The board with some items otherwise, and as its base the board as it was."""
    base = facts_in(BOARD)
    board = base.board._replace(items={**base.board.items, **{item.id: item for item in items.values()}})
    return replace(base, board=board, base=base)


def one(id: str) -> Item:
    return facts_in(BOARD).board.items[id]


def test_a_further_dependency_moves_the_date_of_its_project_and_of_no_other() -> None:
    facts = changed(a=one("OPS-2")._replace(depends_on=("OPS-1",)))
    view = told(facts)["forecast"]
    assert view == {
        "rows": [
            {
                "kind": "project",
                "subject": "NET",
                "title": "Network",
                "due_on": "2026-02-26",
                "p50_before": "2026-02-24",
                "p85_before": "2026-02-24",
                "p50_after": "2026-02-25",
                "p85_after": "2026-02-25",
                "chance_before": ">95%",
                "chance_after": ">95%",
                "later_days": 1,
                "critical": [
                    {"id": "OPS-2", "title": "Some work", "share_before": 0.0, "share_after": 1.0},
                ],
                "reason": "",
                "words": "85% by 2026-02-24 → 2026-02-25 (1 day later); >95% to keep 2026-02-26",
            }
        ],
        "more": 0,
        "reason": "",
    }
    row = view["rows"][0]
    assert change.forecast(row) == (
        "NET Network: 85% by 2026-02-24 → 2026-02-25 (1 day later); >95% to keep 2026-02-26; "
        "decided by OPS-2 in 100% (was 0%)"
    )
    text = change.render(told(facts))
    assert f"Forecasts\n  {change.forecast(row)}\n" in text
    assert "**Forecasts (1)**\n\n- NET Network: 85% by 2026-02-24" in markdown.render(told(facts))


def test_what_changes_nothing_about_dates_says_as_before() -> None:
    facts = changed(a=one("OPS-3")._replace(title="Another title"))
    assert [row["words"] for row in told(facts)["forecast"]["rows"]] == ["85% by 2026-02-24, as before"]


def test_an_item_with_a_date_of_its_own_has_a_row() -> None:
    facts = changed(a=one("OPS-4")._replace(depends_on=("OPS-3",)))
    (row,) = told(facts)["forecast"]["rows"]
    assert (row["kind"], row["subject"], row["later_days"], row["critical"]) == ("item", "OPS-4", 1, [])


def test_a_project_that_is_left_behind_or_blocked_is_told_in_words() -> None:
    gone = changed(a=one("OPS-3")._replace(state="done"))
    assert [row["words"] for row in told(gone)["forecast"]["rows"]] == [
        "85% by 2026-02-24 → nothing of it is open any more"
    ]
    ring = changed(
        a=one("OPS-1")._replace(depends_on=("OPS-2",)), b=one("OPS-2")._replace(depends_on=("OPS-1",))
    )
    assert [row["words"] for row in told(ring)["forecast"]["rows"]] == [
        "85% by 2026-02-24 → 2 items wait for one another: OPS-1 -> OPS-2 -> OPS-1"
    ]


def test_a_project_joined_and_a_project_left_both_have_a_row() -> None:
    facts = changed(a=one("OPS-1")._replace(part_of="WEB"))
    assert [row["subject"] for row in told(facts)["forecast"]["rows"]] == ["NET", "WEB"]


def test_a_change_that_touches_no_project_asks_for_no_forecast() -> None:
    facts = changed(a=one("OPS-102")._replace(title="Other"))
    assert told(facts)["forecast"] == {"rows": [], "more": 0, "reason": ""}


def test_without_a_history_there_are_words() -> None:
    text = "projects: {NET: {title: Network}}\nOPS-1: {state: doing, part_of: NET}"
    base = facts_in(text)
    facts = replace(base, board=base.board._replace(items={}), base=base)
    assert _dates.between(base, facts, ["OPS-1"]) == {
        "rows": [],
        "more": 0,
        "reason": "the board is not in a Git repository",
    }


def test_where_nothing_can_be_forecast_it_is_said_why() -> None:
    young = facts_in(
        "today: 2026-02-23\nprojects: {NET: {title: Network}}\n2026-02-23 OPS-1: {state: doing, part_of: NET}"
    )
    other = young.board.items["OPS-1"]._replace(title="Other")
    facts = replace(young, board=young.board._replace(items={"OPS-1": other}), base=young)
    assert _dates.between(young, facts, ["OPS-1"]) == {
        "rows": [],
        "more": 0,
        "reason": "NET: OPS-1: 0 finished items, 5 are needed",
    }


def test_an_item_of_which_nothing_can_be_forecast_is_named_once() -> None:
    young = facts_in("today: 2026-02-23\n2026-02-23 OPS-1: {state: doing, due: 2026-03-02}")
    assert _dates.between(young, young, ["OPS-1"])["reason"] == "OPS-1: 0 finished items, 5 are needed"


def test_a_chance_that_hardly_moves_is_no_change_and_a_day_that_has_passed_has_none() -> None:
    was = {"p85": "2026-03-02", "chance": "72%", "chance_share": 0.7243, "by_on": "2026-03-05", "items": 3}
    is_ = {**was, "p85": "2026-03-03", "chance": "70%", "chance_share": 0.7012}
    told = "85% by 2026-03-02 → 2026-03-03 (1 day later)"
    before, on, after = date(2026, 2, 20), date(2026, 3, 5), date(2026, 3, 6)
    assert _dates._words(was, is_, 1, before) == f"{told}; 70% to keep 2026-03-05"
    less = {**is_, "chance": "67%", "chance_share": 0.6743}
    assert _dates._words(was, less, 1, on) == f"{told}; 72% → 67% to keep 2026-03-05"
    assert _dates._words(was, less, 1, after) == told
    row = {"id": "OPS-9", "share_before": 0.2, "share_after": 0.19}
    assert change._hangs(row) == "in 19%"
    assert change._hangs({**row, "share_after": 0.14}) == "in 14% (was 20%)"


def test_of_many_projects_the_first_are_told_and_the_rest_counted() -> None:
    lines = [f"2026-02-23 OPS-{n}: {{state: doing, part_of: P{n}}}" for n in range(10, 22)]
    base = facts_in("\n".join([BOARD, *lines]))
    ids = [f"OPS-{n}" for n in range(10, 22)]
    found = _dates.between(base, base, ids)
    assert (len(found["rows"]), found["more"]) == (_dates.SUBJECTS, 12 - _dates.SUBJECTS)


def test_too_large_a_project_is_told_in_words_and_not_waited_for() -> None:
    lines = [f"2026-02-23 OPS-{n}: {{state: doing, part_of: BIG}}" for n in range(200, 601)]
    base = facts_in("\n".join([BOARD, *lines]))
    found = _dates.between(base, base, ["OPS-200"])
    assert found["rows"] == []
    assert found["reason"].startswith("BIG: 401 items in 10,000 trials are too many")
    facts = replace(base, base=facts_in("\n".join([BOARD, *lines[1:]])))
    assert change.render(told(facts)).endswith(
        "No forecast: BIG: 401 items in 10,000 trials are too many; `--trials` asks for fewer.\n"
    )

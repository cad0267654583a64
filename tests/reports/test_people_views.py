"""The pages about people: capacity and skills, made of their measures, and ranking nobody."""

from datetime import date, timedelta
from typing import Any

import pytest

from opsflow import measures, reports
from opsflow.facts import Facts
from opsflow.measures import query
from opsflow.model import Away, Blocked, Person, Service, Span, Story, Team
from tests import told
from tests.varied import replace

NOW = "2026-03-04 12:00"
TODAY = date(2026, 3, 4)


def away(first: int, last: int) -> tuple[Away, ...]:
    """Away from so many days after today to so many."""
    return (Away(TODAY + timedelta(days=first), TODAY + timedelta(days=last)),)


PEOPLE = {
    "zoe": Person("zoe", "Zoe Last", "net", skills=("tls", "routing")),
    "ben": Person("ben", "Ben Ode", "net", 0.5, skills=("tls",), away=away(-2, 2)),
    "ada": Person("ada", "Ada First", "ops", away=away(12, 16)),
}
ITEMS = (
    told.item("OPS-1", "doing", assignees=("ada",), skills=("tls",), services=("proxy",)),
    told.item("OPS-2", "doing", assignees=("ada", "zoe")),
    told.item("OPS-3", "review", assignees=("ada",), blocked=Blocked("no licence", "zoe")),
    told.item("OPS-4", "doing", assignees=("ben",)),
    told.item("OPS-5", "ready", assignees=("ben",), due=TODAY + timedelta(days=1)),
    told.item("OPS-6", "ready", skills=("routing", "backup")),
    *(
        told.item(f"OPS-{100 + n}", "done", assignees=("ada",), services=("proxy",), skills=("tls",))
        for n in range(24)
    ),
)


def held(story: Story, people: tuple[str, ...]) -> Story:
    """The same story, in which these people had the item from its beginning on."""
    first = story.states[0]
    return replace(story, assigned=tuple(Span(who, first.start, None, first.commit) for who in people))


def facts(**more: Any) -> Facts:
    """Three people and what they hold; 24 items that Ada finished, one every second day."""
    stories = {}
    for n in range(24):
        end = told.at("2026-01-10 15:00") + timedelta(days=2 * n)
        start = end - timedelta(days=2)
        stories[f"OPS-{100 + n}"] = f"{start.isoformat()} doing, {end.isoformat()} done"
    stories |= {
        item.id: f"2026-02-{20 + n} 09:00 inbox, 2026-03-01 09:00 {item.state}"
        for n, item in enumerate(ITEMS[:6])
    }
    assigned = {item.id: item.assignees for item in ITEMS}
    made = [held(told.story(key, said), assigned[key]) for key, said in stories.items()]
    board = told.board(
        *ITEMS,
        **{
            "timezone": "Europe/Berlin",
            "people": PEOPLE,
            "teams": {"net": Team("net", "Network"), "ops": Team("ops", "Operations")},
            "services": {"proxy": Service("proxy", "Edge proxy"), "mail": Service("mail", "Mail")},
            "limits": (
                told.limit("three", 3, "doing", "review", per="person"),
                told.limit("one", 1, "doing", per="person"),
            ),
            "allocation": {"request": 60, "project": 40},
            **more,
        },
    )
    return told.facts(board, told.history(made), NOW)


@pytest.fixture(scope="module")
def capacity() -> dict[str, Any]:
    return reports.view("capacity", facts(), ())


@pytest.fixture(scope="module")
def skills() -> dict[str, Any]:
    return reports.view("skills", facts(), ())


@pytest.mark.parametrize("name", sorted({*reports.ALL} & {*measures.ALL}))
def test_a_page_that_is_called_as_a_measure_answers_its_question(name: str) -> None:
    """On a terminal the word means the measure; the page has that, and more of its neighbours."""
    assert reports.question(name) == measures.question(name)
    assert reports.view(name, facts(), ())["question"] == measures.question(name)


def numbers() -> Any:
    return query.of(facts())


# -- capacity -----------------------------------------------------------------------------------


def test_key_figures_are_those_of_the_measures(capacity: dict[str, Any]) -> None:
    figure = measures.figure("capacity", numbers())
    assert {each["key"]: each["value"] for each in capacity["facts"]} == {
        "person-days": figure["person_days"],
        "left": figure["left_person_days"],
        "unplanned": figure["unplanned_share"],
        "fit": figure["fit_p85"],
        "over": measures.figure("load", numbers())["over_count"],
        "away": measures.figure("away", numbers())["away_today"],
    }
    assert figure["person_days"] == 21
    assert capacity["fit"]["rows"] == figure["rows"]
    assert [row["weeks"] for row in figure["rows"]] == [2, 4, 13]


def test_people_stand_in_the_order_of_people_yaml_whatever_they_hold(capacity: dict[str, Any]) -> None:
    rows = capacity["people"]["rows"]
    assert [(row["key"], row["wip"]) for row in rows] == [("zoe", 1), ("ben", 1), ("ada", 3)]


def test_nothing_says_how_much_or_how_fast_somebody_delivered(
    capacity: dict[str, Any], skills: dict[str, Any]
) -> None:
    about_people = [*capacity["people"]["rows"], *skills["stops"], *skills["skills"]["people"]]
    about_people += [who for row in skills["skills"]["rows"] for who in row["who"]]
    said = {key for row in about_people for key in row}
    assert said == {
        *("key", "name", "initials", "known", "team"),
        *("wip", "mean_wip", "over", "limit", "items", "weeks", "away_until_on"),
        *("services", "skills", "away_from_on", "away_to_on", "away_now", "did"),
    }


def test_of_several_limits_the_one_with_the_least_room_is_shown(capacity: dict[str, Any]) -> None:
    one = {"max": 1, "where": "In progress"}
    assert {row["key"]: row["limit"] for row in capacity["people"]["rows"]} == {
        "zoe": {**one, "count": 1, "room": 0},
        "ben": {**one, "count": 1, "room": 0},
        "ada": {**one, "count": 2, "room": -1},
    }


def test_a_limit_for_one_person_is_theirs_alone() -> None:
    mine = told.limit("ada", 2, "doing", person="ada")
    rows = reports.view("capacity", facts(limits=(mine,)), ())["people"]["rows"]
    assert {row["key"]: row["limit"] and row["limit"]["count"] for row in rows} == {
        "zoe": None,
        "ben": None,
        "ada": 2,
    }


def test_whoever_holds_none_has_room_for_all_that_a_limit_allows() -> None:
    idle = {**PEOPLE, "kim": Person("kim", "Kim Idle")}
    rows = reports.view("capacity", facts(people=idle), ())["people"]["rows"]
    assert rows[-1]["limit"] == {"count": 0, "max": 1, "where": "In progress", "room": 1}


def test_each_week_says_how_many_days_somebody_is_there(capacity: dict[str, Any]) -> None:
    weeks = [week["from_on"] for week in capacity["people"]["weeks"]]
    assert weeks == ["2026-03-05", "2026-03-09", "2026-03-16", "2026-03-23"]
    days = {row["key"]: [week["person_days"] for week in row["weeks"]] for row in capacity["people"]["rows"]}
    assert days == {"zoe": [2, 5, 5, 5], "ben": [0, 2.5, 2.5, 2.5], "ada": [2, 5, 0, 5]}
    together = [week["person_days"] for week in capacity["people"]["weeks"]]
    assert together == [sum(each) for each in zip(*days.values(), strict=True)]


def test_what_needs_somebody_else_is_told_once(capacity: dict[str, Any]) -> None:
    over = [(row["person"], row["kind"], [item["id"] for item in row["items"]]) for row in capacity["over"]]
    assert over == [("ben", "away", ["OPS-4"]), ("ada", "limit", ["OPS-1", "OPS-2"])]
    assert [(row["id"], row["what"]) for row in capacity["conflicts"]] == [("OPS-5", "due")]
    conflicts = measures.figure("away", numbers())["conflicts"]
    assert [row["id"] for row in conflicts] == ["OPS-4", "OPS-5"]


def test_teams_have_their_load_and_their_time(capacity: dict[str, Any]) -> None:
    found = [(row["key"], row["wip"], row["person_days"], row["away_days"]) for row in capacity["teams"]]
    assert found == [("net", 2, 29, 1), ("ops", 3, 15, 5)]


def test_weeks_ahead_say_what_is_left_of_them_for_planned_work() -> None:
    items = [each._replace(type="incident") if each.id == "OPS-100" else each for each in ITEMS]
    board = facts().board._replace(items={each.id: each for each in items})
    history = facts().history
    assert history is not None
    view = reports.view("capacity", told.facts(board, history, NOW), ())
    share = next(row["value"] for row in view["facts"] if row["key"] == "unplanned") / 100
    assert 0 < share < 0.2
    for week in view["ahead"]["weeks"]:
        assert week["left_person_days"] == pytest.approx(week["person_days"] * (1 - share), rel=0.01)


def test_shares_far_from_their_target_are_marked(capacity: dict[str, Any]) -> None:
    found = {row["type"]: (row["gap_points"], row["off"]) for row in capacity["allocation"]["rows"]}
    assert found == {"request": (40, True), "incident": (None, False), "project": (-40, True)}


def test_without_people_it_is_still_known_what_fits() -> None:
    view = reports.view("capacity", facts(people=None, teams=None, limits=()), ())
    known = {each["key"]: each["value"] is not None for each in view["facts"]}
    assert known == {
        "person-days": False,
        "left": False,
        "unplanned": True,
        "fit": True,
        "over": False,
        "away": False,
    }
    assert all(each["reason"] for each in view["facts"] if each["value"] is None)
    assert view["fit"]["reason"] == "" and not view["fit"]["people"]
    assert view["fit"]["title"].startswith("In two weeks, ")
    assert view["ahead"]["reason"] and view["ahead"]["weeks"] == []
    assert [row["key"] for row in view["people"]["rows"]] == ["ada", "zoe", "ben"]


# -- skills -------------------------------------------------------------------------------------


def test_skills_tell_who_did_such_work_and_who_only_lists_it(skills: dict[str, Any]) -> None:
    assert [who["key"] for who in skills["skills"]["people"]] == ["zoe", "ben", "ada"]
    found = {row["skill"]: (row["risk"], row["levels"]) for row in skills["skills"]["rows"]}
    assert found == {
        "backup": ("nobody has it", ["", "", ""]),
        "routing": ("rests on one person", ["listed", "", ""]),
        "tls": ("", ["listed", "listed", "did"]),
    }


def test_a_skill_of_one_person_says_when_they_are_away() -> None:
    gone = {**PEOPLE, "zoe": PEOPLE["zoe"]._replace(away=(*away(-20, -10), *away(3, 9)))}
    view = reports.view("skills", facts(people=gone), ())
    found = {row["skill"]: (row["away_from_on"], row["away_to_on"]) for row in view["skills"]["rows"]}
    assert found == {
        "backup": (None, None),
        "routing": ("2026-03-07", "2026-03-13"),
        "tls": (None, None),
    }


def test_what_stops_without_somebody_is_what_only_they_did_or_have(skills: dict[str, Any]) -> None:
    found = {
        row["key"]: (row["services"], row["skills"], [item["id"] for item in row["items"]], row["away_now"])
        for row in skills["stops"]
    }
    assert found == {
        "ben": ([], [], ["OPS-4"], True),
        "ada": (["Edge proxy"], ["tls"], ["OPS-1", "OPS-3"], False),
    }


def test_services_have_their_bus_factor(skills: dict[str, Any]) -> None:
    rows = [(row["key"], row["people"], row["bus_factor"], row["done"]) for row in skills["services"]["rows"]]
    assert rows == [("mail", 0, 0, 0), ("proxy", 1, 1, 24)]


def test_without_people_those_are_named_who_did_the_work() -> None:
    rows = reports.view("skills", facts(people=None, teams=None), ())["skills"]["rows"]
    found = {row["skill"]: [who["name"] for who in row["who"]] for row in rows}
    assert found == {"backup": [], "routing": [], "tls": ["ada"]}

"""Who carries how much, and who carries more than they can."""

from opsflow.measures import load
from tests.boards import facts_in
from tests.measures.asked import evidence, figure, pick

PEOPLE = """
today: 2026-03-04
people:
  maria: {name: Maria, team: net, capacity: 0.5}
  ben: {name: Ben, team: net}
  ida: {name: Ida, away: [{start: 2026-03-02, end: 2026-03-06}, {start: 2026-03-07, end: 2026-03-08}]}
teams: {net: {name: Network}}
limits: [{per: person, states: [doing], max: 2}, {person: ben, max: 1}]
"""


def said(text: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(each.person, each.kind, each.sentence, each.items) for each in load.overloads(facts_in(text))]


def test_load_is_told_person_by_person_in_the_order_of_the_file_and_never_ranked() -> None:
    found = figure(
        "load",
        PEOPLE
        + """
OPS-1: {state: doing, assignees: [ben, maria]}
OPS-2: {state: vendor, assignees: [maria], blocked: {reason: no answer}}
OPS-3: {state: doing}
OPS-4: {state: ready, assignees: [ida]}
""",
    )
    assert pick(found["rows"], "person", "wip", "active", "waiting", "blocked", "limit", "items") == [
        ("maria", 2, 1, 1, 1, 2, ["OPS-1", "OPS-2"]),
        ("ben", 1, 1, 0, 0, 1, ["OPS-1"]),
        ("ida", 0, 0, 0, 0, 2, []),
    ]
    assert pick(found["rows"], "person", "limit_of", "limit_count", "limit") == [
        ("maria", "Doing", 1, 2),
        ("ben", "", 1, 1),
        ("ida", "Doing", 0, 2),
    ]
    assert pick(found["teams"], "team", "people", "wip", "per_person", "person_days_a_week") == [
        ("Network", 2, 2, 1.5, 7.5),
        ("no team", 1, 0, 0, 4),
    ]
    assert (found["n"], found["unassigned"], found["per_person"], found["over"]) == (3, 1, 1, [])
    assert found["rows"][0]["mean_wip"] is None
    assert found["title"] == "Nobody carries more than they can"


def test_one_limit_for_all_says_of_which_items_it_is() -> None:
    """Who holds three may be within a limit of two, where it counts one column alone."""
    one = PEOPLE.replace(", {person: ben, max: 1}", "")
    found = figure(
        "load", one + "OPS-1: {state: doing, assignees: [ben]}\nOPS-2: {state: vendor, assignees: [ben]}"
    )
    assert found["called"] == {"limit_count": "of them in Doing"}
    assert pick(found["rows"], "person", "wip", "limit_count", "limit")[1] == ("ben", 2, 1, 2)
    assert figure("load", PEOPLE)["called"] == {}


def test_over_a_limit_for_people() -> None:
    assert said(PEOPLE + "OPS-1..OPS-3: {state: doing, assignees: [ben]}") == [
        ("ben", "limit", "holds 3 in Doing, the limit is 2", ("OPS-1", "OPS-2", "OPS-3")),
        ("ben", "limit", "holds 3 in progress, the limit is 1", ("OPS-1", "OPS-2", "OPS-3")),
    ]


def test_away_with_work_in_progress_that_nobody_else_has() -> None:
    found = said(
        PEOPLE
        + """
OPS-1: {state: doing, assignees: [ida]}
OPS-2: {state: doing, assignees: [ida, maria]}
OPS-3: {state: ready, assignees: [ida]}
"""
    )
    assert found == [("ida", "away", "is away until 2026-03-08 with 1 item in progress", ("OPS-1",))]


def test_estimated_work_that_does_not_fit_before_its_date() -> None:
    """Maria has half a day each: 1 day until 6 March, and 3.5 until 13 March."""
    found = said(
        PEOPLE
        + """
OPS-1: {state: ready, assignees: [maria], due: 2026-03-06, estimate: 1d}
OPS-2: {state: doing, assignees: [maria, ben], due: 2026-03-13, estimate: 6d}
OPS-3: {state: ready, assignees: [maria], due: 2026-03-20, estimate: 9d}
OPS-4: {state: done, assignees: [maria], due: 2026-03-06, estimate: 9d}
OPS-5: {state: ready, assignees: [maria], estimate: 9d}
OPS-6: {state: ready, assignees: [maria], due: 2026-03-05}
"""
    )
    sentence = "has 4 days of estimated work until 2026-03-13, and 3.5 days for it"
    assert found == [("maria", "dates", sentence, ("OPS-1", "OPS-2"))]


def test_what_fits_exactly_fits() -> None:
    assert said(PEOPLE + "OPS-1: {state: ready, assignees: [maria], due: 2026-03-06, estimate: 1d}") == []


def test_a_capacity_of_nothing_and_a_date_that_has_passed() -> None:
    board = "today: 2026-03-04\npeople: {ida: {name: Ida, capacity: 0}}\n"
    late = "OPS-1: {state: ready, assignees: [ida], due: 2026-03-02, estimate: 1d}"
    assert said(board + late) == []
    next_ = "OPS-2: {state: ready, assignees: [ida], due: 2026-03-06, estimate: 1d}"
    sentence = "has 2 days of estimated work until 2026-03-06, and 0 days for it"
    assert said(f"{board}{late}\n{next_}") == [("ida", "dates", sentence, ("OPS-1", "OPS-2"))]


def test_without_people_yaml_those_who_have_work_are_known() -> None:
    found = figure("load", "OPS-1: {state: doing, assignees: [zoe, ben]}")
    assert pick(found["rows"], "person", "capacity", "wip") == [("zoe", None, 1), ("ben", None, 1)]
    assert (found["teams"], found["reason"]) == ([], "")


def test_nobody_and_nothing() -> None:
    found = figure("load", "people: {}")
    assert found["title"] == "Nobody is known who could carry work"
    assert (found["per_person"], found["reasons"]) == (None, {"per_person": "nobody is known"})


STORY = """
2026-03-02 OPS-1: {state: doing, assignees: [ben]}
2026-03-06 OPS-1: {state: doing, assignees: [maria]}
2026-03-08 OPS-1: {state: done, assignees: [maria]}
2026-03-08 OPS-2: {state: doing, assignees: [maria]}
today: 2026-03-12
people: {maria: {name: Maria}, ben: {name: Ben}}
"""


def test_the_mean_of_the_window_is_time_held_divided_by_its_length() -> None:
    found = figure("load", STORY)
    assert [(row["person"], row["mean_wip"]) for row in found["rows"]] == [
        ("maria", round(6 / 10.5, 6)),
        ("ben", round(4 / 10.5, 6)),
    ]
    assert evidence("load", STORY) == [("OPS-2", "assigned to Maria", None)]


def test_who_had_an_item_that_is_gone_carries_it_no_more() -> None:
    found = figure(
        "load",
        PEOPLE
        + "\n2026-03-01 OPS-1: {state: doing, assignees: [ben]}\n2026-03-01 OPS-2: {state: doing, assignees: [ben]}"
        "\n2026-03-02 OPS-1: gone",
    )
    assert (found["n"], [row["items"] for row in found["rows"]]) == (1, [[], ["OPS-2"], []])


def test_without_people_and_limits_nobody_knows_what_they_can_carry() -> None:
    found = figure("load", "2026-03-01 OPS-1: {state: doing, assignees: [zoe]}")
    assert found["title"] == "How much people can carry is not known"
    said = "no people.yaml and no limit for people says how much they can carry"
    assert (found["over_count"], found["reasons"]["over_count"]) == (None, said)

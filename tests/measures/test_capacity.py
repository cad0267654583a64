"""How much time there is, what takes it, and how much planned work fits."""

from opsflow.measures import capacity
from tests.measures.asked import evidence, figure, pick

PEOPLE = """
types: {project: {}, incident: {planned: false}}
people:
  maria: {name: Maria, team: net, capacity: 0.5}
  ben: {name: Ben, team: net, away: [{start: 2026-03-16, end: 2026-03-20}]}
  ida: {name: Ida}
teams: {net: {name: Network}}
"""
STORY = """
2026-03-02 OPS-1: {state: doing, type: project, assignees: [ben]}
2026-03-03 OPS-2: {state: doing, type: incident, assignees: [ben]}
2026-03-04 OPS-2: {state: done, type: incident, assignees: [ben]}
2026-03-06 OPS-1: {state: done, type: project, assignees: [ben]}
today: 2026-03-06
"""


def test_time_ahead_is_working_days_less_days_away_less_other_work() -> None:
    found = figure("capacity", PEOPLE + "today: 2026-03-06")
    assert pick(
        found["rows"],
        "weeks",
        "from_on",
        "to_on",
        "working_days",
        "person_days",
        "away_days",
        "other_days",
    ) == [
        (2, "2026-03-07", "2026-03-20", 10, 5 + 5 + 10, 5, 5),
        (4, "2026-03-07", "2026-04-03", 20, 10 + 15 + 20, 5, 10),
        (13, "2026-03-07", "2026-06-05", 65, 32.5 + 60 + 65, 5, 32.5),
    ]
    assert pick(found["teams"], "team", "people", "person_days", "away_days", "other_days") == [
        ("Network", 2, 25, 5, 10),
        ("no team", 1, 20, 0, 0),
    ]


def test_what_unplanned_work_took_is_kept_free_for_it() -> None:
    """Ben: 2, 5 and 6 March the project, 3 and 4 shared; so the incident took 1 of 5 days."""
    found = figure("capacity", PEOPLE + STORY)
    assert (found["unplanned_share"], found["unplanned_by"]) == (0.2, "person-days")
    assert pick(found["past"], "kind", "person_days") == [
        ("unplanned items", 1),
        ("planned items", 4),
        ("no item", 7.5),
    ]
    assert pick(found["rows"], "unplanned_person_days", "left_person_days") == [
        (4, 16),
        (9, 36),
        (31.5, 126),
    ]
    assert evidence("capacity", PEOPLE + STORY) == [
        ("OPS-1", "planned, in progress", 4),
        ("OPS-2", "unplanned, in progress", 1),
    ]


def test_where_nobody_held_anything_days_in_progress_tell_the_share() -> None:
    found = figure("capacity", PEOPLE + STORY.replace(", assignees: [ben]", ""))
    assert (found["unplanned_share"], found["unplanned_by"]) == (0.2, "WIP-days")


def week(n: int) -> str:
    """Five planned items on five working days in a row; each is finished by the commit that begins it."""
    first = 2 + 7 * n
    return "\n".join(
        f"2026-02-{first + day:02} OPS-{10 * n + day + 1}: {{state: done, type: project, assignees: [ida]}}"
        for day in range(5)
    )


FULL = PEOPLE.replace("2026-03-16", "2026-03-09") + "\n".join(map(week, range(4))) + "\ntoday: 2026-03-01"


def test_one_a_day_stays_one_a_day_on_as_many_days_as_the_people_make() -> None:
    """All were there in February, 2.5 a day; until 15 March, Ben is away for a week: 20 of 25."""
    found = figure("capacity", FULL)
    assert pick(found["rows"], "weeks", "person_days", "p50", "p85", "p95") == [
        (2, 20, 8, 8, 8),
        (4, 40, 16, 16, 16),
        (13, 152.5, 61, 61, 61),
    ]
    assert found["title"] == "In two weeks, 8 planned items fit, 85% sure, in 20 person-days"


def test_a_surer_number_is_never_larger() -> None:
    uneven = FULL.replace("2026-02-03", "2026-02-04").replace("2026-02-10", "2026-02-13")
    for row in figure("capacity", uneven)["rows"]:
        assert row["p50"] >= row["p85"] >= row["p95"] >= 0


def test_too_few_deliveries_fit_nothing_and_say_so() -> None:
    found = figure("capacity", PEOPLE + STORY)
    assert (found["fit_p85"], found["n"]) == (None, 0)
    assert found["reasons"]["fit_p85"] == (
        "planned items: something was finished on 0 of 4 working days; 5 such days are needed"
    )


def test_without_people_or_with_people_who_have_no_time_there_are_words() -> None:
    none = figure("capacity", "2026-03-02 OPS-1: {state: done}")
    assert none["reason"] == "Who is here is not known: the board has no people.yaml with `people`."
    assert (none["person_days"], none["left_person_days"], none["past"], none["teams"]) == (
        None,
        None,
        [],
        [],
    )
    assert figure("capacity", "people: {}")["reason"] == "people.yaml lists nobody."
    idle = figure("capacity", "people: {ida: {name: Ida, capacity: 0}}\n2026-03-02 OPS-1: {state: done}")
    assert (idle["person_days"], idle["fit_p85"]) == (0, None)
    away = FULL.replace("ida: {name: Ida}", "ida: {name: Ida, capacity: 0}").replace(
        "capacity: 0.5", "capacity: 0"
    )
    away = away.replace("start: 2026-03-09", "start: 2026-01-01")
    assert figure("capacity", away)["reasons"]["fit_p85"] == (
        "nobody had any time in the window, as people.yaml has it"
    )


def test_without_a_history_time_is_known_and_the_rest_has_words() -> None:
    found = figure("capacity", PEOPLE + "today: 2026-03-06\nOPS-1: {state: doing}")
    assert (found["person_days"], found["unplanned_share"], found["fit_p85"]) == (20, None, None)
    assert set(found["reasons"].values()) == {"the board is not in a Git repository"}


def test_how_far_is_looked() -> None:
    assert capacity.HORIZONS == (2, 4, 13)


def test_where_no_type_is_unplanned_its_share_is_not_known_and_not_0() -> None:
    marked = PEOPLE.replace("{planned: false}", "{}")
    found = figure("capacity", marked + STORY)
    said = "no type of work says `planned: false`"
    assert (found["unplanned_share"], found["reasons"]["unplanned_share"]) == (None, said)
    assert (found["left_person_days"], found["reasons"]["left_person_days"]) == (None, said)
    shares = figure("allocation", marked + STORY)
    assert (shares["unplanned_share"], shares["reasons"]["unplanned_share"]) == (None, said)
    weeks = figure("unplanned", marked + STORY)["weeks"]
    assert pick(weeks, "share", "all_days") == [(None, 5.0)]


def test_where_nobody_is_known_work_took_days_but_no_person_days_that_are_0() -> None:
    alone = "types: {project: {}, incident: {planned: false}}" + STORY
    assert pick(figure("allocation", alone)["rows"], "type", "person_days", "wip_days") == [
        ("project", None, 4),
        ("incident", None, 1),
    ]

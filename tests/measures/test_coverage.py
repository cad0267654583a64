"""On how few people services and skills rest, and what stops without them."""

from tests.measures.asked import figure, pick

BOARD = """
today: 2026-03-13
people:
  maria: {name: Maria, away: [{start: 2026-07-01, end: 2026-07-03}, {start: 2026-03-02, end: 2026-03-03}, {start: 2026-04-01, end: 2026-04-05}]}
  ben: {name: Ben}
  ida: {name: Ida}
services: {edge: {name: Edge proxy}, mail: {name: Mail}, wiki: {name: Wiki}}
2026-03-02 OPS-1: {state: done, services: [edge], skills: [tls], assignees: [maria]}
2026-03-03 OPS-2: {state: done, services: [edge, mail], assignees: [maria]}
2026-03-04 OPS-3: {state: done, services: [mail], assignees: [ben, zoe]}
2026-03-05 OPS-4: {state: doing, services: [mail], assignees: [maria]}
2026-03-05 OPS-5: {state: doing, services: [mail], assignees: [maria, ben]}
"""


def test_services_and_skills_by_those_who_did_the_work_and_are_here() -> None:
    found = figure("coverage", BOARD)
    assert pick(found["rows"], "kind", "name", "done", "people", "bus_factor", "top_share", "names") == [
        ("service", "Wiki", 0, 0, 0, None, []),
        ("service", "Edge proxy", 2, 1, 1, 1, ["Maria"]),
        ("service", "Mail", 2, 2, 2, 0.5, ["Ben", "Maria"]),
        ("skill", "tls", 1, 1, 1, 1, ["Maria"]),
    ]
    assert (found["single_services"], found["uncovered_services"], found["single_skills"]) == (1, 1, 1)
    assert found["title"] == "1 of 3 services rests on one person"


def test_what_stops_when_one_person_is_away_and_when_that_is_next() -> None:
    assert pick(
        figure("coverage", BOARD)["stops"],
        "name",
        "services",
        "skills",
        "items",
        "away_from_on",
        "away_to_on",
    ) == [("Maria", ["Edge proxy"], ["tls"], ["OPS-4"], "2026-04-01", "2026-04-05")]


def test_nothing_finished_and_no_history_give_words() -> None:
    idle = figure("coverage", "people: {maria: {name: Maria}}\n2026-03-02 OPS-1: {state: doing}")
    assert (idle["n"], idle["reason"]) == (
        0,
        "Nothing that names a service or skill was finished in these twelve months.",
    )
    silent = figure("coverage", "OPS-1: {state: done, services: [edge]}")
    assert (silent["title"], silent["reason"]) == (
        "Not known without the history",
        "the board is not in a Git repository",
    )

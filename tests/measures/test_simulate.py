"""What another policy would have done with the same work."""

import json
import random
from datetime import date, timedelta

import pytest

from opsflow.errors import OpsflowError
from opsflow.measures import simulate
from tests.measures.asked import evidence, figure, pick

FIRST = date(2026, 1, 5)
HEAD = """
workflow: [{state: ready, kind: backlog}, {state: doing, kind: active, wip: 4}, {state: vendor, kind: waiting}, {state: done, kind: done}]
types: {request: {}, incident: {planned: false}}
classes: {standard: {}, expedite: {beyond_limits: true}}
people: {maria: {name: Maria}, ben: {name: Ben}}
today: 2026-04-06
"""


def board(seed: int = 1, *more: str) -> str:
    """Two people with three or four items in hand; whoever has time takes the next."""
    chance = random.Random(seed)
    lines: list[str] = []
    busy: list[date] = []
    for number in range(60):
        ready = FIRST + timedelta(days=number)
        start = max(ready, min(busy) if len(busy) == 4 else ready)
        busy = sorted(busy)[1:] if len(busy) == 4 else busy
        end = start + timedelta(days=chance.choice((2, 3, 4, 7)))
        busy.append(end)
        kind = "incident" if number % 6 == 0 else "request"
        class_ = "expedite" if number % 20 == 5 else "standard"
        for day, state in ((ready, "ready"), (start, "doing"), (end, "done")):
            if day < date(2026, 4, 6):
                lines.append(f"{day} OPS-{100 + number}: {{state: {state}, type: {kind}, class: {class_}}}")
    ordered: dict[tuple[str, str], str] = {}
    for line in lines:
        ordered[line.split(":")[0], ""] = line
    return HEAD + "\n".join(sorted([*ordered.values(), *more], key=lambda line: line[:10]))


def test_the_past_comes_out_again_by_todays_policy() -> None:
    found = figure("simulate", board())
    assert found["reason"] == ""
    assert {row["what"]: row["holds"] for row in found["checks"]} == {
        "throughput": True,
        "mean WIP": True,
        "50% cycle time": True,
        "85% cycle time": True,
    }
    assert (found["rows"], found["title"]) == ([], "Replayed with today's policy, the past comes out again")
    assert found["n"] == found["checks"][0]["past"]


def rows(**options: str) -> dict[str, dict[str, float]]:
    found = figure("simulate", board(), runs="20", **options)
    assert found["reason"] == ""
    return {row["what"]: row for row in found["rows"]}


def test_a_limit_of_one_keeps_less_going_and_each_is_sooner_over() -> None:
    found = rows(wip="1")
    assert found["mean WIP"]["difference_high"] < 0
    assert found["50% cycle time"]["difference_high"] < 0
    assert found["throughput"]["difference_high"] < 0
    assert found["mean WIP"]["changed_high"] <= 1.5


def test_fewer_people_take_longer_and_more_people_do_not() -> None:
    fewer, more = rows(away="ben"), rows(people="+2")
    assert fewer["50% cycle time"]["difference_low"] > 0
    assert fewer["throughput"]["difference_high"] <= 0
    assert more["50% cycle time"]["difference_high"] < 0


def test_ranges_hold_the_middle_and_words_say_the_same() -> None:
    for row in rows(people="-1").values():
        for key in ("today", "changed", "difference"):
            assert row[f"{key}_low"] <= row[f"{key}_mid"] <= row[f"{key}_high"]
        assert str(row["today"]).startswith(f"{row['today_mid']:.4g} (")


def test_without_unplanned_work_the_numbers_are_those_of_planned_work() -> None:
    assert rows(unplanned="no")["throughput"]["today_mid"] < rows(wip="4")["throughput"]["today_mid"]


def test_a_limit_by_its_state_or_its_name_is_another_one() -> None:
    assert rows(wip="doing=2") != rows(wip="doing=3")
    assert rows(wip="vendor=1")["throughput"]["difference_mid"] == 0
    assert figure("simulate", board(), wip="doing=2,3", runs="5")["changes"] == [
        "at most 2 in doing and at most 3 in progress"
    ]


def test_a_limit_for_a_state_leaves_the_narrower_ones_of_that_state_as_they_are() -> None:
    free = board().replace(", wip: 4", "")
    limits = "limits: [{per: person, states: [doing], max: 60}, {states: [doing], service: web, max: 1}]"
    narrow = free.replace("types:", f"{limits}\ntypes:", 1)
    one, other = (figure("simulate", text, wip="doing=1", runs="5") for text in (free, narrow))
    assert pick(other["rows"], "what", "changed_mid") == pick(one["rows"], "what", "changed_mid")
    assert other["rows"][1]["changed_high"] < 1.2  # one, and now and then what is beyond limits
    assert [(row["state"], row["limit"]) for row in other["advice"]] == [("doing", None), ("vendor", None)]


def test_an_expedite_limit_holds_only_what_is_beyond_limits() -> None:
    found = figure("simulate", board(), expedite="1", runs="5")
    assert found["changes"] == ["at most 1 item beyond limits at once"]
    assert found["title"].endswith("nothing would have changed for sure")


def test_a_past_that_does_not_come_out_again_is_no_ground_to_judge_a_policy() -> None:
    """The limit is a new one: the past had four times as many."""
    new = board().replace("kind: active, wip: 4", "kind: active, wip: 1")
    found = figure("simulate", new, wip="doing=2")
    assert found["reason"].startswith("today's policy does not bring the past out again: throughput ")
    assert (found["rows"], found["title"]) == ([], "No policy can be judged by this past")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("OPS-1: {state: doing}", "the board is not in a Git repository"),
        (HEAD + "2026-03-02 OPS-1: {state: ready}", "0 items finished in this time, and 10 are needed"),
        (HEAD + "2026-03-02 OPS-1: {state: done}", "1 item finished in this time, and 10 are needed"),
        (HEAD + "2026-04-06 OPS-1: {state: doing}", "0 items finished in this time, and 10 are needed"),
    ],
)
def test_too_little_gives_words(text: str, reason: str) -> None:
    found = figure("simulate", text, wip="3")
    assert (found["reason"], found["rows"]) == (reason, [])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"wip": "sea=3"}, "no limit and no state in progress 'sea'; there are doing and vendor"),
        ({"wip": "doing=none"}, "'none' is no limit"),
        ({"wip": "0"}, "'0' is no limit"),
        ({"people": "many"}, "'many' is no number of people"),
        ({"people": "0"}, "'0' is no number of people"),
        ({"away": "zoe"}, "people.yaml has no 'zoe'; it has maria and ben"),
        ({"expedite": "-1"}, "'-1' is no limit"),
        ({"unplanned": "yes"}, "write `no` for none of it"),
        ({"runs": "0"}, "is no number of runs"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(options: dict[str, str], said: str) -> None:
    with pytest.raises(OpsflowError, match=said):
        figure("simulate", board(), **options)


def test_a_past_in_which_nothing_was_both_begun_and_finished_has_no_durations_to_draw() -> None:
    old = [f"2025-10-01 OPS-{number}: {{state: doing}}" for number in range(12)]
    over = [f"2026-03-{10 + number} OPS-{number}: {{state: done}}" for number in range(12)]
    found = figure("simulate", "\n".join([HEAD.strip(), *old, *over]), wip="3")
    assert found["reason"] == (
        "0 items were begun and finished in this time, and 5 are needed; `--last` looks further"
    )


def test_where_nobody_is_known_to_work_nobody_can_be_away() -> None:
    with pytest.raises(OpsflowError, match="Nobody is known to do the work"):
        figure(
            "simulate", board().replace("people: {maria: {name: Maria}, ben: {name: Ben}}", ""), people="+1"
        )


def test_equal_questions_have_equal_answers_and_other_seeds_others() -> None:
    one, other = (json.dumps(figure("simulate", board(), wip="2", runs="10")) for _ in range(2))
    assert one == other
    assert figure("simulate", board(), wip="2", runs="10", seed="x")["rows"] != json.loads(one)["rows"]


def test_a_past_too_short_to_be_replayed_advises_nothing() -> None:
    """One day of history says of no state that nothing ever stands in it."""
    found = figure("simulate", "2026-03-09 OPS-1: {state: ready}\ntoday: 2026-03-10", wip="3")
    assert (found["title"], found["subtitle"]) == ("No policy can be judged by this past", "")
    assert found["reason"] == "0 items finished in this time, and 10 are needed"
    assert [found[key] for key in ("rows", "checks", "advice")] == [[], [], []]


def test_what_is_replayed_stands_behind_it() -> None:
    behind = evidence("simulate", board())
    assert {what for _, what, _ in behind} == {"started"}
    assert len(behind) > 40


def test_the_limits_that_would_have_been_enough_are_told() -> None:
    found = figure("simulate", board())["advice"]
    assert pick(found, "state", "limit", "advice")[1] == (
        "vendor",
        None,
        "vendor is nearly always empty: it may not be needed",
    )
    least = "limits: [{states: [doing], max: 3}, {states: [doing], min: 1}]\n"
    doing = figure("simulate", least + board())["advice"][0]
    assert (doing["state"], doing["limit"]) == ("doing", 3)  # the smallest of three
    assert simulate.advice("doing", 4, 2) == "could be lowered from 4 to 2"
    assert simulate.advice("doing", None, 3) == "a limit of 3 would do"
    assert simulate.advice("doing", 3, 3) == ""
    assert simulate.advice("doing", 3, 4) == "3 was not enough: 4 would have been"
    assert simulate.advice("doing", 3, None) == ""

"""What will be finished by when."""

from dataclasses import replace

import pytest

from opsflow import measures
from opsflow.errors import OpsflowError
from tests.boards import facts_in
from tests.measures.asked import asked, evidence, figure, pick

STEADY = "1,1,1,1,1"
PAST = "\n".join(
    f"2026-02-{day:02} OPS-{100 + day}: {{state: doing}}\n2026-02-{day + 1:02} OPS-{100 + day}: {{state: done}}"
    for day in (2, 3, 4, 5, 9, 10, 11, 12, 16, 17, 18, 19)
)
"""Twelve items, each begun on one working day and finished on the next: one a day, but for Mondays."""
SORTED = "\n".join(sorted(PAST.splitlines(), key=lambda line: line[:10]))
TODAY = "today: 2026-02-23\n"
"""A Monday; nothing was finished on the last Saturday, Sunday and today."""


def board(*lines: str) -> str:
    return "\n".join([TODAY + SORTED, *lines])


# -- so many items, and a day -------------------------------------------------------------------------


def test_a_number_of_working_days_lands_on_the_calendar_and_today_never_counts() -> None:
    """Friday to Monday is one working day; 1 May is a holiday there."""
    text = "today: 2026-04-30\ncalendar: {week: mon-fri, holidays: DE-BE}"
    rows = {n: figure("forecast", text, sample=STEADY, items=str(n))["rows"][0] for n in (1, 2, 6)}
    assert {n: (row["p50"], row["p95"], row["p85_working_days"]) for n, row in rows.items()} == {
        1: ("2026-05-04", "2026-05-04", 1),
        2: ("2026-05-05", "2026-05-05", 2),
        6: ("2026-05-11", "2026-05-11", 6),
    }


def test_by_a_day_as_many_are_finished_as_there_are_working_days() -> None:
    found = figure("forecast", "today: 2026-04-30", sample=STEADY, by="2026-05-10")["rows"]
    assert pick(
        found, "question", "p50", "p70", "p85", "p95", "p85_working_days", "predictability_share"
    ) == [("how many by 2026-05-10", 6, 6, 6, 6, 6, 1.0)]


def test_how_likely_is_never_surer_than_the_past_can_make_anybody() -> None:
    found = figure("forecast", "today: 2026-04-30", sample=STEADY, items="3", by="2026-05-10")["rows"][0]
    assert (found["by_on"], found["chance_share"], found["chance"]) == ("2026-05-10", 0.95, ">95%")
    early = figure("forecast", "today: 2026-04-30", sample=STEADY, items="3", by="2026-05-01")["rows"][0]
    assert (early["chance_share"], early["chance"]) == (0.0, "0%")


def test_the_sample_is_the_working_days_that_are_over() -> None:
    """Today is not; what was finished on a Saturday is left out, and told."""
    found = figure(
        "forecast", board("2026-02-21 OPS-200: {state: done}", "2026-02-23 OPS-201: {state: done}")
    )
    assert found["sample"] == {
        "from_on": "2026-02-02",
        "to_on": "2026-02-22",
        "working_days": 15,
        "delivery_days": 12,
        "items": 12,
        "items_on_days_off": 1,
        "mean_day": 0.8,
    }
    assert found["n"] == 12
    assert len(evidence("forecast", board("2026-02-21 OPS-200: {state: done}"))) == 12


def test_without_anything_asked_it_is_told_what_two_weeks_four_and_a_quarter_bring() -> None:
    found = figure("forecast", board(), trials="500")
    assert pick(found["rows"], "kind", "question") == [
        ("how-many", "how many by 2026-03-09"),
        ("how-many", "how many by 2026-03-23"),
        ("how-many", "how many by 2026-05-25"),
    ]
    assert found["title"] == f"85% sure: at least {found['rows'][0]['p85']} items by 2026-03-09"
    assert (found["trials"], len(found["seed"]), found["reason"]) == (500, 16, "")


# -- items and projects -------------------------------------------------------------------------------


def test_an_item_in_progress_is_finished_when_one_as_old_was() -> None:
    """Finished items took one working day, and this one was begun today: nobody knows better."""
    found = figure("forecast", board("2026-02-23 OPS-1: {state: doing, due: 2026-02-24}"), of="OPS-1")
    assert pick(
        found["rows"], "kind", "p50", "p85", "p95", "by_on", "chance", "items", "begun", "reason"
    ) == [("item", "2026-02-24", "2026-02-24", "2026-02-24", "2026-02-24", ">95%", 1, 1, "")]
    assert found["critical"] == [{"id": "OPS-1", "title": "Some work", "share": 1.0}]
    assert found["title"] == "85% sure: OPS-1 by 2026-02-24"


def test_a_project_is_finished_with_its_last_item_along_what_waits_for_what() -> None:
    lines = (
        "projects: {NET: {title: Network, due: 2026-02-26}}",
        "2026-02-23 OPS-1: {state: doing, part_of: NET}",
        "2026-02-23 OPS-2: {state: doing, part_of: NET, depends_on: [OPS-1]}",
        "2026-02-23 OPS-3: {state: doing, part_of: OPS-2, depends_on: [OPS-4]}",
        "2026-02-23 OPS-4: {state: doing, depends_on: [OPS-2]}",
        "2026-02-23 OPS-5: {state: done, part_of: NET}",
    )
    # OPS-2 has a part that waits for what waits for it, so nothing of it can be said.
    assert "wait for one another" in figure("forecast", board(*lines), of="NET")["reason"]
    straight = [line.replace(", depends_on: [OPS-4]", "") for line in lines]
    found = figure("forecast", board(*straight), of="NET")["rows"][0]
    assert (found["p50"], found["p95"], found["items"], found["begun"]) == ("2026-02-25", "2026-02-25", 3, 3)
    assert (found["title"], found["by_on"], found["chance"]) == ("Network", "2026-02-26", ">95%")
    assert [(row["id"], row["share"]) for row in found["critical"]] == [("OPS-1", 1.0), ("OPS-2", 1.0)]


def test_what_is_not_begun_waits_for_its_place_in_pull_order() -> None:
    """One is in progress, as usually; so the first is begun when one more is finished, the second with two."""
    ready = ["2026-02-19 OPS-1: {state: doing}"]
    ready += [f"2026-02-20 OPS-{n}: {{state: ready}}" for n in (2, 3, 4)]
    found = [figure("forecast", board(*ready), of=f"OPS-{n}")["rows"][0] for n in (2, 3, 4)]
    days = [row["p50_working_days"] for row in found]
    assert days == sorted(days)
    assert days[0] < days[2]
    urgent = board(*ready[:-1], "2026-02-20 OPS-4: {state: ready, class: expedite}")
    assert (
        figure(
            "forecast",
            f"classes: {{expedite: {{beyond_limits: true}}, standard: {{}}}}\n{urgent}",
            of="OPS-4",
        )["rows"][0]["p95"]
        == "2026-02-24"
    )


def test_who_is_away_does_not_go_on() -> None:
    people = "people: {maria: {name: Maria, away: [{start: 2026-02-24, end: 2026-02-27}]}}\n"
    found = figure(
        "forecast", people + board("2026-02-23 OPS-1: {state: doing, assignees: [maria]}"), of="OPS-1"
    )
    assert found["rows"][0]["p85"] == "2026-03-02"


def test_a_limit_for_some_items_only_is_a_queue_of_its_own() -> None:
    """Emergencies wait for no other place, but there may be one of them at a time."""
    lines = (
        "classes: {standard: {}, expedite: {beyond_limits: true}}",
        *(f"2026-02-{20 + n} OPS-{n}: {{state: ready, class: expedite}}" for n in (1, 2)),
        "2026-02-23 OPS-3: {state: doing, class: expedite}",
    )
    limit = "limits: [{class: expedite, max: 1}]"

    def ends(*more: str) -> list[str]:
        return [figure("forecast", board(*more, *lines), of=f"OPS-{n}")["rows"][0]["p50"] for n in (3, 1, 2)]

    assert ends() == ["2026-02-24", "2026-02-24", "2026-02-24"]
    assert ends(limit) == ["2026-02-24", "2026-02-25", "2026-02-26"]


def test_what_is_assumed_is_told() -> None:
    lines = (
        "2026-02-02 OPS-1: {state: doing, depends_on: [OPS-2]}",
        "2026-02-23 OPS-2: {state: dropped}",
    )
    text = board(*lines).replace(TODAY, f"{TODAY}{lines[0]}\n")
    found = figure("forecast", text, of="OPS-1")
    assert [row["remark"] for row in found["remarks"]] == [
        "OPS-1 is 15 working days old, older than finished work was; it counts as begun today",
        "OPS-1 depends on OPS-2, which is discarded; it is not waited for",
    ]


def test_what_waits_for_a_ring_is_told_the_ring_and_of_a_long_one_where_it_begins() -> None:
    lines = [
        f"2026-02-23 OPS-{n}: {{state: doing, depends_on: [OPS-{n + 1 if n < 12 else 3}]}}"
        for n in range(1, 13)
    ]
    ring = "OPS-3 -> OPS-4 -> OPS-5 -> OPS-6 -> OPS-7 -> OPS-8 -> OPS-9 -> 3 more -> OPS-3"
    found = [figure("forecast", board(*lines), of=f"OPS-{n}")["reason"] for n in (1, 2, 3)]
    assert found == [f"10 items wait for one another: {ring}"] * 3


def test_where_a_board_says_that_cycles_mean_nothing_they_hold_nobody_up() -> None:
    lines = [f"2026-02-23 OPS-{n}: {{state: doing, depends_on: [OPS-{3 - n}]}}" for n in (1, 2)]
    silent = figure("forecast", board(*lines), of="OPS-1")
    assert silent["reason"] == "2 items wait for one another: OPS-1 -> OPS-2 -> OPS-1"
    alone = figure("forecast", board("2026-02-23 OPS-1: {state: doing, depends_on: [OPS-1]}"), of="OPS-1")
    assert alone["reason"] == "OPS-1 waits for itself"
    loose = figure("forecast", "rules: {dependency-cycle: off}\n" + board(*lines), of="OPS-1")
    assert loose["rows"][0]["p85"] == "2026-02-24"


# -- several teams ------------------------------------------------------------------------------------

TEAMS = """
people: {maria: {name: Maria, team: net}, ben: {name: Ben, team: web}, ida: {name: Ida, team: web}}
teams: {net: {name: Network}, web: {name: Web}}
"""


def of_teams(web: bool) -> str:
    lines = [line.replace("done}", "done, assignees: [maria]}") for line in SORTED.splitlines()]
    if web:
        lines += [
            f"2026-02-{day:02} OPS-{300 + day}: {{state: done, assignees: [ben, ida]}}"
            for day in range(2, 21)
        ]
    return TODAY + TEAMS + "\n".join(sorted(lines, key=lambda line: line[:10]))


def test_several_teams_are_through_together_less_often_than_each() -> None:
    each = {
        team: figure("forecast", of_teams(True), teams=f"{team}=9", by="2026-03-09")["rows"][0][
            "chance_share"
        ]
        for team in ("net", "web")
    }
    both = figure("forecast", of_teams(True), teams="net=9,web=9", by="2026-03-09")["rows"][0]
    assert both["chance_share"] == pytest.approx(each["net"] * each["web"], abs=0.06)
    assert both["question"] == "when 9 items of net and 9 items of web"


def test_a_team_without_deliveries_silences_all_and_is_named() -> None:
    found = figure("forecast", of_teams(False), teams="net=2,web=1")
    assert found["reason"] == "web: something was finished on 0 of 15 working days; 5 such days are needed"
    assert found["title"] == "No forecast can be made"


def test_what_is_open_of_each_team_is_counted() -> None:
    lines = (
        "2026-02-23 OPS-1: {state: doing, assignees: [maria], part_of: NET}",
        "2026-02-23 OPS-2: {state: ready, assignees: [ben, ida], part_of: NET}",
        "2026-02-23 OPS-3: {state: ready, assignees: [ben]}",
    )
    text = "\n".join([of_teams(True), *lines])
    assert (
        figure("forecast", text, teams="all")["rows"][0]["question"]
        == "when 1 item of net and 2 items of web"
    )
    assert figure("forecast", text, teams="all", of="NET")["rows"][0]["items"] == 2


# -- too little, and nonsense -------------------------------------------------------------------------

NOTHING = {
    "no item at all": "today: 2026-03-02",
    "one item": "today: 2026-03-02\n2026-03-01 OPS-1: {state: ready}",
    "all are finished": "today: 2026-03-02\n2026-03-01 OPS-1: {state: done}",
    "no history": "OPS-1: {state: doing}\nprojects: {NET: {title: Network}}",
    "a day": "today: 2026-03-02\n2026-03-02 OPS-1: {state: doing, part_of: NET}",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("options", [{}, {"items": "3"}, {"by": "2026-09-01"}])
def test_too_little_gives_words_and_no_number(text: str, options: dict[str, str]) -> None:
    found = figure("forecast", text, **options)
    assert found["reason"]
    assert [row[f"p{p}"] for row in found["rows"] for p in (50, 85, 95)] == [None] * 3 * len(found["rows"])
    assert found["title"] in ("No forecast can be made", "Not known without the history")


def test_a_window_without_anything_gives_words() -> None:
    from datetime import date

    from opsflow.flow.days import Window

    empty = replace(
        asked(board("2026-02-23 OPS-1: {state: doing}")), window=Window(date(2030, 1, 1), date(2030, 1, 9))
    )
    assert (
        measures.view("forecast", empty)["reason"]
        == "something was finished on 0 of 0 working days; 5 such days are needed"
    )
    one = measures.view("forecast", replace(empty, options={"of": "OPS-1"}))
    assert one["reason"] == "OPS-1: 0 finished items, 5 are needed"


def test_what_is_over_or_empty_says_so() -> None:
    text = board("2026-02-23 OPS-1: {state: done, part_of: NET}", "projects: {NET: {title: Network}}")
    assert figure("forecast", text, of="OPS-1")["reason"] == "OPS-1 is over"
    assert figure("forecast", text, of="NET")["reason"] == "nothing of NET is open"


def test_what_takes_longer_than_five_years_is_not_forecast() -> None:
    found = figure("forecast", "today: 2026-04-30", sample="1,0,0,0,0,1,1,1,1", items="900")["rows"][0]
    assert (found["p50"], found["p95"]) == (None, None)
    assert found["reason"] == "50%, 70%, 85% and 95%: not within five years"
    far = figure("forecast", "today: 2026-04-30", sample=STEADY, by="2040-01-01")
    assert far["reason"] == "2040-01-01 is not within five years"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"items": "0"}, "is no number of items"),
        ({"trials": "-1"}, "is no number of trials"),
        ({"trials": "99999999"}, "from 1 to 1,000,000"),
        ({"by": "soon"}, "is no day"),
        ({"by": "2026-02-23"}, "nothing is left to forecast"),
        ({"of": "OPS-99"}, "no item and no project 'OPS-99'"),
        ({"sample": "1,x"}, "is no sample"),
        ({"sample": STEADY, "of": "OPS-1"}, "not of an item"),
        ({"teams": "net=1"}, "The board has no teams"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(options: dict[str, str], said: str) -> None:
    with pytest.raises(OpsflowError, match=said):
        figure("forecast", board("2026-02-23 OPS-1: {state: doing}"), **options)


def test_a_team_that_there_is_not_is_refused() -> None:
    for teams, said in (
        ("sea=1", "There is no team 'sea'; there are net and web."),
        ("net=x", "items of net"),
    ):
        with pytest.raises(OpsflowError, match=said):
            figure("forecast", of_teams(True), teams=teams)


def test_too_many_items_for_so_many_trials_are_refused_in_words() -> None:
    lines = [f"2026-02-23 OPS-{n}: {{state: doing, part_of: NET}}" for n in range(1, 26)]
    found = figure("forecast", board(*lines), of="NET", trials="1000000")
    assert found["reason"] == "25 items in 1,000,000 trials are too many; `--trials` asks for fewer"


def test_the_same_question_has_the_same_seed_whatever_the_amounts() -> None:
    facts = facts_in(board())
    seeds = {
        figure("forecast", facts, **options)["seed"] for options in ({}, {"items": "3"}, {"trials": "50"})
    }
    assert len(seeds) == 1
    later = facts_in(board().replace("today: 2026-02-23", "today: 2026-02-24"))
    assert figure("forecast", later)["seed"] not in seeds
    assert figure("forecast", facts, seed="mine")["seed"] == "mine"

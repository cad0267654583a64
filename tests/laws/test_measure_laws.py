"""Laws of the measures' figures, over seeded random boards: what holds whatever the work was like."""

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import pytest

from opsflow import measures, reports
from opsflow.facts import Facts
from opsflow.flow.days import Count, Window
from opsflow.formats import json as written
from opsflow.formats import measures as shown
from opsflow.formats import views
from opsflow.measures import query
from opsflow.measures.query import Query
from opsflow.model import History, Story
from tests import told

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = [name for family in ("flow", "unplanned") for name in measures.FAMILIES[family]]
STATES = [state.name for state in told.STATES]
WINDOWS = (Window(date(2026, 2, 3), date(2026, 4, 9)), Window(date(2026, 3, 28), date(2026, 3, 30)))
"""The clocks change in both; stories begin before and end after."""


def random_board(seed: int, reverse: bool = False) -> Facts:
    """Items that jump, fall back, are blocked, reopened, dropped, deleted, and stray off the board."""
    chance = random.Random(seed)
    stories: list[Story] = []
    items = []
    for number in range(60):
        moment = START + timedelta(minutes=chance.randrange(120 * 24 * 60))
        steps = [f"{moment.isoformat()} {chance.choice(STATES)}"]
        for _ in range(chance.randrange(9)):
            moment += timedelta(minutes=chance.choice((0, 1, 600, 6000, 20000)))
            later = chance.choice([*STATES, "done", "limbo", "-"])
            if later != steps[-1].split()[-1]:
                steps.append(f"{moment.isoformat()} {later}")
        begun = datetime.fromisoformat(steps[0].split()[0]) + timedelta(minutes=chance.randrange(9000))
        blocked = f"{begun.isoformat()} {chance.choice(('vendor:acme', 'maria'))}"
        if chance.random() < 0.8:
            blocked += f", {(begun + timedelta(minutes=chance.randrange(1, 20000))).isoformat()} -"
        kind, class_ = chance.choice(list(told.TYPES)), chance.choice(list(told.CLASSES))
        stories.append(
            told.story(
                f"OPS-{number}",
                ", ".join(steps),
                blocked=blocked if chance.random() < 0.4 else "",
                type=kind,
                class_=class_,
            )
        )
        if stories[-1].gone is None:
            people = tuple(chance.sample(("maria", "ben", "ida"), chance.randrange(3)))
            last = stories[-1].states[-1].value
            items.append(told.item(f"OPS-{number}", last, type=kind, class_=class_, assignees=people))
    history = told.history(stories)
    if reverse:
        turned = dict(reversed(list(history.stories.items())))
        history = History(history.commits, turned)
    board = told.board(*items, timezone="Europe/Berlin")
    return told.facts(board, history, now="2026-05-20 12:00")


@pytest.fixture(params=range(6))
def seed(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture
def facts(seed: int) -> Facts:
    return random_board(seed)


@pytest.fixture(params=WINDOWS)
def asked(facts: Facts, request: pytest.FixtureRequest) -> Query:
    return replace(query.of(facts), window=request.param)


def view(name: str, found: Query) -> dict[str, Any]:
    return measures.view(name, found)


# -- one count holds another ------------------------------------------------------------------------


def test_wip_is_what_was_there_plus_what_came_less_what_left(asked: Query) -> None:
    wip = [row["wip"] for row in view("wip", asked)["rows"]]
    net = [row["net"] for row in view("net-flow", asked)["days"]]
    evening = replace(asked, window=Window(asked.window.first - timedelta(days=1), asked.window.last))
    before = view("wip", evening)["rows"][0]["wip"]
    assert wip == list(accumulate(net, initial=before))[1:]


def test_wip_is_the_sum_of_what_stands_in_each_state(asked: Query) -> None:
    """An item that came to be done without being worked on is in no state of them, and in none of the counts."""
    by_state = view("wip", replace(asked, by="state"))
    started = [each for each in by_state["slices"] if each["slice"] in ("doing", "vendor", "review")]
    days = zip(*([row["wip"] for row in each["rows"]] for each in started), strict=True)
    assert list(map(sum, days)) == [row["wip"] for row in by_state["rows"]]


def test_arrivals_and_departures_are_the_same_wherever_they_stand(asked: Query) -> None:
    net, came = view("net-flow", asked), view("arrivals", asked)
    assert [row["arrivals"] for row in net["days"]] == [row["arrivals"] for row in came["days"]]
    assert net["arrivals"] == came["n"] == sum(row["arrivals"] for row in net["rows"])
    assert net["net"] == net["arrivals"] - net["departures"] == sum(row["net"] for row in net["rows"])


def test_the_area_under_wip_is_the_sum_of_residence_times(asked: Query) -> None:
    law = view("littles-law", asked)
    residence = sum(each.value or 0 for each in measures.behind("littles-law", asked))
    assert law["area_item_days"] == pytest.approx(residence)
    assert law["average_wip"] == pytest.approx(law["arrival_rate_per_day"] * law["residence_days"])
    exact = view("wip", replace(asked, options={"levels": "moments"}))
    assert exact["mean"] == pytest.approx(law["average_wip"])
    assert sum(row["days"] for row in exact["levels"]) == pytest.approx(law["length_days"])


def test_the_days_in_progress_are_the_area_under_wip_however_they_are_split(asked: Query) -> None:
    law, split = view("littles-law", asked), view("unplanned", asked)
    whole = next(row["all"] for row in split["rows"] if row["way"] == "wip-days")
    assert whole == pytest.approx(law["area_item_days"])
    assert sum(row["wip_days"] for row in split["types"]) == pytest.approx(whole)
    assert sum(row["all_days"] for row in split["weeks"]) == pytest.approx(whole)
    unplanned = next(row["unplanned"] for row in split["rows"] if row["way"] == "wip-days")
    assert sum(row["unplanned_days"] for row in split["weeks"]) == pytest.approx(unplanned)


def test_time_in_state_cut_to_the_window_is_the_time_that_went_by(asked: Query) -> None:
    """Of active and waiting states, it is the area under WIP once more."""
    cut = view("time-in-state", replace(asked, options={"clip": "yes"}))
    started = [row["total_days"] for row in cut["rows"] if row["kind"] in ("active", "waiting")]
    assert sum(started) == pytest.approx(view("littles-law", asked)["area_item_days"])
    whole = view("time-in-state", asked)
    for short, long in zip(cut["rows"], whole["rows"], strict=True):
        assert short["visits"] == long["visits"]
        assert short["total_days"] <= long["total_days"] + 1e-9


def test_lines_of_cumulative_flow_never_fall_and_never_cross(asked: Query) -> None:
    for backlog in ("yes", "no"):
        found = view("cfd", replace(asked, options={"backlog": backlog}))
        lines = [found["lines"][state["state"]] for state in found["states"]]
        assert all(before <= after for line in lines for before, after in pairwise(line))
        assert all(
            above >= below
            for upper, lower in pairwise(lines)
            for above, below in zip(upper, lower, strict=True)
        )
        assert all(height >= 0 for band in found["bands"].values() for height in band)


def test_throughput_is_what_cycle_times_and_efficiency_are_measured_of(asked: Query) -> None:
    n = view("throughput", asked)["n"]
    assert [view(name, asked)["n"] for name in ("cycle-time", "lead-time", "flow-efficiency")] == [n] * 3
    assert sum(row["items"] for row in view("cycle-time", asked)["histogram"]) == n
    assert sum(row["count"] for row in view("throughput", asked)["days"]) == n


@pytest.mark.parametrize("by", ["type", "class", "project"])
def test_throughput_over_slices_that_do_not_overlap_adds_up(by: str, asked: Query) -> None:
    found = view("throughput", replace(asked, by=by))
    days = zip(*([row["count"] for row in each["days"]] for each in found["slices"]), strict=True)
    assert list(map(sum, days)) == [row["count"] for row in found["days"]]
    assert sum(each["n"] for each in found["slices"]) == found["n"]


def test_what_is_filtered_out_and_what_is_kept_make_the_whole(asked: Query) -> None:
    parts = [
        replace(asked, where="half", keeps=lambda item, odd=odd: int(item.id[4:]) % 2 == odd)  # type: ignore[misc]
        for odd in (0, 1)
    ]
    for name in ("throughput", "arrivals", "discarded", "rework"):
        assert sum(view(name, part)["n"] for part in parts) == view(name, asked)["n"]


def test_a_count_of_days_is_never_less_by_counting_both_ends(asked: Query) -> None:
    by_count = {
        count: {row["id"]: row["days"] for row in view("cycle-time", replace(asked, count=count))["rows"]}
        for count in Count
    }
    for item, days in by_count[Count.INCLUSIVE].items():
        assert by_count[Count.EXCLUSIVE][item] == days - 1
        assert by_count[Count.WORKING][item] <= days
        # A day on which clocks change is an hour longer or shorter.
        assert days - 2 - 1 / 24 < by_count[Count.ELAPSED][item] < days + 1 / 24


def test_percentiles_rise_and_most_items_keep_them(asked: Query) -> None:
    found = view("cycle-time", replace(asked, minimum=1))
    levels = [row["days"] for row in found["percentiles"] if row["days"] is not None]
    assert levels == sorted(levels)
    for row in found["percentiles"]:
        if row["days"] is not None:
            kept = sum(each["days"] <= row["days"] for each in found["rows"])
            assert kept * 100 >= row["p"] * len(found["rows"])


def test_pace_never_falls_from_one_state_to_the_next(asked: Query) -> None:
    columns = view("ageing", replace(asked, minimum=1))["columns"]
    for p in ("p50_days", "p85_days", "p95_days"):
        known = [column[p] for column in columns if column[p] is not None]
        assert known == sorted(known)


def test_blocked_days_by_cause_are_no_more_than_each_block(asked: Query) -> None:
    found = view("blocked", asked)
    assert sum(row["times"] for row in found["causes"]) == found["times"] == len(found["rows"])
    assert found["days"] <= sum(row["days"] for row in found["rows"]) + 1e-9
    assert sum(row["days"] for row in found["months"]) == pytest.approx(
        sum(row["days"] for row in found["rows"])
    )
    assert {row["cause"] for row in found["vendors"]} <= {row["cause"] for row in found["causes"]}


def test_what_stood_still_for_expedite_work_did_so_while_it_was_done(asked: Query) -> None:
    found = view("displacement", asked)
    if found["displaced_days"] is not None:
        assert found["displaced_days"] == pytest.approx(found["people_days"] + found["waiting_days"])
        assert all(row["days"] <= found["expedite_days"] + 1e-9 for row in found["rows"])
        assert view("unplanned", asked)["displaced_days"] == found["displaced_days"]


# -- the same question, the same answer -------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_equal_questions_have_equal_bytes_in_whatever_order_items_come(name: str, seed: int) -> None:
    one, other = random_board(seed), random_board(seed, reverse=True)
    texts = [written.render(measures.view(name, query.of(facts))) for facts in (one, other)]
    assert texts[0] == texts[1]
    assert [each.item for each in measures.behind(name, query.of(one))] == [
        each.item for each in measures.behind(name, query.of(other))
    ]


@pytest.mark.parametrize("name", NAMES)
def test_lists_that_are_cut_short_change_no_number(name: str, facts: Facts) -> None:
    whole, short = (
        measures.figure(name, replace(query.of(facts), listed=listed)) for listed in (True, False)
    )
    lists = {table.key for table in measures.tables(name)} | {"rows"}
    assert {key: value for key, value in short.items() if key not in lists} == {
        key: value for key, value in whole.items() if key not in lists
    }
    for key in lists - {"rows"}:
        assert all(row in whole[key] for row in short[key])


PAGE = {
    "throughput": ("throughput", "mean_week", "weeks", "rows"),
    "wip": ("wip", "now", "days", "rows"),
    "net_flow": ("net-flow", "net", "weeks", "rows"),
    "blocked": ("blocked", "days", "causes", "causes"),
    "expectations": ("expectations", "kept_share", "rows", "rows"),
    "discarded": ("discarded", "days_spent", "rows", "rows"),
}


def test_page_terminal_and_json_say_the_same(facts: Facts) -> None:
    page = reports.view("flow", facts, ())
    for figure, (name, key, own, rows) in PAGE.items():
        found = json.loads(json.dumps(measures.view(name, query.of(facts))))
        assert page[figure][key] == found[key]
        assert page[figure][own] == found[rows]
        assert page[figure]["title"] == found["title"]
        text = shown.render([found])
        assert found["title"] in text
        assert found["title"] in views.render("flow", page)
        for fact in measures.facts(name):
            if found[fact.key] is not None:
                assert shown.figure(found[fact.key], fact.unit) in text
    times = measures.view("cycle-time", query.of(facts))
    assert [row["days"] for row in page["cycle_time"]["percentiles"]["rows"]] == [
        times[f"p{p}_days"] for p in (50, 85, 95)
    ]
    assert [point["cycle_time_days"] for point in page["cycle_time"]["points"]] == [
        row["days"] for row in times["rows"]
    ]
    law = measures.view("littles-law", query.of(facts))
    assert page["little"]["average_wip"] == law["average_wip"]


def test_the_page_of_ages_says_what_the_measure_says(facts: Facts) -> None:
    page, found = reports.view("ageing", facts, ()), measures.view("ageing", query.of(facts))
    aged = {
        row["id"]: (row["age_days"], row["in_state_days"], row["pace"], row["slow"]) for row in found["rows"]
    }
    assert {
        row["id"]: (row["age"]["days"], row["in_state_days"], row["pace"], row["slow"])
        for row in page["items"]
    } == aged
    assert page["total_age_days"] == found["total_age_days"]
    keys = ("state", "n", "p50_days", "p85_days", "p95_days")
    assert [[column[key] for key in keys] for column in page["columns"]] == [
        [column[key] for key in keys] for column in found["columns"]
    ]

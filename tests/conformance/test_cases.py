"""Other tools' published numbers, as far as today's measures go.

The cases lie outside of the repository; without them, the tests say so and are skipped. A case is
here when opsflow has the rule that it describes, as its own or under the other tool's name.
"""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opsflow.flow import cfd, counts, days, efficiency, expectation, percentiles, spans
from opsflow.flow.days import Count, Window
from opsflow.flow.spans import ItemSpan
from opsflow.model import Kind, State
from tests import told

CASES = Path(__file__).parents[3] / "shared" / "cases"
UTC = ZoneInfo("UTC")


def case(name: str) -> dict[str, Any]:
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the case {name} is not here: {CASES} is not beside this checkout")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_case_22_percentile_by_nearest_rank() -> None:
    for each in case("22-jirametrics-percentile-nearest-rank")["input"]["sets"]:
        values = each["values"]
        if isinstance(values, str):
            first, last = map(int, values.split(".."))
            values = list(range(first, last + 1))
        found = {p: percentiles.percentile(values, float(p), minimum=1) for p in each["expected"]}
        assert found == each["expected"]


def test_case_10_percentile_by_truncated_rank() -> None:
    found = case("10-lighthouse-percentile")
    given, expected = found["input"], found["expected"]
    for values, wanted in (
        (given["values"], expected["percentiles"]),
        (given["second"]["values"], expected["second_percentiles"]),
    ):
        told_by = {p: percentiles.percentile(values, float(p), 1, "truncated-rank") for p in wanted}
        assert told_by == wanted


# -- case 23: cumulative flow by high-water mark ------------------------------------------------


def moves(columns: list[str], given: list[dict[str, str]]) -> list[cfd.Move]:
    return [
        (told.at(move["at"]), columns.index(move["to"]) if move["to"] in columns else -1) for move in given
    ]


def test_case_23_lines_by_high_water_mark() -> None:
    found = case("23-jirametrics-cfd-high-water")
    columns = found["input"]["columns"]
    window = Window(*map(date.fromisoformat, found["input"]["date_range"]))
    for each in found["input"]["daily"]:
        items = [moves(columns, item["moves"]) for item in each["items"]]
        if each.get("start_rule"):
            start = columns.index("In Progress")
            items = [item if any(column >= start for _, column in item) else [] for item in items]
            items = [
                item[next((n for n, move in enumerate(item) if move[1] >= start), 0) :] for item in items
            ]
        lines, _ = cfd.lines(items, len(columns), window, UTC)
        for day, expected in found["expected"]["daily"][each["name"]].items():
            position = (date.fromisoformat(day) - window.first).days
            assert [line[position] for line in lines] == expected, (each["name"], day)


def test_case_23_windows_of_correction() -> None:
    found = case("23-jirametrics-cfd-high-water")
    columns = found["input"]["columns"]
    last = found["input"]["date_range"][1]
    for each in found["input"]["windows"]:
        told_of = [
            {
                "start": days.day(fell, UTC).isoformat(),
                "end": days.day(recovered, UTC).isoformat() if recovered else last,
                "column": columns[mark],
            }
            for fell, recovered, mark, _ in cfd.corrections(moves(columns, each["moves"]))
        ]
        expected = found["expected"]["windows"][each["name"]]
        wanted = [{"column": one["column"], **two} for one, two in zip(told_of, expected, strict=True)]
        assert told_of == wanted, each["name"]


def test_case_03_cumulative_entries() -> None:
    found = case("03-jam-cfd-minimal")
    columns, wanted = found["expected"]["columns"], found["expected"]["days"]
    items = [
        [(told.at(item[column]), number) for number, column in enumerate(columns) if item[column]]
        for item in found["input"]["items"]
    ]
    window = Window(date.fromisoformat(wanted[0]), date.fromisoformat(wanted[-1]))
    lines, _ = cfd.lines(items, len(columns), window, UTC)
    assert [list(row) for row in zip(*lines, strict=True)] == found["expected"]["cfd"]


# -- case 28: Little's law ----------------------------------------------------------------------

HOUR = timedelta(hours=1)


def intervals(items: list[list[str | None]]) -> list[ItemSpan]:
    return [
        ItemSpan(
            f"OPS-{number}",
            created=told.at(start or ""),
            started=told.at(start or ""),
            finished=told.at(end) if end else None,
            flow=((told.at(start or ""), told.at(end) if end else None),),
        )
        for number, (start, end) in enumerate(items)
    ]


def edges(items: list[ItemSpan]) -> list[datetime]:
    return sorted({at for span in items for pair in span.flow for at in pair if at})


@pytest.mark.parametrize("name", ["single", "overlapping", "same_instant"])
def test_case_28_littles_law(name: str) -> None:
    found = case("28-samplepath-littles-law")
    items, expected = intervals(found["input"][name]["items"]), found["expected"][name]
    moments = edges(items)
    little = counts.little(items, moments[0], moments[-1])
    assert [told.wip_at(items, at) for at in moments] == expected["N"]
    assert little.area / HOUR == pytest.approx(expected["H"])
    assert little.average_wip == pytest.approx(expected["L"])
    arrivals = [sum(start <= at for span in items for start, _ in span.flow) for at in moments]
    departures = [
        sum(end is not None and end <= at for span in items for _, end in span.flow) for at in moments
    ]
    if isinstance(expected["arrivals"], list):
        assert (arrivals, departures) == (expected["arrivals"], expected["departures"])
    else:
        assert (little.present, little.departed) == (expected["arrivals"], expected["departures"])
    if "w_hours" in expected:
        assert little.residence_days is not None
        assert little.arrivals_per_day is not None
        assert little.residence_days * 24 == pytest.approx(expected["w_hours"])
        assert little.arrivals_per_day / 24 == pytest.approx(expected["Lambda_per_hour"])


def test_case_28_rates_and_an_open_item() -> None:
    found = case("28-samplepath-littles-law")
    given, expected = found["input"], found["expected"]
    pair = intervals(given["two_depart_together"]["items"])
    little = counts.little(pair, edges(pair)[0], edges(pair)[-1])
    assert little.area / HOUR / little.departed == pytest.approx(
        expected["two_depart_together"]["w_prime_hours"]
    )
    for each, wanted in zip(given["theta"], expected["theta_per_hour"], strict=True):
        items = intervals(each["items"])
        little = counts.little(items, edges(items)[0], edges(items)[-1])
        assert little.departed / (little.length / HOUR) == pytest.approx(wanted)
    items, wanted = intervals(given["with_open_item"]["items"]), expected["with_open_item"]
    starts, cycle_times = [], []
    for at in map(told.at, given["with_open_item"]["at"]):
        little = counts.little(items, edges(items)[0], at)
        done = [span for span in items if span.finished and span.finished <= at]
        times = [spans.cycle_time_days(span, UTC, Count.ELAPSED) or 0.0 for span in done]
        starts.append(little.present / (little.length / HOUR))
        cycle_times.append(sum(times) / len(times) * 24)
    assert cycle_times == pytest.approx(wanted["W_star_hours"])
    assert starts == pytest.approx(wanted["starts_per_hour"])
    still = counts.little(items[2:], edges(items)[0], told.at(given["with_open_item"]["at"][1]))
    assert still.area / HOUR == wanted["residence_hours_of_open_item_at_05:00"]


# -- cycle time ---------------------------------------------------------------------------------


def test_case_01_cycle_time_by_exclusive_days() -> None:
    """Stage dates after a move back are theirs alone: opsflow never takes back what was reached."""
    found = case("01-jam-cycletime-movement")
    columns = found["input"]["workflow"]["columns"]
    kinds = {"Backlog": Kind.BACKLOG, "Done": Kind.DONE}
    states = [
        State(status, kinds.get(each["name"], Kind.ACTIVE)) for each in columns for status in each["statuses"]
    ]
    stories = {}
    for item in found["input"]["items"]:
        moved = [event for event in item["events"] if event["field"] == "status"]
        steps = [(item["created"], moved[0]["from"] if moved else item["current_status"])]
        steps += [(event["at"], event["to"]) for event in moved]
        stories[item["key"]] = steps
    words = {status.name: f"s{n}" for n, status in enumerate(states)}
    board = told.board(states=[State(words[state.name], state.kind) for state in states])
    history = told.history(
        {
            key: ", ".join(f"{at.replace('T', ' ')} {words[status]}" for at, status in steps)
            for key, steps in stories.items()
        }
    )
    spanned = spans.of(board, history)
    for each in found["expected"]:
        span = spanned[each["key"]]
        assert spans.cycle_time_days(span, UTC, Count.EXCLUSIVE) == each["cycle_time_days"]
        assert (days.day(span.finished, UTC).isoformat() if span.finished else None) == each["completed"]
        started = days.day(span.started, UTC).isoformat() if span.started else None
        assert started == each["stage_dates"]["Committed"]


def test_case_20_a_reopened_item_ends_on_its_last_close() -> None:
    found = case("20-lighthouse-named-cycle-time")
    names = [name.lower().replace(" ", "-") for name in found["input"]["states_in_order"]]
    kinds = (Kind.ACTIVE, Kind.ACTIVE, Kind.ACTIVE, Kind.DONE)
    board = told.board(states=[State(name, kind) for name, kind in zip(names, kinds, strict=True)])
    for each in found["input"]["cases"]:
        if (each["start"], each["end"]) != ("Planned", "Done"):
            continue
        begun = told.at("2026-01-01")
        steps = [(0, "planned")] + [
            (day, after.lower().replace(" ", "-"))
            for before, after, day in each["moves_days"]
            if before != after
        ]
        text = ", ".join(f"{(begun + timedelta(days=day)).isoformat()} {state}" for day, state in steps)
        span = spans.of(board, told.history({"OPS-1": text}))["OPS-1"]
        assert spans.cycle_time_days(span, UTC) == found["expected"]["days"][each["name"]], each["name"]


def test_case_38_chance_to_miss_given_the_age() -> None:
    """Their formula is what the conditional share comes to, where finished work took 1 to 100 days."""
    found = case("38-flowviz-breach-probability")
    chances = [
        expectation.chance_to_miss(85, round(100 * passed) + 1, range(1, 101)).share
        for passed in found["input"]["age_percentile"]
    ]
    assert chances == pytest.approx(found["expected"]["breach_probability"])


def test_case_18_flow_efficiency() -> None:
    found = case("18-lighthouse-flow-efficiency-and-state-time")
    shares = []
    for each in found["input"]["flow_efficiency"]:
        waiting = {
            state for name in each["wait_states"] for state in each.get("state_groups", {}).get(name, [name])
        }
        shares.append(efficient(each["days"], waiting).share)
    expected = [percent / 100 for percent in found["expected"]["flow_efficiency_percent"]]
    assert shares == pytest.approx(expected, abs=0.006)
    bare = efficient(found["input"]["no_wait_states"]["days"], set())
    assert (bare.configured, bare.share) == (False, None)
    idle = efficient({}, set(found["input"]["no_time"]["wait_states"]))
    assert (idle.configured, idle.share) == (True, None)


def efficient(stays: dict[str, int], waiting: set[str]) -> efficiency.Efficiency:
    """The efficiency of one item that stayed so many days in each state, and was then done."""
    names = {name: f"s{number}" for number, name in enumerate({**stays, **dict.fromkeys(sorted(waiting))})}
    states = [State(names[name], Kind.WAITING if name in waiting else Kind.ACTIVE) for name in names]
    board = told.board(states=[*states, State("done", Kind.DONE)])
    at, steps = told.at("2026-01-01"), []
    for name, length in stays.items():
        steps.append(f"{at.isoformat()} {names[name]}")
        at += timedelta(days=length)
    history = told.history({"OPS-1": ", ".join([*steps, f"{at.isoformat()} done"])})
    return efficiency.of(board, history.stories, spans.of(board, history).values())


def test_case_43_share_of_unplanned_work() -> None:
    found = case("43-unplanned-work-share")
    share = found["input"]["unplanned_effort"] / found["input"]["total_effort"]
    assert expectation.percent(share) == f"{found['expected']['unplanned_percent']:g}%"

"""Other tools' published numbers about flow, asked of the command line with a table of events.

The cases lie outside of the repository; without them, the tests say so and are skipped. What opsflow
refuses, and why:

- Case 10, the percentile of nothing is 0: nothing is not 0, and no percentile is shown of it.
- Case 07, an item whose last state is not in the workflow: it was begun, so what was spent on it is lost.
- Case 20, a window whose state is not in the workflow: it is refused with a sentence, for a slip of the
  hand should not look like an answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.asked import CASES, Asking, Row, case, moves

DAY = timedelta(days=1)
START = date(2018, 1, 1)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    monkeypatch.delenv("OPSFLOW_NOW", raising=False)
    return Asking(tmp_path)


def on(days: float) -> str:
    """So many days after the start, as a day or a moment."""
    at = datetime(START.year, START.month, START.day) + days * DAY
    return at.isoformat() if days % 1 else at.date().isoformat()


def test_every_case_is_here_or_among_the_others() -> None:
    """A new case beside the checkout is not overlooked."""
    if not CASES.is_dir():
        pytest.skip(f"{CASES} is not beside this checkout")
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py")]
    used = {name for text in texts for name in re.findall(r'case\("([^"]+)"\)', text)}
    assert {path.stem for path in CASES.glob("*.json")} - used == set()


# -- percentiles ------------------------------------------------------------------------------------


def taking(days: Sequence[int]) -> list[Row]:
    """Items that took so many days, both ends counted."""
    rows: list[Row] = []
    for number, length in enumerate(days):
        rows += moves(f"K-{number}", (on(0), "doing"), (on(length - 1), "done"))
    return rows


WORKFLOW = ("--workflow", "todo:backlog,doing:active,done:done")


def percentiles(ask: Asking, values: Sequence[int], wanted: Sequence[str], *words: str) -> dict[str, Any]:
    listed = f"percentiles={','.join(wanted)}"
    view = ask.view(taking(values), "cycle-time", "-o", listed, "--minimum", "1", *WORKFLOW, *words)
    return {f"{row['p']:g}": row["days"] for row in view["percentiles"]}


def test_case_22_percentile_by_nearest_rank(ask: Asking) -> None:
    for each in case("22-jirametrics-percentile-nearest-rank")["input"]["sets"]:
        values = each["values"]
        if isinstance(values, str):
            first, last = map(int, values.split(".."))
            values = list(range(first, last + 1))
        assert percentiles(ask, values, list(each["expected"])) == each["expected"]


def test_case_10_percentile_by_truncated_rank(ask: Asking) -> None:
    found = case("10-lighthouse-percentile")
    rule = ("--percentile-rule", "truncated-rank")
    for values, wanted in (
        (found["input"]["values"], found["expected"]["percentiles"]),
        (found["input"]["second"]["values"], found["expected"]["second_percentiles"]),
    ):
        assert percentiles(ask, values, list(wanted), *rule) == wanted
    assert percentiles(ask, [], ["50"], *rule) == {"50": None}


# -- cases 01, 03 and 07: a change log --------------------------------------------------------------


def told(item: dict[str, Any], last: str = "") -> list[Row]:
    """The rows of an item with a log of changes; `last` names the state that its last move led to."""
    changes = [event for event in item["events"] if event["field"] == "status"]
    steps = [(item["created"], changes[0]["from"] if changes else item["current_status"])]
    steps += [(event["at"], event["to"]) for event in changes]
    if last:
        steps[-1] = (steps[-1][0], last)
    rows = moves(item["key"], *steps, title=item["summary"])
    flags = [event for event in item["events"] if event["field"] == "flagged"]
    return rows + [
        {"item": item["key"], "field": "blocked", "value": event["to"], "entered": event["at"]}
        for event in flags
    ]


LOG = "Backlog:backlog,Next:active,Build:active,Code review:active,QA:active,Done:done"


def test_case_01_dates_cycle_times_and_blocked_days_by_exclusive_days(ask: Asking) -> None:
    found = case("01-jam-cycletime-movement")
    rows = [row for item in found["input"]["items"] for row in told(item)]
    common = ("--workflow", LOG, "--now", found["input"]["now"], "--backward", "erase")
    cycle = ask.view(rows, "cycle-time", "--count", "exclusive", *common)
    blocked = ask.view(rows, "blocked", "--count", "exclusive", "-o", "since=started", *common)
    dates = stages(ask.view(rows, "cfd", "-o", "backlog=yes", "-o", "items=yes", *common))
    days: Counter[str] = Counter()
    for row in blocked["rows"]:
        days[row["id"]] += row["days"]
    times = {row["id"]: (row["days"], row["finished_on"]) for row in cycle["rows"]}
    for each in found["expected"]:
        assert times.get(each["key"], (None, None)) == (each["cycle_time_days"], each["completed"])
        assert days[each["key"]] == each["blocked_days"]
        assert dates[each["key"]] == each["stage_dates"]


def stages(view: dict[str, Any]) -> dict[str, dict[str, str | None]]:
    """The days on which items came at least as far as each column."""
    columns = {"Next": "Committed", "Code review": "Test"}
    return {
        row["id"]: {columns.get(name, name): day for name, day in row.items() if name not in ("id", "QA")}
        for row in view["items"]
    }


def test_case_03_cumulative_entries_and_what_was_delivered_of_them(ask: Asking) -> None:
    found = case("03-jam-cfd-minimal")
    columns, days, expected = found["expected"]["columns"], found["expected"]["days"], found["expected"]
    rows = [
        row
        for item in found["input"]["items"]
        for row in moves(item["key"], *((item[name], name) for name in columns if item[name]))
    ]
    workflow = "Backlog:backlog,Committed:active,Build:active,Test:active,Done:done"
    view = ask.view(
        rows, "cfd", "-o", "backlog=yes", "--workflow", workflow, "--from", days[0], "--to", days[-1]
    )
    assert (view["days"], list(view["lines"])) == (days, columns)
    assert [[row[name] for name in columns] for row in view["rows"]] == expected["cfd"]
    assert [view["lines"][name] for name in ("Backlog", "Done")] == list(expected["burnup"].values())
    other = expected["burnup_backlog_is_Committed_done_is_Test"]
    assert [view["lines"][name] for name in ("Committed", "Test")] == list(other.values())


@pytest.mark.parametrize(
    ("name", "workflow", "more"),
    [
        ("default", LOG, ["A-6"]),
        ("backlog_is_Committed_and_committed_is_Build", LOG.replace("Next:active", "Next:backlog"), ["A-6"]),
        (
            "done_is_Test",
            LOG.replace("review:active", "review:done").replace("QA:active", "QA:done"),
            ["A-6"],
        ),
    ],
)
def test_case_07_discarded_work(name: str, workflow: str, more: list[str], ask: Asking) -> None:
    """Withdrawn items end in a state of their own. A-6 came from a state that is not in the workflow."""
    found = case("07-jam-waste-discarded")
    withdrawn = found["input"]["withdrawal_resolutions"]
    rows = [
        row
        for item in found["input"]["items"]
        for row in told(item, "Withdrawn" if item["resolution"] in withdrawn else "")
    ]
    view = ask.view(rows, "discarded", "--workflow", f"{workflow},Withdrawn:discarded")
    expected = {each["key"]: each["withdrawn"][:10] for each in found["expected"][name]}
    assert {row["id"]: row["discarded_on"] for row in view["rows"] if row["id"] not in more} == expected
    assert [row["id"] for row in view["rows"] if row["id"] in more] == more


# -- case 06: blocks by month -----------------------------------------------------------------------


def test_case_06_blocks_by_month_with_both_ends_counted(ask: Asking) -> None:
    found = case("06-jam-monthly-interval-breakdown")
    expected = found["expected"]
    view = ask.view(intervals(found, ""), "blocked", "--count", "inclusive", *WORKFLOW)
    assert by_month(view, "times") == expected["open_count_by_month"]
    assert by_month(view, "days") == expected["sum_days_by_month"]
    now = ("--now", "2018-05-14", "--to", "2018-05-14")
    view = ask.view(intervals(found, "ABC-6"), "blocked", "--count", "inclusive", *WORKFLOW, *now)
    without_end = expected["open_count_when_ABC-6_has_no_end"]
    assert by_month(view, "times") == {
        month: {group: n for group, n in counts.items() if n} for month, counts in without_end.items()
    }


def intervals(found: dict[str, Any], open_: str) -> list[Row]:
    rows: list[Row] = []
    for each in found["input"]["intervals"]:
        rows += moves(each["key"], (each["start"], "doing"))
        left = "" if each["key"] == open_ else each["end"]
        rows.append(
            {
                "item": each["key"],
                "field": "blocked",
                "value": "defect",
                "entered": each["start"],
                "left": left,
                "by": each["group"],
            }
        )
    return rows


def by_month(view: dict[str, Any], what: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in view["months"]:
        found.setdefault(row["month"], {})[row["cause"]] = row[what]
    return found


# -- case 18: flow efficiency and time in state -----------------------------------------------------


def test_case_18_flow_efficiency(ask: Asking) -> None:
    found = case("18-lighthouse-flow-efficiency-and-state-time")
    given, shares = found["input"], []
    for each in given["flow_efficiency"]:
        groups = each.get("state_groups", {})
        waiting = {state for name in each["wait_states"] for state in groups.get(name, [name])}
        shares.append(efficiency(ask, each["days"], waiting)["share"])
    expected = [percent / 100 for percent in found["expected"]["flow_efficiency_percent"]]
    assert shares == pytest.approx(expected, abs=0.006)
    bare = efficiency(ask, given["no_wait_states"]["days"], set())
    assert (bare["configured"], bare["share"]) == (False, None)
    idle = ask.view(
        moves("K-1", (on(0), "todo")), "flow-efficiency", "--workflow", "todo:backlog,Wait:waiting,done:done"
    )
    assert (idle["configured"], idle["share"], idle["n"]) == (True, None, 0)


def efficiency(ask: Asking, days: dict[str, int], waiting: set[str]) -> dict[str, Any]:
    """Of one item that stayed so many days in each state, and was then done."""
    at, steps = 0, []
    for state, length in days.items():
        steps.append((on(at), state))
        at += length
    kinds = {
        state: "waiting" if state in waiting else "active" for state in {**days, **dict.fromkeys(waiting)}
    }
    kinds.pop("Closed", None)  # a state that ends an item is no waiting one, whatever a setting says
    workflow = ",".join(f"{state}:{kind}" for state, kind in kinds.items())
    rows = moves("K-1", *steps, (on(at), "Closed"))
    return ask.view(rows, "flow-efficiency", "--minimum", "1", "--workflow", f"{workflow},Closed:done")


STATES = "To do:backlog,In Progress:active,Review:active,Test:active,Done:done"


def test_case_18_time_in_state(ask: Asking) -> None:
    found = case("18-lighthouse-flow-efficiency-and-state-time")
    given, rows = found["input"], []
    for each in given["state_time"]["completed"]:
        at, steps = 0, []
        for state in ("In Progress", "Review", "Test"):
            steps.append((on(at), state))
            at += each[state]
        rows += moves(each["key"], *steps, (on(at), "Done"))
    for each in given["state_time"]["in_flight"]:
        rows += moves(each["key"], (on(100 - each["days"]), each["state"]))
    view = ask.view(
        rows, "time-in-state", "--workflow", STATES, "--now", on(100), "--from", on(0), "--to", on(99)
    )
    assert {
        row["state"]: {
            "completed": row["completed_days"],
            "ongoing": row["ongoing_days"],
            "total": row["total_days"],
        }
        for row in view["rows"]
        if row["total_days"]
    } == found["expected"]["state_time"]


def test_case_18_a_visit_that_began_before_the_window_counts_whole_or_cut(ask: Asking) -> None:
    found = case("18-lighthouse-flow-efficiency-and-state-time")
    given, expected = found["input"], found["expected"]
    before = given["straddling"]["review_entered_offset_from_window_start"]
    after = given["straddling"]["review_left_offset_from_window_start"]
    rows = moves("K-1", (on(before), "Review"), (on(after), "Done"))
    window = ("--workflow", STATES, "--from", on(0), "--to", on(40), "--now", on(60))
    whole = in_review(ask.view(rows, "time-in-state", *window))
    cut = in_review(ask.view(rows, "time-in-state", "-o", "clip=yes", *window))
    assert (whole, cut) == (expected["straddling_review_days"], after)
    rows = moves("K-1", (on(0), "Review"), (on(10), "Done"))
    rows += moves("K-2", (on(0), "Review"), (on(10), "To do"))
    left_out = ask.view(rows, "time-in-state", *window, "--where", "kind != backlog")
    assert in_review(left_out) == expected["bounced_review_total_days"]


def in_review(view: dict[str, Any]) -> float:
    found: float = next(row["total_days"] for row in view["rows"] if row["state"] == "Review")
    return found


# -- case 20: time between two states ---------------------------------------------------------------


def test_case_20_time_between_two_states(ask: Asking) -> None:
    found = case("20-lighthouse-named-cycle-time")
    kinds = dict(zip(found["input"]["states_in_order"], ("backlog", "active", "active", "done"), strict=True))
    workflow = ",".join(f"{name}:{kind}" for name, kind in kinds.items())
    for each in found["input"]["cases"]:
        steps = [(on(0), each["moves_days"][0][0])]
        steps += [(on(day), after) for before, after, day in each["moves_days"] if before != after]
        between = f"{each['start']}..{each['end']}"
        view = ask.view(moves("K-1", *steps), "cycle-time", "--workflow", workflow, "--between", between)
        days = [row["days"] for row in view["rows"]]
        expected = found["expected"]["days"][each["name"]]
        assert days == ([] if expected is None else [expected]), each["name"]


def test_case_20_the_states_between(ask: Asking) -> None:
    found = case("20-lighthouse-named-cycle-time")
    workflow = ",".join(found["input"]["states_in_order"])
    rows = moves("K-1", (on(0), "Planned"))
    for (first, last), expected in zip(
        found["input"]["scoped_states"], found["expected"]["scoped_states"], strict=True
    ):
        words = ("cycle-time", "--workflow", workflow, "--between", f"{first}..{last}")
        if first in found["input"]["states_in_order"]:
            assert ask.view(rows, *words)["between"]["states"] == expected
        else:
            status, _, err = ask.run(rows, *words)
            assert (status, f"There is no state '{first}'." in err) == (2, True)


# -- case 23: cumulative flow by high-water mark ----------------------------------------------------


def test_case_23_lines_by_high_water_mark(ask: Asking) -> None:
    """What is counted from the start on is work that has begun: the columns before it are backlog."""
    found = case("23-jirametrics-cfd-high-water")
    first, last = found["input"]["date_range"]
    columns = found["input"]["columns"]
    for each in found["input"]["daily"]:
        rows = [
            row
            for item in each["items"]
            for row in moves(item["key"], *((move["at"], move["to"]) for move in item["moves"]))
        ]
        later = columns.index("In Progress") if each.get("start_rule") else 0
        kinds = ["backlog"] * later + ["active"] * (len(columns) - later - 1) + ["done"]
        workflow = ",".join(f"{name}:{kind}" for name, kind in zip(columns, kinds, strict=True))
        rows += moves(
            "LATER", ("2021-08-01", "Ready")
        )  # a table that knows no state of the workflow is refused
        view = ask.view(rows, "cfd", "--workflow", workflow, "--from", first, "--to", last)
        for day, expected in found["expected"]["daily"][each["name"]].items():
            at = view["days"].index(day)
            lines = [view["lines"][name][at] for name in columns[later:]]
            assert [lines[0]] * later + lines == expected, (each["name"], day)


def test_case_23_windows_of_correction(ask: Asking) -> None:
    found = case("23-jirametrics-cfd-high-water")
    first, last = found["input"]["date_range"]
    workflow = "Ready:active,In Progress:active,Review:active,Done:done"
    for each in found["input"]["windows"]:
        rows = moves("K-1", *((move["at"], move["to"]) for move in each["moves"]))
        view = ask.view(rows, "rework", "--workflow", workflow, "--from", first, "--to", last)
        windows = [
            {"start": row["fell_on"], "end": row["recovered_on"] or last, "column": row["from"]["state"]}
            for row in view["rows"]
        ]
        expected = found["expected"]["windows"][each["name"]]
        assert len(windows) == len(expected)
        assert [{**one, **two} for one, two in zip(windows, expected, strict=True)] == windows, each["name"]


# -- case 26: how much in progress was enough -------------------------------------------------------

WIP = """\
board: Jira
key: SP
workflow:
  - {{state: Ready, kind: active{ready}}}
  - {{state: In Progress, kind: active{progress}}}
  - {{state: Done, kind: done}}
"""


def test_case_26_the_limit_that_was_enough_of_the_time(ask: Asking) -> None:
    """Its thousand seconds are ten days here."""
    found = case("26-jirametrics-wip-limit-recommendation")
    length, expected = found["input"]["window_seconds"], found["expected"]
    days = 10 / length
    for each in found["input"]["cases"]:
        limits = each.get("limits", {})
        of = {name: f", wip: {limits[name]}" if name in limits else "" for name in ("Ready", "In Progress")}
        ask.board(WIP.format(ready=of["Ready"], progress=of["In Progress"]))
        rows: list[Row] = []
        for item in each["items"]:
            begun = on(item["started_second"] * days) if "started_second" in item else on(-1)
            steps = [(begun, item["column"])]
            steps += [(on(move["second"] * days), move["to"]) for move in item.get("moves", ())]
            steps += [(on(item["stopped_second"] * days), "Done")] if "stopped_second" in item else []
            rows += moves(item["key"], *steps)
        window = ("--from", on(0), "--to", on(9), "--now", on(20))
        view = ask.view(rows, "wip", "--by", "state", "-o", "levels=moments", *window)
        slices = {slice_["slice"]: slice_ for slice_ in view["slices"]}
        wanted = expected[each["name"]]
        if "recommended" in wanted:
            assert {name: slices[name]["enough"] for name in wanted["recommended"]} == wanted["recommended"]
        for column, advice in zip(limits, wanted.get("advice", ()), strict=True):
            before, after = re.findall(r"\d+", advice)
            said = f"lower the limit from {before} to {after}, which was enough 85% of the time"
            assert slices[column]["advice"] == said
        if "Ready_seconds_at_wip" in wanted:
            levels = {str(row["items"]): row["days"] / days for row in slices["Ready"]["levels"]}
            assert levels == pytest.approx(wanted["Ready_seconds_at_wip"])


# -- case 28: Little's law --------------------------------------------------------------------------


def in_days(items: Sequence[Sequence[str | None]]) -> list[Row]:
    """Its hours are days here."""
    rows: list[Row] = []
    for number, (start, end) in enumerate(items):
        steps = [(hours(start or ""), "doing")] + ([(hours(end), "done")] if end else [])
        rows += moves(f"K-{number}", *steps)
    return rows


def hours(moment: str) -> str:
    at = datetime.fromisoformat(moment)
    return on(at.hour + at.minute / 60)


def hours_on(days: float) -> str:
    """The moment after so many days; a day alone would mean its end."""
    return (datetime(START.year, START.month, START.day) + days * DAY).isoformat()


def law(ask: Asking, items: Sequence[Sequence[str | None]], length: float) -> dict[str, Any]:
    """Over so many days from the start; a part of a day at the end is what comes before now."""
    whole = -(-length // 1)
    window = ("--from", on(0), "--to", on(whole), "--now", hours_on(length))
    return ask.view(in_days(items), "littles-law", "--minimum", "1", *WORKFLOW, *window)


def test_case_28_littles_law(ask: Asking) -> None:
    found = case("28-samplepath-littles-law")
    given, expected = found["input"], found["expected"]
    single = law(ask, given["single"]["items"], 2)
    overlapping = law(ask, given["overlapping"]["items"], 5)
    for view, wanted in ((single, expected["single"]), (overlapping, expected["overlapping"])):
        assert view["area_item_days"] == pytest.approx(wanted["H"])
        assert view["average_wip"] == pytest.approx(wanted["L"])
        assert view["arrival_rate_per_day"] == pytest.approx(wanted["Lambda_per_hour"])
        assert view["residence_days"] == pytest.approx(wanted["w_hours"])
    assert (single["arrivals"], single["departures"]) == (1, 1)
    instant = law(ask, given["same_instant"]["items"], 0)
    assert (instant["arrivals"], instant["departures"], instant["area_item_days"]) == (1, 1, 0)
    assert instant["average_wip"] is expected["same_instant"]["L"] is None
    together = law(ask, given["two_depart_together"]["items"], 2)
    assert together["area_item_days"] / together["departures"] == pytest.approx(
        expected["two_depart_together"]["w_prime_hours"]
    )


def test_case_28_rates_and_an_open_item(ask: Asking) -> None:
    found = case("28-samplepath-littles-law")
    given, expected = found["input"], found["expected"]
    for each, wanted in zip(given["theta"], expected["theta_per_hour"], strict=True):
        last = max(datetime.fromisoformat(end).hour for _, end in each["items"])
        assert law(ask, each["items"], last)["throughput_per_day"] == pytest.approx(wanted)
    items, wanted = given["with_open_item"]["items"], expected["with_open_item"]
    for at, cycle, rate in zip(
        given["with_open_item"]["at"], wanted["W_star_hours"], wanted["starts_per_hour"], strict=True
    ):
        length = datetime.fromisoformat(at).hour
        view = law(ask, [item for item in items if datetime.fromisoformat(item[0]).hour < length], length)
        assert view["mean_cycle_time_days"] == pytest.approx(cycle)
        assert view["arrival_rate_per_day"] == pytest.approx(rate)
    still = law(ask, items[2:], 5)
    assert still["area_item_days"] == wanted["residence_hours_of_open_item_at_05:00"]


# -- case 33: process limits ------------------------------------------------------------------------

NHS = ("-o", "run=7", "-o", "trend=7", "-o", "screen=yes", "-o", "clamp=no", "--minimum", "1")


def chart(ask: Asking, values: Sequence[int], *words: str) -> dict[str, Any]:
    """The control chart of items that took so many days, begun on one day counting as 0."""
    rows: list[Row] = []
    for number, length in enumerate(values):
        rows += moves(f"K-{number}", (on(100 + number - length), "doing"), (on(100 + number), "done"))
    return ask.view(rows, "control-chart", "--count", "exclusive", *WORKFLOW, *NHS, *words)


def test_case_33_limits_of_a_process(ask: Asking) -> None:
    found = case("33-nhs-xmr-limits")
    wanted = found["expected"]["limits_mean_lower_upper_nearlower_nearupper"]
    keys = ("mean", "lower", "upper", "near_lower", "near_upper")
    for values, expected in zip(found["input"]["limits"], wanted, strict=True):
        written = ",".join(map(str, values))
        given = ask.view(
            moves("K-1", (on(0), "doing")), "control-chart", *NHS, "-o", f"values={written}", *WORKFLOW
        )
        assert [given[key] for key in keys] == pytest.approx(expected)
        if min(values) >= 0:  # no time and no count of work is below
            view = chart(ask, values)
            assert [view[key] for key in keys] == pytest.approx(expected)


def test_case_33_limits_of_a_baseline(ask: Asking) -> None:
    found = case("33-nhs-xmr-limits")
    for each, expected in zip(
        found["input"]["with_baseline"], found["expected"]["with_baseline"], strict=True
    ):
        first = each["first_n"] or len(each["values"])
        view = chart(ask, each["values"], "--baseline", f"{on(100)}..{on(100 + first - 1)}")
        assert chart(ask, each["values"], "-o", f"first={first}")["upper"] == view["upper"]
        assert [view[key] for key in ("mean", "lower", "upper")] == pytest.approx(
            [expected[key] for key in ("mean", "lower", "upper")]
        )
        assert [int(1 in row["rules"]) for row in view["rows"]] == expected["outside"]


def test_case_33_trends_and_shifts(ask: Asking) -> None:
    """They mark the seventh point of a row; each row of the chart says how long the row is by then."""
    found = case("33-nhs-xmr-limits")
    for values, expected in zip(found["input"]["trend"], found["expected"]["trend"], strict=True):
        rows = chart(ask, values)["rows"]
        assert [(row["trend"] >= 7) - (row["trend"] <= -7) for row in rows] == expected
    for each, expected in zip(
        found["input"]["one_side"], found["expected"]["one_side_seventh_point"], strict=True
    ):
        values = [5 + side for side in each["relative_to_mean"]]
        rows = chart(ask, [5, 5, *values], "--baseline", f"{on(100)}..{on(101)}")["rows"][2:]
        assert [int(abs(row["run"]) >= 7) for row in rows] == expected


# -- cases 38 and 43 --------------------------------------------------------------------------------


def test_case_38_chance_to_miss_given_the_age(ask: Asking) -> None:
    """Their formula is what the conditional share comes to, where finished work took 1 to 100 days."""
    found = case("38-flowviz-breach-probability")
    ask.board(
        "board: FlowViz\nkey: K\nworkflow: [{state: doing, kind: active}, {state: done, kind: done}]\n"
        "expectations: [{within: 85d, share: 0.85}]\n"
    )
    rows = taking(range(1, 101))
    ages = {
        f"OPEN-{place}": round(100 * passed) + 1
        for place, passed in enumerate(found["input"]["age_percentile"])
    }
    for item, age in ages.items():
        rows += moves(item, (on(200 - age), "doing"))
    view = ask.view(rows, "expectations", "--now", f"{on(199)}T12:00", "--from", on(0), "--to", on(199))
    chances = {row["id"]: (row["age_days"], row["chance_to_miss_share"]) for row in view["open"]}
    assert [chances[item][0] for item in ages] == list(ages.values())
    assert [chances[item][1] for item in ages] == pytest.approx(found["expected"]["breach_probability"])


def test_case_43_share_of_unplanned_work(ask: Asking) -> None:
    found = case("43-unplanned-work-share")
    effort = {"incident": found["input"]["unplanned_effort"]}
    effort["project"] = found["input"]["total_effort"] - effort["incident"]
    rows: list[Row] = []
    for kind, days in effort.items():
        for number in range(4):
            steps = ((on(0), "doing"), (on(number), "done"))
            rows += moves(f"{kind}-{number}", *steps, type=kind, estimate=f"{days / 4:g}d")
    view = ask.view(rows, "unplanned", "--unplanned", "incident", *WORKFLOW)
    assert view["effort_share"] == pytest.approx(found["expected"]["unplanned_percent"] / 100)

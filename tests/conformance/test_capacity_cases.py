"""Other tools' published numbers about capacity, calendars, skills and money.

What opsflow refuses, and why:

- Case 16, recurring rules ("every fourth Friday"): a calendar is a week, holidays and days; a rule that
  nobody sees on the calendar is a day that nobody expects. Days are written out. Weekly ones are `week`.
- Case 39, the table of urgency: it asks for teachers of a skill, and people.yaml says who has a skill, not
  who can teach it. Who really did the work is in the history, and counts instead.
- Case 42, a missed start: `start_after` says when work may begin, not when it should; a start that is late
  is an item that is overdue, or over its expected age.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsflow import rules
from opsflow.capacity import money, order, persondays, skills
from opsflow.capacity.calendar import Workdays
from opsflow.capacity.order import Work
from opsflow.model import Away, Person
from tests.boards import facts_in
from tests.measures.asked import figure

CASES = Path(__file__).parents[3] / "shared" / "cases"
START = date(2026, 3, 2)


def case(name: str) -> dict[str, Any]:
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the case {name} is not here: {CASES} is not beside this checkout")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def blacked_out(offsets: list[list[int]]) -> Workdays:
    """Every day works but these, counted from the start."""
    return Workdays(frozenset(range(7))).without(
        Away(START + timedelta(days=first), START + timedelta(days=last)) for first, last in offsets
    )


def test_case_16_working_days_after_a_day_and_between_two() -> None:
    found = case("16-lighthouse-working-calendar")
    landed = [
        (blacked_out(each["blackout_offsets"]).after(START, each["working_days"]) - START).days
        for each in found["input"]["project"]
    ]
    assert landed == found["expected"]["project_offsets"]
    counted = [
        blacked_out(each["blackout_offsets"]).between(START, START + timedelta(days=each["target_offset"]))
        for each in found["input"]["count"]
    ]
    assert counted == found["expected"]["count"]


def test_case_16_days_off_within_a_window() -> None:
    found = case("16-lighthouse-working-calendar")
    for each, expected in zip(found["input"]["indices"], found["expected"]["indices"], strict=True):
        first, last = map(date.fromisoformat, each["window"])
        off = [Away(*map(date.fromisoformat, pair)) for pair in each["blackouts"]]
        calendar = Workdays(frozenset(range(7))).without(off)
        assert [(day - first).days for day in calendar.off(first, last)] == expected


def test_case_16_a_weekly_rule_is_the_week() -> None:
    found = case("16-lighthouse-working-calendar")
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    weekly = [1, 4]  # the only ones of every week that hold in the whole window, or never
    for number in weekly:
        each = found["input"]["recurring"][number]
        free = {names.index(day) for day in each["rule"]["weekdays"]}
        first, last = map(date.fromisoformat, each["window"])
        off = Workdays(frozenset(range(7)) - free).off(first, last)
        assert [day.isoformat() for day in off] == found["expected"]["recurring_days"][number]


def test_case_35_capacity_against_demand() -> None:
    found = case("35-capacity-planning-346-8")
    given, expected = found["input"], found["expected"]
    people = [Person(f"p{n}", f"P{n}", capacity=given["availability"]) for n in range(given["team_size"])]
    first, last = START, START + timedelta(days=11)
    time = persondays.total(persondays.of(each, Workdays(), first, last) for each in people)
    hours = given["hours_per_day"]
    assert time.working == given["team_size"] * given["working_days"]
    assert time.working * hours == expected["raw_hours"]
    assert time.available * hours == pytest.approx(expected["available_hours"])
    left = persondays.left(time.available, given["buffer"]) * hours
    assert left == pytest.approx(expected["capacity_hours"])
    assert given["demand_hours"] - int(left) == expected["gap_hours"]


def test_case_35_capacity_of_a_board_whose_past_gives_the_buffer() -> None:
    """Of twenty days that somebody held work, three went to an incident: 15 %."""
    found = case("35-capacity-planning-346-8")
    given, expected = found["input"], found["expected"]
    people = ", ".join(
        f"p{n}: {{name: P{n}, capacity: {given['availability']}}}" for n in range(given["team_size"])
    )
    (two_weeks, *_) = figure(
        "capacity",
        f"""
types: {{project: {{}}, incident: {{planned: false}}}}
people: {{{people}}}
2026-03-02 OPS-1: {{state: doing, type: incident, assignees: [p0]}}
2026-03-04 OPS-1: {{state: done, type: incident, assignees: [p0]}}
2026-03-05 OPS-2: {{state: doing, type: project, assignees: [p0]}}
2026-03-27 OPS-2: {{state: done, type: project, assignees: [p0]}}
today: 2026-03-27
""",
    )["rows"]
    hours = given["hours_per_day"]
    assert two_weeks["working_days"] == given["working_days"]
    assert two_weeks["person_days"] * hours == pytest.approx(expected["available_hours"])
    assert two_weeks["left_person_days"] * hours == pytest.approx(expected["capacity_hours"])


def test_case_39_score_of_a_skill() -> None:
    found = case("39-magennis-skill-coverage")
    assert found["input"]["levels"] == skills.LEVELS
    scores = {
        each["skill"]: skills.score(skills.LEVELS[level] for level in each["levels"])
        for each in found["input"]["skills"]
    }
    assert scores == {each["skill"]: each["score"] for each in found["expected"]["skills"]}
    assert min(scores, key=lambda skill: scores[skill]) == found["expected"]["worst_skill"]


def test_case_40_earned_value() -> None:
    found = case("40-earned-value-bread")
    given, expected = found["input"], found["expected"]
    budget = given["units_total"] * given["unit_budget"]
    earned = money.earned(
        budget, given["units_total"], given["units_planned_by_now"], given["units_done"], given["spent"]
    )
    told = {
        "BAC": earned.budget,
        "PV": earned.planned,
        "EV": earned.earned,
        "AC": earned.spent,
        "SV": earned.schedule_variance,
        "CV": earned.cost_variance,
        "SPI": earned.schedule_index,
        "CPI": earned.cost_index,
        "TCPI": earned.to_complete,
        "EAC": earned.estimate_at_completion,
    }
    assert told == pytest.approx(expected)


def test_case_40_earned_value_of_a_project() -> None:
    """A unit is an item: 120 of 400 are due by now, 80 are done and have cost 3 in all."""
    found = case("40-earned-value-bread")
    given, expected = found["input"], found["expected"]
    total, done, due = given["units_total"], given["units_done"], given["units_planned_by_now"]
    lines = [
        "today: 2026-03-10",
        f"projects: {{PRJ-1: {{title: Bread, budget: {total * given['unit_budget']}}}}}",
    ]
    for n in range(1, total + 1):
        state = f"done, cost: {given['spent'] / done}" if n <= done else "ready"
        lines.append(
            f"OPS-{n}: {{state: {state}, part_of: PRJ-1, due: 2026-03-{'10' if n <= due else '11'}}}"
        )
    (told,) = figure("budget", "\n".join(lines))["earned"]
    keys = {"BAC": "bac", "PV": "pv", "EV": "ev", "AC": "ac", "SV": "sv", "CV": "cv", "EAC": "eac"}
    keys |= {"SPI": "spi", "CPI": "cpi", "TCPI": "tcpi"}
    assert {name: told[key] for name, key in keys.items()} == pytest.approx(expected, abs=found["tolerance"])


# -- case 29: cost of delay ---------------------------------------------------------------------

MONTH_DAYS = 30


def features() -> list[Work]:
    given = case("29-magennis-cost-of-delay-wsjf")["input"]["features"]
    return [
        Work(
            each["id"],
            each["remaining_days"],
            each["value_per_month"] / MONTH_DAYS,
            (each["prerequisite"],) if each["prerequisite"] else (),
        )
        for each in given
    ]


def test_case_29_weights_and_the_order_with_prerequisites() -> None:
    expected = case("29-magennis-cost-of-delay-wsjf")["expected"]
    works = features()
    weights = order.weights(works)
    assert {name: each.own_cost for name, each in weights.items()} == pytest.approx(expected["cod_per_day"])
    assert {name: each.own for name, each in weights.items()} == pytest.approx(
        expected["weight_without_children"]
    )
    assert {name: each.own_cost + each.inherited_cost for name, each in weights.items()} == pytest.approx(
        expected["cod_per_day_with_children"]
    )
    assert {name: each.all for name, each in weights.items()} == pytest.approx(
        expected["weight_with_children"]
    )
    assert [*order.order(works)] == expected["order"]


def test_case_29_the_order_of_a_board() -> None:
    found = case("29-magennis-cost-of-delay-wsjf")
    lines = []
    for each in found["input"]["features"]:
        cost = each["value_per_month"] / MONTH_DAYS
        needs = f", depends_on: [OPS-{each['prerequisite']}]" if each["prerequisite"] else ""
        lines.append(
            f"OPS-{each['id']}: {{state: ready, estimate: {each['remaining_days']}d, cost_of_delay: {cost}{needs}}}"
        )
    lines.append("2026-03-01 OPS-0: {state: dropped}")  # a history, without which there is no order
    rows = figure("order", "\n".join(lines))["rows"]
    assert [row["id"].removeprefix("OPS-") for row in rows] == found["expected"]["order"]
    weights = {row["id"].removeprefix("OPS-"): row["weight"] for row in rows}
    assert weights == pytest.approx(found["expected"]["weight_with_children"], abs=found["tolerance"])


def test_case_29_value_delivered_under_three_orders() -> None:
    found = case("29-magennis-cost-of-delay-wsjf")
    given, expected = found["input"]["schedule"], found["expected"]
    works = {
        name: Work(name, each["duration_months"], each["value_per_month"])
        for name, each in given["features"].items()
    }
    ranks = {
        "biggest value first": lambda work: -work.cost_of_delay,
        "shortest first": lambda work: work.duration_days,
        "CD3 / WSJF": lambda work: -work.cost_of_delay / work.duration_days,
    }
    orders = {name: order.following([*works.values()], rank) for name, rank in ranks.items()}
    assert {name: [*each] for name, each in orders.items()} == expected["schedule_order"]
    assert orders["CD3 / WSJF"] == order.order([*works.values()])
    worth = {
        name: order.delivered(order.schedule(each, works), works, given["months"])
        for name, each in orders.items()
    }
    assert worth == expected["schedule_total_value"]
    cost = {name: order.delay_cost(order.schedule(each, works), works) for name, each in orders.items()}
    everything = given["months"] * sum(work.cost_of_delay for work in works.values())
    assert {name: everything - each for name, each in cost.items()} == worth


# -- case 42: exceptions, as the rules of the board -----------------------------------------------


def exceptions() -> str:
    """The board of the case, in the notation of tests; its items' ids are OPS-1 for A, and so on."""
    given = case("42-agileplace-exceptions")["input"]
    today = date.fromisoformat(given["today"])
    lines = [
        f"today: {given['today']}",
        f"rules: {{stale: {{after: {given['inactive_days'] - 1}d}}}}",
        "expectations: ["
        + ", ".join(
            f"{{type: {name}, within: {days}d, share: 0.5}}"
            for name, days in given["average_cycle_time_by_type"].items()
        )
        + "]",
    ]
    states = {"started": "doing", "backlog": "ready", "archive": "done"}
    steps: list[tuple[str, str]] = []
    for number, each in enumerate(given["items"], 1):
        text = f"state: {states[each['state']]}, type: {each['type']}"
        text += f", due: {each['planned_finish']}" if "planned_finish" in each else ""
        text += ", blocked: {reason: no answer}" if each.get("blocked") else ""
        begun = today - timedelta(days=(each["age_days"] or 1) - 1)
        first = min(begun.isoformat(), each["last_activity"])
        steps.append((first, f"OPS-{number}: {{{text}}}"))
        if first != each["last_activity"]:
            steps.append((each["last_activity"], f"OPS-{number}: {{{text}, labels: [touched]}}"))
    return "\n".join([*lines, *(f"{day} {text}" for day, text in sorted(steps))])


def test_case_42_exceptions_are_findings() -> None:
    expected = case("42-agileplace-exceptions")["expected"]
    facts = facts_in(exceptions())
    found = {
        rule: ["ABCDEF"[int(finding.item[-1]) - 1] for finding in rules.judge(facts, (rule,))]
        for rule in ("overdue", "stale", "over-age")
    }
    assert found == {
        "overdue": expected["missed_finish"],
        "stale": expected["inactive"],
        "over-age": expected["over_average_cycle_time"],
    }
    blocked = ["ABCDEF"[int(name[-1]) - 1] for name, item in facts.board.items.items() if item.blocked]
    assert blocked == expected["blocked"]

"""Did something change, or is this how work always goes?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from opsflow import words
from opsflow.errors import OpsflowError
from opsflow.flow import counts, days, xmr
from opsflow.flow.days import Week, Window
from opsflow.flow.spans import Column
from opsflow.flow.xmr import Limits, Point, Zone
from opsflow.measures import Evidence, Fact, Option, Table, View, _times
from opsflow.measures._whole import whole
from opsflow.measures.query import Query
from opsflow.reading import values

TITLE = "Control chart"
DEFINITIONS = ("process limits", "cycle time", "throughput")
APPLIES = ("count", "minimum", "between", "baseline", "backward")
OPTIONS = (
    Option(
        "of",
        "cycle-time",
        "what is charted: a value for each finished item, or one for each day or full week",
        ("cycle-time", "lead-time", "throughput", "arrivals", "departures", "wip"),
    ),
    Option(
        "per",
        "week",
        "a value for each full week or month, or each day, where items have none",
        ("week", "day", "month"),
    ),
    Option("run", str(xmr.RUN), "how many values in a row on one side of the mean are a signal"),
    Option(
        "zones",
        "2/3:2,4/5:1",
        "how many of how many values in a row, beyond how many standard deviations on one side, are a "
        "signal, such as 3/4:1.5; none: no such are",
    ),
    Option("trend", "0", "how many rising or falling values in a row are a signal; 0: none are"),
    Option("screen", "no", "whether moving ranges that are signals themselves are left out", ("yes", "no")),
    Option("clamp", "yes", "whether a lower limit below 0 becomes 0, and is none", ("yes", "no")),
    Option("centre", "mean", "what the limits lie around", ("mean", "median")),
    Option(
        "range",
        "mean",
        "how far they lie from it: 2.66 mean moving ranges, or 3.145 median ones",
        ("mean", "median"),
    ),
    Option("first", "0", "how many values, the first ones, the limits rest on; 0: those of the baseline"),
    Option("values", "", "values to chart in place of the board's, such as 3,5,2.5"),
)
FACTS = (
    Fact("mean", "Mean", ""),
    Fact("upper", "Upper limit", ""),
    Fact("lower", "Lower limit", ""),
    Fact("signals", "Signals", "values"),
    Fact("n", "Values", "values"),
)
TABLES = (
    Table("signalled", ("label", "on", "value", "rules"), "Signals", last=True),
    Table("rules", ("rule", "meaning"), "What makes a signal"),
    Table("rows", ("label", "on", "value", "moving_range", "rules"), "The last values", last=True, most=15),
)
MOST = 21
"""As many values are listed where not all are wanted: the last."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Value(NamedTuple):
    """A value of the chart."""

    label: str
    """The id of an item, or a day or week."""
    number: int
    """The day that it belongs to."""
    value: float


def view(query: Query) -> View:
    values = charted(query)
    first = int(query.option("first", "0"))
    based = values[:first] if first else [each for each in values if _in(query.baseline, each.number)]
    baseline = [each.value for each in based]
    enough = query.enough(len(baseline), xmr.ENOUGH)
    limits = (
        xmr.limits(
            baseline,
            screen=_yes(query, "screen"),
            clamp=_yes(query, "clamp"),
            median_centre=query.option("centre", "mean") == "median",
            median_range=query.option("range", "mean") == "median",
        )
        if enough
        else None
    )
    points = _points(query, values, limits)
    signals = [place for place, point in enumerate(points) if point.rules]
    shown = range(len(values)) if query.listed else range(max(len(values) - MOST, 0), len(values))
    signalled = _rows(values, points, signals if query.listed else signals[-MOST:])
    return {
        "title": _title(limits, len(signals)),
        "subtitle": f"{_name(query)}, against the limits of {words.count(len(baseline), 'value')}.",
        "read": "Within the limits, nothing special happened: only a change of the system changes it. "
        "Ask about signals alone.",
        "n": len(values),
        "reason": _why(values, baseline, limits, query),
        "of": query.option("of", "cycle-time"),
        "baseline": _baseline(query, len(baseline)),
        "mean": limits.mean if limits else None,
        "mean_range": limits.mean_range if limits else None,
        "upper": limits.upper if limits else None,
        "lower": limits.lower if limits else None,
        "clamped": limits.clamped if limits else None,
        "upper_range": limits.upper_range if limits else None,
        "sigma": limits.sigma if limits else None,
        "near_upper": limits.mean + 2 / 3 * (limits.upper - limits.mean) if limits else None,
        "near_lower": limits.mean - 2 / 3 * (limits.mean - limits.lower) if limits else None,
        "signals": len(signals) if limits else None,
        "rules": [{"rule": rule, "meaning": meaning} for rule, meaning in sorted(_rules(query).items())],
        "signalled": signalled,
        "rows": _rows(values, points, shown),
    }


_NAMES = {
    "cycle-time": "Cycle time of each finished item, first finished first",
    "lead-time": "Lead time of each finished item, first finished first",
    "throughput": "Items finished",
    "arrivals": "Arrivals in work in progress",
    "departures": "Departures from work in progress",
    "wip": "Work in progress",
}


def _name(query: Query) -> str:
    return "Values as given" if query.option("values", "") else _NAMES[query.option("of", "cycle-time")]


def charted(query: Query) -> list[Value]:
    """The values in the order in which they came."""
    what = query.option("of", "cycle-time")
    if query.option("values", ""):
        return _given(query.option("values", ""))
    if what in ("cycle-time", "lead-time"):
        return _of_items(query, what)
    if not query.measured:
        return []
    if what == "wip":
        daily: Sequence[int] = counts.balance(query.came, query.left, query.known)
    elif what == "throughput":
        daily = counts.throughput(query.spans, query.known, query.clock)
    else:
        daily = _DAILY[what](query)
    numbers = query.known.numbers
    if query.option("per", "week") == "day":
        return [
            Value(date.fromordinal(number).isoformat(), number, n)
            for number, n in zip(numbers, daily, strict=True)
        ]
    weeks = _weeks(query)
    if what == "wip":
        last = [daily[week.last.toordinal() - numbers.start] for week in weeks]
    else:
        last = list(days.per_week(tuple(daily), query.known, weeks))
    return [Value(week.name, week.last.toordinal(), n) for week, n in zip(weeks, last, strict=True)]


def _weeks(query: Query) -> list[Week]:
    """The full weeks or months of the window."""
    every = days.periods(query.known, query.ended_on, query.option("per", "week"))
    return [week for week in every if not week.partial]


def _given(text: str) -> list[Value]:
    """Values that somebody writes down, named by their places."""
    found = [values.number(part.strip()) for part in text.split(",")]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        raise OpsflowError(f"The option values is numbers such as 3,5,2.5, and not {text!r}.")
    return [Value(str(place), 0, each) for place, each in enumerate(known, 1)]


_DAILY: Mapping[str, Callable[[Query], Sequence[int]]] = {
    "arrivals": lambda query: days.per_day(query.arrived, query.known),
    "departures": lambda query: days.per_day(query.left, query.known),
}


def _of_items(query: Query, what: str) -> list[Value]:
    begun, ids = _begun(query, what), query.visits.items
    chosen = _chosen(query, what)
    times = query.cycle_times if begun is query.begun else query.lengths(begun, query.over, chosen)
    numbers = query.clock.numbers([query.over[item] or 0.0 for item in chosen])
    return [Value(ids[item], number, time) for item, number, time in zip(chosen, numbers, times, strict=True)]


def _begun(query: Query, what: str) -> Column:
    return query.spans.created if what == "lead-time" else query.begun


def _chosen(query: Query, what: str) -> list[int]:
    """The finished items of the chart, first finished first."""
    return counts.in_order(query.timed(_begun(query, what)), query.over)


def _in(window: Window | None, number: int) -> bool:
    return window is None or number in window.numbers


def _baseline(query: Query, n: int) -> View:
    window = query.baseline or query.window
    return {"from_on": window.first.isoformat(), "to_on": window.last.isoformat(), "n": n}


def _rules(query: Query) -> dict[int, str]:
    """The rules that are held against the values, and what they mean."""
    zones = dict(zip(xmr.ZONE_RULES, map(_meaning, _zones(query)), strict=False))
    trend = {5: "a trend"} if query.option("trend", "0") != "0" else {}
    return {1: "beyond a limit", **zones, 4: "a run on one side of the mean", **trend}


def _zones(query: Query) -> list[Zone]:
    """The zones that are asked for: `2/3:2` is two of three beyond two standard deviations."""
    text = query.option("zones", "")
    if not text:
        return [*xmr.ZONES]
    parts = [] if text == "none" else text.split(",")
    found = [_ZONE.fullmatch(part.strip()) for part in parts]
    zones = [Zone(int(each[1]), int(each[2]), float(each[3])) for each in found if each]
    if len(zones) < len(parts) or not all(0 < each.least <= each.of for each in zones):
        raise OpsflowError(f"The option zones is such as 2/3:2,4/5:1 or none, and not {text!r}.")
    if len(zones) > len(xmr.ZONE_RULES):
        raise OpsflowError(f"The option zones has {len(zones)} rules, and {len(xmr.ZONE_RULES)} are most.")
    return zones


_ZONE = re.compile(r"(\d{1,3})/(\d{1,3}):(\d{1,3}(?:\.\d{1,6})?)", re.ASCII)


def _meaning(zone: Zone) -> str:
    deviations = "standard deviation" if zone.sigmas == 1 else "standard deviations"
    return f"{_said(zone.least)} of {_said(zone.of)} beyond {_said(zone.sigmas)} {deviations}"


def _said(number: float) -> str:
    return NUMBERS[int(number)] if number in range(len(NUMBERS)) else f"{number:g}"


def _points(query: Query, values: Sequence[Value], limits: Limits | None) -> list[Point]:
    """The values with their signals; without limits there are none."""
    numbers = [each.value for each in values]
    if limits is None:
        return [Point(value, None, 0, 0, ()) for value in numbers]
    run = whole(query.option("run", ""), "points in a row", xmr.RUN, 1_000)
    trend = int(query.option("trend", "0"))
    return xmr.points(numbers, limits, run=run, trend=trend, zones=_zones(query))


def _rows(values: Sequence[Value], points: Sequence[Point], places: Sequence[int]) -> list[View]:
    """The values at these places."""
    days_of = [values[place].number for place in places]
    on: Sequence[str | None] = _times.on(days_of) if all(days_of) else [None] * len(days_of)
    return [
        {
            "label": values[place].label,
            "on": day,
            "value": points[place].value,
            "moving_range": points[place].moving_range,
            "run": points[place].run,
            "trend": points[place].trend,
            "rules": list(points[place].rules),
        }
        for place, day in zip(places, on, strict=True)
    ]


def _yes(query: Query, name: str) -> bool:
    default = next(option.default for option in OPTIONS if option.name == name)
    return query.option(name, default) == "yes"


def _title(limits: Limits | None, signals: int) -> str:
    if limits is None:
        return "Too little to say what is usual"
    if not signals:
        return "Nothing special happened: all values are what is usual"
    return f"{words.count(signals, 'value')} {'is' if signals == 1 else 'are'} not what is usual"


def _why(values: Sequence[Value], baseline: Sequence[float], limits: Limits | None, query: Query) -> str:
    if limits is not None:
        return ""
    if not values:
        return query.nothing("There are no values in this time.")
    return f"in the baseline, {query.few(len(baseline), xmr.ENOUGH, 'value', least=2)}"


def behind(query: Query) -> tuple[Evidence, ...]:
    """The items of the chart; of days and full weeks, what was finished, came or left in them."""
    what = query.option("of", "cycle-time")
    if query.option("values", ""):
        return ()
    if what in ("cycle-time", "lead-time"):
        values = charted(query)
        return tuple(
            query.evidence(each.label, "finished", query.over[item] or 0.0, each.value)
            for item, each in zip(_chosen(query, what), values, strict=True)
        )
    ids, flow, window = query.visits.items, query.flow, query.known
    if query.option("per", "week") != "day":
        weeks = _weeks(query)
        if not weeks:
            return ()
        window = Window(weeks[0].first, weeks[-1].last)
    if what == "throughput":
        over = query.spans.finished
        finished = counts.finished(query.spans, window, query.clock)
        return tuple(query.evidence(ids[item], "finished", over[item] or 0.0) for item in finished)
    came = counts.within(flow.start, window, query.clock) if what != "departures" else []
    left = counts.within(flow.end, window, query.clock) if what != "arrivals" else []
    return (
        *(
            query.evidence(ids[flow.item[at]], "arrived", flow.start[at])
            for at in came
            if at not in flow.brought
        ),
        *(query.evidence(ids[flow.item[at]], "left", flow.end[at] or 0.0) for at in left),
    )

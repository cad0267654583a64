"""Is the flow steady enough for its averages to mean something?"""

from __future__ import annotations

from collections.abc import Sequence

from opsflow.flow import counts
from opsflow.flow.counts import Little
from opsflow.flow.days import DAY
from opsflow.measures import Evidence, Fact, Table, View
from opsflow.measures.query import Query

TITLE = "Little's law"
DEFINITIONS = ("work in progress", "arrivals", "departures", "Little's law")
APPLIES = ("minimum", "backward", "by-state")
FACTS = (
    Fact("average_wip", "Average WIP (L)", "items"),
    Fact("arrival_rate_per_day", "Arrivals (Λ)", "a day"),
    Fact("residence_days", "Mean time in progress (w)", "days"),
    Fact("mean_cycle_time_days", "Mean cycle time, elapsed", "days"),
    Fact("throughput_per_day", "Departures (Θ)", "a day"),
    Fact("approximate_cycle_time_days", "Cycle time by L ÷ Θ", "days"),
    Fact("flow_debt_days", "Flow debt", "days"),
)
TABLES = (Table("rows", ("sign", "steady", "value", "what"), "Signs of steady flow"),)
ENOUGH = 5
NEAR = 0.25
"""A gap of up to a quarter is near."""


def view(query: Query) -> View:
    found = counts.little(query.flow, query.start, query.end, query.until)
    begun, over = query.spans.started, query.spans.finished
    times = [((over[item] or 0.0) - (begun[item] or 0.0)) / DAY for item in query.done]
    enough = query.enough(len(times), ENOUGH)
    cycle = sum(times) / len(times) if times and enough else None
    why = query.few(len(times), ENOUGH)
    rows = _signs(query, found, cycle) if query.measured and found.length_days else []
    read = found.area_days / found.departed if found.departed else None
    return {
        "title": _title(rows, cycle),
        "subtitle": "Average work in progress is arrivals times the mean time in progress, exactly. "
        "Its days have 24 hours.",
        "read": "Where mean cycle time is far from the mean time in progress, averages promise too much.",
        "n": len(times),
        "reason": "" if found.length_days else query.nothing("There is no time to measure in."),
        "reasons": ({} if cycle is not None else {"mean_cycle_time_days": why})
        | ({} if found.present else {"residence_days": "nothing was in progress"})
        | ({} if read is not None else {"approximate_cycle_time_days": "nothing left"})
        | (
            {}
            if read is not None and cycle is not None
            else {"flow_debt_days": why if read is not None else "nothing left"}
        ),
        "average_wip": found.average_wip,
        "arrivals": found.present,
        "departures": found.departed,
        "arrival_rate_per_day": found.arrivals_per_day,
        "throughput_per_day": found.departures_per_day,
        "residence_days": found.residence_days,
        "area_item_days": found.area_days,
        "length_days": found.length_days,
        "mean_cycle_time_days": cycle,
        "approximate_cycle_time_days": read,
        "flow_debt_days": read - cycle if read is not None and cycle is not None else None,
        "gap_share": abs(found.residence_days - cycle) / cycle
        if cycle and found.residence_days is not None
        else None,
        "rows": rows,
    }


def _title(rows: Sequence[View], cycle: float | None) -> str:
    """How many of the signs say that flow is steady, of those that are known."""
    known = [row for row in rows if row["steady"] is not None]
    if cycle is None or not known:
        return "Too little is finished to say whether work flows steadily"
    against = sum(not row["steady"] for row in known)
    if against:
        return f"{against} of {len(known)} signs {'says' if against == 1 else 'say'} that flow is not steady"
    return f"All {len(known)} signs say that flow is steady"


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= NEAR * other if other else one == other


def _signs(query: Query, found: Little, cycle: float | None) -> list[View]:
    """What Vacanti asks of a flow whose averages are to be believed; steady None: not known."""
    flow = query.flow
    came = len([begun for begun in flow.arrived if query.start <= begun < query.until])
    left = found.departed
    there = [[flow.start[place] for place in counts.standing(flow, at)] for at in (query.start, query.until)]
    first, last = map(len, there)
    ages = [_mean_age(begun, at) for begun, at in zip(there, (query.start, query.end), strict=True)]
    return [
        _sign(
            "as much arrives as leaves",
            abs(came - left) <= max(0.05 * max(came, left), 2),
            came - left,
            f"{came} came, {left} left",
        ),
        _sign(
            "as much is in progress at the end as at the start",
            abs(last - first) <= max(NEAR * first, 2),
            last - first,
            f"{first} in progress at first, {last} at last",
        ),
        _sign(
            "work in progress does not get older",
            None if ages[0] is None or ages[1] is None else ages[1] <= (1 + NEAR) * ages[0] + 1,
            None if ages[0] is None or ages[1] is None else ages[1] - ages[0],
            "mean age "
            + ", ".join(
                f"{'of nothing' if age is None else f'{age:.1f} days'} at {name}"
                for age, name in zip(ages, ("first", "last"), strict=True)
            ),
        ),
        _sign(
            "cycle time is near the time in progress",
            None if cycle is None or found.residence_days is None else _near(found.residence_days, cycle),
            None if cycle is None or found.residence_days is None else found.residence_days - cycle,
            "not known"
            if cycle is None or found.residence_days is None
            else f"{cycle:.1f} days elapsed, {found.residence_days:.1f} days in progress",
        ),
    ]


def _sign(name: str, steady: bool | None, value: float | None, what: str) -> View:
    return {"sign": name, "steady": steady, "value": value, "what": what}


def _mean_age(begun: Sequence[float], at: float) -> float | None:
    """The mean of the ages, in days of 24 hours, of what stands there at a moment; None of nothing."""
    return (at - sum(begun) / len(begun)) / DAY if begun else None


def behind(query: Query) -> tuple[Evidence, ...]:
    """The times in progress that make the area under WIP, with the days of each that lie in the window."""
    items, flow = query.visits.items, query.flow
    found = []
    for item, begun, over in zip(flow.item, flow.start, flow.end, strict=True):
        if begun < query.until and (over is None or over >= query.start):
            last = query.end if over is None else min(over, query.end)
            days = max(last - max(begun, query.start), 0.0) / DAY
            found.append(query.evidence(items[item], "in progress since", begun, days))
    return tuple(found)

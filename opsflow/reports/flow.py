"""How fast, how steady, where does it queue?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from opsflow import graph, measures, words
from opsflow.flow import counts
from opsflow.flow.days import Window
from opsflow.measures import _marks
from opsflow.measures.query import Query
from opsflow.model import Finding, Limit, order_key
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers
from opsflow.reports._shapes import fact as _fact

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Flow"
CFD_DAYS = 120
DATED = ("cycle_time", "throughput", "wip", "net_flow")
"""Figures of the window whose charts have days or weeks across."""
RECENT_WEEKS = 4
LOOK_BACK_DAYS = 42
"""How far back work in progress is compared: six weeks."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    before = _before(numbers)
    figures = {
        "cycle_time": _cycle_time(numbers, before),
        "throughput": _figure(numbers, "throughput", weeks="rows"),
        "wip": {**_figure(numbers, "wip", days="rows"), "limit": _limit(numbers)},
        "cfd": _cfd(numbers),
        "net_flow": _figure(numbers, "net-flow", weeks="rows"),
        "blocked": _blocked(numbers),
        "expectations": _figure(numbers, "expectations"),
        "discarded": _figure(numbers, "discarded"),
    }
    key_figures = _facts(numbers, figures)
    little = _little(numbers)
    if not numbers.measured:
        known = figures["blocked"]["open"]
        figures = {name: {**measures.emptied(figure), "reasons": {}} for name, figure in figures.items()}
        figures["blocked"]["open"] = known
        little = measures.emptied(little)
    marks = _marks.view(numbers.facts, numbers.last(max(CFD_DAYS, len(numbers.window))))
    windows = {**dict.fromkeys(DATED, numbers.window), "cfd": numbers.last(CFD_DAYS)}
    for name, window in windows.items():
        first = window.first.isoformat()
        figures[name]["marks"] = [mark for mark in marks if mark["day_on"] >= first]
    return {
        **_head(numbers),
        "window": shapes.window_view(numbers, numbers.window),
        "before": shapes.window_view(numbers, before) if before else None,
        "facts": key_figures,
        "figures": list(figures),
        **figures,
        "little": little,
        "marks": marks,
    }


def _head(numbers: Numbers) -> View:
    window, query, n = numbers.window, numbers.query, len(numbers.query.finished)
    waited = len(query.timed(query.spans.created))
    over = len(counts.within(query.spans.finished, window, query.clock))
    return shapes.head(
        numbers,
        "flow",
        TITLE,
        (__doc__ or "").strip(),
        (
            ("started", None, None),
            ("finished", None, None),
            ("cycle time", window, n),
            ("lead time", window, waited),
            ("percentile", window, n),
            ("throughput", window, over),
            ("work in progress", window, None),
            ("arrivals", window, None),
            ("departures", window, None),
            ("net flow", window, None),
            ("cumulative flow", numbers.last(CFD_DAYS), None),
            ("rework", numbers.last(CFD_DAYS), None),
            ("blocked time", window, None),
            ("flow efficiency", window, n),
            ("expectation", window, n),
            ("unplanned work", window, over),
            ("discarded", window, None),
            ("Little's law", window, None),
        ),
    )


def _figure(numbers: Numbers, name: str, query: Query | None = None, **renamed: str) -> View:
    """The figure of a measure, as its page has it: `weeks="rows"` calls its rows weeks."""
    found = measures.figure(name, query or numbers.query)
    for key, own in renamed.items():
        found[key] = found.pop(own)
    return {"key": name.replace("-", "_"), **found}


def _before(numbers: Numbers) -> Window | None:
    """The window of equal length before the one that is shown; None where history does not reach back."""
    before = numbers.window.before()
    return before if numbers.since is not None and before.first >= numbers.since else None


# -- figures that the page adds to ----------------------------------------------------------------


def _cycle_time(numbers: Numbers, before: Window | None) -> View:
    query = numbers.query
    found = _figure(numbers, "cycle-time", points="rows")
    lead = {row["id"]: row["days"] for row in measures.figure("lead-time", query)["rows"]}
    earlier = measures.figure("cycle-time", replace(query, window=before)) if before else None
    p95 = found["p95_days"]
    moments = [(query.spans.started[item], query.spans.finished[item]) for item in query.finished]
    points = zip(found["points"], moments, strict=True)
    return {
        **found,
        "percentiles": shapes.percentiles_of(found),
        "percentiles_before": shapes.percentiles_of(earlier),
        "points": [
            {
                **{key: point[key] for key in ("id", "title", "type", "class", "finished_on")},
                "planned": numbers.planned(point["id"]),
                "started_at": shapes.second(started),
                "finished_at": shapes.second(finished),
                "cycle_time_days": point["days"],
                "lead_time_days": lead.get(point["id"]),
                "outlier": p95 is not None and point["days"] > p95,
            }
            for point, (started, finished) in points
        ],
    }


def _limit(numbers: Numbers) -> int | None:
    """What the board allows in progress in all; None where it does not say."""
    limits = [limit.max for limit, _ in numbers.limits if _of_all(limit)]
    return next((most for most in limits if most is not None), None)


def _of_all(limit: Limit) -> bool:
    """Whether a limit counts all work in progress."""
    return not (limit.states or limit.per or graph.selectors(limit))


def _cfd(numbers: Numbers) -> View:
    """What stands in each state, since the window began: the finished begin at 0."""
    window = numbers.last(CFD_DAYS)
    found = _figure(numbers, "cfd", replace(numbers.query, window=window))
    del found["rows"], found["standing"]
    names = [state["state"] for state in found["states"]]
    bands = found["bands"]
    lines = {
        name: [sum(column) for column in zip(*(bands[later] for later in names[place:]), strict=True)]
        for place, name in enumerate(names)
    }
    return {**found, "window": shapes.window_view(numbers, window), "lines": lines}


def _blocked(numbers: Numbers) -> View:
    """What is blocked now is known from the board alone."""
    found = _figure(numbers, "blocked")
    if numbers.measured:
        return found
    standing = [
        {
            "id": item.id,
            "title": item.title,
            "reason": item.blocked.reason,
            "by_name": shapes.mover(numbers, item.blocked.by),
            "age_days": None,
        }
        for item in numbers.open
        if item.blocked is not None
    ]
    return {**found, "open": sorted(standing, key=lambda row: order_key(str(row["id"])))}


def _little(numbers: Numbers) -> View:
    found = measures.figure("littles-law", numbers.query)
    known = found["mean_cycle_time_days"] is not None
    reason = found["reason"] or found["reasons"].get("mean_cycle_time_days", "")
    against = "; ".join(row["what"] for row in found["rows"] if row["steady"] is False)
    sentence = f"{found['title']}: {against}." if against else f"{found['title']}."
    return {**found, "sentence": sentence if known else "", "reason": reason}


# -- key figures --------------------------------------------------------------------------------


def _facts(numbers: Numbers, figures: Mapping[str, View]) -> list[View]:
    found = [
        _finished_fact(figures["throughput"]),
        _cycle_fact(figures["cycle_time"]),
        _wip_fact(figures["wip"]),
        _unplanned_fact(numbers),
        _blocked_fact(figures["blocked"]),
        _efficiency_fact(numbers),
    ]
    if numbers.facts.board.expectations:
        found.append(_expected_fact(figures["expectations"]))
    return found if numbers.measured else [_unmeasured(numbers, fact) for fact in found]


def _unmeasured(numbers: Numbers, fact: View) -> View:
    """A key figure without a history: what the board itself shows is known, the rest is not."""
    if fact["key"] in ("wip", "blocked"):
        return {**fact, "note": ""}
    return {**fact, "value": None, "note": "", "n": None, "reason": numbers.facts.gap}


def _share(key: str, title: str, figure: Mapping[str, Any], of: str, note: str, n: int, reason: str) -> View:
    """A share as whole per cent."""
    value = None if figure[of] is None else round(100 * figure[of])
    return _fact(key, title, value, "%", note, n, reason)


def _finished_fact(figure: View) -> View:
    full = [week["count"] for week in figure["weeks"] if not week["partial"]]
    recent = full[-RECENT_WEEKS:]
    note = (
        f"{sum(recent) / len(recent):.4g} in the last {RECENT_WEEKS} full weeks"
        if len(full) > len(recent)
        else ""
    )
    reason = figure["reasons"].get("mean_week", "")
    return _fact("throughput", "Finished", figure["mean_week"], "a week", note, figure["n"], reason)


def _cycle_fact(figure: View) -> View:
    now = next(row for row in figure["percentiles"]["rows"] if row["p"] == 85)
    then = next(row for row in figure["percentiles_before"]["rows"] if row["p"] == 85)
    note, better = "", None
    if now["days"] is not None and then["days"] is not None:
        change = then["days"] - now["days"]
        better = change > 0 if change else None
        length = words.count(abs(change), "day")
        note = (
            f"{length} {'better' if change > 0 else 'worse'} than before" if change else "the same as before"
        )
    title = "Cycle time, 85% within"
    unit = "day" if now["days"] == 1 else "days"
    return _fact("cycle-time", title, now["days"], unit, note, figure["n"], now["reason"], better)


def _wip_fact(figure: View) -> View:
    now, series = figure["now"], figure["days"]
    then = series[-1 - LOOK_BACK_DAYS]["wip"] if len(series) > LOOK_BACK_DAYS else None
    note = f"was {then} six weeks ago" if then is not None else ""
    better = None if then is None or then == now else now < then
    return _fact("wip", "In flow", now, "item" if now == 1 else "items", note, now, "", better)


def _unplanned_fact(numbers: Numbers) -> View:
    figure = measures.figure("unplanned", numbers.query)
    row = next(row for row in figure["rows"] if row["way"] == "items")
    of = "person-days" if figure["time_by"] == "person-days" else "days in progress"
    note = f"of {of}; by count, {row['unplanned']} of {row['all']} items"
    reason = figure["reasons"].get("time_share", "")
    return _share("unplanned", "Unplanned", figure, "time_share", note, figure["n"], reason)


def _blocked_fact(figure: View) -> View:
    so_far = sum(row["age_days"] or 0 for row in figure["open"])
    note = f"{words.count(so_far, 'day')} so far" if so_far else ""
    n = len({row["id"] for row in figure["open"]})
    return _fact("blocked", "Blocked now", n, "item" if n == 1 else "items", note, n)


def _efficiency_fact(numbers: Numbers) -> View:
    figure = measures.figure("flow-efficiency", numbers.query)
    note = "time not waiting or blocked, of all time from start to finish"
    return _share("efficiency", "Flow efficiency", figure, "share", note, figure["n"], figure["reason"])


def _expected_fact(figure: View) -> View:
    note = f"{figure['kept']} of {figure['n']} finished items"
    reason = figure["reasons"].get("kept_share", "")
    return _share("expectation", "Within expectation", figure, "kept_share", note, figure["n"], reason)

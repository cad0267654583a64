"""How fast, how steady, where does it queue?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from opsflow import graph, words
from opsflow.flow import blocked, cfd, counts, days, efficiency, expectation, percentiles, spans
from opsflow.flow.days import Week, Window
from opsflow.flow.spans import ItemSpan
from opsflow.model import Finding, Kind, Limit, order_key
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Flow"
CFD_DAYS = 120
DAY = timedelta(days=1)
RECENT_WEEKS = 4
LOOK_BACK_DAYS = 42
"""How far back work in progress is compared: six weeks."""
UNKNOWN = "Not known without the history"


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    figures = {
        "cycle_time": _cycle_time(numbers),
        "throughput": _throughput(numbers),
        "wip": _wip(numbers),
        "cfd": _cfd(numbers),
        "net_flow": _net_flow(numbers),
        "blocked": _blocked(numbers),
        "expectations": _expectations(numbers),
        "discarded": _discarded(numbers),
    }
    before = _before(numbers)
    return {
        **_head(numbers),
        "window": shapes.window_view(numbers, numbers.window),
        "before": shapes.window_view(numbers, before) if before else None,
        "facts": _facts(numbers, figures),
        "figures": list(figures),
        **figures,
        "little": _little(numbers),
    }


def _head(numbers: Numbers) -> View:
    window, n = numbers.window, len(numbers.finished)
    return shapes.head(
        numbers,
        "flow",
        TITLE,
        (__doc__ or "").strip(),
        (
            ("started", None, None),
            ("finished", None, None),
            ("cycle time", window, n),
            ("lead time", window, n),
            ("percentile", window, n),
            ("throughput", window, n),
            ("work in progress", window, None),
            ("arrivals", window, None),
            ("departures", window, None),
            ("net flow", window, None),
            ("cumulative flow", numbers.last(CFD_DAYS), None),
            ("rework", numbers.last(CFD_DAYS), None),
            ("blocked time", window, None),
            ("flow efficiency", window, n),
            ("expectation", window, n),
            ("unplanned share", window, n),
            ("discarded", window, None),
            ("Little's law", window, None),
        ),
    )


def _figure(
    numbers: Numbers, key: str, title: str, subtitle: str, read: str, n: int, reason: str, **data: Any
) -> View:
    """A figure: its finding as title, how to act on it, and its data."""
    if not numbers.measured:
        title, reason = UNKNOWN, numbers.facts.gap
    return {"key": key, "title": title, "subtitle": subtitle, "read": read, "n": n, "reason": reason, **data}


def _before(numbers: Numbers) -> Window | None:
    """The window of equal length before the one that is shown; None where history does not reach back."""
    before = numbers.window.before()
    return before if numbers.since is not None and before.first >= numbers.since else None


def _finished(numbers: Numbers, window: Window) -> tuple[ItemSpan, ...]:
    facts = numbers.facts
    return counts.finished(facts.spans.values(), window, facts.zone)


# -- cycle time ---------------------------------------------------------------------------------


def _cycle_time(numbers: Numbers) -> View:
    finished, times = numbers.finished, numbers.times_of(numbers.finished)
    before = _before(numbers)
    earlier = numbers.times_of(_finished(numbers, before)) if before else ()
    p85, p95 = percentiles.days(times, 85), percentiles.days(times, 95)
    if p85 is not None:
        title = f"85% of work is done within {words.count(p85, 'day')}"
    else:
        title = "Too little is finished to say how long work takes"
    n, length = len(finished), len(numbers.window)
    return _figure(
        numbers,
        "cycle_time",
        title,
        f"Each mark is one finished item. {words.count(n, 'item')} in {words.count(length, 'day')}.",
        "Promise new work with the 85% line, not with the average. Ask what happened above the 95% line.",
        n,
        "" if n else "Nothing was finished in this time.",
        percentiles=shapes.percentile_rows(times),
        percentiles_before=shapes.percentile_rows(earlier),
        points=[_point(numbers, span, time, p95) for span, time in zip(finished, times, strict=True)],
        at_once=sum(span.started == span.finished for span in finished),
    )


def _point(numbers: Numbers, span: ItemSpan, time: int, p95: int | None) -> View:
    zone = numbers.facts.zone
    lead = spans.lead_time_days(span, zone)
    return {
        "id": span.item,
        "title": numbers.title_of(span.item),
        "type": numbers.type_of(span.item),
        "class": numbers.class_of(span.item),
        "planned": numbers.planned(span.item),
        "finished_on": shapes.on(days.day(span.finished, zone)) if span.finished else None,
        "finished_at": shapes.moment(span.finished),
        "started_at": shapes.moment(span.started),
        "cycle_time_days": time,
        "lead_time_days": None if lead is None else int(lead),
        "outlier": p95 is not None and time > p95,
    }


# -- counts -------------------------------------------------------------------------------------


def _throughput(numbers: Numbers) -> View:
    facts, window = numbers.facts, numbers.window
    weeks = days.weeks(window, facts.today) if numbers.measured else ()
    planned = [span for span in numbers.finished if numbers.planned(span.item)]
    daily = counts.throughput(numbers.finished, window, facts.zone)
    total = days.per_week(daily, window, weeks)
    of_planned = days.per_week(counts.throughput(planned, window, facts.zone), window, weeks)
    rows = [
        {**_week(week), "count": n, "planned": plan, "unplanned": n - plan, "partial": week.partial}
        for week, n, plan in zip(weeks, total, of_planned, strict=True)
    ]
    full = [n for week, n in zip(weeks, total, strict=True) if not week.partial]
    return _figure(
        numbers,
        "throughput",
        _throughput_title(len(numbers.finished), full),
        f"Items finished per week, Monday to Sunday, over {words.count(len(full), 'full week')}.",
        "Plan with what was finished, week by week, not with the best week. Pale weeks are not complete.",
        len(numbers.finished),
        "" if numbers.finished else "Nothing was finished in this time.",
        weeks=rows,
        days=_daily(numbers, "count", window, daily),
        median_week=float(median(full)) if full else None,
        mean_week=round(sum(full) / len(full), 1) if full else None,
    )


def _week(week: Week) -> View:
    return {"week": week.name, "from_on": shapes.on(week.first), "to_on": shapes.on(week.last)}


def _throughput_title(n: int, full: Sequence[int]) -> str:
    """What the middle half of the full weeks has, or more of them."""
    if len(full) < 2 or n == 0:
        return f"{words.count(n, 'item')} finished so far"
    ordered = sorted(full)
    low, high = ordered[len(ordered) // 4], ordered[-(len(ordered) // 4) - 1]
    amount = words.count(high, "item") if low == high else f"{low} to {high} items"
    return f"In most weeks, {amount} {'is' if low == high == 1 else 'are'} finished"


def _daily(numbers: Numbers, what: str, window: Window, series: Sequence[int]) -> list[View]:
    """One number a day; nothing where there is no history to count in."""
    if not numbers.measured:
        return []
    return [{"day_on": shapes.on(day), what: n} for day, n in zip(window.days(), series, strict=True)]


def _wip(numbers: Numbers) -> View:
    facts, window = numbers.facts, numbers.window
    series = counts.wip(facts.spans.values(), window, facts.zone)
    limits = [limit.max for limit, _ in numbers.limits if _of_all(limit)]
    now = len(numbers.in_progress)
    return _figure(
        numbers,
        "wip",
        _wip_title(now, series),
        "Items in progress at the end of each day; today, so far.",
        "More in progress means that each item takes longer. Finish before you begin.",
        now,
        "",
        days=_daily(numbers, "wip", window, series),
        limit=next((most for most in limits if most is not None), None),
    )


def _of_all(limit: Limit) -> bool:
    """Whether a limit counts all work in progress."""
    return not (limit.states or limit.per or graph.selectors(limit))


def _wip_title(now: int, series: Sequence[int]) -> str:
    said = f"{words.count(now, 'item')} {'is' if now == 1 else 'are'} in progress"
    if len(series) <= LOOK_BACK_DAYS:
        return said
    then = series[-1 - LOOK_BACK_DAYS]
    change = "as many as" if now == then else f"{abs(now - then)} {'more' if now > then else 'fewer'} than"
    return f"{said}, {change} six weeks ago"


def _net_flow(numbers: Numbers) -> View:
    facts, window = numbers.facts, numbers.window
    weeks = days.weeks(window, facts.today) if numbers.measured else ()
    came = days.per_week(counts.arrivals(facts.spans.values(), window, facts.zone), window, weeks)
    left = days.per_week(counts.departures(facts.spans.values(), window, facts.zone), window, weeks)
    net = sum(came) - sum(left)
    if net == 0:
        title = "As much work is begun as leaves"
    else:
        title = f"{abs(net)} more {'came in than left' if net > 0 else 'left than came in'}"
    return _figure(
        numbers,
        "net_flow",
        title,
        "Arrivals in work in progress, and departures from it, per week.",
        "Above zero, work in progress grows. Begin less until it shrinks.",
        sum(came),
        "" if any((*came, *left)) else "Nothing was begun or finished in this time.",
        weeks=[
            {**_week(week), "arrivals": a, "departures": d, "net": a - d, "partial": week.partial}
            for week, a, d in zip(weeks, came, left, strict=True)
        ],
    )


def _discarded(numbers: Numbers) -> View:
    facts = numbers.facts
    dropped = counts.discarded(facts.spans.values(), numbers.window, facts.zone)
    rows: list[View] = [
        {
            "id": span.item,
            "title": numbers.title_of(span.item),
            "discarded_on": shapes.on(days.day(span.discarded, facts.zone)) if span.discarded else None,
            "days_spent": spans.spent_days(span, facts.zone),
        }
        for span in reversed(dropped)
    ]
    spent = sum(row["days_spent"] or 0 for row in rows)
    if rows:
        amount = words.count(len(rows), "item")
        title = f"{amount} dropped after {words.count(spent, 'day')} in progress"
    else:
        title = "Nothing that was begun has been dropped"
    return _figure(
        numbers,
        "discarded",
        title,
        "Items dropped or deleted after work on them had begun.",
        "Ask early whether something is still wanted.",
        len(rows),
        "" if rows else "Nothing was dropped in this time.",
        rows=rows,
    )


# -- cumulative flow ----------------------------------------------------------------------------


def _cfd(numbers: Numbers) -> View:
    facts = numbers.facts
    window = numbers.last(CFD_DAYS)
    empty: Mapping[str, Any] = {"states": [], "days": [], "lines": {}, "bands": {}, "rework": []}
    subtitle = (
        f"Cumulative flow over {words.count(len(window), 'day')}. The height of a band is the items there."
    )
    read = "Even bands mean steady flow. A band that widens is where work queues."
    shown = shapes.window_view(numbers, window)
    if facts.history is None:
        title = "Cumulative flow is not known"
        return _figure(numbers, "cfd", title, subtitle, read, 0, facts.gap, window=shown, base=0, **empty)
    found = cfd.of(facts.board, facts.history, facts.spans, window, facts.zone)
    names = [state.name for state in found.states]
    bands = dict(zip(names, found.bands, strict=True))
    over = [
        position for position, state in enumerate(found.states) if state.kind in (Kind.DONE, Kind.DISCARDED)
    ]
    base = found.before[over[0]] if over else 0
    n = found.lines[0][-1] if found.lines else 0
    return _figure(
        numbers,
        "cfd",
        _cfd_title(numbers, found),
        subtitle,
        read,
        n,
        "" if n else "Nothing has been begun yet.",
        window=shown,
        states=[_cfd_state(numbers, state.name, state.title) for state in found.states],
        days=[shapes.on(day) for day in window.days()],
        lines={
            name: [sum(column) for column in zip(*(bands[later] for later in names[position:]), strict=True)]
            for position, name in enumerate(names)
        },
        bands={name: list(band) for name, band in bands.items()},
        base=base,
        rework=_rework(numbers, window),
    )


def _cfd_state(numbers: Numbers, name: str, title: str) -> View:
    """A state of the diagram; the discarded have one even where the workflow has none."""
    if name in numbers.states:
        return shapes.state(numbers, name)
    return {"state": name, "title": title, "kind": Kind.DISCARDED.value}


def _cfd_title(numbers: Numbers, found: cfd.Cfd) -> str:
    """Which band has widened most since the window began."""
    grown = [
        (band[-1] - band[0], state)
        for state, band in zip(found.states, found.bands, strict=True)
        if band and state.kind not in (Kind.DONE, Kind.DISCARDED)
    ]
    most = max((growth for growth, _ in grown), default=0)
    if most < 2:
        return "No band has widened: work flows evenly"
    name = next(state.name for growth, state in grown if growth == most)
    title = shapes.state(numbers, name)["title"]
    return f"{title} has grown by {words.count(most, 'item')}"


def _rework(numbers: Numbers, window: Window) -> list[View]:
    facts = numbers.facts
    if facts.history is None:
        return []
    return [
        {
            "id": each.item,
            "title": numbers.title_of(each.item),
            "from": shapes.state(numbers, each.before),
            "to": shapes.state(numbers, each.after),
            "fell_on": shapes.on(days.day(each.fell, facts.zone)),
            "recovered_on": shapes.on(days.day(each.recovered, facts.zone)) if each.recovered else None,
            "days": days.inclusive(each.fell, each.recovered or facts.now, facts.zone),
        }
        for each in cfd.rework(facts.board, facts.history, facts.spans, window, facts.zone)
    ]


# -- blocked, expected, stable ------------------------------------------------------------------


def _blocked(numbers: Numbers) -> View:
    facts = numbers.facts
    start = days.midnight(numbers.window.first, facts.zone)
    stories = facts.history.stories.values() if facts.history else ()
    causes = blocked.causes(stories, start, facts.now)
    rows = [
        {
            "cause": shapes.mover(numbers, each.cause),
            "days": round(each.elapsed / DAY, 1),
            "times": each.times,
            "now": each.now,
        }
        for each in causes
    ]
    standing = [
        {
            "id": item.id,
            "title": item.title,
            "reason": item.blocked.reason,
            "by_name": shapes.mover(numbers, item.blocked.by),
            "days": numbers.days_since(numbers.blocked_since(item.id)),
        }
        for item in numbers.open
        if item.blocked is not None
    ]
    if rows:
        title = f"{rows[0]['cause']} has cost the most: {rows[0]['days']:g} of {_sum(rows)} blocked days"
        title = title[:1].upper() + title[1:]
    else:
        title = "Nothing was blocked"
    return _figure(
        numbers,
        "blocked",
        title,
        f"Days that items stood blocked in {words.count(len(numbers.window), 'day')}, by cause.",
        "Take the top cause to whoever can remove it for good.",
        sum(each.times for each in causes),
        "" if rows or standing else "Nothing was blocked in this time.",
        causes=rows,
        open=sorted(standing, key=lambda row: (-(row["days"] or 0), order_key(str(row["id"])))),
    )


def _sum(rows: Sequence[View]) -> str:
    return f"{round(sum(row['days'] for row in rows), 1):g}"


def _expectations(numbers: Numbers) -> View:
    rows: list[View] = []
    for each, times in numbers.times_by_expectation.items():
        found = expectation.kept(each, times)
        enough = found.n >= expectation.ENOUGH
        rows.append(
            {
                **shapes.expected(each),
                "kept_share": shapes.share(found.share) if enough else None,
                "kept": found.kept,
                "n": found.n,
                "reason": "" if enough else _too_few(found.n),
                "met": found.share >= each.share if enough and found.share is not None else None,
            }
        )
    missed = sum(row["met"] is False for row in rows)
    if not rows:
        title = "The board has no expectations"
    elif all(row["met"] is None for row in rows):
        title = "Too little is finished to judge the expectations"
    elif missed:
        title = f"{words.count(missed, 'expectation')} {'is' if missed == 1 else 'are'} not kept"
    else:
        title = "All expectations are kept"
    return _figure(
        numbers,
        "expectations",
        title,
        "Share of finished items within the time that was promised.",
        "Where an expectation is not kept, promise less or let less in.",
        sum(row["n"] for row in rows),
        "" if rows else "opsflow.yaml has no `expectations:`.",
        rows=rows,
    )


def _little(numbers: Numbers) -> View:
    facts = numbers.facts
    start = days.midnight(numbers.window.first, facts.zone)
    found = counts.little(facts.spans.values(), start, facts.now)
    times = [spans.cycle_time_days(span, facts.zone, days.Count.ELAPSED) or 0.0 for span in numbers.finished]
    cycle = sum(times) / len(times) if times else None
    residence = found.residence_days
    enough = len(times) >= expectation.ENOUGH
    if cycle is None or residence is None or found.average_wip is None or not enough:
        reason = _too_few(len(times)) if numbers.measured else facts.gap
        return {
            **dict.fromkeys(
                ("average_wip", "arrival_rate_per_day", "residence_days", "mean_cycle_time_days")
            ),
            "sentence": "",
            "reason": reason,
        }
    gap = abs(residence - cycle) / cycle if cycle else 0.0
    steady = "near" if gap <= 0.25 else "far from"
    return {
        "average_wip": round(found.average_wip, 2),
        "arrival_rate_per_day": round(found.arrivals_per_day or 0.0, 3),
        "residence_days": round(residence, 2),
        "mean_cycle_time_days": round(cycle, 2),
        "sentence": f"Mean cycle time ({cycle:.1f} days) is {steady} the mean time in progress "
        f"({residence:.1f} days), so work {'flows' if steady == 'near' else 'does not flow'} steadily.",
        "reason": "",
    }


# -- key figures --------------------------------------------------------------------------------


def _facts(numbers: Numbers, figures: Mapping[str, View]) -> list[View]:
    found = [
        _finished_fact(figures["throughput"]),
        _cycle_fact(figures["cycle_time"]),
        _wip_fact(numbers, figures["wip"]),
        _unplanned_fact(numbers),
        _blocked_fact(numbers),
        _efficiency_fact(numbers),
    ]
    if numbers.facts.board.expectations:
        found.append(_expected_fact(figures["expectations"]))
    return found if numbers.measured else [_unmeasured(numbers, fact) for fact in found]


def _unmeasured(numbers: Numbers, fact: View) -> View:
    """A key figure without a history: what the board itself shows is known, the rest is not."""
    if fact["key"] in ("wip", "blocked"):
        return {**fact, "note": ""}
    return {**fact, "value": None, "note": "", "reason": numbers.facts.gap}


def _too_few(n: int) -> str:
    return f"{words.count(n, 'finished item')}, {expectation.ENOUGH} are needed"


def _fact(
    key: str,
    title: str,
    value: float | None,
    unit: str,
    note: str,
    n: int,
    reason: str = "",
    better: bool | None = None,
) -> View:
    return {
        "key": key,
        "title": title,
        "value": value,
        "unit": unit,
        "note": note,
        "better": better,
        "reason": reason,
        "n": n,
    }


def _finished_fact(figure: View) -> View:
    full = [week["count"] for week in figure["weeks"] if not week["partial"]]
    recent = full[-RECENT_WEEKS:]
    note = (
        f"{sum(recent) / len(recent):.1f} in the last {RECENT_WEEKS} full weeks"
        if len(full) > len(recent)
        else ""
    )
    reason = "" if full else "no full week yet"
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


def _wip_fact(numbers: Numbers, figure: View) -> View:
    now = len(numbers.in_progress)
    series = figure["days"]
    then = series[-1 - LOOK_BACK_DAYS]["wip"] if len(series) > LOOK_BACK_DAYS else None
    note = f"was {then} six weeks ago" if then is not None else ""
    better = None if then is None or then == now else now < then
    return _fact("wip", "In progress", now, "item" if now == 1 else "items", note, now, "", better)


def _unplanned_fact(numbers: Numbers) -> View:
    n = len(numbers.finished)
    unplanned = sum(not numbers.planned(span.item) for span in numbers.finished)
    enough = n >= expectation.ENOUGH
    reason = "" if enough else _too_few(n)
    value = round(100 * unplanned / n) if enough else None
    return _fact("unplanned", "Unplanned", value, "%", f"{unplanned} of {n} finished items", n, reason)


def _blocked_fact(numbers: Numbers) -> View:
    standing = [item for item in numbers.open if item.blocked is not None]
    so_far = [numbers.days_since(numbers.blocked_since(item.id)) or 0 for item in standing]
    note = f"{words.count(sum(so_far), 'day')} so far" if sum(so_far) else ""
    n = len(standing)
    return _fact("blocked", "Blocked now", n, "item" if n == 1 else "items", note, n)


def _efficiency_fact(numbers: Numbers) -> View:
    facts = numbers.facts
    stories = facts.history.stories if facts.history else {}
    found = efficiency.of(facts.board, stories, numbers.finished)
    if not found.configured:
        reason = "not configured: no state is of kind waiting, and nothing was blocked"
    elif found.n < expectation.ENOUGH:
        reason = _too_few(found.n)
    else:
        reason = "" if found.share is not None else "no time between start and finish"
    value = round(100 * found.share) if found.share is not None and not reason else None
    note = "time not waiting or blocked, of all time from start to finish"
    return _fact("efficiency", "Flow efficiency", value, "%", note, found.n, reason)


def _expected_fact(figure: View) -> View:
    kept, n = sum(row["kept"] for row in figure["rows"]), figure["n"]
    enough = n >= expectation.ENOUGH
    reason = "" if enough else _too_few(n)
    value = round(100 * kept / n) if enough else None
    return _fact("expectation", "Within expectation", value, "%", f"{kept} of {n} finished items", n, reason)

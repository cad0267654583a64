"""The charts: what is drawn of each figure. plot.py says how a drawing comes about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from typing import Any

from opsflow.site import plot, svg, words
from opsflow.site.plot import Chart, Link, Row, Scale, Size, Spec

DASHES = {50: (2, 3), 85: (6, 3), 95: ()}
"""Line styles of the percentiles, everywhere."""
MANY = 300
"""From here on marks in one place become one, and those of a phone say nothing of their own."""
UNIT_WIDE = 60
"""A unit above the plot needs so many px."""
TOO_MANY = 900
"""From here on no mark is linked: the table is the better way in, and the page stays light."""


# -- cycle times ----------------------------------------------------------------------------------


def scatter(figure: Row, window: Row, zone: tzinfo, link: Link) -> Chart:
    """Cycle times of finished items over the days on which they were finished."""
    rows = [row for row in figure["percentiles"]["rows"] if row["days"] is not None]
    start, end = date.fromisoformat(window["from_on"]), date.fromisoformat(window["to_on"])
    points = _finished(figure["points"], zone, link)
    longest = max((point["y"] for point in points), default=1)
    usual = next((row["days"] for row in rows if row["p"] == 85), longest)
    scale = plot.long_tailed(longest) if longest > 10 * usual else plot.scale(longest * 1.04)

    def layers(size: Size) -> list[Spec]:
        x, y = plot.days(start, end, size, whole=True), scale.axis()
        changed = _changes(figure, start, end + timedelta(days=1), size)
        within = "within" if size.wide and longest < 1000 else "in"
        labels = [
            (scale.at(row["days"], size), f"{row['p']}% {within} {words.number(row['days'])} d")
            for row in rows
        ]
        names = _outlier_names(figure["points"], scale, size, start, end, zone)
        return [
            _marks("planned", points, size, x, y),
            _marks("unplanned", points, size, x, y),
            *(plot.level(scale.at(row["days"], size), size, DASHES[row["p"]]) for row in rows),
            *plot.marks(changed, size),
            plot.beside("lead", labels, size),
            *(plot.text("names", rows, align) for align, rows in names if rows),
            *(() if changed and changed[0][0] < UNIT_WIDE else (plot.unit("days"),)),
        ]

    said = words.listed([f"{row['p']} percent within {row['days']}" for row in rows])
    return Chart(
        "cycle-time",
        "Cycle time of finished work",
        f"{len(figure['points'])} finished items; higher is slower.{f' {said} days.' if said else ''}",
        layers,
        *plot.sizes((124, 106) if longest >= 1000 else (108, 82)),
    )


def _outlier_names(
    points: Sequence[Row], scale: Scale, size: Size, start: date, end: date, zone: tzinfo
) -> list[tuple[str, list[Spec]]]:
    """The names of the outliers, each beside its mark: on the left where the right has no room."""
    first, last = plot.ms(start), plot.ms(end + timedelta(days=1))
    named: list[tuple[str, list[Spec]]] = [("left", []), ("right", [])]
    for point in _outliers(points, scale, size):
        x = size.across * (plot.clock_ms(point["finished_at"], zone) - first) / (last - first)
        on_the_left = x + 10 + 7.3 * len(point["id"]) > size.across
        row = {"px": x + (-7 if on_the_left else 7), "py": scale.at(point["cycle_time_days"], size) + 4}
        named[on_the_left][1].append({**row, "t": point["id"]})
    return named


def _finished(points: Sequence[Row], zone: tzinfo, link: Link) -> list[Spec]:
    """A mark for each finished item; of many, one for all that took as long up to the same day."""
    groups: dict[object, list[Row]] = {}
    for number, point in enumerate(points):
        place = (point["finished_on"], point["cycle_time_days"], point["planned"])
        groups.setdefault(place if len(points) > MANY else number, []).append(point)
    made = []
    for group in groups.values():
        first, days = group[0], words.count(group[0]["cycle_time_days"], "day")
        alone = len(group) == 1
        noon = plot.ms(first["finished_on"]) + 12 * 3600 * 1000
        made.append(
            {
                "x": noon if len(points) > MANY else plot.clock_ms(first["finished_at"], zone),
                "y": first["cycle_time_days"],
                "k": "planned" if first["planned"] else "unplanned",
                "u": f"{svg.ADDRESS}{link(first['id']) or ''}" if alone else "",
                "s": words.plain(f"{first['id']}, {days}" if alone else f"{len(group)} items, {days}"),
                "t": words.plain(f": {first['title']}") if alone else "",
            }
        )
    return made


def _marks(kind: str, points: Sequence[Row], size: Size, x: Spec, y: Spec) -> Spec:
    """The finished items of one kind; on a phone nothing hovers, so their titles are left out there."""
    quiet = len(points) > (TOO_MANY if size.wide else MANY)
    told = {} if quiet else {"href": {"field": "u"}, "description": {"field": "s"}}
    values = [
        {"x": p["x"], "y": p["y"]}
        | ({} if quiet else {"u": p["u"], "s": p["s"] + (p["t"] if size.wide else "")})
        for p in points
        if p["k"] == kind
    ]
    planned = {"shape": "circle", "size": 44, "fill": "var(--k-project)", "stroke": "var(--surface)"}
    unplanned = {"shape": "diamond", "size": 42, "fill": "var(--surface)", "stroke": "var(--k-incident)"}
    look = planned if kind == "planned" else unplanned
    mark = {"type": "point", "filled": True, "strokeWidth": 1.5, "opacity": 1, **look}
    return plot.layer("dots", values, mark, x=x, y=y, **told)


def _outliers(points: Sequence[Row], scale: Scale, size: Size) -> list[Row]:
    """The slowest of the outliers, those whose names would not cover one another."""
    chosen: list[Row] = []
    for point in sorted(points, key=lambda point: -point["cycle_time_days"]):
        at = scale.at(point["cycle_time_days"], size)
        free = all(abs(at - scale.at(other["cycle_time_days"], size)) > 14 for other in chosen)
        if point["outlier"] and free and len(chosen) < 4:
            chosen.append(point)
    return chosen


# -- weeks ----------------------------------------------------------------------------------------


def throughput(figure: Row) -> Chart:
    """Items finished per week, planned below and unplanned above."""
    weeks, mean = figure["weeks"], figure["mean_week"]
    scale = plot.scale(max([week["count"] for week in weeks] + [4]))
    bars = [bar for week in weeks for bar in _finished_bars(week)]

    def layers(size: Size) -> list[Spec]:
        totals = [
            {"px": x, "py": scale.at(week["count"], size) - 5, "t": str(week["count"])}
            for x, week in zip(_middles(weeks, size), weeks, strict=True)
            if size.wide or len(weeks) < 16
        ]
        drawn = [
            _columns(weeks, bars, scale, plot.HATCH, "var(--k-project)"),
            _dates(weeks, size),
            *plot.marks(_changes_by_week(figure, size), size),
        ]
        if mean is not None:
            at = scale.at(mean, size)
            drawn += [
                plot.level(at, size, DASHES[85]),
                plot.beside("tail", [(at, f"mean {words.number(mean)}")], size),
            ]
        return [*drawn, plot.text("total", totals, "center")]

    return Chart(
        "throughput",
        "Items finished per week",
        f"One column per week, {len(weeks)} weeks; planned work below, unplanned above.",
        layers,
        *plot.sizes((74, 66)),
    )


def _finished_bars(week: Row) -> list[Spec]:
    """The planned and the unplanned part of a week's column; a week that is not over is pale."""
    about = f"{week['week']}{', so far' if week['partial'] else ''}"
    parts = (("planned", 0, week["planned"]), ("unplanned", week["planned"], week["count"]))
    return [
        {
            "w": week["from_on"],
            "a": low,
            "b": high,
            "k": kind == "unplanned",
            "o": 0.45 if week["partial"] else 1,
            "s": f"{about}: {high - low} {kind}",
        }
        for kind, low, high in parts
        if high > low
    ]


def net_flow(figure: Row) -> Chart:
    """Arrivals minus departures per week; above 0, work piles up."""
    weeks = figure["weeks"]
    net = [week["net"] for week in weeks]
    scale = plot.scale(max([*net, 2]), low=min([*net, -2]), most=6)
    bars = [
        {
            "w": week["from_on"],
            "a": 0,
            "b": week["net"],
            "k": week["net"] > 0,
            "o": 0.45 if week["partial"] else 1,
            "s": f"{week['week']}: {week['arrivals']} started, {week['departures']} left, {week['net']:+}",
        }
        for week in weeks
    ]

    def layers(size: Size) -> list[Spec]:
        sides = [
            (scale.at(scale.top / 2, size), "WIP grows"),
            (scale.at(scale.low / 2, size), "WIP shrinks"),
        ]
        return [
            _columns(weeks, bars, scale, "var(--f4)", "var(--f3)"),
            plot.zero(scale.at(0, size), size),
            _dates(weeks, size),
            *plot.marks(_changes_by_week(figure, size), size),
            plot.beside("sides", sides, size),
        ]

    return Chart(
        "net-flow",
        "Started minus finished, per week",
        f"One column per week, {len(weeks)} weeks; above the line more was started than left, below it less.",
        layers,
        *plot.sizes((84, 84)),
    )


def _columns(weeks: Sequence[Row], bars: Sequence[Row], scale: Scale, marked: str, usual: str) -> Spec:
    """A column per week from `a` to `b`, in the marked colour where `k` is true."""
    band = {"domain": [week["from_on"] for week in weeks], "paddingInner": 0.32, "paddingOuter": 0.16}
    colours = {"domain": [True, False], "range": [marked, usual]}
    return plot.layer(
        "bars",
        bars,
        {"type": "bar", "stroke": "var(--surface)", "strokeWidth": 1},
        x={"field": "w", "type": "ordinal", "sort": None, "axis": None, "scale": band},
        y=scale.axis("a"),
        y2={"field": "b"},
        description={"field": "s"},
        fill={"field": "k", "type": "nominal", "legend": None, "scale": colours},
        fillOpacity=plot.field("o"),
    )


def _middles(weeks: Sequence[Row], size: Size) -> list[float]:
    """The middle of each week's column."""
    step = size.across / max(len(weeks), 1)
    return [(n + 0.5) * step for n in range(len(weeks))]


def _dates(weeks: Sequence[Row], size: Size) -> Spec:
    """The first days of some weeks, the last one among them, below their columns."""
    every = max(1, round(len(weeks) / (4 if size.wide else 3)))
    middles = _middles(weeks, size)
    shown = [
        {"px": middles[n], "py": size.down + 18, "t": words.short_day(weeks[n]["from_on"])}
        for n in range((len(weeks) - 1) % every, len(weeks), every)
    ]
    return plot.text("dates", shown, "center")


def _changes_by_week(figure: Row, size: Size) -> list[tuple[float, Row]]:
    """The changes of the policies, and where they are in the columns of their weeks."""
    step = size.across / max(len(figure["weeks"]), 1)
    return [
        ((n + date.fromisoformat(mark["day_on"]).weekday() / 7) * step, mark)
        for n, week in enumerate(figure["weeks"])
        for mark in figure.get("marks", ())
        if week["from_on"] <= mark["day_on"] <= week["to_on"]
    ]


# -- days -----------------------------------------------------------------------------------------


def wip(figure: Row) -> Chart:
    """Work in progress at the end of each day."""
    days, limit = figure["days"], figure["limit"]
    start, end = date.fromisoformat(days[0]["day_on"]), date.fromisoformat(days[-1]["day_on"])
    now, most = days[-1]["wip"], max(day["wip"] for day in days)
    scale = plot.scale(max(most, limit or 0, 4))
    points = [{"x": plot.ms(day["day_on"]), "y": day["wip"], "z": 0} for day in days]
    steps = {"interpolate": "step-after"}

    def layers(size: Size) -> list[Spec]:
        x, y = plot.days(start, end, size), scale.axis()
        labels = [(scale.at(now, size), f"now {now}")]
        limits = []
        if limit is not None:
            labels.append((scale.at(limit, size), f"limit {limit}"))
            limits.append(plot.level(scale.at(limit, size), size, DASHES[85]))
        area = {"type": "area", "fill": "var(--f1)", "fillOpacity": 0.55, **steps}
        line = {"type": "line", "stroke": "var(--f4)", "strokeWidth": 1.75, **steps}
        return [
            plot.layer("under", points, area, x=x, y=y, y2={"field": "z"}),
            plot.layer("line", points, line, x=x, y=y),
            *limits,
            *plot.marks(_changes(figure, start, end, size), size),
            plot.beside("tail", labels, size),
        ]

    return Chart(
        "wip",
        "Work in progress, day by day",
        f"A line of {len(days)} days; {now} items now, {most} at most.",
        layers,
        *plot.sizes((64, 60)),
    )


def _changes(figure: Row, start: date, end: date, size: Size) -> list[tuple[float, Row]]:
    """The changes of the policies, and where they are on an axis of days, which ends with `end`."""
    step = size.across / max((end - start).days, 1)
    days = [(date.fromisoformat(mark["day_on"]), mark) for mark in figure.get("marks", ())]
    return [((day - start).days * step, mark) for day, mark in days if start <= day <= end]


ENDS = {"done": "var(--f5)", "discarded": "var(--line)"}
"""Colours of what is over."""


def cumulative(figure: Row) -> Chart:
    """The cumulative flow diagram: how many items are at or past each state."""
    states, days, lines = figure["states"], figure["days"], figure["lines"]
    start, end = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    scale = plot.scale(max([*lines[states[0]["state"]], 4]))
    passing = stages(sum(state["kind"] not in ENDS for state in states))
    fills = [ENDS.get(state["kind"]) or passing.pop(0) for state in states]
    uppers = [lines[state["state"]] for state in states]
    lowers = [*uppers[1:], [0] * len(days)]

    def layers(size: Size) -> list[Spec]:
        x, y = plot.days(start, end, size), scale.axis()
        bands, labels = [], []
        for state, fill, upper, lower in zip(states, fills, uppers, lowers, strict=True):
            said = words.plain(f"{state['title']}: {upper[-1] - lower[-1]} now")
            points = [
                {"x": plot.ms(day), "y": high, "z": low, "s": said}
                for day, high, low in zip(days, upper, lower, strict=True)
            ]
            look = {"type": "area", "fill": fill, "stroke": "var(--surface)", "strokeWidth": 1, "line": False}
            bands.append(
                plot.layer("band", points, look, x=x, y=y, y2={"field": "z"}, description={"field": "s"})
            )
            middle = (scale.at(upper[-1], size) + scale.at(lower[-1], size)) / 2
            labels.append((middle, _fitting(state["title"], upper[-1] - lower[-1], size.right - 14)))
        heights = plot.apart([middle for middle, _ in labels], 14, 0, size.down)
        leads = [
            {"px": size.across + 2, "py": middle, "qx": size.across + 10, "qy": height}
            for height, (middle, _) in zip(heights, labels, strict=True)
        ]
        return [
            *bands,
            plot.lines("zero", leads, stroke="var(--edge)"),
            *plot.marks(_changes(figure, start, end, size), size),
            plot.beside("tail", labels, size, gap=14),
        ]

    return Chart(
        "cfd",
        "Cumulative flow",
        f"Stacked areas of {len(days)} days: {words.listed([state['title'] for state in states])}. "
        "The height of a band is the number of items in that state.",
        layers,
        *plot.sizes((128, 112)),
    )


def stages(count: int) -> list[str]:
    """Colours for the stages of flow, first to last: one hue, light to dark."""
    if count <= 4:
        return [f"var(--f{n + 1})" for n in range(count)]
    made = []
    for n in range(count):
        place = n * 3 / (count - 1)
        low = min(int(place), 2)
        share = round((place - low) * 100)
        made.append(f"color-mix(in srgb, var(--f{low + 2}) {share}%, var(--f{low + 1}))")
    return made


def _fitting(name: str, amount: int, room: int) -> str:
    """A name and its number; the name is cut where both do not fit, and the table has it whole."""
    left = int(room / 6.8) - len(str(amount)) - 1
    return f"{words.wrapped(words.plain(name), left, 1)[0]} {amount}"


# -- ages -----------------------------------------------------------------------------------------


def ageing(view: Row, link: Link) -> Chart:
    """The age of each item in progress, over how old finished items were when they left each column."""
    columns = view["columns"]
    place = {column["state"]: n for n, column in enumerate(columns)}
    items = [
        item for item in view["items"] if item["state"]["state"] in place and item["age"]["days"] is not None
    ]
    reached = [item["age"]["days"] for item in items] + [column["p95_days"] or 0 for column in columns]
    scale = plot.scale(max([*reached, 4]) * 1.04)

    def layers(size: Size) -> list[Spec]:
        wide = size.across / max(len(columns), 1)
        dots = _dots(items, place, wide, lambda days: scale.at(days, size), link)
        return [
            plot.layer("scale", [{"y": 0}], {"type": "rule", "opacity": 0}, y=scale.axis()),
            *_paces(columns, wide, scale, size),
            *_symbols(dots),
            plot.text("names", _named(dots, wide)),
            *_heads(columns, wide, size),
            plot.beside("dates", _last_paces(columns, scale, size), size, gap=6),
            plot.unit("days"),
        ]

    slow = [item["id"] for item in items if item["slow"]]
    said = (
        f"Above the 85 percent step: {words.listed(slow[:12])}."
        if slow
        else "No item is above the 85 percent step."
    )
    return Chart(
        "ageing",
        "Age of work in progress, by column",
        "Each mark is one item. Shaded steps show how old finished work was when it left each column. "
        + said,
        layers,
        Size("wide", 1080, 300, right=48, bottom=56),
        Size("narrow", 330, 285, right=40, bottom=71),
        Size("middle", 680, 300, right=48, bottom=56),
    )


OCTAGON = "M-0.42,-1L0.42,-1L1,-0.42L1,0.42L0.42,1L-0.42,1L-1,0.42L-1,-0.42Z"


def _paces(columns: Sequence[Row], wide: float, scale: Scale, size: Size) -> list[Spec]:
    """The shaded steps of each column, and their edges; none where too little was finished."""
    bands: list[Spec] = []
    edges: list[Spec] = []
    for n, column in enumerate(columns):
        across = {"px": n * wide, "qx": (n + 1) * wide - 2}
        p50, p85, p95 = (
            None if column[p] is None else scale.at(column[p], size)
            for p in ("p50_days", "p85_days", "p95_days")
        )
        edges += [across | {"py": y, "qy": y} for y in (p50, p85, p95) if y is not None]
        if p85 is not None:
            bands.append(across | {"py": p50, "qy": p85, "f": "var(--f1)", "o": 0.45})
            bands.append(across | {"py": p85, "qy": p95 or 0, "f": "var(--warn-solid)", "o": 0.2})
        if p95 is not None:
            bands.append(across | {"py": p95, "qy": 0, "f": "var(--bad-solid)", "o": 0.14})
    box = {"x": plot.field("px"), "x2": {"field": "qx"}, "y": plot.field("py"), "y2": {"field": "qy"}}
    fill = {"fill": plot.plain("f"), "fillOpacity": plot.field("o")}
    return [
        plot.layer("pace", bands, {"type": "rect"}, **box, **fill),
        plot.lines("zero", edges, stroke="var(--edge)"),
    ]


def _dots(
    items: Sequence[Row], place: Mapping[str, int], wide: float, at: Callable[[float], float], link: Link
) -> list[dict[str, Any]]:
    """A mark per item, moved aside where another stands in its place."""
    taken: dict[tuple[int, int], int] = {}
    made = []
    for item in items:
        column, y = place[item["state"]["state"]], at(item["age"]["days"])
        cell = (column, round(y / 9))
        turn = taken[cell] = taken.get(cell, 0) + 1
        aside = (turn // 2) * 13 * (1 if turn % 2 else -1)
        reach = max(wide / 2 - 8, 0)
        blocked = item["blocked"] is not None
        age = words.count(item["age"]["days"], "day")
        made.append(
            {
                "px": (column + 0.5) * wide - 1 + max(-reach, min(reach, aside)),
                "py": y,
                "u": f"{svg.ADDRESS}{link(item['id']) or ''}",
                "s": words.plain(f"{item['id']}, {age}{', blocked' if blocked else ''}: {item['title']}"),
                "t": item["id"],
                "slow": item["slow"],
                "blocked": blocked,
                "shape": OCTAGON if blocked else "circle",
                "f": "var(--bad-solid)" if blocked else "var(--k-project)",
                "size": 144 if blocked else 82,
            }
        )
    return made


def _symbols(dots: Sequence[Row]) -> list[Spec]:
    """The marks of items, and the bar in each stop sign."""
    told = {} if len(dots) > MANY else {"href": {"field": "u"}, "description": {"field": "s"}}
    mark = {"type": "point", "filled": True, "stroke": "var(--surface)", "strokeWidth": 1.5, "opacity": 1}
    look = {"shape": plot.plain("shape"), "fill": plot.plain("f"), "size": plot.field("size")}
    bars = [
        {"px": dot["px"] - 3, "qx": dot["px"] + 3, "py": dot["py"], "qy": dot["py"]}
        for dot in dots
        if dot["blocked"]
    ]
    return [
        plot.layer("dots", dots, mark, x=plot.field("px"), y=plot.field("py"), **look, **told),
        plot.lines("bar", bars, stroke="var(--surface)", strokeWidth=1.5),
    ]


def _named(dots: Sequence[Row], wide: float) -> list[dict[str, Any]]:
    """Names beside the slow items that stand alone, where the column has room for one."""
    made: list[dict[str, Any]] = []
    for dot in dots:
        if not dot["slow"] or wide / 2 <= 12 + 7.3 * len(dot["t"]):
            continue
        near = [other for other in dots if other is not dot and abs(other["px"] - dot["px"]) <= wide / 2]
        alone = all(abs(other["py"] - dot["py"]) > 9 for other in near)
        clear = all(
            abs(name["py"] - 4 - dot["py"]) > 11 or abs(name["px"] - dot["px"]) > wide / 2 for name in made
        )
        if alone and clear:
            made.append({"px": dot["px"] + 10, "py": dot["py"] + 4, "t": dot["t"]})
    return made


def _heads(columns: Sequence[Row], wide: float, size: Size) -> list[Spec]:
    """The columns' names, in two lines where they must, and how many items each has."""
    room = max(4, int(wide / 6.4))
    names: list[Spec] = [
        {"px": (n + 0.5) * wide - 1, "py": size.down + 18 + 15 * line, "t": part}
        for n, column in enumerate(columns)
        for line, part in enumerate(words.wrapped(words.plain(column["title"]), room, 2 if size.wide else 3))
    ]
    below = max((name["py"] for name in names), default=0) + 15
    counts = [
        {
            "px": (n + 0.5) * wide - 1,
            "py": below,
            "t": words.count(column["count"], "item") if room > 8 else str(column["count"]),
        }
        for n, column in enumerate(columns)
    ]
    return [plot.text("tx", names, "center"), plot.text("dates", counts, "center")]


def _last_paces(columns: Sequence[Row], scale: Scale, size: Size) -> list[plot.Label]:
    """What the steps mean, beside the last column that has them."""
    last = next((column for column in reversed(columns) if column["p50_days"] is not None), None)
    if last is None:
        return []
    steps = ((50, last["p50_days"]), (85, last["p85_days"]), (95, last["p95_days"]))
    return [(scale.at(days, size), f"{p}%") for p, days in steps if days is not None]

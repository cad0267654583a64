"""When projects are likely to be finished: their dates as bars, their dependencies, risks and money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from opsflow.measures import query as queries
from opsflow.site import layout, names, outlook, plot, svg, words
from opsflow.site.networks import Network
from opsflow.site.plot import Chart, Row, Size, Spec
from opsflow.site.shop import Page, Shop, View

SHOWN = 40
"""Projects with a panel of their own, at most."""
CHIPS = {
    "kept": ("good", "ok"),
    "unsure": ("warn", "clock"),
    "missed": ("bad", "warn"),
    "late": ("bad", "warn"),
    "finished": ("", "ok"),
    "open": ("", "a0"),
    "empty": ("", "a0"),
    "unknown": ("", "info"),
}
"""What a verdict looks like: colour and icon."""
RISKS = {"blocked": "stop", "vendor": "stop", "overdue": "warn", "outside": "dep"}


def page(shop: Shop) -> Page:
    """The roadmap."""
    view = shop.view("roadmap")
    for row in (*view["projects"], *view["dates"]["rows"]):
        row["chip"] = CHIPS[row["verdict"]["key"]]
    for row in view["projects"]:
        row["anchor"] = anchor(row["key"])
        row["feed"] = row["key"] in (shop.facts.board.projects or {})
    running = [row for row in view["projects"] if row["open"]]
    forecast = [row for row in running if row["forecast"]["p50"]]
    _draw(running[:SHOWN])
    figure = {
        "title": view["sentence"],
        "subtitle": f"When is each project likely to be finished? {view['subtitle']}".strip(),
        "read": view["read"] if forecast else "",
        "reason": "",
    }
    context = {
        "view": view,
        "of": figure,
        "running": running,
        "shown": running[:SHOWN],
        "others": [row for row in view["projects"] if not row["open"]],
        "bars": forecast,
        "drawing": plot.draw(chart(forecast[:SHOWN], shop.facts.today)) if shop.draws and forecast else "",
        "risk_icons": RISKS,
        "held": outlook.held(queries.of(shop.facts)) if forecast else {},
        "money": [row for row in view["projects"] if row["money"]["budget"] or row["money"]["value"]],
    }
    data = shop.render.page("roadmap.html", "roadmap.html", context, title=view["title"], section="roadmap")
    return Page("roadmap.html", data)


def anchor(project: str) -> str:
    """The id of a project's element in the page."""
    return f"project-{names.column(project).removeprefix('col-')}"


def _draw(rows: Sequence[View]) -> None:
    """The pictures of these projects, laid out by one run of the program."""
    networks = {}
    for row in rows:
        critical = {each["id"] for each in row["critical"] if each["share"] >= 0.5}
        nodes = [{**node, "critical": node["id"] in critical} for node in row["nodes"]]
        edges = [
            {**edge, "critical": edge["from"] in critical and edge["to"] in critical} for edge in row["edges"]
        ]
        networks[row["key"]] = Network.of(nodes, edges)
    small = set(layout.within(network.shape for network in networks.values() if network.nodes))
    placed = layout.place(small)
    for row in rows:
        network = networks[row["key"]]
        picture = placed.get(network.shape) if network.nodes else None
        row["picture"] = network.drawn(picture) if picture else None
        if network.nodes and network.shape not in small:
            row["undrawn"] = len(network.nodes)


# -- the chart ----------------------------------------------------------------------------------


def chart(rows: Sequence[Row], today: date) -> Chart:
    """A bar for each project, from the day that half of the trials reach to 95% of them; its date a mark."""
    days = [date.fromisoformat(day) for row in rows for day in _days(row)]
    span = max((max(days) - today).days, 14)
    first = max(min([today, *days]) - timedelta(days=2), today - timedelta(days=max(span // 3, 14)))
    start = min(first, today - timedelta(days=max(span // 16, 3)))
    end = max(days) + timedelta(days=max(span // 30, 2))

    def layers(size: Size) -> list[Spec]:
        def at(day: date) -> float:
            """What is long past stands at the left edge."""
            return round(max((day - start).days, 0) / (end - start).days * size.across, 1)

        return [*_months(start, end, at, size, tall), *_bars(rows, today, at, size), *_names(rows, size)]

    tall = len(rows)
    return Chart(
        "dates",
        "When projects are likely to be finished",
        f"{words.count(len(rows), 'project')}; a bar reaches from the day that is as likely as not to the "
        "one that is 95 percent sure, and changes its colour at 85 percent. A diamond is a project's date.",
        layers,
        Size("wide", 1080, 40 + tall * WIDE, right=118, bottom=8, left=226, top=32),
        Size("narrow", 330, 40 + tall * NARROW, right=8, bottom=8, left=8, top=32),
        Size("middle", 680, 40 + tall * WIDE, right=96, bottom=8, left=170, top=32),
    )


WIDE, NARROW = 46, 58
"""How high the row of a project is."""


def _days(row: Row) -> Iterator[str]:
    """The days that have to fit."""
    yield from (row["forecast"][p] for p in ("p50", "p85", "p95") if row["forecast"][p])
    if row["due_on"]:
        yield row["due_on"]


def _down(x: float, size: Size, rows: int) -> list[Row]:
    """A line down through all rows; on a phone it leaves out their names, which stand over the bars."""
    if size.wide:
        return [{"px": x, "qx": x, "py": 0, "qy": size.down}]
    ends = ((n * NARROW + 28, (n + 1) * NARROW - 4) for n in range(rows))
    return [{"px": x, "qx": x, "py": top, "qy": foot} for top, foot in ends]


def _months(start: date, end: date, at: Any, size: Size, rows: int) -> list[Spec]:
    """Faint lines at the first days of months, or of quarters or years where there are many."""
    months = (end.year - start.year) * 12 + end.month - start.month
    room = 9 if size.across > 500 else 5
    every = next((each for each in (1, 2, 3, 6, 12, 24, 60) if months / each <= room), 120)
    first = start.year * 12 + start.month
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(first, first + months) if n % every == 0]
    firsts = [day for day in firsts if at(day) < size.across + size.right - (54 if day.month == 1 else 30)]
    lines = [line for day in firsts for line in _down(at(day), size, rows)]
    labels = [
        {
            "px": at(day) + 4,
            "py": -6,
            "t": words.MONTHS[day.month - 1][:3] + (f" {day.year}" if day.month == 1 or every > 6 else ""),
        }
        for day in firsts
    ]
    return [plot.lines("grid", lines, stroke="var(--line)"), plot.text("dates", labels)]


def _bars(rows: Sequence[Row], today: date, at: Any, size: Size) -> list[Spec]:
    """What is likely when, today, and the dates."""
    high = WIDE if size.wide else NARROW
    line, solid, pale, due = [], [], [], []
    for place, row in enumerate(rows):
        middle = place * high + (high / 2 if size.wide else high - 16)
        p50, p85, p95 = (
            date.fromisoformat(day) if (day := row["forecast"][p]) else None for p in ("p50", "p85", "p95")
        )
        said = {"u": f"{svg.ADDRESS}#{row['anchor']}", "s": _told(row)}
        edge = {"py": middle - 7, "qy": middle + 7, **said}
        if p50:
            line.append({"px": at(today), "qx": at(p50), "py": middle, "qy": middle})
        if p50 and p85:
            solid.append({"px": at(p50), "qx": max(at(p85), at(p50) + 2), **edge})
        if p85 and p95:
            pale.append({"px": at(p85), "qx": max(at(p95), at(p85) + 2), **edge})
        if row["due_on"]:
            said_due = f"due {words.short_day(row['due_on'], today.isoformat())}"
            due.append({"px": at(date.fromisoformat(row["due_on"])), "py": middle, "s": said_due})
    box = {
        "x": plot.field("px"),
        "x2": {"field": "qx"},
        "y": plot.field("py"),
        "y2": {"field": "qy"},
        "href": {"field": "u"},
        "description": {"field": "s"},
    }
    now = _down(at(today), size, len(rows))
    diamond = {
        "type": "point",
        "shape": "diamond",
        "filled": True,
        "size": 110,
        "fill": "var(--ink)",
        "stroke": "var(--surface)",
        "strokeWidth": 1.5,
        "opacity": 1,
    }
    return [
        plot.lines("zero", line, stroke="var(--edge)"),
        plot.layer("bars", pale, {"type": "rect", "fill": "var(--f2)"}, **box),
        plot.layer("bars", solid, {"type": "rect", "fill": "var(--f4)"}, **box),
        plot.lines("pct", now, stroke="var(--accent)", strokeWidth=1.5),
        plot.layer("dots", due, diamond, x=plot.field("px"), y=plot.field("py"), description={"field": "s"}),
    ]


def _names(rows: Sequence[Row], size: Size) -> list[Spec]:
    """What the rows are called, and the day to promise; the table has the names whole."""
    titles: list[Spec] = []
    days: list[Spec] = []
    for place, row in enumerate(rows):
        top = place * (WIDE if size.wide else NARROW)
        p85 = row["forecast"]["p85"]
        said = f"85% by {words.short_day(p85)}" if p85 else "85% not known"
        if size.wide:
            lines = words.wrapped(words.plain(row["title"]), int((size.left - 18) / 6.5), 3)
            first = top + WIDE / 2 + 4 - 7.5 * (len(lines) - 1)
            titles += [{"px": 8 - size.left, "py": first + 15 * n, "t": line} for n, line in enumerate(lines)]
            days.append({"px": size.across + 10, "py": top + WIDE / 2 + 4, "t": said})
        else:
            (line,) = words.wrapped(words.plain(row["title"]), 32, 1)
            titles.append({"px": 0, "py": top + 20, "t": line})
            days.append({"px": size.across, "py": top + 20, "t": said})
    kind = "tx" if size.wide else "total"  # on a phone, the names stand over the lines
    return [plot.text(kind, titles), plot.text("dates", days, "left" if size.wide else "right")]


def _told(row: Row) -> str:
    """A project's dates in a sentence."""
    found = row["forecast"]
    said = [
        f"{word} by {words.short_day(found[p])}"
        for word, p in (("half likely", "p50"), ("85% likely", "p85"), ("95% likely", "p95"))
        if found[p]
    ]
    due = f"; due {words.short_day(row['due_on'])}" if row["due_on"] else ""
    return words.plain(f"{row['title']}: {words.listed(said)}{due}")

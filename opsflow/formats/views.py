"""Reports for a terminal: the answer first, then its tables. The data are the views of the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opsflow.formats import activity, board, head, roadmap, rules, services
from opsflow.formats import next as pull
from opsflow.formats.lines import Lines, Screen, View, bar, number
from opsflow.formats.measures import marks
from opsflow.formats.paint import Paint, plain
from opsflow.formats.table import Cell, Column, columns
from opsflow.formats.visible import pad, visible, width

BROAD = 72
"""From here on, a note of several lines stands below its beginning."""


def render(
    name: str, view: View, *, paint: Paint = plain, columns_wide: int | None = None, define: bool = False
) -> str:
    """A report by its name; KeyError where it has no form for a terminal, as one that is a measure has.

    `define` says what its numbers mean, instead of naming the definitions.
    """
    if name == "board":
        return board.render(view, paint=paint, columns_wide=columns_wide)
    if name == "next":
        return pull.render(view, paint=paint, everything=True, columns_wide=columns_wide)
    screen = Screen(paint, columns_wide)
    body = _BODIES[name](view, screen)
    lines = [*head.top(view, screen), *body, "", *head.end(view, screen, define)]
    return "\n".join(lines).rstrip() + "\n"


# -- flow ---------------------------------------------------------------------------------------


def _flow(view: View, screen: Screen) -> Lines:
    """The facts and figures; without a history, what is known without it: why is said above."""
    measured = view["as_of"]["measured"]
    facts = [fact for fact in view["facts"] if measured or fact["value"] is not None]
    wide = max((width(visible(fact["title"])) for fact in facts), default=0)
    for fact in facts:
        value = number(fact["value"], f" {visible(fact['unit'])}".replace(" %", "%"))
        note = visible(fact["note"] or fact["reason"])
        title, space = pad(visible(fact["title"]), wide), " " * (19 - width(value)) if note else ""
        parts = [(f"  {title} ", ""), (value, "strong"), (space + note, "dim")]
        yield from screen.lines(
            *parts[: 3 if note else 2], indent=wide + 24 if (screen.columns_wide or BROAD) >= BROAD else 6
        )
    for name in view["figures"]:
        figure = view.get(name)
        if measured and figure and name in _FIGURES:
            yield from screen.heading(figure["title"], figure["subtitle"])
            if figure["reason"]:
                yield from screen.lines((f"  {visible(figure['reason'])}", ""), indent=2)
            else:
                yield from _FIGURES[name](figure, screen)
    yield from marks(view.get("marks", ()), screen)


def _cycle_time(figure: View, screen: Screen) -> Lines:
    yield from _percentiles(figure["percentiles"], screen)
    rows = [
        (point["id"], point["finished_on"], number(point["cycle_time_days"]), point["title"])
        for point in figure["points"]
        if point["outlier"]
    ]
    if rows:
        yield ""
    yield from screen.table(columns("slowest", "finished", "days", "title", right=("days",)), rows)


def _percentiles(percentiles: View, screen: Screen) -> Lines:
    for row in percentiles["rows"]:
        text = f"within {row['days']} days" if row["days"] is not None else visible(row["reason"])
        yield f"  {row['p']}%  {screen.paint(text, 'strong' if row['p'] == 85 else '')}"
    yield screen.paint(f"  n = {percentiles['n']:,}", "dim")


def _throughput(figure: View, screen: Screen) -> Lines:
    weeks = figure["weeks"]
    most = max((week["count"] for week in weeks), default=0)
    for week in weeks:
        part = screen.paint("  (not whole)" if week["partial"] else "", "dim")
        yield f"  {week['week']}  {week['count']:>4}  {bar(week['count'], most)}{part}".rstrip()


def _wip(figure: View, screen: Screen) -> Lines:
    days = figure["days"]
    most = max((day["wip"] for day in days), default=0)
    for day in days[-1::-7][::-1]:
        yield f"  {day['day_on']}  {day['wip']:>4}  {bar(day['wip'], most)}".rstrip()


def _cfd(figure: View, screen: Screen) -> Lines:
    names = [state["title"] for state in figure["states"]]
    drawn = [Column("day"), *(Column(name, right=True) for name in names)]
    last = len(figure["days"]) - 1
    picked = sorted({*range(last, -1, -14)})
    bands = [figure["bands"][state["state"]] for state in figure["states"]]
    yield from screen.table(
        drawn, [(figure["days"][at], *(number(band[at]) for band in bands)) for at in picked]
    )
    if figure["rework"]:
        yield ""
    yield from screen.table(
        columns("fell back", "on", "from", "to", "days", "title", right=("days",)),
        [
            (
                row["id"],
                row["fell_on"],
                row["from"]["title"],
                row["to"]["title"],
                number(row["days"]),
                row["title"],
            )
            for row in figure["rework"][:10]
        ],
    )


def _net_flow(figure: View, screen: Screen) -> Lines:
    yield from screen.table(
        columns("week", "started", "left", "net", right=("started", "left", "net")),
        [
            (
                week["week"],
                number(week["arrivals"]),
                number(week["departures"]),
                f"{week['net']:+}" if week["net"] else "0",
            )
            for week in figure["weeks"]
        ],
    )


def _discarded(figure: View, screen: Screen) -> Lines:
    yield from screen.table(
        columns("item", "discarded", "days spent", "title", right=("days spent",)),
        [(row["id"], row["discarded_on"], number(row["days_spent"]), row["title"]) for row in figure["rows"]],
    )


def _blocked(figure: View, screen: Screen) -> Lines:
    yield from screen.table(
        columns("cause", "days", "times", "now", right=("days", "times", "now"), gives=("cause",)),
        [
            (row["name"], number(row["days"]), number(row["times"]), number(row["now"]))
            for row in figure["causes"]
        ],
    )


def _expectations(figure: View, screen: Screen) -> Lines:
    for row in figure["rows"]:
        kept = "-" if row["kept_share"] is None else f"{row['kept_share']:.0%}"
        style = {True: "good", False: "bad", None: ""}[row["met"]]
        note = f"{row['kept']} of {row['n']}" if row["kept_share"] is not None else visible(row["reason"])
        sentence = f" {visible(row['sentence'])}"
        yield from screen.lines(("  " + kept, style), (sentence, ""), (f" {note}", "dim"), indent=4)


_FIGURES: Mapping[str, Callable[[View, Screen], Lines]] = {
    "cycle_time": _cycle_time,
    "throughput": _throughput,
    "wip": _wip,
    "cfd": _cfd,
    "net_flow": _net_flow,
    "discarded": _discarded,
    "blocked": _blocked,
    "expectations": _expectations,
}


# -- dependencies -------------------------------------------------------------------------------


def _dependencies(view: View, screen: Screen) -> Lines:
    yield from screen.lines((visible(view["sentence"]), "strong"))
    if view["reason"] and view["as_of"]["measured"]:
        yield from screen.lines((visible(view["reason"]), ""))
    for cycle in view["cycles"]:
        yield from screen.lines(("  cycle", "bad"), (f" {visible(cycle['sentence'])}", ""), indent=9)
    if view["critical_path"]["items"]:
        yield from screen.heading("Longest chain of open work", view["critical_path"]["sentence"])
        for place, item in enumerate(view["critical_path"]["items"], 1):
            state = visible(item["state"]["title"])
            text = f"  {place:>2}  {visible(item['id'])}  {visible(item['title'])} ({state})"
            yield from screen.lines((text, ""), indent=6)
    yield from screen.table(
        columns("item", "holds up", "directly", "state", "title", right=("holds up", "directly")),
        [
            (
                Cell(row["id"], "strong"),
                number(row["count"]),
                number(row["directly"]),
                Cell(
                    f"{row['state']['title']}{', blocked' if row['blocked'] else ''}",
                    "bad" if row["blocked"] else "",
                ),
                row["title"],
            )
            for row in view["holds_up"]
        ],
        "What holds up most",
    )
    yield from screen.table(
        columns("item", "waits for", "title", gives=("waits for", "title")),
        [
            (row["id"], ", ".join(other["id"] for other in row["waits_for"]), row["title"])
            for row in view["waiting"]
        ],
        "What waits",
    )


_BODIES: Mapping[str, Callable[[View, Screen], Lines]] = {
    "flow": _flow,
    "dependencies": _dependencies,
    "rules": rules.lines,
    "activity": activity.lines,
    "roadmap": roadmap.lines,
    "services": services.lines,
}

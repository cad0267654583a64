"""How a chart comes about: Vega-Lite draws it at build time, twice, as SVG for the page.

Door: vl_convert, of the extra `opsflow[site]`. Each figure is drawn wide and narrow, with type of 12 px in
both; the stylesheet shows the one that fits. What gives the same bytes on every machine: times on a UTC
scale (already moved to the board's clock), the library's own font for measuring, fixed margins instead of
measured ones, and scales whose ends are given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from importlib import util
from math import log1p
from typing import Any, NamedTuple

from markupsafe import Markup

from opsflow.site import drawings, svg, words

Spec = dict[str, Any]
Link = Callable[[str], str | None]
"""Takes an item's id; the address of its page from the page that the chart stands on."""
Row = Mapping[str, Any]
Label = tuple[float, str]
"""How far down it should stand, in px, and what it says."""


class Size(NamedTuple):
    """A drawing's outer size and its margins, in px."""

    name: str
    width: int
    height: int
    right: int
    """The margin for labels at the right."""
    bottom: int = 26
    left: int = 34
    top: int = 14

    @property
    def across(self) -> int:
        """The width of the plot."""
        return self.width - self.left - self.right

    @property
    def down(self) -> int:
        """The height of the plot."""
        return self.height - self.top - self.bottom

    @property
    def wide(self) -> bool:
        """Whether there is room beside the plot, as on all screens but a phone's."""
        return self.name != "narrow"


@dataclass(frozen=True)
class Chart:
    """A figure that can be drawn."""

    key: str
    """Begins the ids in it: unique on its page."""
    title: str
    description: str
    layers: Callable[[Size], list[Spec]]
    wide: Size
    narrow: Size
    middle: Size | None = None
    """For a tablet and for paper, where a figure has the whole width of the page."""


def sizes(right: tuple[int, int], *, bottom: int = 26, width: int = 614) -> tuple[Size, Size]:
    """The wide and the narrow size, with their margins for labels at the right."""
    return Size("wide", width, 300, right[0], bottom), Size("narrow", 330, 270, right[1], bottom)


def available() -> bool:
    """Whether the chart library is installed; it is not imported for that."""
    return util.find_spec("vl_convert") is not None


def draw(chart: Chart) -> Markup:
    """The drawings of a chart; the stylesheet shows the one that fits."""
    sizes = (chart.wide, chart.middle, chart.narrow)
    return Markup("").join(_drawn(chart, size) for size in sizes if size)


def _drawn(chart: Chart, size: Size) -> Markup:
    ids = f"{chart.key}-{size.name[0]}"
    drawing = drawings.of(framed(chart.layers(size), size, ids))
    return svg.rewrite(
        drawing,
        classes=size.name,
        ids=ids,
        title=chart.title,
        description=chart.description,
        defs=_HATCHED.format(ids) if "url(#" in drawing else "",
    )


HATCH = "HATCH"
"""A fill: what came unasked. Each drawing has a pattern of its own for it."""
_HATCHED = (
    '<defs><pattern id="{}-h" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="var(--k-incident)" fill-opacity=".3"/>'
    '<rect width="2.5" height="5" fill="var(--k-incident)"/></pattern></defs>'
)


def framed(layers: Sequence[Spec], size: Size, ids: str) -> Spec:
    """Layers in a frame of fixed size, as a whole Vega-Lite specification."""
    own = json.loads(json.dumps(layers).replace(f'"{HATCH}"', f'"url(#{ids}-h)"'))
    for number, each in enumerate(own):
        each["name"] = f"{each['name']}_{number}"
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": size.across,
        "height": size.down,
        "autosize": {"type": "none"},
        "padding": {"left": size.left, "right": size.right, "top": size.top, "bottom": size.bottom},
        "background": "transparent",
        "config": {
            "font": "Liberation Sans",
            "view": {"stroke": None},
            "axis": {"domain": False, "ticks": False, "grid": False, "title": None, "labelFontSize": 12},
            "text": {"fontSize": 12},
        },
        "layer": own,
    }


# -- layers ---------------------------------------------------------------------------------------


def layer(name: str, values: Sequence[Row], mark: Row, **encoding: object) -> Spec:
    """Marks for rows of data; the name is their class in the page. Marks that say nothing are decoration."""
    aria = {} if "description" in encoding else {"aria": False}
    return {"name": name, "data": {"values": list(values)}, "mark": {**mark, **aria}, "encoding": encoding}


def field(name: str, **more: object) -> Spec:
    """A value that is used as it is: px, a colour, a size."""
    return {"field": name, "type": "quantitative", "scale": None, "axis": None, **more}


def plain(name: str) -> Spec:
    """A word that is used as it is."""
    return {"field": name, "type": "nominal", "scale": None, "legend": None}


def text(name: str, values: Sequence[Row], align: str = "left") -> Spec:
    """Words `t` at `px`, `py`."""
    mark = {"type": "text", "align": align, "baseline": "alphabetic"}
    return layer(name, values, mark, x=field("px"), y=field("py"), text=plain("t"))


def lines(name: str, values: Sequence[Row], **mark: object) -> Spec:
    """Straight lines from `px`, `py` to `qx`, `qy`."""
    ends = {"x2": {"field": "qx"}, "y2": {"field": "qy"}}
    return layer(name, values, {"type": "rule", **mark}, x=field("px"), y=field("py"), **ends)


def level(y: float, size: Size, dash: Sequence[int]) -> Spec:
    """A line across the whole plot."""
    across = [{"px": 0, "py": y, "qx": size.across, "qy": y}]
    return lines("pct", across, stroke="var(--text)", strokeWidth=1.25, strokeDash=list(dash))


def zero(y: float, size: Size) -> Spec:
    """The line that columns stand on."""
    return lines("zero", [{"px": 0, "py": y, "qx": size.across, "qy": y}], stroke="var(--edge)")


def marks(found: Sequence[tuple[float, Row]], size: Size) -> list[Spec]:
    """A thin line at `px` for each change of the policies, with its number above; near ones share a label."""
    if not found:
        return []
    brief = len(found) > MANY_MARKS
    rules = [
        {
            "px": x,
            "py": 0,
            "qx": x,
            "qy": size.down,
            "s": words.plain(_changed(mark, brief)),
        }
        for x, mark in found
    ]
    groups: list[list[tuple[float, Row]]] = []
    for x, mark in found:
        if groups and x - groups[-1][-1][0] < 14:
            groups[-1].append((x, mark))
        else:
            groups.append([(x, mark)])
    middles = [(group[0][0] + group[-1][0]) / 2 for group in groups]
    said = [f"{group[0][1]['n']}" + (f"–{group[-1][1]['n']}" * (len(group) > 1)) for group in groups]
    places = apart(middles, 24, 6, size.across - 6)
    look = {"type": "rule", "stroke": "var(--muted)", "strokeWidth": 1, "strokeDash": [2, 3]}
    ends = {"x2": {"field": "qx"}, "y2": {"field": "qy"}}
    return [
        layer("mark", rules, look, x=field("px"), y=field("py"), description={"field": "s"}, **ends),
        text("marks", [{"px": x, "py": -3, "t": t} for x, t in zip(places, said, strict=True)], "center"),
    ]


MANY_MARKS = 30
"""From here on a line says its day alone: the list of the page has the rest."""


def _changed(mark: Row, brief: bool) -> str:
    day = f"{mark['n']}: {words.short_day(mark['day_on'])}"
    return day if brief else f"{day}, {'; '.join(mark['words'])}"


def unit(name: str) -> Spec:
    """What the numbers at the left are."""
    return text("unit", [{"px": 2, "py": -4, "t": name}])


def beside(name: str, labels: Sequence[Label], size: Size, gap: int = 8) -> Spec:
    """Labels at the right of the plot, moved apart where they would cover one another."""
    heights = apart([y for y, _ in labels], 14, 0, size.down)
    rows = [{"px": size.across + gap, "py": y + 4, "t": t} for y, (_, t) in zip(heights, labels, strict=True)]
    return text(name, rows)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to the wanted ones as the gap between them and the ends allow, in the same order."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    placed = [0.0] * len(wanted)
    edge = low
    for n in order:
        placed[n] = edge = max(wanted[n], edge)
        edge += gap
    edge = high
    for n in reversed(order):
        placed[n] = edge = min(placed[n], edge)
        edge -= gap
    return placed


# -- scales ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """Counts or days, upwards from `low`."""

    values: tuple[float, ...]
    """Where its lines are, lowest first."""
    top: float
    low: float = 0
    symlog: bool = False
    """Whether it is drawn closer the higher it gets."""

    def at(self, value: float, size: Size) -> float:
        """Where a value stands, in px from the upper edge of the plot."""
        if self.symlog:
            return size.down * (1 - log1p(value) / log1p(self.top))
        return size.down * (self.top - value) / (self.top - self.low)

    def axis(self, name: str = "y") -> Spec:
        """The scale for a field, with its faint lines."""
        scale: Spec = {"domain": [self.low, self.top], "nice": False, "zero": False}
        if self.symlog:
            scale |= {"type": "symlog", "constant": 1}
        axis = {
            "grid": True,
            "gridColor": "var(--line)",
            "values": list(self.values),
            "labelPadding": 8,
            "format": ",d",
        }
        return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}


def scale(top: float, *, low: float = 0, most: int = 5) -> Scale:
    """A scale from 0, or from under `low` where that is negative, to a round value not under `top`."""
    step, factors, turn = 1.0, (2, 2.5, 2), 0
    while (top - low) / step > most:
        step *= factors[turn % 3]
        turn += 1
    step = max(1.0, float(round(step)))
    first, last = 0, 0
    while first * step > low:
        first -= 1
    while last * step < top or last == first:
        last += 1
    values = tuple(n * step for n in range(first, last + 1))
    return Scale(values, values[-1], values[0])


def long_tailed(top: float) -> Scale:
    """A scale for values of which a few are far above all others."""
    steps = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000)
    return Scale(tuple(step for step in steps if step <= top), top, symlog=True)


def days(start: date, end: date, size: Size, *, whole: bool = False) -> Spec:
    """The scale of days, both included, with a few dates below. `whole` gives the last day its full width."""
    span, count = (end - start).days, 4 if size.wide else 3
    marked = sorted({start + timedelta(days=round(span * n / (count - 1))) for n in range(count)})
    axis = {
        "values": [ms(day) for day in marked],
        "format": "%-d %b" if span < 300 else "%b %Y",
        "labelPadding": 10,
        "labelFlush": 12,
        "labelOverlap": False,
    }
    last = ms(end + timedelta(days=1)) if whole or not span else ms(end)
    utc = {"type": "utc", "domain": [ms(start), last], "nice": False}
    return {"field": "x", "type": "temporal", "scale": utc, "axis": axis}


def ms(day: date | str) -> int:
    """A day as a time axis counts."""
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return int(datetime(found.year, found.month, found.day, tzinfo=UTC).timestamp()) * 1000


def clock_ms(value: str, zone: tzinfo) -> int:
    """A moment as the board's clock shows it, on an axis that knows no zones."""
    return int(words.local(value, zone).replace(tzinfo=UTC).timestamp()) * 1000

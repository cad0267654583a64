"""The pages about people's time and skills. They show load and room, and rank nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence

from opsflow.site import plot, words
from opsflow.site.plot import Chart, Row, Scale, Size, Spec
from opsflow.site.shop import Page, Shop, View

_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")

PEOPLE = 60
"""Rows of people; a larger board asks `opsflow report load`."""
NAMES = 20
"""Rows of people where nobody wrote down who is here, and only names on items are known."""
ACROSS = 12
"""People who have a column of their own in the table of skills; more are named in one."""
SLOTS = 6
"""Places that a meter draws one by one; a limit above that is said in words."""


def capacity(shop: Shop) -> Page:
    """What can be promised, who has room, who is away, and what the time goes to."""
    view = shop.view("capacity")
    people, ahead = view["people"], view["ahead"]
    for row in view["over"]:
        row["sentence"] = _DAY.sub(lambda day: words.short_day(day[0]), row["sentence"])
    most = PEOPLE if shop.facts.board.people else NAMES
    people["beyond"] = max(len(people["rows"]) - most, 0)
    people["rows"] = people["rows"][:most]
    for row in people["rows"]:
        row["meter"] = _meter(row["limit"])
    drawn = shop.draws and not ahead["reason"] and ahead["weeks"]
    return _page(shop, "capacity", view, drawing=plot.draw(weeks(ahead["weeks"])) if drawn else "")


def skills(shop: Shop) -> Page:
    """What rests on few people."""
    view = shop.view("skills")
    across = len(view["skills"]["people"])
    return _page(shop, "skills", view, across=0 < across <= ACROSS)


def _page(shop: Shop, name: str, view: View, **more: object) -> Page:
    path = f"{name}.html"
    context = {"view": view, **more}
    return Page(path, shop.render.page(path, path, context, title=view["title"], section=name))


def _meter(limit: View | None) -> list[str]:
    """The places that a limit gives, as the classes of their marks; what is too much stands past a stop."""
    if limit is None or max(limit["max"], limit["count"]) > SLOTS:
        return []
    taken = min(limit["count"], limit["max"])
    places = ["on"] * taken + [""] * (limit["max"] - taken)
    over = limit["count"] - limit["max"]
    return [*places, "stop", *["over"] * over] if over > 0 else places


# -- the weeks ahead ------------------------------------------------------------------------------

PARTS = (
    ("left", "var(--k-project)", "for planned work"),
    ("unplanned", plot.HATCH, "taken by unplanned work, if it takes as much as before"),
    ("away", "var(--line)", "away"),
)
"""What a week's column is made of, from below: its key, its fill, and its words."""


def weeks(rows: Sequence[Row]) -> Chart:
    """Person-days of the weeks ahead: what is there, and what is not because people are away."""
    bars = [bar for row in rows for bar in _bars(row)]
    most = max(row["person_days"] + row["away_person_days"] for row in rows)
    scale = plot.scale(max(1.1 * most, 4))  # room for the numbers
    names = [row["from_on"] for row in rows]
    band = {"domain": names, "paddingInner": 0.32, "paddingOuter": 0.16}
    fills = {"domain": [key for key, _, _ in PARTS], "range": [fill for _, fill, _ in PARTS]}

    def layers(size: Size) -> list[Spec]:
        step = size.across / len(rows)
        every = 1 if size.wide and len(rows) <= 14 else max(1, round(len(rows) / 4))
        totals = [
            {
                "px": (n + 0.5) * step,
                "py": _above(row, scale, size),
                "t": words.number(round(row["person_days"])),
            }
            for n, row in enumerate(rows)
            if n % every == 0
        ]
        apart = max(1, round(len(rows) / (5 if size.wide else 3)))
        dates = [
            {"px": (n + 0.5) * step, "py": size.down + 18, "t": words.short_day(row["from_on"])}
            for n, row in enumerate(rows)
            if n % apart == 0
        ]
        return [
            plot.layer(
                "bars",
                bars,
                {"type": "bar", "stroke": "var(--surface)", "strokeWidth": 1},
                x={"field": "w", "type": "ordinal", "sort": None, "axis": None, "scale": band},
                y=scale.axis("a"),
                y2={"field": "b"},
                description={"field": "s"},
                fill={"field": "k", "type": "nominal", "legend": None, "scale": fills},
            ),
            plot.text("total", totals, "center"),
            plot.text("dates", dates, "center"),
            plot.unit("person-days"),
        ]

    return Chart(
        "ahead",
        "Person-days of the weeks ahead",
        f"One column per week, {len(rows)} weeks: what is left for planned work, what unplanned work will "
        "take, and what is away. The number is what is there.",
        layers,
        *plot.sizes((16, 16)),
    )


def _above(row: Row, scale: Scale, size: Size) -> float:
    """Where the number of what is there stands: above it, in what is away where that leaves room."""
    there, all_ = (scale.at(row["person_days"] + more, size) for more in (0, row["away_person_days"]))
    return (there if there - all_ > 18 else all_) - 5


def _bars(row: Row) -> list[Spec]:
    """The parts of a week's column, from below; without a past, all that is there is one part."""
    there = row["person_days"]
    left = there if row["left_person_days"] is None else row["left_person_days"]
    ends = {"left": (0.0, left), "unplanned": (left, there), "away": (there, there + row["away_person_days"])}
    week = words.short_day(row["from_on"])
    said = {"left": f"{words.number(round(left, 1))} person-days"} if left == there else {}
    return [
        {
            "w": row["from_on"],
            "a": ends[key][0],
            "b": ends[key][1],
            "k": key,
            "s": f"Week of {week}: "
            + said.get(key, f"{words.number(round(ends[key][1] - ends[key][0], 1))} {word}"),
        }
        for key, _, word in PARTS
        if ends[key][1] - ends[key][0] > 0.005
    ]

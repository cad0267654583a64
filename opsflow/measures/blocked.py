"""What blocks work, for how long, and who has to move?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from opsflow import words
from opsflow.flow import blocked
from opsflow.flow.blocked import VENDOR, Cause
from opsflow.flow.days import DAY, Count
from opsflow.flow.visits import Held
from opsflow.measures import Evidence, Fact, Option, Table, View, _names
from opsflow.measures.query import Query
from opsflow.model import order_key

TITLE = "Blocked"
DEFINITIONS = ("blocked time",)
APPLIES = ("count", "backward")
OPTIONS = (
    Option(
        "since",
        "created",
        "from when on blocks of an item count: from the beginning, or only once work on it has begun",
        ("created", "started"),
    ),
)
FACTS = (
    Fact("days", "Blocked", "days"),
    Fact("times", "Blocks", "times"),
    Fact("mean_days", "Mean of one block", "days"),
    Fact("now", "Blocked now", "items"),
)
TABLES = (
    Table("causes", ("name", "days", "times", "mean_days", "now"), "By cause", bar="days"),
    Table("vendors", ("name", "days", "times", "mean_days", "now"), "By vendor"),
    Table("open", ("id", "reason", "by_name", "since_on", "age_days", "title"), "Blocked now"),
    Table("months", ("month", "name", "times", "days"), "By month", last=True),
)


class Block(NamedTuple):
    """A block as far as it lies in the days asked about, and before its item was over."""

    place: int
    start: float
    end: float
    open: bool
    """Whether it still stands at the end of the window."""


def view(query: Query) -> View:
    found = held(query)
    blocks = _blocks(query, found)
    stretch = query.start, query.end, query.until
    causes = blocked.causes(found, *stretch)
    vendors = blocked.cluster(found, [by if by.startswith(VENDOR) else "" for by in found.by], *stretch)
    days = _days(query, blocks)
    n = len(blocks)
    listed = [place for place, block in enumerate(blocks) if query.listed or block.open]
    rows = [_row(query, found, blocks[place], days[place]) for place in listed]
    by_cause = [_cluster(query, each, blocks, days, found) for each in causes]
    open_ = [row for row in rows if row["to_on"] is None]
    total = sum(row["days"] for row in by_cause)
    return {
        "title": _title(by_cause, total),
        "subtitle": f"Days that items stood blocked in {words.count(len(query.known), 'day')}, by cause.",
        "read": "Take the top cause to whoever can remove it for good.",
        "n": n,
        "reason": "" if n else query.nothing("Nothing was blocked in this time."),
        "days": total if query.measured else None,
        "times": n if query.measured else None,
        "mean_days": total / n if n else None,
        "now": len({row["id"] for row in open_}) if query.measured else None,
        "causes": by_cause,
        "vendors": [_cluster(query, each, blocks, days, found) for each in vendors],
        "months": _months(query, found),
        "open": sorted(open_, key=lambda row: (-row["age_days"], order_key(row["id"]))),
        "rows": rows,
    }


def held(query: Query) -> Held:
    """The blocks of the items that are asked about, from their beginning, or from when work began."""
    found, begin = query.spans.blocked, query.spans.started
    if query.option("since", "created") == "created":
        return found
    places = [
        place
        for place, item in enumerate(found.item)
        if begin[item] is not None
        and (found.end[place] is None or (found.end[place] or 0) > (begin[item] or 0))
    ]
    return Held(
        [found.item[place] for place in places],
        [found.value[place] for place in places],
        [max(found.start[place], begin[found.item[place]] or 0) for place in places],
        [found.end[place] for place in places],
        [found.by[place] for place in places],
    )


def _blocks(query: Query, found: Held) -> list[Block]:
    blocks = []
    for place in blocked.touching(found, query.start, query.until):
        over = found.end[place]
        end = query.end if over is None else min(over, query.end)
        blocks.append(Block(place, max(found.start[place], query.start), end, query.stands(over)))
    return blocks


def _days(query: Query, blocks: Sequence[Block]) -> list[float]:
    """The days of each block that lie in the window: what went by, unless somebody asks otherwise."""
    if query.count in (None, Count.ELAPSED):
        return [(block.end - block.start) / DAY for block in blocks]
    if query.count is Count.WORKING_ELAPSED:
        return query.between_moments([block.start for block in blocks], [block.end for block in blocks])
    last = query.window.numbers.stop - 1
    first = query.clock.numbers([block.start for block in blocks])
    final = [min(number, last) for number in query.clock.numbers([block.end for block in blocks])]
    return [_counted(query, begun, over) for begun, over in zip(first, final, strict=True)]


def _counted(query: Query, first: int, last: int) -> float:
    if query.count is Count.WORKING:
        return query.working.count(first, last)
    if query.count is Count.WORKING_EXCLUSIVE:
        return query.working.count(first, last - 1)
    return last - first + (query.count is Count.INCLUSIVE)


def _cluster(query: Query, each: Cause, blocks: Sequence[Block], days: Sequence[float], found: Held) -> View:
    """One cause; elapsed days count overlaps within an item once, others are the sum of its blocks."""
    mine = [
        spent
        for block, spent in zip(blocks, days, strict=True)
        if each.cause in (found.by[block.place], found.by[block.place] or found.value[block.place])
    ]
    total = each.days if query.count in (None, Count.ELAPSED) else sum(mine)
    return {
        "cause": each.cause,
        "name": _names.mover(query.facts.board, each.cause),
        "days": total,
        "times": each.times,
        "mean_days": total / each.times if each.times else None,
        "now": each.now,
    }


def _row(query: Query, found: Held, block: Block, days: float) -> View:
    item = query.item(query.visits.items[found.item[block.place]])
    by = found.by[block.place]
    return {
        "id": item.id,
        "title": item.title,
        "type": item.type,
        "reason": found.value[block.place],
        "by": by,
        "by_name": _names.mover(query.facts.board, by),
        "since_on": query.on(found.start[block.place]),
        "to_on": None if block.open else query.on(block.end),
        "days": days,
        "age_days": query.clock.number(min(block.end, query.close))
        - query.clock.number(found.start[block.place])
        + 1,
    }


def _months(query: Query, found: Held) -> list[View]:
    """Blocks by month and cause: how many stood in it, and how many days of it."""
    rows: dict[tuple[str, str], list[float]] = {}
    for block in _blocks(query, found):
        cause = found.by[block.place] or found.value[block.place]
        for first in _firsts(query, block):
            month = Block(
                block.place,
                max(block.start, query.clock.begin(first.toordinal())),
                min(block.end, query.clock.begin(_next(first).toordinal())),
                False,
            )
            if query.count in (None, Count.ELAPSED):
                days = (month.end - month.start) / DAY
            elif query.count is Count.WORKING_ELAPSED:
                (days,) = query.between_moments([month.start], [month.end])
            else:
                begun = query.clock.number(month.start)
                last = min(query.clock.number(month.end), _next(first).toordinal() - 1)
                days = _counted(query, begun, min(last, query.window.numbers.stop - 1))
            rows.setdefault((first.strftime("%Y-%m"), cause), []).append(days)
    return [
        {
            "month": month,
            "cause": cause,
            "name": _names.mover(query.facts.board, cause),
            "times": len(rows[month, cause]),
            "days": sum(rows[month, cause]),
        }
        for month, cause in sorted(rows)
    ]


def _firsts(query: Query, block: Block) -> list[date]:
    """The first days of the months that a block stood in."""
    found = [date.fromordinal(query.clock.number(block.start)).replace(day=1)]
    last = block.end if block.end > block.start else block.end + 1
    while query.clock.begin(_next(found[-1]).toordinal()) < last:
        found.append(_next(found[-1]))
    return found


def _next(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _title(causes: Sequence[View], total: float) -> str:
    if not causes:
        return "Nothing was blocked"
    name, most = causes[0]["name"], round(causes[0]["days"], 1)
    return f"{name[:1].upper()}{name[1:]} has cost the most: {most:g} of {round(total, 1):g} blocked days"


def behind(query: Query) -> tuple[Evidence, ...]:
    found = held(query)
    blocks = _blocks(query, found)
    return tuple(
        query.evidence(
            query.visits.items[found.item[block.place]],
            f"blocked by {found.by[block.place] or found.value[block.place]}",
            found.start[block.place],
            days,
        )
        for block, days in zip(blocks, _days(query, blocks), strict=True)
    )

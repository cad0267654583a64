"""What a forecast draws from: the days of the window, and how long finished items took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from opsflow.errors import OpsflowError
from opsflow.flow import counts
from opsflow.flow.days import Window
from opsflow.flow.forecast import Sample
from opsflow.flow.lengths import FEWEST, Lengths, Taken
from opsflow.measures import View
from opsflow.measures._course import Course
from opsflow.measures.query import Query


class Days(NamedTuple):
    """The working days of a window that are over."""

    window: Window | None
    """None: somebody wrote the sample down."""
    sample: Sample
    left_out: int
    """Items that were finished on days that are no working days."""

    def view(self) -> View:
        return {
            "from_on": self.window.first.isoformat() if self.window else None,
            "to_on": self.window.last.isoformat() if self.window else None,
            "working_days": len(self.sample.counts),
            "delivery_days": self.sample.delivery_days,
            "items": self.sample.items,
            "items_on_days_off": self.left_out,
            "mean_day": self.sample.mean if self.sample.counts else None,
        }


def days(query: Query, course: Course, planned: bool = False) -> Days:
    """What was finished on each working day of the window; `planned`: of types of planned work alone."""
    window = query.complete
    spans = query.spans
    daily = list(counts.throughput(spans, window, query.clock))
    if planned:
        over = spans.finished
        chosen = [item for item in counts.within(over, window, query.clock) if item in query.unplanned]
        for number in query.clock.numbers([over[item] or 0.0 for item in chosen]):
            daily[number - window.first.toordinal()] -= 1
    worked = [n for day, n in zip(window.days(), daily, strict=True) if course.workdays.works(day)]
    return Days(window, Sample(tuple(worked)), sum(daily) - sum(worked))


def given(text: str) -> Days:
    """A sample that somebody writes down: the items finished on each of some working days, in any order."""
    counts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and len(part) < 7 for part in counts):
        raise OpsflowError(f"{text!r} is no sample; write the items finished on each day, such as 2,0,1,0,3.")
    return Days(None, Sample(tuple(map(int, counts))), 0)


def lengths(query: Query, course: Course) -> Lengths:
    """How long the finished items of the window took, and how old those are that go on."""
    spans = query.spans
    finished = spans.timed(counts.finished(spans, query.known, query.clock), spans.started)
    begun = [spans.started[item] or 0.0 for item in finished]
    over = [spans.finished[item] or 0.0 for item in finished]
    columns = zip(spans.started, spans.departed, strict=True)
    open_ = [item for item, (start, end) in enumerate(columns) if start is not None and end is None]
    since = [min(spans.started[item] or 0.0, query.now) for item in open_]
    return Lengths(
        _taken(query, course, finished, begun, over),
        _taken(query, course, open_, since, [query.now] * len(open_)),
        FEWEST if query.minimum is None else query.minimum,
    )


def _taken(
    query: Query, course: Course, items: Sequence[int], starts: Sequence[float], ends: Sequence[float]
) -> Iterator[Taken]:
    ids = query.visits.items
    for place, start, end in zip(items, course.worked(starts), course.worked(ends), strict=True):
        item = query.item(ids[place])
        yield Taken(item.type, item.class_, end - start)

"""Laws of the measures, over seeded random histories with every oddity that a board can have."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from opsflow.flow import cfd, counts, days, spans
from opsflow.flow.days import Clock, Window
from opsflow.flow.spans import Spans
from opsflow.model import IN_PROGRESS, History, Kind, Story
from tests import told
from tests.varied import replace

START = datetime(2026, 1, 1, tzinfo=UTC)
WINDOW = Window(date(2026, 2, 1), date(2026, 4, 30))
"""The clocks change within it, and stories begin before and end after it."""
KINDS = {state.name: state.kind for state in told.STATES}
SEEDS = range(12)


def histories(seed: int) -> History:
    """Items that jump, fall back, are reopened, dropped, deleted, brought back, and stray off the board."""
    chance = random.Random(seed)
    names = [*KINDS, "limbo", "-"]
    stories = {}
    for number in range(40):
        moment = START + timedelta(minutes=chance.randrange(90 * 24 * 60))
        steps = [f"{moment.isoformat()} {chance.choice(names[:-1])}"]
        for _ in range(chance.randrange(8)):
            moment += timedelta(minutes=chance.choice((0, 1, 600, 6000, 30000)))
            later = chance.choice(names)
            if later != steps[-1].split()[-1]:
                steps.append(f"{moment.isoformat()} {later}")
        stories[f"OPS-{number}"] = ", ".join(steps)
    return told.history(stories)


@pytest.fixture(params=SEEDS)
def history(request: pytest.FixtureRequest) -> History:
    return histories(request.param)


@pytest.fixture
def found(history: History) -> Spans:
    return spans.of(told.board(), history)


CLOCK = Clock(told.BERLIN)


def seconds(day: date) -> float:
    return CLOCK.begin(day.toordinal())


def in_progress(story: Story, at: datetime) -> bool:
    """Whether the item stood in an active or waiting state: no measure, only states."""
    return any(
        span.start <= at and (span.end is None or at < span.end) and KINDS.get(span.value) in IN_PROGRESS
        for span in story.states
    )


def test_wip_is_arrivals_minus_departures_and_the_direct_count_of_states(
    history: History, found: Spans
) -> None:
    ends = [days.midnight(day + timedelta(days=1), told.BERLIN) for day in WINDOW.days()]
    direct = tuple(
        sum(in_progress(story, end - timedelta(microseconds=1)) for story in history.stories.values())
        for end in ends
    )
    flows = [span.flow for span in found.values()]
    arrived = [sum(start < end for flow in flows for start, _ in flow) for end in ends]
    left = [sum(over is not None and over < end for flow in flows for _, over in flow) for end in ends]
    assert counts.wip(found.flow, WINDOW, CLOCK) == direct
    assert tuple(a - b for a, b in zip(arrived, left, strict=True)) == direct


def test_the_change_of_wip_is_net_flow(found: Spans) -> None:
    wip = counts.wip(found.flow, WINDOW, CLOCK)
    net = [
        came - went
        for came, went in zip(
            counts.arrivals(found.flow, WINDOW, CLOCK),
            counts.departures(found.flow, WINDOW, CLOCK),
            strict=True,
        )
    ]
    assert [after - before for before, after in pairwise(wip)] == net[1:]


def test_the_area_under_wip_is_the_sum_of_residence_times(found: Spans) -> None:
    start, end = days.midnight(WINDOW.first, told.BERLIN), days.midnight(WINDOW.last, told.BERLIN)
    moments = sorted(
        {
            start,
            end,
            *(at for span in found.values() for pair in span.flow for at in pair if at and start < at < end),
        }
    )
    area = sum(
        ((later - before) * told.wip_at(found.values(), before) for before, later in pairwise(moments)),
        timedelta(),
    )
    little = counts.little(found.flow, start.timestamp(), end.timestamp())
    assert little.area_days == area / timedelta(days=1)


def test_littles_law_is_exact(found: Spans) -> None:
    little = counts.little(found.flow, seconds(WINDOW.first), seconds(WINDOW.last))
    assert little.average_wip is not None
    assert little.arrivals_per_day is not None
    assert little.residence_days is not None
    assert little.average_wip == pytest.approx(little.arrivals_per_day * little.residence_days)


def test_lines_of_cumulative_flow_never_fall_and_never_cross(found: Spans) -> None:
    diagram = cfd.of(told.board(), found, WINDOW, CLOCK)
    for line, before in zip(diagram.lines, diagram.before, strict=True):
        assert list(line) == sorted(line)
        assert before <= line[0]
    for upper, lower in pairwise(diagram.lines):
        assert all(above >= below for above, below in zip(upper, lower, strict=True))
    assert all(height >= 0 for band in diagram.bands for height in band)


def test_a_line_of_cumulative_flow_is_the_direct_count_of_what_came_so_far(
    history: History, found: Spans
) -> None:
    """State by state and item by item: who was there, or further, before the day was over; or given up."""
    drawn = [name for name, kind in KINDS.items() if kind in (*IN_PROGRESS, Kind.DONE)]
    diagram = cfd.of(told.board(), found, WINDOW, CLOCK)
    for place, name in enumerate(drawn):
        further = set(drawn[place:])
        for day, counted in zip(WINDOW.days(), diagram.lines[place], strict=True):
            end = days.midnight(day + timedelta(days=1), told.BERLIN)
            came = {
                item
                for item, story in history.stories.items()
                if any(span.value in further and span.start < end for span in story.states)
            }
            came |= {
                item
                for item, span in found.items()
                if span.started and span.discarded and span.discarded < end and not span.first_finished
            }
            assert counted == len(came), (name, day)


def test_what_is_known_of_a_past_day_does_not_change_later(history: History) -> None:
    """WIP, arrivals, departures and cumulative flow up to a day need nothing that came after it."""
    cut = days.midnight(date(2026, 3, 15), UTC)
    window = Window(date(2026, 2, 1), date(2026, 3, 14))
    then = {
        story.item: replace(
            story,
            states=tuple(
                replace(span, end=span.end if span.end and span.end < cut else None)
                for span in story.states
                if span.start < cut
            ),
            gone=story.gone if story.gone and story.gone < cut else None,
        )
        for story in history.stories.values()
        if story.states[0].start < cut
    }
    past = replace(history, stories=then)
    now, before = (spans.of(told.board(), each) for each in (history, past))
    clock = Clock(UTC)
    for measure in (counts.wip, counts.arrivals, counts.departures):
        assert measure(now.flow, window, clock) == measure(before.flow, window, clock)


def test_shuffling_items_changes_nothing(history: History, found: Spans) -> None:
    ids = list(history.stories)
    random.Random(1).shuffle(ids)
    shuffled = replace(history, stories={each: history.stories[each] for each in ids})
    mixed = spans.of(told.board(), shuffled)
    assert dict(mixed) == dict(found)
    assert mixed.visits.items == found.visits.items
    for measure in (counts.wip, counts.arrivals, counts.departures):
        assert measure(mixed.flow, WINDOW, CLOCK) == measure(found.flow, WINDOW, CLOCK)
    assert counts.finished(mixed, WINDOW, CLOCK) == counts.finished(found, WINDOW, CLOCK)
    board, start, end = told.board(), seconds(WINDOW.first), seconds(WINDOW.last)
    assert cfd.of(board, mixed, WINDOW, CLOCK) == cfd.of(board, found, WINDOW, CLOCK)
    assert cfd.rework(board, mixed, start, end) == cfd.rework(board, found, start, end)


def test_throughput_over_slices_adds_up(found: Spans) -> None:
    slices = [found.visits.pick(range(first, len(found), 3)) for first in range(3)]
    parts = [counts.throughput(spans.of(told.board(), each), WINDOW, CLOCK) for each in slices]
    assert tuple(map(sum, zip(*parts, strict=True))) == counts.throughput(found, WINDOW, CLOCK)


def test_each_span_is_in_order_and_over_at_most_once(found: Spans) -> None:
    for span in found.values():
        assert not (span.finished and span.discarded)
        assert span.started is None or span.created <= span.started
        assert span.finished is None or (span.started is not None and span.started <= span.finished)
        assert span.ongoing == (span.started is not None and span.departed is None)
        assert all(over is None or start <= over for start, over in span.flow)
        assert all(one[1] is not None and one[1] <= two[0] for one, two in pairwise(span.flow))
        assert (span.started == span.flow[0][0]) if span.flow else span.started is None

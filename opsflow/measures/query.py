"""What is asked of a measure: over which days, of which items, counted how."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, Any

from opsflow import words
from opsflow.flow import counts, days, percentiles, spans, windows
from opsflow.flow.days import Clock, Count, Window, Working
from opsflow.flow.spans import Column, Flow, Spans
from opsflow.flow.visits import Visits, moment, seconds
from opsflow.measures import _period
from opsflow.model import IN_PROGRESS, OVER, Item, Kind

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.measures import Evidence

SLICES: Mapping[str, Callable[[Item], tuple[str, ...]]] = {
    "type": lambda item: (item.type,),
    "class": lambda item: (item.class_,),
    "service": lambda item: item.services,
    "project": lambda item: (item.part_of,),
    "person": lambda item: item.assignees,
    "label": lambda item: item.labels,
    "state": lambda item: (item.state,),
}
"""What numbers can be broken down by, and the values that an item has of it now, or had last."""
NONE = "none"
"""The slice of items that have no value."""
_WORKING = frozenset((*IN_PROGRESS, Kind.DONE))
_CAME_TO: Mapping[str, frozenset[Kind]] = {
    "started": _WORKING,
    "in progress since": _WORKING,
    "arrived": _WORKING,
    "finished": frozenset((Kind.DONE,)),
    "discarded": frozenset((Kind.DISCARDED,)),
    "left": frozenset((Kind.DONE, Kind.DISCARDED, Kind.BACKLOG)),
}
"""The kinds of state that an item comes to when this happens to it."""
MINUTE = 60.0
KEEP, ERASE = "keep", "erase"
"""What a move back does: the furthest state counts, or later states count as never entered."""


@dataclass(frozen=True, eq=False)
class Query:
    """A question to the history, with every choice that its answer depends on."""

    facts: Facts
    window: Window
    count: Count | None = None
    """How days between two moments are counted; None: as the measure does where nobody asks otherwise."""
    rule: str = "nearest-rank"
    """A name of `percentiles.RULES`."""
    minimum: int | None = None
    """The least n for a number that is made of several; None takes the guards of each."""
    where: str = ""
    """Which items, in the words of whoever asks; empty: all."""
    keeps: Callable[[Item], bool] | None = None
    """What `where` means."""
    by: str = ""
    """A key of SLICES; empty: in one piece."""
    between: tuple[str, str] | None = None
    """Two states: time is taken from the first coming to the one to the last coming to the other."""
    baseline: Window | None = None
    """What limits rest on; None: the window."""
    backward: str = KEEP
    """KEEP or ERASE."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the one measure, as written; `option` gives their values."""
    listed: bool = True
    """Whether single items are listed in full; False: as many as a terminal shows."""
    chosen: tuple[str, ...] | None = None
    """The ids of a slice; None: all that `where` keeps."""
    slice: str = ""
    """The name of the slice, where this is one."""

    # -- time ---------------------------------------------------------------------------------------

    @property
    def measured(self) -> bool:
        """Whether there is a history to measure."""
        return self.facts.visits is not None

    @property
    def silence(self) -> str:
        """Why nothing can be measured; empty where it can."""
        return "" if self.measured else self.facts.gap

    @cached_property
    def since(self) -> date | None:
        """The day on which the history begins; None without one."""
        return _period.since(self.facts)

    @cached_property
    def clock(self) -> Clock:
        """The days of moments, in the board's time zone."""
        return self.facts.kept("_clock", lambda: Clock(self.facts.zone))

    @property
    def now(self) -> float:
        """The moment that counts as now, in seconds."""
        return self.facts.now.timestamp()

    @cached_property
    def start(self) -> float:
        """When the window begins, in seconds; when the history does, where that comes later."""
        return self.clock.begin(max(self.window.first, self.since or self.window.first).toordinal())

    @cached_property
    def end(self) -> float:
        """When the window ends, in seconds; now, where that comes first."""
        return max(min(self.clock.begin(self.window.numbers.stop), self.now), self.start)

    @cached_property
    def until(self) -> float:
        """The first second that is not in the window any more: what stands there stands at the window's end.

        What happens at the midnight that ends a day is of the next one, and what happens right now is of the
        window, as uncommitted edits do. Lengths are taken up to `end`.
        """
        return max(min(self.clock.begin(self.window.numbers.stop), floor(self.now) + 1), self.start)

    @cached_property
    def known(self) -> Window:
        """The days of the window of which something can be known: since the history begins, until today."""
        first = max(self.window.first, self.since) if self.since else self.window.first
        return Window(first, min(self.window.last, self.facts.today))

    @property
    def goes_on(self) -> bool:
        """Whether the window goes on until now, so that what the files say stands at its end."""
        return self.until > self.now

    def stands(self, over: float | None) -> bool:
        """Whether what is over at that moment, or is not (None), stands at the end of the window."""
        return over is None or over >= self.until

    @cached_property
    def ended_on(self) -> date:
        """The last day that is over: yesterday, but today in its last minute, in which `--at` asks."""
        return date.fromordinal(self.clock.number(self.now + MINUTE) - 1)

    @property
    def complete(self) -> Window:
        """The days of the window that are over and known."""
        return Window(self.known.first, min(self.known.last, self.ended_on))

    def nothing(self, reason: str) -> str:
        """Why there is nothing: the reason that is given, unless nothing can be known of these days."""
        return self.beyond or reason

    @property
    def beyond(self) -> str:
        """Why nothing can be known of these days, though there is a history; empty where something can."""
        if len(self.known) or not self.measured:
            return ""
        if self.window.first > self.facts.today:
            return "These days are still to come."
        return f"Nothing is known of these days: the history begins on {self.since}."

    @cached_property
    def working(self) -> Working:
        """The working days of the board's calendar."""
        return self.facts.kept("_working", lambda: _period.working(self.facts))

    # -- items --------------------------------------------------------------------------------------

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item that is asked about, also those whose file is gone, in the order of ids."""
        if self.chosen is not None:
            return {name: self.item(name) for name in self.chosen}
        every, keeps = self.facts.every, self.keeps
        return every if keeps is None else {name: item for name, item in every.items() if keeps(item)}

    def item(self, id: str) -> Item:
        """An item, as its file says or last said."""
        found = self.facts.board.items.get(id)
        return found if found is not None else self.facts.every[id]

    def title(self, id: str) -> str:
        """The title of an item, or its last."""
        return self.item(id).title

    @cached_property
    def types(self) -> list[str]:
        """The type of each item, by position."""
        return [item.type for item in self.at(range(len(self.visits.items)))]

    @cached_property
    def unplanned(self) -> frozenset[int]:
        """The positions of the items of types that nobody plans."""
        unasked = {name for name, type_ in self.facts.board.types.items() if not type_.planned}
        return frozenset(place for place, name in enumerate(self.types) if name in unasked)

    @property
    def unmarked(self) -> str:
        """Why it is not known what of the work is unplanned; empty where it is."""
        planned = all(type_.planned for type_ in self.facts.board.types.values())
        return "no type of work says `planned: false`" if planned else ""

    def planned(self, id: str) -> bool:
        """Whether an item is of a type of planned work; unknown types are."""
        type_ = self.facts.board.types.get(self.item(id).type)
        return type_ is None or type_.planned

    @property
    def narrowed(self) -> bool:
        """Whether only some of the items are asked about."""
        return self.chosen is not None or self.keeps is not None

    @cached_property
    def visits(self) -> Visits:
        """What the items that are asked about did; nothing without a history."""
        found = self.facts.visits or Visits()
        if self.narrowed:
            number = found.number
            found = found.pick(sorted(number[name] for name in self.items if name in number))
        return windows.erased(self.facts.board, found) if self.backward == ERASE else found

    @cached_property
    def spans(self) -> Spans:
        """When the items that are asked about were created, started, finished."""
        own = self.narrowed or self.backward == ERASE
        return spans.of(self.facts.board, self.visits) if own else self.facts.spans

    @cached_property
    def flow(self) -> Flow:
        """The times in progress of the items that are asked about; of a slice by state, the times in it."""
        if self.by or not self.slice.startswith("state:"):
            return self.spans.flow
        state = self.slice.removeprefix("state:")
        found = self.visits
        places = [place for place, name in enumerate(found.state) if found.names[name] == state]
        brought, first = found.brought, found.first
        return Flow(
            [found.item[place] for place in places],
            [found.entered[place] for place in places],
            [found.left[place] for place in places],
            frozenset(
                number
                for number, place in enumerate(places)
                if found.item[place] in brought and place == first[found.item[place]]
            )
            if brought
            else frozenset(),
        )

    @cached_property
    def begun(self) -> Column:
        """When each item was started; with `between`, when it was first at or past the one state."""
        return self._between[0] if self.between else self.spans.started

    @cached_property
    def over(self) -> Column:
        """When each item was finished; with `between`, when it last came to or past the other state."""
        return self._between[1] if self.between else self.spans.finished

    @cached_property
    def _between(self) -> tuple[Column, Column]:
        assert self.between
        return windows.between(self.facts.board, self.spans, *self.between)

    @cached_property
    def done(self) -> Sequence[int]:
        """The positions of what was finished in the window, or went through it, in order of position.

        Not of what was begun nobody knows when, before a mass edit brought it in. Much faster than by time
        where there are very many, for they lie side by side in memory.
        """
        return self.timed(self.begun)

    def timed(self, begun: Column) -> Sequence[int]:
        """The same, of which it is known when they began by this column."""
        return self.spans.timed(counts.within(self.over, self.known, self.clock), begun)

    @cached_property
    def finished(self) -> list[int]:
        """The same, first finished first."""
        return counts.in_order(self.done, self.over)

    # -- numbers ------------------------------------------------------------------------------------

    @cached_property
    def done_times(self) -> list[float]:
        """The cycle times in days of what was finished in the window, in order of position."""
        return self.lengths(self.begun, self.over, self.done)

    @cached_property
    def cycle_times(self) -> list[float]:
        """The same, of what was finished first first."""
        times = dict(zip(self.done, self.done_times, strict=True))
        return list(map(times.__getitem__, self.finished))

    @cached_property
    def came(self) -> list[int]:
        """The numbers of the days on which times in progress began."""
        return self.clock.numbers(self.flow.start)

    @cached_property
    def arrived(self) -> list[int]:
        """The same, without what a mass edit brought in."""
        return self.clock.numbers(self.flow.arrived) if self.flow.brought else self.came

    @cached_property
    def left(self) -> list[int]:
        """The numbers of the days on which they ended, where they did."""
        return self.clock.numbers(counts.known(self.flow.end))

    def lengths(self, starts: Column, ends: Column, items: Sequence[int]) -> list[float]:
        """Days between two moments of the items at these positions, counted as asked; both must have come."""
        first, last = [starts[item] or 0.0 for item in items], [ends[item] or 0.0 for item in items]
        return self.between_moments(first, last)

    def between_moments(self, starts: Sequence[float], ends: Sequence[float]) -> list[float]:
        """Days from each moment to the other, counted as asked."""
        return days.lengths(starts, ends, self.clock, self.count or Count.INCLUSIVE, self.working)

    @property
    def close(self) -> float:
        """The last moment of the window: now, or just before the midnight that ends its last day."""
        return self.end if self.goes_on else max(self.end - 1, self.start)

    def until_end(self, starts: Sequence[float]) -> list[float]:
        """Days from each moment to the end of the window, counted as asked; what begins later begins then.

        The midnight that ends a day is of the next one, which counts where whole days do.
        """
        whole = self.count not in (Count.ELAPSED, Count.WORKING_ELAPSED)
        last = self.close if whole else self.end
        return self.between_moments([min(at, last) for at in starts], [last] * len(starts))

    def on(self, at: float) -> str:
        """The day of a moment, as text."""
        return date.fromordinal(self.clock.number(at)).isoformat()

    def working_days(self, starts: Column, ends: Column, items: Sequence[int]) -> list[float]:
        """The same in working days, whatever is asked."""
        first, last = [starts[item] or 0.0 for item in items], [ends[item] or 0.0 for item in items]
        return days.lengths(first, last, self.clock, Count.WORKING, self.working)

    def at(self, items: Iterable[int]) -> list[Item]:
        """The items at these positions."""
        ids, board, item = self.visits.items, self.facts.board.items, self.item
        return [board[name] if (name := ids[place]) in board else item(name) for place in items]

    def percentile(self, values: Sequence[float], p: float) -> float | None:
        """The p-th percentile by the rule that is asked for; None where there are too few values."""
        return percentiles.percentile(values, p, self.minimum, self.rule)

    def percentiles(
        self, values: Sequence[float], shown: Iterable[float], what: str = "finished item"
    ) -> list[dict[str, Any]]:
        """A row for each percentile, with what is missing where there are too few values."""
        ordered = sorted(values)
        rows: list[dict[str, Any]] = []
        for p in shown:
            found = self.percentile(ordered, p)
            reason = "" if found is not None else self.few_for(len(ordered), p, what)
            rows.append({"p": p, "days": found, "n": len(ordered), "reason": reason})
        return rows

    def enough(self, n: int, guard: int) -> bool:
        """Whether so many values are enough, where the guard is what is needed if nobody asks otherwise."""
        return n >= self._needed(guard)

    def too_few(self, n: int, guard: int) -> str:
        """Why there is no number: how many values there are, and how many it takes."""
        return f"{n:,} of {self._needed(guard):,} needed"

    def few(self, n: int, guard: int, what: str = "finished item", least: int = 1) -> str:
        """The same as a sentence, such as "3 finished items, 5 are needed"; it takes at least `least`."""
        needed = max(self._needed(guard), least)
        return f"{words.count(n, what)}, {needed:,} {'is' if needed == 1 else 'are'} needed"

    def few_for(self, n: int, p: float, what: str = "finished item") -> str:
        """Why there is no p-th percentile."""
        return percentiles.too_few(n, self._needed(percentiles.enough(p)), what)

    def _needed(self, guard: int) -> int:
        """How many values it takes, where the guard says so if nobody asks otherwise."""
        return max(guard if self.minimum is None else self.minimum, 1)

    def option(self, name: str, default: str) -> str:
        """An option of the measure, as written."""
        return self.options.get(name, default)

    # -- evidence -----------------------------------------------------------------------------------

    def evidence(self, item: str, what: str, at: float, value: float | None = None) -> Evidence:
        """What happened to an item, with the commit that says so.

        Several commits may share a second, after a rebase above all: then it is the one that brought the
        item to a state of which `what` speaks.
        """
        from opsflow.measures import Evidence
        from opsflow.model import Commit

        story, when, states = self.facts.story(item), moment(at), self._states(what)
        if story is not None:
            moves = [move for move in story.transitions if seconds(move.at) == at]
            said = [move.commit for move in sorted(moves, key=lambda move: move.after not in states)]
            held = (*story.blocked, *story.assigned)
            said += [span.commit for span in held if seconds(span.start) == at]
            return Evidence(item, what, when, value, said[0] if said else None)
        commit, author = self.facts.visits.said(item, at, states) if self.facts.visits else ("", "")
        return Evidence(item, what, when, value, Commit(commit, when, author) if commit else None)

    def _states(self, what: str) -> frozenset[str | None]:
        """The states that an item can have come to when this happened to it; None: its file was deleted."""
        kinds = next((_CAME_TO[word] for word in what.split(", ") if word in _CAME_TO), None)
        if kinds is None:
            return frozenset((what.removeprefix("came to "),))
        named = {state.name for state in self.facts.board.states if state.kind in kinds}
        return frozenset((*named, None)) if Kind.DISCARDED in kinds else frozenset(named)

    # -- slices -------------------------------------------------------------------------------------

    def slices(self) -> Iterator[tuple[str, Query]]:
        """The same question to each slice, named: sorted, NONE last; states in order, but not the last."""
        if not self.by:
            return
        values = SLICES[self.by]
        found: dict[str, list[str]] = {}
        for name, item in self.items.items():
            for value in dict.fromkeys(values(item)) or ("",):
                found.setdefault(value, []).append(name)
        if self.by == "state":
            for state in (each for each in self.facts.board.states if each.kind not in OVER):
                yield state.name, replace(self, by="", slice=f"state:{state.name}")
            return
        for value in sorted(found, key=lambda value: (not value, value)):
            yield value or NONE, replace(self, by="", chosen=tuple(found[value]), slice=f"{self.by}:{value}")

    def asked(self) -> dict[str, Any]:
        """Every choice as plain data: who asks the same of the same board gets the same answer."""
        return {
            "from_on": self.window.first.isoformat(),
            "to_on": self.window.last.isoformat(),
            "count": str(self.count) if self.count else None,
            "percentile_rule": self.rule,
            "minimum": self.minimum,
            "where": self.where,
            "by": self.by,
            "slice": self.slice,
            "between": list(self.between) if self.between else None,
            "baseline_from_on": self.baseline.first.isoformat() if self.baseline else None,
            "baseline_to_on": self.baseline.last.isoformat() if self.baseline else None,
            "backward": self.backward,
            "week": sorted(self.working.week),
            "holidays": list(self.facts.board.calendar.holidays),
            "timezone": self.facts.board.timezone,
            "options": dict(sorted(self.options.items())),
        }

    @property
    def seed(self) -> str:
        """What randomness begins with: the question alone, no clock and no commit."""
        return json.dumps(self.asked(), sort_keys=True)


def of(facts: Facts) -> Query:
    """The question as it is where nobody asks otherwise: the last 90 days, all items."""
    return Query(facts, _period.last(facts))

"""Numbers that several reports need, each worked out once for the facts that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsflow import graph
from opsflow.flow import days, expectation, spans
from opsflow.flow.days import Window
from opsflow.measures import _period
from opsflow.measures import query as queries
from opsflow.measures.query import Query
from opsflow.model import (
    IN_PROGRESS,
    OVER,
    Blocked,
    Expectation,
    Finding,
    Item,
    Kind,
    Limit,
    Severity,
    Span,
    State,
    Story,
    order_key,
)

if TYPE_CHECKING:
    from opsflow.facts import Facts


@dataclass(frozen=True)
class Numbers:
    """What reports ask of the facts, kept once worked out."""

    facts: Facts

    @cached_property
    def shown(self) -> defaultdict[str, dict[Any, Any]]:
        """What looks the same wherever it is shown, by what it is and its key: made once, never changed."""
        return defaultdict(dict)

    # -- time ---------------------------------------------------------------------------------

    @property
    def measured(self) -> bool:
        """Whether there is a history to measure; without one, no measure is 0: it is not known."""
        return self.facts.history is not None

    @cached_property
    def query(self) -> Query:
        """What the measures of pages are asked: the last 90 days, all items."""
        return queries.of(self.facts)

    @cached_property
    def since(self) -> date | None:
        """The day on which the history begins; None without one."""
        return self.query.since

    @property
    def window(self) -> Window:
        """The last 90 days, or what the history has of them."""
        return self.query.window

    def last(self, length: int) -> Window:
        """The last so many days, cut where the history begins only later."""
        return _period.last(self.facts, length)

    # -- finished work ------------------------------------------------------------------------

    @cached_property
    def cycle_times(self) -> tuple[int, ...]:
        """The cycle times in days of what was finished in the window, sorted."""
        return tuple(sorted(map(int, self.query.cycle_times)))

    # -- items --------------------------------------------------------------------------------

    @cached_property
    def open(self) -> tuple[Item, ...]:
        """Items that are neither done nor discarded, in the board's order."""
        board = self.facts.board
        return tuple(item for item in board.items.values() if self.kind(item) not in OVER)

    @cached_property
    def in_progress(self) -> tuple[Item, ...]:
        """Items in active and waiting states, in the board's order."""
        return tuple(item for item in self.facts.board.items.values() if self.kind(item) in IN_PROGRESS)

    @cached_property
    def states(self) -> Mapping[str, State]:
        """The states of the workflow by name, in order."""
        return {state.name: state for state in self.facts.board.states}

    @cached_property
    def in_state(self) -> Mapping[str, tuple[Item, ...]]:
        """The items that stand in each state, unknown states included."""
        found: dict[str, list[Item]] = {name: [] for name in self.states}
        for item in self.facts.board.items.values():
            found.setdefault(item.state, []).append(item)
        return {name: tuple(items) for name, items in found.items()}

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """What each state of the workflow means."""
        return self.facts.board.kinds

    def kind(self, item: Item) -> Kind | None:
        """The kind of the item's state; None where the workflow does not know it."""
        return self.kinds.get(item.state)

    def block(self, item: Item) -> Blocked | None:
        """Why an item cannot go on; None for what is over, even if nobody took the block out of the file."""
        return None if self.kind(item) in OVER else item.blocked

    def over(self, id: str) -> bool:
        """Whether an item is done or discarded, or its file is gone."""
        item = self.facts.board.items.get(id)
        if item is not None:
            return self.kind(item) in OVER
        span = self.facts.spans.get(id)
        return span is not None and span.departed is not None

    def done(self, id: str) -> bool:
        """Whether an item is finished, on the board or archived."""
        item = self.facts.board.items.get(id)
        if item is not None:
            return self.kind(item) is Kind.DONE
        span = self.facts.spans.get(id)
        return span is not None and span.finished_by is not None

    def story(self, id: str) -> Story | None:
        """What the history tells of an item."""
        return self.facts.story(id)

    def type_of(self, id: str) -> str:
        """The type of an item, of an archived one its last."""
        item = self.facts.board.items.get(id)
        if item is not None:
            return item.type
        story = self.story(id)
        return story.types[-1].value if story and story.types else next(iter(self.facts.board.types), "")

    def class_of(self, id: str) -> str:
        """The class of an item, of an archived one its last."""
        item = self.facts.board.items.get(id)
        if item is not None:
            return item.class_
        story = self.story(id)
        return story.classes[-1].value if story and story.classes else ""

    def title_of(self, id: str) -> str:
        """The title of an item, of an archived one its last; empty where there never was one."""
        item = self.facts.board.items.get(id)
        if item is not None:
            return item.title
        story = self.story(id)
        return story.title if story else ""

    def planned(self, id: str) -> bool:
        """Whether the type of an item is planned work; unknown types are."""
        type_ = self.facts.board.types.get(self.type_of(id))
        return type_ is None or type_.planned

    def expedite(self, item: Item) -> bool:
        """Whether the item's class may go beyond limits."""
        class_ = self.facts.board.classes.get(item.class_)
        return class_ is not None and class_.beyond_limits

    def age(self, id: str) -> int | None:
        """Work item age in days; None for what has not begun, is over, or has no history."""
        span = self.facts.spans.get(id)
        return spans.age_days(span, self.facts.now, self.facts.zone) if span else None

    def state_since(self, id: str) -> Span | None:
        """The present state of an item as the history has it."""
        story = self.story(id)
        return story.states[-1] if story and story.states and story.states[-1].end is None else None

    def blocked_since(self, id: str) -> Span | None:
        """The block that stands now; None without one, or without a history."""
        return next((span for span in self.facts.blocks(id)[::-1] if span.end is None), None)

    def days_since(self, span: Span | None) -> int | None:
        """Inclusive days from the start of a span to now."""
        return None if span is None else days.inclusive(span.start, self.facts.now, self.facts.zone)

    # -- dependencies -------------------------------------------------------------------------

    @cached_property
    def dependents(self) -> Mapping[str, tuple[str, ...]]:
        """For each id that is named in `depends_on`, the items that name it."""
        found: dict[str, list[str]] = {}
        for item in self.facts.board.items.values():
            for needed in dict.fromkeys(item.depends_on):
                found.setdefault(needed, []).append(item.id)
        return {needed: tuple(items) for needed, items in found.items()}

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """For each id or project that is named in `part_of`, the items that name it."""
        found: dict[str, list[str]] = {}
        for item in self.facts.board.items.values():
            if item.part_of:
                found.setdefault(item.part_of, []).append(item.id)
        return {whole: tuple(items) for whole, items in found.items()}

    def holds_up(self, id: str) -> tuple[str, ...]:
        """Open items that wait for this one, directly or through other open items, sorted by id.

        Empty where this one is over or not on the board: nobody waits for it then.
        """
        if id not in self._held:
            self._held[id] = self._holds_up(id)
        return self._held[id]

    @cached_property
    def _held(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _holds_up(self, id: str) -> tuple[str, ...]:
        reached: set[str] = set()
        waiting = [id] if id in self.facts.board.items and not self.over(id) else []
        while waiting:
            for later in self.dependents.get(waiting.pop(), ()):
                if later not in reached and not self.over(later):
                    reached.add(later)
                    waiting.append(later)
        return tuple(sorted(reached - {id}, key=order_key))

    # -- limits -------------------------------------------------------------------------------

    @cached_property
    def limits(self) -> tuple[tuple[Limit, tuple[graph.Group, ...]], ...]:
        """Every limit of the board and what it counts."""
        board = self.facts.board
        return tuple((limit, graph.count(self.facts.graph, board, limit)) for limit in board.limits)

    @cached_property
    def own_limits(self) -> Mapping[str, tuple[Limit, tuple[str, ...]]]:
        """For each state with a limit of its own, that limit and the ids that it counts."""
        board = self.facts.board
        return {
            limit.states[0]: (limit, groups[0].items)
            for limit, groups in self.limits
            if limit.is_own and groups and limit is board.limit_of(*limit.states)
        }

    # -- expectations -------------------------------------------------------------------------

    def expectation(self, id: str) -> Expectation | None:
        """The expectation that fits an item best."""
        item = self.facts.board.items.get(id)
        services = item.services if item else ()
        return expectation.applies(
            self.facts.board.expectations, self.type_of(id), self.class_of(id), services
        )

    @cached_property
    def times_by_expectation(self) -> Mapping[Expectation, tuple[int, ...]]:
        """The cycle times of finished work of the window, by the expectation that fits it."""
        found: dict[Expectation, list[int]] = {each: [] for each in self.facts.board.expectations}
        ids = self.query.visits.items
        for item, time in zip(self.query.finished, self.query.cycle_times, strict=True):
            each = self.expectation(ids[item])
            if each is not None:
                found[each].append(int(time))
        return {each: tuple(times) for each, times in found.items()}


def of(facts: Facts) -> Numbers:
    """The numbers of these facts; the same object every time."""
    return facts.kept("_numbers", lambda: Numbers(facts))


def by_item(findings: Sequence[Finding]) -> Mapping[str, dict[str, int]]:
    """For each item with findings that count, how many of each severity."""
    found: dict[str, dict[str, int]] = {}
    for finding in findings:
        if finding.item and finding.waiver is None:
            counted = found.setdefault(finding.item, {severity.value: 0 for severity in Severity})
            counted[finding.severity.value] += 1
    return found

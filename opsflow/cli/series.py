"""A measure as it was on many past days: on which, and by whose rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsflow.cli import asking, options, screen, tables
from opsflow.collection import paused
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.measures._series import Point
    from opsflow.past import Day

SHOWN = 26
MOST = 600
"""So many days, where nobody says from when on."""
ONE = timedelta(days=1)


Source = Callable[[Sequence[date]], "Iterable[Day]"]
"""What gives the facts of past days, in order."""


def views(
    ask: options.Ask,
    given: tables.Given,
    asked: asking.Asked,
    names: Sequence[str],
    every: str,
    rules: str,
) -> tuple[Facts, list[dict[str, Any]]]:
    """The facts of the present, and the series of some measures; without `rules`, the usual ones."""
    from opsflow import past
    from opsflow.events import past as table

    rules = _rules(given, rules)
    facts = tables.facts(ask, given, asked.timezone)

    def days(wanted: Sequence[date]) -> Iterator[Day]:
        if given.events:
            yield from table.days(facts, wanted)
            return
        with screen.progress() as bar:
            found = past.days(facts, ask.root(), wanted, rules=rules, cache=ask.cache, progress=bar)
            for n, day in enumerate(found, 1):
                if bar is not None:
                    bar("days", n, len(wanted))
                yield day

    return facts, told(facts, asked, names, every, rules, days)


def told(
    facts: Facts, asked: asking.Asked, names: Sequence[str], every: str, rules: str, source: Source
) -> list[dict[str, Any]]:
    """The series of some measures, of days whose facts a source gives.

    OpsflowError where they have none.
    """
    from opsflow import measures
    from opsflow.flow.days import Window
    from opsflow.measures import _period, _series

    if asked.by:
        raise OpsflowError("--every and --by are too much at once; ask for one slice with --where.")
    for name in names:
        if not measures.facts(name):
            raise OpsflowError(
                f"{name} tells what would be otherwise, and has no figure to follow over time."
            )
    if facts.visits is None:
        raise OpsflowError(f"Nothing is known of past days: {facts.gap.rstrip('.')}.")
    last = asking.period(asked.until, facts.today, "--to").last if asked.until else _period.last_day(facts)
    first = asking.period(asked.since, facts.today, "--from").first if asked.since else None
    begun = _period.first_day(facts) or last
    wanted = [day for day in days(every, first, min(last, facts.today)) if day >= begun]
    if not wanted:
        raise OpsflowError(f"None of these days is known: the history goes from {begun} to {facts.today}.")
    present = asking.query(replace(asked, since="", until=""), facts, names)
    present = replace(present, window=Window(wanted[0], wanted[-1]))
    with paused():
        return _series.of(names, _points(asked, names, source(wanted)), present, rules, every)


def _points(asked: asking.Asked, names: Sequence[str], found: Iterable[Day]) -> Iterator[Point]:
    """Each day with the question that `--at` and `--to` it would ask."""
    from opsflow.measures._series import Point

    for day in found:
        rules = day.rules.id[:7] if day.rules else "now"
        query, reason = None, day.reason
        if day.facts is not None:
            try:
                query = asking.query(replace(asked, since="", until=day.on.isoformat()), day.facts, names)
            except OpsflowError as error:  # such as a state that there was not yet
                reason = str(error)
        yield Point(day.on, query and replace(query, listed=False), reason, rules)


def _rules(given: tables.Given, rules: str) -> str:
    from opsflow import past

    if given.events and rules == past.THEN:
        raise OpsflowError("A table of events does not say what the rules were; ask for --rules now.")
    return rules or (past.NOW if given.events else past.THEN)


def days(every: str, first: date | None, last: date) -> list[date]:
    """The last days of weeks or months, or each so manieth day, up to the last day, which always is one.

    OpsflowError for what is no such period, and where there would be too many of them.
    """
    step = asking.length(every, "--every", "week, month or 14d") if every not in ("week", "month") else 0
    found = [last]
    while first is not None or len(found) < SHOWN:
        day = found[-1]
        if every == "week":
            before = day - timedelta(days=day.weekday() + 1)
        elif every == "month":
            before = day.replace(day=1) - ONE
        else:
            before = day - timedelta(days=min(step, day.toordinal() - 1))
        if before.year < 1900 or (first is not None and before < first):
            break
        if len(found) == MOST:
            raise OpsflowError(
                f"--every {every} from {first} to {last} is more than {MOST} times; name a longer period, or "
                "a later --from."
            )
        found.append(before)
    return found[::-1] if first is None or found[0] >= first else []

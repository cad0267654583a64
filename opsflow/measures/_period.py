"""The days that are asked about: of which something is known, and on which work is done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from opsflow.flow import days
from opsflow.flow.days import Window, Working
from opsflow.flow.visits import moment

if TYPE_CHECKING:
    from opsflow.facts import Facts

MOST_YEARS = 60
"""Holidays are known for so many years back: a slip in a date asks for no more of them."""
DAYS = 90
"""The length of a window where none is asked for."""


def last(facts: Facts, length: int = DAYS) -> Window:
    """The last so many days, cut where the history begins only later."""
    return window(facts, length, None)


def window(facts: Facts, length: int | None, last: date | None) -> Window:
    """So many days up to the last one, cut where nothing is known before.

    Without a length, 90 days of a history, and all days of a table of events; without a last day, today,
    and for a table the last day of which it tells.
    """
    until = last or last_day(facts)
    begun = first_day(facts)
    if length is None and facts.table is not None:
        return Window(min(begun or until, until), until)
    return days.last(length or DAYS, until, None if begun is None else min(begun, until))


def cut(facts: Facts, window: Window) -> Window:
    """The days of a window since the history begins; all of it where that comes later, to say so."""
    begun = since(facts)
    return window if begun is None or begun > window.last else Window(max(window.first, begun), window.last)


def last_day(facts: Facts) -> date:
    """Today; of a table of events, the last day of which it tells, unless somebody says what day it is."""
    if facts.table is None or not len(facts.table) or facts.dated:
        return facts.today
    table = facts.table
    held = (table.blocked, table.assigned, table.types, table.classes)
    columns = (table.entered, table.left, *(each.start for each in held), *(each.end for each in held))
    latest = max(max((at for at in column if at is not None), default=0.0) for column in columns)
    return min(days.day(moment(latest), facts.zone), facts.today)


def since(facts: Facts) -> date | None:
    """The day on which the history begins, before which nothing is known; None without one."""
    history = facts.history
    return days.day(history.commits[0].at, facts.zone) if history and history.commits else None


def first_day(facts: Facts) -> date | None:
    """The first day of which something is known; None without any."""
    if facts.table is not None and len(facts.table):
        return days.day(moment(min(facts.table.entered)), facts.zone)
    return since(facts)


def working(facts: Facts) -> Working:
    """The working days of a board: the days of its week, without holidays."""
    from opsflow.capacity import calendar

    found = calendar.of(facts.board.calendar)
    if not found.codes:
        return Working(found.week, found.dates)
    entered = facts.visits.entered if facts.visits else ()  # `entered:` may say what was before the history
    begun = days.day(moment(min(entered)), facts.zone) if entered else facts.today
    years = range(max(begun.year, facts.today.year - MOST_YEARS), facts.today.year + 2)
    free = {day for code in found.codes for year in years for day in calendar.holidays(code, year)}
    return Working(found.week, free | found.dates)

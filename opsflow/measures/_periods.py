"""Days, weeks and other periods as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opsflow.errors import OpsflowError
from opsflow.flow import days
from opsflow.flow.days import PERIODS, Week
from opsflow.measures import Option, View
from opsflow.measures.query import Query

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERIOD = Option(
    "period",
    "week",
    "what is added up: a day, week, month, quarter, year, or so many days from the first one on, such as 14",
)
BEGINS = Option("begins", "monday", "the day on which weeks begin", WEEKDAYS)
MOST_DAYS = 3660


def of(query: Query) -> tuple[Week, ...]:
    """The periods of the days of which something is known; none without a history."""
    begins = WEEKDAYS.index(query.option(BEGINS.name, BEGINS.default))
    return days.periods(query.known, query.ended_on, _length(query), begins) if query.measured else ()


def _length(query: Query) -> str | int:
    text = query.option(PERIOD.name, PERIOD.default)
    if text in PERIODS:
        return text
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_DAYS):
        raise OpsflowError(
            f"The option period is {', '.join(PERIODS)} or a number of days, and not {text!r}."
        )
    return int(text)


def word(query: Query) -> str:
    """What one period is called: "week", or "period of 14 days"."""
    length = _length(query)
    return length if isinstance(length, str) else f"period of {length} days" if length > 1 else "day"


def words_of(query: Query) -> str:
    """What several are called."""
    one, length = word(query), _length(query)
    return f"periods of {length} days" if isinstance(length, int) and length > 1 else f"{one}s"


def called(query: Query) -> Mapping[str, str]:
    """What figures and columns about weeks are called where other periods are asked for."""
    one = word(query)
    if one == "week":
        return {}
    return {
        "week": one.partition(" of ")[0],
        "mean_week": f"Mean of full {words_of(query)}",
        "median_week": f"Median of full {words_of(query)}",
        "a week": f"a {one}",
    }


def week(each: Week) -> View:
    """The part of a period that lies in the window."""
    return {"week": each.name, "from_on": each.first.isoformat(), "to_on": each.last.isoformat()}


def daily(query: Query, what: str, series: Sequence[float]) -> list[View]:
    """One number for each day of which something is known; nothing where there is no history to count in."""
    if not query.measured:
        return []
    return [{"day_on": day.isoformat(), what: n} for day, n in zip(query.known.days(), series, strict=True)]

"""Money: burn, run-out, earned value, value for cost. What was not measured is None, never 0."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple


class Summed(NamedTuple):
    """A sum over items of which some may not say what they are worth, or cost."""

    total: float | None
    """None where none says."""
    measured: int
    """How many say."""
    unmeasured: int
    """How many do not."""

    @property
    def mean(self) -> float | None:
        """Per item of those that say."""
        return None if self.total is None else self.total / self.measured


def add(amounts: Iterable[float | None]) -> Summed:
    """The amounts that are known, and how many are not."""
    found = list(amounts)
    known = [amount for amount in found if amount is not None]
    return Summed(sum(known) if known else None, len(known), len(found) - len(known))


def ratio(upper: float | None, lower: float | None) -> float | None:
    """The quotient; None where a part is not known or there is nothing to divide by."""
    return None if upper is None or not lower else upper / lower


def burn_per_day(spent: float | None, first: date, today: date) -> float | None:
    """What was spent a calendar day, from the first day to today, both included."""
    length = (today - first).days + 1
    return None if spent is None or length < 1 else spent / length


def runs_out(budget: float, spent: float, per_day: float | None, today: date) -> date | None:
    """The day in which a budget is used up if spending goes on as it did; today is paid for.

    Today where it is used up already; None where nothing is spent, or it lasts beyond the calendar.
    """
    if spent >= budget:
        return today
    if not per_day:
        return None
    days = ceil(round((budget - spent) / per_day, 6))
    return today + timedelta(days=days) if days < (date.max - today).days else None


class Earned(NamedTuple):
    """Earned value (ANSI/EIA-748): what was planned, what was done and what was spent, in one unit."""

    budget: float
    """BAC, the budget at completion."""
    planned: float | None
    """PV: the budget of what should be finished by now; None where nothing says."""
    earned: float
    """EV: the budget of what is finished."""
    spent: float | None
    """AC, the actual cost; None where nothing was measured."""

    @property
    def schedule_variance(self) -> float | None:
        """SV = EV - PV: below 0, work is behind its plan."""
        return None if self.planned is None else self.earned - self.planned

    @property
    def cost_variance(self) -> float | None:
        """CV = EV - AC: below 0, work cost more than its budget."""
        return None if self.spent is None else self.earned - self.spent

    @property
    def schedule_index(self) -> float | None:
        """SPI = EV / PV."""
        return ratio(self.earned, self.planned)

    @property
    def cost_index(self) -> float | None:
        """CPI = EV / AC."""
        return ratio(self.earned, self.spent)

    @property
    def estimate_at_completion(self) -> float | None:
        """EAC = BAC / CPI: what it will cost in all, if it goes on as it did."""
        return ratio(self.budget, self.cost_index)

    @property
    def to_complete(self) -> float | None:
        """TCPI = (BAC - EV) / (BAC - AC): how well money has to be used from now on. None: none is left."""
        if self.spent is None or self.spent >= self.budget:
            return None
        return (self.budget - self.earned) / (self.budget - self.spent)


def earned(budget: float, units: int, planned: float | None, done: float, spent: float | None) -> Earned:
    """Earned value where a budget is spread evenly over units, of which so many are planned and done."""
    each = budget / units
    return Earned(budget, None if planned is None else planned * each, done * each, spent)

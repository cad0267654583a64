"""Options that are whole numbers, days and percentiles, as somebody writes them."""

from __future__ import annotations

from datetime import date

from opsflow.errors import OpsflowError
from opsflow.reading import values


def whole(text: str, what: str, default: int, most: int) -> int:
    """A number from 1 up to a largest one; the default where nothing is written."""
    if not text:
        return default
    if not text.isdecimal() or len(text) > 12 or not 1 <= int(text) <= most:
        raise OpsflowError(f"{text!r} is no number of {what}; write a whole number from 1 to {most:,}.")
    return int(text)


def percentiles(text: str, least: float = 0, most: float = 100) -> list[float]:
    """Percentiles, such as 50,85,97.5; none where nothing is written."""
    found = [values.number(part.strip()) for part in text.split(",")] if text else []
    shown = [float(p) for p in found if p is not None and least <= p <= most]
    if len(shown) < len(found):
        raise OpsflowError(
            f"The option percentiles is numbers from {least:g} to {most:g}, such as 50,85,95, "
            f"and not {text!r}."
        )
    return [int(p) if p == int(p) else p for p in shown]


def day(text: str) -> date | None:
    """A day; None where nothing is written."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise OpsflowError(f"{text!r} is no day; write it as 2026-12-01.") from None

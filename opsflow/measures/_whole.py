"""Options of forecasts that are whole numbers and days, as somebody writes them."""

from __future__ import annotations

from datetime import date

from opsflow.errors import OpsflowError


def whole(text: str, what: str, default: int, most: int) -> int:
    """A number from 1 up to a largest one; the default where nothing is written."""
    if not text:
        return default
    if not text.isdecimal() or len(text) > 12 or not 1 <= int(text) <= most:
        raise OpsflowError(f"{text!r} is no number of {what}; write a whole number from 1 to {most:,}.")
    return int(text)


def day(text: str) -> date | None:
    """A day; None where nothing is written."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise OpsflowError(f"{text!r} is no day; write it as 2026-12-01.") from None

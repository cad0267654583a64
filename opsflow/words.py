"""Numbers and lists as sentences say them, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence


def number(value: float | int) -> str:
    """A number with at most one decimal, and commas between thousands."""
    text = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    return text.removesuffix(".0")


def count(amount: float | int, one: str, many: str = "") -> str:
    """Such as "1 item" and "1,200 items"; the plural takes an s unless it is given."""
    return f"{number(amount)} {one if amount == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """Such as "a", "a and b" and "a, b and c"."""
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)

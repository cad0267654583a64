"""Colour for terminals: little of it, and only where something asks for attention."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Paints a text in a style: `paint("over", "bad")`. The text must be visible() already."""

STYLES = {
    "bad": "31",
    "warn": "33",
    "note": "36",
    "good": "32",
    "dim": "2",
    "strong": "1",
    "error": "1;31",
    "warning": "1;33",
}


def plain(text: str, style: str) -> str:
    """No colour: for pipes, files and those who ask for none."""
    return text


def ansi(text: str, style: str) -> str:
    """The escape sequences that every terminal knows."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style and text else text

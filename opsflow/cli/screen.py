"""What goes to the terminal, and what the terminal can do. Every byte that opsflow prints goes out here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

from opsflow.formats.paint import Paint, ansi, plain
from opsflow.formats.visible import harmless, visible

if TYPE_CHECKING:
    from opsflow.facts import Progress

PATIENCE = 0.7
"""Seconds of work before a progress bar appears."""


PLAIN = str.maketrans({"─": "-", "━": "=", "█": "#", "→": "->", "…": "...", "–": "-", "⏎": "|"})
"""The signs of opsflow's own for a terminal that has only ASCII."""


def show(text: str, *, commands: bool = False) -> None:
    """Write a text to the standard output; in CI with the commands in it broken, unless they are meant."""
    if sys.stdout is not None:
        shown = text if "utf" in (sys.stdout.encoding or "").lower() else text.translate(PLAIN)
        sys.stdout.write(harmless(shown) if _in_ci() and not commands else shown)


def show_all(text: str) -> None:
    """Write the whole answer of a command, and see it out."""
    keep_writable()
    show(text)
    flush()


def keep_writable() -> None:
    """No text stops the output: what the terminal's encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def flush() -> None:
    """Hand on what was written so far."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def tell(text: str) -> None:
    """Write a message to the standard error: what is no part of the answer."""
    if sys.stderr is not None:
        lines = "".join(f"{visible(line)}\n" for line in text.removesuffix("\n").split("\n"))
        sys.stderr.write(harmless(lines) if _in_ci() else lines)


def on_terminal() -> bool:
    """Whether a person reads the standard output."""
    return sys.stdout is not None and sys.stdout.isatty()


def acts() -> bool:
    """Whether what is written may act: on a terminal, or in the log of a CI; not in a pipe or a file."""
    return on_terminal() or _in_ci()


def paint() -> Paint:
    """Colour on a terminal, unless NO_COLOR is set; FORCE_COLOR asks for it elsewhere."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return plain
    return ansi if on_terminal() or os.environ.get("FORCE_COLOR") else plain


def columns() -> int | None:
    """How many columns a line may have; None where nobody looks at it on a terminal."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and len(given) < 6 and int(given) > 0:
        return int(given)
    if not on_terminal():
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80


def in_github() -> bool:
    """Whether GitHub Actions reads the standard output, and acts on the commands in it."""
    return os.environ.get("GITHUB_ACTIONS") == "true" and not on_terminal()


def _in_ci() -> bool:
    return any(os.environ.get(name) for name in ("CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"))


@contextmanager
def progress() -> Iterator[Progress | None]:
    """A progress bar for work that takes long, on a terminal only; gone when the work is done."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.stop()


class _Bar:
    """Draws nothing, and imports nothing, before the work has taken a moment."""

    def __init__(self) -> None:
        self.start = monotonic()
        self.drawn: Any = None
        self.tasks: dict[str, Any] = {}

    def __call__(self, what: str, done: int, total: int | None) -> None:
        if self.drawn is None:
            if monotonic() - self.start < PATIENCE:
                return
            from rich.console import Console
            from rich.progress import Progress as Bars

            self.drawn = Bars(console=Console(stderr=True, markup=False), transient=True)
            self.drawn.start()
        if what not in self.tasks:
            self.tasks[what] = self.drawn.add_task(what, total=total)
        self.drawn.update(self.tasks[what], completed=done, total=total)

    def stop(self) -> None:
        if self.drawn is not None:
            self.drawn.stop()

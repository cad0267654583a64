"""How a report of findings leaves the program: on the standard output, and into files for a CI."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from opsflow.cli import screen
from opsflow.errors import OpsflowError

FOR_FILES = ("json", "gitlab", "sarif", "junit")
"""The formats that programs read."""
FORMATS = ("text", "concise", "github", *FOR_FILES)

Report = dict[str, Any]


def usual() -> str:
    """The format where none is asked for."""
    return "github" if screen.in_github() else "text"


def show(report: Report, format: str, *, waived: bool = False) -> None:
    """Print a report. In the format github the commands in it are meant, and the rest is none."""
    screen.show(_text(report, format, waived), commands=format == "github")


def files(given: Iterable[str]) -> list[tuple[str, str]]:
    """Formats and files, of options like `sarif=opsflow.sarif`; OpsflowError for any that is not."""
    found = [(name, path) for name, _, path in (text.partition("=") for text in given)]
    for name, path in found:
        if name not in FOR_FILES or not path:
            raise OpsflowError(
                f"What follows --write is FORMAT=FILE, where the format is {', '.join(FOR_FILES[:-1])} "
                f"or {FOR_FILES[-1]}."
            )
    return found


def write(report: Report, wanted: Iterable[tuple[str, str]]) -> None:
    """Write a report into each of the files."""
    for name, path in wanted:
        from opsflow.formats import files

        files.store(path, name, _exact(report, name))


def _text(report: Report, format: str, waived: bool) -> str:
    if format in FOR_FILES:
        return _exact(report, format)
    if format == "concise":
        from opsflow.formats import concise

        return concise.render(report, paint=screen.paint(), waived=waived)
    if format == "github":
        from opsflow.formats import github

        return github.render(report, paint=screen.paint(), waived=waived)
    from opsflow.formats import text

    return text.render(report, paint=screen.paint(), waived=waived, columns_wide=screen.columns())


def _exact(report: Report, format: str) -> str:
    text: str = import_module(f"opsflow.formats.{format}").render(report)
    return text

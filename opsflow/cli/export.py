"""Write events and measures as tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from opsflow.cli import asking, complete, options, screen, tables
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.events.sheets import Sheet
    from opsflow.facts import Facts

EVENTS, ALL = "events", "all"


@click.command(cls=options.Long)
@click.option(
    "--what",
    multiple=True,
    default=(EVENTS,),
    metavar="NAME",
    shell_complete=complete.tables,
    help="events, a measure, one of its tables such as cycle-time.rows, or all; may be repeated.",
)
@click.option("--out", metavar="FILE|DIR", help="Where to; default: the standard output.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@asking.choices
@tables.table
@options.reading("csv", "jsonl", "parquet")
def command(
    ask: options.Ask,
    given: tables.Given,
    asked: asking.Asked,
    what: tuple[str, ...],
    out: str | None,
    force: bool,
) -> None:
    """Write events and measures as tables: CSV, JSON Lines or Parquet.

    The table of events has a row for each time that an item was in a state: docs/events.md has its
    columns. A measure is several tables: its key figures, and each of its lists. Several tables go into
    a folder, one file each.
    """
    from opsflow.events import writing

    ending = _format(ask.format, out)
    names = _names(what)
    facts = tables.facts(ask, given, asked.timezone)
    chosen = _chosen(list(_sheets(names, facts, asked)), names)
    if out is None:
        _print(chosen, ending)
        return
    places = _places(chosen, out, ending)
    for _, path in places:
        writing.refuse(path, force=force)
    for sheet, path in places:
        writing.store(sheet, ending, path, force=force)
    _mention(facts, [path for _, path in places])


def _format(asked: str, out: str | None) -> str:
    """The format that is asked for, or that the name of the file says."""
    from opsflow.events import writing

    source = click.get_current_context().get_parameter_source("format")
    ending = os.path.splitext(out or "")[1].removeprefix(".").lower()
    chosen = source is click.core.ParameterSource.COMMANDLINE
    return asked if chosen or ending not in writing.FORMATS else ending


def _names(what: Sequence[str]) -> list[str]:
    """What to write: "events", names of measures, and of their tables; OpsflowError for what is none."""
    from opsflow import measures

    names = [part.strip() for text in what for part in text.split(",") if part.strip()]
    for name in names:
        if name not in (EVENTS, ALL) and name.partition(".")[0] not in measures.ALL:
            from opsflow.cli.program import suggestion

            known = (EVENTS, ALL, *measures.ALL)
            raise OpsflowError(
                f"There is no table {name!r}.{suggestion(name.partition('.')[0], known)} There is events, "
                "all, and every measure that `opsflow report` lists."
            )
    every = [name for name in measures.ALL if name not in measures.SIMULATED]
    wanted = [EVENTS, *every, *names] if ALL in names else names
    return [name for name in dict.fromkeys(wanted) if name != ALL]


def _sheets(names: Sequence[str], facts: Facts, asked: asking.Asked) -> Iterator[Sheet]:
    from opsflow import measures
    from opsflow.events import figures, rows, sheets

    if EVENTS in names:
        if facts.visits is None:
            raise OpsflowError(f"There are no events to write: {facts.gap.rstrip('.')}.")
        yield sheets.events(rows.of(facts))
    wanted = list(dict.fromkeys(name.partition(".")[0] for name in names if name != EVENTS))
    if not wanted:
        for choice in asked.given():
            if choice != "--timezone":
                raise OpsflowError(f"{choice} is for measures; the table of events is whole.")
        return
    query = asking.query(asked, facts, wanted)
    for name in wanted:
        yield from figures.sheets(measures.view(name, query))


def _chosen(sheets: Sequence[Sheet], names: Sequence[str]) -> list[Sheet]:
    """The tables that are asked for by name, or by that of their measure."""
    known = [sheet.name for sheet in sheets]
    for name in names:
        if name not in known:
            measure = name.partition(".")[0]
            own = ", ".join(each for each in known if each.partition(".")[0] == measure)
            raise OpsflowError(f"{measure} has no table {name!r} here; it has {own}.")
    return [sheet for sheet in sheets if sheet.name in names or sheet.name.partition(".")[0] in names]


def _print(sheets: Sequence[Sheet], format: str) -> None:
    from opsflow.events import writing

    if len(sheets) > 1:
        listed = ", ".join(sheet.name for sheet in sheets[:6]) + (" …" if len(sheets) > 6 else "")
        raise OpsflowError(
            f"These are {len(sheets)} tables; name one with --what, or a folder with --out: {listed}."
        )
    if format == writing.PARQUET:
        raise OpsflowError("Parquet is no text; name a file with --out FILE.parquet.")
    for text in writing.text(sheets[0], format):
        screen.show(text)


def _places(sheets: Sequence[Sheet], out: str, format: str) -> list[tuple[Sheet, str]]:
    """Where each table goes; a folder for several is made where there is none."""
    from opsflow.events import writing

    ending = os.path.splitext(out)[1].removeprefix(".").lower()
    is_file = ending in writing.FORMATS and not os.path.isdir(out)
    if len(sheets) == 1 and (is_file or not (os.path.isdir(out) or out.endswith(os.sep))):
        return [(sheets[0], out)]
    if is_file or (os.path.lexists(out) and not os.path.isdir(out)):
        raise OpsflowError(
            f"These are {len(sheets)} tables, and {out} is one file; name a folder with --out."
        )
    os.makedirs(out, exist_ok=True)
    return [(sheet, os.path.join(out, f"{sheet.name}.{format}")) for sheet in sheets]


def _mention(facts: Facts, paths: Sequence[str]) -> None:
    """Say what was written, and how a table of events is read where the board is not."""
    from opsflow.events import workflow

    for path in paths:
        screen.tell(f"Wrote {path}.")
    if any(os.path.basename(path).partition(".")[0] == EVENTS or len(paths) == 1 for path in paths):
        meant = workflow.written(facts.board.states)
        screen.tell(f"Read events elsewhere with --workflow '{meant}' --timezone {facts.board.timezone}.")

"""Show a report, or a measure, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from opsflow.cli import asking, complete, options, screen, tables
from opsflow.collection import paused
from opsflow.errors import OpsflowError

EVERYTHING = "all"
"""In place of a name: every measure that is counted."""
EPILOG = """\b
opsflow report unplanned --last 26w
opsflow report cycle-time --by type --where "labels = audit"
opsflow report throughput --from 2026-05 --to 2026-07 --format csv
opsflow report cycle-time --every month --from 2026-01
"""


@click.command(cls=options.Long, epilog=EPILOG)
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete.reports)
@click.option("--definitions", is_flag=True, help="Say what the numbers mean.")
@click.option("--every", metavar="week|month|14d", help="As it was on past days, a row for each.")
@click.option(
    "--rules",
    type=click.Choice(("then", "now")),
    help="With --every: by the rules of each day, or of today; default: then.",
)
@asking.choices
@tables.table
@options.reading("text", "json", "csv")
def command(
    ask: options.Ask,
    given: tables.Given,
    asked: asking.Asked,
    names: tuple[str, ...],
    definitions: bool,
    every: str | None,
    rules: str | None,
) -> None:
    """Show a report, or a measure, in the terminal. Without a NAME, list them; `all` is every measure.

    Measures are asked over the last 90 days and of all items, unless you ask otherwise.
    """
    from opsflow import measures, reports

    if rules and every is None:
        raise OpsflowError("--rules is for past days; say which with --every week, month or 14d.")
    if not names:
        own = [*(["--every"] if every else ()), *(["--definitions"] if definitions else ())]
        for said in (*ask.given(), *own, *given.given(), *asked.given()):
            raise OpsflowError(f"{said} is for a report; name one: `opsflow report` lists them.")
        screen.show(_listed())
    elif every is not None:
        counted = [name for name in measures.ALL if name not in measures.SIMULATED]
        chosen = counted if names == (EVERYTHING,) else names
        _series(ask, given, asked, chosen, every, rules or "", definitions)
    elif len(names) == 1 and names[0] in reports.ALL and names[0] not in measures.ALL:
        _page(ask, given, asked, names[0], definitions)
    else:
        counted = [name for name in measures.ALL if name not in measures.SIMULATED]
        _measures(ask, given, asked, counted if names == (EVERYTHING,) else names, definitions)


def _listed() -> str:
    """Every report and measure with the question that it answers."""
    from opsflow import measures, reports
    from opsflow.formats.fold import folded

    def told(name: str, question: str) -> list[str]:
        return folded(f"{name:<18}{question}", screen.columns(), 18)

    lines = [
        line
        for name in reports.ALL
        if name not in measures.ALL
        for line in told(name, reports.question(name))
    ]
    for names in measures.FAMILIES.values():
        lines += ["", *(line for name in names for line in told(name, measures.question(name)))]
    return "".join(f"{line}\n" for line in lines)


def _page(ask: options.Ask, given: tables.Given, asked: asking.Asked, name: str, define: bool) -> None:
    if asked.any or given.any:
        raise OpsflowError(
            f"The report {name} is a page of many measures, and has no {(given.given() + asked.given())[0]}; "
            "ask a measure, such as `opsflow report cycle-time`."
        )
    if ask.format == "csv":
        raise OpsflowError(f"The report {name} has no csv; ask a measure, such as cycle-time.")
    facts, view = options.view(ask, name)
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(view))
    else:
        from opsflow.formats import views

        text = views.render(name, view, paint=screen.paint(), columns_wide=screen.columns(), define=define)
        screen.show(text)
    options.mention_unread(facts)


def _measures(
    ask: options.Ask, given: tables.Given, asked: asking.Asked, names: Sequence[str], define: bool
) -> None:
    from opsflow import measures

    for name in names:
        _known(name)
    if ask.format == "csv" and len(names) > 1:
        raise OpsflowError("CSV holds the rows of one measure; name one.")
    facts = tables.facts(ask, given, asked.timezone)
    # On a terminal, and of every measure at once, items are listed as far as anybody reads; `export` has all.
    listed = len(names) == 1 and ask.format != "text"
    query = replace(asking.query(asked, facts, names), listed=listed)
    with paused():
        views = [measures.view(name, query) for name in names]
    screen.show(_render(views, ask.format, define))
    options.mention_unread(facts)


def _series(
    ask: options.Ask,
    given: tables.Given,
    asked: asking.Asked,
    names: Sequence[str],
    every: str,
    rules: str,
    define: bool,
) -> None:
    """The key figures of measures on past days."""
    from opsflow.cli import series
    from opsflow.formats import series as told

    for name in names:
        _known(name)
    if ask.format == "csv" and len(names) > 1:
        raise OpsflowError("CSV holds the rows of one measure; name one.")
    facts, views = series.views(ask, given, asked, names, every, rules)
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(views[0] if len(views) == 1 else views))
    elif ask.format == "csv":
        screen.show(told.csv(views[0]))
    else:
        shown = told.render(views, paint=screen.paint(), columns_wide=screen.columns(), define=define)
        screen.show(shown)
    options.mention_unread(facts)


def _known(name: str) -> None:
    from opsflow import measures, reports
    from opsflow.cli.program import suggestion

    if name not in measures.ALL:
        if name in reports.ALL:
            raise OpsflowError(f"The report {name} is a page of many measures, and is shown alone.")
        near = suggestion(name, [*reports.ALL, *measures.ALL])
        raise OpsflowError(f"There is no report {name!r}.{near} `opsflow report` lists them.")


def _render(views: Sequence[dict[str, Any]], format: str, define: bool) -> str:
    from opsflow.formats import measures

    if format == "json":
        from opsflow.formats import json

        return json.render(views[0] if len(views) == 1 else views)
    if format == "csv":
        return measures.csv(views[0])
    return measures.render(views, paint=screen.paint(), columns_wide=screen.columns(), define=define)

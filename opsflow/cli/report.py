"""Show a report in the terminal."""

from __future__ import annotations

import click

from opsflow.cli import complete, options, screen
from opsflow.errors import OpsflowError


@click.command()
@click.argument("name", required=False, shell_complete=complete.reports)
@click.option("--definitions", is_flag=True, help="Say what the numbers mean.")
@options.reading("text", "json")
def command(ask: options.Ask, name: str | None, definitions: bool) -> None:
    """Show a report in the terminal. Without a NAME, list the reports."""
    from opsflow import reports

    if name is None:
        screen.show("".join(f"{report:<14}{reports.question(report)}\n" for report in reports.ALL))
        return
    if name not in reports.ALL:
        from opsflow.cli.program import suggestion

        raise OpsflowError(
            f"There is no report {name!r}.{suggestion(name, reports.ALL)} `opsflow report` lists them."
        )
    facts, view = options.view(ask, name)
    screen.show(_render(name, view, ask.format, definitions))
    options.mention_unread(facts)


def _render(name: str, view: dict[str, object], format: str, define: bool) -> str:
    if format == "json":
        from opsflow.formats import json

        return json.render(view)
    from opsflow.formats import views

    return views.render(name, view, paint=screen.paint(), columns_wide=screen.columns(), define=define)

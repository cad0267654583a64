"""Say what to pull next, and why."""

from __future__ import annotations

import click

from opsflow.cli import complete, options, screen


@click.command()
@click.option("--person", default="", metavar="NAME", help="For whom.", shell_complete=complete.people)
@click.option("--all", "everything", is_flag=True, help="Show all that waits, not only the first.")
@options.reading("text", "json")
def command(ask: options.Ask, person: str, everything: bool) -> None:
    """Say what to pull next, and why.

    Of what is ready, unblocked and allowed by the limits, and by the person's skills: first by
    class of service, then due dates at risk, cost of delay, and age.
    """
    from opsflow import rules
    from opsflow.reports import next as next_

    facts = ask.facts()
    view = next_.view(facts, rules.judge(facts), person)
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(view))
    else:
        from opsflow.formats import next as text

        shown = text.render(view, paint=screen.paint(), everything=everything, columns_wide=screen.columns())
        screen.show(shown)
    options.mention_unread(facts)

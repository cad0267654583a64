"""Replay the past with another policy."""

from __future__ import annotations

import click

from opsflow.cli import asking, complete, options, tables
from opsflow.cli.forecast import NOT_HERE, measured

EPILOG = """\b
opsflow simulate --wip doing=3
opsflow simulate --people +1 --last 180d
opsflow simulate --without-unplanned
"""


@click.command(cls=options.Long, epilog=EPILOG)
@click.option(
    "--wip", multiple=True, metavar="[STATE=]N", help="Another limit, by its name, or for all in progress."
)
@click.option("--people", metavar="+N", default="", help="So many people more, or fewer.")
@click.option(
    "--away", multiple=True, metavar="NAME", help="Somebody is not there.", shell_complete=complete.people
)
@click.option("--expedite", metavar="N", default="", help="At most so many items beyond limits at once.")
@click.option("--without-unplanned", is_flag=True, help="No work of types that nobody plans.")
@click.option("--runs", metavar="N", default="", help="How many replays; default: 100.")
@click.option("--seed", metavar="TEXT", default="", help="Other draws; default: the question itself.")
@click.option("--definitions", is_flag=True, help="Say what the numbers mean.")
@asking.choices
@tables.table
@options.reading("text", "json", "csv")
def command(
    ask: options.Ask,
    given: tables.Given,
    asked: asking.Asked,
    wip: tuple[str, ...],
    people: str,
    away: tuple[str, ...],
    expedite: str,
    without_unplanned: bool,
    runs: str,
    seed: str,
    definitions: bool,
) -> None:
    """Replay the past with another policy: a limit, a person more or away, no unplanned work.

    First the past is replayed with today's policy. Where that does not bring the past out again, nothing is
    said about another one.
    """
    own = {
        "wip": ",".join(wip),
        "people": people,
        "away": ",".join(away),
        "expedite": expedite,
        "unplanned": "no" if without_unplanned else "",
        "runs": runs,
        "seed": seed,
    }
    facts = tables.facts(ask, given, asked.timezone)
    measured(ask, asked, facts, "simulate", own, define=definitions)


for _option in command.params:
    if isinstance(_option, click.Option):
        _option.hidden = _option.name in NOT_HERE

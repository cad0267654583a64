"""Say when work will be finished, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from opsflow.cli import asking, complete, options, screen, tables
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from datetime import date

    from opsflow.facts import Facts

EPILOG = """\b
opsflow forecast                        the next weeks, and every project
opsflow forecast 20 items               when 20 more items are finished
opsflow forecast --by 2026-12-18        how many by then
opsflow forecast OPS-7K3Q --by 2026-12-18
opsflow forecast --backtest --last 180d
"""


@click.command(cls=options.Long, epilog=EPILOG)
@click.argument("what", nargs=-1, metavar="[ITEM | PROJECT | N items]", shell_complete=complete.ids)
@click.option(
    "--team", "teams", multiple=True, metavar="TEAM=N", help="So many items of a team; for several, together."
)
@click.option("--teams", "every_team", is_flag=True, help="What is open of each team, together.")
@click.option("--backtest", is_flag=True, help="How often such forecasts of the past held.")
@click.option("--trials", metavar="N", default="", help="How many trials; default: 10000.")
@click.option("--seed", metavar="TEXT", default="", help="Other trials; default: the question itself.")
@click.option(
    "--sample", metavar="N,N,...", default="", help="Items finished on each past day, in place of a history."
)
@click.option("--definitions", is_flag=True, help="Say what the numbers mean.")
@asking.choices
@tables.table
@options.reading("text", "json", "csv")
def command(
    ask: options.Ask,
    given: tables.Given,
    asked: asking.Asked,
    what: tuple[str, ...],
    teams: tuple[str, ...],
    every_team: bool,
    backtest: bool,
    trials: str,
    seed: str,
    sample: str,
    definitions: bool,
) -> None:
    """Say when work will be finished, and how sure that is: of an item, a project or so many items.

    Without any, how many items will be finished in two weeks, four and a quarter, and when each project.
    --by DAY asks how likely it is by then; --by type (class, project …) asks the same for each of them.
    """
    facts = _facts(ask, given, asked, sample)
    own = {"trials": trials, "seed": seed}
    if backtest:
        _refuse_with_backtest(what, teams or every_team or sample)
    else:
        asked, day = _day(asked, facts.today)
        found = _what(what, facts)
        own |= {
            **found,
            "by": day,
            "teams": ",".join(teams) or ("all" if every_team else ""),
            "sample": sample,
        }
    measured(ask, asked, facts, "backtest" if backtest else "forecast", own, define=definitions)


NOT_HERE = ("count", "percentile_rule", "between", "baseline", "backward")
"""Choices of other measures: refused with a sentence, and no help."""
for _option in command.params:
    if isinstance(_option, click.Option):
        _option.hidden = _option.name in NOT_HERE
        if _option.name == "by":  # a day, or what every measure can be sliced by
            _option.type, _option.metavar = click.STRING, "DAY | SLICE"
            _option.help = "How likely by a day; or the same for each type, class, project …"


def measured(
    ask: options.Ask, asked: asking.Asked, facts: Facts, name: str, own: dict[str, str], *, define: bool
) -> None:
    """Show one measure with these options of its own, those that are empty left out."""
    from opsflow import measures
    from opsflow.formats import measures as formats

    chosen = tuple(f"{option}={value}" for option, value in own.items() if value)
    view = measures.view(name, asking.query(replace(asked, option=(*asked.option, *chosen)), facts, [name]))
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(view))
    elif ask.format == "csv":
        screen.show(formats.csv(view))
    else:
        wide = screen.columns()
        screen.show(formats.render([view], paint=screen.paint(), columns_wide=wide, define=define))
    options.mention_unread(facts)


def _facts(ask: options.Ask, given: tables.Given, asked: asking.Asked, sample: str) -> Facts:
    """The board; with a sample, none is needed, but its calendar counts where there is one.

    A sample stands in the place of a history, so what is known is an empty table of events.
    """
    import os

    from opsflow.reading import folder

    if not sample or given.events:
        return tables.facts(ask, given, asked.timezone)
    from opsflow.facts import Facts
    from opsflow.flow.visits import Visits
    from opsflow.model import Board

    if ask.board is not None or folder.find_root(os.getcwd()) is not None:
        known = ask.facts(history=False)
        now = tables.now(given.now, known.board.timezone) if given.now else known.now
        return replace(known, table=Visits(), now=now)
    board = Board("a sample", "", (), {})
    return Facts(board, (), {}, tables.now(given.now, asked.timezone or "UTC"), table=Visits())


def _day(asked: asking.Asked, today: date) -> tuple[asking.Asked, str]:
    """`--by` is a day here, where it is no slice."""
    if not asked.by or asked.by in asking.SLICES:
        return asked, ""
    from opsflow.reading import values

    day = values.day_from(asked.by, today)
    if day is None:
        from opsflow import words

        raise OpsflowError(
            f"--by {asked.by!r} is no day; write 2026-12-18, or one of {words.listed(asking.SLICES)}."
        )
    return replace(asked, by=""), day.isoformat()


def _what(what: tuple[str, ...], facts: Facts) -> dict[str, Any]:
    """What is meant: `20`, `20 items`, an item (its id may be cut short) or a project."""
    if not what:
        return {}
    if what[0].isdecimal() and what[1:] in ((), ("item",), ("items",)):
        return {"items": what[0]}
    if len(what) > 1:
        raise OpsflowError(f"{' '.join(what)!r} is no item, no project and no number of items; name one.")
    board = facts.board
    parts = {item.part_of for item in board.items.values() if item.part_of}
    if what[0] in parts or what[0] in (board.projects or {}):
        return {"of": what[0]}
    return {"of": options.full_id(what[0], board.items, facts)}


def _refuse_with_backtest(what: tuple[str, ...], other: object) -> None:
    if what or other:
        raise OpsflowError("--backtest looks at the whole board; narrow it with --where, --from and --to.")

"""Build the site."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from opsflow.cli import options, screen

if TYPE_CHECKING:
    from opsflow.facts import Facts, Progress
    from opsflow.site.build import Summary


@click.command()
@click.option("-o", "--out", metavar="DIR", help="Where the site goes; default: build/site of the board.")
@options.reading("text", "json")
def command(ask: options.Ask, out: str | None) -> None:
    """Build the site: pages for the board, its items, its measures. It needs no server and no network."""
    from opsflow.site import build

    with screen.progress() as progress:
        facts = ask.facts(progress=progress)
        made = built(facts, out or os.path.join(ask.root(), build.DEFAULT), progress)
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(asdict(made)))
    else:
        screen.show(said(made))
    options.mention_unread(facts)


def built(facts: Facts, out: str, progress: Progress | None = None) -> Summary:
    """Build the site of a board into a folder."""
    from opsflow import rules
    from opsflow.site import build

    known = build.as_of_commit(facts)
    return build.build(known, rules.judge(known), out, progress=progress)


def said(made: Summary) -> str:
    """What was built, and where to look."""
    from opsflow.formats.visible import visible

    size = f"{made.size / 1e6:,.1f} MB" if made.size >= 1e6 else f"{made.size / 1e3:,.0f} kB"
    lines = [f"{made.files:,} files, {size}. Open {visible(made.index)}", *map(visible, made.missing)]
    return "".join(f"{line}\n" for line in lines)

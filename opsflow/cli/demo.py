"""Make an example board, half a year of history, and its site."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any

import click

from opsflow.cli import screen

if TYPE_CHECKING:
    from opsflow.demo import Demo


@click.command()
@click.argument("folder", type=click.Path())
def command(folder: str) -> None:
    """Make an example board, half a year of history, and its site, in a new FOLDER; and check it."""
    from opsflow import demo, facts
    from opsflow.cli import merge_driver
    from opsflow.cli.build import built
    from opsflow.cli.judging import judged

    with screen.progress() as progress:
        made = demo.make(os.path.abspath(folder))
        merge_driver.install(made.folder, private=True)
        known = facts.gather(made.folder, now=made.now, progress=progress)
        report = judged(known)
        site = built(known, os.path.join(made.folder, demo.BUILT), progress=progress)
    screen.show(_said(made, report, site.index))


def _said(made: Demo, report: dict[str, Any], index: str) -> str:
    from opsflow.cli.program import called
    from opsflow.formats import concise
    from opsflow.formats.visible import visible

    folder, paint, program = _from_here(made.folder), screen.paint(), visible(called(made.folder))
    return (
        f"The example board of an IT operations team, with {made.commits:,} commits of half a year.\n\n"
        f"  its files   {visible(folder)}/\n"
        f"  its site    {paint(visible(_from_here(index)), 'strong')}\n"
        f"  its check   {concise.summary(report, paint)}\n"
        "Now look around. Time stands still there, so that its numbers do:\n\n"
        f"  cd {visible(shlex.quote(folder))}\n"
        f"  export OPSFLOW_NOW={made.now.isoformat()}\n"
        f"  {program} board\n"
        f"  {program} check\n"
        f"  {program} next\n"
        f"  {program} report flow\n"
    )


def _from_here(path: str) -> str:
    """An absolute path, or a relative one where it is below the current folder."""
    inner = os.path.relpath(path)
    return path if inner.partition(os.sep)[0] == os.pardir else inner

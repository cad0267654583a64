"""Find what is wrong on the board."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from opsflow import resources
from opsflow.cli import complete, options, screen
from opsflow.cli.program import FINDINGS

if TYPE_CHECKING:
    from opsflow import verdict
    from opsflow.facts import Facts
    from opsflow.reading.folder import Folder


@click.command(
    epilog="Exit status: 0 no errors, 1 errors, 2 could not run. `opsflow explain RULE` tells about a rule."
)
@click.option(
    "--rule", "only", multiple=True, metavar="RULE", help="This rule only.", shell_complete=complete.rules
)
@click.option("--waived", is_flag=True, help="Show waived findings, too.")
@options.reading("text", "concise", "json")
def command(ask: options.Ask, only: tuple[str, ...], waived: bool) -> int:
    """Find what is wrong on the board: unreadable files, broken limits, impossible orders of work.

    Only errors make it fail; warnings and notes do not.
    """
    _known(only)
    cache = _cache(ask)
    report = _kept(ask, only, cache) if cache else judged(ask.any_facts(), only)
    screen.show(_render(report, ask.format, waived))
    return FINDINGS if report["errors"] else 0


def _known(only: tuple[str, ...]) -> None:
    if not only:
        return
    from opsflow.cli.program import suggestion
    from opsflow.errors import OpsflowError
    from opsflow.rules import ALL

    for name in only:
        if name not in ALL:
            raise OpsflowError(
                f"There is no rule {name!r}.{suggestion(name, ALL)} `opsflow explain` lists them."
            )


def judged(facts: Facts, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """The report of a board, judged anew."""
    from opsflow import rules
    from opsflow.formats import findings

    gap = "" if facts.history else facts.gap
    return findings.report(facts.board, rules.judge(facts, only or None), facts.tree, gap)


def _cache(ask: options.Ask) -> str | None:
    """The folder that keeps reports; None where this one is not to be kept."""
    if not ask.cache or ask.at is not None or os.environ.get("OPSFLOW_SLOW"):
        return None
    return resources.cache_folder()


def _kept(ask: options.Ask, only: tuple[str, ...], cache: str) -> dict[str, Any]:
    """The report as it was kept, or judged anew and kept."""
    from opsflow import verdict

    notes = verdict.notes(ask.root(), " ".join(sorted(only)), cache)
    files = verdict.files(notes)
    report = verdict.recall(notes, files, options.now().timestamp()) if files is not None else None
    return report or _keep(ask, only, notes, files)


def _keep(
    ask: options.Ask, only: tuple[str, ...], notes: verdict.Notes, files: Folder | None
) -> dict[str, Any]:
    from opsflow import verdict
    from opsflow.facts import PLAIN_GAPS
    from opsflow.history import calls
    from opsflow.reading import board, folder

    line = verdict.line(notes.root)
    calls.trust(notes.held.get("git"))
    read = tuple(notes.held.get("patterns", ()))
    fits = files is not None and read == board.patterns(files.get("opsflow.yaml"))
    facts = ask.any_facts(tree=files if fits else None)
    report = judged(facts, only)
    until = _until(facts, only)
    same = line.head == (facts.commit.id if facts.commit else None)  # nobody committed in between
    # A clone cut short stays so; that Git failed once says nothing about the next time.
    sure = facts.history is not None or facts.gap in PLAIN_GAPS or not line.is_whole
    if until is not None and same and sure and isinstance(facts.tree, folder.Folder):
        patterns = board.patterns(facts.tree.get("opsflow.yaml"))
        key = verdict.key(notes, facts.tree, patterns, line)
        verdict.keep(notes, key, patterns, report, facts.now.timestamp(), until)
    return report


def _until(facts: Facts, only: tuple[str, ...]) -> float | None:
    """The moment, in seconds, up to which every rule finds the same; None where that cannot be told.

    It is midnight, for rules look at days. Those of time and history may look closer, so they are
    asked once more for the last moment of the day. What they find only grows or only shrinks as time
    goes by: where it is the same now and then, it is the same in between. Not so for an `entered:` that
    is not committed yet: whether it is believed depends on what now is.
    """
    from dataclasses import replace
    from datetime import timedelta

    from opsflow import rules
    from opsflow.flow import days

    if any(
        not story.versions[-1].commit.id
        for item in facts.board.items.values()
        if item.entered and facts.history and (story := facts.history.stories.get(item.id))
    ):
        return None
    midnight = days.midnight(facts.today + days.ONE, facts.zone)
    names = {name for family in ("time", "history") for name in rules.FAMILIES[family]} & set(
        only or rules.ALL
    )
    found = []
    for now in (facts.now, midnight - timedelta(microseconds=1)):
        then = replace(facts, now=now, tree={})  # without a tree, nothing is located, which takes long
        then.__dict__.update(
            (name, facts.__dict__[name]) for name in ("spans", "graph") if name in facts.__dict__
        )
        found.append(rules.judge(then, names))
    return midnight.timestamp() if found[0] == found[1] else None


def _render(report: dict[str, Any], format: str, waived: bool) -> str:
    if format == "json":
        from opsflow.formats import json

        return json.render(report)
    if format == "concise":
        from opsflow.formats import concise

        return concise.render(report, paint=screen.paint(), waived=waived)
    from opsflow.formats import text

    return text.render(report, paint=screen.paint(), waived=waived, columns_wide=screen.columns())

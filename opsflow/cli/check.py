"""Find what is wrong on the board."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from opsflow import resources
from opsflow.cli import complete, options, outputs
from opsflow.cli.program import FINDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsflow import verdict
    from opsflow.facts import Facts
    from opsflow.formats.findings import Change
    from opsflow.model import Finding
    from opsflow.reading.folder import Folder


@click.command(
    epilog="Exit status: 0 no errors, 1 errors, 2 could not run. `opsflow explain RULE` tells about a rule."
)
@click.option(
    "--rule", "only", multiple=True, metavar="RULE", help="This rule only.", shell_complete=complete.rules
)
@click.option("--base", metavar="REV", help="Only what became worse since HEAD and REV parted.")
@click.option(
    "--rules-from",
    type=click.Choice(("base", "head")),
    default="base",
    show_default=True,
    help="Whose rules and limits judge a change.",
)
@click.option(
    "--merge",
    multiple=True,
    metavar="BRANCH…",
    help="Only what merging it into HEAD, or REV, would make worse.",
)
@click.argument("branches", nargs=-1, metavar="")
@click.option("--waived", is_flag=True, help="Show waived findings, too.")
@click.option(
    "--write", "files", multiple=True, metavar="FORMAT=FILE", help="Write a report into a file, too."
)
@options.reading(*outputs.FORMATS, default=outputs.usual)
def command(
    ask: options.Ask,
    only: tuple[str, ...],
    base: str | None,
    rules_from: str,
    merge: tuple[str, ...],
    branches: tuple[str, ...],
    waived: bool,
    files: tuple[str, ...],
) -> int:
    """Find what is wrong on the board: unreadable files, broken limits, impossible orders of work.

    Only errors make it fail; warnings and notes do not. In GitHub Actions, the format is github. Reports in
    files (json, gitlab, sarif, junit) are of the same judgement. With --base or --merge, what was there
    before the change does not make it fail.
    """
    _known(only)
    wanted = outputs.files(files)
    if base is not None or merge or branches:
        report = _changed(ask, only, base, rules_from, merge, branches)
    else:
        kept = cache(ask)
        report = _kept(ask, only, kept) if kept else judged(ask.any_facts(), only, ask.root())
    outputs.write(report, wanted)
    outputs.show(report, ask.format, waived=waived)
    return FINDINGS if report["errors"] else 0


def _changed(
    ask: options.Ask,
    only: tuple[str, ...],
    base: str | None,
    rules_from: str,
    merge: tuple[str, ...],
    branches: tuple[str, ...],
) -> dict[str, Any]:
    """The report of a change, or of merging branches: `--merge one two` names two of them."""
    from opsflow.cli import changes

    if branches and not merge:
        raise click.UsageError(f"Got unexpected extra argument ({' '.join(branches)})")
    if merge and ask.at is not None:
        raise click.UsageError("--merge and --at do not go together: name what to merge into with --base.")
    asked = changes.Asked(base, rules_from, (*merge, *branches), only)
    return changes.merged(ask, asked) if merge else changes.changed(ask, asked, cache(ask))


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


def judged(facts: Facts, only: tuple[str, ...] = (), root: str = "") -> dict[str, Any]:
    """The report of a board, judged anew. `root`: its folder, which tells where in a repository it lies."""
    from opsflow import rules

    return told(facts, rules.judge(facts, only or None), only, root)


def told(
    facts: Facts, found: Sequence[Finding], only: tuple[str, ...], root: str, change: Change | None = None
) -> dict[str, Any]:
    """The report of what was found."""
    from opsflow import rules, verdict
    from opsflow.formats import findings

    return findings.report(
        facts.board,
        found,
        facts.tree,
        gap="" if facts.history else facts.gap,
        prefix=verdict.line(root).prefix if root else "",
        rules=rules.judged(facts, only or None),
        change=change,
    )


def cache(ask: options.Ask) -> str | None:
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
    report = judged(facts, only, notes.root)
    end = until(facts, only)
    same = line.head == (facts.commit.id if facts.commit else None)  # nobody committed in between
    # A clone cut short stays so; that Git failed once says nothing about the next time.
    sure = facts.history is not None or facts.gap in PLAIN_GAPS or not line.is_whole
    if end is not None and same and sure and isinstance(facts.tree, folder.Folder):
        patterns = board.patterns(facts.tree.get("opsflow.yaml"))
        key = verdict.key(notes, facts.tree, patterns, line)
        verdict.keep(notes, key, patterns, report, facts.now.timestamp(), end)
    return report


def until(facts: Facts, only: tuple[str, ...]) -> float | None:
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

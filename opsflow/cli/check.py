"""Find what is wrong on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from opsflow.cli import complete, judging, options, outputs
from opsflow.cli.program import FINDINGS

if TYPE_CHECKING:
    from opsflow import verdict
    from opsflow.reading.folder import Folder


@click.command(
    epilog="Exit status: 0 no errors, 1 errors, 2 could not run. `opsflow explain RULE` tells about a rule."
)
@click.option(
    "--rule", "only", multiple=True, metavar="RULE", help="This rule only.", shell_complete=complete.rules
)
@click.option(
    "--base",
    metavar="REV",
    help="Only what became worse since HEAD and REV parted.",
    shell_complete=complete.revisions,
)
@click.option(
    "--rules-from",
    type=click.Choice(("base", "head")),
    show_default="base",
    help="Whose rules and limits judge a change.",
)
@click.option(
    "--merge",
    multiple=True,
    metavar="BRANCH…",
    help="Only what merging it into HEAD, or REV, would make worse.",
    shell_complete=complete.revisions,
)
@click.argument("branches", nargs=-1, metavar="", shell_complete=complete.revisions)
@click.option("--waived", is_flag=True, help="Show waived findings, too.")
@click.option(
    "--write", "files", multiple=True, metavar="FORMAT=FILE", help="Write a report into a file, too."
)
@options.reading(*outputs.FORMATS, default=outputs.usual)
def command(
    ask: options.Ask,
    only: tuple[str, ...],
    base: str | None,
    rules_from: str | None,
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
        report = _changed(ask, only, base, rules_from or "base", merge, branches)
    else:
        _of_changes(only, rules_from)
        kept = judging.cache(ask)
        report = _kept(ask, only, kept) if kept else judging.judged(ask.any_facts(), only, ask.root())
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
    return changes.merged(ask, asked) if merge else changes.changed(ask, asked, judging.cache(ask))


def _of_changes(only: tuple[str, ...], rules_from: str | None) -> None:
    """OpsflowError for what is asked of a change, where none is named."""
    from opsflow.errors import OpsflowError

    if rules_from is not None:
        raise OpsflowError(
            "--rules-from says whose rules judge a change; name the change with --base or --merge."
        )
    if only:
        from opsflow import rules

        for name in only:
            if rules.needs_base(name):
                raise OpsflowError(f"{name} judges changes alone; name the change with --base or --merge.")


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
    report = judging.judged(facts, only, notes.root)
    end = judging.until(facts, only)
    same = line.head == (facts.commit.id if facts.commit else None)  # nobody committed in between
    # A clone cut short stays so; that Git failed once says nothing about the next time.
    sure = facts.history is not None or facts.gap in PLAIN_GAPS or not line.is_whole
    if end is not None and same and sure and isinstance(facts.tree, folder.Folder):
        patterns = board.patterns(facts.tree.get("opsflow.yaml"))
        key = verdict.key(notes, facts.tree, patterns, line)
        verdict.keep(notes, key, patterns, report, facts.now.timestamp(), end)
    return report

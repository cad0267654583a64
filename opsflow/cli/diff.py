"""Tell what a change does to the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from opsflow.cli import complete, options, screen
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.facts import Facts


class Range(NamedTuple):
    """What is compared with what."""

    base: str
    head: str | None = None
    """None: the working folder."""
    exact: bool = False
    """From `base` itself, and not from where the two parted."""


@click.command()
@click.argument(
    "range", required=False, default="HEAD", metavar="[BASE[..HEAD]]", shell_complete=complete.revisions
)
@click.option(
    "--format",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    show_default=True,
    help="The output; markdown is safe to post under a pull request.",
)
@options.board_option
@click.option("--no-cache", is_flag=True, help="Read everything anew, and keep nothing.")
def command(range: str, format: str, board: str | None, no_cache: bool) -> None:
    """Tell what a change does to the work: items, findings, limits, ages, policies.

    Without BASE: what is not committed yet. BASE is a branch, a commit or a date: from where HEAD and it
    parted to the working folder. BASE..HEAD compares the two as they are, BASE...HEAD from where they parted.
    """
    facts = _facts(options.root(board), parsed(range), cache=not no_cache)
    screen.show(_render(_view(facts), format))
    options.mention_unread(facts)


def parsed(text: str) -> Range:
    """What a person means by `main`, `v1..v2`, `main...topic` or `v1..`; a side left out is HEAD."""
    for dots in ("...", ".."):
        base, found, head = text.partition(dots)
        if found:
            return Range(base or "HEAD", head or "HEAD", dots == "..")
    return Range(text)


def _facts(root: str, asked: Range, *, cache: bool) -> Facts:
    from opsflow import change
    from opsflow.history import repository

    repo = repository.find(root)
    if repo is None or repo.head is None:
        lacks = "is in no Git repository" if repo is None else "lies in a repository without a commit"
        raise OpsflowError(f"There is nothing to compare the board with: {root} {lacks}.")
    with screen.progress() as bar:
        facts = change.of(
            root, asked.base, now=options.now(), at=asked.head, exact=asked.exact, cache=cache, progress=bar
        )
    return options.usable(facts)


def _view(facts: Facts) -> dict[str, Any]:
    from opsflow import rules
    from opsflow.comparison import compare
    from opsflow.reports import change

    assert facts.base is not None
    return change.view(facts, compare(rules.judge(facts.base), rules.judge(facts)))


def _render(view: dict[str, Any], format: str) -> str:
    if format == "json":
        from opsflow.formats import json

        return json.render(view)
    if format == "markdown":
        from opsflow.formats import markdown

        return markdown.render(view)
    from opsflow.formats import change

    return change.render(view, paint=screen.paint(), columns_wide=screen.columns())

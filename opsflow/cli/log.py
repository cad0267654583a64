"""List who moved what, and when."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import click

from opsflow.cli import complete, options, screen
from opsflow.errors import OpsflowError
from opsflow.formats.moves import Move, oldest_first, render

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.model import Gap, Transition


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...", shell_complete=complete.ids)
@click.option("--raw", is_flag=True, help="States as they stand in the source's records.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The newest N only.")
@click.option("--since", metavar="DATE", help="Only from this day or moment on, or for so long: 14d, 12h.")
@click.option("--reverse", is_flag=True, help="Oldest first.")
@click.option("--gaps", is_flag=True, help="Versions of files that could not be read, and why.")
@click.option("--committed", is_flag=True, help="Only what is committed: quick, whatever the board's size.")
@options.reading("table", "jsonl", "csv")
def command(
    ask: options.Ask,
    ids: tuple[str, ...],
    raw: bool,
    limit: int | None,
    since: str | None,
    reverse: bool,
    gaps: bool,
    committed: bool,
) -> None:
    """List who moved what, and when, the newest first: of some items, or of the whole board.

    An item that comes to be has no `from`; one whose file is deleted, no `to`. What is
    not committed yet is `uncommitted`, and has an empty commit in JSON and CSV. A version that could
    not be read is a gap, in which its item keeps what it said last: `--gaps` lists those instead.
    """
    facts = ask.facts(committed=committed)
    if facts.history is None:
        raise OpsflowError(f"There is no log, since {facts.gap.rstrip('.')}.")
    begin = _moment(facts, since) if since else None
    if gaps:
        from opsflow.formats.gaps import render as render_gaps

        found = _gaps(facts, ids, begin)[:limit]
        found = found[::-1] if reverse else found
        screen.show(render_gaps(found, ask.format, facts.zone, screen.paint(), screen.columns()))
        return
    moves = [_row(move, raw) for move in _moves(facts, ids, begin)[:limit]]
    _show(moves, ask, facts.zone, reverse)
    if begin and not moves and ask.format == "table":
        screen.tell(f"Nothing moved since {begin.astimezone(facts.zone):%Y-%m-%d %H:%M}.")


def _show(moves: list[Move], ask: options.Ask, zone: tzinfo, reverse: bool) -> None:
    moves = oldest_first(moves) if reverse else moves
    screen.show(render(moves, ask.format, zone, screen.paint(), screen.columns()))


def _moves(facts: Facts, ids: tuple[str, ...], since: datetime | None) -> list[Transition]:
    """Newest first; those of one moment in the order of their commits, of one commit in that of the items."""
    assert facts.history is not None
    stories = facts.history.stories
    chosen = {options.full_id(text, stories, facts) for text in ids}
    found = [
        move
        for item, story in stories.items()
        if not ids or item in chosen
        for move in reversed(story.transitions)
        if since is None or move.at >= since
    ]
    order = {commit.id: n for n, commit in enumerate(facts.history.commits)}
    return sorted(found, key=lambda move: (move.at, order[move.commit.id]), reverse=True)


def _gaps(facts: Facts, ids: tuple[str, ...], since: datetime | None) -> list[Gap]:
    """Newest first; of one commit, by path. With ids, those in files that ever held one of these items."""
    assert facts.history is not None
    stories = facts.history.stories
    chosen = {options.full_id(text, stories, facts) for text in ids}
    paths = {version.path for item in chosen for version in stories[item].versions}
    found = [
        gap
        for gap in facts.history.gaps
        if (not ids or gap.path in paths) and (since is None or gap.commit.at >= since)
    ]
    return sorted(found, key=lambda gap: gap.commit.at, reverse=True)


def _row(move: Transition, raw: bool) -> Move:
    before, after = (move.raw_before, move.raw_after) if raw else (move.before, move.after)
    return Move(move.item, before, after, move.at, move.commit.id, move.commit.author)


def _moment(facts: Facts, text: str) -> datetime:
    from opsflow.reading import values

    length, day, moment = values.duration(text), values.day(text), values.moment(text, facts.zone)
    if length is not None:
        return facts.now - length
    if day is not None:
        return datetime(day.year, day.month, day.day, tzinfo=facts.zone)
    if moment is None:
        raise OpsflowError(
            f"--since {text} is no date; write 2026-11-21, 2026-11-21 14:00, or a length of time such as 14d."
        )
    return moment

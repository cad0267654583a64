"""Take back the last edit."""

from __future__ import annotations

import click

from opsflow.cli import edits, options


@click.command(epilog="\b\nopsflow undo --dry-run\nopsflow undo")
@edits.editing_as_is
def command(edit: edits.Edit) -> int:
    """Take back the last edit that opsflow made on this board, if nothing changed in its files since.

    Again, and the edit before that is taken back. A commit stays: the files are edited back, and
    with --commit that is a commit of its own.
    """
    from opsflow.editing import work

    wish = work.Wish(edit.commit, edit.dry_run)
    return edits.show(work.take_back(edit.root(), options.now(), wish, options.usable), edit)

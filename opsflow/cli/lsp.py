"""Serve an editor: findings as you type."""

from __future__ import annotations

import gc

import click

from opsflow.cli import options


@click.command()
@click.option("--stdio", is_flag=True, hidden=True, help="What many editors add; it is the only way.")
def command(stdio: bool) -> int:
    """Serve an editor: findings as you type, completion, references, renaming, quick fixes.

    It speaks the Language Server Protocol on standard input and output. Editors start it, once they are
    told how, and it ends with them. It needs the extra `opsflow[lsp]`.
    """
    from opsflow import server

    options.now()  # refuses a bad OPSFLOW_NOW at once
    gc.enable()  # a server, unlike a command, goes on
    return server.run(options.now)

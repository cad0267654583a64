"""Print or write the JSON Schemas for editors."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from opsflow import replacing
from opsflow.cli import options, screen
from opsflow.errors import OpsflowError

KINDS = ("item", "board", "people", "catalog", "sources")


@click.command()
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.option("--write", metavar="DIR", help="Write all of them into this folder.")
@options.board_option
def command(kind: str | None, write: str | None, board: str | None) -> None:
    """Print or write the JSON Schemas for editors: of an item, or of the board's other files.

    Those that are written for a board know its states, types, classes and own fields. It is the
    one that DIR lies in, else the one that other commands find.
    """
    from opsflow import resources

    if write is None:
        if kind is None:
            raise click.UsageError(f"Name a schema ({', '.join(KINDS)}), or write all with --write DIR.")
        screen.show(resources.read("schema", f"{kind}.schema.json").decode())
        return
    if kind is not None:
        raise click.UsageError(f"--write writes all schemas; leave {kind} out, or --write.")
    for path in write_all(write, _board_of(write, board)):
        screen.tell(f"wrote {path}")


def _board_of(folder: str, board: str | None) -> str | None:
    """The board whose items the schemas are for; None where there is none."""
    from opsflow.reading.folder import find_root

    return options.root(board) if board is not None else find_root(folder) or find_root(".")


def write_all(folder: str, board: str | None, kinds: Sequence[str] = KINDS) -> list[str]:
    """Write every schema, or those of some kinds, into the folder, over older ones; returns the paths.

    `board` is the folder of the board whose items they are for, if any.
    """
    os.makedirs(folder, exist_ok=True)
    paths = []
    for kind in kinds:
        path = os.path.join(folder, f"{kind}.schema.json")
        if os.path.islink(path) or (os.path.exists(path) and not os.path.isfile(path)):
            raise OpsflowError(f"{path} is not an ordinary file; remove it, then write the schemas again.")
        text = _schema(kind, board)
        replacing.replace(path, text)
        paths.append(path)
    return paths


def _schema(kind: str, board: str | None) -> bytes:
    from opsflow import resources

    if kind == "item" and board is not None:
        from opsflow.formats import json
        from opsflow.model import BOARD_FILE
        from opsflow.reading import config, folder, schema

        found = config.read(folder.read(board, (BOARD_FILE,)).get(BOARD_FILE))
        if found.usable:
            return json.render(schema.for_editors(found.board)).encode()
    return resources.read("schema", f"{kind}.schema.json")

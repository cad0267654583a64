"""Print or write the JSON Schemas for editors."""

from __future__ import annotations

import os

import click

from opsflow.cli import screen
from opsflow.errors import OpsflowError

KINDS = ("item", "board", "people", "catalog", "sources")


@click.command()
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.option("--write", metavar="DIR", help="Write all of them into this folder.")
def command(kind: str | None, write: str | None) -> None:
    """Print or write the JSON Schemas for editors: of an item, or of the board's other files."""
    from opsflow import resources

    if write is None:
        if kind is None:
            raise click.UsageError(f"Name a schema ({', '.join(KINDS)}), or write all with --write DIR.")
        screen.show(resources.read("schema", f"{kind}.schema.json").decode())
        return
    for path in write_all(write):
        screen.tell(f"wrote {path}")


def write_all(folder: str) -> list[str]:
    """Write every schema into the folder, over those of an older version; returns the paths."""
    from opsflow import resources

    os.makedirs(folder, exist_ok=True)
    paths = []
    for kind in KINDS:
        path = os.path.join(folder, f"{kind}.schema.json")
        if os.path.islink(path) or (os.path.exists(path) and not os.path.isfile(path)):
            raise OpsflowError(f"{path} is not an ordinary file; remove it, then write the schemas again.")
        with open(path, "wb") as stream:
            stream.write(resources.read("schema", f"{kind}.schema.json"))
        paths.append(path)
    return paths

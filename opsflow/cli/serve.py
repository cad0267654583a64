"""Build the site and show it in a browser."""

from __future__ import annotations

import gc
import os
import tempfile

import click

from opsflow.cli import options, screen


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8087, show_default=True, help="0 takes a free one."
)
@click.option("--open", "opens", is_flag=True, help="Open the browser.")
@options.board_option
def command(board: str | None, port: int, opens: bool) -> None:
    """Build the site and show it in a browser, on this machine only, until Ctrl-C.

    When the board changes it is built anew, and the pages that are open reload.
    """
    from opsflow.site import kept, serve

    root = options.root(board)
    gc.enable()  # a server, unlike a command, goes on
    with tempfile.TemporaryDirectory(prefix="opsflow-site-") as scratch:
        place = os.path.join(scratch, "site")
        site = serve.Site(place, root, lambda: make(root, place))
        try:
            serve.serve(site, port=port, say=screen.tell, ready=_open if opens else None)
        finally:
            kept.forget(place)


def make(root: str, place: str) -> None:
    """Build the site of the board in the folder `root`, as it is now, into the folder `place`."""
    from opsflow import facts
    from opsflow.cli.build import built

    with screen.progress() as progress:
        built(
            options.usable(facts.gather(root, now=options.now(), progress=progress)), place, progress=progress
        )


def _open(address: str) -> None:
    import webbrowser

    webbrowser.open(address)

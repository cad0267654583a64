"""Build the site and show it in a browser."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from time import monotonic
from typing import Any

import click

from opsflow.cli import options, screen
from opsflow.errors import OpsflowError

POLL = 1.0
"""Seconds for which the board is not looked at again."""


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8087, show_default=True, help="0 takes a free one."
)
@click.option("--open", "opens", is_flag=True, help="Open the browser.")
@options.board_option
def command(board: str | None, port: int, opens: bool) -> None:
    """Build the site and show it in a browser, on this machine only, until Ctrl-C.

    When the board has changed, the next page that is asked for is built anew.
    """
    root = options.root(board)
    gc.enable()  # a server, unlike a command, goes on
    with tempfile.TemporaryDirectory(prefix="opsflow-site-") as out:
        site = Site(root, os.path.join(out, "site"))
        site.refresh()
        with _server(site, port) as server:
            address = f"http://127.0.0.1:{server.server_address[1]}/"
            screen.tell(f"The site of {root} is at {address} until Ctrl-C.")
            if opens:
                import webbrowser

                webbrowser.open(address)
            server.serve_forever()


class Site:
    """The site of a board in a folder, built anew when the board is another."""

    def __init__(self, root: str, folder: str, build: Callable[[str, str], None] | None = None) -> None:
        self.root, self.folder = root, folder
        self.build = build or _build
        self.seen: Any = None
        self.looked = 0.0
        self.lock = Lock()

    def refresh(self) -> None:
        """Build, if the board's files or its commit are not what they were. A board that cannot be
        built leaves the last site, and says why."""
        with self.lock:
            if self.seen is not None and monotonic() - self.looked < POLL:
                return
            state = _state(self.root)
            if state != self.seen:
                try:
                    self.build(self.root, self.folder)
                except OpsflowError as error:
                    if self.seen is None:
                        raise
                    screen.tell(f"opsflow: {error}")
            self.seen, self.looked = state, monotonic()


def _state(root: str) -> tuple[object, ...]:
    """What the site depends on: every byte that the board reads, and the commit."""
    from opsflow import facts, verdict

    return (dict(facts.working(root)), verdict.line(root), options.now().date())


def _build(root: str, folder: str) -> None:
    from opsflow import facts
    from opsflow.cli.build import built

    with screen.progress() as progress:
        built(facts.gather(root, now=options.now(), progress=progress), folder, progress)


def _server(site: Site, port: int) -> ThreadingHTTPServer:
    class Answer(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=site.folder)

        def do_GET(self) -> None:
            # A page of the internet must not read the board by a name that leads to this machine.
            if (self.headers.get("Host") or "").partition(":")[0] not in ("127.0.0.1", "localhost"):
                self.send_error(421)
                return
            if self.path.partition("?")[0].endswith(("/", ".html")):
                site.refresh()
            super().do_GET()

        def end_headers(self) -> None:
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            super().end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing about what was asked for."""

    try:
        return ThreadingHTTPServer(("127.0.0.1", port), Answer)
    except OSError as error:
        raise OpsflowError(
            f"Port {port} cannot be used ({error.strerror}); name another with --port."
        ) from None

"""The site on this machine only, built anew when something changes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from opsflow import resources
from opsflow.errors import OpsflowError

HOST = "127.0.0.1"
PORT = 8765
_RELOAD = b'<script src="/_opsflow/reload.js" defer></script>\n</head>'


class Server(ThreadingHTTPServer):
    """Serves one folder; a thread per request, none of which keeps the program from ending."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, place: str, port: int) -> None:
        self.place = place
        self.turn = 1
        """Grows by one with each new site; pages reload when it does."""
        try:
            super().__init__((HOST, port), _Pages)
        except OSError as error:
            raise OpsflowError(
                f"Port {port} cannot be used ({error.strerror}); name another with --port."
            ) from None

    @property
    def address(self) -> str:
        """What to type into a browser."""
        return f"http://{HOST}:{self.server_address[1]}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is not worth a traceback."""


class _Pages(SimpleHTTPRequestHandler):
    server: Server

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, directory=args[2].place, **more)

    def do_GET(self) -> None:
        if self.headers.get("Host", "").rsplit(":", 1)[0] not in (HOST, "localhost"):
            self.send_error(HTTPStatus.FORBIDDEN, "This server answers to this machine only")
        elif self.path == "/_opsflow/turn":
            self._send(str(self.server.turn).encode(), "text/plain")
        elif self.path == "/_opsflow/reload.js":
            self._send(resources.read("templates", "reload.js"), "text/javascript")
        elif (page := self._page()) is not None:
            self._send(_live(page), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def _page(self) -> bytes | None:
        """The bytes of the page that is asked for; None where it is not a page."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if self.path.split("?")[0].endswith("/") else path
        if path.suffix != ".html":
            return None
        try:
            return path.read_bytes()
        except OSError:
            return None

    def _send(self, data: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        self.send_error(HTTPStatus.NOT_FOUND, "No such page")

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal shows builds, not requests."""


def _live(page: bytes) -> bytes:
    """The page with the script that reloads it, which the file on disk does not have."""
    return page.replace(b"default-src 'none';", b"default-src 'none'; connect-src 'self';", 1).replace(
        b"</head>", _RELOAD, 1
    )


@dataclass(frozen=True, slots=True)
class Site:
    """What `serve` needs to know of a site."""

    place: str
    """The folder that is served."""
    root: str
    """The folder that is watched: the board's."""
    make: Callable[[], None]
    """Builds the site into `place`."""


def serve(
    site: Site,
    *,
    port: int = PORT,
    say: Callable[[str], None],
    ready: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    every: float = 1.0,
) -> None:
    """Builds, serves, and builds again whenever a file of the board or a commit changes; ends with Ctrl-C.

    A build that fails is said, and the old site stays. `ready` is called once, with the address.
    """
    stop = stop or threading.Event()
    with Server(site.place, port) as server:
        seen = signature(site.root, site.place)
        site.make()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        say(f"The site is at {server.address} until Ctrl-C.")
        if ready:
            ready(server.address)
        try:
            while not stop.wait(every):
                seen = _turn(site, server, seen, say)
        finally:
            server.shutdown()
            thread.join()


def _turn(site: Site, server: Server, seen: Signature, say: Callable[[str], None]) -> Signature:
    """Looks once; builds where something changed."""
    now = signature(site.root, site.place)
    if now == seen:
        return seen
    started = time.monotonic()
    try:
        site.make()
    except OpsflowError as error:
        say(str(error))
    else:
        server.turn += 1
        say(f"Built again in {time.monotonic() - started:.1f} s.")
    return now


Signature = frozenset[tuple[str, int, int]]


def signature(root: str, without: str = "") -> Signature:
    """What tells one state of a board from another: its files, and where its repository stands."""
    found = set(_stats(root, without))
    for above in (Path(root), *Path(root).parents):
        git = above / ".git"
        if git.is_dir():
            for name in ("HEAD", "packed-refs", "logs/HEAD"):
                found |= set(_stat(str(git / name)))
            found |= set(_stats(str(git / "refs")))
            break
    return frozenset(found)


def _stats(folder: str, without: str = "") -> Iterator[tuple[str, int, int]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.path == without:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _stats(entry.path, without)
        else:
            yield from _stat(entry.path)


def _stat(path: str) -> Iterator[tuple[str, int, int]]:
    try:
        status = os.lstat(path)
    except OSError:
        return
    yield path, status.st_mtime_ns, status.st_size

"""The site on this machine only, built anew when something changes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from opsflow import resources
from opsflow.errors import OpsflowError
from opsflow.history import repository

HOST = "127.0.0.1"
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

    def parse_request(self) -> bool:
        """Whether a request is answered: whatever it wants, it has to be for this machine."""
        if not super().parse_request():
            return False
        if self.headers.get("Host", "").rsplit(":", 1)[0] not in (HOST, "localhost"):
            self.send_error(HTTPStatus.FORBIDDEN, "This server answers to this machine only")
            return False
        if "\0" in unquote(self.path):
            self.send_error(HTTPStatus.NOT_FOUND, "No such page")
            return False
        return True

    def do_GET(self) -> None:
        if self.path == "/_opsflow/turn":
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
    port: int,
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
        watch = Watch(site)
        watch.changed()
        site.make()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        say(f"The site is at {server.address} until Ctrl-C.")
        if ready:
            ready(server.address)
        try:
            while not stop.wait(every):
                if watch.changed():
                    _turn(site, server, say)
        finally:
            server.shutdown()
            thread.join()


def _turn(site: Site, server: Server, say: Callable[[str], None]) -> None:
    """Builds again; the old site stays where that fails."""
    started = time.monotonic()
    try:
        site.make()
    except OpsflowError as error:
        say(str(error))
    except OSError as error:
        say(f"The site was not built again: {error.strerror or error}; the old one stays.")
    else:
        server.turn += 1
        say(f"Built again in {time.monotonic() - started:.1f} s.")


Signature = frozenset[tuple[str, int, int]]


class Watch:
    """Looks at a board, and says whether it changed since the last look."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.git: tuple[str, ...] = ()
        self.seen: Signature = frozenset()

    def changed(self) -> bool:
        """Whether this look is another than the last one; the first look always is."""
        # Found once: to look for a repository is to read its configuration, and may ask Git.
        self.git = self.git or git_folders(self.site.root)
        before, self.seen = self.seen, signature(self.site.root, self.git, self.site.place)
        return self.seen != before


def signature(root: str, git: Iterable[str] = (), without: str = "") -> Signature:
    """What tells one state of a board from another: its files, and where its repository stands."""
    found = set(_stats(root, without))
    for folder in git:
        for file in ("HEAD", "packed-refs"):
            found |= set(_stat(os.path.join(folder, file)))
        for refs in ("refs", "reftable"):
            found |= set(_stats(os.path.join(folder, refs)))
    return frozenset(found)


def git_folders(root: str) -> tuple[str, ...]:
    """Where the HEAD and the refs of a board's repository are, two folders for a worktree; () without one."""
    try:
        repo = repository.find(root)
    except OpsflowError:  # the build says it
        return ()
    return tuple(dict.fromkeys((repo.git_dir, repo.common_dir))) if repo is not None else ()


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

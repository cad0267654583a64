"""The boards of one editor: which texts are open, when a board is judged anew, what is published.

All of this runs in the loop that listens to the editor; reading and judging go to one thread, the
history to another, so nothing that takes long holds up an answer.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lsprotocol import types as lsp
from pygls import uris

from opsflow.model import Finding, Severity
from opsflow.reading import folder
from opsflow.server import desk, wire
from opsflow.server.changes import Change
from opsflow.server.desk import Desk, Known, Told
from opsflow.server.names import ids_in, text_of
from opsflow.server.places import UTF16, Text

PATIENCE = (0.03, 0.3)
"""Seconds without a further change before a board is judged: at least, and at most. Between the two, half
of what judging it took the last time."""
LONGEST = 1.0
"""Seconds after the first change by which it is judged, even while somebody goes on typing."""
TICK = 20.0
"""Seconds between looks at what no editor tells."""
STALE = 3600.0
"""Seconds after which a board is judged anew though nothing changed: rules look at the time."""
RELATED = 10
"""As many items that a finding names are linked to it."""
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}


class Stopped(Exception):
    """The editor has gone; nobody needs what is being read."""


class Open(NamedTuple):
    """A text that an editor has open."""

    uri: str
    version: int
    text: str


@dataclass
class Watched:
    """A board, and what is known of its being judged."""

    desk: Desk
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    """It was judged once."""
    task: asyncio.Task[None] | None = None
    due: float = 0.0
    since: float = 0.0
    """When the first change came that is not judged yet; 0: none."""
    reread: bool = True
    """The folder may have changed."""
    cost: float = 0.0
    """Seconds that the last judging took."""
    judged: float = 0.0
    telling: bool = False
    published: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """What was published last, by path."""


class Session:
    """All that one editor has open."""

    def __init__(self, server: wire.Server, now: desk.Now) -> None:
        self.server = server
        self.now = now
        self.texts: dict[str, Open] = {}
        """By absolute path."""
        self.boards: dict[str, Watched] = {}
        """By root folder."""
        self.hand = wire.Hand("judging")
        self.stop = threading.Event()
        self.tellers: list[threading.Thread] = []
        self.watches = False
        """The editor tells which files change on the disk."""
        self.relates = False
        """It can show places beside a finding."""

    @property
    def encoding(self) -> str:
        """The units in which the editor counts columns."""
        chosen = self.server.workspace.position_encoding
        return str(getattr(chosen, "value", chosen) or UTF16)

    # -- what is open ---------------------------------------------------------------------------

    def put(self, uri: str, version: int | None, text: str) -> None:
        """A text is open, or another than it was."""
        path = path_of(uri)
        if path is None:
            return
        fresh = path not in self.texts
        self.texts[path] = Open(uri, version or 0, text)
        board = self.board_of(path)
        if board:
            self.wake(board, reread=fresh and not self.watches)

    def close(self, uri: str) -> None:
        """A text is not open any more: its file counts."""
        path = path_of(uri)
        if path is None or self.texts.pop(path, None) is None:
            return
        board = self.board_of(path)
        if board:
            self.wake(board, reread=True)

    def changed(self, paths: Sequence[str]) -> None:
        """Files changed on the disk."""
        woken = [self.board_of(path, known=True) for path in paths]
        if any(os.path.basename(path) == folder.BOARD_FILE for path in paths):  # a board may come or go
            woken += [*self.boards.values(), *map(self.board_of, self.texts)]
        for board in woken:
            if board:
                self.wake(board, reread=True)

    def adopt(self, uri: str) -> None:
        """A folder is open: the board that it is, or is in, is judged without a file of it being open."""
        path = path_of(uri)
        root = folder.find_root(path) if path and os.path.isdir(path) else None
        if root:
            self.wake(self.board(root))

    def board_of(self, path: str, known: bool = False) -> Watched | None:
        """The board that a file belongs to, from now on looked after; `known`: only one that is already."""
        root = folder.find_root(os.path.dirname(path))
        if root is None or (known and root not in self.boards):
            return None
        return self.board(root)

    def board(self, root: str) -> Watched:
        if root not in self.boards:
            self.boards[root] = Watched(Desk(root, self.now))
        return self.boards[root]

    def inside(self, board: Watched) -> dict[str, Open]:
        """The open texts of a board, by their paths in it."""
        root = board.desk.root
        return {
            relative(root, path): text
            for path, text in self.texts.items()
            if folder.find_root(os.path.dirname(path)) == root
        }

    def uri(self, root: str, path: str) -> str:
        """How the editor calls a file of a board."""
        whole = os.path.normpath(os.path.join(root, path))
        known = self.texts.get(whole)
        return known.uri if known else uris.from_fs_path(whole) or ""

    # -- judging --------------------------------------------------------------------------------

    def wake(self, board: Watched, reread: bool = False) -> None:
        """Something changed: judge the board soon."""
        now = asyncio.get_running_loop().time()
        least, most = PATIENCE
        board.since = board.since or now
        board.due = min(now + min(max(board.cost / 2, least), most), board.since + LONGEST)
        board.reread |= reread
        if board.task is None:
            board.task = asyncio.create_task(self._settle(board))

    async def _settle(self, board: Watched) -> None:
        loop = asyncio.get_running_loop()
        try:
            while board.since and not self.stop.is_set():
                while (left := board.due - loop.time()) > 0:
                    await asyncio.sleep(left)
                await self._judge(board)
        finally:
            board.task = None

    async def _judge(self, board: Watched) -> None:
        reread, board.reread, board.since = board.reread, False, 0.0
        texts = self.inside(board)
        if not texts and folder.find_root(board.desk.root) != board.desk.root:
            self.retire(board)
            return
        start = asyncio.get_running_loop().time()
        try:
            known, behind = await self.hand.do(lambda: _judged(board.desk, bytes_of(texts), reread))
        except Exception as error:
            wire.log(error)
        else:
            self.publish(board, known, texts)
            if behind:
                self.tell(board)
        board.judged = asyncio.get_running_loop().time()
        board.cost = board.judged - start
        board.ready.set()

    def retire(self, board: Watched) -> None:
        """The folder is no board any more."""
        for path in board.published:
            uri = self.uri(board.desk.root, path)
            self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))
        self.boards.pop(board.desk.root, None)
        board.ready.set()

    # -- history --------------------------------------------------------------------------------

    def tell(self, board: Watched) -> None:
        """Read the history of a board in a thread of its own."""
        if board.telling:
            return
        board.telling = True
        loop = asyncio.get_running_loop()

        def work() -> None:
            told: Told | None = None
            try:
                told = desk.tell(board.desk.root, self.now(), self._progress)
            except Stopped:
                return
            except Exception as error:
                wire.log(error)
            gc.collect()
            gc.freeze()  # a history is a hundred thousand objects that stay, and not to be looked through
            try:
                loop.call_soon_threadsafe(self._told, board, told)
            except RuntimeError:  # the loop is closed
                return

        thread = threading.Thread(target=work, name="history", daemon=True)
        self.tellers = [each for each in self.tellers if each.is_alive()] + [thread]
        thread.start()

    def _progress(self, done: str, amount: int, of: int | None) -> None:
        if self.stop.is_set():
            raise Stopped

    def _told(self, board: Watched, told: Told | None) -> None:
        board.telling = False
        if told is not None:
            board.desk.told = told
            self.wake(board)

    async def tick(self) -> None:
        """Look, now and then, at what no editor tells: another commit, another day, other files."""
        while not self.stop.is_set():
            await asyncio.sleep(TICK)
            for board in list(self.boards.values()):
                try:
                    await self._look(board)
                except Exception as error:
                    wire.log(error)

    async def _look(self, board: Watched) -> None:
        await board.ready.wait()
        texts = bytes_of(self.inside(board))
        changed = not self.watches and await self.hand.do(lambda: board.desk.reread(texts))
        if changed or asyncio.get_running_loop().time() - board.judged > STALE:
            self.wake(board)
        elif await self.hand.do(board.desk.is_behind):
            self.tell(board)

    def end(self) -> None:
        """The editor has gone. Git is given the time to clean up after itself."""
        self.stop.set()
        for thread in self.tellers:
            thread.join(timeout=2)

    # -- publishing -----------------------------------------------------------------------------

    def publish(self, board: Watched, known: Known, texts: Mapping[str, Open]) -> None:
        """Tell the editor what is new about each file: findings, or that there are none any more."""
        for path in dict.fromkeys((*texts, *known.findings, *board.published)):
            found, text = known.findings.get(path, ()), texts.get(path)
            key = (text.version if text else None, found, known.facts.tree.get(path))
            if board.published.get(path) == key or (path not in board.published and not found and not text):
                continue
            try:
                self._publish(board, known, path, found, text)
            except Exception as error:
                wire.log(error)
            if found or text:
                board.published[path] = key
            else:
                del board.published[path]

    def _publish(
        self, board: Watched, known: Known, path: str, found: Sequence[Finding], open_: Open | None
    ) -> None:
        text = Text(text_of(known.facts, path), self.encoding)
        self.server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(
                uri=open_.uri if open_ else self.uri(board.desk.root, path),
                version=open_.version if open_ else None,
                diagnostics=[self.diagnostic(board, known, text, each) for each in found],
            )
        )

    def diagnostic(self, board: Watched, known: Known, text: Text, finding: Finding) -> lsp.Diagnostic:
        """A finding as an editor shows it. What is waived is a hint, and nothing that counts."""
        message, severity = finding.message, _SEVERITIES[finding.severity]
        if finding.waiver is not None:
            until = f" until {finding.waiver.until}" if finding.waiver.until else ""
            message = f"{message}\nAllowed{until}: {finding.waiver.reason}"
            severity = lsp.DiagnosticSeverity.Hint
        elif finding.hint:
            message = f"{message}\n{finding.hint}"
        return lsp.Diagnostic(
            range=span(text, *text.span(finding.place)),
            message=message,
            severity=severity,
            code=finding.rule,
            source="opsflow",
            related_information=self._related(board, known, finding) or None,
        )

    def _related(
        self, board: Watched, known: Known, finding: Finding
    ) -> list[lsp.DiagnosticRelatedInformation]:
        """The other items that a finding names, such as those that are over a limit."""
        if not self.relates:
            return []
        items = known.facts.board.items
        named = dict.fromkeys(each.name for each in ids_in(known.facts.board, finding.message))
        near = [items[name] for name in named if name != finding.item]
        start = lsp.Position(0, 0)
        return [
            lsp.DiagnosticRelatedInformation(
                lsp.Location(self.uri(board.desk.root, item.path), lsp.Range(start, start)),
                f"{item.id} {item.title}",
            )
            for item in near[:RELATED]
        ]

    # -- changes --------------------------------------------------------------------------------

    def edit(
        self, board: Watched, known: Known, open_: Mapping[str, Open], change: Change
    ) -> lsp.WorkspaceEdit:
        """A change as an editor carries it out: texts first, then files. `open_`: what `known` is made of."""
        root = board.desk.root
        steps: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = []
        for path in dict.fromkeys(each.path for each in change.edits):
            text = Text(text_of(known.facts, path), self.encoding)
            edits = [
                lsp.TextEdit(span(text, each.start, each.end), each.text)
                for each in change.edits
                if each.path == path
            ]
            version = open_[path].version if path in open_ else None
            document = lsp.OptionalVersionedTextDocumentIdentifier(self.uri(root, path), version)
            steps.append(lsp.TextDocumentEdit(document, edits))
        steps += [lsp.RenameFile(self.uri(root, old), self.uri(root, new)) for old, new in change.moves]
        return lsp.WorkspaceEdit(document_changes=steps)


def _judged(board: Desk, open_: Mapping[str, bytes], reread: bool) -> tuple[Known, bool]:
    if reread:
        board.read(open_)
    return board.judge(open_), board.is_behind()


def bytes_of(texts: Mapping[str, Open]) -> dict[str, bytes]:
    """Open texts as the files that they would be."""
    return {path: each.text.encode("utf-8", "surrogatepass") for path, each in texts.items()}


def path_of(uri: str) -> str | None:
    """The absolute path of a file; None for what is none, such as a text that was never saved."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return os.path.abspath(path) if path and "\0" not in path else None


def relative(root: str, path: str) -> str:
    """The path of a file in its board."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def span(text: Text, start: int, end: int) -> lsp.Range:
    """A part of a text as an editor counts."""
    return lsp.Range(lsp.Position(*text.place(start)), lsp.Position(*text.place(end)))

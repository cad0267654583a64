"""The line to the editor: standard input and output, and what goes wrong on it.

The door to pygls. Its own way of ending and of telling errors is left out: what goes wrong is one line
on standard error and never a traceback in an answer, and the process ends with the status that the
protocol asks for: 0 after `shutdown`, 1 without.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter

from opsflow import __version__
from opsflow.formats.visible import visible

T = TypeVar("T")
REFUSED = -32803
"""LSP's `RequestFailed`: the request was good, and the answer is no."""
LONGEST = 400
"""Characters of a line on standard error."""


class RefusedError(JsonRpcException):
    """An answer that is no, with the reason for the user."""

    CODE = REFUSED


class Hand:
    """A thread of its own for work that would hold up the line, one thing after another.

    It never keeps the process alive.
    """

    def __init__(self, name: str) -> None:
        self._work: queue.SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def do(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Begin the work; called in the loop that waits for it."""
        found: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._work.put((found, work))
        return found

    def _run(self) -> None:
        while True:
            future, work = self._work.get()
            try:
                value, error = work(), None
            except Exception as caught:
                value, error = None, caught
            try:
                future.get_loop().call_soon_threadsafe(_settle, future, value, error)
            except RuntimeError:  # the loop is closed: nobody waits any more
                return


def _settle(future: asyncio.Future[Any], value: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(value)


HEADER, BODY = 4096, 64 << 20
"""In bytes; no line above a message, and no message, is longer."""


class _Reader:
    """Standard input, read in a thread that the end of the program does not wait for."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hand = Hand("input")

    def readline(self) -> asyncio.Future[bytes]:
        return self._hand.do(self._header)

    def readexactly(self, n: int) -> asyncio.Future[bytes]:
        return self._hand.do(lambda: self._body(n))

    def _header(self) -> bytes:
        line = self._stream.readline(HEADER + 1)
        return line if len(line) <= HEADER else self._end("a header has no end")

    def _body(self, length: int) -> bytes:
        return self._stream.read(length) if length <= BODY else self._end(f"a message has {length:,} bytes")

    def _end(self, why: str) -> bytes:
        """No more input: whoever sends such things is no editor."""
        log(f"{why}, so the connection ends")
        return b""


class _Writer:
    """Standard output. Where nobody reads it any more, the end of the input follows, and ends it all."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def close(self) -> None:
        pass

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except OSError:
            pass


class _Protocol(LanguageServerProtocol):
    """Answers without tracebacks."""

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        if error is not None:
            error = lsp.ResponseError(code=error.code, message=error.message)
        super()._send_response(msg_id, result, error)

    @property
    def is_over(self) -> bool:
        """Whether the editor has asked for the end."""
        return bool(self._shutdown)


class Server(LanguageServer):
    """pygls's server. Texts come whole: its way of putting parts together knows too many ends of lines."""

    def __init__(self) -> None:
        super().__init__(
            "opsflow",
            __version__,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Full,
            protocol_cls=_Protocol,
            converter_factory=default_converter,
        )

    def report_server_error(self, error: Exception, source: Any) -> None:
        """One line, not a message box in the editor."""
        if not isinstance(error, RefusedError):
            log(error)


def log(error: BaseException | str) -> None:
    """Say on standard error what went wrong, on one line."""
    said = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    if isinstance(error, BaseException) and os.environ.get("OPSFLOW_TRACEBACK"):
        import traceback

        sys.stderr.write("".join(traceback.format_exception(error)))
    try:
        sys.stderr.write(f"opsflow lsp: {visible(said)[:LONGEST]}\n")
        sys.stderr.flush()
    except (OSError, ValueError, UnicodeError):
        pass


def talk(server: Server, ended: Callable[[], None]) -> int:
    """Serve on standard input and output until the editor ends it; `ended` is called then.

    Returns the exit status. Whatever else prints goes to standard error, for a stray line would break
    the protocol.
    """
    sys.setswitchinterval(0.001)  # an answer is not to wait long for a thread that judges
    for name in ("pygls", "asyncio"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.dup2(2, 1)
    protocol: Any = server.protocol
    protocol.set_writer(_Writer(target))
    try:
        asyncio.run(_serve(server, _Reader(source)))
    except SystemExit:
        pass
    finally:
        ended()
    return 0 if protocol.is_over else 1


async def _serve(server: Server, reader: _Reader) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, told: log(told.get("exception") or told["message"]))
    await run_async(threading.Event(), reader, server.protocol, None, server.report_server_error)

"""An editor in a few lines: starts `opsflow lsp` and talks to it over its standard input and output.

It knows nothing of the libraries that the server is made with, and keeps all that the server says: what
answers a request, the last findings of each file, and every line on standard error.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds to wait for an answer: far more than is needed, since tests may share a busy machine."""

CAPABILITIES: dict[str, Any] = {
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "rename": {"prepareSupport": True},
        "publishDiagnostics": {"relatedInformation": True},
    },
}


class Client:
    """One server process and what it said."""

    def __init__(self, *, environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "opsflow", "lsp", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
        )
        self.errors: list[str] = []
        self.notices: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        """What the server asked the editor; each is answered with nothing."""
        self.findings: dict[str, dict[str, Any]] = {}
        """The last `publishDiagnostics` of each address."""
        self.texts: dict[str, tuple[int, str]] = {}
        self.server: dict[str, Any] = {}
        self._said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._answers: dict[int, dict[str, Any]] = {}
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    # -- the line -------------------------------------------------------------------------------

    def _read(self) -> None:
        out = self.process.stdout
        assert out
        while True:
            length = 0
            while (line := out.readline()).strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not line:
                break
            self._said.put(json.loads(out.read(length)))
        self._said.put(None)

    def _listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.errors.append(line.decode().rstrip("\n"))

    def send(self, message: Mapping[str, Any] | bytes) -> None:
        body = message if isinstance(message, bytes) else json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _take(self, until: float) -> bool:
        """Take one message in; False where there is none any more."""
        message = self._said.get(timeout=max(until - time.monotonic(), 0.01))
        if message is None:
            return False
        if "method" not in message:
            self._answers[message["id"]] = message
        elif "id" in message:
            self.requests.append(message)
            self.send({"id": message["id"], "result": None})
        else:
            self.notices.append(message)
            if message["method"] == "textDocument/publishDiagnostics":
                self.findings[message["params"]["uri"]] = message["params"]
        return True

    # -- what an editor does --------------------------------------------------------------------

    def ask(self, method: str, params: Any = None) -> Any:
        """The result of a request; an error of the protocol fails."""
        answer = self.answer(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def answer(self, method: str, params: Any = None) -> dict[str, Any]:
        """The whole answer to a request, be it a result or an error."""
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        until = time.monotonic() + PATIENCE
        while self._number not in self._answers:
            assert self._take(until), self.errors
        return self._answers.pop(self._number)

    def tell(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def begin(self, *folders: Path, capabilities: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Introduce the two, with these folders open; returns what the server can."""
        given = CAPABILITIES if capabilities is None else capabilities
        self.server = self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folders[0].as_uri() if folders else None,
                "workspaceFolders": [{"uri": each.as_uri(), "name": each.name} for each in folders] or None,
                "capabilities": given,
            },
        )
        self.tell("initialized", {})
        return self.server

    def open(self, path: Path, text: str | None = None) -> str:
        """Open a file, with its own text or another one; returns its address."""
        uri = path.as_uri()
        text = path.read_text(encoding="utf-8") if text is None else text
        self.texts[uri] = (1, text)
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def change(self, uri: str, text: str) -> int:
        """Type: the whole text is another. Returns its version."""
        version = self.texts[uri][0] + 1
        self.texts[uri] = (version, text)
        document = {"uri": uri, "version": version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        return version

    def save(self, uri: str, path: Path) -> None:
        path.write_text(self.texts[uri][1], encoding="utf-8")
        self.tell("textDocument/didSave", {"textDocument": {"uri": uri}})

    def close(self, uri: str) -> None:
        del self.texts[uri]
        self.tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def judged(self, uri: str) -> list[dict[str, Any]]:
        """The findings of the text as it is now, once the server has told them."""
        version = self.texts[uri][0]
        self.wait(lambda: self.findings.get(uri, {}).get("version") == version)
        found: list[dict[str, Any]] = self.findings[uri]["diagnostics"]
        return found

    def wait(self, until: Any) -> None:
        """Listen until something holds."""
        end = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < end, (self.findings, self.errors)
            try:
                assert self._take(end), self.errors
            except queue.Empty:
                continue

    def at(self, uri: str, mark: str, offset: int = 0) -> dict[str, Any]:
        """The place of a part of the open text, for a request; `offset` characters into it."""
        text = self.texts[uri][1]
        position = text.index(mark) + offset
        line = text.count("\n", 0, position)
        column = len(text[text.rfind("\n", 0, position) + 1 : position].encode("utf-16-le")) // 2
        return {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}

    # -- the end --------------------------------------------------------------------------------

    def end(self) -> int:
        """End as editors do; returns the status of the process."""
        self.ask("shutdown")
        self.tell("exit")
        return self.over()

    def over(self) -> int:
        """The status of the process, which is to end by itself."""
        assert self.process.stdin
        self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        return status

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                try:
                    stream.close()
                except OSError:
                    pass


def span(found: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """A range as four numbers."""
    start, end = found["range"]["start"], found["range"]["end"]
    return start["line"], start["character"], end["line"], end["character"]


def after(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after edits whose columns are UTF-16, as an editor applies them."""
    lines = text.split("\n")

    def at(place: Mapping[str, int]) -> int:
        line = lines[place["line"]]
        inside = line.encode("utf-16-le")[: 2 * place["character"]].decode("utf-16-le")
        return sum(len(each) + 1 for each in lines[: place["line"]]) + len(inside)

    spans = sorted((at(e["range"]["start"]), at(e["range"]["end"]), e["newText"]) for e in edits)
    for start, end, new in reversed(spans):
        text = text[:start] + new + text[end:]
    return text

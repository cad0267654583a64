"""How the server begins and ends, what it does with nonsense, and what it never does."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.server.client import Client


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with its time of change and its bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_ends_with_the_status_that_the_protocol_asks_for(start: Callable[[], Client], board: Path) -> None:
    client = start()
    client.begin(board)
    assert (client.end(), client.errors) == (0, [])
    client = start()
    client.begin(board)
    client.tell("exit")
    assert (client.over(), client.errors) == (1, [])


def test_it_ends_when_nobody_speaks_to_it_any_more(start: Callable[[], Client], board: Path) -> None:
    client = start()
    client.begin(board)
    client.open(board / "items/OPS-1-renew.yaml")
    assert (client.over(), client.errors) == (1, [])
    assert start().over() == 1


def test_ctrl_c_ends_it_as_it_ends_other_servers(start: Callable[[], Client], board: Path) -> None:
    client = start()
    client.begin(board)
    client.process.send_signal(signal.SIGINT)
    assert (client.over(), client.errors) == (130, ["Stopped."])


def test_nonsense_is_said_on_one_line_and_the_server_goes_on(editor: Client, board: Path) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml")
    editor.judged(uri)
    for body in (b"{", b"[]", b"null", b'{"jsonrpc": "2.0"}', b"[" * 5000, b"\xff\xfe"):
        editor.send(body)
    editor.tell("textDocument/didChange", {"textDocument": 7, "contentChanges": "x"})
    editor.tell("textDocument/didChange", {"textDocument": {"uri": "file:///nowhere", "version": 1}, "contentChanges": [{"text": "x"}]})  # fmt: skip
    editor.tell("no/such/notice", {})
    answer = editor.answer("no/such/request", {})
    assert answer["error"] == {"code": -32601, "message": "Method Not Found: no/such/request"}
    answer = editor.answer("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 10**9, "character": 10**9}})  # fmt: skip
    assert answer["result"] is None
    assert editor.ask("textDocument/hover", editor.at(uri, "OPS-1", 1)) is not None
    assert editor.end() == 0
    assert all(line.startswith("opsflow lsp: ") and len(line) < 500 for line in editor.errors)
    assert not any("Traceback" in line or 'File "' in line for line in editor.errors)
    assert not [each for each in editor.notices if each["method"] != "textDocument/publishDiagnostics"]


def test_odd_texts_have_findings_like_any_other(editor: Client, board: Path) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml")
    for text in (
        "",
        "\ufefftitle: x\nstate: raedy\n",
        "title: x\r\nstate: raedy\r\n",
        "title: x\rstate: y\r",
        "title: \u2028\x0b\n",
        "\x00",
        "[" * 3000,
        "x" * 100_000,
        "title: \ud83d\n",
        "<<<<<<< a\n=======\n>>>>>>> b\n",
    ):
        editor.change(uri, text)
        assert editor.judged(uri), text[:20]
    assert editor.end() == 0 and editor.errors == []


def test_it_writes_nothing_and_runs_nothing_that_the_repository_names(
    start: Callable[[], Client], board: Path, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    with (board / ".git/config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {trap}\n\thooksPath = {tmp_path}\n\tpager = {trap}\n[diff]\n\texternal = {trap}\n"
        )
    (board / ".gitattributes").write_text("* filter=trap diff=trap\n")
    before = snapshot(board)
    client = start()
    client.begin(board)
    uri = client.open(board / "items/OPS-2-order.yaml")
    item = (board / "items/OPS-1-renew.yaml").as_uri()
    client.wait(lambda: item in client.findings)  # the history is there
    client.change(uri, "title: x\nstate: raedy\n")
    found = client.judged(uri)
    lines = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": lines, "context": {"diagnostics": found}}
    assert client.ask("textDocument/codeAction", params)
    assert client.ask("textDocument/rename", {**client.at(uri, "title"), "newName": "OPS-9"})
    assert client.end() == 0
    assert snapshot(board) == before
    assert not (tmp_path / "sprung").exists()
    assert [path for path in tmp_path.iterdir() if path.name not in ("board", "cache", "trap")] == []


def test_without_the_library_one_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    program = "import sys; sys.modules['pygls'] = None; from opsflow.cli import run; sys.exit(run(['lsp']))"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "opsflow: The language server needs the library pygls: install it with pip install 'opsflow[lsp]'.\n",
    )


def test_no_other_command_imports_the_library() -> None:
    program = (
        "import sys\nfrom opsflow.cli import run\nrun(['--help'])\nrun(['lsp', '--help'])\n"
        "sys.exit(bool({'pygls', 'lsprotocol', 'asyncio'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, env={**os.environ})
    assert done.returncode == 0


def test_a_message_of_any_length_and_a_header_without_end_end_the_connection(
    start: Callable[[], Client], board: Path
) -> None:
    for sent, said in (
        (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}", "a header has no end"),
        (b"Content-Length: 99999999999\r\n\r\n{}", "a message has 99,999,999,999 bytes"),
    ):
        client = start()
        client.begin(board)
        assert client.process.stdin is not None
        client.process.stdin.write(sent)
        client.process.stdin.flush()
        assert (client.over(), client.errors) == (1, [f"opsflow lsp: {said}, so the connection ends"])

"""Serving: on this machine only, and anew when something changes."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from opsflow.errors import OpsflowError
from opsflow.site import output, serve
from opsflow.site.page import Page

PAGE = b"<head>\n<meta content=\"default-src 'none'; script-src 'self'\"></head><body>%d</body>"


@contextmanager
def serving(board: Path, place: Path, every: float = 0.05) -> Iterator[tuple[int, list[str]]]:
    """A server for a site that counts its builds; its port, and what it said."""
    said: list[str] = []
    stop, ready = threading.Event(), threading.Event()
    builds = 0

    def make() -> None:
        nonlocal builds
        builds += 1
        if (board / "broken").exists():
            raise OpsflowError("The board is broken.")
        if (board / "full").exists():
            raise OSError(28, "No space left on device")
        output.write(str(place), [Page("index.html", PAGE % builds), Page("style.css", b"a{}")])

    def say(text: str) -> None:
        said.append(text)
        ready.set()

    site = serve.Site(str(place), str(board), make)
    thread = threading.Thread(
        target=serve.serve, args=(site,), kwargs={"port": 0, "say": say, "stop": stop, "every": every}
    )
    thread.start()
    try:
        assert ready.wait(10)
        yield int(said[0].split(":")[2].split("/")[0]), said
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, bytes, dict[str, str]]:
    """Status, bytes and headers of one answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": f"{host}:{port}"})
    answer = connection.getresponse()
    try:
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


@pytest.fixture
def board(tmp_path: Path) -> Path:
    folder = tmp_path / "board"
    folder.mkdir()
    (folder / "opsflow.yaml").write_text("board: x\n")
    return folder


def wait_for(said: list[str], words: str) -> None:
    for _ in range(400):
        if any(words in each for each in said):
            return
        threading.Event().wait(0.02)
    raise AssertionError(said)


def test_a_served_page_reloads_itself_and_the_file_on_disk_does_not(board: Path, tmp_path: Path) -> None:
    with serving(board, tmp_path / "site") as (port, _):
        status, page, headers = get(port, "/")
        assert status == 200
        assert b'<script src="/_opsflow/reload.js" defer></script>\n</head>' in page
        assert b"default-src 'none'; connect-src 'self'; script-src 'self'" in page
        assert headers["Cache-Control"] == "no-store"
        assert get(port, "/index.html?x=1")[1] == page
        assert get(port, "/style.css")[1] == b"a{}"
        assert b"fetch(" in get(port, "/_opsflow/reload.js")[1]
    assert (tmp_path / "site" / "index.html").read_bytes() == PAGE % 1


def test_a_real_page_may_ask_its_server_only_while_it_is_served(site: Path) -> None:
    for path in sorted(site.glob("*.html")):
        page = path.read_bytes()
        live = serve._live(page)
        assert live.count(b"connect-src 'self'") == 1, path
        assert live.count(b"/_opsflow/reload.js") == 1, path
        assert b"connect-src" not in page, path


def test_a_change_of_the_board_builds_the_site_again(board: Path, tmp_path: Path) -> None:
    with serving(board, tmp_path / "site") as (port, said):
        assert get(port, "/_opsflow/turn")[1] == b"1"
        (board / "items").mkdir()
        (board / "items" / "OPS-1.yaml").write_text("title: x\n")
        wait_for(said, "Built again")
        assert int(get(port, "/_opsflow/turn")[1]) >= 2
        assert b"<body>1</body>" not in get(port, "/")[1]


def test_a_board_that_cannot_be_built_leaves_the_old_site(board: Path, tmp_path: Path) -> None:
    with serving(board, tmp_path / "site") as (port, said):
        (board / "broken").write_text("")
        wait_for(said, "The board is broken.")
        assert b"<body>1</body>" in get(port, "/")[1]
        assert get(port, "/_opsflow/turn")[1] == b"1"


def test_a_machine_that_fails_a_build_leaves_the_old_site_and_the_next_change_builds_it(
    board: Path, tmp_path: Path
) -> None:
    with serving(board, tmp_path / "site") as (port, said):
        (board / "full").write_text("")
        wait_for(said, "The site was not built again: No space left on device; the old one stays.")
        assert b"<body>1</body>" in get(port, "/")[1]
        (board / "full").unlink()
        wait_for(said, "Built again")
        assert get(port, "/_opsflow/turn")[1] == b"2"


GIT = ("git", "-c", "user.name=M", "-c", "user.email=m@example.org", "-c", "commit.gpgSign=false")


def git(folder: Path, *words: str) -> None:
    subprocess.run([*GIT, "-C", str(folder), *words], check=True, capture_output=True)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("place", ["checkout", "worktree", "submodule"])
def test_a_commit_is_a_change_wherever_the_repository_keeps_its_refs(
    board: Path, tmp_path: Path, place: str, packed: bool
) -> None:
    git(board, "init", "-b", "main")
    git(board, "add", ".")
    git(board, "commit", "-m", "one")
    folder = board
    if place == "worktree":
        folder = tmp_path / "other"
        git(board, "worktree", "add", "-b", "side", str(folder))
    elif place == "submodule":
        git(tmp_path, "init", "over")
        git(tmp_path / "over", "-c", "protocol.file.allow=always", "submodule", "add", str(board), "board")
        folder = tmp_path / "over" / "board"
    if packed:
        git(folder, "pack-refs", "--all")
    assert (folder / ".git").is_dir() == (place == "checkout")
    watch = serve.Watch(serve.Site(str(tmp_path / "site"), str(folder), lambda: None))
    assert [watch.changed(), watch.changed()] == [True, False]
    git(folder, "commit", "--allow-empty", "-m", "two")
    assert [watch.changed(), watch.changed()] == [True, False]


def test_a_repository_that_is_made_while_the_board_is_served_is_seen(board: Path, tmp_path: Path) -> None:
    watch = serve.Watch(serve.Site(str(tmp_path / "site"), str(board), lambda: None))
    watch.changed()
    git(board, "init")
    assert [watch.changed(), watch.changed()] == [True, False]


def test_only_this_machine_is_answered_and_nothing_else_is_shown(board: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    with serving(board, tmp_path / "site") as (port, _):
        assert get(port, "/", host="evil.example")[0] == 403
        assert get(port, "/../secret.html")[0] == 404
        assert get(port, "/..%2fsecret.html")[0] == 404
        assert get(port, "/item/")[0] == 404
        assert get(port, "/no.html")[0] == 404
        assert get(port, "/no%00.html")[0] == 404


def test_a_request_for_no_more_than_the_head_is_judged_as_every_request(board: Path, tmp_path: Path) -> None:
    with serving(board, tmp_path / "site") as (port, _):
        for host, status in (("localhost", 200), ("evil.example", 403)):
            asked = HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("HEAD", "/", headers={"Host": host})
            assert asked.getresponse().status == status
            asked.close()


def test_a_port_that_is_taken_is_said_in_one_sentence(board: Path, tmp_path: Path) -> None:
    with serving(board, tmp_path / "site") as (port, _), pytest.raises(OpsflowError, match="--port"):
        serve.Server(str(tmp_path), port)


def test_the_site_inside_the_board_does_not_count_as_a_change(board: Path) -> None:
    before = serve.signature(str(board), without=str(board / "site"))
    (board / "site").mkdir()
    (board / "site" / "index.html").write_text("x")
    (board / ".hidden").mkdir()
    assert serve.signature(str(board), without=str(board / "site")) == before
    (board / "opsflow.yaml").write_text("board: longer\n")
    assert serve.signature(str(board), without=str(board / "site")) != before

"""The comment under a pull request: one, edited on each run, of a file that nobody is trusted with."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.formats.reported import HOSTILE
from tests.integrations import scene
from tests.integrations.runner import INTEGRATIONS, PROGRAMS, Runner, environment, load

SHA = "4f" * 20
RUN = "https://github.example/team/board/actions/runs/1"
MARK = "<!-- opsflow diff OPS -->"
TEXT = f"{MARK}\n**1 item moved**\n\n- `OPS-1` Renew edge certificates\n"
FALLBACK = (
    f"<!-- opsflow diff -->\nWhat this changes on the board is told in the summary of [the run]({RUN}).\n"
)


class Host:
    """As much of GitHub as the comment needs: one pull request, its comments, and who may write."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.head = SHA
        self.asked: list[str] = []

    def said(self, text: str, by: str = "github-actions[bot]") -> None:
        self.comments.append({"id": len(self.comments) + 1, "user": {"login": by}, "body": text})

    def answer(self, method: str, path: str, body: Any) -> Any:
        self.asked.append(f"{method} {path.partition('?')[0]}")
        if (method, path) == ("GET", "/repos/team/board/pulls/7"):
            return {"head": {"sha": self.head}}
        if method == "GET" and path.startswith("/repos/team/board/issues/7/comments?per_page=100&page="):
            page = int(path.rpartition("=")[2])
            return self.comments[(page - 1) * 100 : page * 100]
        if (method, path) == ("POST", "/repos/team/board/issues/7/comments"):
            self.said(body["body"])
            return self.comments[-1]
        if method == "PATCH":
            place = int(path.removeprefix("/repos/team/board/issues/comments/")) - 1
            self.comments[place]["body"] = body["body"]
            return self.comments[place]
        return None


@pytest.fixture
def host() -> Iterator[tuple[Host, str]]:
    """GitHub, and its address on this machine."""
    known = Host()

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(size)) if size else None
            allowed = self.headers["Authorization"] == "Bearer the-token"
            found = known.answer(self.command, self.path, body) if allowed else None
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        do_GET = do_POST = do_PATCH = reply  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield known, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


Comment = Callable[..., Runner]


@pytest.fixture
def comment(tmp_path: Path, host: tuple[Host, str]) -> Comment:
    """Run the workflow on an artifact of these files; None: there is none."""

    def runs(diff: str | bytes | None = TEXT, number: str = "7\n") -> Runner:
        for name in ("workspace", "temp"):
            (tmp_path / name).mkdir(exist_ok=True)

        def download(given: Any) -> None:
            assert (given["name"], given["run-id"], given["github-token"]) == ("opsflow", "1", "the-token")
            folder = Path(given["path"])
            folder.mkdir(exist_ok=True)
            (folder / "pull-request").write_text(number)
            if diff is not None:
                (folder / "diff.md").write_bytes(diff if isinstance(diff, bytes) else diff.encode())

        runner = Runner(
            tmp_path / "workspace",
            tmp_path / "temp",
            {
                "event.workflow_run.id": "1",
                "event.workflow_run.head_sha": SHA,
                "event.workflow_run.html_url": RUN,
            },
            {"actions/download-artifact": download},
            {"GITHUB_API_URL": host[1], "GITHUB_REPOSITORY": "team/board"},
        )
        runner.job(load(INTEGRATIONS / "github" / "comment.yml")["jobs"]["comment"]["steps"])
        return runner

    return runs


def test_the_first_run_writes_a_comment_and_the_next_edits_it(
    comment: Comment, host: tuple[Host, str]
) -> None:
    host[0].said("Looks good to me.", by="ben")
    run = comment()
    assert not run.failed, run.log
    assert not comment(TEXT.replace("1 item", "2 items")).failed
    assert [each["body"] for each in host[0].comments] == [
        "Looks good to me.",
        TEXT.replace("1 item", "2 items"),
    ]


def test_the_comment_is_found_among_hundreds(comment: Comment, host: tuple[Host, str]) -> None:
    for at in range(250):
        host[0].said(
            TEXT.replace("moved", "blocked") if at == 220 else "Nice.",
            "ben" if at != 220 else "github-actions[bot]",
        )
    comment()
    assert (len(host[0].comments), host[0].comments[220]["body"]) == (250, TEXT)


def test_a_comment_of_somebody_else_is_not_edited(comment: Comment, host: tuple[Host, str]) -> None:
    host[0].said(TEXT, by="mallory")
    comment(TEXT.replace("1 item", "2 items"))
    assert [each["body"] for each in host[0].comments] == [TEXT, TEXT.replace("1 item", "2 items")]


def test_each_board_of_a_repository_has_its_comment(comment: Comment, host: tuple[Host, str]) -> None:
    comment()
    comment(TEXT.replace("OPS", "NET"))
    comment()
    assert [each["body"] for each in host[0].comments] == [TEXT, TEXT.replace("OPS", "NET")]


def test_a_pull_request_that_ends_elsewhere_gets_no_comment(comment: Comment, host: tuple[Host, str]) -> None:
    host[0].head = "00" * 20
    run = comment()
    assert (run.failed, host[0].comments) == (False, [])
    assert "does not end at the commit" in run.log


@pytest.mark.parametrize(
    "number", ["", "x", "7; rm -rf /", "../../7", "7\n8", "-7", "07", "٧", "7" * 11, "7/../8", "7?x=1"]
)
def test_what_is_no_number_asks_nothing(number: str, comment: Comment, host: tuple[Host, str]) -> None:
    assert comment(number=number).failed
    assert host[0].asked == []


LIVE = {
    "a mention": "@team",
    "a mention as an entity": "&#64;team &#x40;team &commat;team",
    "a mention after a broken span": "`` @team `",
    "a mention after an escaped backtick": "\\`@team `",
    "a mention in a span over two lines": "`a\n@team`",
    "a mention in a cell": "| `a | @team` |",
    "a picture": "![x](https://evil.example/x.png)",
    "a link": "[x](https://evil.example)",
    "an address": "https://evil.example",
    "an address without a scheme": "www.evil.example",
    "an address to mail to": "mailto:a.b",
    "a reference": "#1",
    "a reference of another kind": "GH-1",
    "a commit": "4f2a91c0",
    "an element": "<img src=x>",
    "an element in HTML": "<details>\n<summary>x</summary>\n`@team`\n\n</details>",
    "HTML without an end": "<details>\n`@team`\n",
    "a summary alone": "<summary>x</summary>\n`@team`\n",
    "after the end of a fold": "</details>\n`@team`",
    "a comment": "<!-- x",
    "a formula": "$x$",
    "an emoji": ":tada:",
    "a heading": "# x",
    "a fence": "~~~",
    "a footnote": "[^1]",
    "what reverses": "a\u202eb",
    "a control character": "a\x1bb",
    "a carriage return": "a\rb",
}


@pytest.mark.parametrize("name", LIVE)
def test_a_text_in_which_anything_is_live_is_not_posted(
    name: str, comment: Comment, host: tuple[Host, str]
) -> None:
    run = comment(f"{TEXT}\n{LIVE[name]}\n")
    assert not run.failed, run.log
    assert [each["body"] for each in host[0].comments] == [FALLBACK]


@pytest.mark.parametrize(
    "diff",
    [
        None,
        b"",
        b"\xff\xfe",
        TEXT.encode() + b"x" * 62_000,
        TEXT.replace(MARK, "").encode(),
        b"<!-- opsflow diff ops -->\n",
    ],
    ids=["missing", "empty", "no text", "too large", "unmarked", "marked wrongly"],
)
def test_a_file_that_is_none_of_opsflow_is_not_posted(
    diff: bytes | None, comment: Comment, host: tuple[Host, str]
) -> None:
    assert not comment(diff).failed
    assert [each["body"] for each in host[0].comments] == [FALLBACK]


def test_a_link_out_of_the_artifact_is_not_followed(
    comment: Comment, host: tuple[Host, str], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(TEXT)
    (tmp_path / "temp" / "opsflow").mkdir(parents=True)
    (tmp_path / "temp" / "opsflow" / "diff.md").symlink_to(tmp_path / "secret")
    comment(None)
    assert [each["body"] for each in host[0].comments] == [FALLBACK]


def diff_of(folder: Path, files: dict[str, str]) -> str:
    """What `opsflow diff` says of a pull request that writes these files."""
    origin = scene.origin(folder / "origin")
    scene.checkout(folder / "board", origin, "refs/heads/main")
    for path, text in files.items():
        (folder / "board" / path).write_text(text)
    command = [str(PROGRAMS / "opsflow"), "-C", str(folder / "board"), "diff", "HEAD", "--format", "markdown"]
    environ = environment(OPSFLOW_NOW=scene.NOW, OPSFLOW_CACHE_DIR=folder / "cache", CI="true")
    return subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE).stdout.decode()


def test_what_diff_says_is_posted_as_it_is(comment: Comment, host: tuple[Host, str], tmp_path: Path) -> None:
    files = {f"items/OPS-2{at}.yaml": scene.item(f"Item {at}, at 12:30", "doing") for at in range(30)}
    said = diff_of(
        tmp_path, files | {"items/OPS-3.yaml": scene.item("Replace it", "dooing", "due: 2026-01-02")}
    )
    assert "<details>" in said
    comment(said)
    assert [each["body"] for each in host[0].comments] == [said]


def test_what_diff_says_of_a_hostile_board_is_posted_as_it_is(
    comment: Comment, host: tuple[Host, str], tmp_path: Path
) -> None:
    titles = [json.dumps(text[:190]) for text in (*HOSTILE.values(), *LIVE.values(), "a`b", "|", "``` x")]
    files = {
        f"items/OPS-2{at}.yaml": scene.item(title, title, f"assignees: [{title}]", f"labels: [{title}]")
        for at, title in enumerate(titles)
    }
    said = diff_of(tmp_path, files)
    comment(said)
    assert [each["body"] for each in host[0].comments] == [said]


def test_the_script_needs_nothing_that_a_runner_has_not(tmp_path: Path) -> None:
    step = load(INTEGRATIONS / "github" / "comment.yml")["jobs"]["comment"]["steps"][1]
    (tmp_path / "script.py").write_text(step["run"])
    command = [sys.executable, "-S", "-I", "-W", "error", "-m", "py_compile", str(tmp_path / "script.py")]
    assert subprocess.run(command, check=False).returncode == 0

"""Terminals, CI and exports: text stays text on every surface."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import pytest

import opsflow.cli.list
from opsflow.formats.visible import visible
from tests import stories
from tests.trust.rows import BOARD, GOOD, Scene, row

ROOT = Path(__file__).parents[2]
SOURCE = f"""{BOARD}sources:
  - paths: work.jsonl
    id: id
    fields: {{title: title, assignees: who, requester: by, description: text, state: {{field: s, map: {{open: ready}}}}}}
"""
READING = (
    ("list", "--all"),
    ("board",),
    ("show", "OPS-1"),
    ("check",),
    ("check", "--format", "concise"),
    ("log",),
    ("next",),
    ("report", "flow"),
    ("report", "rules"),
    ("diff",),
    ("show", "W-1"),
)


def foreign(scene: Scene, *texts: str) -> None:
    """A board whose records come from a file of JSON lines, where a text may hold any character."""
    lines = [
        json.dumps({"id": f"W-{n + 1}", "title": text, "who": [text], "by": text, "text": text, "s": text})
        for n, text in enumerate(texts)
    ]
    scene.repository({"work.jsonl": "".join(f"{line}\n" for line in lines)}, config=SOURCE)


def everything(scene: Scene) -> str:
    """All that the reading commands say, on both streams."""
    parts = []
    for words in READING:
        done = scene.opsflow(*words)
        assert "Traceback" not in done.err
        parts += [done.out, done.err]
    return "".join(parts)


@row("C1", "control characters in titles, names, messages, branches", "text")
def _controls(scene: Scene) -> None:
    text = "a\x1b[31mred\x1b]8;;https://evil.example\x07x\x1b]52;c;AAAA\x07\x9b31m\x08\rb\x00\x7fend"
    foreign(scene, text)
    stories.add(
        str(scene.root),
        [{"author": b"Evil \x1b[31m <e@e>", "message": text, "files": {"items/OPS-1.yaml": GOOD}}],
    )
    scene.git("reset", "-q", "--hard")
    said = everything(scene)
    assert {
        letter for letter in said if (ord(letter) < 32 and letter != "\n") or 127 <= ord(letter) < 160
    } == set()
    assert "�[31mred" in said


@row(
    "C2",
    "characters that reorder or hide",
    "text",
    "shown as codes in the terminal; HTML isolates by elements",
)
def _bidi(scene: Scene) -> None:
    text = "pay \u202efdp.exe\u2066 \u200b\u00ad\U000e0041 e" + "\u0301" * 100
    scene.board({"items/OPS-1.yaml": f'title: "{text}"\nstate: ready\n'})
    said = (
        scene.opsflow("list", "--all").out + scene.opsflow("show", "OPS-1").out + scene.opsflow("board").out
    )
    assert not set("\u202e\u2066\u200b\u00ad\U000e0041") & set(said)
    assert "\\u202e" in said
    assert "\u0301" * 5 not in said


@row("C3", "markup of a library for terminals", "text")
def _rich(scene: Scene) -> None:
    text = "[/x] [link=https://e.example]x[/link] [red]r[/red] :bomb: \\[a]"
    scene.board({"items/OPS-1.yaml": f"title: '{text}'\nstate: ready\n"})
    for words in (("list", "--all"), ("show", "OPS-1")):
        assert text in scene.opsflow(*words).out
    forced = scene.process("list", "--all", env={"FORCE_COLOR": "1"})
    assert "\x1b]8" not in forced.stdout and ":bomb:" in forced.stdout


@row("C4", "commands of CI runners", "text")
def _commands(scene: Scene) -> None:
    texts = [
        "::error file=x::boo",
        "##[error]boo",
        "##vso[task.setvariable variable=x]y",
        "##teamcity[x]",
        "::add-mask::x",
        "::stop-commands::t",
        "a\n::set-output name=x::y",
    ]
    foreign(scene, *texts)
    for name in ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"):
        with mock.patch.dict(os.environ, {name: "true", "CI": "true"}):
            for words in READING:
                done = scene.opsflow(*words, *(("--format", "text") if words == ("check",) else ()))
                for line in (done.out + done.err).splitlines():
                    assert not line.lstrip().startswith("::"), (words, line)
                    assert not re.search(r"##[A-Za-z]*\[", line), (words, line)


@row("C5", "per cent, commas and line breaks in annotations", "text")
def _annotations(scene: Scene) -> None:
    scene.board({"items/OPS-1.yaml": 'title: x\nstate: "a%0Ab,c::d\\n::error::e"\n'})
    lines = scene.opsflow("check", "--format", "github").out.splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == 1
    head, _, message = commands[0].removeprefix("::").partition("::")
    assert head.startswith("error ") and head.count("%0A") == 0
    assert "%250A" in message
    assert re.findall(r"%(?!25|0D|0A|3A|2C)", message) == []


@row("C6", "outputs of steps that texts could end", "text")
def _outputs(scene: Scene) -> None:
    written = re.findall(
        r"\n( *)\{\n(.*?)\n *\} >> \"\$GITHUB_OUTPUT\"",
        (ROOT / "integrations/github/action.yml").read_text(),
        re.S,
    )
    assert len(written) == 1
    lines = [line.strip() for line in written[0][1].strip().splitlines()]
    assert lines == ["printf 'base=%s\\n' \"$BASE\"", "printf 'reports=%s\\n' \"$REPORTS\""]
    assert "<<" not in written[0][1]
    scene.board()
    assert "GITHUB_OUTPUT" not in "".join(path.read_text() for path in (ROOT / "opsflow").rglob("*.py"))


@row("C7", "mentions, references, pictures in a comment", "text")
def _comment(scene: Scene) -> None:
    text = "@bob fixes #1 GH-2 ![x](https://e.example/p.png) | <!-- opsflow --> <img src=x> [a](b) `x` :tada:"
    scene.repository({}, {"files": {"items/OPS-1.yaml": f"title: '{text}'\nstate: ready\n"}})
    said = scene.opsflow("diff", "HEAD~1..HEAD", "--format", "markdown").out
    assert "OPS-1" in said
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", said)
    for bad in ("@bob", "#1", "GH-2", "![", "https://e.example", "<img", ":tada:"):
        assert bad not in outside, bad
    assert said.count("<!--") == said.count("<!-- opsflow") or "<!-- opsflow -->" not in said


@row("C8", "control characters in XML and SARIF", "text")
def _xml(scene: Scene) -> None:
    foreign(scene, "a\x00\x01\x1b\ufffe\ud800]]>&<x>b", "b\u2028c\x85")
    for format in ("junit", "sarif", "gitlab", "json"):
        target = scene.folder / format
        done = scene.opsflow("check", "--write", f"{format}={target}")
        assert done.status == 1
        data = target.read_bytes()
        if format == "junit":
            assert ElementTree.fromstring(data).tag == "testsuites"
        else:
            assert json.loads(data)
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", data), format


@row("C9", "formulas in CSV", "text")
def _formulas(scene: Scene) -> None:
    texts = [
        "=1+1",
        "+1+cmd",
        "-1+cmd",
        "@x",
        "\t=1",
        "\r=1",
        "\uff1d1+1",
        '=HYPERLINK("http://e","x")',
        "|calc",
    ]
    foreign(scene, *texts)
    done = scene.opsflow("list", "--all", "--columns", "id,title,age_days", "--format", "csv")
    rows = [row for row in csv.DictReader(io.StringIO(done.out)) if row["id"].startswith("W-")]
    assert len(rows) == len(texts)
    assert [row["id"] for row in rows if row["title"][:1] in "=+-@\t\r\uff1d"] == []
    exact = json.loads(scene.opsflow("list", "--all", "--format", "json").out)
    assert {item["title"] for item in exact} >= {text.strip() for text in texts[:4]}


@row("C11", "titles that reach a shell, an editor or a path", "text")
def _shell(scene: Scene) -> None:
    scene.repository()
    titles = [
        "--help; touch pwned $(touch pwned) `touch pwned`",
        "../../../etc/x",
        "-m",
        "a\u0301\u00df \U0001f4a3",
        "!!!",
        "CON",
    ]
    for title in titles:
        done = scene.opsflow("new", "--title", title, "--commit")
        assert done.status == 0, done.err
        path = done.out.splitlines()[-1]
        assert re.fullmatch(r"board/items/OPS-[0-9A-Z]+(-[a-z0-9-]+)?\.yaml", path), path
        assert title in scene.git("log", "-1", "--format=%s")
    assert not list(scene.folder.rglob("pwned"))
    assert len(scene.ids()) == 1 + len(titles)
    with mock.patch.dict(os.environ, {"EDITOR": "true", "VISUAL": ""}):
        assert scene.opsflow("new", "--title", "x'; touch pwned; '", "--edit").status in (0, 1, 2)
    assert not list(scene.folder.rglob("pwned"))


@row(
    "C12",
    "workflows with secrets for strangers",
    "inert",
    "Actions of GitHub's own are named by major version",
)
def _workflows(scene: Scene) -> None:
    for path in [*(ROOT / "integrations").rglob("*.yml"), ROOT / "docs/ci.md"]:
        text = path.read_text()
        assert not re.search(r"^\s*pull_request_target:", text, re.M), path
        checkouts = re.findall(r"uses: actions/checkout@\S+\n((?: {8,}.*\n)*)", text)
        assert all("persist-credentials: false" in each for each in checkouts), path
        assert not re.search(r"run:.*\$\{\{ *github\.(event|head_ref)", text), path


@row("C13", "a pull request that switches the rules off", "told")
def _own_rules(scene: Scene) -> None:
    crowd = {f"items/OPS-{n}.yaml": "title: x\nstate: doing\nassignees: [a]\n" for n in (1, 2, 3)}
    scene.repository()
    scene.git("branch", "base")
    scene.write(
        {
            **crowd,
            "opsflow.yaml": BOARD.replace(", wip: 2", "") + "rules: {changed-rules: off, wip-limit: off}\n",
        }
    )
    done = scene.opsflow("check", "--base", "base", "--format", "concise")
    rules = Counter(re.findall(r"(error|warning|note): .*\[([a-z-]+)\]", done.out))
    assert done.status == 1
    assert rules[("error", "wip-limit")] == 1
    assert [rule for _, rule in rules if rule == "changed-rules"] == ["changed-rules"]
    assert scene.opsflow("check", "--base", "base", "--rules-from", "head").status == 0


@row(
    "C14",
    "options in the place of ids, statuses of a crash",
    "told",
    "0 well, 1 findings, 2 could not run, 3 a bug of ours",
)
def _statuses(scene: Scene) -> None:
    scene.board()
    for words in (
        ("show", "--", "--help"),
        ("move", "--", "--help", "doing"),
        ("set", "--", "-x", "title=y"),
        ("list", "--", "--all"),
        ("log", "--", "--version"),
    ):
        done = scene.opsflow(*words)
        assert done.status in (0, 2) and "Usage:" not in done.out, words
    with mock.patch.object(opsflow.cli.list.command, "callback", side_effect=RuntimeError("boom")):
        done = scene._run("-C", scene.root, "list")
    assert done.status == 3
    assert "RuntimeError: boom" in done.err and "this is a bug of opsflow" in done.err
    assert visible("\x1b") == "␛"


@row("A29", "names that a shell would run, offered by its completion", "text")
def _offered(scene: Scene) -> None:
    bash = shutil.which("bash")
    if not bash:
        pytest.skip("needs bash")
    name = "$(touch${IFS}pwned)"
    scene.board({"items/OPS-1.yaml": f"title: One\nstate: ready\nassignees: ['{name}']\n"})
    script = scene.opsflow("completion", "bash").out
    program = scene.folder / "opsflow"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m opsflow "$@"\n')
    program.chmod(0o755)
    line = "opsflow next --person "
    code = (
        f"compopt() {{ :; }}; {script}\nCOMP_LINE='{line}' COMP_POINT={len(line)}\n"
        f"_opsflow_completion {program}; eval \"printf '%s' ${{COMPREPLY[0]}}\""
    )
    done = subprocess.run([bash, "-c", code], capture_output=True, text=True, cwd=scene.root)
    assert (done.stdout, done.stderr) == (name, "")
    assert not (scene.root / "pwned").exists()

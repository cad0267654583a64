"""`check`: what it says, how it ends, and that a kept verdict says exactly the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from opsflow.cli.outputs import FORMATS
from tests import stories
from tests.cli.conftest import BOARD, NOW, Run, item
from tests.cli.test_program import loaded


def spoil(board: Path) -> None:
    """An error and a warning."""
    (board / "items/OPS-3-disk.yaml").write_text(
        item("Replace the disk array", "doin", "depends_on: [OPS-1]")
    )
    (board / "items/OPS-12-print.yaml").write_text(item("Buy a printer", "inbox", "due: 2026-01-02"))


# -- what it says -------------------------------------------------------------------------------


def test_a_good_board_is_one_line(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "check") == (0, "4 items: no findings.\n", "")


def test_findings_show_place_line_caret_and_hint(board: Path, opsflow: Run) -> None:
    spoil(board)
    status, out, err = opsflow("-C", board, "check")
    assert (status, err) == (1, "")
    blocks = out.split("\n\n")
    assert [block.splitlines()[1:3] for block in blocks[:-1]] == [
        ["   3 | due: 2026-01-02", "     | ^^^"],
        ["   2 | state: doin", "     | ^^^^^"],
    ]
    assert blocks[0].startswith("items/OPS-12-print.yaml:3:1: warning: OPS-12 was due on 2026-01-02")
    assert blocks[1].startswith("items/OPS-3-disk.yaml:2:1: error: ")
    assert [block.splitlines()[3].startswith("     = ") for block in blocks[:-1]] == [True, True]
    assert blocks[-1] == "4 items: 1 error, 1 warning.\n"


def test_concise_has_a_line_for_each_finding(board: Path, opsflow: Run) -> None:
    spoil(board)
    lines = opsflow("-C", board, "check", "--format", "concise").out.splitlines()
    assert [line.split(" ")[1] for line in lines[:-1]] == ["warning:", "error:"]
    assert lines[-1] == "4 items: 1 error, 1 warning."


def test_json_holds_all_that_is_known(board: Path, opsflow: Run) -> None:
    spoil(board)
    report = json.loads(opsflow("-C", board, "check", "--format", "json").out)
    assert (report["key"], report["items"], report["errors"], report["warnings"]) == ("OPS", 4, 1, 1)
    assert [(row["rule"], row["item"]) for row in report["findings"]] == [
        ("overdue", "OPS-12"),
        ("unknown-reference", "OPS-3"),
    ]


def test_warnings_and_notes_do_not_fail(board: Path, opsflow: Run) -> None:
    (board / "items/OPS-12-print.yaml").write_text(item("Buy a printer", "inbox", "due: 2026-01-02"))
    status, out, _ = opsflow("-C", board, "check")
    assert (status, out.splitlines()[-1]) == (0, "4 items: 1 warning.")


def test_one_rule_can_be_asked(board: Path, opsflow: Run) -> None:
    spoil(board)
    report = json.loads(opsflow("-C", board, "check", "--rule", "overdue", "--format", "json").out)
    assert {row["rule"] for row in report["findings"]} == {"overdue"}
    assert opsflow("-C", board, "check", "--rule", "overdue").status == 0


def test_the_past_is_judged_by_itself(board: Path, opsflow: Run) -> None:
    spoil(board)
    assert opsflow("-C", board, "check", "--at", "HEAD").status == 0
    assert opsflow("-C", board, "check", "--at", "2026-01-05").out == "3 items: no findings.\n"


def test_without_a_repository_the_missing_rules_are_named(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_text(BOARD)
    status, out, _ = opsflow("-C", tmp_path, "check")
    assert status == 0
    assert out.splitlines()[0] == "0 items: no findings."
    assert out.splitlines()[1].startswith("Rules that need the history were not judged: ")


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"[", b"board: B\n", b"\xff\xfe", b"workflow: {{{\n", b"a: b\n<<<<<<< x\n"]
)
def test_a_board_that_cannot_be_read_is_a_finding(data: bytes, tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_bytes(data)
    for name in FORMATS:
        status, out, err = opsflow("-C", tmp_path, "check", "--format", name)
        assert (status, err) == (1, "")
        assert "opsflow.yaml" in out
    for name in ("text", "concise"):
        out = opsflow("-C", tmp_path, "check", "--format", name).out
        assert "\nThe board could not be read: " in out
    for words in (["board"], ["list"], ["next"], ["report", "flow"]):
        assert opsflow("-C", tmp_path, *words).status in (0, 2), words


# -- the kept verdict ---------------------------------------------------------------------------


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by a word each time that rules are judged for a report."""
    from opsflow.cli import judging

    calls: list[str] = []
    original = judging.judged

    def counts(*arguments: object) -> object:
        calls.append("judged")
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "judged", counts)
    return calls


def test_an_unchanged_board_is_judged_once_and_says_the_same(
    board: Path, opsflow: Run, judged: list[str]
) -> None:
    spoil(board)
    for name in FORMATS:
        fresh = opsflow("-C", board, "check", "--no-cache", "--format", name)
        judged.clear()
        assert [opsflow("-C", board, "check", "--format", name) for _ in range(2)] == [fresh, fresh]
        assert judged == (["judged"] if name == "text" else [])
    fresh = opsflow("-C", board, "check", "--no-cache", "--rule", "overdue")
    assert [opsflow("-C", board, "check", "--rule", "overdue") for _ in range(2)] == [fresh, fresh]


def write(path: str, text: str) -> Callable[[Path], None]:
    return lambda board: (board / path).write_text(text) and None


def commit(board: Path) -> None:
    stories.add(str(board), [{"at": "2026-01-08 10:00", "files": {"README.md": "x\n"}}])


CHANGES: dict[str, Callable[[Path], None]] = {
    "an item": write("items/OPS-1-edge.yaml", item("Renew edge certificates", "vendor")),
    "a new item": write("items/OPS-44.yaml", item("One more", "inbox")),
    "the board": write("opsflow.yaml", BOARD.replace("wip: 1", "wip: 2")),
    "where items are": write("opsflow.yaml", BOARD + 'items: ["items/*1*"]\n'),
    "people": write("people.yaml", "people: {ben: {name: Ben}}\n"),
    "an item gone": lambda board: (board / "items/OPS-1-edge.yaml").unlink(),
    "a name": lambda board: (board / "items/OPS-1-edge.yaml").rename(board / "items/OPS-1-x.yaml") and None,
    "a link in the place of a file": lambda board: (board / "items/OPS-5.yaml").symlink_to("OPS-1-edge.yaml"),
    "a commit": commit,
    "no repository": lambda board: (board / ".git").rename(board / ".git-away") and None,
    "a shallow clone": lambda board: (
        (board / ".git/shallow").write_text(stories.commits(str(board))[0]) and None
    ),
    "a day": lambda board: os.environ.update(OPSFLOW_NOW="2026-01-10T12:00:00+00:00"),
    "an hour past midnight in Berlin": lambda board: os.environ.update(
        OPSFLOW_NOW="2026-01-09T23:00:00+00:00"
    ),
    "an earlier hour": lambda board: os.environ.update(OPSFLOW_NOW="2026-01-09T11:59:59+00:00"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_judged_anew(
    change: str, board: Path, opsflow: Run, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSFLOW_NOW", NOW)
    opsflow("-C", board, "check")
    opsflow("-C", board, "check")
    assert judged == ["judged"]
    CHANGES[change](board)
    changed = opsflow("-C", board, "check")
    assert judged == ["judged", "judged"]
    assert opsflow("-C", board, "check") == changed == opsflow("-C", board, "check", "--no-cache")


@pytest.mark.parametrize("moment", ["2026-01-09T12:00:00+00:00", "2026-01-09T22:59:59+00:00"])
def test_the_same_day_is_not_judged_anew(
    moment: str, board: Path, opsflow: Run, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opsflow("-C", board, "check")
    monkeypatch.setenv("OPSFLOW_NOW", moment)
    opsflow("-C", board, "check")
    assert judged == ["judged"]


def test_a_rule_that_counts_hours_is_not_kept_over_its_hour(
    board: Path, opsflow: Run, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (board / "opsflow.yaml").write_text(BOARD + "rules: {stale: {after: 56h}}\n")
    assert opsflow("-C", board, "check").out == "4 items: no findings.\n"
    monkeypatch.setenv("OPSFLOW_NOW", "2026-01-09T19:00:00+00:00")
    assert opsflow("-C", board, "check").out.splitlines()[-1] == "4 items: 1 warning."


def test_going_back_finds_the_verdict_that_was_kept(board: Path, opsflow: Run, judged: list[str]) -> None:
    path = board / "items/OPS-1-edge.yaml"
    before = path.read_bytes()
    first = opsflow("-C", board, "check")
    path.write_text(item("Renew edge certificates", "vendor"))
    opsflow("-C", board, "check")
    path.write_bytes(before)
    assert opsflow("-C", board, "check") == first
    assert judged == ["judged"] * 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b'"errors": 0', b'"errors": 1'),
        lambda data: b"x" + data,
        lambda data: b"\xff\x00" * 50,
        lambda data: b"[]",
    ],
)
def test_a_damaged_verdict_is_none(
    damage: Callable[[bytes], bytes], board: Path, opsflow: Run, judged: list[str]
) -> None:
    good = opsflow("-C", board, "check")
    (kept,) = Path(os.environ["OPSFLOW_CACHE_DIR"]).glob("check-*.json")
    kept.write_bytes(damage(kept.read_bytes()))
    assert opsflow("-C", board, "check") == good
    assert judged == ["judged"] * 2


@pytest.mark.parametrize("variable", ["OPSFLOW_CACHE=off", "OPSFLOW_SLOW=1"])
def test_keeping_can_be_switched_off(
    variable: str, board: Path, opsflow: Run, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*variable.split("="))
    opsflow("-C", board, "check")
    opsflow("-C", board, "check")
    assert judged == ["judged"] * 2
    assert not list(Path(os.environ["OPSFLOW_CACHE_DIR"]).glob("check-*"))


def test_switching_off_keeping_is_spelt_off_and_nothing_else(
    board: Path, opsflow: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / "cache"))
    for value, kept in {"off": [], "0": ["check", "history"], "OFF": ["check", "history"]}.items():
        monkeypatch.setenv("OPSFLOW_CACHE", value)
        opsflow("-C", board, "check")
        opsflow("-C", board, "log")
        found = sorted(path.name.partition("-")[0] for path in tmp_path.glob("cache/[a-z]*"))
        assert (value, found) == (value, kept)


def test_a_cache_that_cannot_be_written_changes_nothing(
    board: Path, opsflow: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / "file"))
    assert opsflow("-C", board, "check") == (0, "4 items: no findings.\n", "")


def test_reading_writes_nothing_into_the_board(board: Path, opsflow: Run) -> None:
    def everything() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in board.rglob("*") if path.is_file()}

    before = everything()
    for words in (["check"], ["board"], ["list"], ["log"], ["show", "1"], ["next"], ["report", "flow"]):
        assert opsflow("-C", board, *words).status == 0
    assert everything() == before


HEAVY = {
    "networkx",
    "git",
    "jinja2",
    "ruamel",
    "ruamel.yaml",
    "jsonschema_rs",
    "rich",
    "sqlite3",
    "dataclasses",
}


def test_a_kept_verdict_imports_nothing_heavy(board: Path) -> None:
    words = ("-C", str(board), "check")
    assert {"networkx", "dataclasses"} <= loaded(*words)
    modules = loaded(*words)
    assert modules & HEAVY == set()
    assert {name for name in modules if name.startswith("opsflow.")} == {
        "opsflow.__main__",
        "opsflow.cli",
        "opsflow.cli.check",
        "opsflow.cli.complete",
        "opsflow.cli.judging",
        "opsflow.cli.options",
        "opsflow.cli.outputs",
        "opsflow.cli.program",
        "opsflow.cli.screen",
        "opsflow.collection",
        "opsflow.errors",
        "opsflow.fingerprint",
        "opsflow.formats",
        "opsflow.formats.concise",
        "opsflow.formats.findings",
        "opsflow.formats.fold",
        "opsflow.formats.paint",
        "opsflow.formats.text",
        "opsflow.formats.visible",
        "opsflow.history",
        "opsflow.history.files",
        "opsflow.history.find",
        "opsflow.history.refs",
        "opsflow.history.repository",
        "opsflow.history.store",
        "opsflow.kept",
        "opsflow.reading",
        "opsflow.reading.folder",
        "opsflow.reading.globs",
        "opsflow.resources",
        "opsflow.verdict",
        "opsflow.words",
    }


def test_only_rules_of_time_and_history_look_closer_than_a_day() -> None:
    """The kept verdict trusts all others to find the same from midnight to midnight."""
    from opsflow import rules

    folder = Path(rules.__file__).parent
    closer = {*rules.FAMILIES["time"], *rules.FAMILIES["history"]}
    for name in set(rules.ALL) - closer:
        source = (folder / f"{name.replace('-', '_')}.py").read_text()
        assert "facts.now" not in source, name


def test_two_processes_keep_their_verdicts_without_harm(board: Path) -> None:
    command = [sys.executable, "-P", "-m", "opsflow", "-C", str(board), "check"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert {process.communicate()[0] for process in running} == {"4 items: no findings.\n"}


def test_that_git_failed_once_is_not_kept(
    board: Path, opsflow: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsflow.errors import OpsflowError
    from opsflow.history import story

    def fail(*arguments: object, **more: object) -> None:
        raise OpsflowError("Git was killed.")

    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / "cache-of-a-bad-hour"))
    whole = opsflow("-C", board, "check", "--no-cache").out
    with monkeypatch.context() as bad:
        bad.setattr(story, "tell", fail)
        assert "Git was killed" in opsflow("-C", board, "check").out
    assert opsflow("-C", board, "check").out == whole


@pytest.mark.parametrize("columns", [60, 80])
def test_messages_and_hints_fit_the_terminal(
    columns: int, board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (board / "items/OPS-1-edge.yaml").write_text(
        f"title: {'x' * 50}\nstate: ready\nassigned_to_whom: {'y ' * 90}\n"
    )
    (board / "items/OPS-3-disk.yaml").write_text("title: One\nstate: doin\ndepends_on: [OPS-77]\n")
    piped = opsflow("-C", board, "check").out
    assert any(len(line) > columns for line in piped.splitlines())
    monkeypatch.setenv("COLUMNS", str(columns))
    out = opsflow("-C", board, "check").out
    assert [line for line in out.splitlines() if len(line) > columns] == []
    assert "".join(out.split())[:80] == "".join(piped.split())[:80]

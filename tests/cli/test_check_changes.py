"""`check --base` and `check --merge`: what they say, how they end, and that a kept verdict says the same."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import stories
from tests.cli.conftest import BOARD, NOW, STEPS, Run, item
from tests.cli.test_check import HEAVY
from tests.cli.test_program import loaded

DOING = item("Mail is down", "doing", "type: incident", "assignees: [ben]")
"""OPS-2 again: with OPS-1, one item more in `doing` than may be there."""


def short(board: Path, rev: str = "HEAD") -> str:
    return stories.git(str(board), "rev-parse", "--short=10", rev)


@pytest.fixture
def spoiled(board: Path) -> Path:
    """A board with two findings that were there before, one of which the folder mends, and two new ones."""
    before = {
        "items/OPS-4-scan.yaml": item("Scan the network", "doign"),
        "items/OPS-5-old.yaml": item("An old wish", "inbox", "due: 2026-01-01"),
    }
    stories.add(str(board), [{"at": "2026-01-08 10:00", "files": before}])
    stories.git(str(board), "reset", "-q", "--hard")
    (board / "items/OPS-4-scan.yaml").write_text(item("Scan the network", "inbox"))
    (board / "items/OPS-2-mail.yaml").write_text(DOING)
    (board / "items/OPS-12-print.yaml").unlink()
    return board


SAID = """\
items/OPS-12-print.yaml:1:1: warning: OPS-12 (Buy a printer) is deleted, and was in `inbox` [unfinished-item-deleted]
     = Bring the file back, and move the item to a state of kind discarded; it may be deleted afterwards. \
An item that got another id and nothing else is not deleted.

items/OPS-2-mail.yaml:2:1: warning: OPS-2 was in `done` and is in `doing` again [reopened-without-reason]
   2 | state: doing
     | ^^^^^
     = Add a line to the description that says why it is open again, or a waiver with the reason \
(`allow: {reopened-without-reason: {reason: ...}}`). If it is new work, make a new item.

opsflow.yaml:7:34: error: 2 items are in `doing`, and the limit is 1: OPS-1 and OPS-2 [wip-limit]
   7 |   - {state: doing, kind: active, wip: 1, title: In progress}
     |                                  ^^^
     = Finish an item or move one back, or let one say why: `allow: {wip-limit: {reason: ...}}`.

items/OPS-4-scan.yaml:2:1: mended: the workflow has no state `doign` [unknown-reference]

5 items, changed since HEAD (%s): 1 error, 2 warnings; 1 mended; 1 finding was there before.
"""


def test_only_what_became_worse_is_told_and_what_was_mended(spoiled: Path, opsflow: Run) -> None:
    assert opsflow("-C", spoiled, "check", "--base", "HEAD") == (1, SAID % short(spoiled), "")


def test_concise_has_a_line_for_each(spoiled: Path, opsflow: Run) -> None:
    out = opsflow("-C", spoiled, "check", "--base", "HEAD", "--format", "concise").out
    assert [line.split(" ")[1] for line in out.splitlines()[:-1]] == [
        "warning:",
        "warning:",
        "error:",
        "mended:",
    ]
    assert out.splitlines()[-1] == SAID.splitlines()[-1] % short(spoiled)


def test_json_marks_every_finding(spoiled: Path, opsflow: Run) -> None:
    report = json.loads(opsflow("-C", spoiled, "check", "--base", "HEAD", "--format", "json").out)
    head = stories.git(str(spoiled), "rev-parse", "HEAD")
    assert report["base"] == {"rev": "HEAD", "commit": head, "rules": "base"}
    assert report["merge"] is None
    assert (report["errors"], report["warnings"], report["left"]) == (1, 2, 1)
    assert [(row["rule"], row["change"], row["before"]) for row in report["findings"]] == [
        ("unfinished-item-deleted", "made", None),
        ("reopened-without-reason", "made", None),
        ("overdue", "left", None),
        ("wip-limit", "made", None),
    ]
    (mended,) = report["mended"]
    assert (mended["rule"], mended["path"], mended["line"]) == (
        "unknown-reference",
        "items/OPS-4-scan.yaml",
        2,
    )
    assert mended["source"]["text"] == "state: doign"


def test_what_was_there_before_does_not_fail(board: Path, opsflow: Run) -> None:
    stories.add(str(board), [{"at": "2026-01-08 10:00", "files": {"items/OPS-2-mail.yaml": DOING}}])
    stories.git(str(board), "reset", "-q", "--hard")
    assert opsflow("-C", board, "check").status == 1
    status, out, _ = opsflow("-C", board, "check", "--base", "HEAD")
    assert (status, out) == (
        0,
        f"4 items, changed since HEAD ({short(board)}): no findings; 1 finding was there before.\n",
    )


def test_a_limit_that_is_broken_further_fails_and_says_what_it_was(board: Path, opsflow: Run) -> None:
    stories.add(str(board), [{"at": "2026-01-08 10:00", "files": {"items/OPS-2-mail.yaml": DOING}}])
    stories.git(str(board), "reset", "-q", "--hard")
    (board / "items/OPS-3-disk.yaml").write_text(item("Replace the disk array", "doing", "assignees: [eva]"))
    status, out, _ = opsflow("-C", board, "check", "--base", "HEAD", "--rule", "wip-limit")
    assert status == 1
    assert "       Before the change: 2 items are in `doing`, and the limit is 1: OPS-1 and OPS-2.\n" in out
    concise = opsflow(
        "-C", board, "check", "--base", "HEAD", "--rule", "wip-limit", "--format", "concise"
    ).out
    assert (
        "[wip-limit] (before the change: 2 items are in `doing`, and the limit is 1: OPS-1 and OPS-2)\n"
        in concise
    )
    report = json.loads(
        opsflow("-C", board, "check", "--base", "HEAD", "--rule", "wip-limit", "--format", "json").out
    )
    assert report["findings"][0]["before"] == {
        "severity": "error",
        "message": "2 items are in `doing`, and the limit is 1: OPS-1 and OPS-2",
        "waived": False,
    }


def test_much_that_was_mended_is_told_in_few_lines(board: Path, opsflow: Run) -> None:
    files = {f"items/OPS-{number}.yaml": item("A wish", "inbxo") for number in range(20, 34)}
    stories.add(str(board), [{"at": "2026-01-08 10:00", "files": files}])
    stories.git(str(board), "reset", "-q", "--hard")
    for path in files:
        (board / path).write_text(item("A wish", "inbox"))
    lines = opsflow("-C", board, "check", "--base", "HEAD").out.splitlines()
    assert [line.partition(" ")[2][:7] for line in lines[:9]] == ["mended:"] * 9
    assert lines[9:] == [
        "mended: 5 more",
        "",
        f"18 items, changed since HEAD ({short(board)}): no findings; 14 mended.",
    ]


def test_a_loosened_limit_lets_nothing_through_with_it(board: Path, opsflow: Run) -> None:
    (board / "opsflow.yaml").write_text(BOARD.replace("wip: 1", "wip: 5"))
    (board / "items/OPS-3-disk.yaml").write_text(item("Replace the disk array", "doing", "assignees: [eva]"))
    status, out, _ = opsflow("-C", board, "check", "--base", "HEAD", "--format", "concise")
    assert status == 1
    assert (
        "note: the limit of items in `doing` is 5, and was 1; 1 finding goes with it [changed-rules]\n" in out
    )
    assert "error: 2 items are in `doing`, and the limit is 1: OPS-1 and OPS-3 [wip-limit]\n" in out
    status, out, _ = opsflow(
        "-C", board, "check", "--base", "HEAD", "--rules-from", "head", "--format", "concise"
    )
    assert (status, "wip-limit" in out, "changed-rules" in out) == (0, False, True)


def test_nothing_in_a_change_acts_on_a_terminal(board: Path, opsflow: Run) -> None:
    stories.git(str(board), "branch", "a\u202eb")
    (board / "items/OPS-12-print.yaml").unlink()
    out = opsflow("-C", board, "check", "--base", "a\u202eb").out
    assert "\u202e" not in out
    assert "changed since a\\u202eb" in out


# -- merging ------------------------------------------------------------------------------------


@pytest.fixture
def topics(board: Path) -> Path:
    """Two branches that each take the last place in `doing`, once OPS-1 is done; they differ in README.md."""
    done = {"items/OPS-1-edge.yaml": item("Renew edge certificates", "done", "assignees: [maria]")}
    disk = item("Replace the disk array", "doing", "assignees: [eva]", "depends_on: [OPS-1]")
    print_ = item("Buy a printer", "doing", "assignees: [eva]", "labels: [office]")
    stories.add(
        str(board),
        [
            {"at": "2026-01-08 10:00", "files": {**done, "README.md": "One\n"}},
            {"on": "disk", "start": "main", "files": {"items/OPS-3-disk.yaml": disk, "README.md": "Two\n"}},
            {
                "on": "print",
                "start": "main",
                "files": {"items/OPS-12-print.yaml": print_, "README.md": "3\n"},
            },
        ],
    )
    stories.git(str(board), "reset", "-q", "--hard")
    return board


def test_merging_tells_what_goes_wrong_together(topics: Path, opsflow: Run) -> None:
    for branch in ("disk", "print"):
        assert opsflow("-C", topics, "check", "--merge", branch) == (
            0,
            f"4 items, with {branch} merged into HEAD ({short(topics)}): no findings.\n",
            "",
        )
    for words in (["--merge", "disk", "print"], ["--merge", "disk", "--merge", "print"]):
        status, out, err = opsflow("-C", topics, "check", *words, "--format", "concise")
        assert (status, err) == (1, "")
        assert "error: 2 items are in `doing`, and the limit is 1: OPS-3 and OPS-12 [wip-limit]\n" in out
        assert out.splitlines()[-2:] == [
            f"4 items, with disk and print merged into HEAD ({short(topics)}): 1 error.",
            "Merging print also leaves conflicts outside of the board: README.md.",
        ]


def test_merging_in_json(topics: Path, opsflow: Run) -> None:
    words = ("check", "--base", "main", "--merge", "disk", "print", "--format", "json")
    report = json.loads(opsflow("-C", topics, *words).out)
    ids = {name: stories.git(str(topics), "rev-parse", name) for name in ("main", "disk", "print")}
    assert report["base"] == {"rev": "main", "commit": ids["main"], "rules": "base"}
    assert report["merge"] == {
        "into": "main",
        "branches": [{"rev": name, "commit": ids[name]} for name in ("disk", "print")],
        "outside": [{"branch": "print", "path": "README.md"}],
    }
    assert [(row["rule"], row["change"]) for row in report["findings"]] == [("wip-limit", "made")]


def test_words_that_do_not_go_together_are_refused(topics: Path, opsflow: Run) -> None:
    status, _, err = opsflow("-C", topics, "check", "disk")
    assert (status, err.splitlines()[0]) == (2, "opsflow: Got unexpected extra argument (disk)")
    status, _, err = opsflow("-C", topics, "check", "--merge", "disk", "--at", "main")
    assert (status, err.splitlines()[0]) == (
        2,
        "opsflow: --merge and --at do not go together: name what to merge into with --base.",
    )
    assert opsflow("-C", topics, "check", "--base", "nowhere").status == 2
    assert opsflow("-C", topics, "check", "--merge", "nowhere").status == 2


# -- the kept verdict ---------------------------------------------------------------------------


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by a word each time that a change is judged, and by another where the board before it is."""
    from opsflow.cli import changes

    calls: list[str] = []
    original = changes._found

    def counts(facts: object, *rest: object) -> object:
        calls.append("before" if getattr(facts, "base", None) is None else "after")
        return original(facts, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(changes, "_found", counts)
    return calls


def test_an_unchanged_change_is_judged_once_and_says_the_same(
    spoiled: Path, opsflow: Run, judged: list[str]
) -> None:
    words = ("-C", spoiled, "check", "--base", "main")
    for name in ("text", "concise", "json"):
        fresh = opsflow(*words, "--no-cache", "--format", name)
        judged.clear()
        assert [opsflow(*words, "--format", name) for _ in range(2)] == [fresh, fresh]
        assert judged == (["before", "after"] if name == "text" else [])


def test_of_another_change_only_what_comes_after_is_judged(
    spoiled: Path, opsflow: Run, judged: list[str]
) -> None:
    opsflow("-C", spoiled, "check", "--base", "HEAD")
    judged.clear()
    for number in range(2):
        (spoiled / "items/OPS-5-old.yaml").write_text(item(f"Wish {number}", "inbox", "due: 2026-01-01"))
        kept = opsflow("-C", spoiled, "check", "--base", "HEAD")
        assert judged == ["after"]
        assert kept == opsflow("-C", spoiled, "check", "--base", "HEAD", "--no-cache")
        judged.clear()


def write(path: str, text: str) -> Callable[[Path], None]:
    return lambda board: (board / path).write_text(text) and None


def commit(board: Path) -> None:
    stories.add(str(board), [{"at": "2026-01-08 12:00", "files": {"README.md": "x\n"}}])


CHANGES: dict[str, Callable[[Path], object]] = {
    "an item": write("items/OPS-1-edge.yaml", item("Renew edge certificates", "vendor")),
    "the rules": write("opsflow.yaml", BOARD.replace("wip: 1", "wip: 2")),
    "an item back": lambda board: stories.git(str(board), "checkout", "-q", "--", "items/OPS-12-print.yaml"),
    "a commit": commit,
    "the branch that it is compared with": lambda board: stories.git(
        str(board), "branch", "-f", "since", "HEAD~1"
    ),
    "a day": lambda board: os.environ.update(OPSFLOW_NOW="2026-01-10T12:00:00+00:00"),
    "a shallow clone": lambda board: (board / ".git/shallow").write_text(
        stories.commits(str(board))[0] + "\n"
    ),
    "a merge of a host": lambda board: stories.git(str(board), "update-ref", "refs/pull/1/merge", "HEAD"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_judged_anew(
    change: str, spoiled: Path, opsflow: Run, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSFLOW_NOW", NOW)
    stories.git(str(spoiled), "branch", "since")
    words = ("-C", spoiled, "check", "--base", "since")
    opsflow(*words)
    opsflow(*words)
    assert judged.count("after") == 1
    CHANGES[change](spoiled)
    changed = opsflow(*words)
    assert judged.count("after") == 2
    assert opsflow(*words) == changed == opsflow(*words, "--no-cache")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-9],
        lambda data: data.replace(b"doign", b"doing"),
        lambda data: b"[]",
    ],
)
def test_what_was_kept_of_the_board_before_and_is_damaged_is_not_used(
    damage: Callable[[bytes], bytes], spoiled: Path, opsflow: Run, judged: list[str]
) -> None:
    good = opsflow("-C", spoiled, "check", "--base", "HEAD")
    cache = Path(os.environ["OPSFLOW_CACHE_DIR"])
    (kept,) = cache.glob("base-*.json")
    assert b"doign" in kept.read_bytes()
    kept.write_bytes(damage(kept.read_bytes()))
    for path in cache.glob("check-*"):
        path.unlink()
    assert opsflow("-C", spoiled, "check", "--base", "HEAD") == good
    assert judged == ["before", "after", "before", "after"]


def test_a_kept_verdict_of_a_change_imports_nothing_heavy(spoiled: Path) -> None:
    words = ("-C", str(spoiled), "check", "--base", "main")
    assert "networkx" in loaded(*words)
    assert loaded(*words) & HEAVY == set()


def test_what_is_missing_in_a_clone_is_told_with_what_to_do(tmp_path: Path, opsflow: Run) -> None:
    origin = stories.make(tmp_path / "origin", STEPS)
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "-o", "up", origin, str(clone)], check=True, env=stories.environment()
    )
    stories.git(str(clone), "checkout", "-q", "--detach")
    stories.git(str(clone), "branch", "-D", "main")
    assert opsflow("-C", clone, "check", "--base", "main") == (
        2,
        "",
        "opsflow: There is no branch main in this clone; the one that was fetched is called up/main.\n",
    )


def test_a_date_is_judged_anew_each_time(spoiled: Path, opsflow: Run, judged: list[str]) -> None:
    words = ("-C", spoiled, "check", "--base", "2026-01-08")
    assert opsflow(*words) == opsflow(*words)
    assert judged.count("after") == 2


def test_the_board_of_a_clone_that_is_detached_at_a_merge_is_judged(tmp_path: Path, opsflow: Run) -> None:
    origin = stories.make(tmp_path / "origin", STEPS)
    stories.add(
        origin,
        [{"on": "topic", "start": "main", "files": {"items/OPS-2-mail.yaml": DOING}}, {"merge": ["topic"]}],
    )
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", origin, str(clone)], check=True, env=stories.environment())
    stories.git(str(clone), "checkout", "-q", "--detach")
    status, out, _ = opsflow("-C", clone, "check", "--base", "origin/main~1", "--format", "concise")
    assert status == 1
    assert "[wip-limit]" in out

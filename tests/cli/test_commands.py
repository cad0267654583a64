"""What the commands say about a small board."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from opsflow.cli import rows
from opsflow.cli.options import full_id
from opsflow.errors import OpsflowError
from tests import stories, told
from tests.boards import facts_in
from tests.cli.conftest import BOARD, STEPS, Run, item

HOSTILE = "::error::[/x] ##[error] [link=x] =1+1"
WORSE = HOSTILE + "\x1b]0;x\x07\u202e\x9b31m"
"""A file with such a title is refused, and the refusal must not repeat it."""
LAST = "83e0ebd"


# -- list ---------------------------------------------------------------------------------------


def test_list_shows_open_items_in_columns(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "list") == (
        0,
        "id      state  age  type     assignees  due         title\n"
        "OPS-12  inbox       request             2026-01-20  Buy a printer\n"
        "OPS-3   ready       request                         Replace the disk array\n"
        "OPS-1   doing    3  request  maria                  Renew edge certificates\n",
        "",
    )


def test_list_stands_in_the_order_of_the_workflow_and_of_age_with_signs(board: Path, opsflow: Run) -> None:
    printer = board / "items/OPS-12-print.yaml"
    printer.write_text(
        item("Buy a printer", "doing", "due: 2026-01-08", "blocked: {reason: no answer}", "labels: [office]")
    )
    assert opsflow("-C", board, "list").out == (
        "id      state  age  type     assignees  due                        title\n"
        "OPS-3   ready       request                                        Replace the disk array\n"
        "OPS-1   doing    3  request  maria                                 Renew edge certificates\n"
        "OPS-12  doing    1  request             2026-01-08  late, blocked  Buy a printer\n"
    )


def test_a_board_without_items_says_how_to_make_one(board: Path, opsflow: Run) -> None:
    for path in (board / "items").iterdir():
        path.unlink()
    assert opsflow("-C", board, "list", "state:doing") == (
        0,
        "",
        "The board has no items; `opsflow new TITLE` makes one.\n",
    )


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ([], "OPS-1 OPS-3 OPS-12"),
        (["--all"], "OPS-1 OPS-2 OPS-3 OPS-12"),
        (["state:done"], "OPS-2"),
        (["kind:done,active"], "OPS-1 OPS-2"),
        (["state!=inbox"], "OPS-1 OPS-2 OPS-3"),
        (["re"], "OPS-1 OPS-3"),
        (["assignee:maria", "renew"], "OPS-1"),
        (["label:office"], "OPS-12"),
        (["--where", "due < today + 14d"], "OPS-12"),
        (["due<2026-02-01"], "OPS-12"),
        (["age_days > 2"], "OPS-1"),
        (["due:none"], "OPS-1 OPS-3"),
        (["--where", "due = none"], "OPS-1 OPS-3"),
        (["--where", "waits_for = OPS-1"], "OPS-3"),
        (["--where", "age_days >= 3"], "OPS-1"),
        (["--where", "not assignees"], "OPS-3 OPS-12"),
        (["--where", "finished_on and cycle_time_days = 2", "--all"], "OPS-2"),
        (["--where", "not planned", "--all"], "OPS-2"),
        (["--sort", "-id"], "OPS-12 OPS-3 OPS-1"),
        (["--sort", "due,title"], "OPS-12 OPS-1 OPS-3"),
        (["--sort", "-title"], "OPS-3 OPS-1 OPS-12"),
        (["--at", "2026-01-05"], "OPS-1 OPS-2 OPS-3"),
        (["--at", "HEAD~1", "state:done"], "OPS-2"),
    ],
)
def test_list_picks_and_sorts(words: list[str], ids: str, board: Path, opsflow: Run) -> None:
    status, out, err = opsflow("-C", board, "list", "--format", "ids", *words)
    assert (status, out.split(), err) == (0, ids.split(), "")


def test_list_as_json_has_every_field(board: Path, opsflow: Run) -> None:
    (row,) = json.loads(opsflow("-C", board, "list", "--where", "id = OPS-1", "--format", "json").out)
    assert row == {
        "id": "OPS-1",
        "title": "Renew edge certificates",
        "state": "doing",
        "kind": "active",
        "type": "request",
        "class": "standard",
        "assignees": ["maria"],
        "requester": None,
        "due": None,
        "start_after": None,
        "depends_on": [],
        "waits_for": [],
        "part_of": None,
        "services": [],
        "vendor": None,
        "skills": [],
        "labels": [],
        "estimate_days": None,
        "value": None,
        "cost": None,
        "cost_of_delay": None,
        "blocked": None,
        "blocked_by": None,
        "public": None,
        "path": "items/OPS-1-edge.yaml",
        "raw_state": "doing",
        "open": True,
        "active": True,
        "late": False,
        "planned": True,
        "age_days": 3,
        "in_state_days": 3,
        "created_on": "2026-01-05",
        "started_on": "2026-01-07",
        "finished_on": None,
        "cycle_time_days": None,
    }


def test_list_as_csv_has_the_asked_columns(board: Path, opsflow: Run) -> None:
    words = ("list", "--all", "--format", "csv", "--columns", "id,state,age,cycle_time_days")
    assert opsflow("-C", board, *words).out == (
        "id,state,age_days,cycle_time_days\nOPS-1,doing,3,\nOPS-2,done,,2\nOPS-3,ready,,\nOPS-12,inbox,,\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--where", "stat = x"],
            "opsflow: This filter cannot be read: there is no field 'stat' in 'stat = x'; did you mean 'state'?\n",
        ),
        (
            ["stat:x"],
            "opsflow: This filter cannot be read: there is no field 'stat' in 'stat:x'; did you mean 'state'?\n",
        ),
        (["--sort", "titel"], "opsflow: There is no field 'titel'. Did you mean 'title'?\n"),
        (
            ["due<soon"],
            "opsflow: This filter cannot be read: due is a date, and 'soon' is none: write 2026-12-01, today or "
            "today + 7d\n  due<soon\n      ^\n",
        ),
        (
            ["state:doign"],
            "opsflow: This filter cannot be read: state cannot be 'doign' (did you mean 'doing'?), in 'state:doign'\n",
        ),
        (
            ["--where", "type = requst"],
            "opsflow: This filter cannot be read: type cannot be 'requst' (did you mean 'request'?)\n"
            "  type = requst\n         ^\n",
        ),
        (
            ["--at", "2026-13-01"],
            "opsflow: There is no such day as 2026-13-01: write 2026-12-01, or 2026-12-01 14:00.\n",
        ),
        (["--columns", "id,zz"], f"opsflow: There is no field 'zz'. There are {', '.join(rows.FIELDS)}.\n"),
        (
            ["--at", "v9"],
            "opsflow: The repository has no revision v9: give a branch, a tag, a commit or a date.\n",
        ),
    ],
)
def test_list_tells_what_it_does_not_know(words: list[str], said: str, board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "list", *words) == (2, "", said)


def test_an_empty_list_says_so_beside_the_output(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "list", "printers") == (0, "", "No item fits.\n")
    assert opsflow("-C", board, "list", "mail") == (
        0,
        "",
        "1 finished or discarded item is not shown; --all shows it.\n",
    )


def test_ages_that_cannot_be_known_are_not_left_out_in_silence(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_text(BOARD)
    (tmp_path / "items").mkdir()
    (tmp_path / "items/OPS-1.yaml").write_text(item("One", "doing"))
    status, out, err = opsflow("-C", tmp_path, "list", "--columns", "id,age_days")
    assert (status, out) == (0, "id     age days\nOPS-1\n")
    assert err.startswith("There are no ages and no dates of moves: ")


WAITING: list[stories.Step] = [
    {
        "files": {
            "opsflow.yaml": BOARD.replace("types:", "  - {state: dropped, kind: discarded}\ntypes:")
            + "fields: {hosts: {type: array, items: {type: string}}, size: {type: number}}\n",
            "items/OPS-1.yaml": item(
                "Wait", "ready", "depends_on: [OPS-2, OPS-3, OPS-4, OPS-9]", "hosts: [a, b]", "size: 2.5"
            ),
            "items/OPS-2.yaml": item("Archived", "done"),
            "items/OPS-3.yaml": item("Dropped", "ready"),
            "items/OPS-4.yaml": item("Open", "doing"),
            "items/OPS-5.yaml": item("Over", "done", "depends_on: [OPS-4]"),
            "items/OPS-6.yaml": item("Free", "ready", "depends_on: [OPS-2, OPS-3]"),
        }
    },
    {"files": {"items/OPS-2.yaml": None, "items/OPS-3.yaml": item("Dropped", "dropped")}},
]


def test_what_an_item_waits_for_is_the_same_wherever_it_is_said(tmp_path: Path, opsflow: Run) -> None:
    folder = stories.make(tmp_path / "waiting", WAITING)

    def said(*words: str) -> Any:
        return json.loads(opsflow("-C", folder, *words, "--format", "json").out)

    expected = {"OPS-1": ["OPS-4"], "OPS-3": [], "OPS-4": [], "OPS-5": [], "OPS-6": []}
    listed = said("list", "--all")
    assert {row["id"]: row["waits_for"] for row in listed} == expected
    assert (listed[0]["hosts"], listed[0]["size"]) == (["a", "b"], 2.5)
    assert {
        id: [other["id"] for other in said("show", id)["card"]["waits_for"]] for id in expected
    } == expected
    columns = [cell for column in said("board")["columns"] for cell in column["cells"].values()]
    assert {
        card["id"]: [other["id"] for other in card["waits_for"]] for cell in columns for card in cell
    } == (expected)
    waiting = said("report", "dependencies")["waiting"]
    assert {row["id"]: [other["id"] for other in row["waits_for"]] for row in waiting} == {"OPS-1": ["OPS-4"]}
    held = {row["id"]: row["why"] for row in said("next")["not_yet"]}
    assert "waits for OPS-4" in held["OPS-1"]
    assert not any(
        "waits for" in why for id, whys in held.items() for why in whys if why != "waits for OPS-4"
    )


# -- show ---------------------------------------------------------------------------------------


def test_show_tells_the_story_of_an_item(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "show", "OPS-1").out == (
        "OPS-1  Renew edge certificates\n"
        "In progress for 3 days, age 3 days\n"
        "\n"
        "  type           Request\n"
        "  class          Standard\n"
        "  people         maria\n"
        "  needed by      OPS-3 Replace the disk array (Ready)\n"
        "  file           items/OPS-1-edge.yaml\n"
        "\n"
        "History\n"
        "  2026-01-07 11:00  Ready → In progress  Maria Example  83e0ebd\n"
        "  2026-01-05 10:00  created in Ready     Maria Example  b177a8c\n"
        "  2026-01-05 10:00  assigned to maria    Maria Example  b177a8c\n"
    )


def test_show_tells_of_an_item_that_is_archived_or_deleted(board: Path, opsflow: Run) -> None:
    (board / "items/OPS-2-mail.yaml").unlink()
    (board / "items/OPS-12-print.yaml").unlink()
    assert opsflow("-C", board, "show", "2") == (
        0,
        "OPS-2  Mail is down\n"
        "Archived on 2026-01-09: its file is no longer there, it was Done, cycle time 2 days\n"
        "\n"
        "  file           items/OPS-2-mail.yaml\n"
        "\n"
        "History\n"
        "  2026-01-09 13:00  archived                not committed yet\n"
        "  2026-01-06 11:00  In progress → Done      Ben Example  c011683\n"
        "  2026-01-05 10:00  created in In progress  Maria Example  b177a8c\n"
        "  2026-01-05 10:00  assigned to ben         Maria Example  b177a8c\n",
        "",
    )
    assert opsflow("-C", board, "show", "OPS-12").out.splitlines()[1] == (
        "Deleted on 2026-01-09: its file is no longer there, it was Inbox"
    )
    view = json.loads(opsflow("-C", board, "show", "OPS-2", "--format", "json").out)
    assert (view["card"], view["gone"]["words"], view["path"]) == (None, "archived", "items/OPS-2-mail.yaml")


def test_show_tells_who_had_an_item_and_what_held_it_up(tmp_path: Path, opsflow: Run) -> None:
    versions = (
        item("Mail is down", "ready", "assignees: [maria]"),
        item("Mail is down", "doing", "assignees: [ben]", "blocked: {reason: no disk, by: vendor:acme}"),
        item("Mail is down", "doing", "type: incident", "assignees: [ben, maria]"),
        item("Mail is down", "done", "type: incident", "class: expedite", "assignees: [ben, maria]"),
    )
    files = [{"opsflow.yaml": BOARD, "items/OPS-1-mail.yaml": version} for version in versions]
    root = stories.make(tmp_path / "told", [{"files": each} for each in files])
    out = opsflow("-C", root, "show", "1").out
    assert [line[20:] for line in out[out.index("History") :].splitlines()[1:] if line] == [
        f"{said:<29}Maria Example  {commit}{more}"
        for commit, rows_ in zip(commits_of(root), STORY, strict=True)
        for said, more in rows_
    ]
    view = json.loads(opsflow("-C", root, "show", "1", "--format", "json").out)
    assert view["commits"][2]["changes"] == [
        {"words": "blocked by vendor acme", "text": "no disk"},
        {"words": "no longer assigned to maria", "text": ""},
        {"words": "assigned to ben", "text": ""},
    ]


STORY = (
    [("In progress → Done", ""), ("class Standard → Expedite", "")],
    [("no longer blocked", ""), ("assigned to maria", ""), ("type Request → Incident", "")],
    [
        ("Ready → In progress", ""),
        ("blocked by vendor acme", "  no disk"),
        ("no longer assigned to maria", ""),
        ("assigned to ben", ""),
    ],
    [("created in Ready", ""), ("assigned to maria", "")],
)


def commits_of(root: str) -> list[str]:
    """The short ids of its commits, newest first."""
    words = ["git", "-C", root, "log", "--format=%H"]
    return [line[:7] for line in subprocess.run(words, capture_output=True, text=True).stdout.splitlines()]


def test_show_says_where_an_item_is_that_cannot_be_read(board: Path, opsflow: Run) -> None:
    (board / "items/OPS-1-edge.yaml").write_text("title: Renew\nstate: doing\nx: [\n")
    status, out, err = opsflow("-C", board, "show", "OPS-1")
    assert (status, out) == (2, "")
    assert err == (
        "opsflow: OPS-1 cannot be read: items/OPS-1-edge.yaml:3: the list is never closed. "
        "`opsflow check` says what to do.\n"
    )


def test_show_as_json_is_the_report(board: Path, opsflow: Run) -> None:
    view = json.loads(opsflow("-C", board, "show", "OPS-1", "--format", "json").out)
    assert (view["report"], view["card"]["id"], view["path"]) == ("item", "OPS-1", "items/OPS-1-edge.yaml")


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("OPS-7K3Q", "OPS-7K3Q"),
        ("ops-7k3q", "OPS-7K3Q"),
        ("7k3q", "OPS-7K3Q"),
        ("7", "OPS-7K3Q"),
        ("OPS-4M", "OPS-4M2R"),
        ("4", "OPS-4"),
        ("OPS-4", "OPS-4"),
    ],
)
def test_an_id_may_be_abbreviated(text: str, full: str) -> None:
    known = ["OPS-7K3Q", "OPS-4M2R", "OPS-4M9X", "OPS-4"] if text != "OPS-4M" else ["OPS-7K3Q", "OPS-4M2R"]
    assert full_id(text, known, told.facts(told.board())) == full


def test_an_id_on_the_board_comes_before_one_that_is_gone() -> None:
    facts = told.facts(told.board())
    assert full_id("7", ["OPS-7K3Q"], facts, ["OPS-7B"]) == "OPS-7K3Q"
    assert full_id("OPS-7", ["OPS-7K3Q"], facts, ["OPS-7"]) == "OPS-7"
    assert full_id("7B", ["OPS-7K3Q"], facts, ["OPS-7B1X"]) == "OPS-7B1X"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("4m", "'4m' may be OPS-4M2R, OPS-4M9X; write more of the id."),
        ("OPS-4M", "'OPS-4M' may be OPS-4M2R, OPS-4M9X; write more of the id."),
        ("OPS-7K3P", "There is no item 'OPS-7K3P'. Did you mean 'OPS-7K3Q'? `opsflow list` shows them."),
        ("zebra", "There is no item 'zebra'. `opsflow list` shows them."),
        ("", "'' may be OPS-7K3Q, OPS-4M2R, OPS-4M9X; write more of the id."),
    ],
)
def test_an_ambiguous_or_unknown_id_is_refused_by_name(text: str, why: str) -> None:
    with pytest.raises(OpsflowError) as error:
        full_id(text, ["OPS-7K3Q", "OPS-4M2R", "OPS-4M9X"], told.facts(told.board()))
    assert str(error.value) == why


def test_of_many_ids_all_are_named_with_their_titles() -> None:
    facts = facts_in("OPS-7K3Q: {state: ready, title: Renew edge certificates}")
    known = ["OPS-7K3Q", *(f"OPS-Z{number}" for number in range(1, 200))]
    with pytest.raises(OpsflowError) as error:
        full_id("ops", known, facts)
    lines = str(error.value).split("\n")
    assert lines[0] == "'ops' may be any of 200 items; write more of the id:"
    assert [line.split()[0] for line in lines[1:]] == known
    assert (lines[1], lines[-1]) == ("  OPS-7K3Q  Renew edge certificates", "  OPS-Z199")


# -- log ----------------------------------------------------------------------------------------


def test_log_lists_moves_newest_first_in_the_boards_time(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "log", "--limit", "4").out == (
        "item    from   to     at                commit   author\n"
        "OPS-1   ready  doing  2026-01-07 11:00  83e0ebd  Maria Example\n"
        "OPS-3   inbox  ready  2026-01-07 11:00  83e0ebd  Maria Example\n"
        "OPS-2   doing  done   2026-01-06 11:00  c011683  Ben Example\n"
        "OPS-12         inbox  2026-01-06 11:00  c011683  Ben Example\n"
    )


def test_log_of_one_item_is_exact_in_jsonl_and_csv(board: Path, opsflow: Run) -> None:
    first, last = stories.commits(str(board))[:2]
    rows = [
        {
            "item": "OPS-2",
            "from": None,
            "to": "doing",
            "at": "2026-01-05T09:00:00+00:00",
            "commit": first,
            "author": "Maria Example",
        },
        {
            "item": "OPS-2",
            "from": "doing",
            "to": "done",
            "at": "2026-01-06T10:00:00+00:00",
            "commit": last,
            "author": "Ben Example",
        },
    ]
    lines = opsflow("-C", board, "log", "2", "--reverse", "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == rows
    table = list(
        csv.DictReader(io.StringIO(opsflow("-C", board, "log", "2", "--reverse", "--format", "csv").out))
    )
    assert table == [{name: value or "" for name, value in row.items()} for row in rows]


def test_log_begins_where_it_is_asked_to(board: Path, opsflow: Run) -> None:
    def items(*words: str) -> list[str]:
        lines = opsflow("-C", board, "log", "--format", "jsonl", *words).out.splitlines()
        return [json.loads(line)["item"] for line in lines]

    assert items("--since", "2026-01-07") == ["OPS-1", "OPS-3"]
    assert items("--since", "2026-01-07 11:01") == []
    assert items("--since", "2026-01-07 11:00") == ["OPS-1", "OPS-3"]
    assert items("--since", "2026-01-06", "--reverse", "--limit", "3") == ["OPS-2", "OPS-1", "OPS-3"]
    assert opsflow("-C", board, "log", "--since", "soon").err == (
        "opsflow: --since soon is no date; write 2026-11-21, 2026-11-21 14:00, or a length of time such as 14d.\n"
    )


def test_log_shows_what_is_not_committed_and_what_is_deleted(board: Path, opsflow: Run) -> None:
    (board / "items/OPS-3-disk.yaml").write_text(item("Replace the disk array", "doing"))
    (board / "items/OPS-12-print.yaml").unlink()
    assert opsflow("-C", board, "log", "--limit", "2").out == (
        "item    from   to         at                commit       author\n"
        "OPS-3   ready  doing      2026-01-09 13:00  uncommitted\n"
        "OPS-12  inbox  (deleted)  2026-01-09 13:00  uncommitted\n"
    )


BROKEN: list[stories.Step] = [
    *STEPS,
    {
        "at": "2026-01-08 10:00",
        "files": {
            "items/OPS-3-disk.yaml": "title: fix: disk\n",
            "items/OPS-2-mail.yaml": "state: done\na: b: c\n",
        },
    },
    {"at": "2026-01-08 11:00", "files": {"items/OPS-3-disk.yaml": item("Replace the disk array", "ready")}},
    {"at": "2026-01-08 12:00", "files": {"items/OPS-3-disk.yaml": "state: ready\nstate: doing\n"}},
]
WHY = "an unquoted value holds `: `, which begins a new value"


def test_log_lists_what_could_not_be_read_newest_first(tmp_path: Path, opsflow: Run) -> None:
    folder = stories.make(tmp_path / "broken", BROKEN)
    *_, first, _, last = stories.commits(folder)
    (tmp_path / "broken/items/OPS-1-edge.yaml").write_text("[")
    status, out, err = opsflow("-C", folder, "log", "--gaps")
    assert (status, err) == (0, "")
    assert [line.split("  ")[0] for line in out.splitlines()] == [
        "path",
        "items/OPS-1-edge.yaml",
        "items/OPS-3-disk.yaml",
        "items/OPS-2-mail.yaml",
        "items/OPS-3-disk.yaml",
    ]
    assert "uncommitted  2026-01-09 13:00" in out
    assert f"items/OPS-2-mail.yaml  {first[:7]}      2026-01-08 11:00  {WHY}\n" in out
    rows = [
        (
            "items/OPS-3-disk.yaml",
            last,
            "2026-01-08T12:00:00+00:00",
            "`state` is given twice, on lines 1 and 2",
        ),
        ("items/OPS-2-mail.yaml", first, "2026-01-08T10:00:00+00:00", WHY),
        ("items/OPS-3-disk.yaml", first, "2026-01-08T10:00:00+00:00", WHY),
    ]

    def listed(*words: str) -> list[tuple[str, ...]]:
        lines = opsflow("-C", folder, "log", "--gaps", "--format", "jsonl", *words).out.splitlines()
        assert all([*json.loads(line)] == ["path", "commit", "at", "reason"] for line in lines)
        return [tuple(json.loads(line).values()) for line in lines]

    assert listed("--committed") == listed()[1:] == rows
    assert listed("--committed", "--reverse") == rows[::-1]
    assert listed("--committed", "--limit", "1") == rows[:1]
    assert listed("--committed", "--since", "2026-01-08 13:00") == rows[:1]
    assert listed("3") == [rows[0], rows[2]]
    table = csv.reader(io.StringIO(opsflow("-C", folder, "log", "3", "--gaps", "--format", "csv").out))
    assert [*table] == [["path", "commit", "at", "reason"], *([*row] for row in (rows[0], rows[2]))]


def test_a_log_without_gaps_is_empty(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "log", "--gaps") == (0, "", "")


def test_the_findings_say_how_much_could_not_be_read(tmp_path: Path, opsflow: Run) -> None:
    folder = stories.make(tmp_path / "broken", BROKEN)
    said = "3 versions of files could not be read in the past; `opsflow log --gaps` lists them."
    assert f"\n{said}\n" in opsflow("-C", folder, "report", "rules").out


def test_log_needs_a_repository(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_text(BOARD)
    status, _, err = opsflow("-C", tmp_path, "log")
    assert status == 2
    assert err.startswith("opsflow: There is no log, since ")


# -- board, next, report ------------------------------------------------------------------------


def test_the_board_into_a_pipe_has_a_line_for_each_card(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "board").out == (
        f"Operations  as of 2026-01-09 13:00, {LAST}\n"
        "1 in flow, 0 blocked, 1 finished in 14 days\n"
        "\n"
        "Inbox  1  options\n"
        "  OPS-12             Buy a printer  (due 2026-01-20)\n"
        "\n"
        "Ready  1 of 3  room for 2\n"
        "  OPS-3              Replace the disk array  (waits for OPS-1)\n"
        "\n"
        "In progress  1 of 1  full\n"
        "  OPS-1         3 d  Renew edge certificates  (maria)\n"
        "\n"
        "With vendor  0  no limit\n"
        "\n"
        "Done  1  in 14 days\n"
        "  OPS-2              Mail is down  (ben)\n"
    )


def test_the_board_at_80_columns_stacks_its_columns(
    board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert opsflow("-C", board, "board").out == (
        f"Operations  as of 2026-01-09 13:00, {LAST}\n"
        "1 in flow, 0 blocked, 1 finished in 14 days\n"
        "\n"
        "Inbox                   1  Ready              1 of 3  In progress        1 of 1\n"
        "options                    room for 2                 full\n"
        "─────────────────────────  ━━━━━━━━─────────────────  ━━━━━━━━━━━━━━━━━━━━━━━━━\n"
        "OPS-12 Buy a printer       OPS-3                      OPS-1                 3 d\n"
        "                           Replace the disk array     Renew edge certificates\n"
        "                           waits for OPS-1            maria\n"
        "\n"
        "With vendor             0  Done                    1\n"
        "no limit                   in 14 days\n"
        "─────────────────────────  ─────────────────────────\n"
        "                           OPS-2 Mail is down\n"
    )


LIMITED = """\
board: Operations
key: OPS
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 1}
  - {state: review, kind: active, wip: 0}
limits:
  - {per: person, max: 1}
  - {name: grp, states: [doing, review], max: 1}
  - {project: PRJ-1, max: 1}
  - {person: ann, states: [doing], max: 2}
"""


def test_every_broken_limit_has_one_line_the_columns_first(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_text(LIMITED)
    (tmp_path / "items").mkdir()
    for at in range(3):
        text = item("One", "doing", "assignees: [ann]", "part_of: PRJ-1")
        (tmp_path / f"items/OPS-{at}.yaml").write_text(text)
    (tmp_path / "items/OPS-3.yaml").write_text(item("One", "review"))
    out = opsflow("-C", tmp_path, "board").out
    lines = out[out.index("Over the limit") :].removeprefix("Over the limit").splitlines()
    assert [line.strip().partition(". ")[0] for line in lines[:6]] == [
        "Doing holds 3, its limit is 1",
        "Review holds 1, its limit is 0",
        "grp holds 4, its limit is 1",
        "PRJ-1 (in progress) holds 3, its limit is 1",
        "ann (in progress) holds 3, its limit is 1",
        "ann (Doing) holds 3, its limit is 2",
    ]
    assert out.count("its limit is") == 6


@pytest.mark.parametrize("columns", ["1", "20", "40", "79", "80", "81", "120", "200"])
def test_no_line_of_the_board_is_wider_than_the_terminal(
    columns: str, board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    (board / "items/OPS-12-print.yaml").write_text(item("更新 " * 20 + "Donaudampfschifffahrt" * 3, "doing"))
    body = opsflow("-C", board, "board").out.split("\n\n")[1]
    from opsflow.formats.visible import width

    assert max(map(width, body.splitlines())) <= max(int(columns), 24)


def test_colour_is_for_terminals_and_those_who_force_it(
    board: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in opsflow("-C", board, "board").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in opsflow("-C", board, "board").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in opsflow("-C", board, "board").out


def test_next_says_why_nothing_can_be_pulled(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "next").out == (
        "Nothing to pull: In progress is full (1 of 1).\n"
        "\n"
        "Not yet\n"
        "     OPS-3  Replace the disk array\n"
        "     waits for OPS-1; In progress is full (1 of 1)\n"
    )


@pytest.mark.parametrize(
    "name", ["board", "flow", "roadmap", "dependencies", "services", "rules", "activity", "next"]
)
def test_each_report_has_a_form_for_terminals_and_its_data_as_json(
    name: str, board: Path, opsflow: Run
) -> None:
    status, out, err = opsflow("-C", board, "report", name)
    assert (status, err) == (0, "")
    assert out.endswith("\n") and not out.endswith("\n\n") and "\x1b" not in out
    view = json.loads(opsflow("-C", board, "report", name, "--format", "json").out)
    assert view["report"] == name
    if name not in ("board", "next"):
        defined = opsflow("-C", board, "report", name, "--definitions").out
        assert all(row["sentence"] in defined for row in view["definitions"])


def test_why_there_is_no_history_is_said_once(tmp_path: Path, board: Path, opsflow: Run) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", board.as_uri(), clone], check=True)
    for words in (["check"], ["report", "flow"], ["report", "ageing"], ["show", "OPS-1"]):
        out = opsflow("-C", clone, *words).out
        assert (out.count("the clone is shallow"), out.count("git fetch --unshallow")) == (1, 1)
    assert opsflow("-C", clone, "log").err.startswith(
        "opsflow: There is no log, since the clone is shallow, so its history is cut short: fetch the rest with "
    )
    bare = tmp_path / "bare"
    shutil.copytree(board, bare, ignore=shutil.ignore_patterns(".git"))
    subprocess.run(["git", "init", "-q", bare], check=True)
    for words in (["report", "flow"], ["report", "ageing"], ["report", "dependencies"]):
        assert opsflow("-C", bare, *words).out.count("the repository has no commit yet") == 1


def test_reports_are_listed_with_their_questions(board: Path, opsflow: Run) -> None:
    from opsflow import measures, reports

    lines = [line.split() for line in opsflow("report").out.splitlines() if line]
    pages = [name for name in reports.ALL if name not in measures.ALL]
    assert [line[0] for line in lines] == [*pages, *measures.ALL]
    assert {line[-1][-1] for line in lines} == {"?"}


# -- hostile text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["list", "--format", "json"],
        ["list", "--format", "csv"],
        ["list", "--columns", "title,id"],
        ["show", "OPS-9"],
        ["show", "OPS-9", "--format", "json"],
        ["board"],
        ["log"],
        ["log", "--format", "csv"],
        ["log", "--format", "jsonl"],
        ["log", "--gaps"],
        ["log", "--gaps", "--format", "csv"],
        ["log", "--gaps", "--format", "jsonl"],
        ["next"],
        ["check"],
        ["check", "--format", "json"],
        ["check", "--format", "concise"],
        *(
            ["report", name]
            for name in ("flow", "ageing", "roadmap", "dependencies", "services", "rules", "activity", "next")
        ),
    ],
)
@pytest.mark.parametrize("columns", ["", "80"])
def test_nothing_in_an_item_acts_on_a_terminal_or_in_a_ci_log(
    words: list[str], columns: str, tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = json.dumps(HOSTILE)
    files = {
        "items/OPS-9.yaml": item(
            quoted,
            "ready",
            f"assignees: [{quoted}]",
            f"labels: [{quoted}]",
            f"requester: {quoted}",
            f"blocked: {{reason: {quoted}, by: {quoted}}}",
            f"description: {quoted}",
            "depends_on: [OPS-8]",
        ),
        "items/OPS-8.yaml": item(quoted, "doing"),
        "items/OPS-7.yaml": f"title: {WORSE}\nstate: ready\n",
        "items/OPS-6.yaml": f"title: x\nstate: ready\n{quoted}: 1\n{quoted}: 2\n",
    }
    step: stories.Step = {
        "author": f"{WORSE} <x@example.org>",
        "message": WORSE,
        "files": {"opsflow.yaml": BOARD, **files},
    }
    folder = stories.make(tmp_path / "hostile", [step])
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("COLUMNS", columns)
    status, out, err = opsflow("-C", folder, *words)
    assert status in (0, 1), err
    for text in (out, err):
        assert all(letter.isprintable() or letter == "\n" for letter in text)
        assert "##[" not in text
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())


# -- what does nothing is refused ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["check", "--rules-from", "head"],
            "--rules-from says whose rules judge a change; name the change with --base or --merge.",
        ),
        (
            ["check", "--rule", "skipped-state"],
            "skipped-state judges changes alone; name the change with --base or --merge.",
        ),
        (
            ["report", "--format", "json"],
            "--format json is for a report; name one: `opsflow report` lists them.",
        ),
        (["report", "--last", "30d"], "--last is for a report; name one: `opsflow report` lists them."),
        (
            ["report", "--definitions"],
            "--definitions is for a report; name one: `opsflow report` lists them.",
        ),
        (["report", "--every", "week"], "--every is for a report; name one: `opsflow report` lists them."),
        (["explain", "--last", "30d"], "--last is for a measure; name one: `opsflow report` lists them."),
        (["explain", "--at", "HEAD"], "--at is for a measure; name one: `opsflow report` lists them."),
        (
            ["explain", "wip-limit", "--at", "HEAD"],
            "--at is for a measure; wip-limit is a rule, the same at all times.",
        ),
        (
            ["schema", "item", "--write", "here"],
            "--write writes all schemas; leave item out, or --write.\nSee `opsflow schema --help`.",
        ),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(
    board: Path, opsflow: Run, words: list[str], said: str
) -> None:
    assert opsflow("-C", board, *words) == (2, "", f"opsflow: {said}\n")


def test_rules_from_the_base_is_what_is_usual(board: Path, opsflow: Run) -> None:
    usual = opsflow("-C", board, "check", "--base", "HEAD")
    assert opsflow("-C", board, "check", "--base", "HEAD", "--rules-from", "base") == usual


def test_show_takes_the_path_of_a_file(board: Path, opsflow: Run) -> None:
    shown = opsflow("-C", board, "show", "items/OPS-1-edge.yaml")
    assert (shown.status, shown) == (0, opsflow("-C", board, "show", "OPS-1"))
    assert opsflow("-C", board, "show", "items/none.yaml") == (
        2,
        "",
        "opsflow: The board has no file items/none.yaml; `opsflow list --columns id,path` shows all.\n",
    )


def test_log_and_forecast_take_the_path_of_a_file(board: Path, opsflow: Run) -> None:
    for words in (("log",), ("log", "--committed"), ("forecast",)):
        by_path = opsflow("-C", board, *words, "items/OPS-1-edge.yaml")
        assert (by_path.status, by_path) == (0, opsflow("-C", board, *words, "OPS-1"))


def test_a_log_of_no_moves_says_so_and_takes_a_length(board: Path, opsflow: Run) -> None:
    done = opsflow("-C", board, "log", "--committed", "--since", "2099-01-01")
    assert done.status == 0 and done.err == "Nothing moved since 2099-01-01 00:00.\n"
    whole = opsflow("-C", board, "log", "--committed")
    assert opsflow("-C", board, "log", "--committed", "--since", "9999d") == whole


def test_a_block_ends_with_its_item_in_the_list_too(board: Path, opsflow: Run) -> None:
    path = board / "items/OPS-1-edge.yaml"
    path.write_text(path.read_text() + "blocked: {reason: no answer, by: maria}\n")
    asked = (
        "-C",
        board,
        "list",
        "--where",
        "blocked",
        "--all",
        "--format",
        "csv",
        "--columns",
        "id,blocked,blocked_by",
    )
    assert opsflow(*asked).out == "id,blocked,blocked_by\nOPS-1,no answer,maria\n"
    path.write_text(path.read_text().replace("state: doing", "state: done"))
    assert opsflow(*asked).out == "id,blocked,blocked_by\n"


@pytest.mark.parametrize("command", ["board", "check", "list"])
def test_a_day_that_has_not_come_is_refused_and_today_is_not(command: str, board: Path, opsflow: Run) -> None:
    today = opsflow("-C", board, command).out != ""
    assert today
    assert opsflow("-C", board, command, "--at", "2099-01-01") == (
        2,
        "",
        "opsflow: 2099-01-01 has not come yet; without --at you see the board as it is now.\n",
    )

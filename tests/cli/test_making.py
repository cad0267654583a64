"""Commands that make something: a board, schemas, a site, the example; and the manual of rules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from opsflow import resources, rules
from opsflow.cli import schema
from opsflow.site import layout
from tests import stories
from tests.cli.conftest import Run
from tests.cli.test_program import complete

# -- init ---------------------------------------------------------------------------------------


def test_init_makes_a_board_that_passes(tmp_path: Path, opsflow: Run) -> None:
    folder = tmp_path / "network-team"
    status, out, err = opsflow("init", folder)
    assert (status, err) == (0, "")
    assert out.startswith("Made the board 'Network team'.\n")
    assert "opsflow check\n" in out
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    (first,) = [name for name in files if name.startswith("items/")]
    assert sorted({*files} - {first}) == [
        ".gitignore",
        *(f".opsflow/{kind}.schema.json" for kind in sorted(schema.KINDS)),
        ".vscode/settings.json",
        "README.md",
        "opsflow.yaml",
    ]
    assert opsflow("-C", folder, "check").out.startswith("1 item: no findings.\n")
    assert opsflow("-C", folder, "list", "--format", "ids").out == f"{'-'.join(first[6:].split('-')[:2])}\n"


def test_init_files_are_what_editors_read(tmp_path: Path, opsflow: Run) -> None:
    opsflow("init", tmp_path / "b")
    settings = json.loads((tmp_path / "b/.vscode/settings.json").read_text())
    for path in settings["yaml.schemas"]:
        assert (tmp_path / "b" / path).is_file()
    (first,) = (tmp_path / "b/items").iterdir()
    line = first.read_text().splitlines()[0]
    assert (first.parent / line.partition("$schema=")[2]).resolve().is_file()


@pytest.mark.parametrize(
    "name", ["no", "a: b # c", "[x]", '"quoted" \\ text', "Köln", "on", "- x", "{{}}", "%"]
)
def test_init_quotes_any_name(name: str, tmp_path: Path, opsflow: Run) -> None:
    opsflow("init", tmp_path / "b", "--name", name)
    report = json.loads(opsflow("-C", tmp_path / "b", "check", "--format", "json").out)
    assert (report["board"], report["findings"]) == (name, [])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Infrastructure and operations", "IAO"),
        ("ops", "OPS"),
        ("Network", "NET"),
        ("365 days", "OPS"),
        ("更新", "OPS"),
    ],
)
def test_init_makes_a_key_of_the_name(name: str, key: str, tmp_path: Path, opsflow: Run) -> None:
    opsflow("init", tmp_path / "b", "--name", name)
    assert f"\nkey: {key}\n" in (tmp_path / "b/opsflow.yaml").read_text()


def test_init_refuses_a_folder_that_has_a_board(board: Path, opsflow: Run) -> None:
    before = sorted(board.rglob("*"))
    status, out, err = opsflow("init", board)
    assert (status, out) == (2, "")
    assert err == f"opsflow: {board} has a board; look at it with `opsflow -C {board} board`.\n"
    assert sorted(board.rglob("*")) == before


@pytest.mark.parametrize("place", ["items", "items/sub/new", "archive/new"])
def test_init_makes_no_board_among_the_items_of_another(place: str, board: Path, opsflow: Run) -> None:
    before = sorted(board.rglob("*"))
    status, out, err = opsflow("init", board / place)
    assert (status, out) == (2, "")
    assert err.startswith(f"opsflow: {board / place} is among the items of the board in {board}, which would")
    assert sorted(board.rglob("*")) == before


def test_init_makes_a_board_beside_the_items_of_another(board: Path, opsflow: Run) -> None:
    assert opsflow("init", board / "teams/new").status == 0
    assert opsflow("-C", board, "check", "--format", "concise").out.startswith("4 items: ")


def test_what_to_run_next_is_named_so_that_it_runs(
    tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "venv/bin/opsflow"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["venv/bin/opsflow"])
    assert opsflow("init", "new").out.endswith(
        "Dates and ages come out of commits: nothing is measured before the first. Now try:\n\n"
        "  cd new\n  git init && git add -A && git commit -m 'Make the board'\n"
        "  ../venv/bin/opsflow board\n  ../venv/bin/opsflow check\n"
    )
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    assert opsflow("init", "other", "--git").out.endswith(
        "  git add -A && git commit -m 'Make the board'\n  opsflow board\n  opsflow check\n"
    )
    monkeypatch.setattr(sys, "argv", ["/lib/opsflow/__main__.py"])
    assert opsflow("init", "third").out.endswith(f"  {sys.executable} -m opsflow check\n")


def test_init_leaves_what_is_there(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "README.md").write_text("mine\n")
    (tmp_path / "opsflow.yaml.orig").write_text("mine\n")
    assert opsflow("init", tmp_path).status == 0
    assert (tmp_path / "README.md").read_text() == "mine\n"


def test_init_follows_no_link(tmp_path: Path, opsflow: Run) -> None:
    outside = tmp_path / "outside"
    folder = tmp_path / "b"
    folder.mkdir()
    (folder / "opsflow.yaml").symlink_to(outside)
    assert opsflow("init", folder).status == 2
    assert not outside.exists()


def test_init_makes_a_repository_on_request(tmp_path: Path, opsflow: Run) -> None:
    assert opsflow("init", tmp_path / "b", "--git").status == 0
    assert (tmp_path / "b/.git").is_dir()
    assert opsflow("init", tmp_path / "b/inner", "--git").err == (
        f"{tmp_path}/b/inner is in a Git repository already; no other was made, and this one merges by fields.\n"
    )
    assert not (tmp_path / "b/inner/.git").exists()


@pytest.mark.parametrize("key", ["ops", "1OPS", "A" * 21])
def test_init_refuses_a_bad_key(key: str, tmp_path: Path, opsflow: Run) -> None:
    assert opsflow("init", tmp_path / "b", "--key", key) == (
        2,
        "",
        f"opsflow: --key {key} is no key; write 1 to 20 capital letters and digits, such as OPS.\n",
    )
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb", "a␊b"),
        ("n" * 201, f"{'n' * 59}…"),
        (" a ", " a "),
        ("a\x1bb", "a␛b"),
        ("\xa0a", "\xa0a"),
        ("a\udcffb", "a\\xffb"),
    ],
)
def test_init_refuses_a_name_that_no_board_can_have(
    name: str, shown: str, tmp_path: Path, opsflow: Run
) -> None:
    said = f"opsflow: '{shown}' is no name for a board; write one line of 1 to 200 visible characters, with --name.\n"
    assert opsflow("init", tmp_path / "b", "--name", name) == (2, "", said)
    assert not (tmp_path / "b").exists()
    assert opsflow("init", tmp_path / "b", "--name", "n" * 200).status == 0
    assert opsflow("-C", tmp_path / "b", "check").status == 0


# -- schema -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", schema.KINDS)
def test_each_schema_is_printed(kind: str, opsflow: Run) -> None:
    file = Path(resources.folder("schema")) / f"{kind}.schema.json"
    assert opsflow("schema", kind) == (0, file.read_text(encoding="utf-8"), "")


def test_schemas_are_written_over_older_ones(tmp_path: Path, opsflow: Run) -> None:
    for _ in range(2):
        status, out, err = opsflow("schema", "--write", tmp_path / "s")
        assert (status, out) == (0, "")
    assert err.splitlines() == [f"wrote {tmp_path}/s/{kind}.schema.json" for kind in schema.KINDS]
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == sorted(
        f"{kind}.schema.json" for kind in schema.KINDS
    )


def test_schemas_that_are_written_know_the_board(board: Path, opsflow: Run) -> None:
    with (board / "opsflow.yaml").open("a") as stream:
        stream.write("fields: {risk: {enum: [low, high]}, hosts: {type: array, items: {type: string}}}\n")
    opsflow("-C", board, "schema", "--write", board / ".opsflow")
    written = {path.name: path.read_bytes() for path in (board / ".opsflow").iterdir()}
    plain = {name: Path(resources.folder("schema"), name).read_bytes() for name in written}
    assert {name for name in written if written[name] != plain[name]} == {"item.schema.json"}
    item, usual = json.loads(written["item.schema.json"]), json.loads(plain["item.schema.json"])
    own = item["properties"]
    assert (own.pop("risk"), own.pop("hosts")) == (
        {"enum": ["low", "high"]},
        {"type": "array", "items": {"type": "string"}},
    )
    assert [own[key].pop("enum") for key in ("state", "type", "class")] == [
        ["inbox", "ready", "doing", "vendor", "done"],
        ["request", "incident"],
        ["expedite", "fixed-date", "standard", "intangible"],
    ]
    assert [*own["entered"]["properties"]] == ["inbox", "ready", "doing", "vendor", "done"]
    changed = ("state", "type", "class", "entered")
    assert {key: part for key, part in own.items() if key not in changed} == {
        key: part for key, part in usual["properties"].items() if key not in changed
    }
    assert all(own[key]["description"] == usual["properties"][key]["description"] for key in changed)


@pytest.mark.parametrize(
    ("line", "status"),
    [("risk: low", 0), ("risk: lwo", 1), ("entered: {doing: 2026-01-01 09:00}", 0), ("type: taks", 1)],
)
def test_editors_accept_what_the_board_accepts(line: str, status: int, board: Path, opsflow: Run) -> None:
    pytest.importorskip("check_jsonschema")
    with (board / "opsflow.yaml").open("a") as stream:
        stream.write("fields: {risk: {enum: [low, high]}}\n")
    (board / "items/OPS-1-edge.yaml").write_text(f"title: x\nstate: doing\nassignees: [maria]\n{line}\n")
    opsflow("schema", "--write", board / ".opsflow")
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile"]
    files = [board / ".opsflow/item.schema.json", board / "items/OPS-1-edge.yaml"]
    assert subprocess.run([*command, *files], capture_output=True, check=False).returncode == status
    found = json.loads(opsflow("-C", board, "check", "--format", "json").out)["findings"]
    assert len([row for row in found if row["line"] == 4]) == status


@pytest.mark.parametrize("text", ["", "board: x\n", "workflow: [\n"])
def test_a_board_that_cannot_be_read_has_the_plain_schemas(text: str, tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_text(text)
    assert opsflow("-C", tmp_path, "schema", "--write", tmp_path / "s").status == 0
    assert (tmp_path / "s/item.schema.json").read_bytes() == resources.read("schema", "item.schema.json")


def test_schemas_are_not_written_through_a_link(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "item.schema.json").symlink_to(tmp_path / "outside")
    assert opsflow("schema", "--write", tmp_path).status == 2
    assert not (tmp_path / "outside").exists()


def test_schema_without_a_kind_says_what_there_is(opsflow: Run) -> None:
    assert opsflow("schema").err == (
        "opsflow: Name a schema (item, board, people, catalog, sources), or write all with --write DIR.\n"
        "See `opsflow schema --help`.\n"
    )


# -- explain ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", rules.ALL)
def test_each_rule_is_explained(name: str, opsflow: Run) -> None:
    status, out, err = opsflow("explain", name)
    assert (status, err) == (0, "")
    manual = rules.manual(name)
    assert out.startswith(f"{name}  {manual.severity}, {manual.family}\n\n")
    flat = " ".join(out.split())
    for part in (manual.title, f"Why: {manual.why}", f"Fix: {manual.fix}"):
        assert " ".join(part.split()) in flat
    for example in (manual.bad, manual.good):
        assert all(f"    {line}\n" in out for line in example.splitlines() if line.strip())


def test_all_rules_are_listed_by_family(opsflow: Run) -> None:
    out = opsflow("explain").out
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ")] == list(rules.ALL)
    data = json.loads(opsflow("explain", "--format", "json").out)
    assert [row["name"] for row in data] == list(rules.ALL)


# -- build, serve, demo -------------------------------------------------------------------------


def test_build_makes_a_site_and_says_where(board: Path, tmp_path: Path, opsflow: Run) -> None:
    status, out, _ = opsflow("-C", board, "build", "--out", tmp_path / "site")
    assert status == 0
    assert f"Open {tmp_path}/site/index.html\n" in out
    assert (tmp_path / "site/index.html").is_file()
    summary = json.loads(opsflow("-C", board, "build", "--out", tmp_path / "site", "--format", "json").out)
    assert (summary["out"], summary["index"]) == (f"{tmp_path}/site", f"{tmp_path}/site/index.html")


def test_a_build_that_finds_nothing_new_still_clears_up(board: Path, tmp_path: Path, opsflow: Run) -> None:
    words = ("-C", board, "build", "--out", tmp_path / "site")
    assert opsflow(*words).status == 0
    shutil.copytree(tmp_path / "site", tmp_path / ".site-abcdefgh")
    (tmp_path / ".site-ijklmnop").mkdir()
    assert opsflow(*words).out.startswith("0 files written, ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["board", "site"]


def test_what_is_to_be_said_of_a_site_is_said_each_time(board: Path, tmp_path: Path, opsflow: Run) -> None:
    stories.add(str(board), [{"at": "2027-11-01 09:00", "files": {"items/OPS-7.yaml": b"\0"}}])
    stories.git(str(board), "reset", "-q", "--hard")
    words = ("-C", board, "build", "--out", tmp_path / "site")
    first, again = opsflow(*words), opsflow(*words)
    assert again.out.startswith("0 files written, ")
    assert first.err == again.err
    assert first.err == (
        "1 file could not be read; `opsflow check` says why.\n"
        "The newest commit is dated 2027-11-01, after today: the site is of that day. "
        "`opsflow check` names the commit that did it.\n"
    )


def test_a_site_is_built_again_once_pictures_can_be_laid_out(
    board: Path, tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("-C", board, "build", "--out", tmp_path / "site")
    with monkeypatch.context() as patch:
        patch.setattr(layout, "program", lambda: None)
        assert "Dependency pictures are left out" in opsflow(*words).out
        assert "Dependency pictures are left out" in opsflow(*words).out
    if layout.program() is None:
        pytest.skip("nothing lays out here")
    assert "left out" not in opsflow(*words).out
    assert '<svg class="graph"' in (tmp_path / "site/item/OPS-1.html").read_text()


def test_without_a_history_every_page_is_of_the_day(
    board: Path, tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(board / ".git")
    for day, place in (("09", "site"), ("10", "site"), ("10", "fresh")):
        monkeypatch.setenv("OPSFLOW_NOW", f"2026-01-{day}T12:00:00Z")
        monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / f"cache-{place}"))
        assert opsflow("-C", board, "build", "--out", tmp_path / place).status == 0
    sites = [
        {
            str(path.relative_to(tmp_path / name)): path.read_bytes()
            for path in (tmp_path / name).rglob("*.html")
        }
        for name in ("site", "fresh")
    ]
    assert sites[0] == sites[1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, ":11 cannot be used: unresolved merge conflict, line 11"),
        ("board: B\nkey: B\n", ":1 cannot be used: `workflow` is missing"),
        ("board: B\nkey: B\nworkflow: []\n", ":3 cannot be used: `workflow` has no entries"),
    ],
)
def test_an_unusable_board_is_refused_and_a_good_site_stays(
    text: str | None, why: str, board: Path, opsflow: Run
) -> None:
    assert opsflow("-C", board, "build").status == 0
    site = {path: path.read_bytes() for path in (board / "build/site").rglob("*") if path.is_file()}
    file = board / "opsflow.yaml"
    file.write_text(file.read_text() + "<<<<<<< a\n" if text is None else text)
    for words in (
        ["build"],
        ["serve", "--port", "0"],
        ["board"],
        ["list"],
        ["next"],
        ["log"],
        ["show", "OPS-1"],
    ):
        status, out, err = opsflow("-C", board, *words)
        assert (status, out) == (2, "")
        assert err.startswith(f"opsflow: opsflow.yaml{why}")
        assert err.endswith(". `opsflow check` says what to do.\n")
    assert opsflow("-C", board, "report", "flow").status == 2
    assert site == {path: path.read_bytes() for path in (board / "build/site").rglob("*") if path.is_file()}
    (board / "items/OPS-1-edge.yaml").write_text("[")
    found = opsflow("-C", board, "check", "--format", "concise")
    assert found.status == 1
    assert found.out.startswith("items/OPS-1-edge.yaml:1:1: error: ")


def test_build_goes_below_the_board_without_a_place(board: Path, opsflow: Run) -> None:
    assert opsflow("-C", board, "build").status == 0
    assert (board / "build/site/index.html").is_file()
    assert opsflow("-C", board, "check").out == "4 items: no findings.\n"


def test_serve_says_that_a_port_is_taken(board: Path, tmp_path: Path, opsflow: Run) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, _, err = opsflow("-C", board, "serve", "--port", str(port))
    assert (status, err) == (
        2,
        f"opsflow: Port {port} cannot be used (Address already in use); name another with --port.\n",
    )


def test_demo_makes_the_example_and_shows_the_way(
    tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = opsflow("demo", "shop")
    assert (status, err) == (0, "")
    assert (tmp_path / "shop/site/index.html").is_file()
    assert "  its site    shop/site/index.html\n" in out
    (moment,) = [line.partition("=")[2] for line in out.splitlines() if "OPSFLOW_NOW" in line]
    monkeypatch.setenv("OPSFLOW_NOW", moment)
    summary = opsflow("-C", "shop", "check").out.splitlines()[-1]
    assert f"  its check   {summary}\n" in out
    assert opsflow("demo", "shop").out == out
    assert opsflow("-C", "shop", "build").status == 0
    assert (tmp_path / "shop/build/site/index.html").is_file()
    untracked = subprocess.run(["git", "-C", "shop", "status", "--short"], capture_output=True, check=True)
    assert untracked.stdout == b"", "what was built is ignored"
    assert opsflow("demo", "shop").out == out
    (tmp_path / "far/away").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "far/away")
    for folder in ("../../shop", tmp_path / "shop"):
        assert opsflow("demo", folder).out == out.replace(" shop", f" {tmp_path}/shop")


def test_demo_refuses_a_folder_of_somebody(board: Path, opsflow: Run) -> None:
    status, out, err = opsflow("demo", board)
    assert (status, out) == (2, "")
    assert "name another folder" in err


# -- what the shell offers ----------------------------------------------------------------------


def test_ids_states_and_names_of_the_board_are_completed(board: Path) -> None:
    assert complete("opsflow show OPS-1", board) == ["OPS-1", "OPS-12"]
    assert complete("opsflow show ops-3", board) == ["OPS-3"]
    assert complete("opsflow list st", board) == ["state:"]
    assert complete("opsflow list state:d", board) == ["state:doing", "state:done"]
    assert complete("opsflow list assignee:", board) == ["assignee:ben", "assignee:maria"]
    assert complete("opsflow next --person m", board) == ["maria"]
    assert complete(f"opsflow -C {board} log OPS-2", Path("/")) == ["OPS-2"]


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("opsflow sh", ["show"]),
        ("opsflow show OPS-1", ["OPS-1", "OPS-12"]),
        ("opsflow list state:d", ["doing", "done"]),
        ("opsflow list st", ["state:"]),
        ("opsflow check --format=c", ["concise"]),
        ("opsflow report net", ["net-flow"]),
    ],
)
def test_bash_gets_what_comes_behind_its_last_word_break(
    line: str, offered: list[str], board: Path, tmp_path: Path, opsflow: Run
) -> None:
    assert offered_by_bash(line, board, tmp_path, opsflow) == offered


def offered_by_bash(line: str, board: Path, tmp_path: Path, opsflow: Run) -> list[str]:
    """What opsflow's own script puts into the command line."""
    script = tmp_path / "completion.bash"
    script.write_text(opsflow("completion", "bash").out)
    program = tmp_path / "opsflow"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m opsflow "$@"\n')
    program.chmod(0o755)
    code = (
        f"compopt() {{ :; }}; source {script}; COMP_LINE='{line}' COMP_POINT={len(line)}; "
        f"_opsflow_completion {program}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, cwd=board)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_no_name_of_a_board_becomes_a_command(board: Path, tmp_path: Path, opsflow: Run) -> None:
    names = ["$(touch${IFS}pwned)", "`touch pwned`", "a; touch pwned", "a > pwned", "new york"]
    people = "".join(f"  - '{name}'\n" for name in names)
    (board / "items/OPS-1-edge.yaml").write_text(f"title: T\nstate: ready\nassignees:\n{people}")
    for line, begin in (("opsflow next --person ", ""), ("opsflow list assignee:", "")):
        offered = offered_by_bash(line, board, tmp_path, opsflow)
        assert len(offered) > len(names)
        words = subprocess.run(
            ["bash", "-c", f"printf '%s\\n' {' '.join(offered)}"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert {*names} <= {begin + word for word in words.stdout.splitlines()}
        assert not (tmp_path / "pwned").exists()


def test_what_is_offered_turns_nothing_round(board: Path) -> None:
    (board / "items/OPS-1-edge.yaml").write_text(
        'title: "a \\u202e b"\nstate: ready\nlabels: ["x\\u2066y"]\n'
    )
    env = {
        **os.environ,
        "_OPSFLOW_COMPLETE": "fish_complete",
        "COMP_WORDS": "opsflow show ",
        "COMP_CWORD": "",
    }
    command = [sys.executable, "-P", "-m", "opsflow"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=board)
    assert "a \\u202e b" in done.stdout
    assert complete("opsflow list label:", board) == ["label:office", "label:x\\u2066y"]


# -- outputs that know less than ours -----------------------------------------------------------


def test_a_terminal_with_ascii_only_gets_plain_signs(board: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "COLUMNS": "80"}
    command = [sys.executable, "-P", "-m", "opsflow", "-C", str(board), "board"]
    done = subprocess.run(command, capture_output=True, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode("ascii")
    assert "========-----" in text
    assert "\\u" not in text

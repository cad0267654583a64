"""Every layer of speed can be switched off, and then says the same, byte for byte."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from opsflow import demo, kept, logbook, resources
from opsflow.cli import brief
from tests import stories
from tests.cli.conftest import Run, item
from tests.cli.test_program import loaded

WORDS = (
    ("check", "--format", "json"),
    ("check",),
    ("list", "--format", "json"),
    ("log", "--format", "jsonl"),
    ("log", "--committed", "--limit", "5"),
    ("report", "flow", "--format", "json"),
    ("show", "OPS-05H5", "--format", "json"),
)
LAYERS = {"OPSFLOW_SLOW": "1", "OPSFLOW_CACHE": "off"}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> demo.Demo:
    """The example board with its history, and one item changed since."""
    made = demo.make(str(tmp_path_factory.mktemp("example") / "board"))
    changed = next((Path(made.folder) / "items").glob("OPS-05H5-*.yaml"))
    changed.write_text(changed.read_text(encoding="utf-8") + "estimate: 2 days\n", encoding="utf-8")
    return made


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_layer_can_be_switched_off_and_the_same_is_said(
    words: tuple[str, ...], example: demo.Demo, opsflow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSFLOW_NOW", example.now.isoformat())
    said = []
    for off in ((), ("OPSFLOW_SLOW",), ("OPSFLOW_CACHE",), ("OPSFLOW_SLOW", "OPSFLOW_CACHE"), ()):
        with monkeypatch.context() as patch:
            for name in off:
                patch.setenv(name, LAYERS[name])
            said.append(opsflow("-C", example.folder, *words))
    assert said[0].out
    assert said == [said[0]] * len(said)


# -- the short way of the log -------------------------------------------------------------------


def grown_config() -> str:
    kinds = {"inbox": "backlog", "ready": "backlog", "doing": "active", "vendor": "waiting", "done": "done"}
    states = "".join(f"  - {{state: {state}, kind: {kind}}}\n" for state, kind in kinds.items())
    return f"board: Test\nkey: OPS\ntimezone: Europe/Berlin\nworkflow:\n{states}"


def grown(folder: Path, seed: int) -> str:
    """A board with a history of moves at few moments, some of them told later by `entered:`."""
    rng = random.Random(seed)
    states = ("inbox", "ready", "doing", "vendor", "done")
    steps: list[stories.Step] = [{"files": {"opsflow.yaml": grown_config()}}]
    day, there = 5, set[str]()
    for _ in range(40):
        day += rng.random() < 0.5
        files: dict[str, str | None] = {}
        for number in rng.sample(range(1, 13), rng.randint(1, 3)):
            state = rng.choice(states)
            more = [f'entered: {{{state}: "2026-01-{rng.randint(5, day):02} 08:00"}}'] * (rng.random() < 0.3)
            name = f"items/OPS-{number}.yaml"
            gone = name in there and rng.random() < 0.1
            files[name] = None if gone else item("One", state, *more)
            there = there - {name} if gone else there | {name}
        steps.append({"at": f"2026-01-{day:02} 10:00", "files": files})
    return stories.make(folder, steps)


@pytest.mark.parametrize("seed", range(3))
def test_the_log_of_what_is_committed_is_the_log_of_a_clean_folder(
    seed: int, tmp_path: Path, opsflow: Run
) -> None:
    folder = grown(tmp_path / "board", seed)
    for words in (
        ("--limit", "1"),
        ("--limit", "7", "--format", "jsonl"),
        ("--limit", "500"),
        ("--limit", "30", "--reverse", "--format", "csv"),
        ("OPS-3",),
        ("4", "--format", "jsonl", "--reverse"),
        ("ops-5", "--limit", "2"),
    ):
        long = opsflow("-C", folder, "log", *words)
        assert long.out.count("\n") > 0
        first = opsflow("-C", folder, "log", *words, "--committed")
        again = opsflow("-C", folder, "log", *words, "--committed")
        uncached = opsflow("-C", folder, "log", *words, "--committed", "--no-cache")
        assert first == again == uncached == long
        assert brief.answer(["-C", folder, "log", *words, "--committed"]) == long.out


def test_moves_of_one_moment_stand_in_the_order_of_their_commits(tmp_path: Path, opsflow: Run) -> None:
    """A clock that ran ahead once makes all that follow it happen at its moment."""
    steps: list[stories.Step] = [{"files": {"opsflow.yaml": grown_config()}}]
    names = ("OPS-2", "OPS-1", "OPS-3")
    steps += [
        {"at": "2027-01-01 10:00", "files": {f"items/{name}.yaml": item("One", "ready") for name in names}}
    ]
    for day, name in enumerate(names, 5):
        files = {f"items/{name}.yaml": item("One", "doing")}
        steps.append({"at": f"2026-01-{day:02} 10:00", "files": files})
    folder = stories.make(tmp_path / "board", steps)
    newest = ["OPS-3", "OPS-1", "OPS-2", "OPS-1", "OPS-2", "OPS-3"]
    oldest = ["OPS-1", "OPS-2", "OPS-3", "OPS-2", "OPS-1", "OPS-3"]
    for words in ((), ("--committed",), ("--committed", "--limit", "6")):
        for turn, expected in (((), newest), (("--reverse",), oldest)):
            rows = opsflow("-C", folder, "log", *words, *turn, "--format", "csv").out.splitlines()[1:]
            assert [row.partition(",")[0] for row in rows] == expected
    (last,) = opsflow("-C", folder, "log", "--committed", "--limit", "1", "--format", "csv").out.splitlines()[
        1:
    ]
    assert last.startswith("OPS-3,ready,doing,2027-01-01T10:00")


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"[", b"board: B\n", b"\xff\xfe", b"workflow: []\n", b"a: b\n<<<<<<< x\n"]
)
def test_both_ways_refuse_a_board_that_is_no_use(data: bytes, board: Path, opsflow: Run) -> None:
    words = ("-C", board, "log", "--committed", "--limit", "1")
    assert opsflow(*words).status == 0
    (board / "opsflow.yaml").write_bytes(data)
    assert brief.answer([*map(str, words)]) is None
    for more in ((), ("--no-cache",), ()):
        status, out, err = opsflow(*words, *more)
        assert (status, out) == (2, "")
        assert "cannot be used" in err


def test_what_is_not_committed_is_left_out(board: Path, opsflow: Run) -> None:
    before = opsflow("-C", board, "log", "--committed", "--format", "jsonl")
    path = board / "items" / "OPS-3-disk.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("state: ready", "state: doing"))
    for words in ((), ("--limit", "100")):
        assert opsflow("-C", board, "log", "--committed", "--format", "jsonl", *words) == before
    assert opsflow("-C", board, "log", "--format", "jsonl").out.startswith(
        '{"item": "OPS-3", "from": "ready"'
    )


def test_the_short_way_follows_the_rules_of_today(board: Path, opsflow: Run) -> None:
    words = ("-C", board, "log", "--committed", "--limit", "1")
    assert "2026-01-07 11:00" in opsflow(*words).out
    config = board / "opsflow.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("Europe/Berlin", "Asia/Tokyo"))
    assert "2026-01-07 19:00" in opsflow(*words).out
    assert "2026-01-07 19:00" in (brief.answer([*map(str, words)]) or "")


def test_damaged_notes_are_none(board: Path, opsflow: Run) -> None:
    words = ("-C", board, "log", "--committed", "--limit", "1")
    said = opsflow(*words)
    (notes,) = Path(resources.cache_folder() or "").glob("rules-*.json")
    good = notes.read_text()
    for bad in ("", good[:-9], good.replace("Berlin", "London"), "00000000\n[]"):
        notes.write_text(bad)
        assert kept.load(str(notes)) == {}
        assert opsflow(*words) == said
        assert notes.read_text() == good


@pytest.mark.parametrize(
    "words",
    [
        ("log",),
        ("log", "--committed", "--committed"),
        ("log", "--committed", "--limit", "0"),
        ("log", "--committed", "--limit", "-1"),
        ("log", "--committed", "--limit", "1", "--limit", "2"),
        ("log", "--committed", "--limit"),
        ("log", "--committed", "--format", "json"),
        ("log", "--committed", "--format=csv"),
        ("log", "--committed", "OPS-1", "OPS-2"),
        ("log", "--committed", "--raw"),
        ("log", "--committed", "--since", "2026-01-01"),
        ("log", "--committed", "--at", "HEAD"),
        ("log", "--committed", "--no-cache"),
        ("list", "--committed"),
        ("-C",),
    ],
)
def test_words_that_are_not_plain_are_left_to_the_command(words: tuple[str, ...]) -> None:
    assert brief.understood([*words, *(["--committed"] if words == ("-C",) else [])]) is None


def test_the_short_way_imports_neither_click_nor_the_model(board: Path) -> None:
    words = ("-C", str(board), "log", "--committed", "--limit", "1")
    assert loaded(*words) & {"click", "opsflow.model"} == {"opsflow.model"}
    assert {"click", "opsflow.model", "dataclasses", "jsonschema_rs", "networkx"} & loaded(*words) == set()


def test_a_board_with_sources_or_mass_edits_takes_the_long_way(board: Path, opsflow: Run) -> None:
    config = board / "opsflow.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "ignore_revs: mass-edits.txt\n")
    (board / "mass-edits.txt").write_text("# none\n")
    assert opsflow("-C", board, "log", "--committed", "--limit", "2").out.count("\n") == 3
    assert logbook.tell(str(board), "", 2) is None


def test_the_short_way_imports_little_and_compiles_no_annotations(board: Path, opsflow: Run) -> None:
    """Each of these takes a millisecond, of the forty that Python and all the rest take."""
    words = ("-C", str(board), "log", "--committed", "--limit", "1", "--format", "jsonl")
    config = board / "opsflow.yaml"
    config.write_text(config.read_text().replace("timezone: Europe/Berlin\n", ""))  # a zone has imports, too
    opsflow(*words)
    heavy = {
        "click",
        "dataclasses",
        "fcntl",
        "opsflow.model",
        "opsflow.reading.canonical",
        "signal",
        "weakref",
    }
    assert loaded(*words) & heavy == set()
    code = (
        "import atexit, sys\nfrom typing import ForwardRef\nfrom opsflow.__main__ import main\n"
        "@atexit.register\n"
        "def tell():\n"
        " found = [kind for name, module in sys.modules.items() if name.startswith('opsflow.')"
        " for kind in vars(module).values() if isinstance(kind, type) and hasattr(kind, '_fields')]\n"
        " refs = [(kind, name) for kind in found for name, type in kind.__annotations__.items()"
        " if isinstance(type, ForwardRef)]\n"
        " print(chr(0), len(found) > 5, refs)\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code, *words], capture_output=True, text=True)
    assert (done.stdout.partition("\0")[2], done.stderr) == (" True []\n", "")

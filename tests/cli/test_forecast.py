"""`opsflow forecast` and `opsflow simulate`: the words of the command line, and what the page shows of them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from opsflow import demo, measures
from tests import stories
from tests.cli.conftest import BOARD, Run, item

PAGE = Path(__file__).parent.parent.parent / "docs" / "forecast.md"
_PRINTED = re.compile(r"(<!-- printed: (?P<words>[^\n]+) -->\n```text\n)(?P<text>.*?)(```\n)", re.DOTALL)
STEADY = "1,1,1,1,1"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example board, with half a year of history."""
    return Path(demo.make(str(tmp_path_factory.mktemp("example") / "demo")).folder)


@pytest.fixture
def at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSFLOW_NOW", "2026-11-20T16:20:00+01:00")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.usefixtures("at_its_end")
def test_the_page_shows_what_the_example_says(example: Path, opsflow: Run) -> None:
    """UPDATE_MANUAL=1 writes it anew."""
    page = PAGE.read_text(encoding="utf-8")

    def printed(found: re.Match[str]) -> str:
        ran = opsflow("-C", example, *found["words"].split())
        assert (ran.status, ran.err) == (0, "")
        return found[1] + ran.out + found[4]

    shown = _PRINTED.sub(printed, page)
    if os.environ.get("UPDATE_MANUAL"):
        PAGE.write_text(shown, encoding="utf-8")
        return
    assert page == shown


def test_the_page_lists_every_measure_with_its_question() -> None:
    rows = [f"| `{name}` | {measures.question(name)} |" for name in measures.FAMILIES["forecast"]]
    assert "\n".join(rows) in PAGE.read_text(encoding="utf-8")


def told(ran: object) -> dict[str, object]:
    view: dict[str, object] = json.loads(ran.out)  # type: ignore[attr-defined]
    return view


@pytest.mark.usefixtures("at_its_end")
def test_the_command_and_the_report_say_the_same(example: Path, opsflow: Run) -> None:
    command = told(opsflow("-C", example, "forecast", "PRJ-WAN", "--by", "2027-02-26", "--format", "json"))
    report = told(
        opsflow(
            "-C", example, "report", "forecast", "-o", "of=PRJ-WAN", "-o", "by=2027-02-26", "--format", "json"
        )
    )
    assert command == report
    every = told(opsflow("-C", example, "forecast", "--format", "json"))
    assert isinstance(every["rows"], list)
    assert next(row for row in every["rows"] if row["subject"] == "PRJ-WAN") == {
        **command["rows"][0],  # type: ignore[index]
    }


@pytest.mark.usefixtures("at_its_end")
def test_an_item_can_be_cut_short_and_a_number_can_be_said_twice(example: Path, opsflow: Run) -> None:
    short, whole = (opsflow("-C", example, "forecast", name).out for name in ("4gv", "OPS-4GVA"))
    assert short == whole
    assert (
        opsflow("-C", example, "forecast", "20").out == opsflow("-C", example, "forecast", "20", "items").out
    )


@pytest.mark.usefixtures("at_its_end")
def test_by_takes_a_day_or_a_slice(example: Path, opsflow: Run) -> None:
    slices = told(opsflow("-C", example, "forecast", "5", "--by", "type", "--format", "json"))["slices"]
    assert isinstance(slices, list)
    assert {each["slice"] for each in slices} >= {"request", "incident"}
    ran = opsflow("-C", example, "forecast", "--by", "soon")
    assert (ran.status, ran.err.splitlines()[0]) == (
        2,
        "opsflow: --by 'soon' is no day; write 2026-12-18, or one of type, class, service, project, person, "
        "label and state.",
    )


@pytest.mark.usefixtures("at_its_end")
def test_csv_has_a_row_for_each_answer(example: Path, opsflow: Run) -> None:
    lines = opsflow("-C", example, "forecast", "--format", "csv").out.splitlines()
    assert lines[0].startswith("kind,subject,title,question,p50,p70,p85,p95,")
    assert len(lines) == 1 + 3 + 4


WRONG = [
    (("20", "apples"), "'20 apples' is no item, no project and no number of items; name one."),
    (("OPS-99",), "There is no item 'OPS-99'."),
    (("--team", "web=1"), "The board has no teams; people.yaml names them under `teams:`."),
    (
        ("--backtest", "OPS-1"),
        "--backtest looks at the whole board; narrow it with --where, --from and --to.",
    ),
    (("--count", "elapsed"), "forecast does not depend on --count; it is for cycle-time"),
    (("--trials", "0"), "'0' is no number of trials; write a whole number from 1 to 1,000,000."),
    (("--sample", "1,2,OPS"), "'1,2,OPS' is no sample"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_makes_no_sense_is_one_sentence(
    board: Path, opsflow: Run, words: tuple[str, ...], said: str
) -> None:
    ran = opsflow("-C", board, "forecast", *words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"opsflow: {said}")


def test_a_young_board_gets_words_and_status_0(board: Path, opsflow: Run) -> None:
    ran = opsflow("-C", board, "forecast")
    assert (ran.status, ran.err) == (0, "")
    assert "No forecast can be made" in ran.out
    assert "5 such days are needed" in ran.out
    for words in (
        ("forecast", "OPS-1"),
        ("forecast", "3"),
        ("forecast", "--backtest"),
        ("simulate", "--wip", "2"),
    ):
        ran = opsflow("-C", board, *words)
        assert (ran.status, ran.err) == (0, "")


def test_a_board_without_a_history_gets_words(tmp_path: Path, opsflow: Run) -> None:
    (tmp_path / "opsflow.yaml").write_text(BOARD)
    for words in (
        ("forecast",),
        ("forecast", "3"),
        ("forecast", "--backtest"),
        ("simulate", "--people", "+1"),
    ):
        ran = opsflow("-C", tmp_path, *words)
        assert (ran.status, ran.err) == (0, "")
        assert "No measures: the board is not in a Git repository" in ran.out


def test_a_sample_needs_no_board(tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = told(opsflow("forecast", "4", "--sample", STEADY, "--now", "2026-05-01", "--format", "json"))
    assert found["rows"][0]["p85"] == "2026-05-07"  # type: ignore[index]
    assert opsflow("forecast", "4").status == 2


def test_in_a_board_its_calendar_counts_for_a_sample(board: Path, opsflow: Run) -> None:
    config = board / "opsflow.yaml"
    config.write_text(config.read_text() + "calendar: {week: mon-wed}\n")
    found = told(opsflow("-C", board, "forecast", "2", "--sample", STEADY, "--format", "json"))
    assert found["rows"][0]["p85"] == "2026-01-13"  # type: ignore[index]


def test_a_table_of_events_can_be_forecast(tmp_path: Path, opsflow: Run) -> None:
    rows = ["item,field,value,entered"]
    rows += [
        f"A-{day},state,{state},2026-01-{day:02}T09:00Z"
        for day in range(1, 31)
        for state in ("Doing", "Done")
    ]
    table = tmp_path / "events.csv"
    table.write_text("\n".join(rows) + "\n")
    words = (
        "--events",
        table,
        "--workflow",
        "Doing:active,Done:done",
        "--now",
        "2026-01-31",
        "--week",
        "mon-sun",
    )
    found = told(opsflow("forecast", "10", *words, "--format", "json"))
    assert found["rows"][0]["p85"] in ("2026-02-10", "2026-02-11")  # type: ignore[index]
    assert opsflow("forecast", "--backtest", *words).status == 0
    assert opsflow("simulate", *words).status == 0


@pytest.mark.usefixtures("at_its_end")
def test_equal_questions_have_equal_bytes_whatever_the_process(example: Path) -> None:
    """Sets of words have another order in every process; a forecast has not."""
    outs = set()
    for seed in ("1", "2"):
        words = [sys.executable, "-m", "opsflow", "-C", str(example), "forecast", "--format", "json"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        outs.add(subprocess.run(words, capture_output=True, check=True, env=environment).stdout)
        words[-3:] = ["simulate", "--wip", "doing=4", "--runs", "10"]
        outs.add(subprocess.run(words, capture_output=True, check=True, env=environment).stdout)
    assert len(outs) == 2


def test_nothing_is_written(board: Path, opsflow: Run) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(board.rglob("*"))}
    opsflow("-C", board, "forecast")
    opsflow("-C", board, "simulate")
    assert {path: path.stat().st_mtime_ns for path in sorted(board.rglob("*"))} == before


def test_a_shallow_clone_says_why_there_is_no_forecast(board: Path, tmp_path: Path, opsflow: Run) -> None:
    clone = tmp_path / "clone"
    stories.git(None, "clone", "-q", "--depth=1", f"file://{board}", str(clone))
    ran = opsflow("-C", clone, "forecast")
    assert ran.status == 0
    assert "No measures: the clone is shallow" in ran.out


def test_an_item_that_is_over_is_told_so(board: Path, opsflow: Run) -> None:
    stories.add(str(board), [{"files": {"items/OPS-1-edge.yaml": item("Renew edge certificates", "done")}}])
    stories.git(str(board), "reset", "-q", "--hard")
    assert "OPS-1 is over" in opsflow("-C", board, "forecast", "OPS-1").out

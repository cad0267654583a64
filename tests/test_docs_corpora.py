"""What docs/ says of two real repositories is what opsflow answers, by the commands that stand beside it.

Without the corpora (see history/test_corpora.py) these tests are skipped. UPDATE_MANUAL=1 writes the tables
of docs/real-boards.md and docs/forecast.md anew.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from opsflow import cli, measures

ROOT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("OPSFLOW_CORPORA", ROOT.parent / "shared" / "corpora"))
AS_OF = {"keps": "2026-07-24", "eips": "2026-08-22"}
"""The day of the last commit of each."""
CLONE = {"keps": "enhancements", "eips": "EIPs"}
NAME = {"keps": "KEPs", "eips": "EIPs"}
YEARS = "--from 2020 --to 2026-06"
View = Mapping[str, Any]


def days(view: View) -> str:
    return f"{view['p50_days']:,} days; 85% within {view['p85_days']:,}; n = {view['n']}"


def at_once(view: View) -> str:
    return f"{days(view)}, {view['at_once']} of them at once"


class Row(NamedTuple):
    question: str
    words: str
    """What to ask, after `opsflow -C CLONE report`; {way} is from the first to the last state."""
    said: Callable[[View], str]


WAY = {"keps": "provisional..implemented", "eips": "Draft..Final"}
ROWS = (
    Row("From the first draft to the end, half within", f"cycle-time --between {{way}} {YEARS}", days),
    Row("From the start of work to the end, half within", f"cycle-time {YEARS}", at_once),
    Row("Finished", f"throughput {YEARS}", lambda view: f"{view['n']}, {view['mean_week']:.2g} a week"),
    Row(
        "In progress at the end of June 2026",
        f"wip {YEARS}",
        lambda view: f"{view['now']}; {view['mean']:.1f} on average",
    ),
    Row(
        "Begun and left in 2025",
        "net-flow --from 2025 --to 2025",
        lambda view: f"{view['arrivals']} and {view['departures']}: {view['net']:+}",
    ),
    Row(
        "Begun and given up",
        f"discarded {YEARS}",
        lambda view: f"{view['n']}, after {view['days_spent']:,} days in progress",
    ),
    Row(
        "Went back to an earlier state",
        f"rework {YEARS}",
        lambda view: f"{view['n']} times, not recovered {view['open']}; finished before {view['reopened']}",
    ),
    Row(
        "Where the time goes",
        f"time-in-state {YEARS}",
        lambda view: ", ".join(
            f"{row['title']} {row['share']:.0%}"
            for row in sorted(view["rows"], key=lambda row: -row["share"])[:3]
        ),
    ),
    Row(
        "Within what the board expects",
        f"expectations {YEARS}",
        lambda view: "; ".join(
            f"{row['kept_share']:.0%} in {row['within_days']:,} days, meant were {row['share']:.0%}"
            for row in view["rows"]
        ),
    ),
    Row(
        "Mean cycle time beside mean time in progress",
        f"littles-law {YEARS}",
        lambda view: f"{view['mean_cycle_time_days']:.0f} and {view['residence_days']:.0f} days",
    ),
    Row(
        "The oldest in progress",
        "ageing",
        lambda view: f"{view['rows'][0]['id']}, {view['oldest_days']:,} days",
    ),
)


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The two repositories with the examples' opsflow.yaml, which is not committed."""
    found = {}
    for name in AS_OF:
        bundle = CORPORA / f"{name}.bundle"
        if not bundle.exists():
            pytest.skip(f"{bundle} is not here; OPSFLOW_CORPORA names the folder of the corpora")
        folder = tmp_path_factory.mktemp("corpora") / name
        subprocess.run(["git", "clone", "--quiet", bundle, folder], check=True)
        shutil.copy(ROOT / "examples" / "sources" / name / "opsflow.yaml", folder)
        found[name] = folder
    return found


def ask(folder: Path, *words: str) -> Any:
    """The answer of opsflow as data."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run(["-C", str(folder), *words, "--format", "json"])
    assert status == 0, err.getvalue()
    return json.loads(out.getvalue())


def reported(clones: Mapping[str, Path], name: str) -> list[str]:
    """The cells of a repository: measures that are asked the same are asked at once."""
    groups: dict[str, list[str]] = {}
    for row in ROWS:
        measure, _, options = row.words.format(way=WAY[name]).partition(" ")
        groups.setdefault(options, []).append(measure)
    views: dict[tuple[str, str], View] = {}
    for options, asked in groups.items():
        found = ask(clones[name], "report", *asked, *shlex.split(options), "--at", AS_OF[name])
        for measure, view in zip(asked, found if len(asked) > 1 else [found], strict=True):
            views[measure, options] = view
    cells = []
    for row in ROWS:
        measure, _, options = row.words.format(way=WAY[name]).partition(" ")
        cells.append(row.said(views[measure, options]))
    return cells


def corpora_table(clones: Mapping[str, Path]) -> str:
    cells = [reported(clones, name) for name in AS_OF]
    lines = ["| | KEPs | EIPs | `opsflow report` |", "| --- | --- | --- | --- |"]
    for row, *found in zip(ROWS, *cells, strict=True):
        words = row.words.format(way=WAY["keps"])
        lines.append(f"| {row.question} | {' | '.join(found)} | `{words}` |")
    return "".join(f"{line}\n" for line in lines)


def backtests_table(clones: Mapping[str, Path]) -> str:
    lines = [
        "| Board | Window | How many in 14 days | How many in 28 days | When for so many | Items in progress |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in AS_OF:
        for window in ("90d", "365d"):
            words = ("forecast", "--backtest", "--last", window, "--at", AS_OF[name])
            rows = ask(clones[name], *words)["rows"]
            shares = [
                f"{row['held85_share']:.0%} of {row['n85']}" if row["n85"] else "nothing is said"
                for row in rows
            ]
            lines.append(f"| {NAME[name]} | {window.removesuffix('d')} days | {' | '.join(shares)} |")
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize(
    ("page", "name", "made"),
    [("real-boards", "corpora", corpora_table), ("forecast", "backtests", backtests_table)],
)
def test_the_table_says_what_opsflow_says(
    page: str, name: str, made: Callable[[Mapping[str, Path]], str], clones: Mapping[str, Path]
) -> None:
    path = ROOT / "docs" / f"{page}.md"
    text = path.read_text(encoding="utf-8")
    wanted = f"<!-- made: {name} -->\n\n{made(clones)}"
    expected, times = re.subn(rf"<!-- made: {name} -->\n\n(?:\|[^\n]*\n)*", lambda _: wanted, text)
    if os.environ.get("UPDATE_MANUAL"):
        path.write_text(expected, encoding="utf-8")
    assert (text, times) == (expected, 1)


@pytest.mark.parametrize("name", AS_OF)
def test_every_measure_has_an_answer(name: str, clones: Mapping[str, Path]) -> None:
    """Also those that simulate, and where a board has no people, services or costs."""
    counted = ask(clones[name], "report", "all", "--at", AS_OF[name], "--last", "365d")
    assert [view["measure"] for view in counted] == [
        name for name in measures.ALL if name not in measures.SIMULATED
    ]
    forecast = ask(clones[name], "forecast", "30", "--at", AS_OF[name], "--last", "365d")
    replayed = ask(clones[name], "simulate", "--wip", "20", "--at", AS_OF[name], "--last", "365d")
    for view in (*counted, forecast, replayed):
        assert view["title"], view["measure"]
        facts = [fact.key for fact in measures.facts(view["measure"]) if view[fact.key] is None]
        assert view["reason"] or set(facts) <= set(view.get("reasons", ())), view["measure"]

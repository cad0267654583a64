"""The build: what it says it made, and what it could not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsflow import facts
from opsflow.errors import OpsflowError
from opsflow.model import Finding
from opsflow.site import build, layout, plot
from opsflow.site.shop import Options
from tests import stories
from tests.site import sample

PLAIN = Options(charts=False)


def test_a_build_says_what_it_made_and_how_far_it_is(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int | None]] = []
    made = build.build(
        sample.facts(5), (), str(tmp_path / "site"), options=PLAIN, progress=lambda *step: steps.append(step)
    )
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert made.index == str(tmp_path / "site" / "index.html")
    assert made.files == made.written == len(files) - 1
    assert made.size == sum(path.stat().st_size for path in files if path.name != ".opsflow-site.json")
    assert steps == [("Building pages", n, 5) for n in range(1, 6)]


def test_what_is_left_out_is_said_with_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plot, "available", lambda: False)
    monkeypatch.setattr(layout, "program", lambda: None)
    made = build.build(sample.facts(5), (), str(tmp_path / "site"))
    assert made.missing == (
        "Charts are left out; pip install 'opsflow[site]' draws them.",
        "Dependency pictures are left out; pip install 'opsflow[site]' or Graphviz draws them.",
    )
    assert build.build(sample.facts(5), (), str(tmp_path / "site"), options=PLAIN).missing == made.missing[1:]


def test_a_site_is_the_same_whoever_judges_it_and_however_many_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = sample.facts(5)
    monkeypatch.setattr(build, "_helpers", lambda: 0)
    build.build(known, sample.findings(known), str(tmp_path / "alone"), options=PLAIN)
    monkeypatch.setattr(build, "_helpers", lambda: 2)
    monkeypatch.setattr(build, "WORTH", 1)
    build.build(known, sample.findings, str(tmp_path / "together"), options=PLAIN)
    alone, together = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in ("alone", "together")
    )
    assert alone == together
    assert {"board.html", "events.csv", "metrics.txt", "find-items-1.js", "rules.html"} <= alone.keys()


def test_a_build_whose_judging_fails_leaves_nothing(tmp_path: Path) -> None:
    def judge(facts: facts.Facts) -> tuple[Finding, ...]:
        raise OpsflowError("No rule can be asked.")

    with pytest.raises(OpsflowError, match="No rule can be asked"):
        build.build(sample.facts(5), judge, str(tmp_path / "site"), options=PLAIN)
    assert list(tmp_path.iterdir()) == []


def test_a_build_into_the_wrong_place_does_not_begin(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    steps: list[object] = []
    with pytest.raises(OpsflowError, match=r"mine\.txt"):
        build.build(sample.facts(3), (), str(tmp_path), progress=lambda *step: steps.append(step))
    assert steps == []


def test_the_moment_of_a_site_is_its_commits_with_the_clock_mended(tmp_path: Path) -> None:
    config = "board: B\nkey: OPS\nworkflow: [{state: doing, kind: active}, {state: done, kind: done}]\n"
    steps: list[stories.Step] = [
        {"at": "2026-01-05 09:00", "files": {"opsflow.yaml": config}},
        {"at": "2026-01-08 09:00", "files": {"items/OPS-1.yaml": "title: One\nstate: doing\n"}},
        {"at": "2026-01-02 09:00", "files": {"items/OPS-1.yaml": "title: Two\nstate: doing\n"}},
    ]
    root = stories.make(tmp_path / "board", steps)
    found = facts.gather(root, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert build.as_of_commit(found).now == datetime(2026, 1, 8, 9, tzinfo=UTC)
    assert build.as_of_commit(replace(found, history=None)).now == datetime(2026, 1, 2, 9, tzinfo=UTC)


def test_nothing_that_is_shown_turns_the_direction_of_text(tmp_path: Path) -> None:
    """Titles of types and states, too, which stand in labels of icons and in descriptions of charts."""
    turned, known = "x\u202ey\u2066z", sample.facts(5)
    board = known.board._replace(
        states=tuple(state._replace(title=turned) for state in known.board.states),
        types={name: each._replace(title=turned) for name, each in known.board.types.items()},
        items={name: each._replace(title=turned) for name, each in known.board.items.items()},
    )
    told = replace(known, board=board)
    build.build(told, sample.findings(told), str(tmp_path / "site"))
    for path in (tmp_path / "site").rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js", ".atom"):
            assert not set("\u202e\u2066") & set(path.read_text()), path
    assert r"x\u202ey\u2066z" in (tmp_path / "site/board.html").read_text()

"""The flow page says what changed in the rules, on the days that its charts mark."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsflow import facts as facing
from opsflow.site import build, plot
from tests import stories

BOARD = """\
board: Test
key: OPS
workflow: [{state: doing, kind: active, wip: 4}, {state: done, kind: done}]
"""
HOSTILE = "people: {eve: {name: '<img src=x onerror=alert(1)> & `Eve`'}}\n"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The flow page of a board whose limit and people changed."""
    folder = tmp_path_factory.mktemp("marks")
    steps: list[stories.Step] = [
        {"at": "2026-03-02 09:00", "files": {"opsflow.yaml": BOARD, "people.yaml": "people: {}\n"}},
        {"at": "2026-03-03 09:00", "files": {"items/OPS-1.yaml": "title: One\nstate: doing\n"}},
        {"at": "2026-03-04 09:00", "files": {"opsflow.yaml": BOARD.replace("wip: 4", "wip: 3")}},
        {"at": "2026-03-18 09:00", "files": {"people.yaml": HOSTILE}},
        {"at": "2026-03-20 09:00", "files": {"items/OPS-1.yaml": "title: One\nstate: done\n"}},
    ]
    path = stories.make(folder / "board", steps)
    facts = facing.gather(path, now=datetime(2026, 3, 20, 12, tzinfo=UTC), cache=False)
    build.build(facts, (), str(folder / "out"))
    return Path(folder, "out", "flow.html").read_text(encoding="utf-8")


def test_changes_are_listed_once_with_day_words_and_commit(page: str) -> None:
    section = page.partition('id="rules-changed"')[2].partition("</section>")[0]
    rows = re.findall(r"<li><b>(\d)</b>.*?datetime=\"(.*?)\".*?<span>(.*?)</span>", section)
    assert rows == [
        ("2", "2026-03-18", "new person eve (&lt;img src=x onerror=alert(1)&gt; &amp; <code>Eve</code>)"),
        ("1", "2026-03-04", "limit Doing: at most 4 → 3"),
    ]
    assert len(re.findall(r'<span class="end mono">[0-9a-f]{7}</span>', section)) == 2


@pytest.mark.skipif(not plot.available(), reason="the extra opsflow[site] is not installed")
def test_each_chart_with_days_across_marks_them_and_leads_to_the_list(page: str) -> None:
    assert page.count('<a href="#rules-changed">2 changes of the rules</a>') == 5
    assert page.count("<title>1: 4 Mar, limit Doing: at most 4 → 3</title>") == 2 * 5
    assert "<img" not in page

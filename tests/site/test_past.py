"""The board's past: what was known then, whatever was said later; cut from its oldest end where it is too much."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsflow import demo, facts
from opsflow.model import OVER
from opsflow.site import past
from opsflow.site.shop import open_shop
from tests import stories
from tests.site import sample
from tests.varied import replace

BOARD = """board: Test
key: OPS
timezone: Europe/Berlin
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active}
  - {state: done, kind: done}
"""


def at(known: past.Past, stop: int) -> dict[str, str]:
    """Where each item stood at a stop."""
    found = {}
    for key, steps in known.items:
        states = [state for from_, state in steps if from_ <= stop]
        if states and states[-1] != past.AWAY:
            found[key] = known.states[states[-1]]
    return found


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("past") / "board")
    demo.make(folder)
    return folder


def test_every_stop_shows_the_board_as_its_commit_has_it(example: str) -> None:
    known = facts.gather(example, now=demo_now(example), cache=False)
    found = past.told(known)
    assert found is not None and known.history is not None and not found.cut
    over = {state.name for state in known.board.states if state.kind in OVER}
    assert len(found.stops) > 60
    for number in (*range(0, len(found.stops), 9), len(found.stops) - 1):
        commit = known.history.commits[found.stops[number].commit].id
        then = facts.gather(example, now=known.now, at=commit, history=False, cache=False).board.items
        shown = at(found, number)
        assert {key: state for key, state in shown.items() if state not in over} == {
            key: item.state for key, item in then.items() if item.state not in over
        }, commit
        assert {key for key, state in shown.items() if state in over} <= {
            key for key, item in then.items() if item.state in over
        }


def demo_now(folder: str) -> datetime:
    return datetime.fromisoformat(stories.git(folder, "log", "-1", "--format=%cI").strip())


def test_weeks_then_commits_and_what_is_over_goes_away(tmp_path: Path) -> None:
    folder = stories.make(
        tmp_path / "board",
        [
            {
                "at": "2026-01-06 09:00",
                "files": {"opsflow.yaml": BOARD, "items/OPS-1.yaml": "title: Old\nstate: doing\n"},
            },
            {"at": "2026-01-20 09:00", "files": {"items/OPS-1.yaml": "title: Old\nstate: done\n"}},
            {"at": "2026-01-20 10:00", "files": {"items/OPS-2.yaml": "title: Odd\nstate: parked\n"}},
            {
                "at": "2026-03-01 09:00",
                "files": {
                    "items/OPS-3.yaml": "title: Told late\nstate: doing\nentered: {doing: 2026-02-01}\n"
                },
            },
            {"at": "2026-03-02 09:00", "files": {"items/OPS-2.yaml": None}},
            {"at": "2026-03-03 09:00", "files": {"items/OPS-3.yaml": "title: Told late\nstate: ready\n"}},
        ],
    )
    known = past.told(facts.gather(folder, now=datetime(2026, 3, 4, tzinfo=UTC), cache=False))
    assert known is not None
    assert [(f"{stop.day:%m-%d}", stop.clock, at(known, n)) for n, stop in enumerate(known.stops)] == [
        ("01-11", "", {"OPS-1": "doing"}),
        ("01-18", "", {"OPS-1": "doing"}),
        ("01-25", "", {"OPS-1": "done", "OPS-2": "parked"}),
        ("02-01", "", {"OPS-1": "done", "OPS-2": "parked"}),
        ("02-08", "", {"OPS-2": "parked"}),
        ("02-15", "", {"OPS-2": "parked"}),
        ("02-22", "", {"OPS-2": "parked"}),
        ("03-01", "10:00", {"OPS-2": "parked", "OPS-3": "doing"}),
        ("03-02", "10:00", {"OPS-3": "doing"}),
    ]
    assert known.states == ("ready", "doing", "done", "parked")


def test_what_is_too_much_loses_its_oldest_stops_first() -> None:
    known = sample.facts(400)
    whole = past.told(known, 10**9)
    assert whole is not None and not whole.cut
    sizes = []
    for largest in (25_000, 17_000, 12_000):
        found = past.told(known, largest)
        assert found is not None and found.cut
        assert found.stops == whole.stops[-len(found.stops) :]
        skipped = len(whole.stops) - len(found.stops)
        for stop in range(0, len(found.stops), 7):
            assert at(found, stop) == at(whole, stop + skipped)
        data = past.page(open_shop(known, (), False), found).data
        assert len(data) <= largest
        sizes.append(len(found.stops))
    assert sizes == sorted(sizes, reverse=True) and sizes[-1] > 0
    assert past.told(known, 100) is None


def test_what_the_script_loads_is_only_data() -> None:
    known = sample.facts(30, spoil=lambda text: f"{text}</script>\u2028" if text else "")
    found = past.told(known)
    assert found is not None
    text = past.page(open_shop(known, (), False), found).data.decode()
    assert text.startswith('opsflow.data("past-data",[') and text.endswith("]);\n")
    assert "<" not in text and "\u2028" not in text
    about, *rows = json.loads(text.removeprefix('opsflow.data("past-data",').removesuffix(");\n"))
    assert [column[0][:5] for column in about["columns"]][:3] == ["Reque", "Ready", "In pr"]
    assert {row[0] for row in rows} <= set(known.board.items)
    assert all(row[1].endswith("</script>\u2028") for row in rows)


def test_without_a_history_there_is_no_past() -> None:
    known = sample.facts(10)
    assert past.told(replace(known, history=None, gap="no repository")) is None
    assert past.told(sample.facts(0)) is None

"""Views are plain data: what a page, a terminal and JSON take as it is."""

import math
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from opsflow import demo, reports, rules
from opsflow.facts import Facts, gather
from opsflow.formats import json
from opsflow.model import Board, Finding
from opsflow.reports import item as item_report
from opsflow.reports import items as items_report
from tests import told
from tests.boards import facts_in
from tests.reports import small_board


def strange(value: Any, path: str = "") -> Iterator[str]:
    """Where a value is not what JSON has: a subclass, such as an enumeration's, is not plain either."""
    if type(value) is dict:
        for key, inner in value.items():
            if type(key) is not str:
                yield f"{path}: the key {key!r}"
            yield from strange(inner, f"{path}.{key}")
    elif type(value) is list:
        for number, inner in enumerate(value):
            yield from strange(inner, f"{path}[{number}]")
    elif type(value) not in (str, int, float, bool, type(None)) or value in (math.inf, -math.inf):
        yield f"{path}: {value!r}"


def views(facts: Facts, findings: tuple[Finding, ...]) -> Iterator[tuple[str, Any]]:
    """Every view that there is of these facts."""
    for name in reports.ALL:
        yield name, reports.view(name, facts, findings)
    yield "items", items_report.view(facts, findings)
    for id in facts.board.items:
        yield id, item_report.view(facts, findings, id)


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Facts, tuple[Finding, ...]]]:
    folder = tmp_path_factory.mktemp("example") / "board"
    demo.make(str(folder))
    example = gather(str(folder), now=demo.read().now.astimezone(UTC), cache=False)
    bare = gather(str(folder), now=example.now, history=False)
    return {
        "the example": (example, rules.judge(example)),
        "the example without its history": (bare, rules.judge(bare)),
        "a small board": (small_board.facts(), small_board.FINDINGS),
        "an empty board": (told.facts(Board("", "", (), {})), ()),
    }


@pytest.mark.parametrize(
    "name", ["the example", "the example without its history", "a small board", "an empty board"]
)
def test_every_view_is_plain_data(boards: dict[str, tuple[Facts, tuple[Finding, ...]]], name: str) -> None:
    seen = 0
    for which, view in views(*boards[name]):
        assert list(strange(view, which)) == []
        seen += len(json.render(view))
    assert seen > 5_000


def test_what_is_not_plain_is_found() -> None:
    assert list(strange({"a": [Path("x"), (), {1: 2}, math.inf]}, "v")) == [
        f"v.a[0]: {Path('x')!r}",
        "v.a[1]: ()",
        "v.a[2]: the key 1",
        "v.a[3]: inf",
    ]


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("off", "The rule stale is off."),
        ("warning", "The rule stale is a warning."),
        ("{after: 14d}", "The rule stale applies after 14 days."),
        ("{severity: error, after: 1d}", "The rule stale is an error, after 1 day."),
        ("{after: 12h}", "The rule stale applies after 12 hours."),
    ],
)
def test_what_a_board_says_about_a_rule_is_a_sentence(setting: str, sentence: str) -> None:
    view = reports.view("rules", facts_in(f"rules: {{stale: {setting}}}\nOPS-1: {{state: ready}}"), ())
    assert view["policies"]["rules"] == [{"rule": "stale", "sentence": sentence}]

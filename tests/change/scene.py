"""Boards in Git repositories, and what a change in them is found to have done."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opsflow import change, rules
from opsflow.comparison import compare
from opsflow.facts import Facts
from tests import stories

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
BOARD = """\
board: Operations
key: OPS
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 2}
  - {state: done, kind: done}
  - {state: dropped, kind: discarded}
"""


def item(state: str, *more: str, title: str = "Some work") -> str:
    """The text of an item that is somebody's."""
    lines = (f"title: {title}", f"state: {state}", "assignees: [maria]", *more)
    return "".join(f"{line}\n" for line in lines)


START: stories.Step = {
    "files": {
        "opsflow.yaml": BOARD,
        "items/OPS-1.yaml": item("doing"),
        "items/OPS-2.yaml": item("ready"),
        "items/OPS-3.yaml": item("ready"),
    }
}
"""One place in `doing` is free."""


def write(folder: str, path: str, text: str | None) -> None:
    """Change a file of the working folder; None deletes it."""
    place = Path(folder) / path
    if text is None:
        place.unlink()
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def told(facts: Facts) -> dict[str, list[str]]:
    """What the change made, made worse, left and mended: rules, and the messages of errors."""
    assert facts.base is not None
    compared = compare(rules.judge(facts.base), rules.judge(facts))
    parts: dict[str, Any] = {
        "made": compared.made,
        "worse": [after for _, after in compared.worse],
        "left": compared.left,
        "mended": compared.mended,
    }
    return {
        name: [f"{each.rule} {each.item or each.place.path}" for each in part]
        for name, part in parts.items()
        if part
    }


def of(folder: str, base: str, **more: Any) -> Facts:
    """The change in a folder since a revision."""
    return change.of(folder, base, now=NOW, cache=False, **more)


def merged(folder: str, *branches: str, **more: Any) -> change.Merged:
    """What merging branches makes of the board in a folder."""
    return change.merged(folder, branches, now=NOW, cache=False, **more)


def commit_of(facts: Facts) -> str:
    """The commit where a change begins."""
    assert facts.base is not None and facts.base.commit is not None
    return facts.base.commit.id


def rev(folder: str, name: str) -> str:
    """The full id of a revision."""
    return stories.git(folder, "rev-parse", name)

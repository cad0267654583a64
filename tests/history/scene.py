"""A small board for tests of the history, and short forms of what `tell` returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from opsflow.history import repository, story
from opsflow.history.repository import Repository
from opsflow.model import Board, History, Span
from opsflow.reading import board as boards

CONFIG = """board: Test
key: OPS
workflow:
  - {state: inbox, kind: backlog}
  - {state: ready, kind: backlog}
  - {state: doing, kind: active}
  - {state: vendor, kind: waiting}
  - {state: done, kind: done}
types: {task: {}, incident: {planned: false}}
"""
IGNORING = f"{CONFIG}ignore_revs: mass-edits.txt\n"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BROKEN = "title: [One\nstate: doing\n"


def item(state: str, title: str = "One", **fields: str) -> str:
    """The text of an item."""
    return "".join(f"{key}: {value}\n" for key, value in {"title": title, "state": state, **fields}.items())


def board(config: str = CONFIG, **files: str) -> Board:
    """The board that a config makes, without items."""
    return boards.load({"opsflow.yaml": config.encode()} | {k: v.encode() for k, v in files.items()})[0]


def opened(path: str) -> Repository:
    """The repository at a path."""
    found = repository.find(path)
    assert found is not None
    return found


def tell(path: str, config: str = CONFIG, *, cache: bool = False, **options: Any) -> History:
    """The history of the board at a path, told at NOW, without the index."""
    return story.tell(opened(path), board(config), **{"now": NOW, "cache": cache, **options})


def at(moment: datetime | None) -> str:
    """A moment as `01-05 09:00`, in UTC; empty for none."""
    return f"{moment:%m-%d %H:%M}" if moment else ""


def moves(history: History, id: str = "OPS-A1") -> list[str]:
    """The transitions of an item: `01-05 09:00 inbox > doing`."""
    return [
        f"{at(each.at)} {each.before or '-'} > {each.after or '-'}"
        for each in history.stories[id].transitions
    ]


def spans(held: Iterable[Span]) -> list[str]:
    """Spans: `01-05 09:00 .. 01-06 09:00 maria`, and by whom in brackets."""
    return [
        f"{at(span.start)} .. {at(span.end)} {span.value}" + (f" [{span.by}]" if span.by else "")
        for span in held
    ]


def states(history: History, id: str = "OPS-A1") -> list[str]:
    """The spans of an item's state."""
    return spans(history.stories[id].states)


def everything(history: History) -> tuple[Any, ...]:
    """All of a history as plain values, to compare two of them."""
    return history.commits, dict(history.stories), list(history.stories), history.gaps


def tree(files: Mapping[str, str]) -> dict[str, bytes]:
    """A working folder."""
    return {path: text.encode() for path, text in files.items()}

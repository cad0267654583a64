"""Boards in a few lines: what the manual of a rule shows is what its test reads.

    OPS-1: {state: ready}                   an item; it gets a title where it has none
    OPS-1..OPS-200: {state: ready}          many items
    items/web/OPS-1.yaml: {state: ready}    an item in a file of that path
    items/OPS-1.yaml:                       a file as it stands
        title: Renew edge certificates
        state: ready
    limits: [{states: [doing], max: 2}]     a section of opsflow.yaml, people.yaml or catalog.yaml
    today: 2026-03-20                       noon (UTC) of that day is now
    2026-03-02 OPS-1: {state: doing}        what the commit of that day wrote; `gone` deletes
    history: only the last commit is here   why there is no history
    before:                                 the whole board before a change, in this notation, indented
        OPS-1: {state: ready}

Lines without a day belong to the first commit where there are commits; without any there is no
history. The board has a workflow and types of its own unless the lines give others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha1
from textwrap import dedent, indent

from opsflow.change.between import beside
from opsflow.facts import Facts
from opsflow.model import Board, Commit, History, Item, Span, Story, Transition, Version, order_key
from opsflow.reading import board as boards

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""
SECTIONS = {
    "people.yaml": ("people", "teams"),
    "catalog.yaml": ("services", "vendors", "projects"),
}
BOARD = {
    "board": "Infrastructure and operations",
    "key": "OPS",
    "timezone": "UTC",
    "workflow": "[{state: inbox, kind: backlog}, {state: ready, kind: backlog}, "
    "{state: doing, kind: active}, {state: vendor, kind: waiting}, {state: review, kind: active}, "
    "{state: done, kind: done}, {state: dropped, kind: discarded}]",
    "types": "{request: {}, incident: {planned: false}, security: {}, maintenance: {}, project: {}, "
    "improvement: {}}",
}
Files = dict[str, bytes]
Step = tuple[datetime, Mapping[str, str | None]]
"""When it was committed, and what it wrote; None deletes."""


def facts_of(
    files: Mapping[str, str],
    now: datetime | date = NOW,
    history: Sequence[Step] = (),
    gap: str = "the board is not in a Git repository",
) -> Facts:
    """The facts of a board whose files (or ids, or sections) have these texts; after commits, if any."""
    now = now if isinstance(now, datetime) else noon(now)
    states = list(_states(files, history))
    told = tell([(at, board_of(tree)) for at, tree in states]) if history else None
    tree = states[-1][1]
    board, faults = boards.load(tree)
    return Facts(board, faults, tree, now, told, "" if told else gap)


def facts_in(text: str, rules_from: str = "base") -> Facts:
    """The facts of a board in the notation above; of a change, judged by the rules of one side."""
    steps: dict[datetime, dict[str, str | None]] = {}
    files: dict[str, str] = {}
    now, gap, before = NOW, "the board is not in a Git repository", ""
    for day, name, value in _lines(text):
        if name == "before":
            before = value
        elif name == "today":
            now = noon(date.fromisoformat(value))
        elif name == "history":
            gap = value
        elif day:
            steps.setdefault(noon(date.fromisoformat(day)), {})[name] = None if value == "gone" else value
        else:
            files |= dict.fromkeys(_each(name), value)
    facts = facts_of(files, now, list(steps.items()), gap)
    return beside(replace(facts_in(before), now=facts.now), facts, rules_from) if before else facts


def board_of(tree: Mapping[str, bytes]) -> Board:
    """The board of a tree, whatever its faults."""
    return boards.load(tree)[0]


def tree_of(files: Mapping[str, str]) -> Files:
    """The tree that short names and texts stand for, with an opsflow.yaml."""
    sections = {"opsflow.yaml": dict(BOARD)}
    tree: Files = {}
    for name, text in files.items():
        if "." in name:
            tree[name] = _text(text).encode()
        elif re.fullmatch(r"[A-Z][A-Z0-9]*-[0-9A-Z]+", name):
            tree[f"items/{name}.yaml"] = _text(text).encode()
        else:
            file = next((file for file, names in SECTIONS.items() if name in names), "opsflow.yaml")
            sections.setdefault(file, {})[name] = text
    for file, texts in sections.items():
        body = "".join(f"{name}:{_section(text)}\n" for name, text in texts.items())
        tree.setdefault(file, body.encode())
    return tree


def noon(day: date) -> datetime:
    """Noon of a day, UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


# -- the notation -------------------------------------------------------------------------------


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    """Day or empty, name and value of each entry; a value may be the indented lines below its name."""
    for entry in re.split(r"\n(?=\S)", dedent(text).strip("\n")):
        found = re.fullmatch(r"(?:(\d{4}-\d\d-\d\d) )?([^\s:]+):(?:[ ](.*)|\n(.*))", entry, re.DOTALL)
        assert found, f"not an entry of a short board: {entry!r}"
        day, name, value, block = found.groups()
        yield day or "", name, dedent(block) + "\n" if value is None else value.strip()


def _each(name: str) -> Iterable[str]:
    first, dots, last = name.partition("..")
    if not dots:
        return [name]
    prefix, _, start = first.rpartition("-")
    return [f"{prefix}-{number}" for number in range(int(start), int(last.rpartition("-")[2]) + 1)]


def _section(text: str) -> str:
    """The value of a key: behind it, or below it and indented where it has several lines."""
    return "\n" + indent(text.rstrip("\n"), "  ") if "\n" in text else f" {text}"


def _text(text: str) -> str:
    """The text of a file: `{state: ready, due: …}` becomes one key a line, with a title."""
    if not text.startswith("{"):
        return text
    lines = _parts(text[1:-1])
    titled = any(line.startswith("title:") for line in lines)
    return "".join(f"{line}\n" for line in (lines if titled else ["title: Some work", *lines]))


def _parts(text: str) -> list[str]:
    """A flow mapping's entries: split at the commas that no bracket holds."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


# -- history ------------------------------------------------------------------------------------


def _states(files: Mapping[str, str], history: Sequence[Step]) -> Iterator[tuple[datetime, Files]]:
    """The tree after each commit; or the only one there is, at no matter when."""
    present = dict(files)
    for at, written in history:
        present |= {name: text for name, text in written.items() if text is not None}
        for name in (name for name, text in written.items() if text is None):
            del present[name]
        yield at, tree_of(present)
    if not history:
        yield NOW, tree_of(present)


def tell(versions: Sequence[tuple[datetime, Board]]) -> History:
    """The history of a line of boards, in the plainest way: each board is compared with the one before."""
    commits: list[Commit] = []
    stories: dict[str, Story] = {}
    before: Mapping[str, Item] = {}
    for number, (stamp, board) in enumerate(versions):
        at = max(stamp, commits[-1].at) if commits else stamp
        id_ = sha1(f"commit {number}".encode()).hexdigest()
        commit = Commit(id_, at, "Maria", "maria@example.org", f"Commit {number}", stamp)
        commits.append(commit)
        for name in sorted({*before, *board.items}, key=order_key):
            old, new = before.get(name), board.items.get(name)
            if old != new:
                stories[name] = _told(stories.get(name), old, new, commit)
        before = board.items
    return History(tuple(commits), {name: stories[name] for name in sorted(stories, key=order_key)})


def _told(story: Story | None, old: Item | None, new: Item | None, commit: Commit) -> Story:
    """The story with one more change."""
    item = new or old
    assert item is not None
    story = story or Story(item.id, item.title, (), (), ())
    blob = sha1(repr(new).encode()).hexdigest() if new else ""
    moves, at = story.transitions, commit.at
    states = [(old.state, "")] if old else [], [(new.state, "")] if new else []
    if states[0] != states[1]:
        at = min(at, new.entered.get(new.state, at)) if new else at
        before, after = old.state if old else None, new.state if new else None
        moves = (*moves, Transition(item.id, before, after, at, commit, before, after))
    return Story(
        item=item.id,
        title=item.title,
        versions=(*story.versions, Version(commit, item.path, blob)),
        transitions=moves,
        states=_spans(story.states, states[1], at, commit),
        blocked=_spans(story.blocked, _blocked(new), commit.at, commit),
        assigned=_spans(story.assigned, [(name, "") for name in new.assignees] if new else [], at, commit),
        classes=_spans(story.classes, [(new.class_, "")] if new else [], commit.at, commit),
        types=_spans(story.types, [(new.type, "")] if new else [], commit.at, commit),
        gone=None if new else commit.at,
    )


def _blocked(item: Item | None) -> list[tuple[str, str]]:
    return [(item.blocked.reason, item.blocked.by)] if item and item.blocked else []


def _spans(
    spans: tuple[Span, ...], values: list[tuple[str, str]], at: datetime, commit: Commit
) -> tuple[Span, ...]:
    """The spans once these values hold, as (value, by): what no longer does ends, what is new begins."""
    standing = {(span.value, span.by) for span in spans if span.end is None}
    ended = tuple(
        span
        if span.end or (span.value, span.by) in values
        else Span(span.value, span.start, at, span.commit, span.by)
        for span in spans
    )
    begun = (Span(value, at, None, commit, by) for value, by in values if (value, by) not in standing)
    return (*ended, *begun)

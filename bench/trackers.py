"""The same items in other trackers: `python -m bench.trackers` measures `list` and `check` of 10,000 items.

Only trackers found on the PATH take part (Backlog.md `backlog` from npm, `kanbus` and `yurtle-kanban`
from PyPI, Taskwarrior `task` from Debian). Each gets the items in its own files, as it writes them itself.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.__main__ import BUILD, OPSFLOW, cache, files, seconds
from bench.measure import Command, median, run
from opsflow.model import Item
from opsflow.reading import board as boards
from opsflow.reading import folder


class Tracker(NamedTuple):
    """How to give items to a tracker, and its words for list and check."""

    program: str
    fill: Callable[[Path, list[Item]], None]
    list: tuple[str, ...]
    check: tuple[str, ...] | None
    environment: dict[str, str]


def backlog(place: Path, items: list[Item]) -> None:
    subprocess.run(["backlog", "init", "bench", "--defaults"], cwd=place, check=True, capture_output=True)
    tasks = place / "backlog" / "tasks"
    tasks.mkdir(parents=True, exist_ok=True)
    number = {item.id: index for index, item in enumerate(items, 1)}
    status = {"done": "Done", "doing": "In Progress", "review": "In Progress"}
    for item in items:
        key = number[item.id]
        needs = ", ".join(f"task-{number[other]}" for other in item.depends_on if other in number)
        (tasks / f"task-{key} - {item.id}.md").write_text(
            f"---\nid: task-{key}\ntitle: '{item.title}'\nstatus: {status.get(item.state, 'To Do')}\n"
            f"assignee: [{', '.join('@' + name for name in item.assignees)}]\ncreated_date: '2026-01-01'\n"
            f"labels: [{', '.join(item.labels)}]\ndependencies: [{needs}]\n---\n"
            f"\n## Description\n\n{item.description}\n"
        )


def kanbus(place: Path, items: list[Item]) -> None:
    subprocess.run(["kanbus", "init"], cwd=place, check=True, capture_output=True)
    ids = {item.id: f"kanbus-{uuid.uuid5(uuid.NAMESPACE_URL, item.id)}" for item in items}
    status = {"done": "closed", "dropped": "closed", "doing": "in_progress", "review": "in_progress"}
    moment = "2026-01-01T00:00:00.000000Z"
    for item in items:
        closed = status.get(item.state) == "closed"
        record = {
            "id": ids[item.id], "title": item.title, "description": item.description, "type": "task",
            "status": status.get(item.state, "open"), "priority": 2, "assignee": (*item.assignees, None)[0],
            "creator": None, "parent": None, "labels": list(item.labels),
            "dependencies": [
                {"target": ids[other], "type": "blocked-by"} for other in item.depends_on if other in ids
            ],
            "comments": [], "created_at": moment, "updated_at": moment,
            "closed_at": moment if closed else None,
            "custom": {},
        }  # fmt: skip
        (place / "project" / "issues" / f"{ids[item.id]}.json").write_text(
            json.dumps(record, indent=2) + "\n"
        )


def yurtle(place: Path, items: list[Item]) -> None:
    subprocess.run(["yurtle-kanban", "init"], cwd=place, check=True, capture_output=True)
    number = {item.id: f"FEAT-{index:05d}" for index, item in enumerate(items, 1)}
    status = {"done": "done", "doing": "in_progress", "review": "review", "ready": "ready"}
    for item in items:
        key = number[item.id]
        needs = ", ".join(number[other] for other in item.depends_on if other in number)
        (place / "kanban-work" / "features" / f"{key}-{item.id}.md").write_text(
            f'---\nid: {key}\ntitle: "{item.title}"\ntype: feature\n'
            f"status: {status.get(item.state, 'backlog')}\n"
            f"priority: medium\nassignee: {(*item.assignees, 'null')[0]}\ncreated: 2026-01-01\n"
            f"depends_on: [{needs}]\n---\n\n# {item.title}\n\n{item.description}\n"
        )


def taskwarrior(place: Path, items: list[Item]) -> None:
    ids = {item.id: str(uuid.uuid5(uuid.NAMESPACE_URL, item.id)) for item in items}
    records = [
        {
            "uuid": ids[item.id], "description": item.title, "project": item.type,
            "entry": "20260101T000000Z", "status": "completed" if item.state == "done" else "pending",
            "tags": list(item.labels),
            "depends": [ids[other] for other in item.depends_on if other in ids],
            **({"end": "20260102T000000Z"} if item.state == "done" else {}),
        }
        for item in items
    ]  # fmt: skip
    (place / "items.json").write_text(json.dumps(records))
    (place / "taskrc").write_text(f"data.location={place / 'data'}\nnews.version=9.9.9\n")
    subprocess.run(
        ["task", "import", "items.json"], cwd=place, check=True, capture_output=True, env=task(place)
    )


def task(place: Path) -> dict[str, str]:
    return {**os.environ, "TASKRC": str(place / "taskrc")}


def trackers(place: Path) -> Iterator[Tracker]:
    yield Tracker("backlog", backlog, ("task", "list", "--plain"), ("doctor",), {})
    yield Tracker("kanbus", kanbus, ("list",), ("validate",), {"KANBUS_NO_DAEMON": "1"})
    yield Tracker("yurtle-kanban", yurtle, ("list",), ("validate",), {})
    rc = {"TASKRC": str(place / "task" / "taskrc")}
    yield Tracker("task", taskwarrior, ("rc.verbose=nothing", "rc.limit=0", "all"), None, rc)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.trackers", description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    source = files(options.items)
    patterns = boards.patterns((source / "opsflow.yaml").read_bytes())
    items = list(boards.load(folder.read(str(source), patterns))[0].items.values())
    kept = {"OPSFLOW_CACHE_DIR": str(cache("trackers"))}
    ours = [OPSFLOW, "-C", str(source)]
    for name, words in (
        ("list", ["list", "--all"]),
        ("check", ["check"]),
        ("check, no cache", ["check", "--no-cache"]),
    ):
        show("opsflow", name, Command([*ours, *words], kept, statuses=(0, 1)), options.rounds)
    place = BUILD / f"trackers-{options.items}"
    for tracker in trackers(place):
        if not shutil.which(tracker.program):
            print(f"| {tracker.program} | not installed | | |")
            continue
        at = place / tracker.program
        if not at.is_dir():
            at.mkdir(parents=True)
            subprocess.run(["git", "init", "-q"], cwd=at, check=True)
            tracker.fill(at, items)
        for name, words in (("list", tracker.list), ("check", tracker.check)):
            if words:
                command = Command(
                    [tracker.program, *words], tracker.environment, folder=str(at), statuses=(0, 1)
                )
                show(tracker.program, name, command, options.rounds)
    return 0


PATIENCE = 120
"""Seconds that a command may take."""


def show(program: str, name: str, command: Command, rounds: int) -> None:
    words = ["timeout", str(PATIENCE), *command.words]
    first = run(command._replace(words=words, statuses=(*command.statuses, 124)))
    if first.wall > PATIENCE:
        print(f"| {program} | {name} | over {PATIENCE} s | |", flush=True)
        return
    middle = median([run(command) for _ in range(rounds)])
    print(f"| {program} | {name} | {seconds(middle.wall)} wall | {seconds(middle.cpu)} cpu |", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Kill edits at every step and at random moments, and look at what is left. Run by test_killing.py.

A child does the edit and dies: at its n-th call of the system, before it or just after it, or by a signal
that comes when it comes. After each death every file has to be as it was, or as it was to be; and once the
next command has taken the lock, all of them together, without anything left beside them.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from opsflow.editing import journal, place, undoing, writing
from opsflow.editing.plan import Plan

STEPS = ("open", "rename", "link", "unlink", "mkdir", "fsync", "fchmod")
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
"""Where there is no disk to wait for: what a kill leaves is the same."""
BEFORE = {
    "opsflow.yaml": b"board: B\n",
    "items/OPS-1-a.yaml": b"title: a\n",
    "items/OPS-2-b.yaml": b"title: b\n" * 400,
    "items/OPS-3-c.yaml": b"title: c\n",
}


def plans(root: str) -> dict[str, Plan]:
    one = {"items/OPS-1-a.yaml": (BEFORE["items/OPS-1-a.yaml"], b"title: A\n")}
    new = {"items/7/OPS-7-g.yaml": (None, b"title: g\n" * 100)}
    many = {
        **one,
        "items/OPS-2-b.yaml": (BEFORE["items/OPS-2-b.yaml"], b"title: B\n" * 500),
        "items/OPS-3-c.yaml": (BEFORE["items/OPS-3-c.yaml"], None),
        "archive/1/OPS-3-c.yaml": (None, BEFORE["items/OPS-3-c.yaml"]),
    }
    moved = {"archive/1/OPS-3-c.yaml": "items/OPS-3-c.yaml"}
    return {
        "one": Plan(root, one, "OPS-1: Edit", ("",)),
        "new": Plan(root, new, "OPS-7: Create", ("",)),
        "many": Plan(root, many, "Many", ("",), (), moved),
    }


def held(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def lay(root: Path) -> None:
    for name, data in BEFORE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def edit(plan: Plan) -> None:
    with writing.alone(plan.root):
        journal.recover(plan.root)
        undoing.remember(plan)
        writing.carry_out(plan)


def die_at(number: int, after: bool) -> None:
    """End this process at its n-th step, before or after it is taken."""
    count = 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def step(*words: object, **more: object) -> object:
            nonlocal count
            count += 1
            if count == number and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            found = real(*words, **more)
            if count == number and after:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        return step

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))


def child(work: Callable[[], None]) -> int:
    """Do work in a child; returns its id."""
    made = os.fork()
    if made:
        return made
    try:
        work()
    finally:
        os._exit(0)


def judge(plan: Plan, root: Path, case: str) -> bool:
    """Whether the edit is there after the next command; raises where anything is wrong."""
    old, new = dict(BEFORE), {**BEFORE}
    for path, (_, after) in plan.files.items():
        new = {key: data for key, data in new.items() if key != path} | ({path: after} if after else {})
    for path in plan.files:
        data = place.read(plan.root, path)
        assert data in plan.files[path], f"{case}: {path} is neither old nor new"
    with writing.alone(plan.root):
        journal.recover(plan.root)
    now = held(root)
    assert now in (old, new), f"{case}: {sorted(now)}"
    folders = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_dir()}
    needed = {parent for name in now for parent in map(str, Path(name).parents)}
    assert folders <= {*needed, "items"}, f"{case}: {sorted(folders)}"
    return now == new


def killed(work: Callable[[], None], number: int, after: bool) -> bool:
    """Whether a child died at its n-th step; else it had not so many."""

    def dying() -> None:
        die_at(number, after)
        work()

    status = os.waitstatus_to_exitcode(os.waitpid(child(dying), 0)[1])
    assert status in (0, -signal.SIGKILL), status
    return status != 0


def mend(root: str) -> None:
    with writing.alone(root):
        journal.recover(root)


def at_every_step(name: str) -> list[int]:
    """How often the plan was found old, and new."""
    found = [0, 0]
    for after in (False, True):
        for number in range(1, 1000):
            with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
                lay(Path(folder))
                plan = plans(folder)[name]
                died = killed(lambda plan=plan: edit(plan), number, after)  # type: ignore[misc]
                found[judge(plan, Path(folder), f"{name}, step {number}, {after=}")] += 1
                if not died:
                    break
    return found


def while_mending() -> list[int]:
    """The same, where the command that mends is killed, too."""
    found = [0, 0]
    for first in (12, 20, 28):
        for number in range(1, 1000):
            with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
                lay(Path(folder))
                plan = plans(folder)["many"]
                assert killed(lambda plan=plan: edit(plan), first, after=True)  # type: ignore[misc]
                died = killed(lambda folder=folder: mend(folder), number, after=False)  # type: ignore[misc]
                found[judge(plan, Path(folder), f"step {first}, then {number}")] += 1
                if not died:
                    break
    return found


def main() -> None:
    """Prints how often which plan was found old and new."""
    random.seed(1)
    told = {name: at_every_step(name) for name in ("one", "new", "many")}
    told["mending"] = while_mending()
    times = []
    for turn in range(200):
        name = random.choice(["one", "new", "many"])
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            root = Path(folder)
            lay(root)
            plan = plans(folder)[name]
            begun = time.perf_counter()
            running = child(lambda plan=plan: edit(plan))  # type: ignore[misc]
            if turn < 10:
                os.waitpid(running, 0)
                times.append(time.perf_counter() - begun)
                continue
            time.sleep(random.uniform(0, 1.2 * max(times)))
            os.kill(running, signal.SIGKILL)
            os.waitpid(running, 0)
            told.setdefault("random", [0, 0])[judge(plan, root, f"{name}, turn {turn}")] += 1
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()

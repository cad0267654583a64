"""Whole processes, measured from outside: two commands in turn, medians, ratios pair by pair."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """One process and its children, ended well."""

    cpu: float
    """Seconds, user and system."""
    wall: float
    """Seconds."""
    memory: float
    """Peak resident megabytes of the largest process."""


class Command(NamedTuple):
    """What to run, and what to do before each run, which is not measured."""

    words: Sequence[str]
    environment: Mapping[str, str] = {}
    before: Callable[[], object] = lambda: None
    folder: str | None = None
    statuses: tuple[int, ...] = (0,)


def run(command: Command) -> Run:
    """Run it once. A status that it does not name ends the benchmark: a failed run is not a fast one."""
    command.before()
    start = time.perf_counter()
    process = subprocess.Popen(
        command.words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**surroundings(), **command.environment},
        cwd=command.folder,
    )
    assert process.stderr
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.statuses:
        raise SystemExit(
            f"{' '.join(command.words)[:200]} ended with {process.returncode}: {complaint[-500:]!r}"
        )
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def surroundings() -> dict[str, str]:
    """The environment of every measured process: as a person has it, who keeps compiled modules."""
    switches = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "OPSFLOW_SLOW", "OPSFLOW_CACHE")
    return {name: value for name, value in os.environ.items() if name not in switches}


class Pair(NamedTuple):
    """Two commands in turn; each figure is a median."""

    ours: Run
    theirs: Run
    cpu: float
    """Median of the ratios ours / theirs, pair by pair."""
    wall: float


def pair(ours: Command, theirs: Command, rounds: int = 5) -> Pair:
    """Measure A B A B …, after one round that does not count."""
    rows = [(run(ours), run(theirs)) for _ in range(rounds + 1)][1:]
    return Pair(
        median([a for a, _ in rows]),
        median([b for _, b in rows]),
        statistics.median(a.cpu / b.cpu for a, b in rows),
        statistics.median(a.wall / b.wall for a, b in rows),
    )


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure; the largest memory."""
    return Run(
        statistics.median(run.cpu for run in runs),
        statistics.median(run.wall for run in runs),
        max(run.memory for run in runs),
    )

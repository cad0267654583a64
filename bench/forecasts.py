"""What forecasts cost beyond starting up: the same command with 10,000 trials and with one, in turn."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.measure import Command, pair, run

ITEMS = 50
TRIALS = 10_000
LIMIT = 0.3
"""Seconds."""
SAMPLING = """
import time
from opsflow.flow import forecast
from opsflow.flow.forecast import Draws, Sample
try:
    import numpy
except ImportError:
    numpy = None
counts = tuple([0, 1, 0, 2, 0, 1, 0, 0, 1, 0] * 7)[:65]

def fastest(function):
    times = []
    for _ in range(7):
        start = time.perf_counter()
        found = function()
        times.append(time.perf_counter() - start)
    return min(times), found

def ours():
    return forecast.when(Draws(Sample(counts), "seed", 10_000), [50])[50]

mine, passage = fastest(ours)
days = len(passage.reached)
if numpy is None:
    print(mine, days)
else:
    def theirs():
        random = numpy.random.default_rng(1)
        return random.choice(numpy.array(counts), size=(10_000, days))
    print(mine, days, fastest(theirs)[0])
"""


class Cost(NamedTuple):
    """Seconds beyond starting up, and what they were for."""

    name: str
    seconds: float
    detail: str


def costs(folder: Path, opsflow: str, cache: Path, rounds: int) -> Iterator[Cost]:
    """The bars of forecasts, on a board of a steady team with a project of 50 open items."""
    make(folder, 0)
    environment = {"OPSFLOW_CACHE_DIR": str(cache), "OPSFLOW_NOW": NOW}

    def asked(*words: str, trials: int) -> Command:
        command = [opsflow, "-C", str(folder), "forecast", *words, "--trials", str(trials)]
        return Command(command, environment)

    for name, words in (
        (f"{ITEMS} items", (str(ITEMS), "items")),
        (f"a project of {ITEMS} items", ("PLAN",)),
    ):
        run(asked(*words, trials=1))
        both = pair(asked(*words, trials=TRIALS), asked(*words, trials=1), rounds)
        more = both.ours.cpu - both.theirs.cpu
        yield Cost(f"forecast of {name}, 10,000 trials, beyond start-up", more, f"of {both.ours.cpu:.2f} s")


def sampling() -> str:
    """How long the trials of 50 items take beside numpy's bare drawing of as many days."""
    done = subprocess.run([sys.executable, "-c", SAMPLING], capture_output=True, text=True, check=True)
    mine, days, *theirs = map(float, done.stdout.split())
    said = f"trials of {ITEMS} items: {mine * 1000:.0f} ms for {TRIALS:,} x {days:.0f} days"
    if not theirs:
        return f"{said}; numpy is not here to be compared with"
    return f"{said}, {mine / theirs[0]:.1f} x numpy's bare sampling ({theirs[0] * 1000:.0f} ms)"


def change(folder: Path, opsflow: str, cache: Path, rounds: int) -> tuple[float, str]:
    """`opsflow diff` of an item of a project of 50, beside that of an item of none, in a board of 10,000.

    Returns the ratio, and how long it takes.
    """
    make(folder, 10_000)
    environment = {"OPSFLOW_CACHE_DIR": str(cache), "OPSFLOW_NOW": NOW}
    command = Command([opsflow, "-C", str(folder), "diff"], environment)

    def touched(path: str) -> Command:
        def touch() -> None:
            subprocess.run(["git", "-C", str(folder), "checkout", "-q", "--", "items"], check=True)
            text = (folder / path).read_text()
            (folder / path).write_text(text.replace("title: ", "title: Again "))

        return command._replace(before=touch)

    both = pair(touched("items/plan/OPS-P110.yaml"), touched("items/idle/00/OPS-I10.yaml"), rounds)
    return both.cpu, f"{both.ours.cpu:.2f} s"


# -- the board ----------------------------------------------------------------------------------------

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAYS = 180
NOW = (FIRST + timedelta(days=DAYS)).isoformat()
CONFIG = """board: Steady
key: OPS
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 6}
  - {state: done, kind: done}
"""


def make(folder: Path, idle: int) -> None:
    """A team that finishes an item on most days, a project that waits in its backlog, and idle items."""
    if (folder / "opsflow.yaml").is_file():
        return
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    stream = "".join(_commits(idle)).encode()
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input=stream, check=True)
    subprocess.run(["git", "-C", str(folder), "reset", "-q", "--hard", "main"], check=True)


def _commits(idle: int) -> Iterator[str]:
    files = {"opsflow.yaml": CONFIG}
    for number in range(idle):
        files[f"items/idle/{number // 500:02}/OPS-I{number}.yaml"] = f"title: Idle {number}\nstate: ready\n"
    for number in range(ITEMS):
        needs = [f"OPS-P{number + 100 - step}" for step in (1, 7) if number >= step and number % 3]
        lines = [f"title: Part {number}", f"state: {'ready' if number else 'doing'}"]
        lines += [f"depends_on: [{', '.join(needs)}]"] if needs else []
        files[f"items/plan/OPS-P{number + 100}.yaml"] = "\n".join([*lines, "part_of: PLAN", ""])
    yield _commit(FIRST, files)
    chance = random.Random(1)
    ends: dict[int, list[int]] = {}
    for day in range(1, DAYS):
        begun = [day * 10 + number for number in range(chance.choice((0, 1, 1, 2)))]
        for number in begun:
            ends.setdefault(day + chance.randrange(1, 12), []).append(number)
        states = {**dict.fromkeys(begun, "doing"), **dict.fromkeys(ends.get(day, ()), "done")}
        flow = {f"items/OPS-{n}.yaml": f"title: Work {n}\nstate: {state}\n" for n, state in states.items()}
        if flow:
            yield _commit(FIRST + timedelta(days=day), flow)


def _commit(at: datetime, files: dict[str, str]) -> str:
    who = f"Bench <bench@example.org> {int(at.timestamp())} +0000"
    body = "".join(f"M 100644 inline {name}\ndata {len(text)}\n{text}\n" for name, text in files.items())
    return f"commit refs/heads/main\ncommitter {who}\ndata 4\nWork\n{body}\n"

"""What forecasts cost beyond starting up: the same command with 10,000 trials and with one, in turn."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
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
    """The bars of forecasts, on a board with a history to which a project of 50 open items is added."""
    planned(folder)
    environment = {"OPSFLOW_CACHE_DIR": str(cache), "OPSFLOW_NOW": last(folder)}

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
    """`opsflow diff` of an item of a project, beside the same of one of none; the ratio of their times."""
    planned(folder)
    environment = {"OPSFLOW_CACHE_DIR": str(cache), "OPSFLOW_NOW": last(folder)}
    commit = ["git", "-C", str(folder), "-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
    dated = {**os.environ, "GIT_COMMITTER_DATE": last(folder), "GIT_AUTHOR_DATE": last(folder)}
    subprocess.run([*commit, "add", "-A"], check=True)
    subprocess.run([*commit, "commit", "-q", "--allow-empty", "-m", "Plan"], check=True, env=dated)
    project = folder / "items" / "plan" / "OPS-P110.yaml"
    other = sorted((folder / "items").rglob("OPS-0*.yaml"))[0]

    def touched(path: Path) -> Callable[[], object]:
        def touch() -> None:
            subprocess.run([*commit, "checkout", "-q", "--", "items"], check=True)
            head, _, rest = path.read_text().partition("\n")
            path.write_text(f"{head}, touched\n{rest}")

        return touch

    command = Command([opsflow, "-C", str(folder), "diff"], environment)
    both = pair(command._replace(before=touched(project)), command._replace(before=touched(other)), rounds)
    return both.cpu, f"{both.ours.cpu:.2f} s"


def planned(folder: Path) -> None:
    """A project of 50 items that wait for one another, in the working folder."""
    plan = folder / "items" / "plan"
    shutil.rmtree(plan, ignore_errors=True)
    plan.mkdir(parents=True)
    for number in range(ITEMS):
        needs = [f"OPS-P{number + 100 - step}" for step in (1, 7) if number >= step and number % 3]
        lines = [f"title: Part {number}", "state: ready" if number else "state: doing", "type: project"]
        lines += [f"depends_on: [{', '.join(needs)}]"] if needs else []
        (plan / f"OPS-P{number + 100}.yaml").write_text("\n".join([*lines, "part_of: PLAN", ""]))


def last(folder: Path) -> str:
    """The moment of the last commit: the board's own now."""
    words = ["git", "-C", str(folder), "log", "-1", "--format=%cI", "main"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

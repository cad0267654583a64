"""All measures of a large table of events, beside the same numbers in SQL.

    python -m bench.measures make FILE.parquet [ITEMS]     a table, the same one every time
    python -m bench.measures sql FILE.parquet              DuckDB's answers, as JSON
    python -m bench.measures compare FILE.parquet          both, and whether they are equal

The table has as many visits as ten times its items: work that waits for vendors, comes back from review, is
blocked, dropped and reopened, by twelve people, over six years.
"""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FLOW = "inbox:backlog,ready:backlog,doing:active,vendor:waiting,review:active,done:done,dropped:discarded"
START, END = 1_577_836_800, 1_767_225_600
"""2020-01-01 and 2026-01-01, UTC."""
NOW = "2025-12-31"
NEXT: dict[str, list[tuple[str, float]]] = {
    "inbox": [("ready", 0.95), ("dropped", 0.05)],
    "ready": [("doing", 1.0)],
    "doing": [("vendor", 0.3), ("review", 0.66), ("ready", 0.03), ("dropped", 0.01)],
    "vendor": [("doing", 1.0)],
    "review": [("done", 0.36), ("doing", 0.64)],
}
REOPENED = 0.02
"""The share of finished items that go back to doing once."""
BLOCKED = 0.02
"""The share of the time that an item spends in doing in which a block begins."""
COLUMNS = "item,title,type,class,field,value,from,entered,left,commit,author,by,services"


# -- the table --------------------------------------------------------------------------------------


def make(path: Path, items: int) -> None:
    """Write the table as Parquet, ordered as opsflow orders it."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "events.csv")
        with text.open("w", encoding="utf-8") as stream:
            stream.write(COLUMNS + "\n")
            stream.writelines(lines(items))
        duckdb.execute(
            f'copy (select * replace (entered::timestamptz as entered, "left"::timestamptz as "left") '
            f"from read_csv('{text}', all_varchar = true)) to '{path}' (format parquet)"
        )


def lines(items: int) -> Iterator[str]:
    """The lines of the table, by item."""
    chance = random.Random(20201231)
    for number in range(items):
        kind = chance.choices(("request", "incident", "project", "security"), (5, 2, 2, 1))[0]
        class_ = chance.choices(("standard", "expedite", "fixed-date"), (17, 1, 2))[0]
        head = f"OPS-{number + 1},Item {number + 1},{kind},{class_}"
        service = f"service-{chance.randrange(20)}"
        at = START + (END - START) * number // items + chance.randrange(86_400)
        yield from life(chance, head, at, service)


def life(chance: random.Random, head: str, at: int, service: str) -> Iterator[str]:
    """One item: its visits, then its blocks and who had it."""
    state, before, others = "inbox", "", []
    reopened = False
    first = moment(at)
    while True:
        stays = int(chance.expovariate(1 / 43_200)) + 60
        again = state == "done" and not reopened and chance.random() < REOPENED
        over = (state in ("done", "dropped") and not again) or at + stays >= END
        left = "" if over else moment(at + stays)
        who = f"{chance.getrandbits(160):040x},person-{chance.randrange(12)}"
        yield f"{head},state,{state},{before},{moment(at)},{left},{who},,{service}\n"
        if state == "doing" and not over and chance.random() < BLOCKED:
            until = at + 30 + int((stays - 30) * chance.random())
            by = f"vendor:v{chance.randrange(8)}"
            others.append(
                f"{head},blocked,waits for {by},,{moment(at + 30)},{moment(until)},{who},{by},{service}\n"
            )
        if over:
            break
        at, before = at + stays, state
        reopened |= again
        state = "doing" if again else chance.choices(*zip(*NEXT[state], strict=True))[0]
    yield from others
    yield f"{head},assigned,person-{chance.randrange(12)},,{first},,{who},,{service}\n"


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# -- the same numbers in SQL ------------------------------------------------------------------------


def sql(path: Path) -> dict[str, list[Any]]:
    """DuckDB's answers to each question of measures.sql."""
    import duckdb

    base = duckdb.connect()
    base.execute("set timezone = 'UTC'")
    base.execute("set variable now = timestamptz '2025-12-31 23:59:59+00'")
    base.execute(f"set variable events = '{path}'")
    found = {}
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for name, query in re.findall(r"(?ms)^-- (\S+)[^\n]*\n((?!--)\S.*?)(?=^-- |\Z)", text):
        answer = base.execute(query)
        if name != "table:":
            found[name] = answer.fetchall()
    return found


# -- both -------------------------------------------------------------------------------------------


def words(path: Path) -> list[str]:
    """What is asked of opsflow."""
    table = ["--events", str(path), "--workflow", FLOW, "--unplanned", "incident", "--timezone", "UTC"]
    return ["report", "all", *table, "--now", NOW, "--from", "2020-01-01", "--to", NOW, "--format", "json"]


def differing(views: list[dict[str, Any]], found: dict[str, list[Any]]) -> list[str]:
    """The questions to which opsflow and SQL have different answers; empty where they agree."""
    of = {view["measure"]: view for view in views}
    pairs = [(name, ours(of), theirs) for name, theirs in found.items() for ours in [OURS[name]]]
    return [name for name, mine, theirs in pairs if not same(mine, theirs)]


def rows(view: dict[str, Any], key: str, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in view[key]]


def times(view: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [([row["days"] for row in view["percentiles"]], view["mean_days"], view["n"])]


OURS: dict[str, Any] = {
    "cycle-time": lambda of: times(of["cycle-time"]),
    "cycle-time.histogram": lambda of: [
        row for row in rows(of["cycle-time"], "histogram", "days", "items") if row[1]
    ],
    "lead-time": lambda of: times(of["lead-time"]),
    "throughput": lambda of: rows(of["throughput"], "rows", "week", "count", "planned"),
    "net-flow": lambda of: rows(of["net-flow"], "days", "day_on", "arrivals", "departures"),
    "wip": lambda of: rows(of["wip"], "rows", "day_on", "wip"),
    "cfd": lambda of: [
        (row[0], [*row[1:]])
        for row in rows(of["cfd"], "rows", "day_on", "doing", "vendor", "review", "done", "dropped")
    ],
    "ageing": lambda of: [
        (row[0], [*row[1:]])
        for row in rows(of["ageing"], "columns", "state", "p50_days", "p70_days", "p85_days", "p95_days")
    ],
    "ageing.open": lambda of: [(of["ageing"]["n"], of["ageing"]["total_age_days"])],
    "time-in-state": lambda of: [
        (*row[:-2], [each * 86_400 for each in row[-2:]])
        for row in rows(
            of["time-in-state"], "rows", "state", "visits", "total_days", "completed", "p50_days", "p85_days"
        )
    ],
    "flow-efficiency": lambda of: [(of["flow-efficiency"]["share"],)],
    "blocked": lambda of: rows(of["blocked"], "causes", "cause", "days", "times"),
    "control-chart": lambda of: [(of["control-chart"]["mean"], of["control-chart"]["mean_range"])],
    "rework": lambda of: [(of["rework"]["n"], of["rework"]["items"], of["rework"]["reopened"])],
    "discarded": lambda of: [(of["discarded"]["n"], of["discarded"]["days_spent"])],
    "littles-law": lambda of: [(of["littles-law"]["area_item_days"],)],
    "littles-law.cycle": lambda of: [(of["littles-law"]["mean_cycle_time_days"],)],
    "unplanned": lambda of: rows(of["unplanned"], "types", "type", "wip_days"),
    "unplanned.items": lambda of: [(of["unplanned"]["items_share"],)],
    "unplanned.weeks": lambda of: rows(of["unplanned"], "weeks", "week", "all_days", "unplanned_days"),
    "load": lambda of: rows(of["load"], "rows", "person", "wip"),
    "coverage": lambda of: rows(of["coverage"], "rows", "key", "done", "people"),
    "vendors": lambda of: [
        (f"vendor:{row[0]}", *row[1:])
        for row in rows(of["vendors"], "rows", "vendor", "waits", "waited_days")
    ],
    "capacity": lambda of: [(of["capacity"]["sample"]["items"],)],
}
"""Where opsflow's answer to each question is."""


def same(mine: Any, theirs: Any) -> bool:
    """Whether two answers are equal: the rows in any order, numbers as nearly as sums are exact."""
    if isinstance(mine, (list, tuple)) and isinstance(theirs, (list, tuple)):
        if mine and isinstance(mine[0], tuple):
            mine, theirs = sorted(mine, key=str), sorted(theirs, key=str)
        return len(mine) == len(theirs) and all(map(same, mine, theirs))
    if isinstance(mine, (int, float)) and isinstance(theirs, (int, float)):
        return math.isclose(mine, theirs, rel_tol=1e-7, abs_tol=1e-6)
    return bool(mine == theirs)


def main(action: str, path: Path, items: int = 100_000) -> int:
    if action == "make":
        make(path, items)
    elif action == "sql":
        json.dump(sql(path), sys.stdout)
    else:
        done = subprocess.run(
            [sys.executable, "-m", "opsflow", *words(path)], capture_output=True, check=True, text=True
        )
        wrong = differing(json.loads(done.stdout), sql(path))
        print(f"{len(OURS) - len(wrong)} of {len(OURS)} answers are equal", *wrong, sep="\n")
        return 1 if wrong else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])))

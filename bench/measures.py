"""All measures of a large table of events, beside the same numbers in SQL.

    python -m bench.measures make FILE.parquet [ITEMS]     a table, the same one every time
    python -m bench.measures sql FILE.parquet              DuckDB's answers, as JSON
    python -m bench.measures compare FILE.parquet          both, and whether they are equal

The table has as many visits as ten times its items: work that waits for vendors, comes back from review, is
blocked, dropped and reopened, by twelve people, over six years.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

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
HEAD = 'select item, title, type, class, field, value, "from", entered::timestamptz as entered, '


# -- the table --------------------------------------------------------------------------------------


def make(path: Path, items: int) -> None:
    """Write the table as Parquet, ordered as opsflow orders it."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "events.csv")
        with text.open("w", encoding="utf-8") as stream:
            stream.write(COLUMNS + "\n")
            stream.writelines(rows(items))
        duckdb.execute(
            f'copy (select * replace (entered::timestamptz as entered, "left"::timestamptz as "left") '
            f"from read_csv('{text}', all_varchar = true)) to '{path}' (format parquet)"
        )


def rows(items: int) -> Iterator[str]:
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


if __name__ == "__main__":
    make(Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 100_000)

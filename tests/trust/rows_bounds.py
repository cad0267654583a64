"""What a stranger could make expensive with items and tables that are each in order: how they hang together."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Iterable
from unittest import mock

from opsflow.history import blobs, calls
from tests.cli.conftest import Ran
from tests.stories import Step
from tests.trust.rows import SECONDS, Files, Scene, row
from tests.trust.rows_cost import loosen

ITEM = "title: One\nstate: ready\n"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def name(number: int) -> str:
    """The id of an item."""
    return f"OPS-9{LETTERS[number // 1024]}{LETTERS[number // 32 % 32]}{LETTERS[number % 32]}"


def linked(many: int, needs: Callable[[int], Iterable[int]], whole: bool = False) -> Files:
    """Items that each wait for others; `whole`: and are part of the first of them."""
    files = {}
    for number in range(many):
        others = [name(other) for other in needs(number)]
        text = ITEM + f"depends_on: [{', '.join(others)}]\n"
        files[f"items/{name(number)}.yaml"] = text + (f"part_of: {others[0]}\n" if whole and others else "")
    return files


def quickly(scene: Scene, *words: str) -> Ran:
    """What a command prints; it has to be as quick as on any one file."""
    began = time.process_time()
    done = scene.opsflow(*words)
    assert time.process_time() - began < SECONDS, words
    return done


@row("A18", "items that all wait for one another", "told")
def _circles(scene: Scene) -> None:
    scene.board(linked(60, lambda number: (n for n in range(60) if n != number)))
    site = scene.folder / "site"
    assert quickly(scene, "build", "--out", str(site)).status == 0
    said = (site / "dependencies.html").read_text()
    assert "60 items hang together by too many lines. The table below has them." in said
    assert len(list(site.glob("**/OPS-9*.html"))) == 60


@row("A19", "a thousand items, each a part of the next one and waiting for it", "told")
def _rings(scene: Scene) -> None:
    scene.repository(linked(1000, lambda number: [number + 1], whole=True))
    reason = "2 items wait for one another: OPS-90Z6 -> OPS-90Z7 -> OPS-90Z6"
    for words in (("forecast",), ("report", "roadmap")):
        done = quickly(scene, *words)
        assert (done.status, done.err) == (0, "")
    asked = json.loads(quickly(scene, "forecast", "--format", "json").out)
    assert [row["reason"] for row in asked["rows"] if row["kind"] == "project"] == [reason]


@row("A20", "items that wait for all later ones, and for one that is not there", "told")
def _dense(scene: Scene) -> None:
    many = 300
    scene.repository(linked(many, lambda number: range(number + 1, many + 1)))
    checked = quickly(scene, "check", "--format", "concise")
    missing = f"error: there is no item {name(many)} [unknown-reference]"
    found = [line for line in checked.out.splitlines() if line.endswith(missing)]
    assert (checked.status, len(found)) == (1, many)
    assert found[0] == f"items/{name(0)}.yaml:3:{14 + (many - 1) * 10}: {missing}"
    for words in (("board",), ("next",), ("show", name(0)), ("report", "dependencies")):
        done = quickly(scene, *words)
        assert (done.status, done.err) == (0, ""), words


@row("A21", "a table of events with thousands of states", "told")
def _states(scene: Scene) -> None:
    scene.board()
    table = scene.folder / "events.csv"
    moments = (f"2026-03-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(4000))
    rows = "".join(f"A-1,S{n},{at}\n" for n, at in enumerate(moments))
    table.write_text(f"item,state,entered\n{rows}")
    done = quickly(scene, "report", "wip", "--events", str(table))
    assert (done.status, done.out) == (2, "")
    said = "has 4,000 states, and 500 is the most: look which column is called `state`."
    assert done.err == f"opsflow: {table} {said}\n"


@row("A22", "a blob of 150 MB, packed into 150 kB, in the place of an item", "told")
def _inflated(scene: Scene) -> None:
    later: Step = {"at": "2026-01-08 09:00", "files": {"items/OPS-1.yaml": ITEM.replace("One", "Two")}}
    scene.repository({"items/OPS-1.yaml": ITEM}, later)
    loosen(scene)
    id = scene.git("rev-parse", "main~1:items/OPS-1.yaml")
    path = scene.root / ".git/objects" / id[:2] / id[2:]
    path.unlink()
    path.write_bytes(zlib.compress(b"blob 150000000\0" + bytes(150_000_000), 1))
    taken, read = [0], calls.Call.read

    def counted(call: calls.Call) -> bytes:
        chunk = read(call)
        taken[0] += len(chunk)
        return chunk

    with mock.patch.object(calls.Call, "read", counted):
        done = quickly(scene, "check", "--base", "main~1", "--format", "concise", "--no-cache")
    assert (done.status, done.err) == (0, "")
    mended = "items/OPS-1.yaml:1:1: mended: the file has more than 16777216 bytes, and 65536 are the most"
    assert [line for line in done.out.splitlines() if "OPS-1" in line] == [f"{mended} [unreadable-file]"]
    assert taken[0] < 4 * blobs.LARGEST


@row("A23", "a workflow of a thousand states", "told")
def _workflow(scene: Scene) -> None:
    states = "".join(f"  - {{state: s{n}, kind: {'active' if n else 'backlog'}}}\n" for n in range(990))
    items = {f"items/OPS-{n}.yaml": f"title: One\nstate: s{n}\nassignees: [a]\n" for n in (1, 199, 200, 989)}
    scene.board(items, f"board: O\nkey: OPS\nworkflow:\n{states}  - {{state: ready, kind: done}}\n")
    assert scene.found() == [
        "opsflow.yaml:3:1: error: the workflow has 991 states, and 200 are the most; the first ones count "
        "[misshapen]"
    ]
    assert quickly(scene, "build", "--out", str(scene.folder / "site")).status == 0
    assert scene.ids() == ["OPS-0", "OPS-1", "OPS-199", "OPS-200", "OPS-989"]


@row(
    "A24",
    "an empty object in the place of opsflow.yaml, and a revision of a hundred thousand letters",
    "told",
)
def _said(scene: Scene) -> None:
    scene.repository({"items/OPS-1.yaml": ITEM})
    loosen(scene)
    id = scene.git("rev-parse", "main:opsflow.yaml")
    path = scene.root / ".git/objects" / id[:2] / id[2:]
    path.unlink()
    path.touch()
    lost = "opsflow.yaml:1 cannot be used: its object is missing or damaged in the repository."
    long = f"The repository has no revision {'a' * 247}...: give a branch, a tag, a commit or a date."
    for rev, said in (("main", f"{lost} `opsflow check` says what to do."), ("a" * 100_000, long)):
        for words in (("list", "--at", rev), ("diff", f"{rev}..main")):
            done = quickly(scene, *words, "--no-cache")
            assert (done.status, done.out, done.err) == (2, "", f"opsflow: {said}\n"), words[0]


@row("A27", "a length of time of twenty thousand years", "told")
def _ages(scene: Scene) -> None:
    services = "services:\n  erp: {name: ERP, maintenance: {every: 999999w}}\n"
    scene.board({"catalog.yaml": services, "items/OPS-1.yaml": ITEM + "services: [erp]\n"})
    assert scene.found() == [
        "catalog.yaml:2:34: error: `every` is `999999w`, and a length of time is 100 years at most [misshapen]"
    ]
    for words in (("report", "maintenance"), ("build", "--out", str(scene.folder / "site"))):
        assert scene.opsflow(*words).status == 0, words
    for words, why in (
        (("allow", "OPS-1", "stale", "so", "--until", "999999w"), "is no day; write 2026-12-01"),
        (("report", "wip", "--last", "999999w"), "for a length of time is 100 years at most; write 90d"),
    ):
        done = scene.opsflow(*words)
        assert (done.status, done.out, why in done.err) == (2, "", True), done.err


@row("A28", "a table of events with a cell that does not end", "told")
def _endless(scene: Scene) -> None:
    scene.board()
    table = scene.folder / "events.csv"
    table.write_text('item,state,entered\nA,doing,2026-01-02\nB,"doing,2026-01-03\nC,doing,2026-01-04\n')
    done = scene.opsflow("report", "wip", "--events", str(table), "--format", "json")
    assert (done.status, json.loads(done.out)["now"]) == (0, 2)
    assert done.err.splitlines()[:2] == [
        f"{table}:3: it has a cell that does not end: a quotation mark is missing; the row is left out.",
        "1 of 3 rows left out.",
    ]

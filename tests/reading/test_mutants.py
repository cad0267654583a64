"""Broken files of every kind: no exception, every fault in its file, and the other files are read."""

from __future__ import annotations

import random

import pytest

from bench import fuzz
from opsflow.model import Fault, Place, Tree
from opsflow.reading import board, documents

CONFIG = """\
board: Test
key: OPS
timezone: Europe/Berlin
calendar: {week: mon-fri, holidays: [DE-BE, 2026-12-24]}
workflow:
  - {state: ready, kind: backlog, wip: 12, min: 3, mode: warn}
  - {state: doing, kind: active, wip: 5}
  - {state: done, kind: done}
types: {incident: {planned: false, title: Incident}, request: {}}
classes: {expedite: {beyond_limits: true}, standard: {title: Normal}}
limits:
  - {name: started work, states: [doing], max: 7}
  - {class: expedite, max: 1, mode: block}
expectations:
  - {within: 36h, share: 1, class: expedite}
allocation: {request: 40.5, incident: 20}
rules: {stale: {after: 14d, severity: warning, 3: 4}, over-age: off}
fields: {risk: {enum: [1, 2], type: integer}, parts: {type: array, items: {type: number}}}
"""
PEOPLE = (
    "people:\n  jo: {name: Jo, capacity: 0.5, skills: [a], away: [{start: 2026-12-21, end: 2027-01-03}]}\n"
)
CATALOG = "services: {vpn: {name: VPN, maintenance: {every: 90d}}}\nprojects:\n  P: {title: x, budget: 10}\n"
GOOD = b"title: a\nstate: doing\n"


def trees(count: int, seed: int) -> list[dict[str, bytes]]:
    """Boards of a good item and of one file that is broken."""
    rng = random.Random(seed)
    files = {"opsflow.yaml": CONFIG, "people.yaml": PEOPLE, "catalog.yaml": CATALOG}
    made = []
    for _ in range(count):
        files["items/OPS-2.yaml"] = fuzz.item(rng)
        path = rng.choice(list(files))
        broken = bytearray(fuzz.mutate(rng, files[path]).encode("utf-8", "surrogatepass"))
        if rng.random() < 0.1:
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        made.append({"opsflow.yaml": CONFIG.encode(), "items/OPS-1.yaml": GOOD, path: bytes(broken)})
    return made


def located(fault: Fault, tree: Tree) -> Place:
    """Where a fault is shown."""
    where = fault.judgement.where
    return where if isinstance(where, Place) else documents.locate(tree[where.path], where.keys, where.path)


@pytest.mark.parametrize("seed", range(4))
def test_no_broken_file_raises_or_hides_another(seed: int) -> None:
    for tree in trees(100, seed):
        found, faults = board.load(tree)
        assert board.patterns(tree["opsflow.yaml"])[:1] == ("opsflow.yaml",)
        assert "OPS-1" in found.items or not found.states
        for fault in faults:
            place = located(fault, tree)
            text = tree[place.path].decode("utf-8", "replace").replace("\r\n", "\n")
            line = text.removeprefix("\ufeff").split("\n")[place.line - 1]
            assert 1 <= place.column <= len(line) + 1
            assert 1 <= place.width <= max(1, len(line) + 1 - place.column)
            assert 10 < len(fault.judgement.message) < 300 and "\n" not in fault.judgement.message

"""Laws of the commands that edit, on boards and edits drawn at random. OPSFLOW_LAWS=20000 tries so many boards."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from opsflow import comparison, rules
from opsflow.editing import archiving, changes, fields, fresh, undoing, work
from opsflow.editing.plan import Plan
from opsflow.editing.work import Done, Wish
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import Item, Severity
from opsflow.reading import edits
from tests.editing.scene import CONFIG, NOW, facts, tree, write
from tests.laws import layouts

MANY = int(os.environ.get("OPSFLOW_LAWS", "60"))
CHUNKS = 4
EDITS = 4
STATES = ("inbox", "ready", "doing", "review", "done", "dropped")
GIVEN = (
    "title=Another title",
    "due=2026-12-01",
    "due=soon",
    "due=",
    "labels+=new",
    "labels=one,two",
    "labels-=new",
    "assignees+=ben",
    "estimate=2d",
    "depends_on+=OPS-3",
    "depends_on+=OPS-99",
    "blocked.reason=no answer",
    "hosts=a,b",
    "risk=high",
    "risk=none",
    "class=expedite",
    "public=What we do",
)


class Edit(NamedTuple):
    """What is asked for, and what the items say once it is done."""

    make: Callable[[Facts], Plan]
    then: Callable[[Facts], bool]
    again: bool = True
    """Whether it changes nothing when it is asked for once more."""


def board(rng: random.Random, folder: Path) -> Path:
    """Items in all layouts, some of them wrong, in states that the workflow has."""
    files: dict[str, str | bytes] = {"opsflow.yaml": CONFIG}
    for number in range(1, rng.randint(3, 6)):
        data = layouts.drawn(rng).data
        while True:
            try:
                state = edits.Set(("state",), rng.choice(STATES))
                files[f"items/OPS-{number}-x.yaml"] = edits.apply("items/OPS-1.yaml", data, [state])
                break
            except OpsflowError:
                data = layouts.drawn(rng).data
    return write(folder, files)


def edit(rng: random.Random, known: Facts) -> Edit:
    """One of those that a command makes, of items that the board has."""
    items = rng.sample([*known.board.items.values()], rng.randint(1, min(2, len(known.board.items))))
    ids = [item.id for item in items]

    def all_(now: Facts, holds: Callable[[Item], bool]) -> bool:
        return all(holds(now.item(id)) for id in ids)

    def of(now: Facts) -> list[Item]:
        return [now.item(id) for id in ids]

    state, reason = rng.choice(STATES), layouts.text(rng).strip() or "so"
    given = [fields.parse(text, known.board, known.today) for text in rng.sample(GIVEN, 2)]
    title = f"New work {rng.randrange(99)}"
    rule = rng.choice(("stale", "overdue", "wip-limit"))
    ways = (
        Edit(
            lambda now: changes.move(now, of(now), state), lambda now: all_(now, lambda i: i.state == state)
        ),
        Edit(lambda now: changes.assign(now, of(now), given), lambda now: True),
        Edit(
            lambda now: changes.block(now, of(now)[0], reason, "maria"),
            lambda now: of(now)[0].blocked == (reason, "maria"),
        ),
        Edit(lambda now: changes.unblock(now, of(now)), lambda now: all_(now, lambda i: i.blocked is None)),
        Edit(
            lambda now: changes.allow(now, of(now)[0], rule, reason),
            lambda now: of(now)[0].allow[rule].reason == reason,
        ),
        Edit(
            lambda now: archiving.plan(now, archiving.over(now, None)),
            lambda now: archiving.over(now, None) == (),
        ),
        Edit(
            lambda now: fresh.plan(now, fresh.draft(now, title, [])),
            lambda now: any(item.title == title for item in now.board.items.values()),
            again=False,
        ),
    )
    return rng.choice(ways)


def errors(before: Facts, after: Facts) -> list[str]:
    """What is an error after an edit that none was, or not so far, before."""
    found = comparison.compare(rules.judge(before), rules.judge(after)).failures
    return [each.message for each in found if each.severity is Severity.ERROR and each.waiver is None]


def done(root: Path, make: Callable[[Facts], Plan], **wish: Any) -> Done | None:
    """None where the edit cannot be made."""
    try:
        return work.do(str(root), NOW, make, Wish(**wish))
    except OpsflowError:
        return None


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("OPSFLOW_CACHE", raising=False)


@pytest.mark.parametrize(
    "span", [range(at * MANY // CHUNKS, (at + 1) * MANY // CHUNKS) for at in range(CHUNKS)], ids=str
)
def test_an_edit_does_what_it_says_and_no_more_and_is_taken_back_to_the_byte(
    span: range, tmp_path: Path
) -> None:
    written = 0
    for seed in span:
        rng = random.Random(seed)
        root = board(rng, tmp_path / f"board-{seed}")
        for _ in range(EDITS):
            before, known = tree(root), facts(root)
            wanted = edit(rng, known)
            shown = done(root, wanted.make, dry=True)
            assert tree(root) == before, seed
            found = done(root, wanted.make)
            after = tree(root)
            if found is None or not found.written:
                assert after == before, seed
                continue
            written += 1
            now = facts(root)
            assert shown is not None and (wanted.then(now) or known.faults), seed
            changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
            assert changed == {*found.plan.files}, seed
            assert errors(known, now) == [], seed
            if wanted.again:
                again = done(root, wanted.make)
                assert again is not None and not again.plan.files, seed
            back = work.take_back(str(root), NOW, Wish())
            if not back.written:  # a limit that nothing waives was broken before
                assert tree(root) == after, seed
                assert back.verdict is not None and back.verdict.refused, seed
                continue
            assert tree(root) == before, seed
            work.do(str(root), NOW, lambda _, plan=found.plan: plan, Wish())  # type: ignore[misc]
            assert tree(root) == after, seed
    assert written > len(span), "most edits can be made"
    assert undoing.MOST > EDITS

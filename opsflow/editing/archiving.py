"""Moving what is over out of sight: the file goes to `archive/`, and its history goes with its id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from opsflow.editing import folders, ids, standing
from opsflow.editing import plan as plans
from opsflow.editing.folders import Shelves
from opsflow.editing.plan import Files, Plan
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import OVER, Item

ARCHIVE = "archive"


def plan(facts: Facts, items: Sequence[Item], before: date | None = None) -> Plan:
    """The plan that moves items to the archive. OpsflowError for one that is not over.

    `before` is the day by which `over` chose them, and is for saying that there are none.
    """
    if not items:
        why = "what is over is there already"
        if before:
            why = f"nothing outside of it was over before {before}"
        elif not any(facts.board.kind(item) in OVER for item in facts.board.items.values()):
            why = "nothing is finished or discarded"
        return Plan(facts.root, {}, plans.subject((), "Archive"), (f"Nothing goes to the archive: {why}.",))
    shelves = Shelves(facts)
    known = ids.folders(facts.board)
    files: dict[str, tuple[bytes | None, bytes | None]] = {}
    said, moved, kept = [], {}, []
    for item in items:
        if facts.board.kind(item) not in OVER:
            raise OpsflowError(
                f"{item.id} is in {item.state}, and only what is finished or discarded is archived."
            )
        if item.path.startswith(f"{ARCHIVE}/"):
            said.append(f"{item.id} is archived already. {item.path}")
            kept.append(item.path)
            continue
        path = _target(shelves, item, folders.base_of(item.path, known))
        if path in facts.tree:
            raise OpsflowError(f"{path} is there already; move one of the two files by hand.")
        data = facts.tree[item.path]
        files[item.path] = (data, None)
        files[path] = (None, folders.relinked(data, path))
        moved[path] = item.path
        said.append(f"{item.id} archived. {path}")
    names = [item.id for item in items if item.path in files]
    subject = plans.subject(names, "Archive")
    return Plan(facts.root, _ordered(files), subject, tuple(said), (), moved, tuple(kept))


def over(facts: Facts, before: date | None) -> tuple[Item, ...]:
    """What is over and not archived; with a day, only what was over before it. That asks the history."""
    found = [
        item
        for item in facts.board.items.values()
        if facts.board.kind(item) in OVER and item.source is None and not item.path.startswith(f"{ARCHIVE}/")
    ]
    return tuple(found if before is None else _older(facts, found, before))


def _older(facts: Facts, found: Iterable[Item], before: date) -> Iterable[Item]:
    facts = standing.with_history(facts)
    if facts.history is None:
        raise OpsflowError(f"When items were finished is not known: {facts.gap.rstrip('.')}.")
    for item in found:
        story = facts.story(item.id)
        entry = story.states[-1] if story and story.states else None
        if entry and entry.value == item.state and entry.start.astimezone(facts.zone).date() < before:
            yield item


def _target(shelves: Shelves, item: Item, base: str) -> str:
    """A folder inside `items/` keeps its name; what lies flat is put where there is room."""
    rest = item.path.removeprefix(f"{base}/") if base else item.path
    if "/" in rest:
        return shelves.take(f"{ARCHIVE}/{rest}")
    return shelves.place(ARCHIVE, item.id, rest)


def _ordered(files: dict[str, tuple[bytes | None, bytes | None]]) -> Files:
    return dict(sorted(files.items()))

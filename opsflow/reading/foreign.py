"""What history remembers of one version of a record in somebody else's format; see `track`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from opsflow.reading import sources
from opsflow.reading.extracts import take
from opsflow.reading.loose import Trouble
from opsflow.reading.mappings import Source
from opsflow.reading.records import Record
from opsflow.reading.tracked import Answer, Partly, Rules, Tracked


def versions(rules: Rules, zone: tzinfo, source: Source, path: str, data: bytes) -> Answer:
    """The items of a file that a source reads, or why it cannot be read.

    A record without an id is none of the board's, whatever it says; one without a state is lost.
    """
    read = source.read(path, data)
    if not read.records and read.troubles:
        return read.troubles[0].reason
    found: dict[str, Tracked] = {}
    stateless: list[str] = []
    reason = _said(read.troubles) if read.troubles else ""
    for record in read.records:
        tracked = _version(rules, zone, source, path, record)
        if isinstance(tracked, Tracked):
            found.setdefault(tracked.id, tracked)
            continue
        reason = reason or tracked
        if key := source.id_of(record, path):
            stateless.append(key)
    if not found and reason:
        return reason
    lost = [*source.lost(read, path, found), *(key for key in stateless if key not in found)]
    return Partly(tuple(found.values()), tuple(lost), reason) if lost else tuple(found.values())


def _said(troubles: Sequence[Trouble]) -> str:
    """The first of what is wrong with parts of a file, and how much there is."""
    first, others = troubles[0], len(troubles) - 1
    where = "" if first.keys else f"line {first.line}: "
    return f"{where}{first.reason}{f', and {others} more' if others else ''}"


def _version(rules: Rules, zone: tzinfo, source: Source, path: str, record: Record) -> Tracked | str:
    key, state = source.id_of(record, path), source.text("state", record, path)
    if not key or not state.values:
        return source.lacks("state" if key else "id", record, path)

    def one(name: str) -> str:
        found = source.text(name, record, path).values if name in source.fields else ()
        return found[0] if found else ""

    blocked = one("blocked")
    entered = []
    for name, extracts in source.entered.items():
        taken = take(extracts, record, path).values
        at = sources.moment(taken[0], zone) if taken else None
        if at:
            entered.append((name, at.isoformat()))
    return Tracked(
        key,
        one("title")[: sources.MAX_TITLE] or key,
        state.values[0],
        state.raw,
        one("type") or rules.type,
        one("class") or rules.class_,
        source.texts("assignees", record, path).values if "assignees" in source.fields else (),
        (blocked, one("blocked_by")) if blocked else None,
        tuple(entered),
    )

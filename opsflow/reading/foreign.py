"""What history remembers of one version of a record in somebody else's format; see `track`."""

from __future__ import annotations

from datetime import tzinfo

from opsflow.reading import sources
from opsflow.reading.extracts import take
from opsflow.reading.mappings import Source
from opsflow.reading.records import Record
from opsflow.reading.track import Answer, Rules, Tracked


def versions(rules: Rules, zone: tzinfo, source: Source, path: str, data: bytes) -> Answer:
    """The items of a file that a source reads, or why it cannot be read."""
    read = source.read(path, data)
    if not read.records and read.troubles:
        return read.troubles[0].reason
    found: dict[str, Tracked] = {}
    reason = ""
    for record in read.records:
        tracked = _version(rules, zone, source, path, record)
        if isinstance(tracked, str):
            reason = reason or tracked
        else:
            found.setdefault(tracked.id, tracked)
    return list(found.values()) if found or not reason else reason


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

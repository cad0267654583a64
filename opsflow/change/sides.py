"""What was found on the earlier board, kept: it is the same for every change that begins there.

What is kept is data with a checksum, under a key that names everything that it depends on but the time;
the folder it lies in may be deleted at any time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from opsflow import kept
from opsflow.model import Finding, Place, Severity, Waiver

MOST = 4
"""How many earlier boards are kept of one board: of several branches, and of sets of options."""


class Side(NamedTuple):
    """What was found, and up to when every rule finds the same."""

    findings: tuple[Finding, ...]
    until: float
    """In seconds, UTC."""


def path(home: str, root: str) -> str:
    """The file in the folder `home` that keeps what is known of the board in the folder `root`."""
    return os.path.join(home, f"base-{sha256(os.fsencode(root)).hexdigest()[:24]}.json")


def recall(path: str, key: str, now: float) -> Side | None:
    """What was found under a key; None where that is not known, or may be another by now."""
    found = kept.load(path).get(key)
    if not found or not found["from"] <= now < found["until"]:
        return None
    return Side(tuple(map(_finding, found["findings"])), found["until"])


def keep(path: str, key: str, findings: Sequence[Finding], since: float, until: float) -> None:
    """Keep what was found, good from `since` until just before `until`. Where that fails, nothing happens."""
    others = {name: other for name, other in kept.load(path).items() if name != key}
    newest = dict(list(others.items())[1 - MOST :])
    kept.store(path, {**newest, key: {"from": since, "until": until, "findings": [*map(_row, findings)]}})


def _row(finding: Finding) -> list[Any]:
    waiver = finding.waiver
    end = waiver.until.isoformat() if waiver and waiver.until else None
    told = [waiver.rule, waiver.reason, waiver.by, end] if waiver else None
    return [*finding._replace(waiver=None), told]


def _finding(row: Sequence[Any]) -> Finding:
    values: Mapping[str, Any] = dict(zip(Finding._fields, row[:-1], strict=True))
    return Finding(
        **{
            **values,
            "severity": Severity(values["severity"]),
            "place": Place(*values["place"]),
            "things": tuple(values["things"]),
            "waiver": _waiver(*row[-1]) if row[-1] else None,
        }
    )


def _waiver(rule: str, reason: str, by: str, until: str | None) -> Waiver:
    return Waiver(rule, reason, by, date.fromisoformat(until) if until else None)

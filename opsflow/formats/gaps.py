"""Versions of files that could not be read, as a table, JSON Lines or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

from opsflow.formats.paint import Paint
from opsflow.model import Gap

COLUMNS = ("path", "commit", "at", "reason")


def render(gaps: Sequence[Gap], format: str, zone: tzinfo, paint: Paint, columns: int | None) -> str:
    """The gaps, in the order given. `columns`: the width of the terminal, if there is one."""
    if format == "table":
        return _table(gaps, zone, paint, columns)
    rows = [(gap.path, gap.commit.id, gap.commit.at.astimezone(UTC).isoformat(), gap.reason) for gap in gaps]
    if format == "jsonl":
        from opsflow.formats import json

        return json.lines(COLUMNS, rows)
    from opsflow.formats import csv

    return csv.render(COLUMNS, rows)


def _table(gaps: Sequence[Gap], zone: tzinfo, paint: Paint, columns: int | None) -> str:
    from opsflow.formats.table import Cell, Column, render

    if not gaps:
        return ""
    cells = [
        (
            Cell(gap.path, "strong"),
            gap.commit.id[:7] or Cell("uncommitted", "warn"),
            f"{gap.commit.at.astimezone(zone):%Y-%m-%d %H:%M}",
            gap.reason,
        )
        for gap in gaps
    ]
    names = [Column(name, gives=name in ("path", "reason")) for name in COLUMNS]
    return render(names, cells, paint=paint, columns_wide=columns)

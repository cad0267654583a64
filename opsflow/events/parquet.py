"""Event tables in Parquet, and any table written as Parquet.

A table in which nothing is wrong needs no look at each row: see `whole`. Any other is gathered row by
row, as a CSV file is.
"""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from typing import Any

from opsflow.collection import paused
from opsflow.errors import OpsflowError
from opsflow.events import columns, duck, whole
from opsflow.events.columns import LISTS
from opsflow.events.duck import Source
from opsflow.events.gathering import Gathering
from opsflow.events.sheets import Sheet, chunks
from opsflow.events.table import Table

AT_ONCE = 10_000
"""So many rows are fetched at once."""


def read(path: str, name: str, zone: tzinfo, now: datetime, dates: str = "") -> Table:
    """The table in a Parquet file, as `reading.read` has it; `name` is what messages call it."""
    base = duck.connect()
    import duckdb

    try:
        source = duck.source(base, path, name)
        with paused():
            return whole.read(source, zone, now) or _gathered(
                source, name, Gathering(zone, now.timestamp(), dates)
            )
    except duckdb.Error as error:
        why = str(error).partition("\n")[0].partition(": ")[2]
        raise OpsflowError(
            f"{name} cannot be read as Parquet: {(why.strip() or str(error)).rstrip('.')}."
        ) from error


def _gathered(source: Source, name: str, gathering: Gathering) -> Table:
    gathering.ends = source.has("left")
    asked = ", ".join(_written(source, each) for each in columns.NAMES)
    rows = source.base.execute(f"select {asked} from {source.table} order by {duck.ROW}")
    while found := rows.fetchmany(AT_ONCE):
        for row in found:
            gathering.take(gathering.rows + 1, row)
    return gathering.table(name, source.header.ignored)


def _written(source: Source, name: str) -> str:
    """One of our columns as a file of text has it."""
    kind, raw = source.type(name), source.raw(name)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime({raw} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind.startswith("TIMESTAMP") and not kind.endswith("]"):
        return f"strftime({raw}::timestamp, '%Y-%m-%dT%H:%M:%S.%f')"
    return raw if name in LISTS and kind.endswith("[]") else f"{raw}::varchar"


# -- writing ------------------------------------------------------------------------------------

TYPES = {
    "text": "VARCHAR",
    "moment": "TIMESTAMPTZ",
    "day": "DATE",
    "whole": "BIGINT",
    "number": "DOUBLE",
    "flag": "BOOLEAN",
    "names": "VARCHAR[]",
}
"""What each kind of column is in Parquet."""


def write(sheet: Sheet, path: str) -> None:
    """Write a table into a new file. OSError where that cannot be."""
    base = duck.connect()
    import duckdb
    import numpy

    names = [f"c{place}" for place in range(len(sheet.columns))]
    kinds = [TYPES[kind] for kind in sheet.kinds]
    made = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    base.execute(f"create table sheet ({made})")
    asked = ", ".join(
        f"from_json({name}, '[\"VARCHAR\"]')" if kind == "VARCHAR[]" else f"{name}::{kind}"
        for name, kind in zip(names, kinds, strict=True)
    )
    for chunk in chunks(sheet):
        cells = [numpy.array([*map(_cell, column)], dtype=object) for column in zip(*chunk, strict=True)]
        base.register("chunk", dict(zip(names, cells, strict=True)))
        base.execute(f"insert into sheet select {asked} from chunk")
        base.unregister("chunk")
    shown = ", ".join(
        f"{name} as {duck.named(column)}" for name, column in zip(names, sheet.columns, strict=True)
    )
    try:
        base.execute(f"copy (select {shown} from sheet) to {duck.quoted(path)} (format parquet)")
    except duckdb.IOException as error:
        raise OSError(str(error).partition("\n")[0]) from error


def _cell(value: Any) -> str | None:
    """A value as text that DuckDB turns back; what is no Unicode is written as an escape."""
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return json.dumps(list(value))
    said = value if isinstance(value, str) else str(value)
    return said if said.isascii() else said.encode("utf-8", "backslashreplace").decode()

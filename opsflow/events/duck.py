"""DuckDB, which reads and writes Parquet: a database in memory, and how things are named in its SQL."""

from __future__ import annotations

import glob
import os
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from opsflow.errors import OpsflowError
from opsflow.events import columns
from opsflow.events.columns import STATE, Header

if TYPE_CHECKING:
    import duckdb

NEEDED = "Parquet needs DuckDB: install it with `pip install 'opsflow[parquet]'`, or take CSV or JSON Lines."
ROW = "file_row_number"
"""What DuckDB calls the position of a row in its file."""


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that fetches nothing from elsewhere. OpsflowError where there is no DuckDB."""
    try:
        import duckdb
        import numpy  # noqa: F401
    except ImportError as error:
        raise OpsflowError(NEEDED) from error
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # What does not fit into memory goes there, and not into the current folder.
            "temp_directory": os.path.join(tempfile.gettempdir(), f"opsflow-{os.getpid()}"),
        }
    )


class Source(NamedTuple):
    """A Parquet file, and how our columns are asked for."""

    base: duckdb.DuckDBPyConnection
    table: str
    """The file, as it stands after FROM."""
    header: Header
    names: tuple[str, ...]
    types: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Whether the file has one of our columns."""
        return name in self.header.places

    def type(self, name: str) -> str:
        """The type of one of our columns; empty where the file does not have it."""
        return self.types[self.header.places[name]] if self.has(name) else ""

    def raw(self, name: str) -> str:
        """One of our columns as the file has it; NULL where it has none."""
        return named(self.names[self.header.places[name]]) if self.has(name) else "NULL"

    def text(self, name: str) -> str:
        """One of our columns as text, empty where there is none."""
        return f"coalesce({self.raw(name)}::varchar, '')"

    def micros(self, name: str) -> str:
        """One of our moments, in microseconds since 1970."""
        return f"epoch_us({self.raw(name)})" if self.has(name) else "NULL::bigint"

    @property
    def field(self) -> str:
        """What a row tells of."""
        return f"coalesce(nullif({self.text('field')}, ''), '{STATE}')"


def source(base: duckdb.DuckDBPyConnection, path: str, name: str) -> Source:
    """A Parquet file; OpsflowError where it is no event table. `name` is what messages call it."""
    # Of a folder called `state=ready` DuckDB would make a column.
    asked = f"{quoted(glob.escape(os.path.abspath(path)))}, hive_partitioning = false"
    described = base.execute(f"describe from read_parquet({asked})").fetchall()
    if ROW in (row[0] for row in described):
        raise OpsflowError(f"{name} has a column {ROW}, which DuckDB makes of its own; leave it out.")
    table = f"read_parquet({asked}, {ROW} = true)"
    header = columns.header([row[0] for row in described])
    columns.complete(header, name)
    return Source(base, table, header, tuple(row[0] for row in described), tuple(row[1] for row in described))


def named(column: str) -> str:
    """A column in SQL."""
    return '"' + column.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"

"""Sheets as CSV, JSON Lines and Parquet."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from opsflow.errors import OpsflowError
from opsflow.events import columns
from opsflow.events.sheets import Sheet, chunks
from opsflow.formats import csv, json

CSV, JSONL, PARQUET = "csv", "jsonl", "parquet"
FORMATS = (CSV, JSONL, PARQUET)
"""The formats; their names are how files of them end."""
REMEMBERED = 100_000
"""So many cells are remembered as they are written."""


# -- text ---------------------------------------------------------------------------------------


def text(sheet: Sheet, format: str) -> Iterator[str]:
    """The table as CSV or JSON Lines, piece by piece."""
    return _csv(sheet) if format == CSV else _jsonl(sheet)


_TEXTS = frozenset((str, tuple, type(None)))


class _Cells(dict[Any, str]):
    """Cells by what they say, each written once: a table says most of its words again and again."""

    def __missing__(self, value: Any) -> str:
        if len(self) > REMEMBERED:
            self.clear()
        found = self[value] = _cell(value)
        return found


def _cell(value: Any) -> str:
    return csv.cell(columns.joined(value) if isinstance(value, (list, tuple)) else value)


def _csv(sheet: Sheet) -> Iterator[str]:
    known = _Cells()
    yield ",".join(map(csv.cell, sheet.columns)) + "\n"
    for rows in chunks(sheet):
        written = [_column(values, known) for values in zip(*rows, strict=True)]
        yield "".join([",".join(row) + "\n" for row in zip(*written, strict=True)])


def _column(values: Sequence[Any], known: _Cells) -> Iterable[str]:
    """The cells of a column. Texts are looked up; of numbers, 1, 1.0 and true would be one key."""
    return map(known.__getitem__ if _TEXTS.issuperset(map(type, values)) else _cell, values)


def _jsonl(sheet: Sheet) -> Iterator[str]:
    """An object a line, without what is empty; but `left` of the events stays: it has not come."""
    for rows in chunks(sheet):
        yield "".join(
            [
                json.line(
                    {
                        name: value
                        for name, value in zip(sheet.columns, row, strict=True)
                        if value is not None or name == "left"
                    }
                )
                for row in rows
            ]
        )


# -- files --------------------------------------------------------------------------------------


def refuse(path: str, *, force: bool) -> None:
    """OpsflowError where something is at the path that is not to be replaced."""
    if os.path.lexists(path) and not (force and os.path.isfile(path)):
        what = "exists; --force replaces it" if os.path.isfile(path) else "is not a file; name another one"
        raise OpsflowError(f"{path} {what}.")


def store(sheet: Sheet, format: str, path: str, *, force: bool) -> None:
    """Write a table into a file. Who reads it finds the old one or the whole new one, never a part.

    OpsflowError where there is something already, unless `force` replaces a file, or it cannot be written.
    """
    refuse(path, force=force)
    beside = f"{path}.{os.getpid()}"
    try:
        _fill(sheet, format, beside)
        if force:
            os.replace(beside, path)
        else:
            os.link(beside, path)
            with suppress(OSError):  # the table is there; below it is tried once more
                os.unlink(beside)
    except OSError as error:
        raise OpsflowError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            os.unlink(beside)


def _fill(sheet: Sheet, format: str, path: str) -> None:
    if format == PARQUET:
        from opsflow.events import parquet

        parquet.write(sheet, path)
        return
    with open(path, "x", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
        stream.writelines(text(sheet, format))

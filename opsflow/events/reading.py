"""Event tables from files: CSV, JSON Lines and Parquet."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, BinaryIO, NamedTuple

from opsflow import words
from opsflow.collection import paused
from opsflow.errors import OpsflowError
from opsflow.events import columns
from opsflow.events.columns import Header
from opsflow.events.gathering import Gathering, Record, shown, text
from opsflow.events.table import Table
from opsflow.formats.csv import unguarded

STDIN = "-"
"""Stands for the standard input."""
PARQUET = b"PAR1"
"""How a Parquet file begins."""
OTHERS = {
    b"\xff\xfe\0\0": "in UTF-32; save it in UTF-8",
    b"\0\0\xfe\xff": "in UTF-32; save it in UTF-8",
    b"\xff\xfe": "in UTF-16; save it in UTF-8",
    b"\xfe\xff": "in UTF-16; save it in UTF-8",
    b"\x1f\x8b": "compressed; unpack it first",
    b"PK\x03\x04": "a workbook or an archive; save the table as CSV",
}
"""How files begin that are often taken for tables, and what to do."""
MOST_STATES = 500
"""States that a table may have: their order is found out by comparing them with one another."""
HEAD = 4096
"""So many bytes show what a file is."""
SEPARATORS = (",", ";", "\t", "|")
_SAID = re.compile(r"(?i)sep=(.|\\t)")
_LONE = re.compile("[\udc80-\udcff]")
"""Bytes that are no UTF-8, as Python carries them."""

Take = Callable[[int, Record], None]


class Asked(NamedTuple):
    """How a file is read, as `read` has it."""

    zone: tzinfo
    now: datetime
    dates: str
    states: Sequence[str]


def read(path: str, zone: tzinfo, now: datetime, dates: str = "", states: Sequence[str] = ()) -> Table:
    """The table in a file, or on the standard input (`-`).

    Moments without an offset are of the zone; what is later than now does not count. `dates` is one of
    `moments.DATES`, where somebody says how they are written, and `states` are those that may have a
    column of their own. What is wrong in a row is in the notes of the table. OpsflowError where the file
    is no event table at all.
    """
    asked = Asked(zone, now, dates, states)
    try:
        if path == STDIN:
            return _bounded(_read(sys.stdin.buffer, "the standard input", "", asked), "the standard input")
        with open(path, "rb") as stream:
            return _bounded(_read(stream, path, path, asked), path)
    except OSError as error:
        raise OpsflowError(
            f"{path} cannot be read: {error.strerror or error}; name a CSV, JSON Lines or Parquet file after "
            "--events, or - for the standard input."
        ) from error


def _bounded(table: Table, name: str) -> Table:
    """The table; OpsflowError where its column of states says something else."""
    states = len(table.visits.names)
    if states > MOST_STATES:
        raise OpsflowError(
            f"{name} has {states:,} states, and {MOST_STATES} is the most: look which column is called "
            "`state`."
        )
    return table


def _read(stream: io.BufferedReader | BinaryIO, name: str, path: str, asked: Asked) -> Table:
    head = stream.peek(HEAD)[:HEAD] if isinstance(stream, io.BufferedReader) else b""
    if head.startswith(PARQUET):
        return _parquet(stream, name, path, asked)
    _refuse(head, name)
    lines = io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="")
    gathering = Gathering(asked.zone, asked.now.timestamp(), asked.dates, asked.states)
    gather = {b"{": _objects, b"[": _array}.get(head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1], _cells)
    try:
        with paused():
            ignored = gather(lines, gathering, name)
    finally:
        lines.detach()  # whoever opened the stream closes it
    return gathering.table(name, ignored)


def _parquet(stream: BinaryIO, name: str, path: str, asked: Asked) -> Table:
    from opsflow.events import parquet

    if path:
        return parquet.read(path, name, asked.zone, asked.now, asked.dates)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "events.parquet")
        with open(path, "wb") as copy:
            shutil.copyfileobj(stream, copy)
        return parquet.read(path, name, asked.zone, asked.now, asked.dates)


def _refuse(head: bytes, name: str) -> None:
    """OpsflowError for a file that begins as no table does."""
    if not head.strip():
        raise OpsflowError(f"{name} is empty; an event table has a line of columns: item,value,entered.")
    for begins, what in OTHERS.items():
        if head.startswith(begins):
            raise OpsflowError(f"{name} is {what}.")
    if b"\0" in head.lstrip().partition(b"\n")[0]:
        raise OpsflowError(f"{name} is no text; an event table is CSV, JSON Lines or Parquet.")


def _checked(lines: Iterator[str], gathering: Gathering) -> Iterator[str]:
    """The lines, those that are no text left out."""
    for number, line in enumerate(lines, 1):
        if "\0" in line or (not line.isascii() and _LONE.search(line)):
            gathering.rows += 1
            what = "it has a NUL in it" if "\0" in line else "it is not UTF-8"
            gathering.leave(number, what)
            yield "\n"
        else:
            yield line


# -- CSV ----------------------------------------------------------------------------------------


def _cells(lines: Iterator[str], gathering: Gathering, name: str) -> tuple[str, ...]:
    """Gather the rows of a CSV file; returns the columns that mean nothing."""
    checked = _checked(lines, gathering)
    before, top = next(((number, line) for number, line in enumerate(checked, 1) if line.strip()), (1, ""))
    said = _SAID.fullmatch(top.strip())
    if said:  # spreadsheets write and read such a line
        before, top = next(
            ((number, line) for number, line in enumerate(checked, before + 1) if line.strip()), (1, "")
        )
    separators = (said[1].replace("\\t", "\t"),) if said else SEPARATORS
    headers = {each: _header(top, each, gathering.states) for each in separators}
    separator = max(headers, key=lambda each: len(headers[each].places) + len(headers[each].states))
    header = headers[separator]
    columns.complete(header, name)
    gathering.ends = "left" in header.places
    width = len(next(csv.reader([top], delimiter=separator)))
    # The last cell is one that every row gets, and stands for all columns that the file has not.
    places = [header.places.get(each, -1) for each in columns.NAMES]
    feed = _Feed(checked)
    rows = csv.reader(feed, delimiter=separator)
    while True:
        wrong = ""
        feed.taken.clear()
        try:
            row = next(rows)
        except StopIteration:
            return header.ignored
        except csv.Error as error:
            long = f"it has a cell of more than {csv.field_size_limit():,} letters"
            wrong = long if "larger" in str(error) else f"it is no CSV: {error}"
        if feed.over or (wrong and len(feed.taken) > 1):
            wrong = "it has a cell that does not end: a quotation mark is missing"
            feed.give_back()  # no line is read more than twice, for those below have no lone quotation mark
            rows = csv.reader(feed, delimiter=separator)
        line, before = before + 1, before + len(feed.taken)
        if wrong:
            gathering.rows += 1
            gathering.leave(line, wrong)
            continue
        if not row:
            continue
        while len(row) > width and not row[-1].strip():
            row.pop()
        if len(row) > width:
            gathering.rows += 1
            gathering.leave(line, f"it has {len(row)} cells, and there are {words.count(width, 'column')}")
            continue
        row += [""] * (width + 1 - len(row))
        record = [row[place] for place in places]
        record = [*map(unguarded, record)] if "'" in "".join(record) else record
        if header.states:
            _steps(gathering, line, record, [(state, row[place]) for state, place in header.states])
        else:
            gathering.take(line, record)


class _Feed:
    """Lines, written down as a row takes them, so that those below a broken one can be read again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.again: deque[str] = deque()
        self.taken: list[str] = []
        self.over = False
        """Whether the file ended before the row did."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.lines, None)
        if line is None:
            self.over = True
            raise StopIteration
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """The row had but one line; the others are to be read again."""
        self.again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        self.over = False


def _steps(gathering: Gathering, line: int, record: list[Any], came: Sequence[tuple[str, Any]]) -> None:
    """Gather a row that says of several states when the item came there; empty: it did not."""
    for state, at in came:
        if text(at):
            record[_VALUE], record[_ENTERED] = state, at
            gathering.take(line, record)


_VALUE, _ENTERED = map(columns.NAMES.index, columns.STEP)


def _header(line: str, separator: str, states: Sequence[str]) -> Header:
    try:
        return columns.header(next(csv.reader([line], delimiter=separator), []), states)
    except csv.Error:
        return columns.header([])


# -- JSON Lines ---------------------------------------------------------------------------------


def _whole(digits: str) -> int | str:
    """A number; with thousands of digits, which Python refuses, a text."""
    return int(digits) if len(digits) < 400 else digits


_json = json.JSONDecoder(parse_int=_whole).decode


def _objects(lines: Iterator[str], gathering: Gathering, name: str) -> tuple[str, ...]:
    """Gather the rows of a file of JSON Lines; returns the keys that mean nothing."""

    def told() -> Iterator[tuple[int, Any, str]]:
        for number, line in enumerate(_checked(lines, gathering), 1):
            if line.strip():
                try:
                    row = _json(line)
                except (ValueError, RecursionError):
                    row = None
                yield number, row, line.strip()

    return _rows(told(), gathering, name)


def _array(lines: Iterator[str], gathering: Gathering, name: str) -> tuple[str, ...]:
    """The same of a file that is one JSON array; the rows are numbered, and not the lines."""
    try:
        rows = _json("".join(_checked(lines, gathering)))
    except RecursionError as error:
        raise OpsflowError(f"{name} begins as a JSON array and is nested too deeply.") from error
    except ValueError as error:
        raise OpsflowError(f"{name} begins as a JSON array and is none: {error}.") from error
    return _rows(((number, row, str(row)) for number, row in enumerate(rows, 1)), gathering, name)


def _rows(told: Iterable[tuple[int, Any, str]], gathering: Gathering, name: str) -> tuple[str, ...]:
    headers: dict[tuple[str, ...], tuple[Header, list[str]]] = {}
    for number, row, written in told:
        if not isinstance(row, dict):
            gathering.rows += 1
            gathering.leave(number, f"{shown(written)} is no JSON object")
            continue
        keys = tuple(row)
        if keys not in headers:
            header = columns.header(keys, gathering.states)
            headers[keys] = (
                header,
                [
                    keys[place] if (place := header.places.get(each, -1)) >= 0 else ""
                    for each in columns.NAMES
                ],
            )
        header, picked = headers[keys]
        record = [row[key] if key else None for key in picked]
        if header.states:
            _steps(gathering, number, record, [(state, row[keys[place]]) for state, place in header.states])
        else:
            gathering.take(number, record)
    found = [header for header, _ in headers.values()]
    known = {each for header in found for each in header.places}
    if found:
        columns.complete(
            Header(
                dict.fromkeys(known, 0),
                tuple(dict.fromkeys(each for header in found for each in header.ignored)),
                tuple(each for header in found for each in header.states),
            ),
            name,
        )
    gathering.ends = "left" in known
    return tuple(dict.fromkeys(each for header in found for each in header.ignored))

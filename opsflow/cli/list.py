"""List items that fit a filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from opsflow import words
from opsflow.cli import complete, options, query, rows, screen
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.facts import Facts

COLUMNS = ("id", "state", "age_days", "type", "assignees", "due", "title")
ORDER = "state,-age_days,id"
SIGNS = "signs"
"""The column that says what is late or blocked."""
LOW = 100
"""On a terminal narrower than this the titles get the room of the signs and of the type."""
EPILOG = f"""Fields: {", ".join(rows.FIELDS)}, and the board's own.

A question compares fields: = != < <= > >= ~ (contains) in (a, b), joined by and, or, not.
A date may be today + 7d; a length, 2d or 12h. `due = none` fits what has no date.

\b
opsflow list type:incident --sort -age_days
opsflow list state:doing,review --where "age_days > 5 and not blocked"
"""


@click.command(epilog=EPILOG)
@click.argument("filters", nargs=-1, metavar="[FIELD:VALUE | WORD]...", shell_complete=complete.filters)
@click.option(
    "--where", default="", metavar="QUESTION", help='Such as "due < today + 7d and labels = audit".'
)
@click.option(
    "--sort",
    default="",
    metavar="FIELD,...",
    help="Fields to sort by; -FIELD sorts down; default: by state and age, for programs by id.",
)
@click.option("--columns", default="", metavar="FIELD,...", help="The fields to show.")
@click.option("--all", "over", is_flag=True, help="Finished and discarded items, too.")
@options.reading("table", "json", "csv", "ids")
def command(
    ask: options.Ask, filters: tuple[str, ...], where: str, sort: str, columns: str, over: bool
) -> None:
    """List items that fit a filter.

    Without a filter by state, those that are neither finished nor discarded. FIELD:VALUE picks by a
    field (several values: state:doing,review; all others: type!=incident; of texts such as the title,
    a part), "due<2026-12-01" compares, a WORD picks by id or title.
    """
    named = any(name in " ".join((*filters, where, sort, columns)) for name in _MEASURED)
    whole = ask.format in ("json", "csv") and not columns
    aged = ask.format == "table" and not (columns and sort)
    facts = ask.facts(history=named or whole or aged)
    sort = sort or (ORDER if ask.format == "table" else "id")
    questions = _questions(facts, filters, where)
    shown, order = _shown(facts, columns, ask.format), _names(facts, sort.split(","))
    asked = {name for question in questions for name in question.names}
    fields = {*shown, *(name.removeprefix("-") for name in order), *asked, "id", "open", "late", "blocked"}
    fitting = [row for row in rows.of(facts, fields) if all(question.fits(row) for question in questions)]
    picked = [row for row in fitting if over or row["open"] or asked & _SAY_WHETHER_OVER]
    rows.sort(picked, order, [state.name for state in facts.board.states])
    screen.show(_render(picked, shown, ask.format, bool(columns)))
    if ask.format == "table" and not (facts.board.items or facts.board.sources or facts.faults):
        screen.tell("The board has no items; `opsflow new TITLE` makes one.")
        return
    _remark(facts, named, len(picked), len(fitting) - len(picked), ask.format)


_SAY_WHETHER_OVER = {"state", "raw_state", "kind", "open"}
"""Who asks about one of these wants finished items, too, where they fit."""

_MEASURED = (*rows.MEASURED, *(word for word, name in rows.ALIASES.items() if name in rows.MEASURED))


def _questions(facts: Facts, filters: Sequence[str], where: str) -> list[query.Query]:
    names = {**{name: name for name in (*rows.FIELDS, *facts.board.fields)}, **rows.ALIASES}
    try:
        forms = rows.forms(facts.board)
        asked = [query.shorthand(text, names, facts.today, forms) for text in filters]
        return [*asked, query.parse(where, names, facts.today, forms)] if where else asked
    except query.Wrong as error:
        raise OpsflowError(f"This filter cannot be read: {error}") from None


def _shown(facts: Facts, columns: str, format: str) -> list[str]:
    if columns:
        return _names(facts, columns.split(","))
    return [*rows.FIELDS, *facts.board.fields] if format in ("json", "csv") else [*COLUMNS]


def _names(facts: Facts, words: Iterable[str]) -> list[str]:
    """Fields as the rows name them, each with the `-` that it was written with."""
    known = (*rows.FIELDS, *facts.board.fields)
    found = []
    for word in filter(None, map(str.strip, words)):
        down, name = ("-", word[1:]) if word.startswith("-") else ("", word)
        name = rows.ALIASES.get(name, name)
        if name not in known:
            from opsflow.cli.program import suggestion

            hint = suggestion(name, known) or f" There are {', '.join(known)}."
            raise OpsflowError(f"There is no field {name!r}.{hint}")
        found.append(down + name)
    if not found:
        raise OpsflowError("Name at least one field after --sort and --columns.")
    return found


def _render(picked: Sequence[dict[str, Any]], shown: Sequence[str], format: str, exactly: bool) -> str:
    if format == "ids":
        return "".join(f"{row['id']}\n" for row in picked)
    if format == "json":
        from opsflow.formats import json

        return json.render([{name: row[name] for name in shown} for row in picked])
    if format == "csv":
        from opsflow.formats import csv

        return csv.render(shown, ([row[name] for name in shown] for row in picked))
    if exactly:
        return _table(picked, shown, {})
    for row in picked:
        row[SIGNS] = [word for word in ("late", "blocked") if row[word]]
    wide = screen.columns()
    if wide is not None and wide < LOW:
        told = [name for name in shown if name != "type"]
    else:
        told = [*shown[:-1], SIGNS, shown[-1]]
    return _table(picked, [name for name in told if any(row[name] for row in picked)], _TITLES)


def _table(picked: Sequence[dict[str, Any]], shown: Sequence[str], titles: Mapping[str, str]) -> str:
    from opsflow.formats import table

    if not picked:
        return ""
    columns = [
        table.Column(
            titles.get(name, name.replace("_", " ")),
            right=all(_is_number(row[name]) for row in picked),
            gives=name in ("title", "assignees", "labels", "services", "skills", "public", "blocked", "path"),
        )
        for name in shown
    ]
    cells = [[_cell(name, row[name]) for name in shown] for row in picked]
    return table.render(columns, cells, paint=screen.paint(), columns_wide=screen.columns())


_TITLES = {SIGNS: "", "age_days": "age"}


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _cell(name: str, value: Any) -> Any:
    from opsflow.formats.table import Cell

    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:g}"
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return Cell(text, {"id": "strong", "blocked": "bad", SIGNS: "bad"}.get(name, ""))


def _remark(facts: Facts, measured: bool, shown: int, hidden: int, format: str) -> None:
    if measured and facts.history is None:
        screen.tell(f"There are no ages and no dates of moves: {facts.gap.rstrip('.')}.")
    if hidden and format == "table" and (screen.on_terminal() or not shown):
        shows = "is not shown; --all shows it." if hidden == 1 else "are not shown; --all shows them."
        screen.tell(f"{words.count(hidden, 'finished or discarded item')} {shows}")
    elif not shown and format == "table":
        screen.tell("No item fits.")
    options.mention_unread(facts)

"""The board for a terminal: columns side by side as far as they fit, the rest below; or a line a card.

The data is the view of the report `board`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opsflow.formats.fold import Part, fold
from opsflow.formats.head import as_of
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import clip, visible, width, wrap

View = Mapping[str, Any]
Line = tuple[str, str]
"""What is shown and how wide it is painted: the plain text and the painted one."""

NARROWEST = 20
"""A column narrower than this cannot be read; then fewer stand side by side."""
WIDEST = 40
GAP = 2
MARGIN = 16
"""How wide the names of the rows below the board stand."""
LOW = 60
"""On a screen narrower than this they stand above their rows."""
LINES = 6
"""So many lines a reason or an advice may take."""
QUIET_CARDS, CARDS = 8, 25
"""How many cards a column shows, before the work begins or after it ends, and in between.

It shows one more where that is the last, for which a line that counts it would stand."""


def render(view: View, *, paint: Paint = plain, columns_wide: int | None = None) -> str:
    """The board. `columns_wide` None, for pipes: one card a line, nothing clipped."""
    body = _listed(view, paint) if columns_wide is None else _side_by_side(view, paint, columns_wide)
    end = [*_unknown(view, paint), *_today(view, paint, columns_wide)]
    return "\n".join([*_top(view, paint, columns_wide), *body, *end]).rstrip() + "\n"


def _top(view: View, paint: Paint, columns_wide: int | None) -> Iterator[str]:
    pulse = view["pulse"]
    name = visible(view["as_of"]["board"])
    yield from fold([(name, "strong"), (f" {as_of(view)}", "dim")], paint, columns_wide)
    yield from fold(_pulse(pulse), paint, columns_wide)
    yield ""


def _pulse(pulse: View) -> list[Part]:
    over, finished = pulse["columns_over"], pulse["finished_14_days"]
    parts = [(f"{pulse['in_flow']:,} in flow", "")]
    parts.append((f"{pulse['blocked']:,} blocked", "bad" if pulse["blocked"] else ""))
    if over:
        parts.append(
            (f"{over} {'column over its limit' if over == 1 else 'columns over their limits'}", "bad")
        )
    if finished is not None:
        parts.append((f"{finished:,} finished in 14 days", ""))
    return [(f"{text},", style) for text, style in parts[:-1]] + parts[-1:]


# -- columns side by side -----------------------------------------------------------------------


def _side_by_side(view: View, paint: Paint, columns_wide: int) -> Iterator[str]:
    columns = view["columns"]
    fit = max((columns_wide + GAP) // (NARROWEST + GAP), 1)
    bands = -(-len(columns) // fit) if columns else 0
    per_band = -(-len(columns) // bands) if bands else 1
    wide = min((columns_wide + GAP) // per_band - GAP, WIDEST)
    for start in range(0, len(columns), per_band):
        lines = list(_band(view["lanes"], columns[start : start + per_band], paint, wide))
        while not lines[-1]:
            lines.pop()
        yield from (*lines, "")


def _band(lanes: Sequence[View], columns: Sequence[View], paint: Paint, wide: int) -> Iterator[str]:
    tall = max(len(_words(column, wide)) for column in columns)
    yield from _beside([list(_head(column, paint, wide, tall)) for column in columns], wide)
    cells = {
        lane["key"]: [list(_cell(column, lane["key"], paint, wide)) for column in columns] for lane in lanes
    }
    for place, column in enumerate(columns):
        last = next((lane["key"] for lane in reversed(lanes) if cells[lane["key"]][place]), lanes[-1]["key"])
        cells[last][place] += _rest(column, paint)
    shown = [lane for lane in lanes if any(cells[lane["key"]])]
    for lane in shown:
        if len(shown) > 1:
            yield paint(_lane(lane), "bad" if lane["over"] else "strong")
        yield from _beside(cells[lane["key"]], wide)


def _lane(lane: View) -> str:
    if lane["key"] == "standard":
        return visible(lane["title"])
    most = f" of {lane['max']}" if lane["max"] is not None else ""
    return f"{visible(lane['title'])}, {lane['count']}{most} in flow"


def _beside(blocks: Sequence[Sequence[Line]], wide: int) -> Iterator[str]:
    """Blocks of lines next to each other, each as wide as a column."""
    for row in range(max(map(len, blocks), default=0)):
        line = ""
        for block in blocks:
            text, painted = block[row] if row < len(block) else ("", "")
            line += painted + " " * (wide - width(text) + GAP)
        yield line.rstrip()


def _words(column: View, wide: int) -> list[str]:
    return wrap(visible(column["words"]), wide, 2)


def _head(column: View, paint: Paint, wide: int, tall: int) -> Iterator[Line]:
    """Name, count, words on so many lines, meter."""
    limit = column["limit"]
    over = limit is not None and limit["over"] > 0
    count = _count(column)
    name = clip(visible(column["title"]), wide - len(count) - 1)
    space = " " * (wide - width(name) - len(count))
    yield name + space + count, paint(name, "strong") + space + paint(count, "bad" if over else "")
    words = _words(column, wide)
    for line in (*words, *[""] * (tall - len(words))):
        yield line, paint(line, "bad" if over else "dim") if line else ""
    yield _meter(column, wide), paint(_meter(column, wide), "bad" if over else "dim")


def _meter(column: View, wide: int) -> str:
    """A line that is thick as far as the column is full; all of it where it is full or over."""
    most = column["limit"] and column["limit"]["max"]
    full = 0 if most is None else wide if most == 0 else min(wide * column["count"] // most, wide)
    return "━" * full + "─" * (wide - full)


def _count(column: View) -> str:
    limit = column["limit"]
    if limit is not None and limit["max"] is not None:
        return f"{column['count']} of {limit['max']}"
    over = column["kind"] in ("done", "discarded")  # of these, the words say from when they are
    return f"{sum(map(len, column['cells'].values())) if over else column['count']:,}"


def _cell(column: View, lane: str, paint: Paint, wide: int) -> Iterator[Line]:
    for card in _cards(column, lane):
        yield from _small(card, paint, wide) if column["quiet"] else _card(card, paint, wide)


def _cards(column: View, lane: str) -> Sequence[View]:
    """The cards that are shown; where it is quiet, lanes do not matter, and the last one holds all."""
    cells = column["cells"]
    if not column["quiet"]:
        return _first(cells.get(lane, []), CARDS)
    held = [card for cards in cells.values() for card in cards]
    return _first(held, QUIET_CARDS) if lane == [*cells][-1] else []


def _first(cards: Sequence[View], most: int) -> Sequence[View]:
    return list(cards) if len(cards) == most + 1 else list(cards[:most])


def _rest(column: View, paint: Paint) -> Iterator[Line]:
    held = sum(len(cards) for cards in column["cells"].values())
    more = column["hidden"] + held - sum(len(_cards(column, lane)) for lane in column["cells"])
    if more:
        text = f"{more:,} more"
        yield text, paint(text, "dim")


def _small(card: View, paint: Paint, wide: int) -> Iterator[Line]:
    name = clip(visible(card["id"]), wide)
    first, *rest = wrap(f"{name} {visible(card['title'])}", wide, 2)
    yield first, paint(name, "strong") + first.removeprefix(name)
    for line in rest:
        yield line, line


def _card(card: View, paint: Paint, wide: int) -> Iterator[Line]:
    age = _age(card)
    name = clip(visible(card["id"]), wide - len(age) - 1)
    space = " " * (wide - width(name) - len(age))
    yield name + space + age, paint(name, "strong") + space + paint(age, _age_style(card))
    for line in wrap(visible(card["title"]), wide, 3):
        yield line, line
    for text, style in _marks(card):
        for line in wrap(text, wide, LINES):
            yield line, paint(line, style)
    yield "", ""


# -- a line a card ------------------------------------------------------------------------------


def _listed(view: View, paint: Paint) -> Iterator[str]:
    several = len(view["lanes"]) > 1
    for column in view["columns"]:
        yield f"{visible(column['title'])}  {_count(column)}  {visible(column['words'])}".rstrip()
        for lane in view["lanes"]:
            for card in column["cells"].get(lane["key"], []):
                yield f"  {_on_one_line(card, several and card['expedite'])}"
        if column["hidden"]:
            yield f"  {column['hidden']:,} more"
        yield ""


def _on_one_line(card: View, expedite: bool) -> str:
    marks = [text for text, _ in _marks(card) if text]
    if expedite and visible(card["class"]["title"]) not in marks:
        marks.insert(0, visible(card["class"]["title"]))
    end = f"  ({'; '.join(marks)})" if marks else ""
    return f"{visible(card['id']):<10} {_age(card):>6}  {visible(card['title'])}{end}"


# -- what a card says ---------------------------------------------------------------------------


def _age(card: View) -> str:
    days = card["age"]["days"]
    return f"{days} d" if days is not None else ""


def _age_style(card: View) -> str:
    return {"b3": "bad", "b2": "warn"}.get(card["age"]["band"], "")


def _marks(card: View) -> Iterator[tuple[str, str]]:
    """What is to be known about a card, with its style; the most urgent first."""
    blocked = card["blocked"]
    if blocked:
        days = f" {blocked['days']} d" if blocked["days"] is not None else ""
        by = f" ({visible(blocked['by_name'])})" if blocked["by_name"] else ""
        yield f"blocked{days}: {visible(blocked['reason'])}{by}", "bad"
    if card["waits_for"]:
        yield f"waits for {', '.join(visible(other['id']) for other in card['waits_for'])}", "warn"
    due = _due(card)
    title = visible(card["class"]["title"]) if card["expedite"] else ""
    if title or due:
        yield ", ".join(filter(None, (title, due))), "bad" if card["late"] else "strong" if title else ""
    people = ", ".join(visible(person["key"]) for person in card["assignees"])
    if people:
        yield people, "dim"


def _due(card: View) -> str:
    days = card["due_in_days"]
    if card["due_on"] is None or card["finished_on"]:
        return ""
    if card["late"] and days is not None:
        return f"due {card['due_on']}, {-days} d late"
    return f"due {card['due_on']}"


# -- below the board ----------------------------------------------------------------------------


def _unknown(view: View, paint: Paint) -> Iterator[str]:
    if view["unknown"]:
        yield paint("In a state that the workflow does not have", "bad")
        for card in view["unknown"]:
            yield f"  {visible(card['id'])}  {visible(card['state']['state'])}  {visible(card['title'])}"
        yield ""


def _today(view: View, paint: Paint, columns_wide: int | None) -> Iterator[str]:
    today = view["today"]
    over = [visible(sentence) for sentence in today["over_limit"]["sentences"]]
    unblock = [_title(row, row["reason"] + _for(row["days"])) for row in today["unblock"]["rows"]]
    finish = [_title(row, row["why"]) for row in today["finish_first"]["rows"]]
    pull = [_title(row, "; ".join(row["why"])) for row in today["pull_next"]["rows"]]
    if today["pull_next"]["sentence"]:
        pull.insert(0, visible(today["pull_next"]["sentence"]))
    for name, rows, style in (
        ("Over the limit", over, "bad"),
        ("Unblock", unblock, ""),
        ("Finish first", finish, ""),
        ("Pull next", pull, ""),
    ):
        low = columns_wide is not None and columns_wide < LOW
        wide = None if columns_wide is None else columns_wide - (2 if low else MARGIN)
        lines = [line for row in rows for line in ([row] if wide is None else wrap(row, wide, LINES))]
        if low and lines:
            yield paint(name, style or "strong")
            yield from (f"  {line}" for line in lines)
            continue
        for place, line in enumerate(lines):
            first = "" if place else name
            yield paint(first, style or "strong") + " " * (MARGIN - len(first)) + line


def _for(days: int | None) -> str:
    return "" if days is None else f", {days} d"


def _title(row: View, why: str) -> str:
    return f"{visible(row['id'])} {visible(row['title'])}" + (f": {visible(why)}" if why else "")

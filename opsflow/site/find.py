"""Search over all items, without a server: what is searched lies beside the page as script files.

A page that was opened from a folder may read no other file, but it may load scripts; so the data are scripts
that hand over one JSON value each. They are cut into sheets, and a sheet is loaded when somebody searches.
The first ones have a row for each item: id, title, state, names. The others say which items' descriptions
have a word, in the order of the words, so that a search loads those alone that its words may stand in.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import sub

from opsflow.measures._names import sentence_case
from opsflow.model import OVER, Item
from opsflow.site.environment import straight
from opsflow.site.shop import Page, Shop

LARGEST = 390_000
"""Bytes of a sheet, at most, but for a few around it."""
LONGEST = 1000
"""Letters of a title, and of the names beside it, that are searched."""
_LETTERS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(f"[{_LETTERS}]|[^\\W{_LETTERS}]+")
"""A word, or one letter of a script that has no spaces between words."""
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MARKS = re.compile("[\u0300-\u036f]")


def page(shop: Shop) -> Page:
    """The search page."""
    data = shop.render.page("find.html", "find.html", {}, title="Find", section="find", scripts=("find",))
    return Page("find.html", data)


def sheets(shop: Shop) -> Iterator[Page]:
    """What the search page searches."""
    items = list(shop.facts.board.items.values())
    firsts = []
    for number, sheet in enumerate(_sheets(_words(items))):
        firsts.append(sheet[0][0])
        yield script(f"find-words-{number + 1}", ",".join(text for _, text in sheet))
    states = shop.facts.board.states
    about = {
        "words": firsts,
        "states": [state.title or sentence_case(state.name) for state in states],
        "over": [int(state.kind in OVER) for state in states],
    }
    rows = list(_sheets(_rows(shop, items))) or [[]]
    for number, sheet in enumerate(rows):
        first = [written({**about, "sheets": len(rows)})] if number == 0 else []
        yield script(f"find-items-{number + 1}", ",".join([*first, *(text for _, text in sheet)]))


def script(name: str, values: str) -> Page:
    """A script file that hands over a list of values, which are written already."""
    return Page(f"{name}.js", f'opsflow.data("{name}",[{values}]);\n'.encode("utf-8", "replace"))


def written(value: object) -> str:
    """A value as a script has it; whatever it says, it is only that."""
    text = _written(value)
    return text if text.isascii() and "<" not in text else _inert(text)


def _inert(text: str) -> str:
    text = straight(text, slash="\\\\")  # signs to read, not an escape that a script takes back
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.encode("utf-8", "replace").decode()


def _rows(shop: Shop, items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Id, title, state by its number or as it is written, names; the page where the id does not name it."""
    board = shop.facts.board
    people, services = board.people or {}, board.services or {}
    known = {state.name: number for number, state in enumerate(board.states)}
    for item in items:
        told = [
            *(people[key].name for key in item.assignees if key in people),
            *(services[key].name for key in item.services if key in services),
            *item.assignees,
            *item.services,
            *item.labels,
            item.requester,
        ]
        said = " ".join(dict.fromkeys(filter(None, told)))[:LONGEST]
        row = [item.id, item.title[:LONGEST], known.get(item.state, item.state), said]
        name = shop.names[item.id]
        yield item.id, written(row if name == item.id else [*row, name])


def _words(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Each word, in their order, and the numbers of the items that have it: the first, then the steps on."""
    where: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        text = "\n".join((item.description, item.public, *(step.text for step in item.checklist)))
        for word in {word[:40] for word in _WORD.findall(plain(text))}:
            where[word].append(number)
    for word in sorted(where):
        numbers = where[word]
        yield word, f"{written(word)},{_written([*map(sub, numbers, (0, *numbers))])}"


def plain(text: str) -> str:
    """A text as it is searched: small letters without accents."""
    text = text.lower()
    return text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", text))


def _sheets(rows: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Rows, each with its key, cut where a sheet is full."""
    sheet: list[tuple[str, str]] = []
    size = 0
    for row in rows:
        more = len(row[1].encode()) + 1
        if sheet and size + more > LARGEST:
            yield sheet
            sheet, size = [], 0
        sheet.append(row)
        size += more
    if sheet:
        yield sheet

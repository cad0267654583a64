"""All that a site consists of, registered here: a new page is one function and one line.

A part is made with all the facts whenever anything changed; what it made is written where its bytes are
others than before. Many pages of one kind, such as those of the items, are made only where something changed
that they depend on, and by several processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from opsflow.site import (
    activity,
    board,
    feeds,
    find,
    items,
    keys,
    lists,
    names,
    pages,
    people,
    roadmap,
    rules,
    services,
    status,
)
from opsflow.site.shop import AUDIENCES, PUBLIC, TEAM, Page, Shop, Word

TEAM_ONLY = (TEAM,)


class Part(NamedTuple):
    """Pages that are made together."""

    make: Callable[[Shop], Page | Iterable[Page]]
    word: Word | None = None
    """Its place in the navigation, which is in the order of the parts."""
    audiences: Sequence[str] = TEAM_ONLY
    """Who gets it. What everybody gets is made from `public` texts alone."""


class Many(NamedTuple):
    """Pages of one kind, each about one thing."""

    keys: Callable[[Shop], Mapping[str, str]]
    """Each page's path, to a text that differs where the page would; empty: make it each time."""
    make: Callable[[Shop, Sequence[str]], Iterable[Page]]
    """The pages of these paths, in this order."""
    audiences: Sequence[str] = TEAM_ONLY


def _items(shop: Shop, paths: Sequence[str]) -> Iterator[Page]:
    ids = {names.page(name): key for key, name in shop.names.items()}
    return items.pages(shop, [ids[path] for path in paths])


UNJUDGED = (
    Part(pages.files, None, AUDIENCES),
    Part(find.sheets),
    Part(feeds.unjudged, None, AUDIENCES),
)
"""What says nothing of what the rules found: it is made while they are still judging."""
PARTS = (
    Part(board.pages, Word("board", "Board", "board")),
    Part(pages.flow, Word("flow", "Flow", "flow")),
    Part(pages.ageing, Word("ageing", "Ageing", "age", under="flow")),
    Part(people.capacity, Word("capacity", "Capacity", "people")),
    Part(people.skills, Word("skills", "Skills", "people", under="capacity")),
    Part(roadmap.page, Word("roadmap", "Roadmap", "flag")),
    Part(pages.dependencies, Word("dependencies", "Dependencies", "graph", under="roadmap")),
    Part(services.page, Word("services", "Services", "services")),
    Part(lists.pages, Word("items", "Items", "list")),
    Part(rules.page, Word("rules", "Rules", "rules")),
    Part(activity.pages, Word("activity", "Activity", "commit")),
    Part(find.page),
    Part(status.page, Word("status", "Status", "pulse"), AUDIENCES),
    Part(feeds.pages),
)
MANY = (Many(keys.of, _items),)


def navigation(audience: str) -> tuple[Word, ...]:
    """The words of the navigation."""
    return tuple(part.word for part in PARTS if part.word and audience in part.audiences)


def unjudged(shop: Shop) -> list[Callable[[], Iterator[Page]]]:
    """What makes the files that are made each time whatever was found, as `main` does the pages."""
    return _makers(UNJUDGED, shop)


def main(shop: Shop) -> list[Callable[[], Iterator[Page]]]:
    """What makes the pages that are made each time, in any order, each by any process."""
    return _makers(PARTS, shop)


def _makers(parts: Iterable[Part], shop: Shop) -> list[Callable[[], Iterator[Page]]]:
    return [partial(_made, part, shop) for part in parts if shop.options.audience in part.audiences]


def _made(part: Part, shop: Shop) -> Iterator[Page]:
    """The pages of a part, and the one that a folder opens with."""
    start = f"{start_page(shop)}.html"
    made = part.make(shop)
    for page in [made] if isinstance(made, Page) else made:
        yield page
        if page.path == start:
            yield Page("index.html", page.data)


def start_page(shop: Shop) -> str:
    """The page that opens first."""
    return "status" if shop.options.audience == PUBLIC else shop.facts.board.site.start or "board"


def many(shop: Shop) -> list[Many]:
    """The pages that are made where they changed."""
    return [each for each in MANY if shop.options.audience in each.audiences]


def everything(shop: Shop) -> Iterator[Page]:
    """All pages, made anew."""
    for make in (*unjudged(shop), *main(shop)):
        yield from make()
    for each in many(shop):
        yield from each.make(shop, list(each.keys(shop)))

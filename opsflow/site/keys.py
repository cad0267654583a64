"""What the page of an item depends on, as a short text: where that is the same, so is the page.

Of two boards, a page is the same where all of this is: the code and the templates, the board's own files,
what stands around every page; the item's file, its commits and its findings; the same of the items that it
waits for, that wait for it, and that it is part of. An item that is not over depends on more: on the day,
for ages count days, on how long finished work took, which ages are compared with, and on the order of work.
To say too much is to make a page once more than is needed; to say too little would be a stale page, and a
test holds that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import blake2b

from opsflow import fingerprint, kept, resources, zones
from opsflow.model import BOARD_FILE, OVER, OWN_FILES, Item, Story
from opsflow.reports import item as item_report
from opsflow.site import items, layout, markdown, names
from opsflow.site.shop import Shop

_TEMPLATES = ("item.html", "_macros.html", "_page.html", "icons.svg")


def of(shop: Shop) -> Mapping[str, str]:
    """The path of each item's page to what it depends on; empty where that cannot be told.

    Nobody knows what the board's own templates show.
    """
    if shop.options.templates:
        return {names.page(name): "" for name in shop.names.values()}
    return _Keys(shop).all()


def _hash(parts: Iterable[str]) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class _Keys:
    """The keys of one build."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.facts = shop, shop.facts
        self.board = shop.facts.board
        self.stories: Mapping[str, Story] = shop.facts.history.stories if shop.facts.history else {}
        self.kinds = {state.name: state.kind for state in self.board.states}
        self.findings = items.findings_of(shop)
        self.dependents: dict[str, list[str]] = {}
        self.parts: dict[str, list[str]] = {}
        for item in self.board.items.values():
            for other in item.depends_on:
                self.dependents.setdefault(other, []).append(item.id)
            if item.part_of:
                self.parts.setdefault(item.part_of, []).append(item.id)
        self.own = {key: self._own(key, item) for key, item in self.board.items.items()}

    def all(self) -> Mapping[str, str]:
        """Path to key."""
        base, live = _hash(self._base()), self._live()
        return {
            names.page(name): self._key(self.board.items[key], base, live)
            for key, name in self.shop.names.items()
        }

    def _key(self, item: Item, base: str, live: str) -> str:
        near = [*item.depends_on, *self.dependents.get(item.id, ()), *self.parts.get(item.id, ())]
        near += [item.part_of] if item.part_of else []
        owns = [self.own[key] if key in self.own else self._gone(key) for key in (item.id, *near)]
        tied = [key for key in near if key in self.board.items and self._moves(self.board.items[key])]
        moves = bool(tied) or self._moves(item)
        if not all(owns):
            return ""
        linked = markdown.named(item.description)
        found = self.findings.get(item.id, ())
        return _hash(
            (
                base,
                live if moves else "",
                "" if self._is_committed(item.id) else self.facts.today.isoformat(),
                self.names if linked is None else "",
                *near,
                *owns,
                *(f"{key} {self.shop.address(key)}" for key in (*sorted(linked or ()), *near)),
                *map(repr, found),
            )
        )

    def _own(self, id: str, item: Item) -> str:
        """What tells one state of an item from another; empty where its time is not committed yet."""
        story = self.stories.get(id)
        if story is not None and not all(version.commit.id for version in story.versions):
            return ""
        data = self.facts.tree.get(item.path, b"")
        told = "".join(_told(story)) if story is not None else ""
        return _hash((id, item.path, blake2b(data, digest_size=12).hexdigest(), told))

    def _is_committed(self, id: str) -> bool:
        """Whether an item's page is of its last commit; without one, it is of the day."""
        story = self.stories.get(id)
        return story is not None and bool(story.versions) and bool(story.versions[-1].commit.id)

    @cached_property
    def names(self) -> str:
        """Which items have which pages."""
        return _hash(f"{key} {name}" for key, name in sorted(self.shop.names.items()))

    def _gone(self, id: str) -> str:
        story = self.stories.get(id)
        return _hash((id, str(id in self.board.unread), *(_told(story) if story is not None else ())))

    def _moves(self, item: Item) -> bool:
        """Whether an item's page changes with the days: it is open, blocked, or has a waiver with an end."""
        return self.kinds.get(item.state) not in OVER or item.blocked is not None or bool(item.allow)

    def _base(self) -> Iterator[str]:
        """What every item's page depends on."""
        facts, frame = self.facts, self.shop.render.frame("../", "board", "page", lasts=True)
        yield from fingerprint.stamps()
        for name in _TEMPLATES:
            yield kept.stamp(f"{resources.folder('templates')}/{name}")
        yield from map(str, (*frame[:-1], self.shop.options.base_url, layout.stamp()))
        yield from (str(part) for part in (facts.gap, facts.history is None, facts.lent, facts.today.year))
        yield kept.stamp(zones.file(self.board.timezone) or "")
        for path in (BOARD_FILE, *OWN_FILES, self.board.ignore_revs):
            yield _hash((path, repr(facts.tree.get(path))))

    def _live(self) -> str:
        """What changes the pages of open items, besides their own and their neighbours' files."""
        told = [self.facts.today.isoformat(), repr(item_report.compared(self.facts))]
        for key, item in self.board.items.items():
            if self.kinds.get(item.state) not in OVER:
                told.append(f"{key} {item.state} {item.depends_on} {item.part_of}")
        return _hash(told)


def _told(story: Story) -> Iterator[str]:
    """The commits of an item, each of which implies all before it."""
    for version in story.versions:
        yield version.commit.id[:20]
        yield "~" if version.commit.ignored else " "
    yield str(story.gone)

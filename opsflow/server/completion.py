"""What can be written at a place: keys, names that the board knows, ids with their titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from opsflow import rules, words
from opsflow.facts import Facts
from opsflow.model import IN_PROGRESS, OVER, Item, Keys, Kind
from opsflow.server import names, schemas, tokens
from opsflow.server.tokens import KEY, VALUE, Cursor

MOST = 200
"""Names that are offered at once; where there are more, what is typed narrows them."""
_PLAIN = re.compile(r"[A-Za-z0-9_][\w./+()@-]*(?:[ :][\w./+()@-]+)*")
_BLOCKS = ("checklist", "description")


class Offer(NamedTuple):
    """Something that can be written."""

    label: str
    kind: str
    """A kind of name, "key" or "value"."""
    detail: str = ""
    about: str = ""
    text: str = ""
    """What is inserted, from the start of the word; made from the label."""
    key: str = ""
    """What is written is matched with this."""


class Offers(NamedTuple):
    """What can be written instead of a part of a text."""

    start: int
    end: int
    offers: tuple[Offer, ...]
    more: bool = False
    """There are others, once more is typed."""


def offers(facts: Facts, path: str, text: str, at: int) -> Offers | None:
    """What can be written at a position of a text; None where there is nothing to say."""
    file = schemas.kind(facts.board, path)
    cursor = tokens.cursor(text, at) if file else None
    return _Writing(facts, path, file, text, at, cursor).all() if cursor else None


class _Writing:
    """One place in one text."""

    def __init__(self, facts: Facts, path: str, file: str, text: str, at: int, cursor: Cursor) -> None:
        self.facts = facts
        self.board = facts.board
        self.path = path
        self.file = file
        self.text = text
        self.at = at
        self.cursor = cursor
        self.part = schemas.part(file, facts.board, cursor.keys)

    def all(self) -> Offers | None:
        cursor = self.cursor
        found: list[Offer] = []
        begins = cursor.role == "" or isinstance(cursor.keys[-1] if cursor.keys else "", int)
        if cursor.role == KEY or (begins and schemas.is_mapping(self.part) and not cursor.flow):
            found += self.keys(cursor.keys)
        if cursor.role == VALUE or (cursor.role == "" and not schemas.is_list(self.part)):
            found += self.values(cursor.keys)
        elif cursor.role == "":
            found += (each._replace(text=f"- {each.text}") for each in self.values((*cursor.keys, 0)))
        if not found:
            return None
        begun = cursor.word.strip().casefold()
        near = [each for each in found if begun in f"{each.label} {each.detail}".casefold()]
        chosen = found if len(found) <= MOST else near
        shown = tuple(self._ready(each) for each in chosen[:MOST])
        return Offers(cursor.start, self.end(), shown, len(found) > MOST)

    def end(self) -> int:
        """Where the word ends that the cursor is in."""
        if self.cursor.quote:
            token = tokens.near(tokens.read(self.text), self.cursor.start)
            closed = token is not None and self.text[token.end - 1 : token.end] == self.cursor.quote
            inside = token is not None and "\n" not in self.text[token.start : token.end]
            return token.end if token and closed and inside and token.end > self.at else self.at
        rest = re.compile(r"[^\s,:\[\]{}#]*").match(self.text, self.at)
        return rest.end() if rest else self.at

    def _ready(self, offer: Offer) -> Offer:
        before = " " if self.cursor.tight else ""
        text = offer.text or offer.label
        key = (
            f"{self.cursor.quote}{offer.label} {offer.detail}".rstrip() if offer.kind != KEY else offer.label
        )
        return offer._replace(text=before + text, key=before + key)

    # -- keys -----------------------------------------------------------------------------------

    def keys(self, keys: Keys) -> Iterator[Offer]:
        """The keys that may stand in a mapping, and do not yet."""
        there = {
            token.keys[-1]
            for token in tokens.read(self.text)
            if token.role == KEY and token.keys[:-1] == keys and token.start != self.cursor.start
        }
        for key in self.part.get("properties", {}):
            if key not in there:
                whole = schemas.part(self.file, self.board, (*keys, key))
                yield Offer(key, KEY, about=whole.get("description", ""), text=self._key(key, whole))
        kind = names.kind_of(self.file, (*keys, ""), KEY)
        if kind in (names.RULE, names.STATE) or keys == ("allocation",):
            for offer in self.named(kind):
                if offer.label not in there:
                    yield offer._replace(text=self._named_key(offer.label, kind))

    def _key(self, key: str, part: schemas.Part) -> str:
        if re.match(r"\s*:", self.text[self.end() :]):
            return key
        margin = " " * (self.cursor.start - self.text.rfind("\n", 0, self.cursor.start) - 1)
        if self.cursor.flow or self.cursor.role == VALUE:
            return f"{key}: "
        if key in _BLOCKS:
            return f"{key}: |\n{margin}  "
        if schemas.is_list(part):
            return f"{key}:\n{margin}  - "
        return f"{key}:\n{margin}  " if schemas.is_mapping(part) else f"{key}: "

    def _named_key(self, name: str, kind: str) -> str:
        if kind != names.RULE or self.file != "item":
            return self._key(name, {})
        margin = " " * (self.cursor.start - self.text.rfind("\n", 0, self.cursor.start) - 1)
        return f"{name}: {{reason: " if self.cursor.flow else f"{name}:\n{margin}  reason: "

    # -- values ---------------------------------------------------------------------------------

    def values(self, keys: Keys) -> Iterator[Offer]:
        """The values that may stand there, without those that the list has already."""
        there = {
            token.text
            for token in tokens.read(self.text)
            if token.role == VALUE
            and isinstance(keys[-1] if keys else "", int)
            and token.keys[:-1] == keys[:-1]
            and token.start != self.cursor.start
        }
        kind = names.kind_of(self.file, keys, VALUE)
        found = self.named(kind) if kind else self.plain(keys)
        for offer in found:
            if offer.label not in there:
                yield offer._replace(text=self.written(offer.label))

    def plain(self, keys: Keys) -> Iterator[Offer]:
        """What the schema lists."""
        for value in schemas.part(self.file, self.board, keys).get("enum", ()):
            yield Offer(str(value).lower() if isinstance(value, bool) else str(value), VALUE)

    def written(self, name: str) -> str:
        """A name as a value, in the quotes that were begun, or in some where it needs them."""
        quote = self.cursor.quote or ("" if _PLAIN.fullmatch(name) else '"')
        if quote == "'":
            return "'" + name.replace("'", "''") + "'"
        escaped = name.replace("\\", "\\\\").replace('"', '\\"') if quote else name
        return f"{quote}{escaped}{quote}"

    # -- names ----------------------------------------------------------------------------------

    def named(self, kind: str) -> Iterable[Offer]:
        """The names of a kind, in the board's order."""
        listed: Mapping[str, Callable[[], Iterable[Offer]]] = {
            names.STATE: self.states,
            names.TYPE: self.types,
            names.CLASS: self.classes,
            names.PERSON: self.people,
            names.ITEM: self.items,
            names.RULE: self.rules,
            names.WHOLE: lambda: (*self.projects(), *self.items()),
            names.MOVER: lambda: self.movers(names.TEAM, names.VENDOR, names.ITEM),
            names.OWNER: lambda: self.movers(names.TEAM),
            names.PROJECT: self.projects,
            names.TEAM: lambda: self.listed(names.TEAM, self.board.teams, ()),
            names.SERVICE: lambda: self.listed(
                names.SERVICE, self.board.services, (name for item in self.there for name in item.services)
            ),
            names.VENDOR: lambda: self.listed(
                names.VENDOR, self.board.vendors, (item.vendor for item in self.there)
            ),
            names.SKILL: self.skills,
            names.LABEL: lambda: self.free(
                names.LABEL, (name for item in self.there for name in item.labels)
            ),
        }
        return listed[kind]()

    @cached_property
    def there(self) -> tuple[Item, ...]:
        return tuple(self.board.items.values())

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        return self.board.kinds

    def states(self) -> Iterator[Offer]:
        counts = Counter(item.state for item in self.there)
        most = {
            limit.states[0]: limit.max
            for limit in self.board.limits
            if limit.spot.keys[:1] == ("workflow",) and limit.max is not None
        }
        for state in self.board.states:
            limit = f", limit {most[state.name]}" if state.name in most else ""
            detail = f"{state.kind}, {words.count(counts[state.name], 'item')}{limit}"
            yield Offer(state.name, names.STATE, detail, state.policy)

    def types(self) -> Iterator[Offer]:
        for type_ in self.board.types.values():
            yield Offer(type_.name, names.TYPE, type_.title or ("" if type_.planned else "unplanned"))

    def classes(self) -> Iterator[Offer]:
        for class_ in self.board.classes.values():
            detail = class_.title or ("beyond limits" if class_.beyond_limits else "")
            yield Offer(class_.name, names.CLASS, detail)

    def people(self) -> Iterator[Offer]:
        people = self.board.people
        used = Counter(name for item in self.there for name in item.assignees)
        busy = Counter(
            name
            for item in self.there
            if self.kinds.get(item.state) in IN_PROGRESS
            for name in item.assignees
        )
        for key in people if people is not None else sorted(used):
            name = people[key].name if people else ""
            load = f"{words.count(busy[key], 'item')} in progress" if busy[key] else "nothing in progress"
            yield Offer(key, names.PERSON, f"{name}, {load}" if name and name != key else load)

    def items(self) -> Iterator[Offer]:
        """Open items first; the item of this file is not offered to itself."""
        own = [item for item in self.there if item.path != self.path]
        for over in (False, True):
            for item in own:
                if (self.kinds.get(item.state) in OVER) == over:
                    yield Offer(item.id, names.ITEM, f"{item.title} ({item.state})")

    def projects(self) -> Iterator[Offer]:
        if self.board.projects is None:
            used = (item.part_of for item in self.there if item.part_of not in self.board.items)
            return self.free(names.PROJECT, used)
        return (
            Offer(key, names.PROJECT, project.title, project.public)
            for key, project in self.board.projects.items()
        )

    def movers(self, *kinds: str) -> Iterator[Offer]:
        """People by their names alone, and names of these kinds with theirs in front."""
        yield from self.people()
        for kind in kinds:
            for offer in self.named(kind):
                yield offer._replace(label=f"{kind}:{offer.label}")

    def rules(self) -> Iterator[Offer]:
        for name in rules.ALL:
            if self.file == "item" and name in rules.NEVER_WAIVED:
                continue
            manual = rules.manual(name)
            yield Offer(name, names.RULE, manual.title, manual.why)

    def skills(self) -> Iterator[Offer]:
        people = (self.board.people or {}).values()
        used = [
            *(name for each in people for name in each.skills),
            *(n for i in self.there for n in i.skills),
        ]
        return self.free(names.SKILL, used)

    def listed(self, kind: str, known: Mapping[str, object] | None, used: Iterable[str]) -> Iterator[Offer]:
        """The names of a catalog; where there is none, those in use."""
        if known is None:
            return self.free(kind, used)
        named = ((key, str(getattr(each, "name", ""))) for key, each in known.items())
        return (Offer(key, kind, name if name != key else "") for key, name in named)

    def free(self, kind: str, used: Iterable[str]) -> Iterator[Offer]:
        """The names in use, the most frequent first."""
        counts = Counter(name for name in used if name)
        for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            yield Offer(name, kind, words.count(count, "item"))

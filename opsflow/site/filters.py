"""What cards and rows can be filtered and grouped by: each says in a few letters what it is.

A card's `data-f` holds one token for each of its values, such as `p2 t0 k3`: the letter of the kind of value
and its place in the list of those that the page has. So 400 cards are told for few bytes, and what a board
says is never part of a selector. The scripts read the lists from the page's select fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from opsflow.site.shop import View


class Choice(NamedTuple):
    """Something to filter by: its name in the address, its letter, what people read, its values."""

    name: str
    letter: str
    title: str
    options: tuple[tuple[str, str], ...]

    @property
    def useful(self) -> bool:
        """Whether it tells some cards from others: not every card has a person, a label or a project."""
        return len(self.options) > (self.name in IN_ORDER)

    @property
    def lanes(self) -> bool:
        """Whether the board can be cut into lanes by it."""
        return self.name in LANES and self.useful


KINDS = (
    ("person", "p", "Person"),
    ("type", "t", "Type"),
    ("class", "c", "Class"),
    ("service", "s", "Service"),
    ("label", "l", "Label"),
    ("state", "k", "State"),
    ("project", "g", "Part of"),
)
LANES = ("class", "project", "person")
IN_ORDER = frozenset(("type", "class", "state"))
"""Their values stand as they come; the others by their names."""


def mark(cards: Sequence[View], first: Iterable[tuple[str, str]] = ()) -> tuple[Choice, ...]:
    """Gives each card its tokens, as `marks`; `first` are people who come before all others."""
    values: dict[str, dict[str, str]] = {name: {} for name, _, _ in KINDS}
    for card in cards:
        for name, key, said in _values(card):
            values[name].setdefault(key, said)
    ahead = dict(first)
    choices = []
    for name, letter, title in KINDS:
        found = list(values[name].items())
        if name not in IN_ORDER:
            found.sort(key=lambda pair: (pair[1].casefold(), pair))
        if name == "person":
            found = [*ahead.items(), *(pair for pair in found if pair[0] not in ahead)]
        choices.append(Choice(name, letter, title, tuple(found)))
    token = {
        (choice.name, key): f"{choice.letter}{n}"
        for choice in choices
        for n, (key, _) in enumerate(choice.options)
    }
    for card in cards:
        card["marks"] = " ".join(token[name, key] for name, key, _ in _values(card))
    return tuple(choices)


def _values(card: View) -> Iterator[tuple[str, str, str]]:
    """What a card is: kind of value, key, and the key as people read it."""
    for person in card["assignees"]:
        yield "person", person["key"], person["name"]
    yield "type", card["type"]["key"], card["type"]["title"]
    yield "class", card["class"]["key"], card["class"]["title"]
    for service in card["services"]:
        yield "service", service["key"], service["name"]
    for label in card["labels"]:
        yield "label", label, label
    yield "state", card["state"]["state"], card["state"]["title"]
    if card["part_of"]:
        yield "project", card["part_of"]["key"], card["part_of"]["title"]

"""What a change did to the items of a board. Rules on changes ask here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opsflow.facts import Facts
from opsflow.model import NOTHING, Item


def items_before(facts: Facts) -> Mapping[str, Item]:
    """The items before the change; none where one of the two boards is of no use, or there is no change.

    An opsflow.yaml that cannot be read is one mistake, and not the loss of every item.
    """
    base = facts.base
    return base.board.items if base and base.board.usable and facts.board.usable else NOTHING


def changed(facts: Facts) -> Iterator[tuple[Item, Item]]:
    """The items that are on the board before and after the change, and differ; in the board's order."""
    before = items_before(facts)
    for name, item in facts.board.items.items():
        was = before.get(name)
        if was is not None and was is not item and was != item:
            yield was, item


NOTHING_SAID = frozenset(
    "na none nil null todo tbd tba tbc wip fixme later soon temp temporary tmp test x xx xxx yes no ok "
    "because reason asdf waiver allow allowed exception".split()
)
"""Texts, without their signs and spaces, that stand where a reason should."""


def is_said(text: str, rule: str = "") -> bool:
    """Whether a text says anything: letters or digits, and no word that stands for nothing.

    The name of the rule that is waived is no reason to waive it.
    """
    words = "".join(letter for letter in text.casefold() if letter.isalnum())
    repeated = words.isascii() and len(set(words)) < 2  # in other scripts one letter may be a word
    return bool(words) and not repeated and words not in NOTHING_SAID and words != rule.replace("-", "")

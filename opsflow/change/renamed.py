"""States that a change gives other names: the board before it is told with the new ones.

`was` of a state says what it was called before. So nothing has moved, and no limit is another, where only
a name is.
"""

from __future__ import annotations

from collections.abc import Mapping

from opsflow.graph import selectors
from opsflow.model import Board, Item, Limit
from opsflow.reading.config import limit_name


def names(before: Board, after: Board) -> Mapping[str, str]:
    """The states of the one board that the other calls by another name: old name to new one."""
    old, new = before.kinds, after.kinds
    return {
        was: state.name
        for state in after.states
        for was in state.was
        if was in old and was not in new and state.name not in old
    }


def called(before: Board, after: Board) -> Board:
    """The one board with its states called as the other calls them."""
    known = names(before, after)
    if not known:
        return before

    def limit(each: Limit) -> Limit:
        states = tuple(known.get(state, state) for state in each.states)
        old, new = (limit_name(names, each.per, selectors(each)) for names in (each.states, states))
        return each._replace(name=new if each.name == old else each.name, states=states)

    def item(each: Item) -> Item:
        entered = {known.get(state, state): at for state, at in each.entered.items()}
        raw = known.get(each.raw_state, each.raw_state) if each.source is None else each.raw_state
        return each._replace(state=known.get(each.state, each.state), raw_state=raw, entered=entered)

    return before._replace(
        states=tuple(state._replace(name=known.get(state.name, state.name)) for state in before.states),
        limits=tuple(map(limit, before.limits)),
        items={
            name: item(each) if each.state in known or each.entered else each
            for name, each in before.items.items()
        },
    )


def remembering(before: Board, after: Board) -> Board:
    """The one board, as a reader of its history needs it: with all names that its states have had."""
    then = {state.name: state.was for state in after.states}
    states = (state._replace(was=then.get(state.name, state.was)) for state in before.states)
    return before._replace(states=tuple(states))

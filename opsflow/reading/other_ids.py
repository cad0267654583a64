"""Items that got another id and nothing else, between two readings of a board."""

from __future__ import annotations

from collections.abc import Mapping

from opsflow.model import Item


def between(before: Mapping[str, Item], after: Mapping[str, Item]) -> Mapping[str, str]:
    """New ids to old ones, of items that are gone and that are there again under an id that was free.

    All that the item says has to be the same, but its id and its path. Of several that are alike, the
    first new one is the first old one; none is two.
    """
    gone = [item for id_, item in before.items() if id_ not in after]
    if not gone:
        return {}
    free: dict[tuple[str, str], list[Item]] = {}
    for id_, item in after.items():
        if id_ not in before:
            free.setdefault((item.title, item.state), []).append(item)
    found = {}
    for item in gone:
        near = free.get((item.title, item.state), [])
        for other in near:
            if other._replace(id=item.id, path=item.path) == item:
                near.remove(other)
                found[other.id] = item.id
                break
    return found

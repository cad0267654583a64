"""What rules say of limits: what one counts, what it is called, and where its numbers stand."""

from __future__ import annotations

from opsflow.graph import Group, selectors
from opsflow.model import Limit, Spot
from opsflow.rules import number


def limited(limit: Limit, group: Group) -> str:
    """What a limit counts, such as "3 items of maria are in `doing`" or "no item is in progress"."""
    count = len(group.items)
    pairs = (*selectors(limit), *([(limit.per, group.name)] if limit.per else ()))
    of = "".join(f" of {name}" if kind == "person" else f" of {kind} {name}" for kind, name in pairs)
    where = f"in {' or '.join(f'`{state}`' for state in limit.states)}" if limit.states else "in progress"
    items = number(count, "item") if count else "no item"
    return f"{items}{of} {'is' if count < 2 else 'are'} {where}"


def subject(limit: Limit, group: Group) -> str:
    """What a finding of a limit is about: the limit's name, and the person, type … that it counts."""
    return f"{limit.name}: {group.name}" if limit.per else limit.name


def counted(limit: Limit) -> tuple[str, ...]:
    """What a limit counts, whatever it is called and however many it allows."""
    return (*limit.states, *(f"{kind} {name}" for kind, name in selectors(limit)), f"per {limit.per}")


def label(limit: Limit) -> str:
    """The limit's name after a space, if it says more than what the limit counts."""
    plain = {*" ".join(counted(limit)).split(), "and", "work", "in", "progress"}
    return f" `{limit.name}`" if set(limit.name.replace(",", "").split()) - plain else ""


def at_number(limit: Limit, bound: str) -> Spot:
    """Where a limit's "max" or "min" stands; in the workflow, "max" is called `wip`."""
    section, *position = limit.spot.keys[:2]
    key = "wip" if section == "workflow" and bound == "max" else bound
    return Spot(limit.spot.path, (section, *position, key))

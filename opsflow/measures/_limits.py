"""How limits look in words."""

from __future__ import annotations

from opsflow import graph, words
from opsflow.measures import _names
from opsflow.model import Board, Limit
from opsflow.reading.config import limit_name


def subject(board: Board, limit: Limit, group: str = "") -> str:
    """What a limit speaks of: its own name, a column by its title, or a person and so on by name."""
    chosen = graph.selectors(limit)
    named = limit.name != limit_name(limit.states, limit.per, chosen)
    if named and not group:
        return limit.name
    pairs = [*([(limit.per, group)] if group else []), *chosen]
    if pairs:
        names = ", ".join(_group_name(board, kind, name) for kind, name in pairs)
        return f"{names} ({_where(board, limit)})"
    if len(limit.states) == 1 and not limit.per:
        return str(_names.state(board, limit.states[0])["title"])
    return limit.name[:1].upper() + limit.name[1:]


def policy(board: Board, limit: Limit) -> str:
    """A limit as a policy in words, such as "At most 2 items for each person in Doing."."""
    bounds = [f"at most {limit.max}"] if limit.max is not None else []
    bounds += [f"at least {limit.min}"] if limit.min is not None else []
    kinds = [name for kind, name in graph.selectors(limit) if kind in ("class", "type")]
    what = " ".join([*kinds, "item" if bounds and bounds[-1].endswith(" 1") else "items"])
    for kind, name in graph.selectors(limit):
        if kind not in ("class", "type"):
            what += f" of {_group_name(board, kind, name)}"
    each = f" for each {limit.per}" if limit.per else ""
    where = f" in {_where(board, limit)}" if limit.states else " in progress"
    together = " together" if len(limit.states) > 1 else ""
    sentence = f"{' and '.join(bounds)} {what}{each}{where}{together}."
    return sentence[:1].upper() + sentence[1:]


def _group_name(board: Board, per: str, name: str) -> str:
    if per == "person":
        known = (board.people or {}).get(name)
        return known.name if known else name
    if per in ("team", "service"):
        return str(_names.named(board.teams if per == "team" else board.services, name)["name"])
    if per in ("type", "class"):
        return str((_names.type_ if per == "type" else _names.class_)(board, name)["title"])
    project = (board.projects or {}).get(name)
    return project.title if project else name


def _where(board: Board, limit: Limit) -> str:
    titles = [str(_names.state(board, name)["title"]) for name in limit.states]
    return words.listed(titles) if titles else "in progress"

"""Several teams together: when all of them are through with their share.

One may be late without the other, so their chances multiply: two that are 90% sure are 81% sure together. A
team of which nothing can be said silences them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from opsflow import words
from opsflow.errors import OpsflowError
from opsflow.flow import forecast, outcomes
from opsflow.flow.forecast import Draws
from opsflow.measures import View, _sample
from opsflow.measures._whole import whole
from opsflow.measures.query import Query
from opsflow.measures.trials import Trials, chance, dated, row
from opsflow.model import Item

MOST = 10_000_000


def joint(trials: Trials, text: str, of: str, by: date | None) -> View:
    """When several teams are all through: their chances multiply, for one may be late without the other."""
    amounts = _amounts(trials, text, of)
    named = words.listed([f"{words.count(n, 'item')} of {team}" for team, n in amounts.items()])
    answer = {**row("joint", text, f"when {named}"), "items": sum(amounts.values()), **chance(by, None)}
    passages = []
    silent = []
    until = 0 if by is None else min(trials.course.until(by), forecast.HORIZON)
    for team, amount in amounts.items():
        sample = _days(trials, team).sample
        silence = trials.silence(sample) if amount else ""
        if silence:
            silent.append(f"{team}: {silence}")
            continue
        draws = Draws(sample, trials.seed, trials.number, team)
        passages.append(forecast.when(draws, [amount], until, share=1.0)[amount])
    if silent:
        return {**answer, "reason": "; ".join(silent)}
    return dated(trials, answer, outcomes.joint(passages), by)


def _days(trials: Trials, team: str) -> _sample.Days:
    """What any day may bring of the items of a team's people."""
    return _sample.days(_of_team(trials.query, team), trials.course)


def _of_team(query: Query, team: str) -> Query:
    chosen = tuple(name for name, item in query.items.items() if team in _teams(query, item))
    return replace(query, chosen=chosen, slice=f"team:{team}")


def _teams(query: Query, item: Item) -> set[str]:
    people = query.facts.board.people or {}
    return {people[name].team for name in item.assignees if name in people and people[name].team}


def _amounts(trials: Trials, text: str, of: str) -> Mapping[str, int]:
    """How many items each team still has, as asked; `all`: of what is open, of a project or of the board."""
    board = trials.query.facts.board
    known = board.teams if board.teams is not None else {}
    if not known:
        raise OpsflowError("The board has no teams; people.yaml names them under `teams:`.")
    if text == "all":
        planner = trials.planner
        items = planner.within(of) if of else [item for item in board.items if planner.open(item)]
        found = dict.fromkeys(known, 0)
        for name in items:
            for team in _teams(trials.query, board.items[name]):
                found[team] = found.get(team, 0) + 1
        return {team: n for team, n in found.items() if n}
    found = {}
    for part in text.split(","):
        team, _, amount = part.partition("=")
        if team.strip() not in known:
            raise OpsflowError(f"There is no team {team.strip()!r}; there are {words.listed([*known])}.")
        found[team.strip()] = whole(amount.strip(), f"items of {team.strip()}", 0, MOST)
    return found

"""Who is over capacity before and after a change."""

from __future__ import annotations

from opsflow.facts import Facts
from opsflow.measures import load
from opsflow.measures.load import Overload
from opsflow.reports import View

NOTHING: View = {"made": [], "worse": [], "mended": [], "left": 0}


def between(old: Facts, new: Facts) -> View:
    """Whom the change puts over capacity, whom more so, who no longer is, and how many it leaves there.

    Nobody is named for what the change does not touch: whoever reads a change is not to judge people.
    """
    before = {(each.person, each.kind): each for each in load.overloads(old)}
    after = {(each.person, each.kind): each for each in load.overloads(new)}
    made = [each for key, each in after.items() if key not in before]
    worse = [each for key, each in after.items() if key in before and each.extent > before[key].extent]
    relieved = {each.person for each in before.values()} - {each.person for each in after.values()}
    return {
        "made": [_row(new, each) for each in made],
        "worse": [_row(new, each) for each in worse],
        "mended": [
            {
                "person": person,
                "name": _name(old, person),
                "words": f"{_name(old, person)} is no longer over capacity",
            }
            for person in dict.fromkeys(each.person for each in before.values())
            if person in relieved
        ],
        "left": len(after) - len(made) - len(worse),
    }


def _row(facts: Facts, each: Overload) -> View:
    return {
        "person": each.person,
        "name": _name(facts, each.person),
        "kind": each.kind,
        "items": list(each.items),
        "words": f"{_name(facts, each.person)} {each.sentence}",
    }


def _name(facts: Facts, key: str) -> str:
    people = facts.board.people or {}
    return people[key].name if key in people else key

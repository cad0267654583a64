"""Which skills does open work ask for, who has them, and who really used them in the last twelve months?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from opsflow import words
from opsflow.capacity import skills
from opsflow.measures import Evidence, Fact, Table, View, _doers, _people
from opsflow.measures._doers import Done
from opsflow.measures.query import Query
from opsflow.model import Item

TITLE = "Skills"
DEFINITIONS = ("did the work", "skill score")
FACTS = (
    Fact("missing", "Asked for, and nobody has it", "skills"),
    Fact("single", "Asked for, and one person has it", "skills"),
    Fact("unpractised", "Asked for, and nobody used it", "skills"),
    Fact("n", "Open items that ask for a skill", "items"),
)
TABLES = (
    Table(
        "rows",
        ("skill", "risk", "demanded", "person_days", "held", "did", "done", "score", "people"),
        most=40,
    ),
)
NOBODY, ONE, UNUSED, NONE = "nobody has it", "rests on one person", "nobody used it", ""
"""What is to be feared of a skill."""
LISTED = "Who lists a skill is known, and who used one is not"
"""The headline without a history."""


def view(query: Query) -> View:
    window = _people.last_year(query)
    done = _doers.of(query, window, _asks)
    asked = _asked(query)
    here = {person.key for person in _people.of(query)}
    held = {person.key: frozenset(person.skills) for person in _people.of(query)}
    names = {*asked, *(skill for each in held.values() for skill in each)}
    names |= {skill for each in done for skill in each.item.skills}
    rows = [_row(query, name, asked.get(name, []), held, _using(done, name), here) for name in names]
    rows.sort(key=lambda row: (_RANK[row["risk"]], row["score"] or 0, -row["demanded"], row["skill"]))
    open_items = {item.id for items in asked.values() for item in items}
    found = {risk: sum(row["risk"] == risk for row in rows) for risk in (NOBODY, ONE, UNUSED)}
    counted: Mapping[str, int | None] = found if query.measured else dict.fromkeys(found)
    return {
        "known_without_history": True,
        "title": _title(found, rows) if query.measured or not rows else LISTED,
        "subtitle": f"Open work and people.yaml today; what was finished since {window.first.isoformat()}."
        if query.measured
        else "Open work and people.yaml today.",
        "read": "Train a second person on what rests on one, with an item that names the skill. "
        "A skill that nobody used for a year may be on paper only.",
        "n": len(open_items),
        "reason": "" if rows else "No item names `skills`, and nobody in people.yaml lists any.",
        "reasons": {}
        if query.measured
        else dict.fromkeys(("missing", "single", "unpractised"), query.facts.gap),
        "since_on": _people.on(window.first),
        "missing": counted[NOBODY],
        "single": counted[ONE],
        "unpractised": counted[UNUSED],
        "unattributed": sum(not each.people for each in done) if query.measured else None,
        "rows": rows,
    }


_RANK: Mapping[str, int] = {NOBODY: 0, ONE: 1, UNUSED: 2, NONE: 3}


def _asks(item: Item) -> bool:
    return bool(item.skills)


def _asked(query: Query) -> dict[str, list[Item]]:
    """The open items that ask for each skill."""
    found: dict[str, list[Item]] = {}
    for item in _people.open_items(query, (item for item in query.items.values() if item.skills)):
        for skill in item.skills:
            found.setdefault(skill, []).append(item)
    return found


def _using(done: tuple[Done, ...], skill: str) -> list[Done]:
    return [each for each in done if skill in each.item.skills]


def _row(
    query: Query,
    skill: str,
    asked: list[Item],
    held: Mapping[str, frozenset[str]],
    done: list[Done],
    here: set[str],
) -> View:
    doers = {person for each in done for person in each.people}
    levels = {
        person: skills.level(skill in held.get(person, ()), person in doers)
        for person in held or sorted(doers)
    }
    able = [person for person, level in levels.items() if level]
    estimated = [item.estimate / timedelta(days=1) for item in asked if item.estimate]
    return {
        "skill": skill,
        "risk": _risk(query, bool(asked), len(able), bool(doers)),
        "demanded": len(asked),
        "person_days": _people.exact(sum(estimated)) if len(estimated) == len(asked) and asked else None,
        "held": sum(skill in each for each in held.values()) if held else None,
        "did": len(doers & here if here else doers) if query.measured else None,
        "left": len(doers - here if here else ()) if query.measured else None,
        "done": len(done) if query.measured else None,
        "score": skills.score(levels.values()) if query.measured else None,
        "people": _people.names(query, able),
        "items": [item.id for item in asked],
    }


def _risk(query: Query, asked: bool, able: int, used: bool) -> str:
    """What is to be feared of a skill that open work asks for; nothing of one that none asks for.

    Nor without a history: who does not list a skill may have used it.
    """
    if not asked or not query.measured or (able == 0 and query.facts.board.people is None):
        return NONE
    if able < 2:
        return ONE if able else NOBODY
    return NONE if used else UNUSED


def _title(found: Mapping[str, int], rows: list[View]) -> str:
    if not rows:
        return "No skills are written down"
    if found[NOBODY]:
        return f"Nobody has {words.count(found[NOBODY], 'skill')} that open work asks for"
    if found[ONE]:
        rest = "rests" if found[ONE] == 1 else "rest"
        return f"{words.count(found[ONE], 'skill')} that open work asks for {rest} on one person"
    return "Every skill that open work asks for is held by two people or more"


def behind(query: Query) -> tuple[Evidence, ...]:
    """What was finished that asked for a skill, and by whom."""
    return tuple(
        query.evidence(
            each.item.id,
            "finished by " + (words.listed(_people.names(query, each.people)) or "nobody known"),
            each.at,
        )
        for each in _doers.of(query, _people.last_year(query), _asks)
    )

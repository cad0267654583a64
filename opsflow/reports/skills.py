"""Which skills does open work ask for, who has them, and who really used them in the last twelve months?

The page of the measure of that name, with on how few people services and skills rest (coverage).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opsflow import measures
from opsflow.capacity import persondays
from opsflow.model import Finding
from opsflow.reports import View, _numbers
from opsflow.reports import _shapes as shapes
from opsflow.reports._numbers import Numbers

if TYPE_CHECKING:
    from opsflow.facts import Facts

TITLE = "Skills"
DID, LISTED, NONE = "did", "listed", ""
"""What is known of a person and a skill: they finished such work, people.yaml lists it, nothing."""


def view(facts: Facts, findings: Sequence[Finding]) -> View:
    numbers = _numbers.of(facts)
    skills = measures.figure("skills", numbers.query)
    coverage = measures.figure("coverage", numbers.query)
    return {
        **shapes.head(
            numbers,
            "skills",
            TITLE,
            measures.question("skills"),
            (
                ("did the work", None, coverage["n"]),
                ("bus factor", None, coverage["n"]),
            ),
        ),
        "since_on": coverage["since_on"],
        "facts": [*_facts(skills, coverage)],
        "stops": [_stop(numbers, row) for row in coverage["stops"]],
        "skills": _skills(numbers, skills, coverage),
        "services": {
            **{key: coverage[key] for key in ("title", "read", "reason", "n", "unattributed")},
            "subtitle": "Who had an item when it was finished, in the last twelve months. "
            "Those who left do not count.",
            "rows": [row for row in coverage["rows"] if row["kind"] == "service"],
        },
    }


def _facts(skills: View, coverage: View) -> Iterator[View]:
    asked, done = skills["n"], coverage["n"]
    for key, title in (("missing", "Asked for, nobody has it"), ("single", "Asked for, one person has it")):
        why = skills["reasons"].get(key, "")
        yield _fact(key, title, skills[key], "skill", "by open items", asked, why)
    for key, title, unit, note in (
        ("single_services", "Rest on one person", "service", "as finished work tells"),
        ("single_skills", "Used by one person alone", "skill", "in finished work"),
    ):
        known = not coverage["reason"]
        yield _fact(
            key.replace("_", "-"),
            title,
            coverage[key] if known else None,
            unit,
            note,
            done,
            coverage["reason"],
        )
    yield _fact("asked", "Ask for a skill", asked, "item", "open", asked)


def _fact(key: str, title: str, value: int | None, unit: str, note: str, n: int, reason: str = "") -> View:
    return shapes.fact(key, title, value, unit if value == 1 else f"{unit}s", note, n, reason)


def _stop(numbers: Numbers, row: View) -> View:
    """Who it is about, what only they can, and their work in progress that is theirs alone."""
    return {
        **shapes.person(numbers, row["person"]),
        **{key: row[key] for key in ("services", "skills", "away_from_on", "away_to_on")},
        "away_now": row["away_from_on"] is not None and row["away_from_on"] <= shapes.on(numbers.facts.today),
        "items": [_item(numbers, key) for key in row["items"]],
    }


def _item(numbers: Numbers, id: str) -> View:
    return {"id": id, "title": numbers.title_of(id)}


def _skills(numbers: Numbers, figure: View, coverage: View) -> View:
    """Each skill, who is known to have it, and what asks for it."""
    people = [shapes.person(numbers, key) for key in numbers.facts.board.people or ()]
    did = {row["key"]: row["keys"] for row in coverage["rows"] if row["kind"] == "skill"}
    return {
        **{key: figure[key] for key in ("title", "read", "reason", "n", "unattributed")},
        "subtitle": "What open work asks for, who lists it, and who really used it in twelve months.",
        "people": people,
        "rows": [_skill(numbers, row, did.get(row["skill"], [])) for row in figure["rows"]],
    }


def _skill(numbers: Numbers, row: View, did: Sequence[str]) -> View:
    board = numbers.facts.board
    listed = [key for key, person in (board.people or {}).items() if row["skill"] in person.skills]
    able = dict.fromkeys((*did, *listed))
    only = (board.people or {}).get(next(iter(able))) if len(able) == 1 else None
    away = persondays.next_away(only, numbers.facts.today) if only else None
    keys = (*(board.people or {}),) if board.people else tuple(able)
    return {
        **{key: row[key] for key in ("skill", "risk", "demanded", "person_days", "held", "did", "done")},
        "levels": [DID if key in did else LISTED if key in listed else NONE for key in keys],
        "who": [{**shapes.person(numbers, key), "did": key in did} for key in keys if key in able],
        "away_from_on": shapes.on(away.start) if away else None,
        "away_to_on": shapes.on(away.end) if away else None,
        "items": [_item(numbers, key) for key in row["items"]],
    }

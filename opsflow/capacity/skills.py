"""Skills and services: who can, who really did, and on how few people it rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

LEVELS: Mapping[str, int] = {"none": 0, "novice": 1, "doer": 2, "creator": 3, "teacher": 4}
"""What somebody can do with a skill, and what it counts (Magennis, Capability Matrix). people.yaml and
history tell two of them: who lists a skill is a novice until work that needs it was finished by them."""


def score(levels: Iterable[int]) -> int:
    """The risk of a skill: the levels of all people added up. Lower is worse."""
    return sum(levels)


def level(holds: bool, did: bool) -> int:
    """What is known of a person: whether people.yaml lists the skill, whether they finished such work."""
    return LEVELS["doer"] if did else LEVELS["novice"] if holds else LEVELS["none"]


def bus_factor(done: Collection[Collection[str]]) -> int:
    """The least number of people without whom most of the work has nobody left who did it.

    `done` has for each finished item those who did it. The person with the most items goes first, and so
    on until more than half of the items have nobody (Avelino and others, 2016). 0 where nobody is known.
    """
    left = [set(people) for people in done if people]
    total, gone = len(left), 0
    while total and 2 * (total - len(left)) <= total:
        counted = Counter(person for people in left for person in people)
        most = min(counted, key=lambda person: (-counted[person], person))
        left = [people - {most} for people in left if people != {most}]
        gone += 1
    return gone


def shares(done: Collection[Collection[str]]) -> Mapping[str, float]:
    """The share of the items in which each person had a part, most first; of several, each had one."""
    counted = Counter(person for people in done for person in people)
    ordered = sorted(counted, key=lambda person: (-counted[person], person))
    return {person: counted[person] / len(done) for person in ordered}

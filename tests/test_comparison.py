"""Two sets of findings beside each other: what a change made, made worse, mended and left."""

import random

import pytest

from opsflow import rules
from opsflow.comparison import Comparison, compare
from opsflow.model import Finding, Place, Severity, Waiver
from tests.boards import facts_in


def finding(subject: str = "OPS-1", extent: float = 0, **more: object) -> Finding:
    given = {"rule": "overdue", "severity": Severity.ERROR, "message": "late", "hint": "", **more}
    place = Place("items/OPS-1.yaml", given.pop("line", 1))  # type: ignore[arg-type]
    return Finding(place=place, subject=subject, extent=extent, **given)  # type: ignore[arg-type]


def judged(before: str, after: str) -> Comparison:
    """What becomes of the findings of a short board."""
    return compare(rules.judge(facts_in(before)), rules.judge(facts_in(after)))


def words(compared: Comparison) -> dict[str, list[str]]:
    """The rules and subjects in each part."""
    parts = {
        "made": compared.made,
        "worse": [after for _, after in compared.worse],
        "left": compared.left,
        "mended": compared.mended,
    }
    return {name: [f"{each.rule} {each.subject}" for each in part] for name, part in parts.items() if part}


# -- the same finding ---------------------------------------------------------------------------


def test_a_finding_is_the_same_wherever_it_stands_and_whatever_it_says() -> None:
    before = finding(message="3 days late", line=4)
    after = finding(message="2 days late", line=9)
    assert compare([before], [after]) == Comparison((), (), (after,), ())


@pytest.mark.parametrize("other", [{"rule": "stale"}, {"subject": "OPS-2"}])
def test_another_rule_or_subject_is_another_finding(other: dict[str, str]) -> None:
    before, after = finding(), finding(**other)  # type: ignore[arg-type]
    assert compare([before], [after]) == Comparison((after,), (), (), (before,))


def test_of_findings_that_are_alike_each_is_paired_with_one() -> None:
    one, two, three = finding(line=1), finding(line=2), finding(line=3)
    assert compare([one], [two, three]) == Comparison((three,), (), (two,), ())
    assert compare([two, three], [one]) == Comparison((), (), (one,), (three,))


def test_of_findings_that_are_alike_those_of_one_severity_belong_together() -> None:
    note, error = finding(severity=Severity.NOTE), finding(severity=Severity.ERROR)
    assert compare([note, error], [error, note]) == Comparison((), (), (error, note), ())


# -- worse --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"extent": 1}, {"extent": 2}),
        ({"severity": Severity.NOTE}, {"severity": Severity.WARNING}),
        ({"waiver": Waiver("overdue", "agreed")}, {}),
        ({"things": ("OPS-2",)}, {"things": ("OPS-2", "OPS-3")}),
        ({"things": ("OPS-2", "OPS-4")}, {"things": ("OPS-2", "OPS-3")}),
    ],
)
def test_further_weightier_waived_no_more_or_of_a_new_thing_is_worse(
    before: dict[str, object], after: dict[str, object]
) -> None:
    was, now = finding(**before), finding(**after)  # type: ignore[arg-type]
    assert compare([was], [now]) == Comparison((), ((was, now),), (), ())
    assert compare([was], [now]).failures == (now,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"extent": 2}, {"extent": 1}),
        ({"extent": 2}, {"extent": 2}),
        ({"severity": Severity.ERROR}, {"severity": Severity.WARNING}),
        ({}, {"waiver": Waiver("overdue", "agreed")}),
        ({"things": ("OPS-2", "OPS-3")}, {"things": ("OPS-3",)}),
    ],
)
def test_what_is_equal_or_less_is_left(before: dict[str, object], after: dict[str, object]) -> None:
    was, now = finding(**before), finding(**after)  # type: ignore[arg-type]
    assert compare([was], [now]) == Comparison((), (), (now,), ())
    assert compare([was], [now]).failures == ()


def test_what_has_nothing_in_common_is_mended_and_made() -> None:
    was, now = finding(things=("OPS-2",)), finding(things=("OPS-3",))
    assert compare([was], [now]) == Comparison((now,), (), (), (was,))


def test_parts_of_one_finding_are_not_new() -> None:
    whole = finding("ring", things=("OPS-1", "OPS-2", "OPS-3", "OPS-4"))
    one, two = finding("ring", things=("OPS-1", "OPS-2")), finding("ring", things=("OPS-3", "OPS-4"))
    assert compare([whole], [one, two]) == Comparison((), (), (one, two), ())
    assert compare([one, two], [whole]) == Comparison((), ((one, whole),), (), (two,))


def test_what_was_mended_is_sorted_by_place() -> None:
    low, high = finding("OPS-2", line=9), finding("OPS-1", line=2)
    assert compare([low, high], []).mended == (high, low)


# -- of boards ----------------------------------------------------------------------------------

BOARDS: dict[str, tuple[str, str, dict[str, list[str]]]] = {
    "a limit is broken further": (
        "limits: [{states: [doing], max: 1}]\nOPS-1..OPS-2: {state: doing, assignees: [a]}",
        "limits: [{states: [doing], max: 1}]\nOPS-1..OPS-3: {state: doing, assignees: [a]}",
        {"worse": ["wip-limit doing"]},
    ),
    "a limit is broken by another item, as far as before": (
        "limits: [{states: [doing], max: 1}]\nOPS-1..OPS-2: {state: doing, assignees: [a]}",
        "limits: [{states: [doing], max: 1}]\nOPS-2..OPS-3: {state: doing, assignees: [a]}\nOPS-1: {state: done}",
        {"left": ["wip-limit doing"]},
    ),
    "a limit is broken less": (
        "limits: [{states: [doing], max: 1}]\nOPS-1..OPS-3: {state: doing, assignees: [a]}",
        "limits: [{states: [doing], max: 1}]\nOPS-1..OPS-2: {state: doing, assignees: [a]}\nOPS-3: {state: done}",
        {"left": ["wip-limit doing"]},
    ),
    "a limit per person is broken by another person": (
        "limits: [{per: person, max: 1}]\nOPS-1..OPS-2: {state: doing, assignees: [a]}",
        "limits: [{per: person, max: 1}]\nOPS-1..OPS-2: {state: doing, assignees: [b]}",
        {
            "made": ["wip-limit work in progress, per person: b"],
            "mended": ["wip-limit work in progress, per person: a"],
        },
    ),
    "a minimum is missed further": (
        "limits: [{type: project, min: 2}]\nOPS-1: {state: doing, assignees: [a], type: project}",
        "limits: [{type: project, min: 2}]\nOPS-1: {state: done, type: project}",
        {"worse": ["wip-minimum type project"]},
    ),
    "a waiver is gone": (
        "limits: [{states: [doing], max: 0}]\nOPS-1: {state: doing, assignees: [a], allow: {wip-limit: {reason: P1}}}",
        "limits: [{states: [doing], max: 0}]\nOPS-1: {state: doing, assignees: [a]}",
        {"worse": ["wip-limit doing"]},
    ),
    "a cycle grows": (
        "OPS-1: {state: ready, depends_on: [OPS-2]}\nOPS-2: {state: ready, depends_on: [OPS-1]}\nOPS-3: {state: ready}",
        "OPS-1: {state: ready, depends_on: [OPS-2]}\nOPS-2: {state: ready, depends_on: [OPS-3]}\n"
        "OPS-3: {state: ready, depends_on: [OPS-1]}",
        {"worse": ["dependency-cycle depends on"]},
    ),
    "a cycle shrinks": (
        "OPS-1: {state: ready, depends_on: [OPS-2]}\nOPS-2: {state: ready, depends_on: [OPS-1, OPS-3]}\n"
        "OPS-3: {state: ready, depends_on: [OPS-1, OPS-2]}",
        "OPS-1: {state: ready}\nOPS-2: {state: ready, depends_on: [OPS-3]}\nOPS-3: {state: ready, depends_on: [OPS-2]}",
        {"left": ["dependency-cycle depends on"]},
    ),
    "a second cycle": (
        "OPS-1: {state: ready, depends_on: [OPS-1]}\nOPS-2: {state: ready}",
        "OPS-1: {state: ready, depends_on: [OPS-1]}\nOPS-2: {state: ready, depends_on: [OPS-2]}",
        {"made": ["dependency-cycle depends on"], "left": ["dependency-cycle depends on"]},
    ),
    "one more open dependency": (
        "OPS-1: {state: doing, assignees: [a], depends_on: [OPS-2]}\nOPS-2..OPS-3: {state: ready}",
        "OPS-1: {state: doing, assignees: [a], depends_on: [OPS-2, OPS-3]}\nOPS-2..OPS-3: {state: ready}",
        {"worse": ["started-before-dependency OPS-1"]},
    ),
    "a few days later, overdue all the same": (
        "today: 2026-03-02\nOPS-1: {state: ready, due: 2026-03-01}",
        "today: 2026-03-09\nOPS-1: {state: inbox, due: 2026-03-01}",
        {"left": ["overdue OPS-1"]},
    ),
    "a file that could not be read, and cannot": (
        "items/OPS-1.yaml:\n    title: [",
        "items/OPS-1.yaml:\n    title: One\n    title: Two\n    state: ready",
        {"left": ["unreadable-file OPS-1"]},
    ),
    "a key that moved to another line": (
        "items/OPS-1.yaml:\n    title: One\n    colour: red\n    state: ready",
        "items/web/OPS-1-slug.yaml:\n    title: One\n    state: ready\n    colour: red",
        {"left": ["misshapen OPS-1: `colour` is not a key of an item"]},
    ),
    "an id that is used twice, and again": (
        "items/OPS-1-a.yaml: {state: ready}\nitems/OPS-1-b.yaml: {state: ready}",
        "items/OPS-1-c.yaml: {state: ready}\nitems/OPS-1-b.yaml: {state: ready}\nitems/OPS-1-d.yaml: {state: ready}",
        {"made": ["duplicate-id OPS-1"], "left": ["duplicate-id OPS-1"]},
    ),
    "a person in another place of the list": (
        "people: {a: {name: A}}\nOPS-1: {state: ready, assignees: [x]}",
        "people: {a: {name: A}}\nOPS-1: {state: ready, assignees: [a, x]}",
        {"left": ["unknown-reference OPS-1: people.yaml has no person `x`"]},
    ),
}


@pytest.mark.parametrize("name", BOARDS)
def test_what_a_change_does_to_the_findings_of_a_board(name: str) -> None:
    before, after, expected = BOARDS[name]
    assert words(judged(before, after)) == expected


@pytest.mark.parametrize("name", rules.ALL)
def test_nothing_changes_where_nothing_is_changed_but_lines_and_order(name: str) -> None:
    """The bad board of every manual, with a comment on top of every file and its entries in another order."""
    board = rules.manual(name).bad
    if name in rules.FAMILIES["changes"]:
        pytest.skip("judged only with a board before it")
    facts = facts_in(board)
    tree = {path: b"# one more line\n" + data for path, data in facts.tree.items()}
    from opsflow.reading import board as boards
    from tests.varied import replace

    loaded, faults = boards.load(tree)
    moved = replace(facts, board=loaded, faults=faults, tree=tree)
    compared = compare(rules.judge(facts), rules.judge(moved))
    assert compared == Comparison((), (), rules.judge(moved), ())


@pytest.mark.parametrize("seed", range(20))
def test_every_finding_is_in_one_part(seed: int) -> None:
    rng = random.Random(seed)

    def some() -> list[Finding]:
        return [
            finding(
                f"OPS-{rng.randint(1, 3)}",
                rng.randint(0, 2),
                severity=rng.choice(list(Severity)),
                things=tuple(rng.sample("abc", rng.randint(0, 2))),
                line=rng.randint(1, 50),
            )
            for _ in range(rng.randint(0, 12))
        ]

    before, after = some(), some()
    compared = compare(before, after)
    assert sorted([*compared.failures, *compared.left]) == sorted(after)
    assert len(compared.mended) <= len(before)
    assert compare(after, after).failures == ()
    assert compare(after, after).mended == ()

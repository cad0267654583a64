"""A change is judged by the rules from before it: nothing that it does to them lets its own work through."""

import pytest

from opsflow import rules
from tests.boards import facts_in

FLOW = "workflow: [{state: ready, kind: backlog}, {state: doing, kind: active, wip: 1}, {state: done, kind: done}]"
ONE = "OPS-1: {state: doing, assignees: [a]}"
TWO = f"{ONE}\nOPS-2: {{state: doing, assignees: [b]}}"


def found(before: str, after: str, rules_from: str = "base") -> list[str]:
    """The errors after a change of a short board."""
    inner = "".join(f"    {line}\n" for line in before.splitlines())
    facts = facts_in(f"before:\n{inner}{after}", rules_from)
    return [each.rule for each in rules.judge(facts) if each.severity == "error" and each.waiver is None]


def limits(inner: str) -> str:
    return f"limits: [{{{inner}}}]"


SMUGGLED: dict[str, tuple[str, str]] = {
    "a larger limit": (f"{FLOW}\n{ONE}", f"{FLOW.replace('wip: 1', 'wip: 5')}\n{TWO}"),
    "no limit": (f"{FLOW}\n{ONE}", f"{FLOW.replace(', wip: 1', '')}\n{TWO}"),
    "a limit that only warns": (f"{FLOW}\n{ONE}", f"{FLOW.replace('wip: 1', 'wip: 1, mode: warn')}\n{TWO}"),
    "a limit that is no number": (f"{FLOW}\n{ONE}", f"{FLOW.replace('wip: 1', 'wip: one')}\n{TWO}"),
    "a section that is no list": (
        f"{limits('states: [doing], max: 1')}\nrules: {{misshapen: warning}}\n{ONE}",
        f"limits: 3\nrules: {{misshapen: warning}}\n{TWO}",
    ),
    "a rule switched off": (f"{FLOW}\n{ONE}", f"{FLOW}\nrules: {{wip-limit: off}}\n{TWO}"),
    "a rule that only warns": (f"{FLOW}\n{ONE}", f"{FLOW}\nrules: {{wip-limit: warning}}\n{TWO}"),
    "a state with another name": (f"{FLOW}\n{ONE}", f"{FLOW}\n{TWO}".replace("doing", "working")),
    "a state in two": (
        f"{FLOW}\n{ONE}",
        f"{FLOW}\n{TWO}".replace(
            "doing, kind: active, wip: 1", "one, kind: active}, {state: two, kind: waiting"
        )
        .replace("OPS-1: {state: doing", "OPS-1: {state: one")
        .replace("OPS-2: {state: doing", "OPS-2: {state: two"),
    ),
    "a state of another kind and name": (
        f"{FLOW}\n{ONE}",
        f"{FLOW}\n{TWO}".replace("doing, kind: active", "working, kind: backlog").replace("doing", "working"),
    ),
    "a state that is no work any more": (
        f"{limits('max: 1')}\n{FLOW.replace(', wip: 1', '')}\n{ONE}",
        f"{limits('max: 1')}\n{FLOW.replace('active, wip: 1', 'backlog')}\n{TWO}",
    ),
    "a class beyond limits": (
        f"{FLOW}\n{ONE}",
        f"{FLOW}\nclasses: {{standard: {{beyond_limits: true}}}}\n{TWO}",
    ),
    "a new class beyond limits": (
        f"{FLOW}\n{ONE}",
        f"{FLOW}\nclasses: {{standard: {{}}, mine: {{beyond_limits: true}}}}\n{TWO}".replace(
            "[b]", "[b], class: mine"
        ),
    ),
    "another class by default": (
        f"{FLOW}\nclasses: {{standard: {{}}, expedite: {{beyond_limits: true}}}}\n{ONE}",
        f"{FLOW}\nclasses: {{expedite: {{beyond_limits: true}}}}\n{TWO}",
    ),
    "another type by default": (
        f"{limits('type: request, max: 1')}\ntypes: {{request: {{}}, chore: {{}}}}\n{ONE}",
        f"{limits('type: request, max: 1')}\ntypes: {{chore: {{}}, request: {{}}}}\n{TWO}",
    ),
    "a limit per person for another state": (
        f"{limits('per: person, max: 1')}\n{ONE}",
        f"{limits('per: person, states: [review], max: 1')}\n{TWO}".replace("[b]", "[a]"),
    ),
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_limit_that_is_loosened_lets_nothing_through_with_it(name: str) -> None:
    before, after = SMUGGLED[name]
    assert found(before, before) == []
    assert "wip-limit" in found(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{FLOW}\n{ONE}", f"{FLOW}\n{ONE}".replace("doing", "working")),
        (f"{FLOW}\n{TWO}", f"{FLOW}\n{TWO}".replace("doing", "working")),
        (
            f"{FLOW}\n{ONE}",
            f"{FLOW}\n{ONE}\nOPS-3: {{state: test, assignees: [c]}}".replace(
                "{state: done,", "{state: test, kind: active}, {state: done,"
            ),
        ),
        (
            f"{FLOW}\n{ONE}",
            f"{FLOW}\nservices: {{edge: {{name: Edge}}}}\n{ONE}".replace("[a]", "[a], services: [edge]"),
        ),
        (
            f"{FLOW}\n{ONE}",
            f"{FLOW}\ntypes: {{task: {{}}, chore: {{}}}}\n{ONE}".replace("[a]", "[a], type: chore"),
        ),
    ],
    ids=["another name", "another name of a state over its limit", "a new state", "a service", "a new type"],
)
def test_new_names_of_a_change_are_taken_as_they_are(before: str, after: str) -> None:
    from opsflow.comparison import compare

    inner = "".join(f"    {line}\n" for line in before.splitlines())
    facts = facts_in(f"before:\n{inner}{after}")
    assert facts.base is not None
    made = compare(rules.judge(facts.base), rules.judge(facts)).failures
    assert {each.rule for each in made} <= {"changed-rules"}


def test_the_new_rules_judge_both_sides_where_they_are_asked_for() -> None:
    before, after = f"{FLOW}\n{TWO}", f"{FLOW.replace('wip: 1', 'wip: 5')}\n{TWO}"
    assert found(before, after) == ["wip-limit"]
    assert found(before, after, "head") == []
    assert found(after, before) == []
    assert found(after, before, "head") == ["wip-limit"]


def test_a_limit_of_which_a_part_could_not_be_read_judges_nothing() -> None:
    before = f"{limits('states: [doing], per: [person], max: 0')}\n{ONE}"
    assert found(before, f"{limits('states: [doing], max: 5')}\n{TWO}") == []


@pytest.mark.parametrize("rules_from", ["base", "head"])
@pytest.mark.parametrize("bad", ["opsflow.yaml:\n    board: [", "opsflow.yaml:\n    board: B\n    key: OPS"])
def test_a_board_that_is_no_use_takes_and_gives_no_rules(bad: str, rules_from: str) -> None:
    assert found(bad, f"{FLOW}\n{ONE}", rules_from) == []
    assert set(found(f"{FLOW}\n{ONE}", bad, rules_from)) <= {"unreadable-file", "misshapen"}


def test_names_are_looked_up_in_the_board_as_it_is_written() -> None:
    """The rules from before name a state that is gone: that is no mistake of the change."""
    before = f"{limits('states: [doing], max: 1')}\n{FLOW}\n{ONE}"
    after = f"{limits('states: [working], max: 1')}\n{FLOW}\n{ONE}".replace("doing", "working")
    assert found(before, after) == []
    assert found(before, after, "head") == []


def test_what_decides_what_is_read_is_said() -> None:
    before = f"{FLOW}\n{ONE}"
    after = f"{FLOW}\nitems: [items/**, work/**]\ntimezone: Asia/Tokyo\n{ONE}"
    inner = "".join(f"    {line}\n" for line in before.splitlines())
    facts = facts_in(f"before:\n{inner}{after}")
    assert [each.message for each in rules.judge(facts, {"changed-rules"})] == [
        "`timezone` is another than before: it says when a day begins",
        "`items` is another than before: it says which files hold items",
    ]

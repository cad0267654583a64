"""What states mean where no board says it."""

from pathlib import Path

import pytest

from opsflow.errors import OpsflowError
from opsflow.events import workflow
from opsflow.model import Kind, State
from tests.events.tables import read, stays


def test_a_workflow_is_read_from_one_line() -> None:
    assert workflow.parsed(
        "Backlog:backlog, In progress:active,A:B:waiting,Done:done,No\\, thanks:discarded"
    ) == (
        State("Backlog", Kind.BACKLOG),
        State("In progress", Kind.ACTIVE),
        State("A:B", Kind.WAITING),
        State("Done", Kind.DONE),
        State("No, thanks", Kind.DISCARDED),
    )


def test_a_workflow_is_written_as_it_is_read() -> None:
    states = (State("a, b", Kind.BACKLOG), State("c:d", Kind.ACTIVE), State("e", Kind.DONE))
    assert workflow.parsed(workflow.written(states)) == states


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has a state without a name"),
        ("a:backlog,,b:done", "has a state without a name"),
        (":active", "has a state without a name"),
        ("a,b,a", "names the state 'a' twice"),
        ("a:activ", "'a' is 'activ', and the kinds are backlog, active, waiting, done and discarded"),
    ],
)
def test_what_is_no_workflow_is_refused(text: str, why: str) -> None:
    with pytest.raises(OpsflowError, match=why):
        workflow.parsed(text)


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        ("Backlog Build Done", "backlog active done"),
        ("Funnel Build Test Live", "backlog active active done"),
        ("To-do Doing", "backlog done"),
        ("Open Closed", "active done"),
        ("Open Doing On_hold Resolved Cancelled", "backlog active waiting done discarded"),
        ("Doing Done Dropped", "active done discarded"),
        ("Anything", "done"),
        ("", ""),
    ],
)
def test_without_kinds_names_tell_and_then_places(names: str, kinds: str) -> None:
    assert " ".join(workflow.meant([name.replace("_", " ") for name in names.split()])) == kinds


def test_states_are_in_the_order_in_which_most_items_came_to_them(tmp_path: Path) -> None:
    rows = [
        "A-1,Build,2026-03-01",
        "A-1,Idea,2026-03-02",
        "A-2,Idea,2026-03-01",
        "A-2,Build,2026-03-02",
        "A-2,Live,2026-03-03",
        "A-2,Build,2026-03-04",
        "A-3,Idea,2026-03-05",
        "A-3,Build,2026-03-06",
    ]
    found = read("\n".join(["item,state,at", *rows]), tmp_path)
    assert workflow.guessed(found.visits) == (
        State("Idea", Kind.BACKLOG),
        State("Build", Kind.ACTIVE),
        State("Live", Kind.DONE),
    )


def test_states_that_no_item_shares_are_in_order_of_time(tmp_path: Path) -> None:
    found = read("item,state,at\nA-1,b,2026-03-02\nA-2,a,2026-03-01\nA-3,c,2026-03-02\n", tmp_path)
    assert [state.name for state in workflow.guessed(found.visits)] == ["a", "b", "c"]


def test_states_are_the_workflows_whatever_their_capitals(tmp_path: Path) -> None:
    """Several spellings become one; where two states of the workflow are alike, only the exact one is it."""
    rows = "item,value,entered\nA-1,IN-PROGRESS,2026-03-01\nA-2,in progress,2026-03-01\nA-2,done,2026-03-02\nA-3,odd,2026-03-03\n"
    found = workflow.spelt(
        read(rows, tmp_path), workflow.parsed("In progress:active,Done:done,DONE :waiting")
    )
    assert stays(found) == {
        "A-1": [("In progress", "03-01", "")],
        "A-2": [("In progress", "03-01", "03-02"), ("done", "03-02", "")],
        "A-3": [("odd", "03-03", "")],
    }
    assert found.items["A-1"].state == "In progress"
    exact = read(rows, tmp_path)
    assert workflow.spelt(exact, workflow.parsed("in progress,IN-PROGRESS,done,odd")) is exact

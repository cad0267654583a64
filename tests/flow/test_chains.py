"""When items are finished that wait for a place, for people and for one another."""

from collections.abc import Mapping, Sequence
from math import inf

import pytest

from opsflow.flow import chains
from opsflow.flow.chains import Group, Run, Task
from opsflow.flow.forecast import Draws, Sample

STEADY = Sample((1,) * 10)
"""One item is finished on every working day."""


def lived(
    *tasks: Task,
    groups: Mapping[str, Group] | None = None,
    trials: int = 3,
    sample: Sample = STEADY,
    pulled: Sequence[str] | None = None,
) -> Run:
    queue = [task.item for task in tasks if not task.begun] if pulled is None else pulled
    return chains.run({task.item: task for task in tasks}, queue, groups or {}, Draws(sample, "seed", trials))


def ends(run: Run) -> dict[str, float]:
    """The end of each item, the same in every trial."""
    assert all(len(set(column)) == 1 for column in run.finishes.values())
    return {item: column[0] for item, column in run.finishes.items()}


def test_an_item_begins_when_it_has_a_place_and_all_that_it_waits_for_is_finished() -> None:
    run = lived(
        Task("A", (3.0,), begun=True),
        Task("B", (1.5,), needs=("A",)),
        Task("C", (1.0,), needs=("A",), turn=5),
        Task("D", (2.0,), needs=("B", "C")),
        Task("E", (2.0,), turn=2),
        Task("F", (2.0,), not_before=4.0),
    )
    assert ends(run) == {"A": 3.0, "B": 4.5, "C": 6.0, "D": 8.0, "E": 4.0, "F": 6.0}
    assert run.ends(["A", "B"]) == [4.5] * 3
    assert run.ends([]) == [0.0] * 3


def test_work_that_goes_on_stands_still_until_what_it_needs_is_finished() -> None:
    assert ends(lived(Task("A", (3.0,), begun=True), Task("B", (1.0,), ("A",), begun=True)))["B"] == 4.0


def test_a_whole_is_finished_with_its_last_part_but_works_beside_it() -> None:
    run = lived(
        Task("A", (3.0,)), Task("B", (9.0,)), Task("W", (5.0,), parts=("A",)), Task("V", (5.0,), parts=("B",))
    )
    assert (ends(run)["W"], ends(run)["V"]) == (5.0, 9.0)


def test_what_an_item_waits_for_changes_nobody_elses_place() -> None:
    """Ten items in a queue, of which the first has to wait for the last: the others come when they came."""
    tasks = [Task(f"A{number}", (1.0,), turn=number) for number in range(10)]
    free = ends(lived(*tasks))
    waiting = [*tasks[1:], tasks[0]._replace(needs=("A9",))]
    tied = ends(lived(*waiting, pulled=[task.item for task in tasks]))
    assert {item: end for item, end in tied.items() if item != "A0"} == {
        item: end for item, end in free.items() if item != "A0"
    }
    assert (free["A0"], tied["A0"]) == (1.0, 11.0)


def test_grahams_list_of_jobs_is_never_done_sooner_for_a_further_constraint() -> None:
    """Nine jobs, three places; on a list that gives idle places away, fewer constraints end later."""
    lengths = (3.0, 2.0, 2.0, 2.0, 4.0, 4.0, 4.0, 4.0, 9.0)
    jobs = [Task(f"T{number}", (length,), groups=("all",)) for number, length in enumerate(lengths, 1)]
    group = {"all": Group(3, ())}
    needs = {"T9": ("T1",), "T5": ("T4",), "T6": ("T4",), "T7": ("T4",), "T8": ("T4",)}
    all_ = [job._replace(needs=needs.get(job.item, ())) for job in jobs]
    for left_out in ("T5", "T6"):
        fewer = [job._replace(needs=() if job.item == left_out else job.needs) for job in all_]
        more, less = ends(lived(*all_, groups=group)), ends(lived(*fewer, groups=group))
        assert all(more[item] >= less[item] for item in more)


def test_a_narrow_limit_has_places_of_its_own() -> None:
    """Maria may have two; she has two, and whoever comes next waits for the first of them to end."""
    run = lived(
        Task("A", (2.0,), begun=True),
        Task("B", (5.0,), begun=True),
        Task("C", (1.0,), groups=("maria",)),
        Task("D", (1.0,), groups=("maria",)),
        Task("E", (1.0,)),
        groups={"maria": Group(2, ("A", "B"))},
    )
    assert ends(run) == {"A": 2.0, "B": 5.0, "C": 3.0, "D": 4.0, "E": 1.0}


def test_more_than_a_limit_allows_have_to_end_before_another_begins() -> None:
    run = lived(
        Task("A", (2.0,), begun=True),
        Task("B", (5.0,), begun=True),
        Task("C", (7.0,), begun=True),
        Task("D", (1.0,), groups=("maria",)),
        groups={"maria": Group(2, ("A", "B", "C"))},
    )
    assert ends(run)["D"] == 6.0


def test_where_nobody_may_enter_nobody_ends() -> None:
    assert ends(lived(Task("A", (1.0,), groups=("none",)), groups={"none": Group(0, ())}))["A"] == inf


@pytest.mark.parametrize(
    ("start", "length", "off", "end"),
    [
        (0.0, 2.0, (1,), 3.0),
        (0.0, 2.0, (2,), 3.0),
        (0.0, 2.0, (3,), 2.0),
        (0.5, 1.0, (2, 3), 3.5),
        (1.5, 0.0, (2,), 1.5),
        (1.5, 1.0, (2, 4), 3.0),
        (1.5, 1.5, (2, 4), 4.5),
        (9.0, 1.0, (2, 4), 10.0),
        (0.0, 3.0, (1, 2, 3), 6.0),
        (inf, 3.0, (1, 2, 3), inf),
    ],
)
def test_on_days_on_which_nobody_is_there_nothing_goes_on(
    start: float, length: float, off: tuple[int, ...], end: float
) -> None:
    assert chains.ahead([start], [length], off) == [end]


def test_criticality_is_the_share_of_trials_in_which_the_end_hung_on_an_item() -> None:
    """A takes 1 or 5 days, B 3; C waits for both, so it hangs on A in about half of the trials."""
    tasks = (Task("A", (1.0, 5.0)), Task("B", (3.0,)), Task("C", (1.0,), needs=("A", "B")), Task("D", (2.0,)))
    shares = lived(*tasks, trials=2000).criticality(["A", "B", "C", "D"])
    assert shares["C"] == 1.0
    assert shares["A"] + shares["B"] == 1.0
    assert 0.45 < shares["A"] < 0.55
    assert "D" not in shares


def test_who_waited_for_a_place_longer_than_for_others_hangs_on_no_other() -> None:
    run = lived(Task("A", (1.0,)), Task("B", (1.0,), needs=("A",), turn=8))
    assert run.criticality(["B"]) == {"B": 1.0}


def test_a_whole_that_ends_with_a_part_hangs_on_the_part() -> None:
    run = lived(Task("A", (9.0,)), Task("W", (5.0,), parts=("A",)))
    assert run.criticality(["W"]) == {"A": 1.0}


def test_the_luck_of_an_item_is_its_own() -> None:
    """Whoever else is asked about, and however many trials there are."""
    lengths = tuple(map(float, range(1, 30)))
    alone = lived(Task("A", lengths), trials=50)
    beside = lived(Task("B", lengths), Task("A", lengths), Task("C", lengths), trials=80)
    assert list(beside.finishes["A"])[:50] == list(alone.finishes["A"])
    assert list(beside.finishes["A"]) != list(beside.finishes["B"])

"""How long an item may still take."""

from opsflow.flow import lengths
from opsflow.flow.lengths import Left, Lengths, Taken


def taken(*days: float, type: str = "request", class_: str = "standard") -> list[Taken]:
    return [Taken(type, class_, each) for each in days]


def test_a_new_item_takes_what_its_own_kind_took() -> None:
    own, other = taken(*range(10)), taken(*range(20, 30), class_="expedite")
    strange = taken(50, type="incident")
    known = Lengths([*own, *other, *strange])
    assert known.new("request", "standard").lengths == [float(n) for n in range(10)]
    assert known.new("request", "expedite").lengths == [float(n) for n in range(20, 30)]
    assert known.new("request", "fixed-date").lengths == [*map(float, range(10)), *map(float, range(20, 30))]
    assert len(known.new("incident", "standard").lengths) == 21
    assert known.n == 21


def test_one_in_progress_is_measured_against_those_that_took_longer_than_it_is_old() -> None:
    known = Lengths(taken(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
    assert known.left("request", "standard", 4.0).lengths == [1, 2, 3, 4, 5, 6]
    assert known.left("request", "standard", 5.0).lengths == [1, 2, 3, 4, 5]


def test_older_than_others_ever_were_it_counts_as_if_it_were_begun_now() -> None:
    known = Lengths(taken(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
    assert known.left("request", "standard", 6.0) == Left([float(n) for n in range(1, 11)], "", True)


def test_where_more_go_on_than_were_finished_the_finished_are_the_lucky_ones() -> None:
    known = Lengths(taken(1, 2, 3, 4, 5), taken(*[30.0] * 6))
    assert known.new("request", "standard") == Left(
        (), "6 items this old are open and 5 were finished: too few to go by"
    )
    assert known.left("request", "standard", 40.0).reason.startswith("6 items this old are open")
    assert known.left("request", "standard", 40.0).lengths == ()


def test_too_few_finished_items_say_nothing() -> None:
    known = Lengths(taken(1, 2, 3, 4))
    assert known.new("request", "standard") == Left((), "4 finished items, 5 are needed")
    assert Lengths(taken(1), fewest=1).new("request", "standard").lengths == [1]
    assert Lengths([]).left("request", "standard", 3.0) == Left((), "0 finished items, 5 are needed", True)


def test_a_length_that_so_many_do_not_exceed_is_one_of_them() -> None:
    assert [lengths.within([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], p) for p in (50, 85, 95, 1)] == [5, 9, 10, 1]

"""Cost of delay divided by duration."""

from random import Random

from opsflow.capacity import order
from opsflow.capacity.order import Work


def by_id(*works: Work) -> dict[str, Work]:
    return {work.id: work for work in works}


def test_a_prerequisite_inherits_each_weight_once_however_many_ways_lead_to_it() -> None:
    works = [
        Work("base", 10),
        Work("left", 2, 0, ("base",)),
        Work("right", 4, 8, ("base",)),
        Work("top", 5, 10, ("left", "right")),
    ]
    found = order.weights(works)
    assert {name: (weight.own, weight.inherited) for name, weight in found.items()} == {
        "base": (0, 4),
        "left": (0, 2),
        "right": (2, 2),
        "top": (2, 0),
    }
    assert found["base"].holds_up == ("left", "right", "top")
    assert found["base"].inherited_cost == 18
    assert order.order(works) == ("base", "right", "left", "top")


def test_a_goal_is_worth_what_its_parts_inherit() -> None:
    works = [
        Work("goal", 0, 30, ("one", "two"), weighed_days=10),
        Work("one", 4),
        Work("two", 6),
        Work("other", 5, 10),
    ]
    assert order.order(works) == ("one", "two", "goal", "other")
    done = order.schedule(order.order(works), by_id(*works))
    assert done == {"one": 4, "two": 10, "goal": 10, "other": 15}
    assert order.delay_cost(done, by_id(*works)) == 30 * 10 + 10 * 15


def test_what_waits_in_a_ring_comes_last_and_is_never_done() -> None:
    works = [
        Work("a", 1, 100, ("b",)),
        Work("b", 1, 0, ("a",)),
        Work("after", 1, 5, ("b",)),
        Work("free", 1, 1),
    ]
    ordered = order.order(works)
    assert ordered == ("free", "a", "b", "after")
    assert order.schedule(ordered, by_id(*works)) == {"free": 1}
    weights = order.weights(works)
    assert (weights["a"].inherited, weights["b"].inherited, weights["after"].inherited) == (5, 105, 0)


def test_lanes_do_several_at_a_time_and_respect_what_waits() -> None:
    works = [Work("a", 4), Work("b", 2), Work("c", 2), Work("d", 1, 0, ("a",))]
    done = order.schedule(("a", "b", "c", "d"), by_id(*works), lanes=2)
    assert done == {"b": 2, "a": 4, "c": 4, "d": 5}


def test_every_order_respects_every_dependency_and_heavier_prerequisites_are_never_later() -> None:
    draw = Random(7)
    for _ in range(50):
        works = [
            Work(
                str(n),
                draw.randint(1, 9),
                draw.choice((0, 5, 50)),
                tuple({str(draw.randrange(n)) for _ in range(draw.randint(0, 2))} if n else ()),
            )
            for n in range(12)
        ]
        ordered = order.order(works)
        assert sorted(ordered) == sorted(work.id for work in works)
        at = {name: position for position, name in enumerate(ordered)}
        assert all(at[needed] < at[work.id] for work in works for needed in work.waits_for)
        done = order.schedule(ordered, by_id(*works), lanes=1)
        assert max(done.values()) == sum(work.duration_days for work in works)


def test_nothing_to_order() -> None:
    assert order.order([]) == ()
    assert order.schedule((), {}) == {}
    assert order.weights([Work("free", 0, 5)])["free"].own == 0

"""Visits as columns: what items did, in order, and which of them are picked."""

from opsflow.flow import spans, visits
from opsflow.flow.visits import GONE, Held, Visits
from tests import told
from tests.told import at

STORIES = {
    "OPS-2": "2026-01-05 09:00 inbox, 2026-01-06 09:00 doing, 2026-01-07 09:00 done",
    "OPS-1": "2026-01-05 09:00 doing, 2026-01-06 09:00 -, 2026-01-08 09:00 doing",
    "OPS-10": "2026-01-06 09:00 inbox, 2026-01-07 09:00 -",
}


def seconds(*moments: str) -> list[int]:
    return [int(at(moment).timestamp()) for moment in moments]


def test_the_columns_stand_in_the_order_of_ids_and_then_of_time() -> None:
    found = visits.of(told.history(STORIES))
    assert found.items == ["OPS-1", "OPS-2", "OPS-10"]
    assert (found.first, found.item) == ([0, 2, 5, 6], [0, 0, 1, 1, 1, 2])
    assert [found.names[state] for state in found.state] == [
        "doing",
        "doing",
        "inbox",
        "doing",
        "done",
        "inbox",
    ]
    assert found.entered[:2] == seconds("2026-01-05 09:00", "2026-01-08 09:00")
    assert found.left == [
        *seconds("2026-01-06 09:00"),
        None,
        *seconds("2026-01-06 09:00", "2026-01-07 09:00"),
        None,
        *seconds("2026-01-07 09:00"),
    ]
    assert (len(found), found.number) == (6, {"OPS-1": 0, "OPS-2": 1, "OPS-10": 2})


def test_a_way_has_a_gap_where_the_file_was_deleted() -> None:
    found = visits.of(told.history(STORIES))
    inbox, doing, done = (list(found.names).index(name) for name in ("inbox", "doing", "done"))
    paths = found.paths
    assert [paths.ways[way] for way in paths.way] == [
        (doing, GONE, doing),
        (inbox, doing, done),
        (inbox, GONE),
    ]
    assert paths.moments[0] == seconds("2026-01-05 09:00", "2026-01-06 09:00", "2026-01-08 09:00")
    assert paths.groups() == [[0], [1], [2]]
    assert paths.groups([2]) == [[], [], [2]]


def test_items_that_took_the_same_way_share_it() -> None:
    found = visits.of(
        told.history({f"OPS-{n}": f"2026-01-0{n} 09:00 inbox, 2026-01-1{n} 09:00 doing" for n in (1, 2)})
    )
    assert (len(found.paths.ways), found.paths.way) == (1, [0, 0])


def test_what_is_picked_is_as_if_there_had_been_nothing_else() -> None:
    told_ = [
        told.story(name, states, blocked="2026-01-06 10:00 maria" if name != "OPS-10" else "")
        for name, states in STORIES.items()
    ]
    found = visits.of_stories(sorted(told_, key=lambda story: int(story.item[4:])))
    for chosen in ([0], [1, 2], [0, 2]):
        ids = [found.items[item] for item in chosen]
        alone = visits.of_stories(story for name in ids for story in told_ if story.item == name)
        picked = found.pick(chosen)
        assert (picked.items, picked.first, picked.entered, picked.left) == (
            alone.items,
            alone.first,
            alone.entered,
            alone.left,
        )
        assert [picked.names[state] for state in picked.state] == [
            alone.names[state] for state in alone.state
        ]
        assert (picked.blocked, picked.types, picked.classes) == (alone.blocked, alone.types, alone.classes)
        assert dict(spans.of(told.board(), picked)) == dict(spans.of(told.board(), alone))
    assert found.pick([0, 1, 2]) is found


def test_the_first_visits_are_found_in_a_column_of_items() -> None:
    assert visits.firsts([0, 0, 1, 3], 4) == [0, 2, 3, 3, 4]
    assert visits.firsts([], 0) == [0]


def test_moments_are_whole_seconds() -> None:
    assert visits.seconds(at("2026-01-05 09:00:00.999999+00:00")) == visits.seconds(at("2026-01-05 09:00"))
    assert visits.moment(visits.seconds(at("2026-01-05 09:00"))) == at("2026-01-05 09:00")
    assert visits.seconds(at("1969-12-31 23:59:59.5+00:00")) == -1


def test_nothing_has_no_visits() -> None:
    empty = Visits()
    assert (len(empty), empty.paths.ways, empty.item, empty.blocked) == (0, [], [], Held([], [], [], [], []))
    assert dict(spans.of(told.board(), empty)) == {}

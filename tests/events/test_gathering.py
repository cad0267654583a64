"""Rows become visits; what is wrong in one is told, and the others count."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.events.tables import held, read, said, stays

START = "item,value,entered\n"


def test_item_value_and_entered_suffice(tmp_path: Path) -> None:
    found = read(START + "A-1,todo,2026-03-01\nA-1,doing,2026-03-02\nA-1,done,2026-03-05\n", tmp_path)
    assert stays(found) == {
        "A-1": [("todo", "03-01", "03-02"), ("doing", "03-02", "03-05"), ("done", "03-05", "")]
    }


def test_rows_may_stand_in_any_order_and_items_are_in_that_of_their_ids(tmp_path: Path) -> None:
    text = START + "A-10,doing,2026-03-03\nA-9,done,2026-03-05\nA-10,todo,2026-03-01\nA-9,todo,2026-03-04\n"
    assert stays(read(text, tmp_path)) == {
        "A-9": [("todo", "03-04", "03-05"), ("done", "03-05", "")],
        "A-10": [("todo", "03-01", "03-03"), ("doing", "03-03", "")],
    }


def test_of_one_moment_the_order_of_the_file_counts(tmp_path: Path) -> None:
    found = read(START + "A-1,b,2026-03-01\nA-1,a,2026-03-01\nA-1,c,2026-03-01\n", tmp_path)
    assert [state for state, _, _ in stays(found)["A-1"]] == ["b", "a", "c"]


def test_between_left_and_the_next_entry_an_item_was_away(tmp_path: Path) -> None:
    text = "item,state,entered,left\nA-1,doing,2026-03-01,2026-03-02\nA-1,doing,2026-03-05,\n"
    found = read(text, tmp_path)
    assert stays(found) == {"A-1": [("doing", "03-01", "03-02"), ("doing", "03-05", "")]}
    assert len(found.visits.paths.moments[0]) == 3


def test_an_empty_state_says_that_the_item_is_gone(tmp_path: Path) -> None:
    text = (
        START
        + "A-1,doing,2026-03-01\nA-1,,2026-03-04\nA-2,,2026-03-01\nA-2,doing,2026-03-02\nA-3,,2026-03-02\n"
    )
    assert stays(read(text, tmp_path)) == {
        "A-1": [("doing", "03-01", "03-04")],
        "A-2": [("doing", "03-02", "")],
    }


def test_moments_without_an_offset_are_of_the_time_zone(tmp_path: Path) -> None:
    text = START + "A-1,todo,2026-03-01\nA-1,doing,2026-03-02 09:30\nA-1,done,2026-03-03T09:30:15.5+05:00\n"
    berlin = read(text, tmp_path, zone=ZoneInfo("Europe/Berlin")).visits.entered
    utc = read(text, tmp_path).visits.entered
    assert [there - here for here, there in zip(berlin, utc, strict=True)] == [3600, 3600, 0]
    assert utc[2] == 1772512215.5


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",doing,2026-03-01", "it names no item"),
        ("A-1,doing,", "`entered` is '', which is no date or moment"),
        ("A-1,doing,2026-02-30", "`entered` is '2026-02-30', which is no date or moment"),
        ("A-1,doing,1st of March", "`entered` is '1st of March', which is no date or moment"),
        ("A-1,doing,0001-01-01", "`entered` is '0001-01-01', which is no date or moment"),
        (
            "A-1,doing,1772512215",
            "`entered` is '1772512215', which may count seconds or milliseconds; --dates says which",
        ),
        ("A-1,doing,2026-03-01,2026-02-28", "`left` ('2026-02-28') is before `entered` ('2026-03-01')"),
        ("A-1,doing,2026-03-01,never", "`left` is 'never', which is no date or moment"),
        (
            "A-1,doing,2026-03-01,,mood",
            "`field` is 'mood', which is none of state, blocked, assigned, type, class",
        ),
        ("A-1,doing,2026-03-01,,,,,x", "it has 8 cells, and there are 5 columns"),
        ("A-2,ben,2026-03-01,,assigned", "no row says in which state this item is"),
    ],
)
def test_a_row_that_is_wrong_is_left_out_and_told(row: str, why: str, tmp_path: Path) -> None:
    good = "A-9,done,2026-03-01,,\n"
    found = read(f"item,value,entered,left,field\n{good}{row}\nA-9,done,2026-03-02,,\n", tmp_path)
    assert said(found) == [(3, f"{why}; the row is left out")]
    assert stays(found) == {"A-9": [("done", "03-01", "03-02"), ("done", "03-02", "")]}
    assert (found.rows, found.left_out, found.wrong) == (3, 1, 1)


def test_a_row_that_says_it_again_counts_once(tmp_path: Path) -> None:
    rows = "A-1,doing,2026-03-01\nA-1,done,2026-03-02\n"
    found = read(START + rows + rows, tmp_path)
    assert stays(found) == stays(read(START + rows, tmp_path))
    assert said(found) == [
        (4, "it says again what line 2 says; the row is left out"),
        (5, "it says again what line 3 says; the row is left out"),
    ]


def test_there_and_back_in_one_moment_is_no_repetition(tmp_path: Path) -> None:
    text = "item,value,from,entered\nA-1,a,,2026-03-01\nA-1,b,a,2026-03-01\nA-1,a,b,2026-03-01\n"
    found = read(text, tmp_path)
    assert ([state for state, _, _ in stays(found)["A-1"]], found.wrong) == (["a", "b", "a"], 0)


def test_a_visit_that_lasts_into_the_next_ends_where_that_begins(tmp_path: Path) -> None:
    text = "item,value,entered,left\nA-1,a,2026-03-01,2026-03-09\nA-1,b,2026-03-05,\n"
    found = read(text, tmp_path)
    assert stays(found) == {"A-1": [("a", "03-01", "03-05"), ("b", "03-05", "")]}
    assert said(found) == [
        (
            2,
            "`left` is 2026-03-09T00:00:00Z, but the item's next row is of 2026-03-05T00:00:00Z; "
            "it counts until then",
        )
    ]
    assert (found.left_out, found.wrong) == (0, 1)


def test_what_is_later_than_now_has_not_come(tmp_path: Path) -> None:
    text = "item,value,entered,left\nA-1,a,2026-03-01,2026-06-01\nA-2,a,2026-03-01,\nA-2,b,2026-04-01,\n"
    found = read(text, tmp_path)
    assert stays(found) == {"A-1": [("a", "03-01", "")], "A-2": [("a", "03-01", "")]}
    assert (found.later, found.wrong) == (1, 0)


FIELDS = "item,field,value,entered,left,by\nA-1,state,doing,2026-03-01,,\n"


def test_a_block_ends_with_the_next_one_or_with_an_empty_value(tmp_path: Path) -> None:
    rows = "A-1,blocked,no disk,2026-03-02,,vendor:x\nA-1,blocked,no key,2026-03-03,,\nA-1,blocked,,2026-03-05,,\n"
    found = read(FIELDS + rows, tmp_path)
    assert held(found, found.visits.blocked) == [
        ("A-1", "no disk", "03-02", "03-03"),
        ("A-1", "no key", "03-03", "03-05"),
    ]
    assert found.visits.blocked.by == ["vendor:x", ""]


def test_several_people_may_have_an_item_at_once(tmp_path: Path) -> None:
    rows = "A-1,assigned,ben,2026-03-02,,\nA-1,assigned,maria,2026-03-03,2026-03-04,\n"
    found = read(FIELDS + rows, tmp_path)
    assert held(found, found.visits.assigned) == [
        ("A-1", "ben", "03-02", ""),
        ("A-1", "maria", "03-03", "03-04"),
    ]
    assert found.items["A-1"].assignees == ("ben",)


def test_without_a_column_left_the_next_person_takes_over(tmp_path: Path) -> None:
    text = "item,field,value,entered\nA-1,,doing,2026-03-01\nA-1,assigned,ben,2026-03-02\nA-1,assigned,eva,2026-03-04\n"
    found = read(text, tmp_path)
    assert held(found, found.visits.assigned) == [
        ("A-1", "ben", "03-02", "03-04"),
        ("A-1", "eva", "03-04", ""),
    ]


def test_types_and_classes_are_those_of_the_rows_all_along_unless_rows_tell_of_them(tmp_path: Path) -> None:
    text = (
        "item,field,value,entered,left,type,class\n"
        "A-1,,doing,2026-03-01,2026-03-09,incident,expedite\n"
        "A-2,,doing,2026-03-01,,request,\n"
        "A-2,type,incident,2026-03-01,,,\n"
        "A-2,type,request,2026-03-04,,,\n"
    )
    found = read(text, tmp_path)
    assert held(found, found.visits.types) == [
        ("A-1", "incident", "03-01", "03-09"),
        ("A-2", "incident", "03-01", "03-04"),
        ("A-2", "request", "03-04", ""),
    ]
    assert held(found, found.visits.classes) == [("A-1", "expedite", "03-01", "03-09")]


def test_an_item_is_what_the_last_rows_that_say_something_say(tmp_path: Path) -> None:
    text = (
        "item,value,entered,title,type,labels,services,project\n"
        'A-1,doing,2026-03-01,Old,request,a,"mail; web",P-1\n'
        "A-1,done,2026-03-02,New,,,,\n"
    )
    item = read(text, tmp_path).items["A-1"]
    assert (item.title, item.type, item.labels, item.services, item.part_of, item.state) == (
        "New",
        "request",
        ("a",),
        ("mail", "web"),
        "P-1",
        "done",
    )


def test_only_the_first_wrong_rows_are_remembered_and_all_are_counted(tmp_path: Path) -> None:
    found = read(START + "A-1,done,2026-03-01\n" + "A-1,done,soon\n" * 250, tmp_path)
    assert (len(found.notes), found.wrong, found.left_out) == (100, 250, 250)

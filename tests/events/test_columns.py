"""The columns of the event table, under the names that others give them."""

import pytest

from opsflow.errors import OpsflowError
from opsflow.events import columns


def test_every_column_is_known_by_its_own_name() -> None:
    found = columns.header(columns.NAMES)
    assert (tuple(found.places), found.ignored, found.missing) == (columns.NAMES, (), ())


def test_no_name_is_two_columns() -> None:
    names = [columns.plain(alias) for column in columns.COLUMNS for alias in (column.name, *column.aliases)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (["item", "to", "at"], {"item": 0, "value": 1, "entered": 2}),
        (["Issue Key", "State", "Date"], {"item": 0, "value": 1, "entered": 2}),
        (
            ["item", "from", "to", "at", "commit", "author"],
            {"item": 0, "from": 1, "value": 2, "entered": 3, "commit": 4, "author": 5},
        ),
        (
            ["key", "issue_type", "STATUS", "start", "end"],
            {"item": 0, "type": 1, "value": 2, "entered": 3, "left": 4},
        ),
    ],
)
def test_other_names_are_understood_in_any_spelling(names: list[str], places: dict[str, int]) -> None:
    assert columns.header(names).places == places


def test_of_two_names_for_one_column_ours_wins_and_the_other_is_ignored() -> None:
    found = columns.header(["state", "value", "item", "at", "colour"])
    assert (found.places["value"], found.ignored) == (1, ("state", "colour"))


def test_a_table_without_its_columns_is_refused_with_their_names() -> None:
    with pytest.raises(
        OpsflowError, match=r"x has no column `value` and `entered`; .* It has colour and size."
    ):
        columns.complete(columns.header(["item", "colour", "size"]), "x")


@pytest.mark.parametrize(
    "names", [(), ("a",), ("a", "b c"), ("semi;colon", "back\\slash", "both\\;"), ("ends\\",)]
)
def test_several_names_in_one_cell_are_read_back(names: tuple[str, ...]) -> None:
    assert columns.split(columns.joined(names)) == names


def test_spaces_around_names_are_no_part_of_them() -> None:
    assert columns.split(" a ;b;  ; c d") == ("a", "b", "c d")


def test_where_a_log_says_to_which_state_something_went_its_state_of_today_is_another_matter() -> None:
    found = columns.header(["Key", "Status", "From", "To", "Changed"])
    assert found.places == {"item": 0, "value": 3, "from": 2, "entered": 4}
    assert found.ignored == ("Status",)

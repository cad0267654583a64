"""Services and vendors: what needs attention, who knows them, what is planned, what ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from opsflow import measures, reports
from opsflow.measures import query
from opsflow.model import Service, Vendor, Window
from tests import told
from tests.reports import small_board
from tests.varied import replace

if TYPE_CHECKING:
    from opsflow.facts import Facts

SERVICES = {
    "proxy": Service("proxy", "Edge proxy", "maria", "acme", timedelta(days=10)),
    "mail": Service("mail", "Mail"),
}
VENDORS = {
    "acme": Vendor("acme", "ACME CA", date(2026, 4, 1), timedelta(days=2)),
    "volt": Vendor("volt", "Volt", date(2027, 1, 1)),
    "gone": Vendor("gone", "Gone", date(2026, 3, 1)),
}


def facts() -> Facts:
    """The small board: an open incident on mail, work done for the proxy by Maria alone, a window ahead."""
    known = small_board.facts()
    start = datetime(2026, 3, 7, 21, 0, tzinfo=UTC)
    items = {
        **known.board.items,
        "OPS-3": replace(known.board.items["OPS-3"], services=("mail", "mail")),
        "OPS-5": replace(
            known.board.items["OPS-5"], services=("lost",), window=Window(start, start + timedelta(hours=4))
        ),
        "OPS-120": replace(known.board.items["OPS-120"], services=("proxy",), assignees=("maria",)),
    }
    maria = replace((known.board.people or {})["maria"], emails=("maria@example.org",))
    people = {**(known.board.people or {}), "maria": maria}
    board = replace(known.board, items=items, services=SERVICES, vendors=VENDORS, people=people)
    return replace(known, board=board)


def view(known: Facts | None = None) -> dict[str, Any]:
    return reports.view("services", known or facts(), ())


def rows(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in shown["services"]}


def test_what_needs_attention_comes_first_with_the_reason() -> None:
    assert [(row["name"], [each["words"] for each in row["attention"]]) for row in view()["services"]] == [
        ("Mail", ["1 open incident"]),
        (
            "Edge proxy",
            [
                "maintenance 3 days overdue, planned",
                "1 item blocked",
                "only Maria Keller worked on it",
            ],
        ),
        ("lost", []),
    ]


def test_a_service_that_only_items_name_is_there_too_and_marked() -> None:
    assert {key: row["known"] for key, row in rows(view()).items()} == {
        "mail": True,
        "proxy": True,
        "lost": False,
    }


def test_an_item_that_names_a_service_twice_counts_once() -> None:
    mail = rows(view())["mail"]
    assert (mail["open"], mail["incidents"], [item["id"] for item in mail["items"]]) == (1, 1, ["OPS-3"])


def test_owner_vendor_and_people_are_called_by_name() -> None:
    proxy = rows(view())["proxy"]
    assert (proxy["owner"], proxy["vendor"]) == ("Maria Keller", {"key": "acme", "name": "ACME CA"})
    assert proxy["coverage"]["names"] == ["Maria Keller"]


def test_the_numbers_are_those_of_the_measures() -> None:
    known = facts()
    shown, asked = view(known), query.of(known)
    vendors = {row["vendor"]: row for row in measures.figure("vendors", asked)["rows"]}
    for row in shown["vendors"]:
        assert row["waited_days"] == vendors[row["vendor"]]["waited_days"]
    maintained = measures.figure("maintenance", asked)["rows"][0]
    assert rows(shown)["proxy"]["maintenance"]["due_on"] == maintained["due_on"]
    unplanned = {row["key"]: row for row in measures.figure("unplanned", asked)["services"]}
    assert rows(shown)["mail"]["unplanned_days"] == round(unplanned["mail"]["wip_days"], 1)
    assert rows(shown)["lost"]["unplanned_days"] == 0


def test_vendors_name_the_services_that_rest_on_them_and_their_open_items() -> None:
    acme = next(row for row in view()["vendors"] if row["vendor"] == "acme")
    assert (acme["services"], acme["open"], acme["promised_days"]) == (["Edge proxy"], 1, 2)


def test_contracts_are_listed_by_their_end() -> None:
    assert [(row["name"], row["ends_on"], row["days"], row["soon"]) for row in view()["contracts"]] == [
        ("Gone", "2026-03-01", -3, True),
        ("ACME CA", "2026-04-01", 28, True),
        ("Volt", "2027-01-01", 303, False),
    ]


def test_windows_that_are_not_over_are_planned_maintenance() -> None:
    known = facts()
    (row,) = view(known)["windows"]
    assert (row["id"], row["start_at"], row["services"], row["now"]) == (
        "OPS-5",
        "2026-03-07T21:00:00+00:00",
        ["lost"],
        False,
    )
    begun = replace(known, now=datetime(2026, 3, 7, 22, 0, tzinfo=UTC))
    assert [row["now"] for row in view(begun)["windows"]] == [True]
    over = replace(known, now=datetime(2026, 3, 8, 2, 0, tzinfo=UTC))
    assert view(over)["windows"] == []


def test_the_headline_counts_what_needs_attention() -> None:
    assert (
        view()["sentence"]
        == "2 of 3 services need attention: 1 has an open incident and 1 has overdue maintenance"
    )
    calm = told.board(told.item("OPS-1", "doing", services=("proxy",)))
    known = told.facts(calm, told.history({"OPS-1": "2026-02-01 09:00 doing"}))
    assert view(known)["sentence"] == "None of 1 service needs attention"


def test_without_a_history_what_it_tells_is_not_known_and_not_0() -> None:
    shown = view(replace(facts(), history=None, gap="this is a shallow clone"))
    proxy = rows(shown)["proxy"]
    assert (proxy["open"], proxy["unplanned_days"], proxy["coverage"], proxy["maintenance"]) == (
        1,
        None,
        None,
        None,
    )
    assert {row["waited_days"] for row in shown["vendors"]} == {None}
    assert [(fact["key"], fact["value"]) for fact in shown["facts"]] == [
        ("incidents", 1),
        ("maintenance", None),
        ("coverage", None),
        ("vendors", None),
        ("contracts", 2),
    ]


def test_a_board_without_services_says_where_they_go() -> None:
    known = told.facts(told.board(told.item("OPS-1")), told.history({"OPS-1": "2026-02-01 09:00 inbox"}))
    shown = view(known)
    assert (shown["services"], shown["vendors"], shown["sentence"]) == ([], [], "No services are known")
    assert shown["reason"].startswith("No item names a service")

"""The roadmap: dates, what decides them, risks, money."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from opsflow import measures, reports
from opsflow.measures import query, trials
from opsflow.model import Blocked, Item, Person, Project, Vendor
from opsflow.reports import roadmap
from tests import told
from tests.reports import small_board
from tests.varied import replace

if TYPE_CHECKING:
    from opsflow.facts import Facts

PROJECTS = {
    "NET": Project("NET", "Office network", "maria", date(2026, 3, 20), budget=1000.0, value=5000.0),
    "SSO": Project("SSO", "One sign-in", due=date(2026, 12, 1), cost_of_delay=60.0),
    "OLD": Project("OLD", "Old printers", due=date(2026, 1, 31)),
    "NEW": Project("NEW", "Not planned yet"),
}


def facts(projects: dict[str, Project] | None = PROJECTS, *more: Item) -> Facts:
    """The small board with projects: of NET one item is done, one blocked, one waits for other work."""
    known = small_board.facts()
    items = {
        **known.board.items,
        "OPS-120": replace(known.board.items["OPS-120"], part_of="NET", cost=250.0, value=900.0),
        "OPS-4": replace(known.board.items["OPS-4"], part_of="NET", depends_on=("OPS-1", "OPS-2")),
        "OPS-6": replace(known.board.items["OPS-6"], part_of="NET"),
        "OPS-5": replace(known.board.items["OPS-5"], part_of="SSO"),
        "OPS-121": replace(known.board.items["OPS-121"], part_of="OLD"),
        **{item.id: item for item in more},
    }
    return replace(known, board=replace(known.board, items=items, projects=projects))


def view(known: Facts) -> dict[str, Any]:
    return reports.view("roadmap", known, ())


def project(known: Facts, key: str) -> dict[str, Any]:
    (row,) = (row for row in view(known)["projects"] if row["key"] == key)
    found: dict[str, Any] = row
    return found


def test_running_projects_come_first_by_date_and_the_finished_ones_last() -> None:
    shown = view(facts())
    assert shown["projects"][0]["key"] == "NET"
    assert [(row["key"], row["verdict"]["words"]) for row in shown["projects"][1:]] == [
        ("SSO", ">95% likely"),
        ("NEW", "nothing is planned for it"),
        ("OLD", "finished"),
    ]


def test_the_dates_are_those_of_the_forecast() -> None:
    known = facts()
    asked = replace(query.of(known), options={"of": "NET"})
    (row,) = measures.figure("forecast", asked)["rows"]
    found = project(known, "NET")
    assert [found["forecast"][p] for p in ("p50", "p85", "p95", "chance")] == [
        row[p] for p in ("p50", "p85", "p95", "chance")
    ]
    assert [(each["id"], each["share"]) for each in found["critical"]] == [
        (each["id"], each["share"]) for each in row["critical"]
    ]
    assert found["verdict"]["spare_days"] == (date(2026, 3, 20) - date.fromisoformat(row["p85"])).days


def test_a_verdict_names_the_chance_or_why_there_is_none() -> None:
    known = small_board.facts()
    numbers = roadmap._numbers.of(known)

    def verdict(
        due: str, chance: float | None = None, p85: str | None = None, **more: bool
    ) -> tuple[str, str, Any]:
        answer = {"p85": p85, "chance_share": chance, "chance": "" if chance is None else f"{chance:.0%}"}
        day = date.fromisoformat(due) if due else None
        made = roadmap._verdict(numbers, day, answer, more.get("opened", True), more.get("items", True))
        return made["key"], made["words"], made["spare_days"]

    assert verdict("2026-03-20", 0.9, "2026-03-18") == ("kept", "90% likely", 2)
    assert verdict("2026-03-20", 0.7, "2026-03-24") == ("unsure", "70% likely", -4)
    assert verdict("2026-03-20", 0.496, "2026-03-24") == ("unsure", "50% likely", -4)
    assert verdict("2026-03-20", 0.2, "2026-04-24") == ("missed", "20% likely", -35)
    assert verdict("2026-03-01", 0.0, "2026-03-24") == ("late", "3 days late already", -23)
    assert verdict("2026-03-20") == ("unknown", "not known", None)
    assert verdict("") == ("open", "no date", None)
    assert verdict("2026-03-20", opened=False) == ("finished", "finished", None)
    assert verdict("2026-03-20", opened=False, items=False) == ("empty", "nothing is planned for it", None)


def test_risks_are_blocks_vendors_dates_and_work_of_others() -> None:
    waiting = told.item("OPS-70", "vendor", part_of="NET", vendor="acme")
    stopped = told.item("OPS-71", "doing", part_of="NET", blocked=Blocked("no parts", "ben"))
    rows = project(facts(PROJECTS, waiting, stopped), "NET")["risks"]
    assert [(row["kind"], row["id"], row["words"]) for row in rows] == [
        ("vendor", "OPS-1", "blocked for 4 days by vendor ACME CA: the CSR is not signed"),
        ("blocked", "OPS-71", "blocked by Ben Ode: no parts"),
        ("overdue", "OPS-1", "was due on 2026-03-01, 3 days ago"),
        ("vendor", "OPS-70", "waits for ACME CA"),
        ("outside", "OPS-4", "waits for OPS-2 of other work"),
    ]


def test_money_and_value_are_those_of_the_measures_and_never_0_where_nobody_measured() -> None:
    net, sso = project(facts(), "NET")["money"], project(facts(), "SSO")["money"]
    assert (net["budget"], net["spent"], net["used_share"], net["expected_value"]) == (
        1000.0,
        250.0,
        0.25,
        5000.0,
    )
    assert (net["value"], net["value_measured"], net["value_per_cost"]) == (900.0, 1, None)
    assert (sso["budget"], sso["spent"], sso["value"], sso["likely_cost"]) == (None, None, None, None)


def test_the_picture_has_the_items_that_are_tied_and_what_they_wait_for_outside() -> None:
    row = project(facts(), "NET")
    assert [node["id"] for node in row["nodes"]] == ["OPS-1", "OPS-2", "OPS-4", "OPS-6"]
    assert [(edge["from"], edge["to"]) for edge in row["edges"]] == [
        ("OPS-4", "OPS-1"),
        ("OPS-4", "OPS-2"),
        ("OPS-6", "OPS-4"),
    ]


def test_a_project_that_is_too_large_is_not_drawn() -> None:
    chain = [
        told.item(f"OPS-{n}", "ready", part_of="NET", depends_on=(f"OPS-{n - 1}",) if n > 500 else ())
        for n in range(500, 500 + roadmap.DRAWN + 2)
    ]
    row = project(facts(PROJECTS, *chain), "NET")
    assert (row["nodes"], row["edges"]) == ([], [])
    assert row["undrawn"] > roadmap.DRAWN


def test_items_with_a_date_are_told_the_next_one_first_with_what_holds_them_up() -> None:
    shown = view(facts())["dates"]
    assert [(row["id"], row["due_on"], row["verdict"]["key"]) for row in shown["rows"]][:2] == [
        ("OPS-1", "2026-03-01", "late"),
        ("OPS-2", "2026-03-06", shown["rows"][1]["verdict"]["key"]),
    ]
    assert shown["rows"][0]["why"] == "blocked for 4 days by vendor ACME CA: the CSR is not signed"
    assert shown["more"] == 0


def test_without_a_history_dates_are_not_known_and_the_board_is_still_told() -> None:
    known = replace(facts(), history=None, gap="this is a shallow clone")
    row = project(known, "NET")
    assert (row["forecast"]["p85"], row["forecast"]["reason"]) == (None, "this is a shallow clone")
    assert row["verdict"] == {"key": "unknown", "words": "not known", "spare_days": None}
    assert (row["items"], row["open"], row["finished"]) == (4, 3, 1)
    assert {fact["key"]: fact["value"] for fact in view(known)["facts"]} == {
        "running": 2,
        "late": None,
        "held": 1,
        "spent": 250,
        "value": None,
    }


def test_a_board_without_projects_says_where_they_go() -> None:
    known = told.facts(
        told.board(told.item("OPS-1", "ready")), told.history({"OPS-1": "2026-02-01 09:00 ready"})
    )
    assert view(known)["reason"].startswith("Nothing is part of a project")
    assert (
        view(replace(known, board=replace(known.board, projects={})))["reason"]
        == "catalog.yaml lists no projects."
    )


def test_of_very_many_projects_the_first_due_are_forecast() -> None:
    many = {
        f"P{n:02}": Project(f"P{n:02}", f"Project {n}", due=date(2026, 6, 1) + timedelta(n))
        for n in range(30)
    }
    items = [told.item(f"OPS-{600 + n}", "ready", part_of=f"P{n:02}") for n in range(30)]
    shown = view(facts(many, *items))
    assert shown["unforecast"] == 30 - roadmap.FORECAST
    known = [row["key"] for row in shown["projects"] if row["forecast"]["p50"]]
    assert known == [f"P{n:02}" for n in range(roadmap.FORECAST)]


def test_with_very_many_items_fewer_trials_are_made_and_said() -> None:
    items = [told.item(f"OPS-{600 + n}", "ready", part_of="SSO") for n in range(400)]
    shown = view(facts(PROJECTS, *items))
    assert roadmap.FEWEST_TRIALS < shown["trials"] < 2000
    assert shown["subtitle"].startswith(f"{shown['trials']:,} trials over ")


def test_pages_share_the_trials_of_the_same_facts() -> None:
    known = facts()
    assert trials.usual(query.of(known)) is trials.usual(query.of(known))


def test_names_of_owners_and_vendors_are_those_of_the_catalog() -> None:
    board = facts().board
    assert (board.people or {})["maria"] == Person("maria", "Maria Keller", skills=("tls",))
    assert (board.vendors or {})["acme"] == Vendor("acme", "ACME CA")
    assert project(facts(), "NET")["owner"] == "Maria Keller"

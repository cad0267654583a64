"""Views of a small board: what each report says, value by value."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opsflow import reports
from opsflow.errors import OpsflowError
from opsflow.flow.definitions import SENTENCES
from opsflow.model import Board, Commit, Gap, History, Person
from opsflow.reports import item as item_report
from opsflow.reports import items as items_report
from opsflow.reports import next as next_report
from tests import told
from tests.reports import small_board
from tests.reports.small_board import FINDINGS
from tests.varied import replace

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture(scope="module")
def views() -> dict[str, Any]:
    facts = small_board.facts()
    found = {name: reports.view(name, facts, FINDINGS) for name in reports.ALL}
    return found | {
        "items": items_report.view(facts, FINDINGS),
        "item": item_report.view(facts, FINDINGS, "OPS-1"),
    }


@pytest.mark.parametrize("name", [*reports.ALL, "items", "item"])
def test_a_view_is_the_same_as_it_was(views: dict[str, Any], name: str) -> None:
    """UPDATE_SNAPSHOTS=1 writes them anew; read the difference before it is committed."""
    text = json.dumps(views[name], indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    path = SNAPSHOTS / f"{name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", reports.ALL)
def test_the_order_of_items_and_stories_changes_no_byte(views: dict[str, Any], name: str) -> None:
    facts = small_board.facts()
    assert facts.history is not None
    stories = dict(reversed(list(facts.history.stories.items())))
    turned = replace(facts, history=replace(facts.history, stories=stories))
    assert json.dumps(reports.view(name, turned, FINDINGS)) == json.dumps(views[name])


@pytest.mark.parametrize("name", [*reports.ALL, "items", "item"])
def test_every_view_says_what_it_is_and_what_its_words_mean(views: dict[str, Any], name: str) -> None:
    view = views[name]
    assert view["report"] == name
    assert view["question"].endswith("?")
    assert view["as_of"]["today_on"] == "2026-03-04"
    assert view["definitions"]
    assert [each["sentence"] for each in view["definitions"]] == [
        SENTENCES[each["name"]] for each in view["definitions"]
    ]


@pytest.mark.parametrize("name", reports.ALL)
def test_every_report_has_a_title_and_a_question(name: str) -> None:
    assert reports.load(name).TITLE
    assert reports.question(name).endswith("?")


def test_an_unknown_report_is_refused() -> None:
    with pytest.raises(KeyError):
        reports.load("os")


# -- boards with little on them -----------------------------------------------------------------

BARE: dict[str, tuple[Board, History | None]] = {
    "a board without anything": (Board("", "", (), {}), None),
    "a board without a history": (told.board(told.item("OPS-1", "doing", depends_on=("OPS-2",))), None),
    "a history without a commit": (told.board(told.item("OPS-1", "doing")), History((), {})),
    "one item": (told.board(told.item("OPS-1", "doing")), told.history({"OPS-1": "2026-03-01 09:00 doing"})),
    "an item of the future": (
        told.board(told.item("OPS-1", "doing")),
        told.history({"OPS-1": "2026-05-01 09:00 doing"}),
    ),
    "all finished": (
        told.board(told.item("OPS-1", "done")),
        told.history({"OPS-1": "2026-02-01 09:00 doing, 2026-03-01 10:00 done"}),
    ),
    "a state unknown to the workflow": (
        told.board(told.item("OPS-1", "limbo")),
        told.history({"OPS-1": "2026-02-01 09:00 limbo"}),
    ),
    "a workflow without a backlog": (
        told.board(told.item("OPS-1", "doing"), states=told.STATES[2:]),
        told.history({"OPS-1": "2026-02-01 09:00 doing"}),
    ),
}


@pytest.mark.parametrize("name", reports.ALL)
@pytest.mark.parametrize("bare", BARE)
def test_a_board_with_little_on_it_has_every_view_with_all_its_keys(
    views: dict[str, Any], name: str, bare: str
) -> None:
    facts = told.facts(*BARE[bare])
    view = reports.view(name, facts, ())
    assert json.loads(json.dumps(view, allow_nan=False)) == view
    assert view.keys() == views[name].keys()
    assert items_report.view(facts, ()).keys() == views["items"].keys()
    for id in facts.board.items:
        assert item_report.view(facts, (), id).keys() == views["item"].keys()


def test_without_a_history_no_measure_is_a_number() -> None:
    view = reports.view("flow", told.facts(*BARE["a board without a history"]), ())
    why = "the board is not in a Git repository"
    assert view["as_of"]["measured"] is False
    assert {each["key"]: (each["value"], each["reason"]) for each in view["facts"]} == {
        "throughput": (None, why),
        "cycle-time": (None, why),
        "wip": (1, ""),
        "unplanned": (None, why),
        "blocked": (0, ""),
        "efficiency": (None, why),
    }
    assert {view[name]["reason"] for name in view["figures"]} == {why}
    assert {view[name]["title"] for name in view["figures"]} == {"Not known without the history"}
    assert (view["throughput"]["weeks"], view["wip"]["days"], view["cfd"]["days"]) == ([], [], [])


# -- board --------------------------------------------------------------------------------------


def test_the_board_counts_its_columns_against_their_limits(views: dict[str, Any]) -> None:
    columns = {
        column["state"]: (column["count"], column["total"], column["words"], column["quiet"])
        for column in views["board"]["columns"]
    }
    assert columns == {
        "inbox": (1, 1, "options", True),
        "ready": (2, 2, "no limit", False),
        "doing": (2, 3, "+1 expedite, 1 over the limit", False),
        "vendor": (0, 0, "no limit", False),
        "review": (0, 0, "no limit", False),
        "done": (22, 22, "in 14 days", True),
        "dropped": (1, 1, "in 14 days", True),
    }


def test_of_several_limits_of_a_column_the_smallest_maximum_is_shown() -> None:
    limits = (
        told.limit("few", None, "doing", min=1),
        told.limit("ten", 10, "doing"),
        told.limit("two", 2, "doing"),
        told.limit("all", 5),
    )
    items = [told.item(f"OPS-{n}", "doing") for n in (1, 2, 3)]
    board = told.board(*items, limits=limits)
    assert (board.limit_of("doing"), board.limit_of(), board.limit_of("ready")) == (
        limits[2],
        limits[3],
        None,
    )
    assert told.board(limits=limits[:1]).limit_of("doing") == limits[0]
    view = reports.view("board", told.facts(board), ())
    column = next(column for column in view["columns"] if column["state"] == "doing")
    assert (column["limit"]["max"], column["words"]) == (2, "1 over the limit")
    assert [group["name"] for group in view["groups"]] == ["few", "ten", "all"]


def test_the_board_says_what_to_do_today(views: dict[str, Any]) -> None:
    today = views["board"]["today"]
    assert today["over_limit"]["rows"] == [
        {
            "name": "In progress",
            "state": "doing",
            "count": 2,
            "max": 1,
            "over": 1,
            "mode": "reason",
            "sentence": "In progress holds 2, its limit is 1. Finish or hand back one before pulling.",
            "since_on": "2026-03-02",
        }
    ]
    assert today["unblock"]["rows"] == [
        {
            "id": "OPS-1",
            "title": "Title of OPS-1",
            "reason": "the CSR is not signed",
            "by_name": "vendor ACME CA",
            "days": 4,
            "holds_up": 2,
        }
    ]
    assert [(row["id"], row["why"]) for row in today["finish_first"]["rows"]] == [("OPS-2", "due in 2 days")]
    assert today["pull_next"] == {
        "sentence": "Nothing yet: In progress is full.",
        "rows": [
            {
                "id": "OPS-5",
                "title": "Title of OPS-5",
                "why": ["fixed date", "due in 16 days", "has waited 7 days"],
            }
        ],
        "more": 0,
    }


def test_cards_are_in_lanes_oldest_first_and_done_ones_latest_first(views: dict[str, Any]) -> None:
    cells = {column["state"]: column["cells"] for column in views["board"]["columns"]}
    assert [card["id"] for card in cells["doing"]["expedite"]] == ["OPS-3"]
    assert [card["id"] for card in cells["doing"]["standard"]] == ["OPS-1", "OPS-2"]
    assert [card["id"] for card in cells["ready"]["standard"]] == ["OPS-5", "OPS-4"]
    assert [card["finished_on"] for card in cells["done"]["standard"]] == [
        "2026-02-25",
        "2026-02-23",
        "2026-02-21",
        "2026-02-19",
    ][: len(cells["done"]["standard"])]
    assert [card["id"] for card in views["board"]["unknown"]] == ["OPS-9"]


def test_a_card_shows_its_age_among_finished_work(views: dict[str, Any]) -> None:
    cards = {
        card["id"]: card
        for column in views["board"]["columns"]
        for cell in column["cells"].values()
        for card in cell
    }
    assert cards["OPS-1"]["age"] == {
        "days": 23,
        "band": "b3",
        "words": "older than 95% of finished work",
        "older_than_share": 1.0,
    }
    assert cards["OPS-2"]["age"]["band"] == "b0"
    assert cards["OPS-4"]["age"] == {"days": None, "band": "", "words": "", "older_than_share": None}
    assert [ref["id"] for ref in cards["OPS-4"]["waits_for"]] == ["OPS-1"]
    assert cards["OPS-1"]["findings"] == {"error": 0, "warning": 1, "note": 0}


def test_the_slider_knows_where_cards_stood(views: dict[str, Any]) -> None:
    past = views["board"]["past"]
    assert (past["days"], past["items"]["OPS-2"]) == (
        28,
        [[16, "ready"], [23, "doing"], [25, "review"], [26, "doing"]],
    )
    assert past["items"]["OPS-1"] == [[-3, "inbox"], [6, "doing"]]


def test_people_are_by_name_with_their_load(views: dict[str, Any]) -> None:
    assert [
        (each["name"], each["initials"], each["wip"], each["blocked"], each["away"])
        for each in views["board"]["people"]
    ] == [("Ben Ode", "BO", 2, 0, True), ("Maria Keller", "MK", 2, 1, False)]


# -- flow ---------------------------------------------------------------------------------------


def test_flow_begins_where_the_history_does(views: dict[str, Any]) -> None:
    assert views["flow"]["window"] == {
        "from_on": "2026-01-08",
        "to_on": "2026-03-04",
        "days": 56,
        "note": "history begins on 2026-01-08",
    }
    assert views["flow"]["before"] is None


def test_numbers_of_one_measure_are_the_same_on_every_page(views: dict[str, Any]) -> None:
    rows = views["flow"]["cycle_time"]["percentiles"]
    assert rows == views["board"]["percentiles"] == views["ageing"]["percentiles"] == views["item"]["marks"]
    assert views["flow"]["wip"]["days"][-1]["wip"] == views["board"]["pulse"]["in_flow"] == 3
    assert sum(day["count"] for day in views["flow"]["throughput"]["days"]) == rows["n"] == 24
    assert sum(week["count"] for week in views["flow"]["throughput"]["weeks"]) == 24
    lines = views["flow"]["cfd"]["lines"]
    assert lines["done"][-1] - lines["dropped"][-1] == 24


def test_the_points_of_the_scatter_are_the_finished_items(views: dict[str, Any]) -> None:
    points = views["flow"]["cycle_time"]["points"]
    assert [point["id"] for point in points] == [f"OPS-{100 + number}" for number in range(24)]
    assert [point["cycle_time_days"] for point in points] == [number % 12 + 1 for number in range(24)]
    assert {point["lead_time_days"] - point["cycle_time_days"] for point in points} == {2}


def test_archived_items_keep_their_title_and_type(views: dict[str, Any]) -> None:
    assert {
        key: views["flow"]["cycle_time"]["points"][0][key] for key in ("id", "title", "type", "planned")
    } == {
        "id": "OPS-100",
        "title": "Title of OPS-100",
        "type": "incident",
        "planned": False,
    }


def test_rework_and_discarded_work_are_listed(views: dict[str, Any]) -> None:
    assert [
        (
            row["id"],
            row["from"]["state"],
            row["to"]["state"],
            row["fell_on"],
            row["recovered_on"],
            row["days"],
        )
        for row in views["flow"]["cfd"]["rework"]
    ] == [("OPS-2", "review", "doing", "2026-03-02", None, 3)]
    assert [
        (row["id"], row["discarded_on"], row["from"], row["days_spent"])
        for row in views["flow"]["discarded"]["rows"]
    ] == [("OPS-8", "2026-02-05", "doing", 5), ("OPS-7", "2026-02-03", "doing", 3)]


def test_an_item_says_the_commands_that_change_it_next() -> None:
    facts = small_board.facts()
    said = {}
    for id, item in facts.board.items.items():
        commands = item_report.view(facts, (), id)["commands"]
        blocked, held = item.blocked is not None, bool(item.assignees)
        said[item.state, blocked, held] = [each.replace(id, "ID") for each in commands]
    assert said == {
        ("inbox", False, False): ["opsflow move ID ready --commit", "opsflow set ID assignees=WHO --commit"],
        ("ready", False, False): ["opsflow move ID doing --commit", "opsflow set ID assignees=WHO --commit"],
        ("doing", False, True): ["opsflow move ID review --commit", "opsflow block ID WHY --by WHO --commit"],
        ("doing", True, True): ["opsflow unblock ID --commit"],
        ("done", False, False): ["opsflow archive ID --commit"],
        ("dropped", False, False): ["opsflow archive ID --commit"],
        ("limbo", False, False): ["opsflow move ID inbox --commit", "opsflow set ID assignees=WHO --commit"],
    }
    foreign = facts.board.items["OPS-1"]._replace(source=0)
    facts = replace(facts, board=replace(facts.board, items={"OPS-1": foreign}))
    assert item_report.view(facts, (), "OPS-1")["commands"] == []


def test_finished_work_says_whether_it_was_what_is_expected() -> None:
    facts = small_board.facts()
    found = {id: item_report.view(facts, (), id)["expectation"] for id in ("OPS-102", "OPS-104")}
    assert {id: (each["within_days"], each["reason"]) for id, each in found.items()} == {
        "OPS-102": (8, "kept: took 3 days"),
        "OPS-104": (2, "missed: took 5 days"),
    }


def test_expectations_are_judged_each_on_its_own_items(views: dict[str, Any]) -> None:
    assert [
        (row["sentence"], row["kept"], row["n"], row["met"]) for row in views["flow"]["expectations"]["rows"]
    ] == [
        ("95% of incident items are finished within 2 days", 2, 6, False),
        ("85% of items are finished within 8 days", 12, 18, False),
    ]


# -- items --------------------------------------------------------------------------------------


def test_every_item_is_in_one_list_open_ones_nearest_to_done_and_others_latest_first(
    views: dict[str, Any],
) -> None:
    view = views["items"]
    assert view["open"]["sentence"] == "7 open items, nearest to done first."
    assert [(row["id"], row["state"]["title"], row["age"]["days"]) for row in view["open"]["rows"]] == [
        ("OPS-1", "In progress", 23),
        ("OPS-2", "In progress", 6),
        ("OPS-3", "In progress", 2),
        ("OPS-4", "Ready", None),
        ("OPS-5", "Ready", None),
        ("OPS-6", "Inbox", None),
        ("OPS-9", "limbo", None),
    ]
    assert view["over"]["sentence"] == "22 items finished and 1 discarded, latest first."
    ended = [(row["id"], row["ended_on"]) for row in view["over"]["rows"]]
    assert ended[:2] == [("OPS-123", "2026-02-25"), ("OPS-122", "2026-02-23")]
    assert ("OPS-7", "2026-02-03") in ended
    assert [day for _, day in ended] == sorted((day for _, day in ended), reverse=True)


def test_an_item_is_the_same_in_the_list_as_on_the_board_and_on_its_page(views: dict[str, Any]) -> None:
    listed = {row["id"]: row for row in views["items"]["open"]["rows"]}
    columns = [cell for column in views["board"]["columns"] for cell in column["cells"].values()]
    cards = {card["id"]: card for cell in columns for card in cell}
    assert listed["OPS-1"] == views["item"]["card"]
    same = listed.keys() & cards.keys()
    assert same == {"OPS-1", "OPS-2", "OPS-3", "OPS-4", "OPS-5", "OPS-6"}
    assert [{**cards[id], "pull_rank": None} for id in sorted(same)] == [listed[id] for id in sorted(same)]


def test_an_item_that_is_said_to_begin_in_the_future_is_one_day_old_in_the_list() -> None:
    facts = told.facts(*BARE["an item of the future"])
    (row,) = items_report.view(facts, ())["open"]["rows"]
    assert row["age"]["days"] == 1


# -- the others ---------------------------------------------------------------------------------


def test_ageing_lists_work_in_progress_oldest_first(views: dict[str, Any]) -> None:
    view = views["ageing"]
    assert [(row["id"], row["age"]["days"], row["pace"], row["slow"]) for row in view["items"]] == [
        ("OPS-1", 23, "over 95%", True),
        ("OPS-2", 6, "under 50%", False),
        ("OPS-3", 2, "under 50%", False),
    ]
    assert (view["sentence"], view["total_age_days"]) == ("1 item is slow for where it is.", 31)
    assert [row["id"] for row in view["backlog"]] == ["OPS-4", "OPS-5", "OPS-6"]


def test_an_age_beyond_all_cycle_times_is_slow_also_in_a_column_that_few_left() -> None:
    stories = {f"OPS-{10 + n}": f"2026-02-0{n % 9 + 1} 09:00 doing, 2026-02-10 09:00 done" for n in range(20)}
    stories |= {
        "OPS-1": "2026-02-15 09:00 vendor",
        "OPS-2": "2026-02-23 09:00 vendor",
        "OPS-3": "2026-02-28 09:00 doing",
    }
    states = {"OPS-1": "vendor", "OPS-2": "vendor", "OPS-3": "doing"}
    board = told.board(*(told.item(*each) for each in states.items()))
    view = reports.view("ageing", told.facts(board, told.history(stories)), ())
    assert [(row["id"], row["age"]["days"], row["pace"], row["slow"]) for row in view["items"]] == [
        ("OPS-1", 15, "over 95% of all work", True),
        ("OPS-2", 7, "over 50% of all work", False),
        ("OPS-3", 2, "under 50%", False),
    ]


def test_dependencies_have_layers_and_a_longest_chain(views: dict[str, Any]) -> None:
    view = views["dependencies"]
    assert view["layers"] == [["OPS-1"], ["OPS-4"], ["OPS-6"]]
    assert view["critical_path"]["sentence"] == "OPS-1 → OPS-4 → OPS-6"
    assert [(edge["from"], edge["to"], edge["critical"]) for edge in view["edges"]] == [
        ("OPS-4", "OPS-1", True),
        ("OPS-6", "OPS-4", True),
    ]
    assert [(row["id"], row["count"], row["directly"]) for row in view["holds_up"]] == [
        ("OPS-1", 2, 1),
        ("OPS-4", 1, 1),
    ]
    assert view["dangling"] == [{"id": "OPS-6", "missing": "OPS-99"}]
    assert view["sentence"] == "OPS-1 holds up 2 other items."


def test_what_is_over_or_not_on_the_board_holds_nothing_up_and_is_waited_for_by_none() -> None:
    gone = ("OPS-2", "OPS-3", "OPS-4", "OPS-5")
    items = (
        told.item("OPS-1", "ready", depends_on=gone),
        told.item("OPS-3", "dropped"),
        told.item("OPS-4", "done"),
        told.item("OPS-6", "ready", depends_on=("OPS-1",)),
    )
    history = told.history({"OPS-2": "2026-02-01 09:00 doing, 2026-02-02 09:00 done, 2026-02-03 09:00 -"})
    facts = told.facts(told.board(*items), history)
    view = reports.view("dependencies", facts, ())
    assert [(row["id"], [each["id"] for each in row["waits_for"]]) for row in view["waiting"]] == [
        ("OPS-6", ["OPS-1"])
    ]
    assert [(row["id"], row["count"]) for row in view["holds_up"]] == [("OPS-1", 1)]
    near = item_report.view(facts, (), "OPS-1")["near"]["nodes"]
    assert {node["id"]: node["holds_up"] for node in near} == {
        "OPS-1": 1,
        **dict.fromkeys(gone, 0),
        "OPS-6": 0,
    }
    assert [row["id"] for row in reports.view("next", facts, ())["rows"]] == ["OPS-1"]


def test_what_is_over_ties_no_open_items() -> None:
    waits = {"OPS-5": ("OPS-6",), "OPS-6": ("OPS-7",), "OPS-7": ("OPS-8",), "OPS-8": ("OPS-6",)}
    items = (told.item(id, "done" if id == "OPS-8" else "ready", depends_on=waits[id]) for id in waits)
    view = reports.view("dependencies", told.facts(told.board(*items)), ())
    assert view["critical_path"]["sentence"] == "OPS-7 → OPS-6 → OPS-5"
    assert (view["layers"], view["cycles"]) == ([["OPS-7"], ["OPS-6"], ["OPS-5"]], [])


def test_a_cycle_has_no_layer_and_is_told() -> None:
    items = (told.item("OPS-1", depends_on=("OPS-2",)), told.item("OPS-2", depends_on=("OPS-1",)))
    after = told.item("OPS-3", depends_on=("OPS-1",))
    view = reports.view("dependencies", told.facts(told.board(*items, after)), ())
    assert view["cycles"] == [{"items": ["OPS-1", "OPS-2"], "sentence": "OPS-1 → OPS-2 → OPS-1"}]
    assert [(node["id"], node["layer"], node["in_cycle"]) for node in view["nodes"]] == [
        ("OPS-1", None, True),
        ("OPS-2", None, True),
        ("OPS-3", 0, False),
    ]
    assert view["sentence"] == "1 group of items waits for one another in a circle."


def test_findings_are_counted_without_the_waived(views: dict[str, Any]) -> None:
    view = views["rules"]
    assert view["sentence"] == "1 error and 1 warning. 1 finding is waived."
    assert view["counts"] == {"error": 1, "warning": 1, "note": 0, "waived": 1, "items": 30}
    assert [(waiver["item"], waiver["ends_in_days"], waiver["used"]) for waiver in view["waivers"]] == [
        ("OPS-1", 6, True)
    ]
    assert [limit["sentence"] for limit in view["policies"]["limits"]] == [
        "At most 1 item in In progress.",
        "At most 7 items in In progress and Review together.",
        "At most 2 items for each person in In progress.",
        "At most 1 expedite item in progress.",
    ]


def test_findings_count_the_gaps_of_the_history_and_list_the_newest() -> None:
    facts = small_board.facts()
    assert facts.history is not None

    def gaps(*found: Gap) -> dict[str, Any]:
        history = replace(facts.history, gaps=found)
        return dict(reports.view("rules", replace(facts, history=history), ())["gaps"])

    commits = [told.commit(told.at("2026-01-01") + timedelta(hours=hour)) for hour in range(902)]
    many = gaps(*(Gap(f"items/OPS-{n}.yaml", commit, "no YAML") for n, commit in enumerate(commits)))
    assert many["count"] == 902
    assert many["sentence"] == (
        "902 versions of files could not be read in the past; `opsflow log --gaps` lists them."
    )
    assert [row["path"] for row in many["rows"]] == [f"items/OPS-{n}.yaml" for n in range(901, 701, -1)]
    one = gaps(Gap("items/OPS-1.yaml", commits[0], "no YAML"))
    assert (
        one["sentence"] == "1 version of a file could not be read in the past; `opsflow log --gaps` lists it."
    )
    assert (one["rows"][0]["reason"], one["rows"][0]["commit"]["at"]) == (
        "no YAML",
        "2026-01-01T00:00:00+00:00",
    )
    none = {"count": 0, "sentence": "", "rows": []}
    assert gaps() == gaps(Gap("items/OPS-1.yaml", Commit("", told.at("2026-01-01"), ""), "no YAML")) == none


def test_next_says_what_stops_pulling(views: dict[str, Any]) -> None:
    view = views["next"]
    assert view["sentence"] == "Nothing to pull: In progress is full (2 of 1)."
    assert [(row["id"], row["why"]) for row in view["not_yet"]] == [
        ("OPS-5", ["In progress is full (2 of 1)"]),
        ("OPS-4", ["waits for OPS-1", "In progress is full (2 of 1)"]),
    ]


def test_next_offers_a_person_what_their_own_limit_allows() -> None:
    items = [
        told.item("OPS-1", "doing", assignees=("maria",)),
        told.item("OPS-2", "ready"),
        told.item("OPS-3", "ready", assignees=("ben",)),
        told.item("OPS-4", "ready", class_="expedite"),
    ]
    board = told.board(
        *items,
        people={key: Person(key, key.title()) for key in ("maria", "ben")},
        limits=(told.limit("own", 1, "doing", per="person"),),
    )
    facts = told.facts(board)

    def offered(person: str) -> list[str]:
        return [row["id"] for row in next_report.view(facts, (), person)["rows"]]

    assert offered("") == ["OPS-4", "OPS-2", "OPS-3"]
    assert offered("ben") == ["OPS-4", "OPS-2", "OPS-3"]
    assert offered("maria") == ["OPS-4"]
    assert next_report.view(facts, (), "maria")["not_yet"][0]["why"] == [
        "Maria (In progress) is full (1 of 1)"
    ]


def test_next_refuses_a_person_that_nobody_knows() -> None:
    with pytest.raises(OpsflowError, match=r"people\.yaml has no zoe; it has maria, ben\."):
        next_report.view(small_board.facts(), (), "zoe")


def test_an_item_shows_where_its_time_went(views: dict[str, Any]) -> None:
    view = views["item"]
    assert [(piece["state"]["state"], piece["blocked"], piece["days"]) for piece in view["bar"]] == [
        ("inbox", False, 9),
        ("doing", False, 10),
        ("doing", True, 2),
        ("doing", False, 7),
        ("doing", True, 4),
    ]
    assert view["bar_sentence"] == "Inbox 9 days; In progress 23 days, 6 days of it blocked."
    assert (view["card"]["age"]["days"], view["card"]["blocked"]["days"]) == (10 + 2 + 7 + 4, 4)
    assert view["bar_start_days"] == 9
    assert [(block["by_name"], block["days"], block["to_at"]) for block in view["blocks"]] == [
        ("vendor ACME CA", 4, None),
        ("Maria Keller", 2, "2026-02-21T09:00:00+00:00"),
    ]
    assert [row["words"] for row in view["story"]] == ["Inbox → In progress", "created in Inbox"]


@pytest.mark.parametrize(
    ("told_as", "blocks", "pieces", "start", "age"),
    [
        ("2026-02-01 09:00 inbox", "", [("inbox", False, 29)], None, None),
        (
            "2026-02-01 09:00 inbox, 2026-02-01 10:00 doing, 2026-02-10 08:00 review",
            "2026-02-05 09:00 jo, 2026-02-06 09:00 -, 2026-02-06 10:00 jo, 2026-02-07 08:00 -",
            [("doing", False, 4), ("doing", True, 3), ("doing", False, 2), ("review", False, 20)],
            0,
            29,
        ),
        (
            "2026-02-01 09:00 doing, 2026-02-01 10:00 ready, 2026-02-03 09:00 doing",
            "",
            [("ready", False, 2), ("doing", False, 27)],
            0,
            29,
        ),
        (
            "2026-01-30 09:00 ready, 2026-02-01 09:00 doing, 2026-02-04 10:00 done, 2026-02-06 09:00 review",
            "2026-02-04 09:00 jo, 2026-02-07 08:00 -",
            [
                ("ready", False, 2),
                ("doing", False, 3),
                ("doing", True, 1),
                ("review", True, 2),
                ("review", False, 22),
            ],
            2,
            29,
        ),
        ("2026-02-01 09:00 ready, 2026-02-03 09:00 done", "", [("ready", False, 3)], 2, None),
        ("2026-02-01 09:00 done", "", [], 0, None),
    ],
)
def test_each_day_of_an_item_counts_once(
    told_as: str, blocks: str, pieces: list[tuple[str, bool, int]], start: int | None, age: int | None
) -> None:
    story = told.story("OPS-1", told_as, blocked=blocks)
    board = told.board(told.item("OPS-1", story.states[-1].value))
    facts = told.facts(board, told.history([story]), now="2026-03-01 12:00")
    view = item_report.view(facts, (), "OPS-1")
    found = [(piece["state"]["state"], piece["blocked"], piece["days"]) for piece in view["bar"]]
    assert (found, view["bar_start_days"], view["card"]["age"]["days"]) == (pieces, start, age)


def test_an_item_shows_what_is_near_it(views: dict[str, Any]) -> None:
    facts = small_board.facts()
    view = item_report.view(facts, (), "OPS-4")
    assert [(ref["id"], ref["over"], ref["known"]) for ref in view["needs"]] == [
        ("OPS-1", False, True),
        ("OPS-100", True, True),
    ]
    assert [ref["id"] for ref in view["needed_by"]] == [ref["id"] for ref in view["parts"]] == ["OPS-6"]
    assert [node["id"] for node in view["near"]["nodes"]] == ["OPS-4", "OPS-1", "OPS-100", "OPS-6"]
    assert [(edge["from"], edge["to"], edge["kind"]) for edge in view["near"]["edges"]] == [
        ("OPS-4", "OPS-1", "depends on"),
        ("OPS-4", "OPS-100", "depends on"),
        ("OPS-6", "OPS-4", "depends on"),
        ("OPS-6", "OPS-4", "part of"),
    ]


def test_an_item_that_is_not_there_is_an_error_for_the_user() -> None:
    with pytest.raises(OpsflowError, match="no item OPS-77"):
        item_report.view(small_board.facts(), (), "OPS-77")

"""The status page, and the public site: nothing that only the team may know."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from opsflow import measures
from opsflow.facts import Facts
from opsflow.measures import query as queries
from opsflow.model import Blocked, Item, Project, Service, Span, Story, Window
from opsflow.site import build, register, status
from opsflow.site.outlook import MOST, Outlook, held
from opsflow.site.shop import PUBLIC, TEAM, Options, open_shop
from tests import told as stories_told
from tests.site import sample
from tests.varied import replace

ALL = Options(audience=PUBLIC)


def with_public(facts: Facts, every: int = 3) -> Facts:
    """The same board, where some items say something to everybody."""
    items = {
        id: item._replace(public=f"News about number {number}.\nMore of it.") if number % every == 0 else item
        for number, (id, item) in enumerate(facts.board.items.items())
    }
    items = {
        id: item._replace(part_of="PRJ-1") if number % 7 == 0 else item
        for number, (id, item) in enumerate(items.items())
    }
    board = facts.board
    services = {
        key: service._replace(public=f"Service {key} for everybody.") if key in ("s0", "s1") else service
        for key, service in (board.services or {}).items()
    }
    projects = {
        key: project._replace(public="A larger thing.") for key, project in (board.projects or {}).items()
    }
    return replace(
        facts, board=replace(board, items=items, name="Brightwater", services=services, projects=projects)
    )


def test_the_public_site_holds_nothing_that_only_private_items_say(tmp_path: Path) -> None:
    facts = with_public(sample.facts(150, spoil=lambda text: f"CANARY {text}" if text else ""))
    findings = sample.findings(facts, lambda text: f"CANARY {text}")
    build.build(facts, findings, str(tmp_path / "site"), options=ALL)
    whole = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert sorted(path.name for path in whole) == [
        ".opsflow-site.json",
        "index.html",
        "keys.js",
        "maintenance.ics",
        "opsflow.js",
        "status.atom",
        "status.html",
        "style.css",
        "theme.js",
    ]
    private = {id for id, item in facts.board.items.items() if not item.public}
    assert facts.history is not None and len(private) == 100
    secret = {"CANARY", "maria@example.org", "items/", "PRJ-1"}
    secret |= {commit.id[:7] for commit in facts.history.commits}
    secret |= set(sample.NAMES) | set(sample.TITLES) | set(sample.REASONS)
    secret |= {str(person) for person in facts.board.people or ()}
    pages = b"".join(data for path, data in whole.items() if path.suffix == ".html").decode()
    assert "Service s0 for everybody." in pages and "A larger thing." in pages
    secret |= {f">{key}<" for key in facts.board.services or ()}
    feeds = b"".join(whole[tmp_path / "site" / name] for name in ("status.atom", "maintenance.ics")).decode()
    assert "News about number" in whole[tmp_path / "site" / "status.atom"].decode()
    words = set(re.findall(r"OPS-\d+", pages + feeds))
    assert words and words & private == set()
    text = b"\n".join(whole.values()).decode()
    assert [each for each in sorted(secret) if re.search(rf"(?<![\w-]){re.escape(each)}", text)] == []


def test_the_public_navigation_names_the_status_page_alone() -> None:
    assert [word.key for word in register.navigation(PUBLIC)] == ["status"]
    facts = with_public(sample.facts(30))
    page = next(
        p for p in register.everything(open_shop(facts, (), False, (), ALL)) if p.path == "index.html"
    )
    links = set(re.findall(r'(?:href|src)="([^"#]+)"', page.data.decode()))
    assert {link for link in links if not link.startswith("data:")} == {
        "index.html",
        "style.css",
        "theme.js",
        "opsflow.js",
        "keys.js",
        "status.atom",
        "maintenance.ics",
    }


def test_each_item_stands_where_people_look_for_it() -> None:
    facts = sample.facts(6)
    start = sample.NOW + timedelta(days=1)
    base = next(iter(facts.board.items.values()))._replace(window=None, blocked=None, public="")
    plain = {"OPS-1": base._replace(id="OPS-1", public="Mail is slow.", type="incident", state="doing")}
    plain["OPS-2"] = base._replace(
        id="OPS-2",
        public="VPN drops.\nSave your work.",
        type="maintenance",
        state="ready",
        window=Window(start, start + timedelta(hours=2)),
    )
    plain["OPS-3"] = base._replace(id="OPS-3", public="New laptops.", type="request", state="inbox")
    plain["OPS-4"] = base._replace(id="OPS-4", public="Never mind.", type="request", state="dropped")
    plain["OPS-5"] = base._replace(id="OPS-5", type="request", state="inbox")
    facts = replace(facts, board=replace(facts.board, items=plain))
    view = status.view(open_shop(facts, (), False, (), ALL))
    assert [(row["id"], row["head"]) for row in view["problems"]] == [("OPS-1", "Mail is slow.")]
    assert [(row["id"], row["text"]) for row in view["plans"]] == [("OPS-2", "Save your work.")]
    assert [(row["id"], row["where"]) for row in view["requests"]] == [
        ("OPS-3", "Asked for, not yet planned")
    ]
    assert view["news"] == []


def test_what_was_delivered_lately_stands_with_its_day() -> None:
    facts = with_public(sample.facts(200), every=1)
    view = status.view(open_shop(facts, (), False, (), ALL))
    assert facts.history is not None
    for row in view["news"]:
        story = facts.history.stories[row["id"]]
        assert story.states[-1].value == "done"
        assert story.states[-1].start >= sample.NOW - status.DELIVERED
    days = [row["on"] for row in view["news"]]
    assert days and days == sorted(days, reverse=True)


def test_a_board_that_says_nothing_to_anybody_has_a_whole_status_page() -> None:
    page = status.page(open_shop(sample.facts(12), (), False, (), ALL)).data.decode()
    for words in (
        "Nothing is announced on this page yet",
        "No maintenance is announced",
        "No open work is announced",
        "Nothing is announced for the last four weeks",
    ):
        assert words in page
    assert "working.</p>" not in page and "No problem is announced" not in page


def test_only_the_team_reads_how_much_that_came_unplanned_is_not_announced() -> None:
    facts = sample.facts(6)
    items = {f"OPS-{n}": told(facts, id=f"OPS-{n}", public="") for n in range(3)}
    items["OPS-8"] = told(facts, id="OPS-8", public="", type="request")
    items["OPS-9"] = told(facts, id="OPS-9", public="", state="done")
    facts = replace(facts, board=replace(facts.board, items=items))
    said = "3 open items that came unplanned are without a <code>public</code> text."
    for audience, shown in ((TEAM, True), (PUBLIC, False)):
        page = status.page(open_shop(facts, (), False, (), Options(audience=audience))).data.decode()
        assert (said in page) is shown


def test_work_with_a_date_of_its_own_is_given_no_other() -> None:
    facts = sample.facts(200)
    going = [item for item in facts.board.items.values() if item.state == "doing"]
    base = next(
        row["id"]
        for item in going
        for row in of(facts, items={**facts.board.items, item.id: _plain(item)})["requests"]
        if row["likely"]
    )
    item = _plain(facts.board.items[base])
    (free,) = of(facts, items={**facts.board.items, base: item})["requests"]
    (dated,) = of(facts, items={**facts.board.items, base: item._replace(due=sample.NOW.date())})["requests"]
    assert re.fullmatch(RANGE, free["likely"]) and not free["dated"]
    assert (dated["likely"], dated["dated"]) == ("", True)


def _plain(item: Item) -> Item:
    return item._replace(public="News.", type="request", window=None, due=None, blocked=None, depends_on=())


def test_services_with_a_problem_come_first() -> None:
    facts = sample.facts(6)
    services = {key: service(key, key.capitalize()) for key in ("core", "mail", "web")}
    window = Window(sample.NOW - timedelta(hours=1), sample.NOW + timedelta(hours=1))
    items = {
        "OPS-1": told(facts, services=("web",)),
        "OPS-2": told(facts, id="OPS-2", type="maintenance", window=window, services=("mail",)),
    }
    view = of(facts, items=items, services=services)
    assert [(row["name"], row["state"]) for row in view["services"]] == [
        ("Web", "problem"),
        ("Mail", "maintenance"),
        ("Core", "good"),
    ]


# -- services, projects, and when things are likely done ------------------------------------------


def of(facts: Facts, **more: Any) -> dict[str, Any]:
    """The public view of a board with these items, services and projects in place of its own."""
    return status.view(open_shop(replace(facts, board=replace(facts.board, **more)), (), False, (), ALL))


def service(key: str, public: str) -> Service:
    return Service(key, f"Private name of {key}", public=public)


def told(facts: Facts, **more: Any) -> Item:
    """A public item about mail, in progress."""
    base = next(iter(facts.board.items.values()))._replace(window=None, blocked=None, services=("mail",))
    return base._replace(**{"id": "OPS-1", "public": "News.", "type": "incident", "state": "doing", **more})


def test_services_are_those_of_which_the_catalog_says_something_to_everybody() -> None:
    facts = sample.facts(6)
    services = {"mail": service("mail", "Mail\nAnd calendars."), "core": service("core", "")}
    view = of(facts, items={}, services=services)
    assert [(row["name"], row["text"], row["state"]) for row in view["services"]] == [
        ("Mail", "And calendars.", "good")
    ]
    assert of(facts, items={}, services=None)["services"] == []


def test_only_what_everybody_may_know_of_an_item_shows_at_its_service() -> None:
    facts = sample.facts(6)
    services = {"mail": service("mail", "Mail"), "core": service("core", "")}
    for public, state in (("Mail is slow.", "problem"), ("", "good")):
        item = told(facts, public=public, services=("core", "mail"))
        view = of(facts, items={"OPS-1": item}, services=services)
        assert [row["state"] for row in view["services"]] == [state]
        assert [row["services"] for row in view["problems"]] == ([["Mail"]] if public else [])


def test_a_service_says_that_maintenance_goes_on_or_when_it_is_next() -> None:
    facts, hour = sample.facts(6), timedelta(hours=1)
    services = {"mail": service("mail", "Mail")}
    for start, said in ((-hour, ("maintenance", None)), (48 * hour, ("good", "2026-06-14"))):
        window = Window(sample.NOW + start, sample.NOW + start + 2 * hour)
        item = told(facts, type="maintenance", window=window)
        (row,) = of(facts, items={"OPS-1": item}, services=services)["services"]
        assert (row["state"], row["next_on"]) == said


def test_days_with_a_problem_are_those_between_its_beginning_and_its_end() -> None:
    facts = sample.facts(60)
    history = facts.history
    assert history is not None
    begun, over = sample.NOW - timedelta(days=5), sample.NOW - timedelta(days=3)
    commit = history.commits[0]
    story = Story("OPS-1", "", (), (), (Span("doing", begun, over, commit), Span("done", over, None, commit)))
    facts = replace(facts, history=replace(history, stories={"OPS-1": story}))
    services = {"mail": service("mail", "Mail"), "core": service("core", "Core")}
    mail, core = of(facts, items={"OPS-1": told(facts, state="done")}, services=services)["services"]
    assert (len(mail["days"]), mail["bad_days"], core["bad_days"]) == (30, 3, 0)
    assert [place for place, bad in enumerate(mail["days"]) if bad] == [24, 25, 26]
    open_ = told(facts, state="doing")
    (row, _) = of(facts, items={"OPS-1": open_}, services=services)["services"]
    assert (row["bad_days"], row["state"]) == (6, "problem")


def test_what_a_mass_edit_brought_in_as_done_was_not_delivered_then() -> None:
    stories = [
        stories_told.story("OPS-1", "2026-03-02 09:00 done", brought=True),
        stories_told.story("OPS-2", "2026-03-02 09:00 doing, 2026-03-04 09:00 done", brought=True),
    ]
    items = [stories_told.item(each.item, "done", public="News.") for each in stories]
    facts = stories_told.facts(
        stories_told.board(*items), stories_told.history(stories), now="2026-03-05 12:00"
    )
    view = status.view(open_shop(facts, (), False, (), ALL))
    assert [(row["id"], row["on"]) for row in view["news"]] == [("OPS-2", "2026-03-04")]


def test_without_a_history_no_past_days_are_shown() -> None:
    facts = replace(sample.facts(6), history=None, gap="none")
    (row,) = of(facts, items={}, services={"mail": service("mail", "Mail")})["services"]
    assert (row["days"], row["bad_days"]) == ([], 0)


def test_a_request_is_likely_done_between_two_days_once_work_on_it_goes_on() -> None:
    facts = sample.facts(200)
    open_ = [item for item in facts.board.items.values() if item.state in ("doing", "inbox")]
    items = dict(facts.board.items)
    for item in open_:
        items[item.id] = item._replace(
            public="News.", type="request", window=None, blocked=None, depends_on=(), part_of=""
        )
    view = of(facts, items=items)
    found = {row["id"]: row["likely"] for row in view["requests"]}
    by_state = {
        state: [found[item.id] for item in open_ if item.state == state] for state in ("doing", "inbox")
    }
    assert by_state["inbox"] and set(by_state["inbox"]) == {""}
    said = [likely for likely in by_state["doing"] if likely]
    assert said and all(re.fullmatch(RANGE, likely) for likely in said)


RANGE = r"\d+ [A-Z][a-z][a-z] to \d+ [A-Z][a-z][a-z]|by \d+ [A-Z][a-z][a-z]"


def test_nothing_is_said_of_what_is_stopped_or_of_a_past_that_is_too_short() -> None:
    facts = sample.facts(200)
    (id,) = [item.id for item in facts.board.items.values() if item.state == "doing"][:1]
    one = facts.board.items[id]._replace(
        public="News.", type="request", window=None, depends_on=(), part_of="", blocked=Blocked("no", "x")
    )
    (row,) = of(facts, items={**facts.board.items, id: one})["requests"]
    assert (row["where"], row["likely"]) == ("Stopped for now", "")
    assert facts.history is not None
    short = {id: facts.history.stories[id]}
    few = replace(facts, history=replace(facts.history, stories=short))
    (row,) = of(few, items={id: one._replace(blocked=None)})["requests"]
    assert (row["where"], row["likely"]) == ("In progress", "")


def test_at_most_so_many_forecasts_are_made() -> None:
    facts = sample.facts(200)
    first = next(item.id for item in facts.board.items.values() if item.state == "doing")
    plain = facts.board.items[first]._replace(depends_on=(), part_of="", blocked=None)
    outlook = Outlook(replace(facts, board=replace(facts.board, items={**facts.board.items, first: plain})))
    said = [outlook.item(first) for _ in range(MOST + 2)]
    assert len(set(said[:MOST])) == 1 and said[0]
    assert said[MOST:] == ["", ""]


def test_projects_tell_their_public_text_and_how_far_they_are() -> None:
    facts = sample.facts(200)
    parts = [item for item in facts.board.items.values() if item.part_of == "PRJ-1"]
    done = [item for item in parts if item.state == "done"]
    wanted = [item for item in parts if item.state != "dropped"]
    assert 0 < len(done) < len(wanted)
    assert of(facts)["works"] == []
    (row,) = of(facts, projects={"PRJ-1": Project("PRJ-1", "Private", public="A larger thing.\nSoon.")})[
        "works"
    ]
    assert (row["head"], row["text"], row["begun"]) == ("A larger thing.", "Soon.", True)
    assert 0 < row["done_share"] < 1


def test_a_project_that_is_over_is_not_worked_on() -> None:
    facts = sample.facts(40)
    items = {
        id: item._replace(part_of="PRJ-1", state="done", raw_state="done")
        for id, item in facts.board.items.items()
    }
    projects = {"PRJ-1": Project("PRJ-1", "Private", public="A larger thing.")}
    assert of(facts, items=items, projects=projects)["works"] == []


def test_what_services_and_projects_say_is_text() -> None:
    facts = replace(sample.facts(60), history=None, gap="none")
    hostile = '<img src=x onerror="alert(1)">{{7*7}}\n<script>alert(2)</script>'
    items = {
        id: item._replace(part_of="PRJ-1", public=hostile, services=("mail",))
        for id, item in facts.board.items.items()
    }
    board = replace(
        facts.board,
        items=items,
        services={"mail": service("mail", hostile)},
        projects={"PRJ-1": Project("PRJ-1", "Private", public=hostile)},
    )
    page = status.page(open_shop(replace(facts, board=board), (), False, (), ALL)).data.decode()
    assert "<img" not in page.replace('<img src="logo', "") and "<script>alert" not in page
    for part in ('class="panel svcs"', 'class="panel works"'):
        section = page.partition(part)[2].partition("</section>")[0]
        assert "&lt;img src=x" in section and "{{7*7}}" in section


def test_how_far_likely_days_held_in_the_past_is_what_the_backtest_says() -> None:
    facts = sample.facts(200)
    query = queries.of(facts)
    rows = {row["question"]: row for row in measures.figure("backtest", query)["rows"]}
    item, several = rows["items in progress"], rows["when for so many"]
    assert min(item["n85"], several["n85"]) >= 10
    assert held(query) == {
        "item": {"share": item["held85_share"], "n": item["n85"]},
        "several": {"share": several["held85_share"], "n": several["n85"]},
    }
    assert held(queries.of(sample.facts(6))) == {}
    said = f"of such days in the past, {100 * item['held85_share']:.0f} in 100 were kept."
    items = {key: _plain(each) if each.state == "doing" else each for key, each in facts.board.items.items()}
    shown = replace(facts, board=replace(facts.board, items=items))
    assert said in status.page(open_shop(shown, (), False, (), ALL)).data.decode()

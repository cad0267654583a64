"""The page of services and vendors."""

from __future__ import annotations

import re
from datetime import timedelta

from opsflow.model import Service, Vendor
from opsflow.site import services
from opsflow.site.shop import Shop, open_shop
from tests.site import sample
from tests.varied import replace


def shop(count: int = 60, **more: object) -> Shop:
    facts = sample.facts(count)
    known = {
        **(facts.board.services or {}),
        "s0": Service("s0", "Office network", "p1", "v1", timedelta(days=5)),
    }
    vendors = {
        "v1": Vendor("v1", "Nordlink", facts.today + timedelta(days=30), timedelta(days=1)),
        "v2": Vendor("v2", "Fernhill", facts.today - timedelta(days=2)),
    }
    items = {
        name: replace(item, blocked=replace(item.blocked, by="vendor:v1")) if item.blocked else item
        for name, item in facts.board.items.items()
    }
    history = facts.history
    assert history is not None
    stories = {
        name: replace(story, blocked=tuple(replace(span, by="vendor:v1") for span in story.blocked))
        for name, story in history.stories.items()
    }
    board = replace(facts.board, services=known, vendors=vendors, items=items)
    given = {"board": board, "history": replace(history, stories=stories), **more}
    return open_shop(replace(facts, **given), (), False)  # type: ignore[arg-type]


def page(made: Shop) -> str:
    return services.page(made).data.decode()


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_every_service_has_a_row_and_leads_to_its_open_items() -> None:
    made = shop()
    text, view = page(made), made.view("services")
    for row in view["services"]:
        assert row["name"] in text
        if row["open"]:
            assert f'<a href="#service-{row["key"]}">' in text
            box = text.partition(f'<ul class="lines" id="service-{row["key"]}">')[2].partition("</ul>")[0]
            assert box.count("<li>") == min(row["open"], 12)


def test_overdue_maintenance_blocked_work_and_contracts_are_said_in_words() -> None:
    said = words(page(shop()))
    assert re.search(r"Maintenance \d+ days? overdue", said)
    assert "Ends 12 Jul, in 30 days" in said
    assert "Ended 10 Jun" in said


def test_vendors_show_how_long_work_waited_and_what_waits_now() -> None:
    made = shop(200)
    view, said = made.view("services"), words(page(made))
    nordlink = next(row for row in view["vendors"] if row["vendor"] == "v1")
    assert nordlink["waiting_now"] > 0
    assert f"Nordlink Office network {services.words.number(round(nordlink['waited_days'], 1))}" in said
    assert "Waiting now" in said


def test_windows_that_are_booked_are_listed_with_their_time() -> None:
    made = shop()
    (first, *_) = made.view("services")["windows"]
    assert first["id"] in page(made)
    assert "Sun 14 June, 16:05 to 20:05" in page(made)


def test_without_a_history_nothing_is_called_0_that_is_not_known() -> None:
    text = page(shop(history=None, gap="this is a shallow clone"))
    assert "No measures: this is a shallow clone" in text
    assert text.count("not known") >= 5
    assert "This is a shallow clone" in text


def test_a_board_without_services_and_vendors_says_where_they_go() -> None:
    facts = sample.facts(3)
    bare = {
        name: replace(item, services=(), vendor="", blocked=None) for name, item in facts.board.items.items()
    }
    board = replace(facts.board, items=bare, services=None, vendors=None)
    text = page(open_shop(replace(facts, board=board), (), False))
    assert "No services and no vendors" in text


def test_the_page_stays_light_with_very_many_services() -> None:
    facts = sample.facts(600)
    many = {f"x{n}": Service(f"x{n}", f"A service with a name {n}") for n in range(900)}
    items = {
        name: replace(item, services=(f"x{place}",))
        for place, (name, item) in enumerate(facts.board.items.items())
    }
    made = open_shop(replace(facts, board=replace(facts.board, services=many, items=items)), (), False)
    assert len(services.page(made).data) < 400_000


def test_a_window_is_shown_though_nothing_names_a_service() -> None:
    facts = sample.facts(60)
    bare = {
        name: replace(item, services=(), vendor="", blocked=None) for name, item in facts.board.items.items()
    }
    board = replace(facts.board, items=bare, services=None, vendors=None)
    assert any(item.window for item in bare.values())
    text = page(open_shop(replace(facts, board=board), (), False))
    assert "No item names a service." in text
    assert "14 June, 16:05 to 20:05" in text

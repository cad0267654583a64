"""What programs read of the site: the same as the pages say, linked from them."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from opsflow.facts import Facts
from opsflow.model import Away, Kind
from opsflow.site import feeds, register
from opsflow.site.shop import PUBLIC, TEAM, Options, open_shop
from tests.site import sample
from tests.site.test_status import with_public
from tests.varied import replace

ATOM = "{http://www.w3.org/2005/Atom}"


def files(facts: Facts, options: Options = Options()) -> dict[str, str]:  # noqa: B008
    """The feeds of a site, and the page that links them."""
    shop = open_shop(facts, sample.findings(facts), False, register.navigation(options.audience), options)
    judged = feeds.pages(shop) if options.audience == TEAM else ()
    return {page.path: page.data.decode() for page in (*feeds.unjudged(shop), *judged)}


@pytest.fixture(scope="module")
def facts() -> Facts:
    """A board with public texts, and dates in every state."""
    made = with_public(sample.facts(60))
    items = {
        key: item._replace(due=made.today + timedelta(days=number))
        for number, (key, item) in enumerate(made.board.items.items())
    }
    found: Facts = replace(made, board=replace(made.board, items=items))
    return found


def entries(text: str) -> list[tuple[str, ...]]:
    """Each entry's title, moment and link."""
    root = ElementTree.fromstring(text)
    return [
        (each.findtext(f"{ATOM}title") or "", each.findtext(f"{ATOM}updated") or "", each[-2].get("href", ""))
        for each in root.findall(f"{ATOM}entry")
    ]


def test_every_file_is_linked_from_the_page_of_data(facts: Facts) -> None:
    found = files(facts)
    assert set(re.findall(r'<th scope="row"><a href="([^"]+)"', found["data.html"])) == {*found} - {
        "data.html"
    }
    assert {*found} == {
        "activity.atom",
        "status.atom",
        *(f"project-{key}.atom" for key in facts.board.projects or {}),
        "maintenance.ics",
        "due.ics",
        "board.json",
        "metrics.txt",
        "events.csv",
        "data.html",
    }


def test_a_board_without_history_has_no_table_of_events(facts: Facts) -> None:
    bare = replace(facts, history=None, gap="there is no Git repository")
    found = files(bare)
    assert "events.csv" not in found and "events.csv" not in found["data.html"]
    assert entries(found["activity.atom"]) == []


def test_the_news_are_those_of_the_activity_page_newest_first(facts: Facts) -> None:
    shop = open_shop(facts, (), False)
    rows = [
        (f"{row['id']} {row['title']}: {row['changes'][0]['words']}", each["at"])
        for each in shop.view("activity")["entries"]
        for row in each["items"]
    ]
    told = [(title, at) for title, at, _ in entries(files(facts)["activity.atom"])]
    assert 0 < len(told) <= feeds.MOST
    assert [at for _, at in told] == sorted((at for _, at in told), reverse=True)
    assert len(told) == min(len(rows), feeds.MOST) and [at for _, at in told] == [
        at for _, at in rows[: len(told)]
    ]


def test_a_projects_news_are_those_of_its_items(facts: Facts) -> None:
    found = files(facts)
    for key in facts.board.projects or {}:
        told = entries(found[f"project-{key}.atom"])
        items = facts.board.items.values()
        whole = {item.id: item.part_of for item in items}
        mine = {item.id for item in items if key in (item.part_of, whole.get(item.part_of))}
        assert {title.split()[0] for title, *_ in told} <= mine
        assert told


def test_links_are_whole_where_the_address_of_the_site_is_known(facts: Facts) -> None:
    base = "https://it.example.org/ops/"
    found = files(facts, Options(base_url=base))
    root = ElementTree.fromstring(found["activity.atom"])
    assert [link.get("href") for link in root.findall(f"{ATOM}link")] == [
        f"{base}activity.atom",
        f"{base}activity.html",
    ]
    assert all(href.startswith(f"{base}item/") for _, _, href in entries(found["activity.atom"]))
    assert f"URL:{base}item/" in found["due.ics"].replace("\r\n ", "")
    assert "URL:" not in files(facts)["due.ics"]


def test_an_entry_keeps_its_name_wherever_the_site_is(facts: Facts) -> None:
    def named(options: Options) -> list[Any]:
        root = ElementTree.fromstring(files(facts, options)["activity.atom"])
        return [each.text for each in root.iter(f"{ATOM}id")]

    names = named(Options())
    assert names == named(Options(base_url="https://it.example.org/"))
    assert len(set(names)) == len(names)


def test_everybody_reads_the_public_texts_alone(facts: Facts) -> None:
    found = files(facts, Options(audience=PUBLIC))
    assert sorted(found) == ["maintenance.ics", "status.atom"]
    told = entries(found["status.atom"])
    assert told and all(
        re.fullmatch(r"(Problem|Planned|Done): News about number \d+\.", row[0]) for row in told
    )
    assert all(row[2].startswith("status.html#") for row in told)
    text = found["maintenance.ics"].replace("\r\n ", "")
    summaries = re.findall(r"SUMMARY:(.*)\r", text)
    planned = [item for item in facts.board.items.values() if item.window and item.public]
    assert len(summaries) == len([i for i in planned if facts.board.kind(i) is not Kind.DISCARDED])
    assert all(re.fullmatch(r"News about number \d+\.", each) for each in summaries)
    said = [each.text for each in ElementTree.fromstring(found["status.atom"]).iter(f"{ATOM}content")]
    assert len(said) == len(told) and all(
        re.search(r"^News about number \d+\.\nMore of it\.", each or "", re.MULTILINE) for each in said
    )
    services = "Service s[01] for everybody\\."
    assert any(re.search(rf"\n{services}(, {services})?$", each or "") for each in said)


def test_dates_are_those_of_open_items_and_projects(facts: Facts) -> None:
    board = facts.board
    over = (Kind.DONE, Kind.DISCARDED)
    wanted = [f"({item.id})" for item in board.items.values() if item.due and board.kind(item) not in over]
    text = files(facts)["due.ics"].replace("\r\n ", "")
    assert 1 < len(wanted) < len(board.items)
    found = re.findall(r"SUMMARY:Due: .*?(\(OPS-\d+\))?\r", text)
    assert [each for each in found if each] == wanted
    assert len(found) - len(wanted) == sum(each.due is not None for each in (board.projects or {}).values())


def test_what_is_on_a_calendar_stands_in_the_order_of_its_days(facts: Facts) -> None:
    found = files(facts)
    for name in ("due.ics", "maintenance.ics"):
        days = re.findall(r"DTSTART[^:]*:(\S+)", found[name])
        assert len(days) > 1 and days == sorted(days), name


def test_who_is_away_is_told_only_where_the_board_wants_it(facts: Facts) -> None:
    board = facts.board
    people = {
        key: person._replace(away=(Away(facts.today, facts.today + timedelta(days=2)),))
        for key, person in (board.people or {}).items()
    }
    assert people
    asked = replace(board, people=people, site=board.site._replace(away=True))
    assert "away.ics" not in files(replace(facts, board=replace(board, people=people)))
    text = files(replace(facts, board=asked))["away.ics"].replace("\r\n ", "")
    assert re.findall(r"SUMMARY:(.*)\r", text) == [f"{each.name} is away" for each in people.values()]
    assert "away.ics" not in files(replace(facts, board=asked), Options(audience=PUBLIC))


def test_numbers_are_those_of_the_pages(facts: Facts) -> None:
    found = files(facts)
    board = json.loads(found["board.json"])
    shop = open_shop(facts, sample.findings(facts), False)
    assert board == json.loads(json.dumps(shop.view("board")))
    numbers = dict(re.findall(r"(?m)^(\w+(?:\{.*\})?) (\S+)$", found["metrics.txt"]))
    assert numbers["opsflow_in_progress_items"] == str(board["pulse"]["in_flow"])
    assert numbers["opsflow_blocked_items"] == str(board["pulse"]["blocked"])
    for each in board["columns"]:
        if each["kind"] not in ("done", "discarded"):
            name = f'opsflow_items{{state="{each["state"]}",kind="{each["kind"]}"}}'
            assert numbers[name] == str(each["total"])
        if each["limit"]:
            assert numbers[f'opsflow_limited_items{{state="{each["state"]}"}}'] == str(each["count"])
    rows = list(csv.DictReader(io.StringIO(found["events.csv"])))
    assert facts.history is not None
    assert sum(row["field"] in ("", "state") for row in rows) == sum(
        len(story.states) for story in facts.history.stories.values()
    )

"""The status page, and the public site: nothing that only the team may know."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from opsflow.facts import Facts
from opsflow.model import Window
from opsflow.site import build, register, status
from opsflow.site.shop import PUBLIC, Options, open_shop
from tests.site import sample
from tests.varied import replace

ALL = Options(audience=PUBLIC)


def with_public(facts: Facts, every: int = 3) -> Facts:
    """The same board, where some items say something to everybody."""
    items = {
        id: item._replace(public=f"News about number {number}.\nMore of it.") if number % every == 0 else item
        for number, (id, item) in enumerate(facts.board.items.items())
    }
    return replace(facts, board=replace(facts.board, items=items, name="Brightwater"))


def test_the_public_site_holds_nothing_that_only_private_items_say(tmp_path: Path) -> None:
    facts = with_public(sample.facts(150, spoil=lambda text: f"CANARY {text}" if text else ""))
    findings = sample.findings(facts, lambda text: f"CANARY {text}")
    build.build(facts, findings, str(tmp_path / "site"), options=ALL)
    whole = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert sorted(path.name for path in whole) == [
        ".opsflow-site.json",
        "index.html",
        "opsflow.js",
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
    words = set(re.findall(r"OPS-\d+", pages))
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
        "No known problems",
        "Nothing is planned",
        "No open requests",
        "Nothing in the last four weeks",
    ):
        assert words in page

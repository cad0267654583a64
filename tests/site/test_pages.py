"""Pages: what every one of them has, and that no text of a board can act in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from opsflow.facts import Facts
from opsflow.model import Blocked, Board, Kind, State
from opsflow.site import board, build, charts, items, lists, pages, plot, register, rules
from opsflow.site.page import Page
from opsflow.site.shop import open_shop
from tests.site import sample
from tests.varied import replace

VOID = {"meta", "link", "input", "br", "hr", "img"}
STYLE = re.compile(
    r"--n: \d+"
    r"|--cols: \d+; --tracks: (minmax\([\d.]+rem, [\d.]*fr\) ?)+"
    r"|--tracks: (minmax\([\d.]+rem, [\d.]*fr\) ?)+"
    r"|flex:0 1 [\d.]+rem"
    r"|(--from:\d+%;)?--v:\d+%(;--c:var\(--[a-z0-9-]+\))?"
    r"|--at:[\d.]+%?"
    r"|--max:[\d.]+"
    r"|--w:[\d.]+"
    r"|--d:[\d.]+;--c:(var\(--[a-z0-9-]+\)|color-mix\(in srgb, var\(--f\d\) \d+%, var\(--f\d\)\))"
)


class Shape(HTMLParser):
    """The elements and attributes of a page, without its words."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.styles: list[str] = []
        self.text: list[str] = []
        self.feed(page.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert len(values) == len(attrs), f"{tag} has an attribute twice"
        self.seen.append((tag, tuple(sorted(values))))
        if "id" in values:
            self.ids.append(values["id"] or "")
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.styles += [value or "" for name, value in attrs if name == "style"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def html(site: Path) -> Iterator[tuple[str, bytes]]:
    """Every page of a site."""
    for path in sorted(site.rglob("*.html")):
        yield str(path.relative_to(site)), path.read_bytes()


def test_every_page_is_there(site: Path) -> None:
    main = {path.name for path in site.glob("*.html")}
    assert main == {
        "index.html",
        "board.html",
        "flow.html",
        "ageing.html",
        "capacity.html",
        "skills.html",
        "dependencies.html",
        "items.html",
        "done.html",
        "data.html",
        "find.html",
        "roadmap.html",
        "services.html",
        "activity.html",
        *(f"activity-{number}.html" for number in range(2, 8)),
        "rules.html",
        "status.html",
    }
    assert len(list((site / "item").glob("*.html"))) == 120
    assert {path.name for path in site.iterdir()} - main == {
        "item",
        "style.css",
        "opsflow.js",
        "theme.js",
        "keys.js",
        "find.js",
        "find-items-1.js",
        "find-words-1.js",
        "filters.js",
        "lanes.js",
        "past.js",
        "past-data.js",
        "activity.atom",
        "board.json",
        "due.ics",
        "events.csv",
        "maintenance.ics",
        "metrics.txt",
        "project-PRJ-1.atom",
        "status.atom",
        ".opsflow-site.json",
    }


def test_elements_are_closed_in_order_and_ids_stand_once(site: Path) -> None:
    for path, page in html(site):
        shape = Shape(page)
        assert len(shape.ids) == len(set(shape.ids)), path
        assert [tag for tag, _ in shape.seen].count("h1") == 1, path


def test_the_first_thing_in_a_page_is_its_security_policy(site: Path) -> None:
    for path, page in html(site):
        start = page.decode().partition("<head>\n")[2]
        policy = re.match(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', start)
        assert policy is not None, path
        rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
        assert rules.pop("style-src").startswith("'self'"), path
        assert rules == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src-attr": "'unsafe-inline'",
            "img-src": "'self' data:",
            "base-uri": "'none'",
            "form-action": "'none'",
        }


def test_no_script_and_no_handler_stands_in_a_page(site: Path) -> None:
    for path, page in html(site):
        shape = Shape(page)
        scripts = [attributes for tag, attributes in shape.seen if tag == "script"]
        assert scripts[:1] == [("src",)] and set(scripts[1:]) == {("defer", "src")}, path
        assert [a for _, names in shape.seen for a in names if a.startswith("on")] == [], path
        assert [
            tag for tag, _ in shape.seen if tag in ("iframe", "object", "embed", "base", "form", "img")
        ] == []


def test_style_attributes_hold_numbers_and_names_of_colours_only(site: Path) -> None:
    seen = 0
    for path, page in html(site):
        for style in Shape(page).styles:
            seen += 1
            assert STYLE.fullmatch(style), (path, style)
    assert seen > 100


def test_every_link_leads_to_a_page_of_the_site_or_to_the_web(site: Path) -> None:
    shapes = {path: Shape(page) for path, page in html(site)}
    for path, shape in shapes.items():
        for link in shape.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto", "data"):
                continue
            assert not parts.scheme and not link.startswith("/"), (path, link)
            target = (site / path).parent / unquote(parts.path) if parts.path else site / path
            assert target.resolve().is_file(), (path, link)
            if parts.fragment:
                assert parts.fragment in shapes[str(target.resolve().relative_to(site.resolve()))].ids, (
                    path,
                    link,
                )


def test_every_icon_that_is_used_is_drawn_and_no_other(site: Path) -> None:
    for path, page in html(site):
        used = set(re.findall(rb'<use href="#(i-[a-z0-9-]+)"', page))
        drawn = set(re.findall(rb'<symbol id="(i-[a-z0-9-]+)"', page))
        assert used == drawn, path


def test_every_page_says_as_of_when_and_the_main_ones_what_the_rules_found(site: Path) -> None:
    for path, page in html(site):
        text = "".join(Shape(page).text)
        assert "As of commit" in text, path
        if not path.startswith("item/"):
            assert "Fri 12 June 2026, " in text, path
            assert "1 error, 2 warnings, 1 note" in text, path


def test_an_open_items_page_is_as_of_the_day_and_a_finished_ones_as_of_its_own_commit(site: Path) -> None:
    for item in sample.facts(120).board.items.values():
        foot = (site / "item" / f"{item.id}.html").read_text().partition('<footer class="foot">')[2]
        assert "As of commit <code>" in foot
        assert ("Ages of Fri 12 June 2026" in foot) == (item.state not in ("done", "dropped"))


def test_a_chart_has_its_numbers_in_a_table_too(site: Path) -> None:
    page = (site / "flow.html").read_text()
    figures = re.findall(r'<figure class="fig[^"]*" id="([a-z-]+)">(.*?)</figure>', page, re.DOTALL)
    assert {name for name, _ in figures} >= {"cycle-time", "throughput", "wip", "cfd", "net-flow"}
    for name, figure in figures:
        if 'class="empty"' in figure:
            continue
        assert "<table" in figure, name
        assert (
            not plot.available() or "chart wide" in figure or name in ("blocked", "expectations", "discarded")
        )


def test_no_page_is_heavy_even_where_the_board_is() -> None:
    facts = sample.facts(3000)
    shop = open_shop(facts, sample.findings(facts), False)
    for made in ([board.page(shop), pages.flow(shop), pages.ageing(shop)], lists.pages(shop)):
        for page in made:
            assert len(page.data) < 400_000, page.path


def weight(page: bytes, facts: Facts) -> int:
    """Bytes of a page with all that it loads at once."""
    loaded = set(re.findall(r'(?:href|src)="([a-z]+\.(?:css|js))"', page.decode()))
    assert loaded == {
        "style.css",
        *(f"{name}.js" for name in ("theme", "opsflow", "keys", "filters", "lanes", "past")),
    }
    files = {each.path: len(each.data) for each in pages.files(open_shop(facts, (), False))}
    return len(page) + sum(files[path] for path in loaded)


def test_a_page_of_as_many_cards_as_it_holds_is_light() -> None:
    facts = sample.facts(1200)
    states = ("inbox", "ready", "doing", "window", "verify")
    open_ = {
        id: replace(item, state=states[number % 5], class_="expedite" if number % 9 == 0 else "standard")
        for number, (id, item) in enumerate(facts.board.items.items())
    }
    facts = replace(facts, board=replace(facts.board, items=open_))
    page = board.page(open_shop(facts, sample.findings(facts), False, register.navigation("team"))).data
    assert 350 <= page.count(b'<li class="card') <= board.CARDS
    assert weight(page, facts) <= 350_000


def test_a_page_whose_cards_say_much_has_fewer_of_them() -> None:
    facts, states = sample.facts(900), ("doing", "window", "verify")
    long = {
        id: item._replace(
            state=states[number % 3], title="A long title " * 9, blocked=Blocked("a long reason " * 9)
        )
        for number, (id, item) in enumerate(facts.board.items.items())
    }
    facts = replace(facts, board=replace(facts.board, items=long))
    page = board.page(open_shop(facts, (), False)).data
    assert 100 < page.count(b'<li class="card') < board.CARDS
    assert 300_000 < weight(page, facts) <= 350_000


def test_a_column_shows_its_first_cards_folds_some_and_leaves_the_rest_to_the_list() -> None:
    facts = sample.facts(900)
    ready = {item: replace(each, state="inbox") for item, each in facts.board.items.items()}
    facts = replace(facts, board=replace(facts.board, items=ready), history=None, gap="no history")
    shop = open_shop(facts, (), False)
    page = board.page(shop).data.decode()
    column = page.partition('id="col-inbox"')[2].partition("</section>")[0]
    shown, _, folded = column.partition('<details class="more">')
    urgent, _, shown = shown.partition('<div class="cell std">')
    assert urgent.count('<li class="card') == 6
    assert shown.count('<li class="card') == 8
    assert folded.count('<li class="card') == 100
    assert '<p class="all">and <a href="items.html?state=inbox">786 more</a></p>' in folded


def told_lane(state: str) -> tuple[str, set[str], set[str]]:
    """What the lane of urgent work says where all such work is in a state, its cards, and all other cards."""
    facts = sample.facts(60)
    changed = {
        id: item._replace(
            class_="expedite" if number % 5 == 0 else "standard",
            state=state if number % 5 == 0 else "doing",
        )
        for number, (id, item) in enumerate(facts.board.items.items())
    }
    facts = replace(facts, board=replace(facts.board, items=changed), history=None, gap="no history")
    page = board.page(open_shop(facts, (), False)).data.decode()
    lane = re.search(r'<div class="lane lane-exp.*?<span>(.*?)</span>', page)
    cells = re.findall(r'<div class="cell (exp|std)">(.*?)\n    </div>', page, re.DOTALL)
    held = {
        kind: {
            id
            for found, cell in cells
            if found == kind
            for id in re.findall(r'<li class="card.*? id="(.*?)"', cell)
        }
        for kind in ("exp", "std")
    }
    assert len(held["exp"] | held["std"]) == 60
    return lane[1] if lane else "", held["exp"], held["std"]


def test_urgent_work_has_a_lane_from_when_it_is_asked_for_until_it_is_over() -> None:
    urgent = {id for number, id in enumerate(sample.facts(60).board.items) if number % 5 == 0}
    words, own, other = told_lane("doing")
    assert words == "12 of 1 in flow, 11 over the limit. Drop other work and swarm."
    assert own == urgent and not other & urgent
    words, own, other = told_lane("inbox")
    assert words == "None in flow: begin here."
    assert own == urgent and not other & urgent
    words, own, other = told_lane("done")
    assert words == ""
    assert own == set() and urgent < other


def rows(pages_: dict[str, bytes], name: str) -> list[list[str]]:
    """The cells of a list of items, by row."""
    found = re.findall(r'<tr class="row".*?</tr>', pages_[name].decode(), re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<title>.*?</title>|<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row)
        ]
        for row in found
    ]


def test_the_list_says_of_an_item_what_the_board_and_its_page_say() -> None:
    facts = sample.facts(1)
    (item,) = facts.board.items.values()
    assert facts.history is not None
    story = facts.history.stories[item.id]
    start = facts.now.replace(day=21)
    began = tuple(span._replace(value="in-review", start=start, end=None) for span in story.states[:1])
    story = replace(story, states=began, transitions=story.transitions[:1], blocked=())
    item = replace(
        item, state="in-review", part_of="PRJ-1", services=("s1",), class_="fixed-date", type="odd-job"
    )
    states = (*facts.board.states[:2], State("in-review", Kind.ACTIVE), *facts.board.states[5:])
    board = replace(facts.board, items={item.id: item}, states=states)
    facts = replace(facts, board=board, history=replace(facts.history, stories={item.id: story}))
    shop = open_shop(facts, (), False)
    made = {page.path: page.data for page in register.everything(shop)}
    (row,) = rows(made, "items.html")
    who = ", ".join((board.people or {})[key].name for key in item.assignees)
    assert row == [
        f"{item.id} {item.title} due 28 Jun",
        "In review",
        "Fixed date",
        who,
        "Office network refresh",
        "VPN",
        "1 d",
    ]
    assert 'aria-label="Odd job"' in made["items.html"].decode()
    for path in ("board.html", f"item/{item.id}.html"):
        text = " ".join("".join(Shape(made[path]).text).split())
        assert "In review" in text, path
        assert "In-review" not in text, path


def test_a_list_is_cut_into_pages_that_hold_each_item_once() -> None:
    facts = sample.facts(3000)
    shop = open_shop(facts, (), False)
    made = {page.path: page.data for page in lists.pages(shop)}
    ids = [row[0].split()[0] for name in made for row in rows(made, name)]
    assert sorted(ids) == sorted(facts.board.items)
    assert list(made)[:1] == ["items.html"]
    assert {"done.html", "done-2.html"} <= set(made)


def test_every_link_to_an_item_is_its_one_address(site: Path) -> None:
    facts = sample.facts(120)
    shop = open_shop(facts, (), False)
    addresses = {shop.address(id) for id in facts.board.items}
    assert shop.address("OPS-9999") is None
    assert addresses == {f"item/{path.name}" for path in (site / "item").glob("*.html")}
    linked = {
        ("../" if path.startswith("item/") else "", link)
        for path, page in html(site)
        for link in Shape(page).links
        if "OPS-" in link and not link.startswith("#")
    }
    assert len(linked) > 150
    assert {link.partition("#")[0].removeprefix(root) for root, link in linked} <= {*addresses, "board.html"}


# -- hostile text ---------------------------------------------------------------------------------

MARKUP = (
    "\"><img src=x onerror=alert(1)>'</script></style></title><svg onload=x>&lt;b&gt;{{7*7}}<!-- ]]>\x00\x1b"
)


def poison(text: str) -> str:
    """A text that tries to leave wherever it is put."""
    return f"{text}{MARKUP}" if text else ""


def made(spoil: bool, count: int = 60) -> dict[str, bytes]:
    """Every page of a board, with ordinary texts or with hostile ones."""
    facts = sample.facts(count, spoil=poison) if spoil else sample.facts(count)
    findings = sample.findings(facts, poison) if spoil else sample.findings(facts)
    shop = open_shop(facts, findings, plot.available())
    return {page.path: page.data for page in register.everything(shop) if page.path.endswith(".html")}


def test_hostile_texts_make_no_element_that_ordinary_ones_do_not() -> None:
    plain, hostile = made(False), made(True)
    assert list(plain) == list(hostile)
    allowed = {pair for page in plain.values() for pair in Shape(page).seen}
    allowed |= {("a", ("href", "rel")), ("tspan", ()), ("text", ("class", "x", "y"))}
    for path, page in hostile.items():
        shape = Shape(page)
        assert {pair for pair in shape.seen if pair not in allowed} == set(), path
        assert all(STYLE.fullmatch(style) for style in shape.styles), path
        assert all("alert" not in name for name in shape.ids), path
        assert all("alert" not in link for link in shape.links), path
        text = "".join(shape.text)
        assert "{{7*7}}" in text, path
        assert "49" not in re.findall(r"\b49\b", text) or "{{7*7}}" in text


def test_hostile_ids_stay_in_their_folder() -> None:
    facts = sample.facts(4)
    renamed = {}
    for each, key in zip(
        facts.board.items.values(), ["../../x", "/etc/passwd", '"><b>', "main"], strict=True
    ):
        renamed[key] = replace(each, id=key, depends_on=("../../x",))
    facts = replace(facts, board=replace(facts.board, items=renamed), history=None, gap="none")
    shop = open_shop(facts, (), False)
    paths = [page.path for page in register.everything(shop)]
    assert len(set(paths)) == len(paths)
    item_pages = [path for path in paths if path.startswith("item/")]
    assert len(item_pages) == 4
    assert all(re.fullmatch(r"item/[A-Za-z0-9_-]+\.html", path) for path in item_pages)
    for page in register.everything(shop):
        if page.path.endswith(".html"):
            assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) for name in Shape(page.data).ids), (
                page.path
            )


# -- small and odd boards -------------------------------------------------------------------------


def everything(facts_board: Board | None = None, count: int = 0, **more: object) -> dict[str, Page]:
    """Every page of a small board."""
    facts = sample.facts(count)
    facts = replace(facts, board=facts_board or facts.board, **more)  # type: ignore[arg-type]
    shop = open_shop(facts, (), plot.available())
    made = {page.path: page for page in register.everything(shop)}
    for path, page in made.items():
        if path.endswith(".html"):
            Shape(page.data)
    return made


def test_an_empty_board_has_all_its_main_pages() -> None:
    made = everything()
    assert "All rules pass" in made["rules.html"].data.decode()
    assert "Nothing is open" in made["items.html"].data.decode()


def test_what_has_nothing_to_show_is_said_once_and_not_drawn() -> None:
    text = everything()["flow.html"].data.decode()
    assert '<svg class="chart' not in text
    assert re.findall(r'<figure class="fig" id="(.*?)"', text) == ["expectations"]
    panel = text.partition('id="silent-h"')[2].partition("</section>")[0]
    told = re.findall(r"<li>(.*?)</li>", panel)
    assert "figures have nothing to show" in panel
    assert len(told) == len(set(told)) > 3
    reasons = re.findall(
        r"<small>not known</small></dd><dd>(.*?)</dd>", everything()["capacity.html"].data.decode()
    )
    said = [each for each in reasons if each]
    assert len(said) == len(set(said)) > 1


def test_the_days_of_the_definitions_are_said_once() -> None:
    facts = sample.facts(120)
    text = pages.flow(open_shop(facts, (), False)).data.decode()
    terms = text.partition('<details class="panel terms">')[2].partition("</details>")[0]
    days = re.findall(r"\d+ [A-Z][a-z]{2} to \d+ [A-Z][a-z]{2}", terms)
    assert terms.count("<dt>") > 10
    assert days.count(days[0]) == 1


def test_a_board_without_history_says_why_there_are_no_measures() -> None:
    made = everything(count=20, history=None, gap="this is a shallow clone", commit=None)
    for path in ("board.html", "flow.html", "ageing.html"):
        assert "No measures: this is a shallow clone" in made[path].data.decode(), path
    assert "not in a Git repository" in made["board.html"].data.decode()


def test_uncommitted_changes_are_said() -> None:
    assert "with uncommitted changes" in everything(count=3, dirty=True)["flow.html"].data.decode()


@pytest.mark.parametrize("count", [3, 9])
def test_boards_of_few_and_of_many_states_have_a_column_for_each(count: int) -> None:
    states = tuple(State(f"s{n}", Kind.ACTIVE, f"State {n}") for n in range(count - 2))
    states = (State("new", Kind.BACKLOG), *states, State("done", Kind.DONE))
    made = everything(Board("Small", "OPS", states, {}, people=None))
    assert made["board.html"].data.decode().count('<section class="col') == count


def test_an_item_in_a_state_that_the_workflow_does_not_know_is_still_found() -> None:
    facts = sample.facts(3)
    lost = {item: replace(each, state="doign") for item, each in facts.board.items.items()}
    made = everything(replace(facts.board, items=lost))
    assert "3 items are in no column" in made["board.html"].data.decode()
    assert "doign" in made["items.html"].data.decode()


def test_without_the_chart_library_pages_keep_their_tables_and_say_how_to_add_charts() -> None:
    facts = sample.facts(120)
    shop = open_shop(facts, (), False)
    page = pages.flow(shop).data.decode()
    assert "pip install &#39;opsflow[site]&#39;" in page or "pip install 'opsflow[site]'" in page
    assert "chart wide" not in page
    assert page.count("<table") > 5


def test_the_facts_are_those_of_the_commit_unless_something_is_uncommitted() -> None:
    facts = sample.facts(10)
    assert facts.commit is not None
    later = replace(facts, now=facts.now.replace(year=2030))
    assert build.as_of_commit(later).now == facts.commit.at
    assert build.as_of_commit(replace(later, dirty=True)).now == later.now


def test_the_rules_page_lists_gaps_of_the_history_folded() -> None:
    facts = sample.facts(10)
    page = rules.page(open_shop(facts, (), False)).data.decode()
    panel = page.partition('aria-labelledby="g-h"')[2].partition("</section>")[0]
    assert (
        "3 versions of files could not be read in the past; <code>opsflow log --gaps</code> lists them."
        in panel
    )
    assert panel.index("<details>") < panel.index("<table")
    assert panel.count("<code>due</code> is given twice") == 3
    whole = replace(facts, history=replace(facts.history, gaps=()))
    assert "Gaps in the history" not in rules.page(open_shop(whole, (), False)).data.decode()


def test_an_item_without_a_description_or_a_story_has_a_page_too() -> None:
    facts = sample.facts(1)
    bare = {item: replace(each, description="", checklist=()) for item, each in facts.board.items.items()}
    facts = replace(facts, board=replace(facts.board, items=bare), history=None, gap="none")
    shop = open_shop(facts, (), False)
    (page,) = items.pages(shop)
    text = page.data.decode()
    assert "What and why" not in text
    assert "History" not in "".join(Shape(page.data).text)


def test_the_marks_of_finished_work_count_from_the_start_of_an_item() -> None:
    def piece(kind: str, days: int) -> dict[str, object]:
        return {"days": days, "blocked": False, "state": {"state": kind, "title": kind, "kind": kind}}

    rows = [{"p": 50, "days": 8}, {"p": 85, "days": 20}, {"p": 95, "days": None}]
    view = {"bar": [piece("backlog", 6), piece("active", 17)], "marks": {"rows": rows}, "bar_start_days": 6}
    bar = items._bar(view, {"backlog": "one", "active": "two"})
    assert [(mark["p"], mark["days"], mark["at"]) for mark in bar["marks"]] == [(50, 8, 14), (85, 20, 26)]
    assert bar["marks_said"] == "50% within 8 d and 85% within 20 d"
    assert items._bar({**view, "bar": [piece("backlog", 6)], "bar_start_days": None}, {})["marks"] == []


def test_each_state_of_an_item_has_a_colour_of_its_own_that_of_the_cumulative_flow() -> None:
    colours = items._stages(sample.facts(6).board)
    assert list(colours) == ["inbox", "ready", "doing", "window", "verify"]
    assert len(set(colours.values())) == 5
    assert list(colours.values()) == charts.stages(5)

"""The page of the latest changes."""

from __future__ import annotations

import re

from opsflow.site import activity
from opsflow.site.shop import open_shop
from tests.site import sample
from tests.varied import replace


def pages(count: int, **more: object) -> dict[str, str]:
    facts = replace(sample.facts(count), **more)  # type: ignore[type-var]
    return {page.path: page.data.decode() for page in activity.pages(open_shop(facts, (), False))}


def commits(text: str) -> list[str]:
    return re.findall(r'<li><time datetime="([^"]+)">', text)


def test_changes_stand_newest_first_under_their_day() -> None:
    (text,) = pages(14).values()
    told = commits(text)
    assert len(told) > 20
    assert told == sorted(told, reverse=True)
    days = re.findall(r'<h2 class="h3" id="d(\d{4}-\d\d-\d\d)">', text)
    assert days == sorted(set(days), reverse=True)
    assert "Not all" not in text


def test_long_lists_are_cut_into_light_pages_that_hold_each_commit_once() -> None:
    made = pages(1000)
    assert list(made)[:2] == ["activity.html", "activity-2.html"]
    told = [moment for text in made.values() for moment in commits(text)]
    assert len(told) == 1500
    assert max(len(commits(text)) for text in made.values()) <= activity.SHEET == 100
    assert told == sorted(told, reverse=True)
    assert all(len(text.encode()) < 400_000 for text in made.values())
    assert [text.count('aria-current="page"') for text in made.values()] == [1] * len(made)
    assert ["opsflow log" in text for text in made.values()] == [False] * (len(made) - 1) + [True]


def test_a_row_links_to_its_item_and_names_commit_author_and_what_happened() -> None:
    facts = sample.facts(1)
    (page,) = activity.pages(open_shop(facts, (), False))
    text = page.data.decode()
    assert '<a class="id" href="item/OPS-100.html">OPS-100</a>' in text
    assert "new in Requested" in text
    assert facts.history is not None
    last = facts.history.commits[-1]
    assert last.author in text
    assert f'<code class="id">{last.id[:7]}</code>' in text


def test_without_a_history_the_page_says_why() -> None:
    (text,) = pages(3, history=None, gap="this is a shallow clone").values()
    assert "Nothing has happened yet" in text
    assert "This is a shallow clone" in text

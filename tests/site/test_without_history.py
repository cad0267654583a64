"""Pages of a board whose history is not there: what only commits tell is not known, and never 0."""

from __future__ import annotations

import re

import pytest

from opsflow.site import pages, people, services, status
from opsflow.site.page import Page
from opsflow.site.shop import Shop, open_shop
from tests.site import sample
from tests.varied import replace

GAP = "the clone is cut short: fetch `more`."


@pytest.fixture(scope="module")
def shop() -> Shop:
    facts = replace(sample.facts(40), history=None, gap=GAP)
    return open_shop(facts, (), False)


def said(page: Page) -> str:
    text = page.data.decode().partition("<main")[2].replace("<code>", "`").replace("</code>", "`")
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_every_page_says_once_why_in_whole_words(shop: Shop) -> None:
    for page in (pages.flow(shop), pages.ageing(shop), people.skills(shop), services.page(shop)):
        assert "No measures: the clone is cut short: fetch `more`. Ages, rates" in said(page)
        assert "n = " not in said(page)


def test_ages_are_not_known(shop: Shop) -> None:
    text = said(pages.ageing(shop))
    facts = text.partition("Key figures")[2] or text
    assert "Slow for where they are not known The clone is cut short" in facts
    assert "Finished work, 85% within not yet The clone is cut short" in facts
    assert "of age together" not in text
    assert "Nothing over the 85% step" not in text
    assert "Data table" not in text


def test_a_figure_of_flow_asks_its_question_and_counts_nothing(shop: Shop) -> None:
    text = said(pages.flow(shop))
    question = "How long does work take from start to finish?"
    assert f"Not known without the history {question} The clone is cut short" in text
    assert "0 items in" not in text
    assert "0 full weeks" not in text
    assert "Counted from" not in text


def test_who_knows_a_service_and_what_was_delivered_is_not_known(shop: Shop) -> None:
    assert "no finished work" not in said(services.page(shop))
    assert "Delivered lately Not known When work was finished is not known today." in said(status.page(shop))


def test_skills_are_listed_and_nobody_is_said_not_to_use_them(shop: Shop) -> None:
    text = said(people.skills(shop))
    assert "not used yet" not in text
    assert "What nobody else did" not in text

"""A number is the same wherever it stands: on the page, in the terminal, and as data."""

from __future__ import annotations

import html
import json
import re
from functools import cache

import pytest

from opsflow import measures, words
from opsflow.facts import Facts
from opsflow.formats import json as written
from opsflow.formats import measures as shown
from opsflow.measures import query
from opsflow.site import plot, register
from opsflow.site.shop import open_shop
from tests.site import sample


@cache
def asked() -> Facts:
    return sample.facts(120)


@cache
def page(name: str) -> str:
    """A page of the site as people read it: without tags, and with single spaces."""
    shop = open_shop(asked(), (), plot.available())
    text = next(each.data for each in register.everything(shop) if each.path == name).decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


KEY_FIGURES = {
    "throughput": ("Finished", "mean_week", "a week"),
    "cycle-time": ("Cycle time, 85% within", "p85_days", "days"),
    "wip": ("In flow", "now", "items"),
    "unplanned": ("Unplanned", "time_share", "%"),
    "flow-efficiency": ("Flow efficiency", "share", "%"),
    "expectations": ("Within expectation", "kept_share", "%"),
}


@pytest.mark.parametrize(
    "name", ["cycle-time", "throughput", "wip", "net-flow", "blocked", "expectations", "discarded"]
)
def test_the_headline_of_the_page_is_that_of_the_report(name: str) -> None:
    found = json.loads(written.render(measures.view(name, query.of(asked()))))
    assert found["title"] in page("flow.html")
    assert found["title"] in " ".join(shown.render([found]).split())


@pytest.mark.parametrize("name", KEY_FIGURES)
def test_the_key_figure_of_the_page_is_that_of_the_report(name: str) -> None:
    title, key, unit = KEY_FIGURES[name]
    found = json.loads(written.render(measures.view(name, query.of(asked()))))
    value = found[key]
    assert value is not None
    said = f"{value:.0%}".replace("%", " %") if unit == "%" else f"{words.number(value)} {unit}"
    assert f"{title} {said} " in page("flow.html")
    assert shown.figure(value, "share" if unit == "%" else unit) in shown.render([found])


def test_what_stands_in_the_tables_of_the_page_is_what_the_report_lists() -> None:
    found = measures.view("throughput", query.of(asked()))
    text = page("flow.html")
    for row in found["rows"]:
        sofar = " so far" if row["partial"] else ""
        cells = rf"{row['week']}{sofar} [^|]*? {row['planned']} {row['unplanned']} {row['count']} "
        assert re.search(cells, text), row

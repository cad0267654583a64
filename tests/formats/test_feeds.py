"""Atom, iCalendar and OpenMetrics, read back by programs that are not ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from opsflow.formats import atom, ical, openmetrics
from opsflow.formats.atom import Entry, Feed
from opsflow.formats.ical import Event
from opsflow.formats.openmetrics import Gauge

AT = datetime(2026, 11, 20, 15, 20, tzinfo=UTC)
HOSTILE = (
    "<b>&amp;</b>",
    "]]>",
    "\x00\x08\x1b[31m\x7f\x85",
    "\ufffe\uffff",
    "\u202eevil\u2066",
    "BEGIN:VEVENT\r\nUID:1",
    "a;b,c\\n\\,d",
    "# EOF\nopsflow_items 7",
    'x"} 5',
    "\u65e5\u672c\u8a9e" * 40,
    "\U0001f469\u200d\U0001f692" * 30,
    "=HYPERLINK()",
    " ",
)

# -- Atom ------------------------------------------------------------------------------------------


def parsed(feed: Feed) -> Any:
    feedparser = pytest.importorskip("feedparser")
    found = feedparser.parse(atom.render(feed).encode())
    assert (found.bozo, found.version, found.encoding) == (False, "atom10", "utf-8")
    return found


def test_a_feed_says_what_it_was_given() -> None:
    entry = Entry(
        atom.name("1"), "Moved", AT, "Ready \u2192 Doing\nat last", "Maria", "https://ops.example/a.html"
    )
    feed = Feed(
        atom.name("f"),
        "Ops",
        "IT",
        datetime(2020, 1, 1, tzinfo=UTC),
        [entry],
        "a.html",
        "https://ops.example/a",
    )
    found = parsed(feed)
    assert (found.feed.id, found.feed.title, found.feed.author, found.feed.updated) == (
        atom.name("f"),
        "Ops",
        "IT",
        "2026-11-20T15:20:00+00:00",
    )
    assert [(link.rel, link.href) for link in found.feed.links] == [
        ("self", "https://ops.example/a"),
        ("alternate", "a.html"),
    ]
    (row,) = found.entries
    assert (row.id, row.title, row.author, row.link, row.updated, row.content[0].value) == (
        atom.name("1"),
        "Moved",
        "Maria",
        "https://ops.example/a.html",
        "2026-11-20T15:20:00+00:00",
        "Ready \u2192 Doing\nat last",
    )
    assert (row.title_detail.type, row.content[0].type) == ("text/plain", "text/plain")


def test_a_feed_without_entries_is_as_old_as_it_is_told() -> None:
    found = parsed(Feed(atom.name("f"), "Ops", "IT", AT, []))
    assert (found.feed.updated, found.entries) == ("2026-11-20T15:20:00+00:00", [])


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup_in_a_feed(text: str) -> None:
    feed = Feed(
        atom.name("f"), text, text, AT, [Entry(atom.name("1"), text, AT, text, text, f'a"{text[:1]}')]
    )
    (row,) = parsed(feed).entries
    assert row.keys() >= {"id", "title", "updated", "content", "author"}
    assert "\x00" not in row.title and "\x1b" not in row.title and "\u202e" not in row.title


def test_names_are_stable_apart_and_say_nothing() -> None:
    assert atom.name("a", "b") == "urn:uuid:a1e58c7e-d817-530f-9056-5aca6b6896dd"
    assert len({atom.name("a", "b"), atom.name("ab"), atom.name("a", "b", ""), atom.name("b", "a")}) == 4


# -- iCalendar -------------------------------------------------------------------------------------


def events(text: str) -> list[Any]:
    icalendar = pytest.importorskip("icalendar")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar.errors == []
    return list(calendar.walk("VEVENT"))


def test_a_calendar_says_what_it_was_given() -> None:
    start, end = datetime(2026, 11, 28, 21, tzinfo=UTC), datetime(2026, 11, 29, 1, tzinfo=UTC)
    text = ical.render(
        "Ops",
        AT,
        [
            Event("1", "Firmware, both; walls", start, end, "Twice\nat night", "https://ops.example/1"),
            Event("2", "Due", date(2026, 12, 31), date(2026, 12, 31), busy=True),
        ],
    )
    first, second = events(text)
    assert (str(first["UID"]), str(first["SUMMARY"]), str(first["DESCRIPTION"]), str(first["URL"])) == (
        "1",
        "Firmware, both; walls",
        "Twice\nat night",
        "https://ops.example/1",
    )
    assert (first["DTSTART"].dt, first["DTEND"].dt, first["DTSTAMP"].dt) == (start, end, AT)
    assert (second["DTSTART"].dt, second["DTEND"].dt) == (date(2026, 12, 31), date(2027, 1, 1))
    assert (str(first["TRANSP"]), str(second["TRANSP"])) == ("TRANSPARENT", "OPAQUE")


def test_a_moment_has_no_end() -> None:
    (event,) = events(ical.render("Ops", AT, [Event("1", "Now", AT, AT)]))
    assert "DTEND" not in event


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_line_of_its_own_in_a_calendar(text: str) -> None:
    (event,) = events(ical.render(text, AT, [Event(text, text, AT, AT, text)]))
    assert sorted(event) == (["DESCRIPTION"] if text else []) + [
        "DTSTAMP",
        "DTSTART",
        "SUMMARY",
        "TRANSP",
        "UID",
    ]


def test_a_long_text_is_folded_between_letters_and_comes_back_whole() -> None:
    title = "\u65e5\u672c\u8a9e \U0001f4c5 text " * 40
    (event,) = events(ical.render("Ops", AT, [Event("1", title.strip(), AT, AT)]))
    assert str(event["SUMMARY"]) == title.strip()


# -- OpenMetrics -----------------------------------------------------------------------------------


def families(text: str) -> dict[str, Any]:
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    return {family.name: family for family in parser.text_string_to_metric_families(text)}


def test_numbers_say_what_they_were_given() -> None:
    text = openmetrics.render(
        [
            Gauge("opsflow_items", "Open items.", [({"state": "doing"}, 7), ({"state": "in"}, None)]),
            Gauge("opsflow_age_days", "Age.", [({}, 1.5)], "days"),
            Gauge("opsflow_none", "Nothing.", [({}, None)]),
            Gauge("opsflow_as_of_timestamp_seconds", "When.", [({}, 1795188000)], "seconds"),
        ]
    )
    found = families(text)
    told = {
        name: (family.type, family.unit, family.documentation, [(s.labels, s.value) for s in family.samples])
        for name, family in found.items()
    }
    assert told == {
        "opsflow_items": ("gauge", "", "Open items.", [({"state": "doing"}, 7)]),
        "opsflow_age_days": ("gauge", "days", "Age.", [({}, 1.5)]),
        "opsflow_as_of_timestamp_seconds": ("gauge", "seconds", "When.", [({}, 1795188000)]),
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_no_label_is_a_number_of_its_own(text: str) -> None:
    found = families(openmetrics.render([Gauge("opsflow_items", text, [({"state": text}, 1)])]))
    assert [(s.labels, s.value) for s in found["opsflow_items"].samples] == [({"state": text}, 1)]


def test_nothing_is_a_whole_answer() -> None:
    assert openmetrics.render([]) == "# EOF\n"

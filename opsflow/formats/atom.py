"""News as an Atom feed (RFC 4287).

Every text is a text, never markup; what XML cannot hold, or what hides, is shown as a sign.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from opsflow.formats.visible import visible


class Entry(NamedTuple):
    """One piece of news."""

    id: str
    """What tells it from all others, for ever; see `name`."""
    title: str
    at: datetime
    text: str = ""
    author: str = ""
    href: str = ""


class Feed(NamedTuple):
    """News, newest first."""

    id: str
    title: str
    author: str
    """Who speaks where an entry names nobody."""
    at: datetime
    """When it was new last, where there are no entries."""
    entries: Sequence[Entry]
    page: str = ""
    """The page that tells the same."""
    own: str = ""
    """The feed's own address on the web; empty where nobody knows it."""


def name(*parts: str) -> str:
    """A name that is the same for the same parts, and says nothing of them."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, chr(0).join(('opsflow', *parts)))}"


def render(feed: Feed) -> str:
    """The feed as XML."""
    return "\n".join(_feed(feed)) + "\n"


def _feed(feed: Feed) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<feed xmlns="http://www.w3.org/2005/Atom">'
    yield f"<id>{escape(feed.id)}</id>"
    yield f"<title>{_text(feed.title)}</title>"
    yield f"<updated>{_moment(max((each.at for each in feed.entries), default=feed.at))}</updated>"
    yield f"<author><name>{_text(feed.author)}</name></author>"
    if feed.own:
        yield f'<link rel="self" type="application/atom+xml" href={_address(feed.own)}/>'
    if feed.page:
        yield f'<link rel="alternate" type="text/html" href={_address(feed.page)}/>'
    for each in feed.entries:
        yield from _entry(each)
    yield "</feed>"


def _entry(each: Entry) -> Iterator[str]:
    yield "<entry>"
    yield f"<id>{escape(each.id)}</id>"
    yield f"<title>{_text(each.title)}</title>"
    yield f"<updated>{_moment(each.at)}</updated>"
    if each.author:
        yield f"<author><name>{_text(each.author)}</name></author>"
    if each.href:
        yield f'<link rel="alternate" type="text/html" href={_address(each.href)}/>'
    lines = "\n".join(_text(line) for line in each.text.splitlines())
    yield f'<content type="text">{lines}</content>'
    yield "</entry>"


def _text(text: str) -> str:
    return escape(visible(text).translate(_NO_LETTERS))


def _address(href: str) -> str:
    return quoteattr(visible(href).translate(_NO_LETTERS))


_NO_LETTERS = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
"""What XML cannot hold, and is no control character."""


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")

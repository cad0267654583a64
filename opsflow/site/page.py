"""A file of a site."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """A file of the site."""

    path: str
    data: bytes

"""A site's own look: its accent colour, its logo, and the link to ask for something.

Nothing of it can make a page unreadable or unsafe. A colour is used where text in it can be read; a logo is
a PNG, for an SVG that somebody opens by itself may run scripts; an address is http or https.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

from opsflow.model import Board, Link, Tree

GROUNDS = {"light": ("#ffffff", "#f6f7f7", "#e0f1f4"), "dark": ("#181c1e", "#0f1213", "#10303a")}
"""What accent-coloured text stands on, in each theme; tests/site/test_look.py holds them to style.css."""
CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, level AA."""
LARGEST = 64 << 10
"""Bytes of a logo."""
HEIGHT = 24
"""Of a logo in the page, in pixels."""
WIDEST = 200
_PNG = b"\x89PNG\r\n\x1a\n"
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Logo(NamedTuple):
    """A picture beside the title."""

    data: bytes
    width: int
    """As it is shown, in pixels; the height is HEIGHT."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def unreadable(accent: tuple[str, str] | None) -> tuple[str, ...]:
    """Why an accent colour is not used, a sentence each; none where it can be read everywhere."""
    return tuple(
        f"The accent colour {colour} has a contrast of {least:.1f} to 1 on the {theme} ground, and "
        f"{CONTRAST} are needed to read it: the site keeps its own."
        for theme, colour in zip(GROUNDS, accent or (), strict=False)
        if (least := min(contrast(colour, ground) for ground in GROUNDS[theme])) < CONTRAST
    )


def style(accent: tuple[str, str] | None) -> str:
    """The stylesheet of the accent; empty where the site has none of its own, or it cannot be read."""
    if accent is None or unreadable(accent):
        return ""
    light, dark = accent
    return f":root {{ --accent: light-dark({light.lower()}, {dark.lower()}); }}\n"


def logo(data: bytes | None) -> Logo | None:
    """The logo, where these bytes are a PNG that may be one."""
    if data is None or len(data) > LARGEST or data[:8] != _PNG or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    width, height = struct.unpack(">II", data[16:24])
    if not (0 < width <= 4096 and 0 < height <= 4096):
        return None
    return Logo(data, min(max(round(width * HEIGHT / height), 1), WIDEST))


def request(board: Board, tree: Tree, seed: str, taken: Callable[[str], bool]) -> Link | None:
    """The link to ask for something, with a new item filled in; `seed` makes the id the same each time."""
    link = board.site.request
    if link is None:
        return None
    key = _id(board.key, seed, taken)
    state = board.states[0].name if board.states else "inbox"
    text = f"title: \nstate: {state}\nrequester: \ndescription: |\n  \n"
    url = link.url
    for name, value in (("path", f"items/{key}-request.yaml"), ("id", key), ("text", text)):
        url = url.replace(f"{{{name}}}", quote(value, safe=""))
    return Link(link.title, url)


def _id(key: str, seed: str, taken: Callable[[str], bool]) -> str:
    """A free id, with at least one digit, as `opsflow new` gives them."""
    for number in range(1000):
        found = int.from_bytes(sha256(f"{seed} {number}".encode()).digest()[:4], "big")
        name = "".join(_BASE32[found >> shift & 31] for shift in (0, 5, 10, 15))
        if any(sign.isdigit() for sign in name) and not taken(f"{key}-{name}"):
            return f"{key}-{name}"
    return f"{key}-NEW1"

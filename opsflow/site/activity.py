"""What changed lately, day by day; long lists on several pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from opsflow.site.shop import Page, Shop, View

SHEET = 100
"""Lines on one page; more go on further pages."""
ICONS = {
    "created": "plus",
    "finished": "ok",
    "dropped": "x",
    "deleted": "x",
    "archived": "list",
    "blocked": "stop",
    "reopened": "warn",
    "edited": "file",
    "filed": "file",
}
"""What stands before a line; moves and the rest have an arrow."""


def pages(shop: Shop) -> Iterator[Page]:
    """The latest changes, newest first."""
    view = shop.view("activity")
    cut = _cut(view["entries"])
    sheets = [f"activity{'' if n == 0 else f'-{n + 1}'}.html" for n in range(len(cut))]
    for n, path in enumerate(sheets):
        days = [
            {"on": on, "entries": list(entries)} for on, entries in groupby(cut[n], lambda each: each["on"])
        ]
        context = {
            "view": view,
            "days": days,
            "sheets": sheets,
            "sheet": path,
            "last": n == len(cut) - 1,
            "icons": ICONS,
        }
        yield Page(
            path,
            shop.render.page("activity.html", path, context, title=view["title"], section="activity"),
        )


def _cut(entries: Sequence[View]) -> list[list[View]]:
    """The entries, as many at a time as fit on a page; one page at least."""
    cut: list[list[View]] = [[]]
    lines = 0
    for each in entries:
        length = max(len(each["items"]) + len(each["files"]), 1)
        if lines and lines + length > SHEET:
            cut.append([])
            lines = 0
        cut[-1].append(each)
        lines += length
    return cut

"""Services and the vendors behind them: what is open, who knows it, what is planned and has to be renewed."""

from __future__ import annotations

from opsflow.site import names, words
from opsflow.site.shop import Page, Shop, View

LOOKS = {
    "incident": ("bad", "t-incident"),
    "maintenance": ("warn", "t-maint"),
    "blocked": ("bad", "stop"),
    "coverage": ("warn", "people"),
}
"""What needs attention, as a chip: colour and icon."""
SHOWN = 150
"""Services and vendors with a row, at most."""


def page(shop: Shop) -> Page:
    """Services and vendors."""
    view = shop.view("services")
    view["services"] = view["services"][:SHOWN]
    for row in view["services"]:
        row["anchor"] = f"service-{names.column(row['key']).removeprefix('col-')}"
    zone, today = shop.facts.zone, shop.facts.today.isoformat()
    for row in view["windows"]:
        row["stretch"] = words.stretch(row["start_at"], row["end_at"], zone, today)
    context = {
        "view": view,
        "looks": LOOKS,
        "most_unplanned": _most(view["services"], "unplanned_days"),
        "most_waited": _most(view["vendors"], "waited_days"),
        "shown": SHOWN,
    }
    data = shop.render.page(
        "services.html", "services.html", context, title=view["title"], section="services"
    )
    return Page("services.html", data)


def _most(rows: list[View], key: str) -> float:
    """The largest of these numbers, which is as long as a bar can be."""
    return max((row[key] or 0 for row in rows), default=0)

"""Services and vendors in a terminal."""

from __future__ import annotations

from opsflow.formats import head
from opsflow.formats.lines import Lines, Screen, View, number
from opsflow.formats.table import Cell, columns
from opsflow.formats.visible import visible


def lines(view: View, screen: Screen) -> Lines:
    yield from screen.lines((visible(view["sentence"]), "strong"))
    if view["reason"]:
        yield from screen.lines((visible(view["reason"]), ""))
    yield ""
    yield from screen.table(
        columns(
            *("service", "open", "unplanned days", "people", "maintenance", "needs attention"),
            right=("open", "unplanned days", "people"),
            gives=("needs attention",),
        ),
        [
            (
                row["name"],
                number(row["open"]),
                number(row["unplanned_days"]),
                number(row["coverage"]["people"]) if row["coverage"] else "-",
                row["maintenance"]["due_on"] if row["maintenance"] else "-",
                Cell("; ".join(each["words"] for each in row["attention"]), "bad"),
            )
            for row in view["services"]
        ],
    )
    numbers = ("waited days", "waits", "promised days", "kept", "now")
    yield from screen.table(
        columns("vendor", *numbers, "contract ends", right=numbers),
        [
            (
                row["name"],
                number(row["waited_days"]),
                number(row["waits"]),
                number(row["promised_days"]),
                "-" if row["kept_share"] is None else f"{row['kept']} of {row['judged']}",
                number(row["waiting_now"]),
                Cell(row["contract_ends_on"] or "-", "warn" if row["contract_soon"] else ""),
            )
            for row in view["vendors"]
        ],
        "Vendors",
        view["vendors_title"],
    )
    yield from screen.table(
        columns("item", "from", "to", "services", "title", gives=("services", "title")),
        [
            (
                row["id"],
                head.local(row["start_at"], view),
                head.local(row["end_at"], view),
                ", ".join(row["services"]),
                row["title"],
            )
            for row in view["windows"]
        ],
        "Planned maintenance",
    )

"""The rules of a board in a terminal: what they found, what is waived, what was agreed on."""

from __future__ import annotations

from opsflow import words
from opsflow.formats.lines import Lines, Screen, View
from opsflow.formats.table import Cell, columns
from opsflow.formats.visible import visible


def lines(view: View, screen: Screen) -> Lines:
    yield from screen.lines((visible(view["sentence"]), "strong"))
    for severity in view["severities"]:
        for rule in severity["rules"]:
            yield from screen.heading(f"{rule['rule']}: {words.count(rule['count'], severity['severity'])}")
            for row in rule["findings"]:
                text = f"  {visible(row['path'])}:{row['line']}: {visible(row['message'])}"
                yield from screen.lines((text, ""), indent=4)
    yield from screen.table(
        columns("item", "rule", "until", "by", "reason", gives=("by", "reason")),
        [
            (
                row["item"],
                row["rule"],
                Cell(row["until_on"] or "no end", "bad" if row["expired"] else ""),
                row["by_name"] or row["by"],
                row["reason"],
            )
            for row in view["waivers"]
        ],
        "Waivers",
    )
    yield from _policies(view["policies"], screen)
    if view["gaps"]["count"]:
        yield ""
        yield from screen.lines((view["gaps"]["sentence"], ""))


def _policies(policies: View, screen: Screen) -> Lines:
    """What the team agreed on, in words; what its rules are set to."""
    if any(policies[key] for key in ("limits", "expectations", "rules")):
        yield from screen.heading("Policies")
    for row in policies["limits"]:
        over = row["over_count"] > 0
        now = "" if row["count"] is None else f"{row['count']} now"
        mode = f"{row['mode_words'][:1].upper()}{row['mode_words'][1:]}." if row["mode_words"] else ""
        parts = (f"  {visible(row['sentence'])}", ""), (mode, "dim"), (now, "bad" if over else "dim")
        yield from screen.lines(*(part for part in parts if part[0]), indent=4)
    for row in policies["expectations"]:
        kept = visible(row["reason"]) if row["kept_share"] is None else f"{row['kept_share']:.0%} kept"
        style = "bad" if row["met"] is False else "dim"
        yield from screen.lines((f"  {visible(row['sentence'])}.", ""), (kept, style), indent=4)
    for row in policies["rules"]:
        yield from screen.lines((f"  {visible(row['sentence'])}", ""), indent=4)

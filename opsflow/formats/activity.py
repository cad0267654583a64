"""The latest changes in a terminal."""

from __future__ import annotations

from opsflow import words
from opsflow.formats.lines import Lines, Screen, View
from opsflow.formats.visible import visible

CHANGES = 40
"""As many changes of the board are shown."""


def lines(view: View, screen: Screen) -> Lines:
    """The newest changes; `log` and JSON have more."""
    yield from screen.lines((visible(view["sentence"]), "strong"))
    if view["reason"] and view["as_of"]["measured"]:
        yield from screen.lines((visible(view["reason"]), ""))
    day = ""
    for each in view["entries"][:CHANGES]:
        if each["on"] != day:
            day = each["on"]
            yield from screen.heading(day)
        by = f"{each['commit']['author']} {each['commit']['short']}".strip() or "not committed yet"
        for row in each["items"]:
            said = "; ".join(change["words"] for change in row["changes"])
            if said == "edited" and each["commit"]["subject"]:
                said = f"edited: {each['commit']['subject']}"
            name, title = f"  {visible(row['id'])}", f"{visible(row['title'])}:"
            yield from screen.lines(
                (name, "strong"), (title, ""), (visible(f"{said};"), "strong"), (visible(by), "dim"), indent=4
            )
        if each["more"]:
            yield from screen.lines((f"  and {words.count(each['more'], 'other item')}", "dim"))
        for path in each["files"]:
            said = ", ".join(filter(None, (each["commit"]["subject"], by)))
            yield from screen.lines(
                (f"  {visible(path)}:", "strong"), ("edited;", ""), (visible(said), "dim"), indent=4
            )
    if len(view["entries"]) > CHANGES or view["older"]:
        yield ""
        yield from screen.lines(("`opsflow log` lists who moved what before.", "dim"))

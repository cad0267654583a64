"""The roadmap in a terminal: dates, what decides them, risks, money."""

from __future__ import annotations

from opsflow.formats.lines import Lines, Screen, View, number
from opsflow.formats.table import Cell, columns
from opsflow.formats.visible import visible


def lines(view: View, screen: Screen) -> Lines:
    yield from screen.lines((visible(view["sentence"]), "strong"))
    if view["reason"]:
        yield from screen.lines((visible(view["reason"]), ""))
    yield from screen.lines((visible(view["subtitle"]), "dim"))
    yield ""
    yield from screen.table(
        columns(
            *("project", "done", "50%", "85%", "95%", "due", "in time", "title"),
            right=("done", "50%", "85%", "95%", "due"),
        ),
        [
            (
                row["key"],
                f"{row['finished']} of {row['items']}",
                *(row["forecast"][p] or "-" for p in ("p50", "p85", "p95")),
                row["due_on"] or "-",
                Cell(row["verdict"]["words"], VERDICTS.get(row["verdict"]["key"], "")),
                row["title"],
            )
            for row in view["projects"]
        ],
    )
    for row in view["projects"]:
        yield from _project(row, screen)
    yield from screen.table(
        columns("item", "due", "85%", "in time", "title", "why", gives=("title", "why")),
        [
            (
                row["id"],
                row["due_on"],
                row["forecast"]["p85"] or "-",
                Cell(row["verdict"]["words"], VERDICTS.get(row["verdict"]["key"], "")),
                row["title"],
                row["why"] or row["forecast"]["reason"],
            )
            for row in view["dates"]["rows"]
        ],
        "Items with a date",
    )
    yield from _worth(view, screen)


VERDICTS = {"kept": "good", "unsure": "warn", "missed": "bad", "late": "bad"}


def _project(row: View, screen: Screen) -> Lines:
    """What decides a project's date, and its risks; nothing where there is nothing."""
    if not row["open"] or not (row["critical"] or row["risks"] or row["forecast"]["reason"]):
        return
    yield from screen.heading(row["title"])
    if row["forecast"]["reason"]:
        yield from screen.lines((f"  {visible(row['forecast']['reason'])}", ""), indent=2)
    for each in row["critical"][:3]:
        text = f"  decided by {visible(each['id'])} {visible(each['title'])}"
        yield from screen.lines((text, ""), (f"({each['share']:.0%} of trials)", "dim"), indent=4)
    for risk in row["risks"]:
        yield from screen.lines(
            ("  risk", "bad"), (f" {visible(risk['id'])} {visible(risk['words'])}", ""), indent=4
        )


def _worth(view: View, screen: Screen) -> Lines:
    names = ("budget", "spent", "done", "likely total", "expected value", "value so far")
    yield from screen.table(
        columns("project", *names, right=names),
        [
            (
                row["key"],
                number(row["money"]["budget"]),
                number(row["money"]["spent"]),
                "-" if row["finished_share"] is None else f"{row['finished_share']:.0%}",
                number(row["money"]["likely_cost"]),
                number(row["money"]["expected_value"]),
                number(row["money"]["value"]),
            )
            for row in view["projects"]
            if row["money"]["budget"] or row["money"]["value"]
        ],
        "Money and value",
    )

"""What the rules found, and what the team agreed on: every rule with its manual in words."""

from __future__ import annotations

from itertools import groupby

from opsflow import rules
from opsflow.reports import rules as rules_report
from opsflow.site.shop import Page, Shop, View

FAMILIES = {
    "reading": "Reading the files",
    "dependencies": "Dependencies",
    "WIP": "Work in progress",
    "people": "People",
    "time": "Time",
    "history": "History",
    "changes": "Changes",
}
"""What the families of rules are called."""


def page(shop: Shop) -> Page:
    """The findings, the waivers, the policies, and all rules."""
    view = shop.view("rules")
    limits = [
        {"title": rules_report.KINDS[kind], "rows": list(rows)}
        for kind, rows in groupby(view["policies"]["limits"], lambda row: row["kind"])
    ]
    context = {
        "view": view,
        "limits": limits,
        "running": [row for row in view["waivers"] if not row["expired"]],
        "ended": [row for row in view["waivers"] if row["expired"]],
        "families": _families(shop),
        "known": rules.ALL,
    }
    return Page(
        "rules.html",
        shop.render.page("rules.html", "rules.html", context, title=view["title"], section="rules"),
    )


def _families(shop: Shop) -> list[View]:
    """Every rule as this board has it: how bad a finding is, what is set, and what its manual says."""
    found: dict[str, int] = {}
    for finding in shop.findings:
        if finding.waiver is None:
            found[finding.rule] = found.get(finding.rule, 0) + 1
    return [
        {
            "title": FAMILIES.get(family, family.capitalize()),
            "rules": [_rule(shop, name, found.get(name, 0)) for name in names],
        }
        for family, names in rules.FAMILIES.items()
    ]


def _rule(shop: Shop, name: str, count: int) -> View:
    manual, setting = rules.manual(name), shop.facts.board.rules.get(name)
    return {
        "name": name,
        "title": manual.title,
        "why": manual.why,
        "fix": manual.fix,
        "options": manual.options,
        "severity": ((setting and setting.severity) or manual.severity).value,
        "off": setting is not None and setting.off,
        "set": rules_report.setting_words(setting) if setting is not None and setting.options else "",
        "count": count,
    }

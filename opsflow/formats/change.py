"""A change for a terminal. The data is the view of the report `change`."""

from __future__ import annotations

from collections.abc import Iterable

from opsflow import words
from opsflow.flow.forecast import NOISE
from opsflow.formats.head import local
from opsflow.formats.lines import Lines, Screen, View
from opsflow.formats.paint import Paint, plain
from opsflow.formats.visible import visible

SHOWN = 20
"""How many items of a group, findings of a kind and so on are shown; JSON has them all."""
AT_RISK = 0.5
"""From this chance on to miss its expectation, an item is shown as at risk."""
HANGS = 3
"""As many of the changed items that decide a date are named."""
FINDINGS = {
    "made": ("New findings", "bad"),
    "worse": ("Findings that got worse", "bad"),
    "waived": ("New findings, waived", "warn"),
    "mended": ("Findings mended", "good"),
}
"""The kinds of findings: heading and colour."""


def render(view: View, *, paint: Paint = plain, columns_wide: int | None = None) -> str:
    """The summary, then what it sums up: items by what became of them, findings, limits, ages, policies."""
    screen = Screen(paint, columns_wide)
    parts = [
        [*screen.lines((visible(view["summary"]), "strong")), *screen.lines((visible(sides(view)), "dim"))],
        _lines(screen, "Not known", [row["words"] for row in view["unread"]], "warn"),
        *(_group(screen, group) for group in view["groups"]),
        *(_findings(screen, kind, view["findings"][kind]) for kind in FINDINGS),
        _lines(screen, "Work in progress", limits(view)),
        _lines(screen, "People over capacity", [row["words"] for row in people(view)]),
        _lines(screen, "Forecasts", [forecast(row) for row in view["forecast"]["rows"]]),
        _lines(screen, "At risk", [f"{row['id']} {row['title']}: {danger(row)}" for row in at_risk(view)]),
        _lines(screen, "Policies", [row["words"] for row in view["policies"]]),
        [*screen.lines((visible(unmeasured(view)), "dim"))] if unmeasured(view) else [],
        [*screen.lines((visible(unforecast(view)), "dim"))] if unforecast(view) else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _section(screen: Screen, title: str, rows: Iterable[Lines], count: int, style: str = "") -> list[str]:
    """A heading, and the first of so many rows; nothing where there are none."""
    if not count:
        return []
    shown = [line for _, row in zip(range(SHOWN), rows, strict=False) for line in row]
    more = [screen.paint(f"  {count - SHOWN:,} more", "dim")] if count > SHOWN else []
    return [screen.paint(title, style or "strong"), *shown, *more]


def _group(screen: Screen, group: View) -> list[str]:
    title = f"{group['title']} ({group['count']:,})"
    return _section(screen, title, (_item(screen, row) for row in group["items"]), group["count"])


def _item(screen: Screen, row: View) -> Lines:
    yield from screen.lines(("  " + visible(row["id"]), "strong"), (visible(row["title"]), ""), indent=4)
    yield from screen.lines(("   ", ""), (visible("; ".join(row["words"])), ""), indent=4)


def _findings(screen: Screen, kind: str, found: list[View]) -> list[str]:
    title, style = FINDINGS[kind]
    rows = (_finding(screen, row) for row in found)
    return _section(screen, f"{title} ({len(found):,})", rows, len(found), style)


def _finding(screen: Screen, row: View) -> Lines:
    where, said = f"  {visible(row['path'])}:{row['line']}:", visible(row["message"])
    severity, rule = (f"{row['severity']}:", row["severity"]), (f"[{row['rule']}]", "dim")
    yield from screen.lines((where, ""), severity, (said, ""), rule, indent=4)


def _lines(screen: Screen, title: str, told: list[str], style: str = "") -> list[str]:
    rows = (screen.lines(("  " + visible(line), ""), indent=4) for line in told)
    return _section(screen, title, rows, len(told), style)


# -- what every format says -------------------------------------------------------------------------


def sides(view: View) -> str:
    """The two sides, such as "from 3f2a91c to 81b00d2 with uncommitted changes, as of 2026-06-12 14:05"."""
    base, head, dirty = view["base"]["commit"], view["as_of"]["commit"], view["as_of"]["dirty"]
    before = base["short"] if base else "nothing"
    if head is None:
        after = "the working folder"
    elif dirty and base and base["id"] == head["id"]:
        after = "what is not committed"
    else:
        after = head["short"] + (" with uncommitted changes" if dirty else "")
    return f"from {before} to {after}, as of {local(view['as_of']['now_at'], view)}"


def limits(view: View) -> list[str]:
    """What the limits count, and all work in progress where that changes."""
    wip = view["wip"]
    whole = [f"All: {wip['before']:,} → {wip['after']:,}"] if wip["before"] != wip["after"] else []
    return [*(f"{row['subject']}: {row['words']}" for row in view["limits"]), *whole]


def people(view: View) -> list[View]:
    """Whom the change puts over capacity, or further over it, and who no longer is."""
    found = view["people"]
    return [*found["made"], *found["worse"], *found["mended"]]


def forecast(row: View) -> str:
    """How the date of a project moves, and which changed items decide it."""
    name = f"{row['subject']} {row['title']}".strip()
    hangs = [f"{each['id']} {_hangs(each)}" for each in row["critical"][:HANGS]]
    return f"{name}: {row['words']}{'; decided by ' + ', '.join(hangs) if hangs else ''}"


def _hangs(each: View) -> str:
    before, after = each["share_before"], each["share_after"]
    return f"in {after:.0%}" + (f" (was {before:.0%})" if abs(after - before) >= NOISE else "")


def at_risk(view: View) -> list[View]:
    """The changed items in progress that are likely to miss their expectation, or old where there is none."""
    return [row for row in view["risk"]["rows"] if danger(row)]


def danger(row: View) -> str:
    """Such as "12 days old, 40% chance to miss 14 days"; empty where there is little."""
    age, expected = row["age"], row["expectation"]
    chance = expected["chance_to_miss_share"] if expected else None
    if age["days"] is None or (age["band"] not in ("b2", "b3") if chance is None else chance < AT_RISK):
        return ""
    old = f"{words.count(age['days'], 'day')} old"
    if chance is None:
        return f"{old}, {age['words']}"
    within = words.count(expected["within_days"], "day")
    if age["days"] > expected["within_days"]:
        return f"{old}, expected within {within}"
    return f"{old}, {chance:.0%} chance to take longer than {within}"


def unmeasured(view: View) -> str:
    """Why no age is told, where there would be one to tell; empty where there is none, or they are told."""
    if view["as_of"]["measured"] or not view["groups"]:
        return ""
    return f"No ages: {view['as_of']['reason'].rstrip('.')}."


def unforecast(view: View) -> str:
    """Why nothing is told of a touched project, where there is a history to tell it from; else empty."""
    reason = view["forecast"]["reason"]
    return f"No forecast: {reason.rstrip('.')}." if reason and view["as_of"]["measured"] else ""

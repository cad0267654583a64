"""What a change looks like on a terminal and under a pull request: readable when small and when large, and inert."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from opsflow.formats import change, markdown
from opsflow.formats.paint import ansi
from opsflow.formats.visible import width
from tests.changes import View, view
from tests.formats.posted import HOSTILE, OURS, lives, page

SNAPSHOTS = Path(__file__).parent / "snapshots"
BOTH = """
limits: [{states: [doing], max: 2}, {per: person, states: [doing], max: 1}]
people: {maria: {name: Maria Keller}, ben: {name: Ben Adler}}
OPS-4: {title: Patch the hypervisors, state: doing, assignees: [ben]}
OPS-6: {title: Old switch in hall 2, state: doing, assignees: [maria]}
today: 2026-03-20
"""
COMMITS = [
    {
        "id": f"{name}" * 5,
        "short": name[:7],
        "at": "2026-03-20T12:00:00+00:00",
        "author": "Maria",
        "subject": "x",
    }
    for name in ("83e0ebd1", "9a9e9e0f")
]


def committed(view: View) -> View:
    """The same as a change between two commits."""
    as_of = {**view["as_of"], "commit": COMMITS[1], "dirty": True}
    return {**view, "base": {**view["base"], "commit": COMMITS[0]}, "as_of": as_of}


_SMALL = view(
    """
OPS-1: {title: Renew edge certificates, state: ready, assignees: [maria]}
OPS-2: {title: Second line for Leipzig, state: doing, assignees: [maria]}
OPS-3: {title: Move the backups, state: ready, due: 2026-03-01}
""",
    """
OPS-1: {title: Renew edge certificates, state: doing, assignees: [maria]}
OPS-2: {title: Second line for Leipzig, state: doing, assignees: [maria], blocked: {reason: no permit, by: the city}}
OPS-3: {title: Move the backups, state: ready, due: 2026-04-01, labels: [audit]}
OPS-5: {title: Mail is down, state: inbox, type: incident}
""",
    BOTH,
)
SMALL = committed(_SMALL)
NOTHING = view("", "", BOTH)


def large(count: int, title: str = "Renew the certificate of edge {}") -> View:
    """A change of so many items: some are new, some move, and some are finished."""
    states = ("ready", "doing", "review", "done")

    def board(offset: int, first: int, last: int) -> str:
        items = (
            f"items/OPS-{number}.yaml:\n    title: {title.format(number)!r}\n    state: {states[(number + offset) % 4]}\n"
            for number in range(first, last)
        )
        return "\n".join(items)

    return view(
        board(0, 1, count),
        board(1, count // 10 + 1, count + count // 10 + 1),
        "rules: {unassigned-work: off}",
    )


@pytest.mark.parametrize("name", ["change.md", "change-80.txt", "change-60.txt", "change-pipe.txt"])
def test_a_small_change_is_as_it_was(name: str) -> None:
    """UPDATE_SNAPSHOTS=1 writes them anew; read the difference before it is committed."""
    wide = {"change-80.txt": 80, "change-60.txt": 60}.get(name)
    text = markdown.render(SMALL) if name.endswith(".md") else change.render(SMALL, columns_wide=wide)
    path = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_where_nothing_changes_nothing_more_is_said() -> None:
    over = {**NOTHING, "limits": []}
    end = "from nothing to the working folder, as of 2026-03-20 12:00"
    assert markdown.render(over) == f"<!-- opsflow diff OPS -->\n**Nothing changes**\n\n<sub>{end}</sub>\n"
    assert change.render(over) == f"Nothing changes\n{end}\n"


@pytest.mark.parametrize("columns", [60, 80])
def test_no_line_of_the_terminal_is_too_wide_or_ends_in_spaces(columns: int) -> None:
    for shown in (SMALL, large(60)):
        lines = change.render(shown, columns_wide=columns).splitlines()
        assert [line for line in lines if width(line) > columns or line != line.rstrip()] == []


def test_the_two_sides_are_named() -> None:
    same = {**SMALL, "as_of": {**SMALL["as_of"], "commit": COMMITS[0]}}
    clean = {**SMALL, "as_of": {**SMALL["as_of"], "dirty": False}}
    assert [change.sides(each).partition(",")[0] for each in (SMALL, same, clean, NOTHING)] == [
        "from 83e0ebd to 9a9e9e0 with uncommitted changes",
        "from 83e0ebd to what is not committed",
        "from 83e0ebd to 9a9e9e0",
        "from nothing to the working folder",
    ]


def test_colour_is_only_added() -> None:
    painted = change.render(SMALL, paint=ansi, columns_wide=80)
    assert "\x1b[31m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == change.render(SMALL, columns_wide=80)


# -- size -------------------------------------------------------------------------------------------


def test_three_hundred_changes_are_grouped_and_folded() -> None:
    shown = large(300)
    text = markdown.render(shown)
    assert len(text.encode()) < 60_000
    assert re.findall(r"<summary>(.*)</summary>", text) == [
        "New (31)",
        "Finished (67)",
        "Reopened (68)",
        "Moved on (134)",
        "Deleted unfinished (23)",
    ]
    assert text.count("<details>") == text.count("</details>") == 5
    assert "\n\n**Archived (7)**\n\n| Item | Change |\n" in text
    assert text.count("\n| `OPS-") == shown["items"]["changed"] == 330
    assert len(text.splitlines()[1]) < 300


def test_a_terminal_shows_the_first_of_many() -> None:
    text = change.render(large(300), columns_wide=80)
    assert text.count("\n  OPS-") == 5 * 20 + 7
    assert "\n  114 more\n" in text


@pytest.mark.parametrize(
    "title", ["Renew the certificate of edge {}", "🙂" * 90 + "{}", "|`@#<&_" * 25 + "{}"]
)
def test_what_is_posted_is_never_larger_than_a_comment_may_be(title: str) -> None:
    shown = large(3000, title)
    text = markdown.render(shown)
    assert 40_000 < len(text.encode()) < 60_000
    assert text.count("<details>") == text.count("</details>")
    rows = {group["title"]: group["count"] for group in shown["groups"]}
    for heading, count in rows.items():
        body = text.partition(f"<summary>{heading} ({count:,})</summary>")[2].partition("</details>")[0]
        listed, more = body.count("\n| `OPS-"), re.search(r"^([\d,]+) more;", body, re.MULTILINE)
        assert listed + int(more[1].replace(",", "") if more else 0) == count, heading
    assert page(text.replace("<!-- opsflow diff OPS -->\n", "")).tags <= OURS


# -- what is said is inert ---------------------------------------------------------------------------


def hostile(value: Any, said: str) -> Any:
    """A view in which every text that a board can bring says something hostile."""
    kept = (
        "kind",
        "kinds",
        "report",
        "timezone",
        "severity",
        "now_at",
        "key",
        "short",
        "id",
        "band",
        "reason",
    )
    if isinstance(value, dict):
        return {
            key: inner
            if (key in kept and not (key in ("id", "reason") and "path" in value)) or inner == ""
            else hostile(inner, said)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [hostile(inner, said) for inner in value]
    return said if isinstance(value, str) else value


@pytest.mark.parametrize("said", [*filter(None, HOSTILE)], ids=lambda said: repr(said[:20]))
def test_nothing_that_a_board_says_is_live(said: str) -> None:
    for shown in (SMALL, large(60)):
        groups = [{**hostile(group, said), "title": group["title"]} for group in shown["groups"]]
        text = markdown.render({**hostile(shown, said), "groups": groups})
        text = text.removeprefix("<!-- opsflow diff OPS -->\n")
        found = page(text)
        assert found.tags <= OURS
        assert lives(found) == []
        assert not re.search(r"(?m)^\s*/", text)


def test_a_key_that_is_none_gets_no_mark() -> None:
    shown = {**SMALL, "as_of": {**SMALL["as_of"], "key": "--> <b>"}}
    assert markdown.render(shown).startswith("**")

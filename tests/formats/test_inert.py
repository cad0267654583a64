"""Nothing that an item says becomes live where it is posted, and a reader sees what the item says."""

import random
import re
from collections.abc import Callable

import pytest

from opsflow.formats.inert import code, sentence, text
from opsflow.formats.visible import visible
from tests.formats.posted import HOSTILE, OURS, lives, page

CONTEXTS: dict[str, Callable[[str], str]] = {
    "a line": lambda marked: f"{marked}\n",
    "a list": lambda marked: f"- {marked}\n- {marked}\n",
    "a table": lambda marked: f"| HEAD | HEAD |\n| --- | --- |\n| {marked} | {marked} |\n",
    "a bold line": lambda marked: f"**HEAD {marked} HEAD**\n",
    "a sub": lambda marked: f"<sub>{marked}</sub>\n",
    "a summary": lambda marked: f"<details>\n<summary>HEAD</summary>\n\n{marked}\n\n</details>\n",
}
"""Where text stands, in one copy or in two."""


def plain(said: str) -> str:
    """What a reader should see: every sign that was written, runs of spaces as one."""
    return " ".join(visible(said).split())


def check(said: str, context: str) -> None:
    markdown = CONTEXTS[context](text(said))
    found = page(markdown)
    assert found.tags <= OURS
    assert lives(found) == []
    assert not re.search(r"(?m)^\s*/", markdown)
    seen = [" ".join(cell.split()) for cell in found.cells if cell.strip() not in ("", "HEAD")]
    if context == "a bold line":
        assert seen == [" ".join(f"HEAD {plain(said)} HEAD".split())]
    else:
        assert seen == [plain(said)] * (2 if context in ("a list", "a table") else 1) or not plain(said)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("said", HOSTILE, ids=lambda said: repr(said[:20]))
def test_hostile_titles_are_shown_and_do_nothing(said: str, context: str) -> None:
    check(said, context)


def test_any_mixture_of_signs_is_shown_and_does_nothing() -> None:
    chance = random.Random(7)
    pieces = [
        *"@#!$%^&*()_+-=[]{}|\\;:'\",.<>/?`~ ",
        " ",
        " ",
        "a",
        "B",
        "7",
        "team",
        "12",
        "www.x.y",
        "http://x",
    ]
    pieces += [
        "GH-1",
        "deadbeef",
        "OPS-7",
        "\n",
        "\t",
        "é",
        "🙂",
        "\u202e",
        "``",
        "&#64;",
        "&amp;",
        "<b>",
        "](",
        "x@y.z",
    ]
    for _ in range(1500):
        said = "".join(chance.choices(pieces, k=chance.randrange(1, 14)))
        check(said, chance.choice(list(CONTEXTS)))


def test_the_check_itself_finds_what_is_live() -> None:
    for said in (
        "@team",
        "#12",
        "GH-1",
        "83e0ebd",
        ":smile:",
        "$x$",
        "!1",
        "~bug",
        "%1",
        "&1",
        "[x:1]",
        "{+ a +}",
    ):
        assert lives(page(f"x {said}\n")) != [], said
    for said in (
        "https://x.example",
        "maria@example.org",
        "www.x.example",
        "[a](/b)",
        "![a](b)",
        "<b class=x>",
    ):
        with pytest.raises(AssertionError, match="has attributes"):
            page(f"x {said}\n")
    with pytest.raises(AssertionError, match="a comment"):
        page("x <!-- y -->\n")


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("Renew edge certificates", "Renew edge certificates"),
        ("Ask @maria, today", "Ask `@maria`, today"),
        ("(see #12)", "(see `#12`)"),
        ("OPS-1, OPS-2 and OPS-3", "`OPS-1`, `OPS-2` and `OPS-3`"),
        ("a | b", "a &#x7c; b"),
        ("@a|b`c", "`@a`&#x7c;`b`&#x60;`c`"),
        ("snake_case < 3", "snake&#x5f;case &#x3c; 3"),
        ("from 12:30 to 14:00", "from 12:30 to 14:00"),
        ("- no list", "&#x2d; no list"),
        ("3. no list", "3&#x2e; no list"),
        ("In progress 4 → 5 of 5", "In progress 4 → 5 of 5"),
    ],
)
def test_most_words_stay_as_they_are(said: str, marked: str) -> None:
    assert text(said) == marked


def test_names_between_backticks_of_a_sentence_of_ours_become_code() -> None:
    assert (
        sentence("4 items are in `doing`, and `a_b` is OPS-1")
        == "4 items are in `doing`, and `a_b` is `OPS-1`"
    )
    assert sentence("an odd ` of @team") == "an odd &#x60; of `@team`"


@pytest.mark.parametrize("said", HOSTILE, ids=lambda said: repr(said[:20]))
def test_sentences_and_code_do_nothing_either(said: str) -> None:
    for marked in (sentence(f"x `{said}` y"), sentence(said), f"x {code(said)}"):
        for context in CONTEXTS:
            found = page(CONTEXTS[context](marked))
            assert found.tags <= OURS
            assert lives(found) == []


def test_long_text_ends_in_an_ellipsis() -> None:
    assert text("word " * 50, 20) == "word word word word…"
    assert text("x" * 30 + "@team", 20) == "x" * 19 + "…"

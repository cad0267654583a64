"""Text that somebody else wrote, as Markdown of which nothing is live in the place where it is posted.

GitHub, GitLab and Forgejo look for mentions, references, emoji and formulas in the text that Markdown has
become, so neither a backslash nor an entity keeps them from it: `\\@team` and `&#64;team` are mentions all
the same. What they leave alone is code. So a word that could be live becomes a code span, and in any other
word the signs that Markdown itself acts on become entities. Readers see the characters that were written,
and no invisible ones between them.
"""

from __future__ import annotations

import re

from opsflow.formats.visible import clip, visible

_LIVE = re.compile(
    r"""
    [@#$*^~{}\[\]\\]                                  # mentions, references, formulas, labels, links, tasks
    | ^/                                              # commands to a bot: /close
    | !\w | %["'\w] | &\d                             # GitLab's requests, milestones and epics
    | (?<!\d):[\w/+:-] | :(?!\d\d(?!\w))[\w/+:-] | :[\w+-]+:   # addresses and emoji, but not 12:30
    | \b(?i:www\.|gh-\d|ghsa-)
    | \b[A-Z][A-Z0-9_]+-[0-9A-Z]*\d                   # keys of trackers: JIRA-12, CVE-2026-1
    | (?<![0-9A-Za-z])[0-9A-Fa-f]{7,64}(?![0-9A-Za-z])   # names of commits
    """,
    re.VERBOSE,
)
_AROUND = re.compile(r"""(["'(]*)(.*?)(["'),.;:?]*)""")
"""What stands around a word without being of it."""
_SIGNS = re.compile(r"[&<>_`|!]")
_START = re.compile(r"\s*(?:[-+=]|\d{1,9}[.)])")
"""What makes a list or a heading of a line that begins with it."""


def text(said: str, columns: int | None = None) -> str:
    """The text on one line, which may stand anywhere in Markdown: in a list, a table, at the start of a line.

    What is longer than so many columns ends in an ellipsis.
    """
    shown = " ".join(visible(said).split())
    return _begun(_words(shown if columns is None else clip(shown, columns)))


def sentence(said: str, columns: int | None = None) -> str:
    """A sentence of opsflow's own, in which names may stand between backticks: those become code."""
    shown = " ".join(visible(said).split())
    parts = (shown if columns is None else clip(shown, columns)).split("`")
    if len(parts) % 2 == 0 or "``" in shown:  # a name with a backtick in it: who knows where it ends
        return text(said, columns)
    return _begun("".join(code(part) if at % 2 else _words(part) for at, part in enumerate(parts)))


def code(said: str) -> str:
    """The text as a code span; a backtick and the bar of tables stand between two of them."""
    shown = " ".join(visible(said).split())
    return "".join(_spanned(part) for part in re.split(r"([`|])", shown))


def _spanned(part: str) -> str:
    if part in ("`", "|"):
        return _entity(part)
    inner = part.strip()
    return part.replace(inner, f"`{inner}`", 1) if inner else part


def _words(shown: str) -> str:
    return re.sub(r"[^ ]+", lambda found: _word(found[0]), shown)


def _word(word: str) -> str:
    if not _LIVE.search(word):
        return _plain(word)
    found = _AROUND.fullmatch(word)
    assert found
    return _plain(found[1]) + code(found[2]) + _plain(found[3])


def _plain(word: str) -> str:
    return _SIGNS.sub(lambda found: _entity(found[0]), word)


def _begun(marked: str) -> str:
    """The same, if it were a mark of a list or a heading where a line begins."""
    found = _START.match(marked)
    return marked[: found.end() - 1] + _entity(found[0][-1]) + marked[found.end() :] if found else marked


def _entity(sign: str) -> str:
    """A sign as what it is, and no more; in hexadecimal, for `&#64;` has a `#64` in it."""
    return f"&#x{ord(sign):x};"

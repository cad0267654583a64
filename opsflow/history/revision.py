"""What a person means by a revision: a branch, a tag, the beginning of an id, a date or a moment."""

from __future__ import annotations

import os
import re
from datetime import datetime, tzinfo

from opsflow.errors import OpsflowError
from opsflow.history.commits import clock, stamp
from opsflow.history.files import write
from opsflow.history.refs import Refs
from opsflow.history.store import Store
from opsflow.history.trees import is_text

_LONGEST_QUOTE = 250
"""Characters of a revision that a message quotes; the name of a branch may have about as many."""


def resolve(store: Store, refs: Refs, rev: str) -> str:
    """The full id of the commit that `main`, `v1`, `origin/main`, `4f2a91`, `HEAD~3` names.

    OpsflowError where it names none, or several.
    """
    if refs.head is None and rev.upper().startswith("HEAD"):
        raise OpsflowError("The repository has no commit yet, so there is nothing to go back to.")
    if rev == "HEAD" and refs.head:
        return refs.head
    if not rev or not is_text(rev) or any(ord(char) < 32 for char in rev):
        raise OpsflowError(f"{_told(repr(rev))} is no revision: give a branch, a tag, a commit or a date.")
    _lay_out(store, refs)
    call = store.start("rev-parse", "--verify", "--end-of-options", rev + "^{commit}")
    out = call.everything()
    if call.wait() or not (commit := store.hex(out)):
        if "ambiguous" in call.said():
            raise OpsflowError(f"{_told(rev)} is the beginning of several ids: give more of its digits.")
        if re.match(r"\d{4}-\d\d-\d\d", rev):
            raise OpsflowError(
                f"There is no such day as {_told(rev)}: write 2026-12-01, or 2026-12-01 14:00."
            )
        if refs.head:
            store.ask(
                "rev-list", "--first-parent", refs.head
            )  # which says so where the repository is damaged
        what = "give a branch, a tag, a commit or a date"
        raise OpsflowError(f"The repository has no revision {_told(rev)}: {what}.")
    return commit


def _told(rev: str) -> str:
    """A revision as a message quotes it: not all of it, if it is longer than any name of one."""
    return rev if len(rev) <= _LONGEST_QUOTE else f"{rev[: _LONGEST_QUOTE - 3]}..."


def _lay_out(store: Store, refs: Refs) -> None:
    """Put the refs into the scratch repository, so that Git's own rules for names apply."""
    lines = [f"{commit} {name}\n" for name, commit in refs.all().items()]
    branch, commit = refs.branch, refs.head
    head = f"ref: {branch}\n" if branch else f"{commit}\n"
    if branch and commit:
        lines = [line for line in lines if not line.endswith(f" {branch}\n")]
        lines.append(f"{commit} {branch}\n")
    write(os.path.join(store.scratch(), "packed-refs"), os.fsencode("".join(lines)))
    write(os.path.join(store.scratch(), "HEAD"), os.fsencode(head))


def at(store: Store, head: str, moment: datetime) -> str:
    """The last commit of the first-parent line of `head` that was there at a moment.

    Clocks are made to run on. OpsflowError where the line begins later.
    """
    lines = store.ask("log", "--first-parent", "--format=%H %ct", head, "--").decode().splitlines()
    lines.reverse()
    times = clock([stamp(line.partition(" ")[2]) for line in lines])
    limit = moment.timestamp()
    found = [line[: store.digits] for line, time in zip(lines, times, strict=True) if time <= limit]
    if not found:
        raise OpsflowError(
            f"There was no commit yet at {moment:%Y-%m-%d %H:%M %Z}; the first one is {lines[0][:10]}."
        )
    return found[-1]


def end_of(text: str, zone: tzinfo) -> datetime | None:
    """The last moment that a date or moment names, as people write them; None: it is neither.

    An hour that comes twice, when the clocks go back, is the second one; so a day ends with it.
    """
    if len(text) < 10 or text[4] != "-" or text[7] != "-" or not text[:4].isdecimal():
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == 10:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    if moment.tzinfo:
        return moment
    return max((moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1)), key=datetime.timestamp)


def full_names(text: str) -> tuple[str, ...]:
    """The full names that a short one can stand for."""
    return (text, f"refs/{text}", f"refs/tags/{text}", f"refs/heads/{text}", f"refs/remotes/{text}")

"""New items: from the template of their type, or from nothing.

A template is the file `.opsflow/templates/TYPE.yaml`: an item as it begins, of which nothing has to be
there. It is copied as it stands, comments and all, and what the command line says is set in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from opsflow.editing import fields, folders, ids, place
from opsflow.editing import plan as plans
from opsflow.editing.fields import Assignment
from opsflow.editing.folders import Shelves
from opsflow.editing.plan import Plan
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import Board, Fault, Place, Spot
from opsflow.reading import documents, edits, schema
from opsflow.reading.edits import Edit

Document = Mapping[str, Any]
TEMPLATES = ".opsflow/templates"
LONGEST_SLUG = 40
_LETTERS: dict[str, str | int | None] = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "æ": "ae",
    "ø": "oe",
    "å": "aa",
    "đ": "d",
    "ł": "l",
}


def draft(facts: Facts, title: str, given: Sequence[Assignment]) -> bytes:
    """The text of a new item, without a line for editors of its own; `title` empty: not known yet."""
    board = facts.board
    chosen = {each.name: each.texts[0] for each in given if each.texts and not each.many}
    kind = chosen.get("type", next(iter(board.types)))
    _known("board", "type", kind, board.types)
    _known("workflow", "state", chosen.get("state"), [state.name for state in board.states])
    _known("board", "class", chosen.get("class"), board.classes)
    skeleton = template(facts.root, kind) or b""
    path = f"{TEMPLATES}/{kind}.yaml"
    held = documents.load(path, skeleton)[0]
    state = (held or {}).get("state") or (board.states[0].name if board.states else "")
    wanted: list[Edit] = [edits.Set(("title",), title)] if title else []
    wanted += [] if "state" in chosen else [edits.Set(("state",), state)]
    wanted += [edit for each in given for edit in fields.edits_of(each)]
    if not _is_said(skeleton):
        return _below(skeleton, edits.fresh(edits.after("a new item", {}, wanted)))
    made = edits.apply(path, skeleton, wanted)
    if held is not None:
        _refuse(board, path, skeleton, held, documents.load(path, made)[0] or {})
    return made


def _known(whose: str, what: str, name: str | None, known: Collection[str]) -> None:
    """OpsflowError for a name that the board does not have."""
    if name is not None and name not in known:
        there = f"it has {', '.join(known)}" if known else "it has none"
        raise OpsflowError(f"The {whose} has no {what} {name!r}; {there}.")


def _is_said(skeleton: bytes) -> bool:
    """Whether a template has anything but comments and empty lines."""
    lines = skeleton.removeprefix(b"\xef\xbb\xbf").splitlines()
    return any(line.strip() and not line.lstrip().startswith(b"#") for line in lines)


def _below(comments: bytes, text: bytes) -> bytes:
    """A text below the comments of a template, with its line breaks."""
    if comments and not comments.endswith(b"\n"):
        comments += b"\n"
    return comments + (text.replace(b"\n", b"\r\n") if comments.endswith(b"\r\n") else text)


def _refuse(board: Board, path: str, skeleton: bytes, held: Document, made: Document) -> None:
    """OpsflowError for what is wrong in a template, and still is in what is made of it."""
    begun = {"title": made.get("title", path), "state": made.get("state", ""), **held}
    wrong = {_about(each) for each in schema.check("item", path, made, board.fields)}
    for each in schema.check("item", path, begun, board.fields):
        if _about(each) in wrong:
            where, message, hint = each.judgement[:3]
            line = documents.locate(skeleton, where.keys if isinstance(where, Spot) else (), path).line
            raise OpsflowError(f"{path}:{line}: the template is wrong: {message}. {hint}".strip())
    states = [state.name for state in board.states]
    if "state" in held and held["state"] == made.get("state") not in states:
        line = documents.locate(skeleton, ("state",), path).line
        raise OpsflowError(
            f"{path}:{line}: the template is wrong: the workflow has no state `{held['state']}`; it has "
            f"{', '.join(states)}."
        )


def _about(fault: Fault) -> tuple[Spot | Place, str]:
    return fault.judgement.where, fault.judgement.subject or fault.judgement.message


def template(root: str, kind: str) -> bytes | None:
    """The template of a type, if the board has one."""
    plain = root and not re.search(r"[/\\\0]|^\.", kind)
    return place.read(root, f"{TEMPLATES}/{kind}.yaml") if plain else None


def plan(facts: Facts, data: bytes) -> Plan:
    """The plan that makes an item of a text, under a new id. OpsflowError where it has no title."""
    document, faults = documents.load("the new item", data)
    if document is None:
        where, message, hint = faults[0].judgement[:3]
        line = f" (line {where.line})" if isinstance(where, Place) else ""
        raise OpsflowError(f"The new item cannot be read{line}: {message}. {hint}".strip())
    title, state = document.get("title"), document.get("state")
    if not isinstance(title, str) or not title.strip():
        raise OpsflowError("The new item has no title; give it one: `opsflow new TITLE`.")
    id_ = ids.new(facts)
    shelves = Shelves(facts)
    path = shelves.place(ids.folder(facts.board), id_, name(id_, title))
    line = shelves.modeline(path)
    mark = b"yaml-language-server:" in data.split(b"\n", 1)[0]
    data = folders.relinked(data, path) if mark or not line else line.encode() + b"\n" + data
    said = f"{id_} created in {state}. {path}"
    return Plan(facts.root, {path: (None, data)}, plans.subject([id_], f'Create "{title}"'), (said,), (id_,))


def name(id: str, title: str) -> str:
    """The name of an item's file: `OPS-7K3Q-renew-edge-certificates.yaml`."""
    found = slug(title)
    return f"{id}{'-' if found else ''}{found}.yaml"


def slug(title: str) -> str:
    """A title as a part of a file's name: small letters, figures and hyphens; empty where it has none."""
    from unicodedata import normalize

    plain = normalize("NFKD", title.lower().translate(str.maketrans(_LETTERS)))
    words = re.findall("[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    while words and len("-".join(words)) > LONGEST_SLUG and len(words) > 1:
        words.pop()
    return "-".join(words)[:LONGEST_SLUG]

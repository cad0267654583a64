"""New items: from the template of their type, or from nothing.

A template is the file `.opsflow/templates/TYPE.yaml`: an item as it begins, of which nothing has to be
there. It is copied as it stands, comments and all, and what the command line says is set in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from opsflow.editing import fields, folders, ids, place
from opsflow.editing import plan as plans
from opsflow.editing.fields import Assignment
from opsflow.editing.folders import Shelves
from opsflow.editing.plan import Plan
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import Place
from opsflow.reading import documents, edits
from opsflow.reading.edits import Edit

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
    if kind not in board.types:
        raise OpsflowError(f"The board has no type {kind!r}; it has {', '.join(board.types)}.")
    skeleton = template(facts.root, kind)
    held = documents.load(f"{TEMPLATES}/{kind}.yaml", skeleton)[0] if skeleton else {}
    state = (held or {}).get("state") or (board.states[0].name if board.states else "")
    wanted: list[Edit] = [edits.Set(("title",), title)] if title else []
    wanted += [] if "state" in chosen else [edits.Set(("state",), state)]
    wanted += [edit for each in given for edit in fields.edits_of(each)]
    if skeleton:
        return edits.apply(f"{TEMPLATES}/{kind}.yaml", skeleton, wanted)
    return edits.fresh(edits.after("a new item", {}, wanted))


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

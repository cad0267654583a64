"""What can be done about a finding at once: only what is certain to be the edit that its title says.

An edit goes through `reading.edits`, which proves it, or the file is read again with it: a finding of
reading has to be gone then, and no other to have come.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.model import IN_PROGRESS, OWN_FILES, Finding, Item, Keys
from opsflow.reading import board as boards
from opsflow.reading import documents, edits
from opsflow.rules import FAMILIES, NEVER_WAIVED
from opsflow.server import names, schemas, tokens
from opsflow.server.changes import BOM, Change, Edit, between
from opsflow.server.places import Text
from opsflow.server.tokens import KEY, Token

MOST_PEOPLE = 5
"""Of those who could be assigned, as many are offered, the least busy first."""
_MEANT = re.compile(r"Did you mean `([^`]+)`\?|Write `([^`]+)`\.")
_LINE = re.compile(r"Write: (.+?)(?:; if it is a comment, put a space after the `#`\.)?")
_FILE = re.compile(r"Rename it to ([^\s/]+\.ya?ml)\.")


class Action(NamedTuple):
    """Something that an editor offers to do."""

    title: str
    change: Change
    finding: Finding
    preferred: bool = False
    """It is what the finding asks for, and there is no choice."""


def of(facts: Facts, path: str, findings: Sequence[Finding]) -> Iterator[Action]:
    """What can be done about findings of one file; the likeliest first."""
    file = schemas.kind(facts.board, path)
    if not file and not any(each.rule == "misnamed-file" for each in findings):
        return
    for finding in findings:
        if finding.waiver is None:
            yield from _Mending(facts, path, file, finding).all()


class _Mending:
    """One finding in one file."""

    def __init__(self, facts: Facts, path: str, file: str, finding: Finding) -> None:
        self.facts = facts
        self.path = path
        self.file = file
        self.finding = finding
        self.data = facts.tree.get(path, b"")
        self.text = Text(self.data.decode("utf-8", "replace"))
        self.start, _ = self.text.span(finding.place)
        read = tokens.read(self.text.text)
        self.token = next((each for each in read if each.start == self.start), None)
        self.value = next(
            (each for each in read if self.token and each.keys == self.token.keys and each.role != KEY), None
        )

    def all(self) -> Iterator[Action]:
        hint = self.finding.hint
        meant, line, file = (each.fullmatch(hint) for each in (_MEANT, _LINE, _FILE))
        if meant:
            yield from self.write(meant[1] or meant[2])
        elif line:
            yield from self.line(line[1])
        elif file:
            yield from self.move(file[1])
        if self.token is not None:
            yield from self.remove(self.token)
            yield from self.swap(self.token)
        item = self.facts.board.items.get(self.finding.item)
        if item is not None and item.path == self.path and item.source is None:
            yield from self.assign(item)
            yield from self.waive()

    def edited(self, title: str, steps: Sequence[edits.Edit], preferred: bool = False) -> Iterator[Action]:
        """An action of edits; none where they cannot be done."""
        try:
            new = edits.apply(self.path, self.data, steps)
        except OpsflowError:
            return
        if new != self.data:
            yield self.done(title, between(self.path, self.data, new), preferred)

    def done(self, title: str, edit: Edit, preferred: bool = False) -> Action:
        return Action(title, Change((edit,)), self.finding, preferred)

    # -- what was meant -------------------------------------------------------------------------

    def write(self, meant: str) -> Iterator[Action]:
        """The likeliest name instead of the one that stands there."""
        token = self.token
        if token is None:
            return
        if self.is_key(token):
            yield from self.proved(f"Write `{meant}`", Edit(self.path, token.start, token.end, meant))
            return
        old = self.value.text if self.value else ""
        prefix, colon, _ = old.partition(":")
        kind = names.kind_of(self.file, token.keys, tokens.VALUE)
        new = f"{prefix}:{meant}" if colon and kind in (names.MOVER, names.OWNER) else meant
        yield from self.edited(f"Write `{new}`", [edits.Set(token.keys, new)], preferred=True)

    def is_key(self, token: Token) -> bool:
        """Whether it is the key itself that is wrong, and not what it says."""
        if self.finding.rule == "misshapen":
            return token.role == KEY and self.finding.message.startswith(f"`{token.text}` is not a key")
        return token.role == KEY and bool(names.kind_of(self.file, token.keys, KEY))

    def line(self, line: str) -> Iterator[Action]:
        """A line as the hint has it."""
        text = self.text.text
        start = text.rfind("\n", 0, self.start) + 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        end -= text[end - 1 : end] == "\r"
        start += len(text[start:end]) - len(text[start:end].lstrip(" "))
        if line.endswith("..."):  # a long line is not shown whole
            return
        yield from self.proved(f"Write: {line}", Edit(self.path, start, end, line))

    def proved(self, title: str, edit: Edit) -> Iterator[Action]:
        """An edit of the text, where the file reads better with it."""
        text = self.text.text
        mark = BOM if self.data.startswith(BOM) else b""
        new = mark + f"{text[: edit.start]}{edit.text}{text[edit.end :]}".encode("utf-8", "replace")
        before, after = self.faults(self.data), self.faults(new)
        reading = self.finding.rule in FAMILIES["reading"] and self.finding.rule != "unknown-reference"
        if documents.load(self.path, new)[0] is None or after - before:
            return
        if not reading or sum(after.values()) < sum(before.values()):
            yield self.done(title, edit, preferred=True)

    def faults(self, data: bytes) -> Counter[str]:
        """What reading says of the file with these bytes, and how often."""
        board, tree = self.facts.board, self.facts.tree
        if self.path in OWN_FILES:
            own = {path: tree[path] for path in OWN_FILES if path in tree}
            found = boards.load({**own, self.path: data})[1]
        else:
            found = boards.item(self.path, data, board)[1]
        return Counter(f"{fault.rule} {fault.judgement.message}" for fault in found)

    def move(self, name: str) -> Iterator[Action]:
        """Another name for the file."""
        folder, slash, _ = self.path.rpartition("/")
        new = f"{folder}{slash}{name}"
        id_ = boards.id_of(new)
        board = self.facts.board
        if new not in self.facts.tree and id_ not in board.items and id_ not in board.unread:
            yield Action(f"Rename the file to {name}", Change(moves=((self.path, new),)), self.finding, True)

    # -- what goes ------------------------------------------------------------------------------

    def remove(self, token: Token) -> Iterator[Action]:
        """The reference, waiver or line that the finding is about."""
        keys, rule = token.keys, self.finding.rule
        if self.file == "item" and keys[:1] == ("depends_on",) and len(keys) == 2:
            yield from self.edited(f"Remove {token.text} from `depends_on`", [edits.Remove(keys)])
        elif self.file == "item" and keys == ("part_of",) and rule != "misshapen":
            yield from self.edited("Remove `part_of`", [edits.Remove(keys)])
        elif rule == "expired-waiver":
            yield from self.edited(f"Remove the waiver of {keys[1]}", [edits.Remove(keys[:2])])
        elif rule == "misnamed-file" and keys == ("id",):
            yield from self.edited("Remove `id`", [edits.Remove(keys)], preferred=True)
        elif rule == "misshapen" and self.finding.hint == "Give it one, or remove it.":
            yield from self.edited(f"Remove `{token.text}`", [edits.Remove(keys)])

    def swap(self, token: Token) -> Iterator[Action]:
        """A start and an end that stand the wrong way round."""
        if self.finding.hint != "Swap `start` and `end`.":
            return
        above: Keys = token.keys[:-1] if token.keys[-1:] == ("end",) else token.keys
        read = {each.keys: each.text for each in tokens.read(self.text.text) if each.role != KEY}
        start, end = read.get((*above, "start")), read.get((*above, "end"))
        if start and end:
            steps = [edits.Set((*above, "start"), end), edits.Set((*above, "end"), start)]
            yield from self.edited("Swap `start` and `end`", steps, preferred=True)

    # -- what comes -----------------------------------------------------------------------------

    def assign(self, item: Item) -> Iterator[Action]:
        """Somebody who is there, and has the skills, to work on what nobody works on."""
        if self.finding.rule != "unassigned-work":
            return
        facts, meaning = self.facts, self.facts.board.kinds
        busy = Counter(
            name
            for each in facts.board.items.values()
            if meaning.get(each.state) in IN_PROGRESS
            for name in each.assignees
        )
        able = [
            person
            for person in (facts.board.people or {}).values()
            if set(item.skills) <= set(person.skills)
            and not any(away.start <= facts.today <= away.end for away in person.away)
        ]
        for person in sorted(able, key=lambda each: busy[each.key])[:MOST_PEOPLE]:
            yield from self.edited(f"Assign {person.name}", [edits.Add(("assignees",), person.key)])

    def waive(self) -> Iterator[Action]:
        """A waiver whose reason is still to be written: until then it is misshapen, and excuses nothing."""
        rule = self.finding.rule
        if rule in FAMILIES["reading"] or rule in (*NEVER_WAIVED, "expired-waiver"):
            return
        yield from self.edited(f"Allow {rule}, with a reason", [edits.Set(("allow", rule, "reason"), "")])

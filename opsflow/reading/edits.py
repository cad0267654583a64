"""Edits of a file that leave every other byte alone.

An edit says what the document is to be. What differs is then written key by key, entry by entry, each by
replacing the bytes of that value alone; and what was written is read again, by both readers, and has to be
exactly the document that was meant. What cannot be done so is refused, and never done otherwise.

Comments stay, and so do the order of the keys, quotes, indentation, line breaks, a byte order mark and a
missing line break at the end. A key that goes takes its own lines with it and the comments in them; the
comments above it stay, for they may be about what follows. A key that comes stands where the schema's order
has it, which keeps apart what is often changed, and a new list has one entry a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from opsflow.errors import OpsflowError
from opsflow.model import Keys, Place
from opsflow.reading import canonical, documents, entries, reference, shapes, splices, written
from opsflow.reading.canonical import Value
from opsflow.reading.characters import refused
from opsflow.reading.entries import Hand
from opsflow.reading.text import cut, name_of
from opsflow.reading.written import File

_MOST_STEPS = 50
_Document: TypeAlias = dict[str, Value]


class Set(NamedTuple):
    """A key, or an entry of a list that exists, gets a value; mappings above it are made where absent.

    A list or a mapping is changed only where it differs. An empty list removes the key.
    """

    keys: Keys
    value: Value


class Remove(NamedTuple):
    """A key, or an entry of a list, goes; so does what is empty after that."""

    keys: Keys


class Add(NamedTuple):
    """A list of texts gets one more at its end, unless it has it; the list is made where absent."""

    keys: Keys
    text: str


class Drop(NamedTuple):
    """A text goes from a list of texts; a list that is empty after that goes, too."""

    keys: Keys
    text: str


Edit: TypeAlias = Set | Remove | Add | Drop


def apply(path: str, data: bytes, edits: Sequence[Edit]) -> bytes:
    """The file after the edits; `data` itself where they change nothing.

    The path names the file in messages, and its kind: one of the board's own files, or an item. Values
    have been judged by the caller: they may be of any kind here. Raises OpsflowError where the file cannot
    be read, where an edit does not fit what stands there, and where a change cannot be written without
    touching other bytes.
    """
    document = _document(path, data)
    wanted = after(path, document, edits)
    now = written.read(path, data) if wanted != document else None
    if now is None:
        return data
    for edit in _lists_kept(path, document, edits, wanted):
        for step in _steps(document, after(path, document, (edit,)), ()):
            document = _done(document, step)
            now = _written(path, now, document, step)
    return _proved(path, now.data, wanted)


def after(path: str, document: Mapping[str, Value], edits: Sequence[Edit]) -> dict[str, Value]:
    """What a document says after edits, as a new one. Raises OpsflowError where one does not fit it."""
    wanted = _copy_of(document)
    for edit in edits:
        if not edit.keys:
            raise ValueError("an edit names a key")
        _refuse_characters(path, edit.keys, _new(edit))
        wanted = _after(path, wanted, edit)
    return wanted


def fresh(
    values: Mapping[str, Value], path: str = "a new item", *, opening: str = "", newline: str = "\n"
) -> bytes:
    """The text of a new item: keys in the order of the schema, lists one entry a line.

    `opening` is what stands above, such as a line for editors, without its line break. Values that are
    empty are left out.
    """
    given = {key: value for key, value in values.items() if value not in (None, [], {})}
    _refuse_characters(path, (), _copy_of(given))
    lines = entries.mapping(_copy_of(given), 0, Hand(shapes.of(path)))
    if opening:
        lines.insert(0, opening)
    return _proved(path, newline.join((*lines, "")).encode(), given)


# -- what is meant ------------------------------------------------------------------------------


def _after(path: str, document: _Document, edit: Edit) -> _Document:
    if isinstance(edit, Remove):
        return _without(path, document, edit.keys)
    if isinstance(edit, Set):
        value = _copy(edit.value)
    else:
        known = _list(path, document, edit.keys)
        if (edit.text in known) == isinstance(edit, Add):
            return document
        rest = [entry for entry in known if entry != edit.text]
        value = [*known, edit.text] if isinstance(edit, Add) else rest
    if value == [] and _at(document, edit.keys) != []:
        return _without(path, document, edit.keys)
    return _with(path, document, edit.keys, value)


def _list(path: str, document: _Document, keys: Keys) -> list[Value]:
    found = _at(document, keys)
    if found is None:
        return []
    if not isinstance(found, list):
        raise OpsflowError(
            f"{path}: {name(keys)} is {_kind(found)}, not a list: write {name(keys)} as a list first."
        )
    return found


def _at(document: Value, keys: Keys) -> Value:
    """The value at keys; None where there is none."""
    found = document
    for key in keys:
        if isinstance(found, dict) and isinstance(key, str):
            found = found.get(key)
        elif isinstance(found, list) and isinstance(key, int) and 0 <= key < len(found):
            found = found[key]
        else:
            return None
    return found


def _with(path: str, document: _Document, keys: Keys, value: Value, done: Keys = ()) -> _Document:
    """The document with another value at keys."""
    changed = _changed(path, document, keys, value, done)
    assert isinstance(changed, dict)
    return changed


def _changed(path: str, old: Value, keys: Keys, value: Value, done: Keys) -> Value:
    if not keys:
        return value
    key, *rest = keys
    under = (*done, key)
    if isinstance(key, str) and (old is None or isinstance(old, dict)):
        known = old or {}
        return {**known, key: _changed(path, known.get(key), tuple(rest), value, under)}
    if isinstance(key, int) and isinstance(old, list):
        if not 0 <= key < len(old):
            raise OpsflowError(f"{path}: {name(done)} has no entry {key + 1}: it has {len(old)}.")
        return [
            _changed(path, one, tuple(rest), value, under) if at == key else one for at, one in enumerate(old)
        ]
    wanted = "keys with values" if isinstance(key, str) else "a list"
    raise OpsflowError(
        f"{path}: {name(done)} is {_kind(old)}, not {wanted}: remove it first, or correct it by hand."
    )


def _without(path: str, document: _Document, keys: Keys) -> _Document:
    """The document without a key or an entry, and without the mappings and lists that are empty then."""
    *above, last = keys
    parent = _at(document, tuple(above))
    if isinstance(parent, dict) and isinstance(last, str) and last in parent:
        rest: Value = {key: value for key, value in parent.items() if key != last}
    elif isinstance(parent, list) and isinstance(last, int) and 0 <= last < len(parent):
        rest = [*parent[:last], *parent[last + 1 :]]
    else:
        return document
    if rest:
        return _with(path, document, tuple(above), rest)
    if not above:
        raise OpsflowError(f"{path}: {name(keys)} is all that the file says: remove the file instead.")
    return _without(path, document, tuple(above))


def _copy(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _copy(part) for key, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value


def _copy_of(document: Mapping[str, Value]) -> _Document:
    return {key: _copy(value) for key, value in document.items()}


def _kind(value: Value) -> str:
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "a text"


def name(keys: Keys) -> str:
    """How a message calls a value: `blocked.by`, or entry 2 of `labels`."""
    if not keys:
        return "the file"
    if isinstance(keys[-1], int):
        return f"entry {keys[-1] + 1} of {name(keys[:-1])}"
    words = [str(key + 1) if isinstance(key, int) else key for key in keys]
    return f"`{cut('.'.join(words))}`"


def _refuse_characters(path: str, keys: Keys, value: Value) -> None:
    for text in (*_texts(list(keys)), *_texts(value)):
        bad = refused(text)
        if bad:
            raise OpsflowError(
                f"{path}: the new value of {name(keys)} has the character {name_of(bad[0])}, "
                "which no file may have: leave it out."
            )


def _new(edit: Edit) -> Value:
    if isinstance(edit, Set):
        return edit.value
    return edit.text if isinstance(edit, Add) else None


def _texts(value: object) -> Iterator[str]:
    """Every key and text in a value."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def _lists_kept(path: str, document: _Document, edits: Sequence[Edit], wanted: _Document) -> Sequence[Edit]:
    """Edits with what is dropped from lists last, if that comes to the same.

    So a list whose only entry is replaced by another is never removed in between.
    """
    ordered = sorted(edits, key=lambda edit: isinstance(edit, Drop))
    try:
        return ordered if after(path, document, ordered) == wanted else edits
    except OpsflowError:
        return edits


# -- step by step -------------------------------------------------------------------------------


class _Step(NamedTuple):
    """One key or one entry that comes (`create`, `insert`), goes (`delete`) or has another value (`put`)."""

    kind: str
    keys: Keys
    value: Value = None


def _steps(old: Value, new: Value, keys: Keys) -> Iterator[_Step]:
    """From one value to another by the smallest steps; no mapping and no list is empty in between."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict) and new:
        for key, value in new.items():
            if key in old:
                yield from _steps(old[key], value, (*keys, key))
            else:
                yield _Step("create", (*keys, key), value)
        yield from (_Step("delete", (*keys, key)) for key in old if key not in new)
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        yield from _steps_of_list(old, new, keys)
    else:
        yield _Step("put", keys, new)


def _steps_of_list(old: list[Value], new: list[Value], keys: Keys) -> Iterator[_Step]:
    """From the end to the beginning, so that positions hold."""
    before, wanted = [[json.dumps(entry, sort_keys=True) for entry in side] for side in (old, new)]
    steps: list[_Step] = []
    for _, first, last, start, end in reversed(splices.matched(before, wanted)):
        common = min(last - first, end - start)
        steps += (_Step("delete", (*keys, at)) for at in range(last - 1, first + common - 1, -1))
        steps += (_Step("insert", (*keys, first + at), new[start + at]) for at in range(common, end - start))
        for at in range(common):
            steps += _steps(old[first + at], new[start + at], (*keys, first + at))
    # Each step reads the file once more, and a list that is another one altogether is written at once.
    yield from steps if len(steps) <= _MOST_STEPS else [_Step("put", keys, new)]


def _done(document: _Document, step: _Step) -> _Document:
    """The document after a step."""
    *above, last = step.keys
    if step.kind in ("put", "create"):
        return _with("", document, step.keys, step.value)
    parent = _at(document, tuple(above))
    if isinstance(parent, dict):
        rest: Value = {key: value for key, value in parent.items() if key != last}
    else:
        assert isinstance(parent, list) and isinstance(last, int)
        kept = last if step.kind == "insert" else last + 1
        rest = [*parent[:last], *([step.value] if step.kind == "insert" else []), *parent[kept:]]
    if not above:
        assert isinstance(rest, dict)
        return rest
    return _with("", document, tuple(above), rest)


def _written(path: str, now: File, wanted: _Document, step: _Step) -> File:
    """The file after a step: the first way to write it after which the file says what is wanted."""
    tried = b""
    for way in _ways(path, now, step):
        tried = now.mark + splices.spliced(now.text, way).encode()
        new = written.read(path, tried)
        if new is not None and new.value == wanted:
            return new
    where = f"{path}:{documents.locate(now.data, step.keys, path).line}: {name(step.keys)}"
    raise OpsflowError(f"{where} cannot be changed here: {_why_not(path, tried) or _no_way(step)}")


def _why_not(path: str, tried: bytes) -> str:
    """Why the last way that was tried is none, if the outcome breaks a rule of its own; else empty."""
    faults = reference.load(path, tried)[1] if tried else ()
    message, hint = faults[0].judgement[1:3] if faults else ("", "")
    rules = ("are the most", "more than", "deeper than", "given twice")
    return f"then {message}. {hint}" if any(words in message for words in rules) else ""


def _no_way(step: _Step) -> str:
    why = "there is a comment in it, or its layout is unusual, and no other byte may change"
    said = entries.flow(step.value, Hand(shapes.Shape({}, {})))
    key = f"{step.keys[-1]}: " if isinstance(step.keys[-1], str) else ""
    todo = "Remove it by hand." if step.kind == "delete" else f"Write it by hand: {cut(key + said)}"
    return f"{why}. {todo}"


def _ways(path: str, file: File, step: _Step) -> Iterator[splices.Way]:
    shape = shapes.of(path)
    if step.kind == "put":
        return splices.put(file, step.keys, step.value, Hand(shape.under(step.keys), file.manner))
    if step.kind == "delete":
        return splices.delete(file, step.keys)
    ways = splices.create if step.kind == "create" else splices.insert
    return ways(file, step.keys, step.value, Hand(shape.under(step.keys[:-1]), file.manner))


def _document(path: str, data: bytes) -> _Document:
    document, faults = documents.load(path, data)
    if document is None:
        where, message, hint = faults[0].judgement[:3]
        line = f":{where.line}" if isinstance(where, Place) else ""
        raise OpsflowError(f"{path}{line} cannot be edited: {message}. {hint or 'Correct it by hand first.'}")
    return document


def _proved(path: str, data: bytes, wanted: Mapping[str, Value]) -> bytes:
    """The same bytes, after both readers have read in them what is wanted, and nothing else."""
    value, faults = reference.load(path, data)
    if value != wanted or canonical.recognise(data) not in (None, wanted):
        why = faults[0].judgement.message if faults else "it would say something else"
        raise OpsflowError(f"{path} cannot be written so that it is read as meant: {why}. Edit it by hand.")
    return data

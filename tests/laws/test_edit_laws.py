"""Laws of edits, over items in layouts drawn at random from a seed. OPSFLOW_LAWS=20000 tries so many."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from typing import Any

import pytest

from opsflow.errors import OpsflowError
from opsflow.reading import edits, reference
from opsflow.reading.edits import Add, Drop, Edit, Remove, Set
from tests.laws import layouts
from tests.laws.layouts import Part, Sheet

MANY = int(os.environ.get("OPSFLOW_LAWS", "24"))
CHUNKS = 4
EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def apply(data: bytes, *steps: Edit) -> bytes:
    return edits.apply("items/OPS-1.yaml", data, steps)


def read(data: bytes) -> dict[str, Any]:
    """What the definition reads."""
    value, faults = reference.load("items/OPS-1.yaml", data)
    assert value is not None, (faults, data)
    return value


def parted(sheet: Sheet, part: Part) -> tuple[bytes, bytes]:
    """What stands before and after the lines of a part."""
    data = sheet.data
    at = sheet.pieces.index(part)
    before = Sheet(sheet.pieces[:at], sheet.opening, "", sheet.bom).data
    return before, data[len(before) + len(part.text.encode()) :]


def said(data: bytes) -> list[str]:
    return re.findall(rb"# remark-\d+", data)  # type: ignore[return-value]


def assert_around(sheet: Sheet, part: Part, new: bytes) -> None:
    """Nothing but the lines of a part differs."""
    before, after = parted(sheet, part)
    if not sheet.ended and not after:
        # The line break that goes with the last lines is the one before them.
        assert new.startswith(before.rstrip(b"\r\n"))
    else:
        assert new.startswith(before) and new.endswith(after)
        assert len(new) >= len(before) + len(after)


def assert_manner(sheet: Sheet, new: bytes) -> None:
    """A byte order mark, line breaks and a missing one at the end are as they were."""
    old = sheet.data
    assert new.startswith(b"\xef\xbb\xbf") == sheet.bom
    if b"\n" in old and b"\n" not in old.replace(b"\r\n", b""):
        assert b"\n" not in new.replace(b"\r\n", b"")
    if b"\r" not in old:
        assert b"\r" not in new


def changed_lines(old: bytes, new: bytes) -> int:
    first, second = old.splitlines(), new.splitlines()
    assert len(first) == len(second)
    return sum(one != other for one, other in zip(first, second, strict=True))


def seeds(name: str) -> Any:
    spans = [range(at * MANY // CHUNKS, (at + 1) * MANY // CHUNKS) for at in range(CHUNKS)]
    return pytest.mark.parametrize(name, spans, ids=str)


def sheets(span: range) -> Any:
    for seed in span:
        rng = random.Random(seed)
        yield rng, layouts.drawn(rng)


def line(rng: random.Random, but: str = "") -> str:
    while (value := layouts.text(rng)) == but or not value:
        pass
    return value


@seeds("span")
def test_a_text_on_one_line_changes_on_that_line_alone_and_back(span: range) -> None:
    for rng, sheet in sheets(span):
        for part in sheet.parts:
            if not part.inline:
                continue
            value = line(rng, part.value)
            new = apply(sheet.data, Set((part.key,), value))
            assert read(new) == {**sheet.value, part.key: value}
            assert_around(sheet, part, new)
            assert_manner(sheet, new)
            assert changed_lines(sheet.data, new) == 1
            assert said(new) == said(sheet.data)
            back = apply(new, Set((part.key,), part.value))
            styles = [reference.outline("", data)[1].keys[part.key].style for data in (sheet.data, new, back)]  # type: ignore[index]
            if len(set(styles)) == 1 and not (styles[0] == '"' and set(part.value) & set('"\\\t')):
                assert back == sheet.data


@seeds("span")
def test_the_same_value_changes_no_byte(span: range) -> None:
    for _, sheet in sheets(span):
        data = sheet.data
        for part in sheet.parts:
            assert apply(data, Set((part.key,), part.value)) is data
            for text in part.value if isinstance(part.value, list) else ():
                assert apply(data, Add((part.key,), text)) is data
                assert apply(data, Drop((part.key,), f"{text}, but other")) is data
        assert apply(data, Remove(("absent",)), Remove(("title", "absent"))) is data


@seeds("span")
def test_a_key_that_goes_takes_its_own_lines_and_no_others(span: range) -> None:
    for rng, sheet in sheets(span):
        part = rng.choice(sheet.parts)
        new = apply(sheet.data, Remove((part.key,)))
        assert read(new) == {key: value for key, value in sheet.value.items() if key != part.key}
        before, after = parted(sheet, part)
        whole = before + after if sheet.ended or after else before.removesuffix(b"\n").removesuffix(b"\r")
        assert new == whole or (not sheet.ended and new == before + after)
        assert_manner(sheet, new)


@seeds("span")
def test_a_key_that_comes_moves_nothing_and_can_go_again(span: range) -> None:
    for rng, sheet in sheets(span):
        values: dict[str, Any] = {
            "due": line(rng),
            "vendor": line(rng),
            "risk": line(rng),
            "labels": [line(rng), "two"],
            "blocked": {"reason": line(rng), "by": line(rng)},
            "allow": {"stale": {"reason": line(rng), "until": "2026-12-01"}},
            "public": layouts.prose(rng),
            "description": layouts.prose(rng),
        }
        for key, value in values.items():
            if key in sheet.value:
                continue
            new = apply(sheet.data, Set((key,), value))
            assert read(new) == {**sheet.value, key: value}
            assert_manner(sheet, new)
            assert said(new) == said(sheet.data)
            assert is_inserted(sheet.data, new)
            # A block text at the end of a file brings the line break that the file has not.
            back = apply(new, Remove((key,)))
            assert back == sheet.data or (not sheet.ended and back.rstrip(b"\r\n") == sheet.data)


def is_inserted(old: bytes, new: bytes) -> bool:
    """Whether there is one place where whole lines were put in."""
    size = len(new) - len(old)
    places = [0, *(at + 1 for at, byte in enumerate(old) if byte == 10), len(old)]
    return any(old[:at] == new[:at] and old[at:] == new[at + size :] for at in places)


@seeds("span")
def test_an_entry_of_a_list_comes_and_goes_alone(span: range) -> None:
    for rng, sheet in sheets(span):
        for part in sheet.parts:
            if not isinstance(part.value, list):
                continue
            text = f"{line(rng)} new"
            new = apply(sheet.data, Add((part.key,), text))
            assert read(new) == {**sheet.value, part.key: [*part.value, text]}
            assert_around(sheet, part, new)
            assert_manner(sheet, new)
            assert said(new) == said(sheet.data)
            assert read(apply(new, Drop((part.key,), text))) == sheet.value
            if len(part.value) > 1:
                gone = rng.choice(part.value)
                less = apply(sheet.data, Drop((part.key,), gone))
                assert read(less)[part.key] == [text for text in part.value if text != gone]
                assert_around(sheet, part, less)
                assert len(said(sheet.data)) - len(said(less)) <= 2


@seeds("span")
def test_a_list_is_changed_only_where_it_differs(span: range) -> None:
    for rng, sheet in sheets(span):
        for part in sheet.parts:
            if not isinstance(part.value, list):
                continue
            kept = [text for text in part.value if rng.random() < 0.7]
            value = list(dict.fromkeys((*kept, line(rng), line(rng))))
            rng.shuffle(value)
            new = apply(sheet.data, Set((part.key,), value))
            assert read(new) == {**sheet.value, part.key: value}
            assert_around(sheet, part, new)
            assert_manner(sheet, new)


@seeds("span")
def test_a_value_in_a_mapping_changes_alone(span: range) -> None:
    for rng, sheet in sheets(span):
        for part in sheet.parts:
            if not isinstance(part.value, dict):
                continue
            key = rng.choice(list(part.value))
            inner = part.value[key]
            way, old = ((part.key, key), inner) if isinstance(inner, str) else (
                (part.key, key, next(iter(inner))), next(iter(inner.values()))
            )  # fmt: skip
            value = line(rng, old)
            new = apply(sheet.data, Set(way, value))
            wanted = edits.after("", sheet.value, [Set(way, value)])
            assert read(new) == wanted != sheet.value
            assert_around(sheet, part, new)
            assert said(new) == said(sheet.data)
            assert_manner(sheet, new)
            more = apply(sheet.data, Set((part.key, "added"), value))
            assert read(more) == {**sheet.value, part.key: {**part.value, "added": value}}
            assert_around(sheet, part, more)
            assert said(more) == said(sheet.data)
            if len(part.value) > 1:
                less = apply(sheet.data, Remove((part.key, key)))
                rest = {name: value for name, value in part.value.items() if name != key}
                assert read(less) == {**sheet.value, part.key: rest}
                assert_around(sheet, part, less)


@seeds("span")
def test_a_text_of_several_lines_changes_in_its_own_lines(span: range) -> None:
    for rng, sheet in sheets(span):
        for part in sheet.parts:
            if part.inline or not isinstance(part.value, str):
                continue
            words = part.value.split(" ")
            words.insert(rng.randrange(len(words) + 1), "another")
            for value in (" ".join(words), layouts.prose(rng), line(rng)):
                new = apply(sheet.data, Set((part.key,), value))
                assert read(new) == {**sheet.value, part.key: value}
                assert_around(sheet, part, new)
                assert said(new) == said(sheet.data)
                assert_manner(sheet, new)


@seeds("span")
def test_many_edits_at_once_come_to_the_same_as_one_after_the_other(span: range) -> None:
    for rng, sheet in sheets(span):
        part = rng.choice(sheet.parts)
        steps: list[Edit] = [
            Set(("state",), line(rng)),
            Add(("seen_by",), line(rng)),
            Set(("blocked",), {"reason": line(rng)}),
            Remove((part.key,)) if len(sheet.parts) > 1 else Remove(("labels",)),
        ]
        new = apply(sheet.data, *steps)
        one = sheet.data
        for step in steps:
            one = apply(one, step)
        assert read(new) == read(one) == edits.after("", sheet.value, steps)


def every_example() -> list[Path]:
    return sorted(path for path in EXAMPLES.rglob("*.yaml") if path.is_file())


def test_a_value_of_every_example_can_be_set_and_set_back_and_go_and_come() -> None:
    """All values of every example where OPSFLOW_LAWS is set."""
    assert len(every_example()) > 150
    for number, path in enumerate(every_example()):
        data = path.read_bytes()
        name = path.name
        value = read(data)
        rng = random.Random(number)
        for key in rng.sample(list(value), len(value) if "OPSFLOW_LAWS" in os.environ else 1):
            for way, old in leaves(value[key], (key,)):
                new = edits.apply(name, data, [Set(way, f"{old}x")])
                assert changed_lines(data, new) == 1, (name, way)
                assert edits.apply(name, new, [Set(way, old)]) == data
                break
            if len(value) > 1:
                less = edits.apply(name, data, [Remove((key,))])
                assert read(less) == {other: said for other, said in value.items() if other != key}
                assert read(edits.apply(name, less, [Set((key,), value[key])])) == value


def leaves(value: Any, way: tuple[Any, ...]) -> Any:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*way, key))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from leaves(part, (*way, at))
    elif "\n" not in value:
        yield way, value


def test_a_refused_edit_is_an_error_with_the_file_in_it() -> None:
    with pytest.raises(OpsflowError, match=r"^items/OPS-1\.yaml: `title` is a text, not a list"):
        apply(b"title: a\n", Add(("title",), "b"))

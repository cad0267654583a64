"""Attacks on what reads and writes strangers' text, for as long as one likes.

    python -m bench.attack --minutes 30 --seed 1 [--target reader]

Mutants come from `bench.fuzz`. Each target states its law below; the first input that breaks one is
printed and kept in build/attack/, and the command ends with status 1. The tests run a share of fixed seed.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from functools import cache, partial
from pathlib import Path

from bench import fuzz, histories
from opsflow.errors import OpsflowError
from opsflow.model import Spot
from opsflow.reading import canonical, documents, edits, merge, records, reference, sources
from opsflow.reading.edits import Add, Drop, Edit, Remove, Set
from opsflow.site import markdown

PATH = "items/OPS-1.yaml"
SLOW = 5.0
"""Seconds of processor time that no single small input may take."""
MARKS = (
    "<", ">", "&", '"', "'", "`", "```", "~~~", "*", "**", "_", "[", "](", ")", "![", "!", "#", "# ", "- ",
    "> ", "1. ", "|", "|-|\n", "\n", "\n\n", "    ", "\t", "\\", "<script>", "<img src=x onerror=y>", "<!--",
    "-->", "javascript:x", "https://a.example/", "http:", "mailto:a@b", "data:text/html,", "//e", "&#106;",
    "&lt;",
    "[^1]", "[a]: ", "- [x] ", "~~", "OPS-1", "\x00", "\x1b", "\u202e", "\ue000", "\ud7ff", "word ", "é",
    "]]>", "{{x}}",
)  # fmt: skip
_ELEMENT = re.compile(
    r"<(/?)(p|strong|em|del|code|pre|ul|ol|li|blockquote|br|thead|tbody|tr|th|td|h[3-6]|hr|table|div|span|a)"
    r"((?: (?:class|href|rel|start|tabindex|role|aria-label)=\"[^\"<>]*\")*)>"
)
_ADDRESS = re.compile(r"(?:https?://[^/]|mailto:[^/]|\.\./|item/)", re.IGNORECASE)


def reader(rng: random.Random) -> bytes | None:
    """The reader never raises, takes bounded time, and its fast way agrees with its reference."""
    data = _mutant(rng)
    _read(data)
    return data


def _read(data: bytes) -> None:
    value, faults = documents.load(PATH, data)
    assert (value is None) == bool(faults)
    assert all(fault.judgement.where.path == PATH for fault in faults)
    assert canonical.recognise(data) in (None, reference.load(PATH, data)[0])


def editor(rng: random.Random) -> bytes | None:
    """An edit says exactly what was asked, or is refused in a sentence; nothing else changes."""
    data = _mutant(rng)
    return data if _edited(data, rng) else None


def _edited(data: bytes, rng: random.Random) -> bool:
    document, _ = reference.load(PATH, data)
    if document is None:
        return False
    edit = _edit(rng)
    try:
        wanted = edits.after(PATH, document, [edit])
        after = edits.apply(PATH, data, [edit])
    except OpsflowError:
        return False
    assert reference.load(PATH, after) == (wanted, ())
    return True


def merger(rng: random.Random) -> bytes | None:
    """A merge never raises; a clean one can be read where all three could; a change of one side is taken."""
    base = fuzz.item(rng).encode()
    ours, theirs = (fuzz.mutate(rng, base.decode()).encode("utf-8", "surrogatepass") for _ in range(2))
    _merged(base, ours, theirs)
    return b"\0".join((base, ours, theirs))


def _merged(base: bytes, ours: bytes, theirs: bytes) -> None:
    merged = merge.merge(PATH, base, ours, theirs)
    assert merge.merge(PATH, base, ours, base).data == ours
    assert merge.merge(PATH, base, base, theirs).data == theirs
    readable = all(documents.load(PATH, data)[0] is not None for data in (base, ours, theirs))
    if readable and not merged.conflicts:
        assert documents.load(PATH, merged.data)[0] is not None


def renderer(rng: random.Random) -> bytes | None:
    """Rendered Markdown has known elements and attributes alone, and leads nowhere that could act."""
    text = "".join(rng.choices(MARKS, k=rng.randint(1, 60)))
    if rng.random() < 0.02:
        text = (rng.choice(MARKS) * 16000)[:16000]
    _rendered(text)
    return text.encode("utf-8", "surrogatepass")


def _rendered(text: str) -> None:
    html = str(markdown.render(text, lambda item: f"../item/{item}.html"))
    rest = _ELEMENT.sub("", html)
    assert "<" not in rest, rest
    for match in _ELEMENT.finditer(html):
        for address in re.findall(r' href="([^"]*)"', match[3]):
            assert _ADDRESS.match(address), address


SOURCE = b"""\
sources:
  - paths: ["**"]
    id: [{field: id}, {path: "([0-9]+)"}]
    fields:
      title: [{field: title}, {section: Title}, {field: name}]
      state: [{field: status, map: {open: ready, shut: done}}, {value: ready}]
      assignees: [{field: authors}, {text: "@([a-z]+)"}]
      labels: {field: labels}
      due: {field: due}
      estimate: {field: estimate}
      value: {field: value}
      description: body
    entered: {ready: {field: created}}
"""
PIECES = (
    "id",
    "title",
    "status",
    "authors",
    "due",
    "labels",
    "value",
    ":",
    ": ",
    "\n",
    "\n",
    "\n\n",
    ",",
    "\t",
    ";",
    '"',
    "'",
    "{",
    "}",
    "[",
    "]",
    "---\n",
    "+++\n",
    "...\n",
    "# ",
    "- ",
    "=",
    " = ",
    "1",
    "0x1",
    "2026-01-05",
    "9999-12-31",
    "0000-00-00",
    "null",
    "true",
    "1e999",
    "nan",
    "-inf",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "|\n  ",
    ">-\n ",
    "open",
    "shut",
    "@maria",
    "\r\n",
    "\r",
    "\ufeff",
    "\x00",
    "\x1b",
    "\u2028",
    "\ud7ff",
    "é",
    "[[x]]\n",
    '"""',
    "\\",
    "\\ud800",
    "1" * 400,
    "{" * 80,
    "[" * 80,
    "a.b",
    '{"id": 1, "title": "x", "status": "open"}\n',
    "id: 1\ntitle: x\nstatus: open\n",
    "id,title,status\n1,x,open\n",
    "PEP: 1\nTitle: x\nStatus: open\n\n",
)


@cache
def _source() -> sources.Source:
    document, faults = documents.load("opsflow.yaml", SOURCE)
    assert document is not None, faults
    (compiled,), faults = sources.compile(document["sources"], ())
    assert faults == (), faults
    return compiled


def importer(rng: random.Random, format: str) -> bytes | None:
    """Any file of a format gives items and faults with places, and never raises."""
    data = "".join(rng.choices(PIECES, k=rng.randint(1, 40))).encode("utf-8", "surrogatepass")
    if rng.random() < 0.1:
        data = bytes(rng.randrange(256) for _ in range(8)) + data
    imported(format, data)
    return data


def imported(format: str, data: bytes) -> None:
    """The law of every importer, on any bytes."""
    made = replace(_source(), format=format)
    path = f"work/7.{format}"
    found = sources.items(made, path, data, type="task", class_="standard", zone=UTC)
    assert len({item.id for item in found.items}) == len(found.items)
    assert all(item.id and item.state for item in found.items)
    for fault in found.faults:
        where = fault.judgement.where
        assert where.path == path
        if isinstance(where, Spot):
            sources.locate([made], path, data, where.keys)


def historian(rng: random.Random) -> bytes | None:
    """A history of hostile commits is read the same with and without an index, and never raises."""
    return histories.attack(rng)


TARGETS: dict[str, Callable[[random.Random], bytes | None]] = {
    "reader": reader,
    "edits": editor,
    "merge": merger,
    "markdown": renderer,
    **{f"import-{kind}": partial(importer, format=kind) for kind in records.FORMATS},
    "history": historian,
}


def _three(data: bytes) -> None:
    base, _, rest = data.partition(b"\0")
    ours, _, theirs = rest.partition(b"\0")
    _merged(base, ours, theirs)


LAWS: dict[str, Callable[[bytes], object]] = {
    "reader": _read,
    "edits": lambda data: _edited(data, random.Random(data)),
    "merge": _three,
    "markdown": lambda data: _rendered(data.decode("utf-8", "replace")),
    **{f"import-{kind}": partial(imported, kind) for kind in records.FORMATS},
    "history": lambda data: histories.attack(histories.Decided(data)),
}
"""The laws of the targets on any bytes, for `bench.guided`."""


def _mutant(rng: random.Random) -> bytes:
    data = fuzz.mutate(rng, fuzz.item(rng)).encode("utf-8", "surrogatepass")
    if rng.random() < 0.1:
        spoilt = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        data = bytes(spoilt)
    return data


def _edit(rng: random.Random) -> Edit:
    key = rng.choice(("title", "state", "due", "labels", "assignees", "blocked", "description", "estimate"))
    value = rng.choice((*fuzz.VALUES, *fuzz.NAMES, "a: b", "- x", "'", "|", "x\ny", "é"))
    return rng.choice(
        (
            Set((key,), value),
            Remove((key,)),
            Add((key,), value),
            Drop((key,), value),
            Set(("blocked", "by"), value),
        )
    )


def run(name: str, seed: int) -> tuple[bool, str]:
    """One input of a target: whether it reached its law, and what is wrong; empty where nothing is."""
    began = time.process_time()
    try:
        reached = TARGETS[name](random.Random(seed)) is not None
    except Exception as error:
        return True, f"{type(error).__name__}: {error}"
    took = time.process_time() - began
    return reached, f"it took {took:.1f} s" if took > SLOW else ""


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.attack", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=TARGETS, action="append")
    options = parser.parse_args()
    names = options.target or list(TARGETS)
    counts = {name: [0, 0] for name in names}
    end = time.monotonic() + 60 * options.minutes
    seed = options.seed * 1_000_000_000
    while time.monotonic() < end:
        for name in names:
            reached, wrong = run(name, seed)
            counts[name][0] += 1
            counts[name][1] += reached
            if wrong:
                kept = Path("build/attack")
                kept.mkdir(parents=True, exist_ok=True)
                (kept / f"{name}-{seed}.txt").write_text(f"{wrong}\n", encoding="utf-8", errors="replace")
                print(f"{name}, seed {seed}: {wrong}")
                return 1
        seed += 1
    for name, (tried, reached) in counts.items():
        print(f"{name}: {tried} inputs, {reached} reached the law, none broke it")
    return 0


if __name__ == "__main__":
    sys.exit(main())

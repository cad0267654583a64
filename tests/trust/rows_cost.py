"""What a stranger could make expensive: small files with thousands of mistakes, and a Git that waits for ever."""

from __future__ import annotations

import json
import os
import time
from itertools import islice, product
from unittest import mock

from opsflow.history import calls, line
from tests.trust.rows import BOARD, SECONDS, Scene, row

SOURCE = """\
sources:
  - paths: records/*
    id: id
    fields: {title: title, state: state, due: due, services: services}
"""
ITEM = "title: One\nstate: ready\n"


def quickly(scene: Scene, *words: str) -> list[str]:
    """The findings of `check`, which has to be as quick as on any one file."""
    began = time.process_time()
    found = scene.found(*words)
    assert time.process_time() - began < SECONDS, words
    return found


def alike(many: int, length: int = 40) -> list[str]:
    """Names of two letters that are all different and all alike, so that comparing two of them takes long."""
    return ["".join(letters) for letters in islice(product("ab", repeat=length), 0, many * 977, 977)]


@row("A8", "thousands of records in one file, with a mistake in each", "told")
def _many_mistakes(scene: Scene) -> None:
    records = [
        {"id": f"X-{n}", "title": "t", "state": "ready", "due": "yesterday", "services": [f"s{n}"]}
        for n in range(3000)
    ]
    catalog = "services: {edge: {name: Edge}}\n"
    as_json = ",\n".join(json.dumps(record) for record in records)
    as_yaml = "".join(
        "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in record.items())
        for record in records[:1500]
    )
    for name, text, last, places in (
        ("a.json", f"[{as_json}]", 3000, ("1:48", "3000:50")),
        ("a.jsonl", as_json.replace(",\n", "\n"), 3000, ("1:47", "3000:50")),
        ("a.yaml", as_yaml, 1500, ("5:1", "8999:1")),
    ):
        scene.board({"catalog.yaml": catalog, f"records/{name}": text}, BOARD + SOURCE)
        found = [line for line in quickly(scene) if "yesterday" in line]
        assert len(found) == last, name
        message = "warning: due: `yesterday` is no date, so the item has none [misshapen]"
        for said, place in ((found[0], places[0]), (found[-1], places[1])):
            assert said == f"records/{name}:{place}: {message}"
        (scene.root / "records" / name).unlink()


@row("A9", "thousands of unknown names that are like thousands of known ones", "told")
def _many_guesses(scene: Scene) -> None:
    known, unknown = alike(2000)[:1000], alike(2000)[1000:1400]
    services = "services:\n" + "".join(f"  {name}: {{name: x}}\n" for name in known)
    listed = "services:\n" + "".join(f"  - {name}\n" for name in unknown)
    scene.board({"catalog.yaml": services, "items/OPS-1.yaml": ITEM + listed})
    found = quickly(scene)
    assert len(found) == len(unknown)
    assert found[0] == (
        f"items/OPS-1.yaml:4:5: error: catalog.yaml has no service `{unknown[0]}` [unknown-reference]"
    )
    options = "fields:\n  a: {type: array, items: {enum: [" + ", ".join(known[:400]) + "]}}\n"
    values = "a:\n" + "".join(f"  - {name}\n" for name in unknown)
    scene.board({"catalog.yaml": "services: {}\n", "items/OPS-1.yaml": ITEM + values}, BOARD + options)
    found = [line for line in quickly(scene) if line.startswith("items/OPS-1.yaml:")]
    assert len(found) == 20
    assert (
        found[0].startswith("items/OPS-1.yaml:4:5: error: entry 1 of `a` is `")
        and "; did you mean" in found[0]
    )


@row("A10", "thousands of patterns that match nothing", "told")
def _many_patterns(scene: Scene) -> None:
    patterns = ", ".join(f"a{n}/**" for n in range(2500))
    scene.board({"items/OPS-1.yaml": ITEM}, f"{BOARD}items: [items/**, {patterns}]\n")
    found = quickly(scene)
    assert len(found) == 2500
    assert found[0] == "opsflow.yaml:8:19: warning: `a0/**` matches no file [misshapen]"


@row("A11", "a way to a field with thousands of parts", "told")
def _long_way(scene: Scene) -> None:
    way = ".".join("a" * 5000)
    record = json.dumps({"id": "X-1", "state": "ready", "a": {"a": {"a": 1}}})
    scene.board({"records/a.json": f"[{record}]"}, BOARD + SOURCE.replace("title: title", f"title: {way}"))
    assert quickly(scene) == [
        "opsflow.yaml:11:14: error: `title` has 9999 characters, and 200 is the most [misshapen]"
    ]


@row("A16", "a state of a hundred thousand characters in somebody else's record", "told")
def _long_value(scene: Scene) -> None:
    records = [{"id": "X-1", "state": "a" * 100_000}, {"id": "X-2", "state": "ready"}]
    scene.board({"records/a.json": json.dumps(records)}, BOARD + SOURCE)
    assert quickly(scene) == [
        f"records/a.json:1:16: error: the workflow has no state `{'a' * 2000}` [unknown-reference]"
    ]
    assert set(scene.ids()) == {"OPS-0", "X-1", "X-2"}


@row("A12", "a pipe where Git expects an object", "told")
def _pipes(scene: Scene) -> None:
    scene.repository({"items/OPS-1.yaml": ITEM})
    head = scene.git("rev-parse", "HEAD")
    loosen(scene)
    path = scene.root / ".git/objects" / head[:2] / head[2:]
    path.unlink()
    os.mkfifo(path)
    with mock.patch.object(calls, "PAUSE", 0.2):
        done = scene.opsflow("log", "--no-cache")
        checked = scene.opsflow("check", "--format", "concise", "--no-cache")
    assert (done.status, done.out) == (2, "")
    assert done.err == f"opsflow: {path} is no regular file, and Git would wait for it: remove it.\n"
    assert checked.status == 0 and "Git would wait for it" in checked.out + checked.err


def loosen(scene: Scene) -> None:
    """Put every object in a file of its own."""
    for pack in (scene.root / ".git/objects/pack").glob("*.pack"):
        aside = pack.rename(scene.folder / pack.name)
        pack.with_suffix(".idx").unlink()
        scene.git("unpack-objects", "-q", stdin=aside.read_bytes())


@row("A13", "HEAD and a branch that name a file or a folder, and no commit", "told")
def _no_commit(scene: Scene) -> None:
    scene.repository({"items/OPS-1.yaml": ITEM})
    for what in ("HEAD:opsflow.yaml", "HEAD^{tree}"):
        id = scene.git("rev-parse", "main" + what.removeprefix("HEAD"))
        before = (scene.root / ".git/HEAD").read_text()
        (scene.root / ".git/HEAD").write_text(f"{id}\n")
        for words in (("check",), ("list",), ("log",), ("check", "--base", "HEAD")):
            done = scene.opsflow(*words, "--no-cache")
            assert done.status in (0, 2), (words, done)
        assert scene.opsflow("log").err == (
            f"opsflow: {id} is no commit, but a ref of {scene.root} says so: look with `git fsck`.\n"
        )
        (scene.root / ".git/HEAD").write_text(before)


@row("A17", "a file packed-refs that is cut, has other line ends, or is a pipe", "traced")
def _packed(scene: Scene) -> None:
    scene.repository({"items/OPS-1.yaml": ITEM})
    scene.git("pack-refs", "--all")
    packed = scene.root / ".git/packed-refs"
    text = packed.read_bytes()
    assert scene.opsflow("log", "--no-cache").status == 0
    for damaged in (text[:-9], text.replace(b"\n", b"\r\n"), bytes(range(256)), None):
        packed.unlink()
        if damaged is None:
            os.mkfifo(packed)
        else:
            packed.write_bytes(damaged)
        for words in (("log",), ("list", "--at", "HEAD"), ("check",)):
            done = scene.opsflow(*words, "--no-cache")
            assert (done.status, done.out) == (2, ""), words
            assert done.err == (
                f"opsflow: {packed} is damaged: fetch the branches anew, or look with `git fsck`.\n"
            )


@row("A14", "a folder that holds the same folder twice, and that one too", "told")
def _endless(scene: Scene) -> None:
    scene.repository({"items/OPS-1.yaml": ITEM})
    inner = scene.git("rev-parse", "HEAD:items")
    for _ in range(12):
        inner = scene.git("mktree", stdin=f"040000 tree {inner}\ta\n040000 tree {inner}\tb\n".encode())
    board = scene.git("rev-parse", "HEAD:opsflow.yaml")
    top = f"100644 blob {board}\topsflow.yaml\n040000 tree {inner}\titems\n"
    tree = scene.git("mktree", stdin=top.encode())
    scene.git("update-ref", "refs/heads/many", scene.git("commit-tree", tree, "-p", "main", "-m", "many"))
    with mock.patch.object(calls, "MOST", 1 << 16), mock.patch.object(line, "MOST_PATHS", 1000):
        for words in (("list", "--at", "many"), ("diff", "main..many"), ("check", "--merge", "many")):
            done = scene.opsflow(*words, "--no-cache")
            assert (done.status, done.out) == (2, ""), words
            assert done.err.startswith("opsflow: A commit has millions of files"), words
            assert len(done.err.splitlines()) == 1
        done = scene.opsflow("list", "--all", "--at", "main", "--format", "ids", "--no-cache")
        assert (done.status, done.out.split()) == (0, ["OPS-0", "OPS-1"])
        scene.git("symbolic-ref", "HEAD", "refs/heads/many")
        done = scene.opsflow("log", "--no-cache")
        assert (done.status, done.out) == (2, "") and "a commit has millions of files" in done.err.lower()


@row("A15", "a title that turns the direction of the sentence that quotes it", "text")
def _turned(scene: Scene) -> None:
    blocked = 'blocked: {reason: "\u202egnitiaw", by: "\u2067x"}\n'
    scene.repository(
        {"items/OPS-1.yaml": f"title: \u202edone\nstate: doing\n{blocked}"},
        {"at": "2026-01-08 09:00", "files": {"items/OPS-2.yaml": ITEM}},
        config=BOARD + "rules: {stale-block: {after: 1d}}\n",
    )
    assert scene.opsflow("build", "--out", scene.folder / "site").status == 0
    pages = list((scene.folder / "site").rglob("*.html"))
    text = "".join(path.read_text() for path in pages)
    assert "\\u202egnitiaw" in (scene.folder / "site/rules.html").read_text()
    assert "\\u202edone" in text and "\\u202egnitiaw" in text and "\\u2067x" in text
    turning = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert [path.name for path in pages if turning & set(path.read_text())] == []

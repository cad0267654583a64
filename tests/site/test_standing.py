"""What stands already is not made again; and a site is the same whatever was built before it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsflow import facts, rules
from opsflow.errors import OpsflowError
from opsflow.site import build, kept, output
from opsflow.site.page import Page
from opsflow.site.shop import Options
from opsflow.site.standing import Summary
from tests import stories

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CONFIG = """\
board: Brightwater
key: OPS
workflow: [{state: inbox, kind: backlog}, {state: doing, kind: active, wip: 3}, {state: done, kind: done}]
"""
PLAIN = Options(charts=False)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("OPSFLOW_CACHE", raising=False)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def item(random_: random.Random, number: int) -> str:
    """The file of an item, as somebody may have left it."""
    lines = [f"title: Work {random_.randrange(9)}", f"state: {random_.choice(['inbox', 'doing', 'done'])}"]
    if random_.random() < 0.4:
        lines.append(f"depends_on: [OPS-{random_.randrange(8)}]")
    if random_.random() < 0.3:
        lines.append(f"part_of: OPS-{random_.randrange(8)}")
    if random_.random() < 0.3:
        lines.append("blocked: {reason: no answer}")
    if random_.random() < 0.3:
        lines.append(f"due: 2026-01-{random_.randrange(1, 29):02}")
    if random_.random() < 0.3:
        lines.append(f"description: See OPS-{random_.randrange(9)}.")
    if random_.random() < 0.2:
        lines.append("allow: {overdue: {reason: agreed, by: maria, until: 2026-01-20}}")
    return "\n".join([*lines, ""])


def history(random_: random.Random) -> list[stories.Step]:
    """A board that changes item by item, and now and then its rules."""
    steps: list[stories.Step] = [
        {
            "at": "2026-01-01 09:00",
            "files": {"opsflow.yaml": CONFIG, **{f"items/OPS-{n}.yaml": item(random_, n) for n in range(6)}},
        }
    ]
    for number in range(14):
        chosen = random_.randrange(9)
        change: dict[str, str | None] = {f"items/OPS-{chosen}.yaml": item(random_, chosen)}
        if random_.random() < 0.15:
            change = {"opsflow.yaml": CONFIG.replace("wip: 3", f"wip: {number}")}
        hours = number * random_.choice([3, 30])
        at = f"2026-01-{2 + hours // 24:02} {hours % 24:02}:{number:02}"
        steps.append({"at": max(at, str(steps[-1]["at"])), "files": change})
    return steps


def made(root: str, at: str, out: Path) -> Summary:
    known = build.as_of_commit(facts.gather(root, now=NOW, at=at))
    return build.build(known, rules.judge(known), str(out), options=PLAIN)


@pytest.mark.parametrize("seed", range(4))
def test_a_site_is_the_same_whatever_was_built_before_it(tmp_path: Path, seed: int) -> None:
    random_ = random.Random(seed)
    root = stories.make(tmp_path / "board", history(random_))
    steps = [f"HEAD~{n}" for n in range(14, 0, -1)] + ["HEAD"]
    jumps = [random_.choice(steps) for _ in range(4)]
    kept_some = 0
    for number, step in enumerate([*steps, *jumps, "HEAD"]):
        summary = made(root, step, tmp_path / "grown")
        assert summary.written <= summary.files
        kept_some += summary.files - summary.written
        if number % 4 == 3 or number >= len(steps):
            made(root, step, tmp_path / f"new-{number}")
            assert files(tmp_path / "grown") == files(tmp_path / f"new-{number}"), (seed, step)
    assert kept_some > 50


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    steps: list[stories.Step] = [
        {
            "at": "2026-01-05 09:00",
            "files": {
                "opsflow.yaml": CONFIG,
                **{f"items/OPS-{n}.yaml": f"title: Work {n}\nstate: doing\n" for n in range(5)},
            },
        },
        {"at": "2026-01-05 10:00", "files": {"items/OPS-1.yaml": "title: Other work\nstate: doing\n"}},
    ]
    root = stories.make(tmp_path / "board", steps)
    out = tmp_path / "site"
    made(root, "HEAD~1", out)
    before = {path.name: path.stat().st_ino for path in (out / "item").iterdir()}
    summary = made(root, "HEAD", out)
    after = {path.name: path.stat().st_ino for path in (out / "item").iterdir()}
    assert [name for name in sorted(after) if after[name] != before[name]] == ["OPS-1.html"]
    assert "Other work" in (out / "item" / "OPS-1.html").read_text()
    again = made(root, "HEAD", out)
    assert (again.written, again.files) == (0, summary.files)


def test_an_open_item_is_compared_with_how_long_finished_work_took_and_with_nothing_else_of_it(
    tmp_path: Path,
) -> None:
    def at(day: int) -> str:
        return f"2026-01-{day:02} 09:00"

    def work(title: str, state: str) -> str:
        return f"title: {title}\nstate: {state}\n"

    steps: list[stories.Step] = [
        {
            "at": at(1),
            "files": {
                "opsflow.yaml": CONFIG,
                **{f"items/OPS-{n}.yaml": work(f"Work {n}", "doing") for n in range(30)},
            },
        },
    ]
    finished: list[stories.Step] = [
        {"at": at(2 + n // 8), "files": {f"items/OPS-{n}.yaml": work(f"Work {n}", "done")}} for n in range(25)
    ]
    steps += [
        *finished,
        {"at": "2026-01-05 10:00", "files": {"items/OPS-3.yaml": work("Other words", "done")}},
        {"at": "2026-01-05 11:00", "files": {"items/OPS-28.yaml": work("Work 28", "done")}},
    ]
    root = stories.make(tmp_path / "board", steps)
    out = tmp_path / "site"

    def written(step: str) -> list[str]:
        old = files(out)
        made(root, step, out)
        made(root, step, tmp_path / step)
        assert files(out) == files(tmp_path / step)
        return [name for name, data in files(out / "item").items() if data != old.get(f"item/{name}")]

    assert len(written("HEAD~2")) == 30
    marks = [path.stat().st_ino for path in (out / "item").iterdir()]
    assert b"n = 25" in (out / "item" / "OPS-29.html").read_bytes()
    assert written("HEAD~1") == ["OPS-3.html"]
    assert len(set(marks) - {path.stat().st_ino for path in (out / "item").iterdir()}) == 1
    assert sorted(written("HEAD")) == [f"OPS-{n}.html" for n in range(25, 30)]
    assert b"n = 26" in (out / "item" / "OPS-29.html").read_bytes()


def test_a_page_that_somebody_changed_or_removed_is_made_again(tmp_path: Path) -> None:
    place, pages = output.check(str(tmp_path / "site")), [Page("a.html", b"one"), Page("b/c.html", b"two")]
    first = output.write(place, pages)
    (tmp_path / "site" / "a.html").write_bytes(b"ONE")
    (tmp_path / "site" / "b" / "c.html").unlink()
    old, whole = output.standing(place, first.marks)
    assert (set(old), whole) == ({".opsflow-site.json"}, False)
    assert output.write(place, pages, old).written == 2
    assert (tmp_path / "site" / "a.html").read_bytes() == b"one"


def test_what_is_kept_of_a_site_may_be_damaged_or_gone(tmp_path: Path) -> None:
    root = stories.make(tmp_path / "board", history(random.Random(7)))
    made(root, "HEAD", tmp_path / "site")
    right = files(tmp_path / "site")
    for path in (tmp_path / "cache").glob("site-*.json"):
        path.write_bytes(path.read_bytes()[:-40])
    assert kept.load(str(tmp_path / "site")) == kept.Known()
    made(root, "HEAD", tmp_path / "site")
    assert files(tmp_path / "site") == right


def test_several_processes_make_the_same_site_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = stories.make(tmp_path / "board", history(random.Random(3)))
    monkeypatch.setattr(build, "_helpers", lambda: 0)
    one = made(root, "HEAD", tmp_path / "one")
    monkeypatch.setattr(build, "_helpers", lambda: 2)
    monkeypatch.setattr(build, "CHUNK", 1)
    monkeypatch.setattr(build, "WORTH", 1)
    several = made(root, "HEAD", tmp_path / "several")
    assert files(tmp_path / "one") == files(tmp_path / "several")
    assert (one.files, one.size) == (several.files, several.size)


def test_where_one_of_several_processes_fails_the_old_site_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = stories.make(tmp_path / "board", history(random.Random(3)))
    made(root, "HEAD~3", tmp_path / "site")
    before = files(tmp_path / "site")
    mother, put = os.getpid(), output.Site.put

    def fails(site: output.Site, page: Page, key: str = "") -> None:
        if os.getpid() != mother:
            raise OSError(28, "No space left on device")
        put(site, page, key)

    monkeypatch.setattr(output.Site, "put", fails)
    monkeypatch.setattr(build, "_helpers", lambda: 1)
    monkeypatch.setattr(
        build.Work, "take", lambda work, site: iter(()) if os.getpid() == mother else TAKE(work, site)
    )
    with pytest.raises(OpsflowError, match="No space left on device; the old site is as it was"):
        made(root, "HEAD", tmp_path / "site")
    assert files(tmp_path / "site") == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".site")] == []


TAKE = build.Work.take

KILLED = """
import sys, time
from opsflow.site import output
from opsflow.site.page import Page
def pages():
    for n in range(3000):
        if n == 5:
            print("begun", flush=True)
        yield Page(f"item/{n}.html", b"new" * 1000)
output.write(output.check(sys.argv[1]), pages())
print("done", flush=True)
"""


def test_a_killed_build_leaves_the_old_site_or_the_new_one(tmp_path: Path) -> None:
    place = str(tmp_path / "site")
    ends = set()
    for step in range(12):
        output.write(output.check(place), [Page("index.html", b"old"), Page("item/1.html", b"old")])
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, place], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        ) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(step * 0.03)
            process.send_signal(signal.SIGKILL)
        found = files(tmp_path / "site")
        found.pop(output.MANIFEST)
        new = {f"item/{n}.html": b"new" * 1000 for n in range(3000)}
        assert found in ({"index.html": b"old", "item/1.html": b"old"}, new)
        ends.add(len(found))
        assert output.check(place) == place
    assert 2 in ends
    output.write(output.check(place), [Page("index.html", b"old")])
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_build_that_goes_on_elsewhere_is_left_alone(tmp_path: Path) -> None:
    place = output.check(str(tmp_path / "site"))
    with output.building(place, {}) as other:
        other.put(Page("index.html", b"other"))
        output.write(place, [Page("index.html", b"mine")])
        assert (tmp_path / "site" / "index.html").read_bytes() == b"mine"
        other.finish()
    assert (tmp_path / "site" / "index.html").read_bytes() == b"other"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_without_an_exchange_of_folders_the_site_is_swapped_in_two_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_exchange", lambda one, other: False)
    place = output.check(str(tmp_path / "site"))
    output.write(place, [Page("a.html", b"one")])
    output.write(place, [Page("b.html", b"two")])
    found = files(tmp_path / "site")
    found.pop(output.MANIFEST)
    assert found == {"b.html": b"two"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]

"""A machine that is not as it should be changes no answer: caches, clocks, homes, and two commands at once."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import stories
from tests.cli.conftest import Ran, Run, opsflow, surroundings
from tests.trust.failing import failing
from tests.trust.rows import BOARD, GOOD, NOW, Scene

__all__ = ["opsflow", "surroundings"]

LOOKS = (
    ("check", "--format", "json"),
    ("list", "--all", "--format", "json"),
    ("log",),
    ("report", "flow", "--format", "json"),
)
DOING, DONE = GOOD.replace("ready", "doing"), GOOD.replace("ready", "done")
Looks = list[Ran]


@pytest.fixture
def scene(tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPSFLOW_CACHE_DIR", str(tmp_path / "cache"))
    for name, value in stories.environment().items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)
    found = Scene(tmp_path, opsflow)
    found.repository(
        {"items/OPS-1.yaml": GOOD},
        {"at": "2026-01-06 09:00", "files": {"items/OPS-1.yaml": DOING}},
        {"at": "2026-01-07 09:00", "files": {"items/OPS-1.yaml": DONE}},
        config=BOARD,
    )
    return found


def looked(scene: Scene, *more: str) -> Looks:
    return [scene.opsflow(*words, *more) for words in LOOKS]


def site(scene: Scene, name: str, *more: str) -> dict[str, bytes | str]:
    assert scene.opsflow("build", "--out", scene.folder / name, *more).status == 0
    return scene.sums(scene.folder / name)


def kept(scene: Scene) -> list[Path]:
    return [
        path
        for path in sorted((scene.folder / "cache").rglob("*"))
        if path.is_file() and path.name != ".gitignore"
    ]


def _linked(path: Path) -> None:
    path.rename(path.with_suffix(".other"))
    path.symlink_to("/etc/passwd")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARMS: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "one bit turned": lambda path: path.write_bytes(_turned(path.read_bytes())),
    "of something else": lambda path: path.write_bytes(b"\x80\x05cos\nsystem\n(S'touch pwned'\ntR."),
    "of another version": lambda path: path.write_bytes(path.read_bytes().replace(b"1", b"2", 3)),
    "a link": _linked,
    "a folder": _folder,
}


def _turned(data: bytes) -> bytes:
    place = len(data) // 2
    return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_cache_changes_no_answer(scene: Scene, harm: str) -> None:
    cold, pages = looked(scene, "--no-cache"), site(scene, "cold", "--no-cache")
    assert kept(scene) == []
    assert looked(scene) == cold and site(scene, "site") == pages
    files = [path for path in kept(scene) if path.stat().st_size]
    assert len(files) >= 3
    for path in files:
        if path.is_file():
            HARMS[harm](path)
    assert looked(scene) == cold
    assert site(scene, "site") == pages
    assert looked(scene) == cold
    assert not list(scene.folder.rglob("pwned"))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS])
def test_a_cache_that_cannot_be_written_changes_no_answer(scene: Scene, code: int) -> None:
    cold = looked(scene, "--no-cache")
    for number in (1, 2, 3, 5, 8, 13):
        for lasting in (True, False):
            shutil.rmtree(scene.folder / "cache", ignore_errors=True)
            with failing(scene.folder / "cache", number, code, lasting=lasting):
                assert looked(scene) == cold, (number, lasting)
            assert looked(scene) == cold, (number, lasting)


def test_a_cache_of_a_history_that_was_rewritten_changes_no_answer(scene: Scene) -> None:
    looked(scene)
    site(scene, "site")
    first = stories.commits(str(scene.root))[0]
    scene.git("reset", "-q", "--hard", first)
    stories.add(str(scene.root), [{"at": "2026-01-05 12:00", "files": {"items/OPS-1.yaml": DONE}}])
    scene.git("reset", "-q", "--hard")
    assert looked(scene) == looked(scene, "--no-cache")
    assert site(scene, "site") == site(scene, "cold", "--no-cache")


def test_many_that_fill_one_cache_at_once_say_the_same(scene: Scene) -> None:
    env = {"OPSFLOW_NOW": NOW}
    cold = scene.process("log", "--no-cache", env=env)
    assert cold.returncode == 0
    with ThreadPoolExecutor(6) as pool:
        for done in pool.map(lambda _: scene.process("log", env=env), range(12)):
            assert (done.returncode, done.stdout, done.stderr) == (0, cold.stdout, "")
    assert looked(scene) == looked(scene, "--no-cache")


def test_a_clock_that_jumps_changes_no_later_answer(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    before = looked(scene)
    for now in ("2031-01-01T00:00:00+00:00", "1999-01-01T00:00:00+00:00", NOW):
        monkeypatch.setenv("OPSFLOW_NOW", now)
        for stamp in (0, 4_000_000_000, -5):
            for path in [scene.root / "items/OPS-1.yaml", scene.root / "opsflow.yaml", *kept(scene)]:
                os.utime(path, (stamp, stamp))
            assert looked(scene) == looked(scene, "--no-cache"), (now, stamp)
    assert looked(scene) == before


def test_no_command_needs_a_home(scene: Scene) -> None:
    bare = {
        "HOME": "/dev/null/home",
        "XDG_CACHE_HOME": "",
        "OPSFLOW_CACHE_DIR": "",
        "OPSFLOW_NOW": NOW,
        "USER": "",
        "LOGNAME": "",
    }
    out = str(scene.folder / "site")
    for words in (
        ("check",),
        ("list", "--all"),
        ("log",),
        ("build", "--out", out),
        ("move", "OPS-0", "doing"),
        ("new", "Work"),
    ):
        done = scene.process(*words, env=bare)
        assert done.returncode == 0 and "Traceback" not in done.stderr, (words, done)
    done = scene.process("undo", env=bare)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert not os.path.exists("/dev/null/home")
    assert (scene.root / "items/OPS-0-good.yaml").read_text() == DOING


def test_a_file_or_a_folder_that_cannot_be_read_is_one_finding(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open
    for code in (errno.EACCES, errno.EIO, errno.EMFILE):

        def opened(path: object, *words: object, code: int = code, **more: object) -> int:
            if os.path.basename(str(path)) == "OPS-1.yaml":
                raise OSError(code, os.strerror(code), path)
            return real(path, *words, **more)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(os, "open", opened)
            (line,) = scene.found("--no-cache")
        assert line.startswith("items/OPS-1.yaml:1:1: error: ") and line.endswith("[unreadable-file]")
        assert os.strerror(code).lower() in line.lower()

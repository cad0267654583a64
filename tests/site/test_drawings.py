"""Drawings: a process of its own draws the same, and where it cannot, this one does."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from opsflow.errors import OpsflowError
from opsflow.site import drawings

SPEC = {
    "data": {"values": [{"day": n, "items": n * n} for n in range(5)]},
    "mark": "line",
    "encoding": {
        "x": {"field": "day", "type": "quantitative"},
        "y": {"field": "items", "type": "quantitative"},
    },
}


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert")
    monkeypatch.setenv("OPSFLOW_CACHE", "off")


def test_a_process_of_its_own_draws_the_same_and_ends_with_the_build() -> None:
    here = drawings.of(SPEC)
    with drawings.apart():
        assert drawings._drawer is not None
        assert drawings._drawer.process is None
        assert [drawings.of(SPEC), drawings.of(SPEC)] == [here, here]
        process = drawings._drawer.process
        assert process is not None
        assert process.poll() is None
    assert process.returncode == 0
    assert drawings._drawer is None


@pytest.mark.parametrize("program", ["", "raise SystemExit(1)", "print('[1]')", "print('no JSON')"])
def test_where_that_process_fails_this_one_draws(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = drawings.of(SPEC)
    monkeypatch.setattr(drawings.Drawer, "program", program)
    with drawings.apart():
        assert drawings.of(SPEC) == here


def test_where_that_process_is_killed_this_one_does_not_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings.Drawer, "program", "import os; os.kill(os.getpid(), 9)")
    with drawings.apart(), pytest.raises(OpsflowError, match="signal 9 ended the process that draws, mostly"):
        drawings.of(SPEC)


def test_without_a_python_to_begin_this_process_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    here = drawings.of(SPEC)
    monkeypatch.setattr(sys, "executable", "")
    with drawings.apart():
        assert drawings.of(SPEC) == here


def test_the_process_draws_line_by_line() -> None:
    words = [sys.executable, "-I", "-c", drawings.Drawer.program, *sys.path]
    asked = "".join(json.dumps(SPEC) + "\n" for _ in range(2))
    ran = subprocess.run(words, input=asked, capture_output=True, text=True, check=True)
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [drawings.of(SPEC)] * 2
    assert ran.stderr == ""


def test_the_process_ends_in_silence_where_nobody_listens_any_more() -> None:
    words = [sys.executable, "-I", "-c", drawings.Drawer.program, *sys.path]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write(json.dumps(SPEC) + "\n")
        process.stdin.close()
        assert process.stderr.read() == ""


class PanicException(BaseException):
    """Called as Rust's is."""


@pytest.mark.parametrize(
    ("error", "why"),
    [(PanicException("no room"), "stopped: no room"), (ImportError("x"), "cannot be loaded: x")],
)
def test_where_the_library_cannot_go_on_that_is_said(
    error: BaseException, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import vl_convert

    def stop(spec: object) -> str:
        raise error

    monkeypatch.setattr(vl_convert, "vegalite_to_svg", stop)
    with pytest.raises(OpsflowError) as caught:
        drawings.of(SPEC)
    assert str(caught.value) == f"The charts cannot be drawn: vl-convert {why}."

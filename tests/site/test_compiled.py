"""Compiled templates are kept as Python keeps modules; what is not whole is compiled anew."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import jinja2
import pytest

from opsflow import resources
from opsflow.site import compiled, render
from opsflow.site.compiled import Kept
from opsflow.site.environment import LANGUAGE, Environment

NAMES = sorted(path.name for path in Path(resources.folder("templates")).glob("*.html"))


@pytest.fixture(autouse=True)
def keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def environment(folder: Path) -> Environment:
    loader = jinja2.FileSystemLoader(folder)
    return Environment(loader=loader, bytecode_cache=Kept(), **LANGUAGE)


def said(folder: Path, **words: Any) -> str:
    return environment(folder).get_template("a.html").render(words)


def code(folder: Path) -> Path:
    return folder / f"__pycache__/a.{sys.implementation.cache_tag}.pyc"


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that are compiled from now on."""
    names: list[str] = []
    original = jinja2.Environment.compile

    def compile(self: jinja2.Environment, source: Any, name: Any = None, *more: Any, **named: Any) -> Any:
        names.append(name)
        return original(self, source, name, *more, **named)

    monkeypatch.setattr(jinja2.Environment, "compile", compile)
    return names


def test_a_template_is_compiled_once(tmp_path: Path, compiles: list[str]) -> None:
    (tmp_path / "a.html").write_text("Hello {{ name }}")
    assert [said(tmp_path, name=name) for name in ("you", "<me>")] == ["Hello you", "Hello &lt;me&gt;"]
    assert compiles == ["a.html"]
    assert [path.name for path in (tmp_path / "__pycache__").iterdir()] == [code(tmp_path).name]


def test_another_text_is_compiled_anew(tmp_path: Path, compiles: list[str]) -> None:
    for text in ("one", "two"):
        (tmp_path / "a.html").write_text(text)
        assert said(tmp_path) == text
    assert compiles == ["a.html", "a.html"]


@pytest.mark.parametrize("at", [0, 31, 32, 40, -1])
def test_code_that_is_damaged_is_not_run(at: int, tmp_path: Path, compiles: list[str]) -> None:
    (tmp_path / "a.html").write_text("one")
    said(tmp_path)
    data = bytearray(code(tmp_path).read_bytes())
    data[at] ^= 1
    code(tmp_path).write_bytes(data)
    assert (said(tmp_path), said(tmp_path)) == ("one", "one")
    assert compiles == ["a.html", "a.html"]


@pytest.mark.parametrize("length", [0, 16, 32, 50])
def test_code_that_was_cut_off_is_not_run(length: int, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("one")
    said(tmp_path)
    code(tmp_path).write_bytes(code(tmp_path).read_bytes()[:length])
    assert said(tmp_path) == "one"


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "a.html").write_text("one")
    assert said(tmp_path) == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


def test_where_it_cannot_be_written_it_is_compiled_each_time(tmp_path: Path, compiles: list[str]) -> None:
    (tmp_path / "a.html").write_text("one")
    (tmp_path / "__pycache__").write_text("no folder")
    assert (said(tmp_path), said(tmp_path)) == ("one", "one")
    assert compiles == ["a.html", "a.html"]


@pytest.mark.parametrize("name", NAMES)
def test_the_code_of_a_template_says_nothing_of_the_day(name: str) -> None:
    """Else what was kept yesterday would be shown today: filters know the day and the board."""
    loader = jinja2.FileSystemLoader(resources.folder("templates"))
    texts = []
    for value in ("yesterday", "today"):
        made = Environment(loader=loader, **LANGUAGE)
        names = render._filters(UTC, "2026-01-01", {})
        made.filters |= dict.fromkeys(names, lambda *given, value=value: value)
        made.globals["icon"] = lambda *given, value=value: value
        source, file, _ = loader.get_source(made, name)
        texts.append(made.compile(source, name, file, raw=True))
    assert texts[0] == texts[1]


def test_a_filter_of_what_never_changes_is_asked_each_time() -> None:
    made = Environment(**LANGUAGE)
    made.filters["day"] = lambda text: f"{text} is yesterday"
    template = made.from_string("{{ '1 May'|day }}")
    made.filters["day"] = lambda text: f"{text} is today"
    assert template.render() == "1 May is today"


def test_who_can_read_the_program_can_read_what_was_compiled(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("Hello {{ name }}")
    said(tmp_path, name="you")
    assert code(tmp_path).stat().st_mode & 0o777 == Path(compiled.__file__).stat().st_mode & 0o666 | 0o200

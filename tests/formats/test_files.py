"""Reports in files: written at once, and never over anything else."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import pytest

from opsflow.errors import OpsflowError
from opsflow.formats import files
from opsflow.formats.findings import Report
from tests.formats.reported import HOSTILE, finding, hostile, report

REPORTS = {
    "empty": report(),
    "one finding": report(finding()),
    **{name: hostile(text) for name, text in HOSTILE.items()},
}


def render(format: str, made: Report) -> str:
    text: str = import_module(f"opsflow.formats.{format}").render(made)
    return text


@pytest.mark.parametrize("format", files.BEGINNINGS)
def test_every_report_begins_so_that_a_later_one_may_replace_it(format: str, tmp_path: Path) -> None:
    place = tmp_path / "report"
    for made in REPORTS.values():
        text = render(format, made)
        files.store(str(place), format, text)
        assert place.read_bytes() == text.encode()
    assert os.listdir(tmp_path) == ["report"]


@pytest.mark.parametrize("format", files.BEGINNINGS)
@pytest.mark.parametrize(
    "data", [b"board: Operations\n", b'{"a": 1}', b"[1, 2]", b"<?xml version='1.0'?><a/>", b"\xff", b" "]
)
def test_something_else_is_left_as_it_is(format: str, data: bytes, tmp_path: Path) -> None:
    place = tmp_path / "opsflow.yaml"
    place.write_bytes(data)
    with pytest.raises(OpsflowError, match=rf"opsflow\.yaml holds something else .* `{format}=`"):
        files.store(str(place), format, render(format, report()))
    assert place.read_bytes() == data
    assert os.listdir(tmp_path) == ["opsflow.yaml"]


def test_a_report_of_another_format_is_something_else(tmp_path: Path) -> None:
    place = tmp_path / "report"
    for one in files.BEGINNINGS:
        place.write_text(render(one, report(finding())))
        for other in set(files.BEGINNINGS) - {one}:
            with pytest.raises(OpsflowError, match="holds something else"):
                files.store(str(place), other, render(other, report()))


def test_an_empty_file_may_be_filled(tmp_path: Path) -> None:
    place = tmp_path / "report"
    place.touch()
    files.store(str(place), "gitlab", "[]\n")
    assert place.read_text() == "[]\n"


def test_a_link_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("[]\n")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    for place in (tmp_path / "link", tmp_path / "nowhere", tmp_path, Path("/dev/null")):
        with pytest.raises(OpsflowError, match="is not an ordinary file"):
            files.store(str(place), "gitlab", "[1]\n")
    assert (tmp_path / "target").read_text() == "[]\n"


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(OpsflowError) as said:
        files.store(str(tmp_path / "no" / "report.json"), "json", "{}")
    assert str(said.value) == (
        f"{tmp_path}/no/report.json cannot be written: No such file or directory; name another file after `json=`."
    )


def test_a_report_that_breaks_off_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "report"
    files.store(str(place), "gitlab", "[]\n")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OpsflowError, match="No space left on device"):
        files.store(str(place), "gitlab", render("gitlab", report(finding())))
    assert (os.listdir(tmp_path), place.read_text()) == (["report"], "[]\n")

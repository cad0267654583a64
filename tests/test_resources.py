"""What ships beside the code, and the programs of the machine."""

import os
from pathlib import Path

import pytest

from opsflow import resources


def test_a_program_in_the_current_folder_is_never_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "dot"
    trap.write_text("#!/bin/sh\n")
    trap.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in (".", "", f".{os.pathsep}", "../" + tmp_path.name):
        monkeypatch.setenv("PATH", path)
        assert resources.program("dot") is None
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path}")
    assert resources.program("dot") == str(trap)


def test_a_file_that_is_no_program_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dot").write_text("")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert resources.program("dot") is None


@pytest.mark.parametrize("name", ["schema", "templates", "examples/board"])
def test_the_folders_that_ship_are_found(name: str) -> None:
    assert Path(resources.folder(name)).is_dir()


def test_a_folder_that_does_not_ship_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="opsflow was installed without its folder nothing/"):
        resources.folder("nothing")

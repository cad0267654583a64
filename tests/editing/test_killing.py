"""Killing an edit, at every step and at random moments, leaves the old or the new."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

KILLING, COMMANDS = (Path(__file__).with_name(name) for name in ("killing.py", "kill_commands.py"))


def test_a_killed_edit_is_there_or_not_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    words = [sys.executable, "-P", str(KILLING)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"one", "new", "many", "mending", "random"}
    assert sum(found["random"]) == 190
    assert sum(map(sum, found.values())) > 330
    assert all(old for old, _ in found.values()), found
    assert all(new for name, (_, new) in found.items() if name != "mending"), found


def test_a_killed_command_is_there_or_not_and_can_be_given_again() -> None:
    words = [sys.executable, "-P", str(COMMANDS)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    committed = {name: counts for name, counts in found.items() if name.endswith("--commit")}
    old, written, made = map(sum, zip(*found.values(), strict=True))
    assert (old + written + made, sum(map(sum, committed.values()))) == (210, 50)
    assert old and written, found

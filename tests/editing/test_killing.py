"""Killing an edit, at every step and at random moments, leaves the old or the new."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.editing.scene import FILES, names, tree, write

KILLING = Path(__file__).with_name("killing.py")


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


def test_a_killed_command_is_there_or_not(tmp_path: Path) -> None:
    root = write(tmp_path / "board", FILES)
    random.seed(3)
    old = (root / "items/OPS-1-edge.yaml").read_bytes()
    new = old.replace(b"state: ready", b"state: inbox")
    words = [sys.executable, "-P", "-m", "opsflow", "-C", str(root), "move", "OPS-1"]
    begun = time.perf_counter()
    subprocess.run([*words, "inbox"], check=True, capture_output=True)
    took = time.perf_counter() - begun
    for turn in range(6):
        (root / "items/OPS-1-edge.yaml").write_bytes(old)
        running = subprocess.Popen([*words, "inbox"], stdout=subprocess.DEVNULL)
        time.sleep(random.uniform(0.6, 1.1) * took)
        running.kill()
        running.wait()
        assert (root / "items/OPS-1-edge.yaml").read_bytes() in (old, new), turn
    subprocess.run([*words, "ready"], check=True, capture_output=True, env=dict(os.environ))
    assert names(root) == sorted(FILES)
    assert tree(root)["items/OPS-1-edge.yaml"] == old

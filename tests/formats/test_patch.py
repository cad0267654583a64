"""What an edit would change, as a patch."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsflow.formats import patch
from tests import stories


def test_a_new_file_and_one_that_goes() -> None:
    assert patch.render({"a.yaml": (None, b"x: 1\n"), "b.yaml": (b"y: 1", None)}, {}) == (
        "diff --git a/a.yaml b/a.yaml\n"
        "new file mode 100644\n"
        "--- /dev/null\n"
        "+++ b/a.yaml\n"
        "@@ -0,0 +1 @@\n"
        "+x: 1\n"
        "diff --git a/b.yaml b/b.yaml\n"
        "deleted file mode 100644\n"
        "--- a/b.yaml\n"
        "+++ /dev/null\n"
        "@@ -1 +0,0 @@\n"
        "-y: 1\n"
        "\\ No newline at end of file\n"
    )


def test_a_file_that_moves_is_told_once_with_what_changes_in_it() -> None:
    files = {"a.yaml": (b"x: 1\ny: 2\n", None), "b.yaml": (None, b"x: 1\ny: 3\n")}
    assert patch.render(files, {"b.yaml": "a.yaml"}) == (
        "diff --git a/a.yaml b/b.yaml\n"
        "rename from a.yaml\n"
        "rename to b.yaml\n"
        "--- a/a.yaml\n"
        "+++ b/b.yaml\n"
        "@@ -1,2 +1,2 @@\n"
        " x: 1\n"
        "-y: 2\n"
        "+y: 3\n"
    )


def test_what_would_act_on_a_terminal_is_shown_as_signs() -> None:
    files = {"a.yaml": (b"x: 1\n", "x: \x1b[31m\t\u202e\n".encode())}
    assert patch.render(files, {}).split("\n")[-2] == "+x: ␛[31m\t\\u202e"
    assert patch.render(files, {}, safe=False).split("\n")[-2] == "+x: \x1b[31m\t\u202e"


def test_paths_are_those_of_the_repository_and_quoted_where_they_could_act() -> None:
    files = {"k\u00f6ln.yaml": (b"x: 1\n", None), 'a\x1b"\u00e4.yaml': (None, b"x: 1\n")}
    assert patch.render(files, {'a\x1b"\u00e4.yaml': "k\u00f6ln.yaml"}, prefix="ops/b/") == (
        'diff --git a/ops/b/k\u00f6ln.yaml "b/ops/b/a\\033\\042\\303\\244.yaml"\n'
        "rename from ops/b/k\u00f6ln.yaml\n"
        'rename to "ops/b/a\\033\\042\\303\\244.yaml"\n'
    )


@pytest.mark.parametrize("place", ["", "ops/b"], ids=["from the top", "from the folder"])
def test_git_applies_a_patch_of_lines_that_act_in_a_folder_of_a_repository(
    place: str, tmp_path: Path
) -> None:
    held = "title: a\u200bb\nstate: ready\ndescription: |\n  one\ttwo\n  :: three\n"
    made = held.replace("ready", "doing")
    old, new = "items/OPS-1-k\u00f6ln.yaml", 'archive/OPS-1 "x".yaml'
    root = tmp_path / "ops/b"
    (root / "items").mkdir(parents=True)
    (root / old).write_text(held, newline="")
    (root / "other.yaml").write_bytes(b"x: 1\r\n")
    stories.git(str(tmp_path), "init", "--quiet")
    files = {
        old: (held.encode(), None),
        new: (None, made.encode()),
        "other.yaml": (b"x: 1\r\n", b"x: 2\r\n"),
        "new.yaml": (None, b"y: 1"),
    }
    text = patch.render(files, {new: old}, prefix="ops/b/", safe=False)
    (tmp_path / "p.diff").write_bytes(text.encode())
    stories.git(str(tmp_path / place), "apply", str(tmp_path / "p.diff"))
    assert {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.yaml")} == {
        new: made.encode(),
        "other.yaml": b"x: 2\r\n",
        "new.yaml": b"y: 1",
    }


def test_a_mark_and_line_ends_stay_and_nothing_else_that_acts() -> None:
    shown = patch.render({"a.yaml": ("\ufeffx: 1\r\n".encode(), "\ufeffx: 1\ufeff\r2\r\n".encode())}, {})
    assert shown.split("\n")[4:] == ["-\ufeffx: 1\r", "+\ufeffx: 1\\ufeff␍2\r", ""]


def test_colours_are_those_of_a_patch() -> None:
    shown = patch.render({"a.yaml": (b"x: 1\n", b"x: 2\n")}, {}, paint=lambda text, style: f"{style}|{text}")
    assert shown.splitlines()[3:] == ["dim|@@ -1 +1 @@", "bad|-x: 1", "good|+x: 2"]

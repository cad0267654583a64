"""What an edit would change, as a patch."""

from __future__ import annotations

from opsflow.formats import patch


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
    shown = patch.render({"a.yaml": (b"x: 1\n", "x: \x1b[31m\u202e\n".encode())}, {})
    assert shown.splitlines()[-1] == "+x: ␛[31m\\u202e"


def test_a_mark_and_line_ends_stay_and_nothing_else_that_acts() -> None:
    shown = patch.render({"a.yaml": ("\ufeffx: 1\r\n".encode(), "\ufeffx: 1\ufeff\r2\r\n".encode())}, {})
    assert shown.split("\n")[4:] == ["-\ufeffx: 1\r", "+\ufeffx: 1\\ufeff␍2\r", ""]


def test_colours_are_those_of_a_patch() -> None:
    shown = patch.render({"a.yaml": (b"x: 1\n", b"x: 2\n")}, {}, paint=lambda text, style: f"{style}|{text}")
    assert shown.splitlines()[3:] == ["dim|@@ -1 +1 @@", "bad|-x: 1", "good|+x: 2"]

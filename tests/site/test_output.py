"""The folder that a site goes into: whole or not at all, and nothing of anybody else is touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsflow.errors import OpsflowError
from opsflow.site import output
from opsflow.site.page import Page

PAGES = [Page("index.html", b"one"), Page("item/OPS-1.html", b"two")]


def put(out: Path, pages: list[Page] = PAGES, root: Path | None = None) -> None:
    """Builds a site into a folder, as the build does."""
    output.write(output.check(str(out), str(root or "")), pages)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but the list."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != output.MANIFEST
    }


def test_a_site_is_written_with_the_folders_it_needs(tmp_path: Path) -> None:
    put(tmp_path / "a" / "b")
    assert files(tmp_path) == {"a/b/index.html": b"one", "a/b/item/OPS-1.html": b"two"}


def test_a_new_site_replaces_the_old_one_whole(tmp_path: Path) -> None:
    put(tmp_path / "site")
    put(tmp_path / "site", [Page("flow.html", b"three")])
    assert files(tmp_path) == {"site/flow.html": b"three"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_build_that_fails_leaves_the_old_site_and_nothing_else(tmp_path: Path) -> None:
    def failing() -> Iterator[Page]:
        yield Page("index.html", b"half")
        raise RuntimeError("no")

    put(tmp_path / "site")
    with pytest.raises(RuntimeError):
        output.write(str(tmp_path / "site"), failing())
    assert files(tmp_path) == {"site/index.html": b"one", "site/item/OPS-1.html": b"two"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_with_anything_else_in_it_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OpsflowError, match=r"notes\.txt, which no earlier build wrote"):
        put(tmp_path)
    put(tmp_path / "site")
    (tmp_path / "site" / "item" / "mine.html").write_text("mine")
    with pytest.raises(OpsflowError, match=r"item/mine\.html"):
        put(tmp_path / "site")
    assert (tmp_path / "site" / "item" / "mine.html").read_text() == "mine"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "site" / "empty").mkdir(parents=True)
    put(tmp_path / "site")
    assert "site/index.html" in files(tmp_path)


def test_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    with pytest.raises(OpsflowError, match="is a file"):
        put(tmp_path / "site")


def test_links_are_refused_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    board = tmp_path / "board"
    board.mkdir()
    (board / "site").symlink_to(outside)
    (board / "build").symlink_to(outside)
    for place in (board / "site", board / "build" / "site"):
        with pytest.raises(OpsflowError, match="is a link"):
            put(place, root=board)
    monkeypatch.chdir(board)
    with pytest.raises(OpsflowError, match="is a link"):
        put(Path("build/site"))
    put(tmp_path / "own")
    (tmp_path / "own" / "index.html").unlink()
    (tmp_path / "own" / "index.html").symlink_to(outside / "x")
    with pytest.raises(OpsflowError, match=r"index\.html"):
        put(tmp_path / "own")
    assert list(outside.iterdir()) == []


def test_the_board_itself_is_never_replaced(tmp_path: Path) -> None:
    board = tmp_path / "work" / "board"
    board.mkdir(parents=True)
    for place in (board, tmp_path / "work"):
        with pytest.raises(OpsflowError, match="holds the board itself"):
            put(place, root=board)


@pytest.mark.parametrize(
    "listed", ["{", "[]", '{"files": 3}', '{"files": [3, null]}', '{"files": ["../../x"]}']
)
def test_a_damaged_list_of_files_counts_as_none(tmp_path: Path, listed: str) -> None:
    put(tmp_path / "site")
    (tmp_path / "site" / output.MANIFEST).write_text(listed)
    with pytest.raises(OpsflowError, match="which no earlier build wrote"):
        put(tmp_path / "site")


@pytest.mark.parametrize("large", [False, True])
def test_a_hostile_list_of_files_is_refused_before_it_can_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    put(tmp_path / "site")
    (tmp_path / "site" / output.MANIFEST).write_text("[" * 200_000)
    if large:
        (tmp_path / "site" / output.MANIFEST).write_text(f'{{"files": ["{output.MANIFEST}"]}}')
        monkeypatch.setattr(output, "LARGEST", 10)
    with pytest.raises(OpsflowError, match="which no earlier build wrote"):
        put(tmp_path / "site")


def test_a_list_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    os.mkfifo(tmp_path / "site" / output.MANIFEST)
    with pytest.raises(OpsflowError, match="which no earlier build wrote"):
        put(tmp_path / "site")


def test_a_list_that_names_files_elsewhere_removes_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / output.MANIFEST).write_text(f'{{"files": ["../precious", "{output.MANIFEST}"]}}')
    put(tmp_path / "site")
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_file_that_comes_during_the_build_survives_it(tmp_path: Path) -> None:
    def slow() -> Iterator[Page]:
        (tmp_path / "site" / "late.txt").write_text("mine")
        yield Page("index.html", b"new")

    put(tmp_path / "site")
    output.write(str(tmp_path / "site"), slow())
    kept = [path.read_text() for path in tmp_path.rglob("late.txt")]
    assert kept == ["mine"]
    assert (tmp_path / "site" / "index.html").read_bytes() == b"new"


def test_a_place_that_cannot_be_written_is_said_in_one_sentence() -> None:
    with pytest.raises(OpsflowError, match="cannot take a site"):
        output.write("/proc/nowhere/site", PAGES)


def test_a_stop_between_the_two_steps_puts_the_old_site_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "site")
    old, rename, stops = files(tmp_path / "site"), os.rename, [tmp_path / "site"]
    monkeypatch.setattr(output, "_exchange", lambda one, other: False)

    def stopped(source: str, target: str) -> None:
        if stops and target == str(stops[0]):
            stops.pop()
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "rename", stopped)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path / "site", [Page("flow.html", b"three")])
    assert files(tmp_path / "site") == old
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("exchange", (True, False))
@pytest.mark.parametrize("call", ("rmdir", "unlink"))
def test_what_could_not_be_removed_goes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, exchange: bool
) -> None:
    real = getattr(os, call)

    def failing(path: str, **more: int) -> None:
        if not path.endswith(output.BUILDING):
            raise PermissionError(13, "Permission denied")
        real(path, **more)

    if not exchange:
        monkeypatch.setattr(output, "_exchange", lambda one, other: False)
    put(tmp_path / "site")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing)
        put(tmp_path / "site", [Page("flow.html", b"three")])
    assert len(list(tmp_path.iterdir())) == 2
    output.clear(str(tmp_path / "site"))
    assert files(tmp_path) == {"site/flow.html": b"three"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_old_site_is_removed_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "OPS-1.html").write_text("mine")
    put(tmp_path / ".site-abcdefgh")
    (tmp_path / ".site-abcdefgh" / "item" / "OPS-1.html").unlink()
    (tmp_path / ".site-abcdefgh" / "item").rmdir()
    (tmp_path / ".site-abcdefgh" / "item").symlink_to(tmp_path / "precious")
    output.clear(str(tmp_path / "site"))
    assert (tmp_path / "precious" / "OPS-1.html").read_text() == "mine"


@pytest.mark.parametrize("name", (".site-backup", ".site-abcdefgh.d", ".sites-abcdefg", "site-abcdefgh"))
def test_a_folder_with_another_name_is_nobodys_leftover(tmp_path: Path, name: str) -> None:
    put(tmp_path / name)
    output.clear(str(tmp_path / "site"))
    assert (tmp_path / name / "index.html").read_bytes() == b"one"


def test_what_another_user_left_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / ".site-abcdefgh")
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    output.clear(str(tmp_path / "site"))
    assert (tmp_path / ".site-abcdefgh" / "index.html").read_bytes() == b"one"
    monkeypatch.undo()
    output.clear(str(tmp_path / "site"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_another_build_cleared_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, taken = output._beside, []

    def swept(place: str) -> str:
        folder = beside(place)
        if not taken:
            taken.append(folder)
            output.clear(place)
            assert not os.path.exists(folder)
        return folder

    monkeypatch.setattr(output, "_beside", swept)
    put(tmp_path / "site")
    assert len(taken) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_page_that_another_build_put_there_meanwhile_is_not_taken_for_ones_own(tmp_path: Path) -> None:
    place = output.check(str(tmp_path / "site"))
    with output.building(place, {}) as site:
        site.put(Page("a.html", b"one"), "k1")
        marks = site.finish().marks
    with output.building(place, output.standing(place, marks)[0]) as slow:
        put(tmp_path / "site", [Page("a.html", b"two!")])
        assert not slow.keep("a.html", "k1")
        slow.put(Page("a.html", b"one"), "k1")
        slow.finish()
    assert (tmp_path / "site" / "a.html").read_bytes() == b"one"

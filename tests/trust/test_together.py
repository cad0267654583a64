"""Ten programs on one board at once, for a short while; `python -m bench.together` goes on from here."""

from __future__ import annotations

from pathlib import Path

from bench import together

SECONDS = 8


def test_ten_programs_at_once_lose_break_and_mistake_nothing(tmp_path: Path) -> None:
    found = together.run(tmp_path / "board", SECONDS, seed=7)
    assert found.wrong == ()
    assert found.edits > 3
    assert sum(found.counts.values()) > 15
    assert {name.split()[1] for name in found.counts} <= {"0", "1", "2"}


def test_an_edit_that_is_lost_would_be_told(tmp_path: Path) -> None:
    told = [together.Told((("OPS-0", "w1"),), ("board/items/OPS-9.yaml",), {}, ())]
    together.run(tmp_path / "board", 0)
    assert together._judged(tmp_path / "board", told).wrong == (
        "OPS-0: w1 is lost",
        "board/items/OPS-9.yaml is lost",
    )

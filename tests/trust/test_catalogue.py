"""The catalogue of faults: one row for each, with its own input and its whole outcome.

The ids are those of a study of what goes wrong with boards in Git: Y is YAML, E editing, G hostile
settings of Git, R repositories and their history, F paths, W the site, C terminals, CI and exports, K
parallel work and load. Each row names its promise (`rows.PROMISES`). A row about something that opsflow
has not is listed as skipped, with the reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stories
from tests.cli.conftest import Run, opsflow, surroundings
from tests.trust import (
    rows_bounds,
    rows_cost,
    rows_edits,
    rows_git,
    rows_history,
    rows_outputs,
    rows_parallel,
    rows_paths,
    rows_public,
    rows_site,
    rows_yaml,
)
from tests.trust.rows import PROMISES, ROWS, Scene

__all__ = ["opsflow", "surroundings"]

FAMILIES = {"Y": 30, "E": 14, "G": 25, "R": 18, "F": 9, "W": 17, "C": 14, "K": 14}
"""How many entries the catalogue has of each."""
ADDED = {"A": 29}
"""How many rows are about what the study did not know."""
MODULES = (
    rows_bounds,
    rows_cost,
    rows_edits,
    rows_git,
    rows_history,
    rows_outputs,
    rows_parallel,
    rows_paths,
    rows_public,
    rows_site,
    rows_yaml,
)


@pytest.fixture
def scene(tmp_path: Path, opsflow: Run, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for name, value in stories.environment().items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)
    return Scene(tmp_path, opsflow)


@pytest.mark.parametrize("id", ROWS)
def test_a_fault_has_the_outcome_that_is_promised(id: str, scene: Scene) -> None:
    entry = ROWS[id]
    if entry.proof is None:
        pytest.skip(f"{id} is not tried: {entry.because}")
    entry.proof(scene)


def test_every_entry_of_the_catalogue_has_its_row() -> None:
    expected = {f"{family}{number + 1}" for family, many in FAMILIES.items() for number in range(many)}
    assert len(expected) == 141
    assert set(ROWS) == expected | {f"{family}{n + 1}" for family, many in ADDED.items() for n in range(many)}


def test_a_row_names_a_promise_and_one_without_a_proof_says_why() -> None:
    assert {entry.promise for entry in ROWS.values()} <= set(PROMISES)
    assert [entry.id for entry in ROWS.values() if entry.proof is None and not entry.because] == []
    assert len({entry.fault for entry in ROWS.values()}) == len(ROWS)

"""Who did which work, as the commits of a repository tell it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsflow import facts
from opsflow.measures import _doers
from tests import stories
from tests.history.scene import CONFIG, item
from tests.measures.asked import asked

PEOPLE = "people:\n  maria: {name: Maria, emails: [maria@example.org]}\n  ben: {name: Ben}\n"
Step = tuple[str, Mapping[str, str]]
"""When it was committed, and what else than its title the item says then."""


def people(folder: Path, *steps: Step) -> tuple[str, ...]:
    """Who did OPS-A1, which the last step finishes."""
    text: list[stories.Step] = [{"at": "2026-01-05 08:00", "files": {"opsflow.yaml": CONFIG}}]
    text += [{"at": at, "files": {"items/OPS-A1.yaml": item(**dict(said))}} for at, said in steps]
    path = stories.make(folder / "board", [*text, {"files": {"people.yaml": PEOPLE}}])
    query = asked(facts.gather(path, now=datetime(2026, 1, 20, tzinfo=UTC), cache=False))
    (done,) = _doers.of(query, query.window, lambda item: True)
    return done.people


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param(
            [
                ("2026-01-12 08:00", {"state": "doing", "assignees": "[ben]"}),
                ("2026-01-13 08:00", {"state": "done", "assignees": "[maria]"}),
            ],
            ("maria",),
            id="whoever takes over in the commit that finishes it",
        ),
        pytest.param(
            [
                ("2026-01-12 08:00", {"state": "doing", "assignees": "[ben]"}),
                ("2026-01-13 08:00", {"state": "done"}),
            ],
            ("ben",),
            id="whoever had it until that commit, where it leaves nobody",
        ),
        pytest.param(
            [
                (
                    "2026-01-12 08:00",
                    {"state": "doing", "assignees": "[ben]", "entered": "{doing: 2026-01-10 09:00}"},
                ),
                (
                    "2026-01-12 08:30",
                    {"state": "done", "assignees": "[ben]", "entered": "{done: 2026-01-11 15:00}"},
                ),
            ],
            ("ben",),
            id="whoever had it from its first commit on, though it began and ended before that",
        ),
        pytest.param(
            [
                ("2026-01-09 08:00", {"state": "ready"}),
                (
                    "2026-01-12 08:00",
                    {"state": "doing", "assignees": "[ben]", "entered": "{doing: 2026-01-10 09:00}"},
                ),
                (
                    "2026-01-12 08:30",
                    {"state": "done", "assignees": "[ben]", "entered": "{done: 2026-01-11 15:00}"},
                ),
            ],
            ("ben",),
            id="whoever the commit names that tells of it, though it ended before anybody was named",
        ),
        pytest.param(
            [
                ("2026-01-12 08:00", {"state": "doing"}),
                ("2026-01-12 08:30", {"state": "done", "entered": "{done: 2026-01-12 08:10}"}),
            ],
            ("maria",),
            id="whoever made that commit, where nobody ever had it",
        ),
    ],
)
def test_finished_work_was_done_by(steps: list[Step], expected: tuple[str, ...], tmp_path: Path) -> None:
    assert people(tmp_path, *steps) == expected

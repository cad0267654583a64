"""The histories of one line up to one of its commits after another, where the line is read once.

What was known at a commit is what the line said up to it: an `entered:` that came later is not seen. So an
earlier history is no cut of a later one. But the story of an item that nothing touched in between is the
same in both and is not told again, so all steps together cost what happened.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from opsflow.collection import paused
from opsflow.history import story
from opsflow.history.commits import clock, commit_of
from opsflow.history.line import LINK, SUBMODULE, carried
from opsflow.history.story import Stories
from opsflow.model import Commit, Gap, History
from opsflow.reading import tracked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsflow.history.line import Line, Row
    from opsflow.history.repository import Repository
    from opsflow.history.trees import Entry

FILE = "100644"
MODES = {LINK: "120000", SUBMODULE: "160000"}
"""The modes of what is no regular file, by what stands in its place as a record."""


class Steps:
    """A line, and how far one has come on it: forward only."""

    def __init__(self, repository: Repository, line: Line) -> None:
        self.count = 0
        """How many commits were known by now."""
        self._repository = repository
        self._line = line
        self._times: list[float] = list(clock(line.stamps))
        every = ((row[0], path, row) for path, rows in line.files.items() for row in rows)
        self._rows = sorted(every, key=lambda each: each[:2])
        self._next = 0
        self._files: dict[str, list[Row]] = {}
        self._holders: dict[str, list[str]] = {}
        """The files that ever held each item."""
        self._affected: set[str] = set()
        """The items whose files were touched since the stories were told."""
        self._commits: dict[int, Commit] = {}
        self._gaps: list[Gap] = []
        self._stories: Stories | None = None
        self._listed: frozenset[str] = frozenset()

    def go_to(self, at: float) -> None:
        """Go on to the last commit that was known at a moment, in seconds; moments never go back."""
        self.count = bisect_right(self._times, at)
        changed: dict[str, list[Row]] = {}
        while self._next < len(self._rows) and self._rows[self._next][0] < self.count:
            n, path, row = self._rows[self._next]
            self._next += 1
            changed.setdefault(path, []).append(row)
            if n not in self._commits:
                self._commits[n] = self._made(n)
            if said := tracked.reason(row[2]):
                self._gaps.append(Gap(path, self._commits[n], said))
        for path, more in changed.items():
            before = self._files.get(path, [])
            self._files[path] = before + more
            held = carried(path, more)
            self._affected |= held | carried(path, _standing(before))
            for item in held:
                holders = self._holders.setdefault(item, [])
                if path not in holders:
                    holders.append(path)

    def entries(self) -> list[Entry]:
        """Mode, blob and path of every file that the board reads, sorted by path."""
        last = ((path, rows[-1]) for path, rows in sorted(self._files.items()))
        return [
            (MODES.get(value, FILE) if isinstance(value, str) else FILE, blob, path)
            for path, (_, blob, value) in last
            if blob
        ]

    def history(self, listed: frozenset[str] = frozenset()) -> History:
        """The history by now, at least one commit long; the commits of these ids are ignored."""
        with paused():
            last = self.count - 1
            if listed != self._listed:
                self._listed, self._stories = listed, None
                self._commits = {n: self._made(n) for n in self._commits}
                self._gaps = [gap._replace(commit=self._made_anew(gap.commit)) for gap in self._gaps]
            commits = dict(self._commits)
            if last not in commits:
                commits[last] = self._made(last)
            times, files = self._times[: self.count], dict(self._files)
            if self._stories is None:
                ignored = {n for n, known in enumerate(self._line.ids) if known in listed}
                self._stories = Stories(files, commits, times, ignored)
            else:
                self._stories = self._stories.grown(files, self._holders, self._affected, commits, times)
            self._affected = set()
            own = story.own_versions(files, commits)
            return History(tuple(commits.values()), self._stories, tuple(self._gaps), own)

    def _made(self, n: int) -> Commit:
        line = self._line
        if n not in line.who:  # the last commit, which need not touch the board
            commit = self._repository.commit(line.ids[n])
            line.who[n] = (commit.author, commit.email, commit.subject)
        return commit_of(
            line.ids[n], self._times[n], line.stamps[n], line.who[n], line.ids[n] in self._listed
        )

    def _made_anew(self, commit: Commit) -> Commit:
        return commit._replace(ignored=commit.id in self._listed)


def _standing(rows: Sequence[Row]) -> Sequence[Row]:
    """The last versions of a file, from one on that says all that is in it."""
    for place in range(len(rows) - 1, -1, -1):
        if rows[place][2] is None or isinstance(rows[place][2], tuple):
            return rows[place:]
    return rows

"""One change of an index: commits that go, commits that come, and the counts of what there is then."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from typing import Any

from opsflow.history import rows
from opsflow.history.commits import clock
from opsflow.history.line import Line, Row, carried
from opsflow.history.rows import sum_of
from opsflow.history.tables import LATEST, State, Tables


class Change:
    """One change, inside a transaction."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.db = tables.db
        _, _, _, self.files, self.rows, self.items, self.lasts, latest = tables.state
        self.latest: dict[str, int] = dict(latest)
        self.fell = False
        """A file among the latest may be so no more."""

    def cut(self, keep: int) -> None:
        """Forget the commits from position `keep` on."""
        number, left = divmod(keep, rows.PAGE)
        if left:
            page = self.tables.page(number)
            page["ids"] = " ".join(page["ids"].split()[:left])
            page["stamps"] = page["stamps"][:left]
            page["who"] = {n: who for n, who in page["who"].items() if int(n) < keep}
            self.write_page(number, page)
        self.db.execute("DELETE FROM page WHERE number >= ?", (number + bool(left),))
        query = "SELECT path FROM file WHERE last >= ?"
        for (path,) in self.db.execute(query, (keep,)).fetchall():
            before = self.tables.file(path)
            self.write_file(path, before, [row for row in before if row[0] < keep])

    def add(self, more: Line) -> None:
        """Put the commits of a line, and its versions, behind what is there."""
        self.add_commits(more)
        empty = not self.files
        pairs: dict[str, set[str]] = {}
        texts = []
        for path, new in more.files.items():
            before = None if empty else self.tables.known(path)
            if before is not None:
                self.write_file(path, before, before + new)
                continue
            self.files += 1
            self.rows += len(new)
            self.lasts += new[-1][0]
            self.latest[path] = new[-1][0]
            text = rows.as_text(new)
            texts.append((path, new[-1][0], text, sum_of(f"file {path}", text)))
            for item in carried(path, new):
                pairs.setdefault(item, set()).add(path)
        self.db.executemany("INSERT INTO file VALUES (?, ?, ?, ?)", texts)
        if self.items:
            for item, paths in pairs.items():
                self.carry(item, paths, set())
        else:
            self.items = len(pairs)
            held = [(item, dumps(sorted(paths))) for item, paths in pairs.items()]
            carriers = [(item, text, sum_of(f"item {item}", text)) for item, text in held]
            self.db.executemany("INSERT INTO item VALUES (?, ?, ?)", carriers)

    def add_commits(self, more: Line) -> None:
        before, begun = 0, rows.page(0)
        if more.first:
            begun = self.tables.page((more.first - 1) // rows.PAGE)
            before = max(clock(begun["stamps"], begun["before"]))
        at = more.first
        while at < more.first + len(more):
            number = at // rows.PAGE
            end = min((number + 1) * rows.PAGE, more.first + len(more))
            here = slice(at - more.first, end - more.first)
            page = begun if at % rows.PAGE else rows.page(before)
            page["ids"] = f"{page['ids']} {' '.join(more.ids[here])}".strip()
            page["stamps"] += more.stamps[here]
            page["who"] |= {str(n): more.who[n] for n in range(at, end) if n in more.who}
            self.write_page(number, page)
            before = max(clock(page["stamps"], before))
            at = end

    def write_page(self, number: int, page: Mapping[str, Any]) -> None:
        text = dumps(page, separators=(",", ":"))
        row = (number, text, sum_of(f"page {number}", text))
        self.db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", row)

    def write_file(self, path: str, before: list[Row], after: list[Row]) -> None:
        """Replace a file's versions; none are left: forget it."""
        self.rows += len(after) - len(before)
        self.lasts -= before[-1][0]
        self.fell = self.fell or not after or after[-1][0] < before[-1][0]
        if after:
            self.latest[path] = after[-1][0]
            self.lasts += after[-1][0]
            text = rows.as_text(after)
            row = (path, after[-1][0], text, sum_of(f"file {path}", text))
            self.db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", row)
        else:
            self.files -= 1
            self.db.execute("DELETE FROM file WHERE path = ?", (path,))
        old, new = carried(path, before), carried(path, after)
        for item in new - old:
            self.carry(item, {path}, set())
        for item in old - new:
            self.carry(item, set(), {path})

    def carry(self, id: str, paths: set[str], gone: set[str]) -> None:
        """Note which more files hold an item, and which do not any longer."""
        known = self.tables.item(id) if self.items else None
        after = sorted(({*known} if known else set()) - gone | paths)
        self.items += bool(after) - bool(known)
        if after:
            text = dumps(after)
            row = (id, text, sum_of(f"item {id}", text))
            self.db.execute("INSERT OR REPLACE INTO item VALUES (?, ?, ?)", row)
        elif known:
            self.db.execute("DELETE FROM item WHERE id = ?", (id,))

    def count(self, count: int, head: str) -> None:
        """Write down how much there is now. `head`: the last of `count` commits; empty: it was there."""
        if count and not head:
            head = self.tables.page((count - 1) // rows.PAGE)["ids"].split()[-1]
        place, counts = self.tables.place, (self.files, self.rows, self.items, self.lasts)
        self.tables.write_state(State(place, head, count, *counts, self.newest()))

    def newest(self) -> list[tuple[str, int]]:
        """The files that changed last."""
        if self.fell:
            return self.tables.newest(0, LATEST, self.files, self.lasts)
        return sorted(self.latest.items(), key=lambda file: (file[1], file[0]), reverse=True)[:LATEST]

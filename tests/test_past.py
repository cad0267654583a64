"""Past days of a board, read once: the same facts as `--at` each day gives."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsflow import facts as facing
from opsflow import past
from opsflow.errors import OpsflowError
from opsflow.facts import Facts
from opsflow.history import blobs, index
from opsflow.history.line import Line, Reader
from opsflow.history.repository import Repository
from opsflow.history.store import Store
from opsflow.model import Board
from opsflow.past import Day
from tests import stories

NOW = datetime(2026, 3, 20, 15, tzinfo=UTC)
STATES = ["inbox", "ready", "doing", "vendor", "done", "dropped"]


def config(*more: str, limit: int = 3, zone: str = "Europe/Berlin", states: list[str] = STATES) -> str:
    """An opsflow.yaml."""
    kinds = {"doing": "active", "vendor": "waiting", "done": "done", "dropped": "discarded"}
    rows = [
        f"  - {{state: {name}, kind: {kinds.get(name, 'backlog')}{f', wip: {limit}' * (name == 'doing')}}}\n"
        for name in states
    ]
    types = "types: {task: {}, incident: {planned: false}}\n"
    return "".join((f"board: Test\nkey: OPS\ntimezone: {zone}\nworkflow:\n", *rows, types, *more))


def days(first: str, last: str, step: int = 1) -> list[date]:
    """Days, both included."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    found = []
    while day <= end:
        found.append(day)
        day += timedelta(days=step)
    return found


def told(path: str, wanted: list[date], rules: str = past.THEN) -> list[Day]:
    """The days of the board at a path."""
    return [*past.days(gathered(path), path, wanted, rules=rules, cache=False)]


def gathered(path: str, at: date | str | None = None) -> Facts:
    """The facts as they are asked for one at a time."""
    return facing.gather(path, now=NOW, at=None if at is None else str(at), cache=False)


def random_steps(seed: int) -> Iterator[stories.Step]:
    """A board whose items, rules, people and places change all the time."""
    chance = random.Random(seed)
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    zones, places = ["Europe/Berlin", "UTC", "Pacific/Auckland"], ["items", "archive", "items/web"]
    where: dict[int, str] = {}
    yield {"at": moment, "files": {"opsflow.yaml": config(), "README.md": "a board\n"}}
    for _ in range(120):
        moment += timedelta(minutes=chance.choice((5, 90, 700, 2000)))
        files: dict[str, str | bytes | stories.Odd | None] = {}
        kind = chance.random()
        number = chance.randrange(14)
        if kind < 0.06:
            files["opsflow.yaml"] = config(
                chance.choice(("", "", "fields: {team: {type: string}}\n", "ignore_revs: mass.txt\n")),
                limit=chance.randrange(1, 6),
                zone=chance.choice(zones),
                states=chance.choice((STATES, [*STATES[:3], "review", *STATES[3:]])),
            )
        elif kind < 0.08:
            files["opsflow.yaml"] = chance.choice(("board: [", "board: Test\nkey: OPS\n"))
        elif kind < 0.12:
            files["people.yaml"] = f"people: {{maria: {{name: Maria, capacity: {chance.random():.1f}}}}}\n"
        elif kind < 0.14:
            files["README.md"] = f"{moment}\n"
        elif kind < 0.2 and number in where:
            files[where.pop(number)] = None
        elif kind < 0.24 and number in where:
            files[where[number]] = chance.choice(("title: [", stories.Odd("120000", b"opsflow.yaml")))
        else:
            lines = [f"title: Item {number} at {moment:%d}", f"state: {chance.choice(STATES)}"]
            lines += chance.choice(([], ["type: incident"], ["assignees: [maria, ben]"], ["labels: [audit]"]))
            if chance.random() < 0.2:
                lines.append(
                    f"entered: {{doing: {moment - timedelta(days=chance.randrange(9)):%Y-%m-%dT%H:%MZ}}}"
                )
            path = where.get(number, f"{chance.choice(places)}/OPS-{number}.yaml")
            if number in where and chance.random() < 0.1:
                files[path] = None
                path = f"{chance.choice(places)}/OPS-{number}-{moment:%d%H%M}.yaml"
            where[number] = path
            files[path] = "".join(f"{line}\n" for line in lines)
        yield {"at": moment, "files": files}


def same(one: Board, other: Board) -> bool:
    """Whether two boards say the same. Files that are no records and not the board's are not looked for."""
    return one._replace(paths=()) == other._replace(paths=())


@pytest.mark.parametrize("seed", range(4))
def test_a_day_is_what_asking_for_that_day_alone_gives(tmp_path: Path, seed: int) -> None:
    steps = [*random_steps(seed)]
    path = stories.make(tmp_path / "board", steps)
    if seed % 2:
        listed = [stories.commits(path)[n] for n in (4, 17, 40, 90)]
        mass: stories.Step = {
            "at": steps[59]["at"],
            "files": {"mass.txt": "\n".join(listed), "opsflow.yaml": config("ignore_revs: mass.txt\n")},
        }
        path = stories.make(tmp_path / "again", [*steps[:60], mass, *steps[60:]])
    known = 0
    wanted = days("2026-01-03", "2026-03-20", 2)
    # One at a time, so that each is told before the next is asked for.
    for on, found, reason, rules in past.days(gathered(path), path, wanted, cache=False):
        try:
            alone = gathered(path, on)
        except OpsflowError:
            assert (found, bool(reason)) == (None, True), on
            continue
        if found is None:
            assert not alone.board.usable, on
            continue
        known += 1
        assert same(found.board, alone.board), on
        assert (found.now, found.commit, found.lent) == (alone.now, alone.commit, alone.lent), on
        assert found.history is not None and alone.history is not None
        assert found.history.commits == alone.history.commits, on
        assert [*found.history.stories] == [*alone.history.stories], on
        assert dict(found.history.stories) == dict(alone.history.stories), on
        assert (found.history.gaps, found.history.own) == (alone.history.gaps, alone.history.own), on
        assert rules is not None
    assert known > 15


STEPS: list[stories.Step] = [
    {
        "at": "2026-03-02 09:00",
        "files": {"opsflow.yaml": config(limit=3), "items/OPS-1.yaml": "title: One\nstate: doing\n"},
    },
    {"at": "2026-03-04 09:00", "files": {"opsflow.yaml": config(limit=2)}},
    {"at": "2026-03-06 09:00", "files": {"people.yaml": "people: {maria: {name: Maria}}\n"}},
    {"at": "2026-03-09 09:00", "files": {"items/OPS-1.yaml": "title: One, again\nstate: done\n"}},
    {
        "at": "2026-03-11 09:00",
        "files": {"opsflow.yaml": config(limit=1, states=[*STATES[:3], "review", *STATES[3:]])},
    },
]


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A board whose rules change."""
    return stories.make(tmp_path / "board", STEPS)


def limits(found: list[Day]) -> list[int | None]:
    """The limit of doing on each day; 0 where there is no board."""
    return [day.facts.board.limits[0].max if day.facts else 0 for day in found]


def test_each_day_has_its_own_rules(path: str) -> None:
    found = told(path, days("2026-03-01", "2026-03-13", 2))
    assert limits(found) == [0, 3, 2, 2, 2, 1, 1]
    assert found[0] == Day(date(2026, 3, 1), None, "there was no opsflow.yaml yet")
    ids = stories.commits(path)
    ruled = [ids.index(day.rules.id) for day in found[1:] if day.rules]
    assert ruled == [0, 1, 2, 2, 4, 4]


def test_by_the_rules_of_now_each_day_has_todays_rules_and_people_and_its_own_items(path: str) -> None:
    found = told(path, days("2026-03-03", "2026-03-13", 5), rules=past.NOW)
    assert limits(found) == [1, 1, 1]
    assert [day.rules for day in found] == [None, None, None]
    boards = [day.facts.board for day in found if day.facts]
    assert [[*(board.people or {})] for board in boards] == [["maria"]] * 3
    assert [board.items["OPS-1"].title for board in boards] == ["One", "One", "One, again"]


def test_rules_of_now_are_those_of_the_working_folder(path: str) -> None:
    Path(path, "opsflow.yaml").write_text(config(limit=5), encoding="utf-8")
    assert limits(told(path, days("2026-03-03", "2026-03-13", 10), rules=past.NOW)) == [5, 5]
    assert limits(told(path, days("2026-03-03", "2026-03-13", 10))) == [3, 1]


def test_seen_from_an_earlier_commit_nothing_later_is_known(path: str) -> None:
    earlier = gathered(path, "2026-03-05")
    found = [*past.days(earlier, path, days("2026-03-03", "2026-03-05"), cache=False)]
    assert limits(found) == [3, 2, 2]
    ruled = [*past.days(earlier, path, days("2026-03-03", "2026-03-05"), rules=past.NOW, cache=False)]
    assert limits(ruled) == [2, 2, 2]


def test_today_is_known_up_to_now_and_uncommitted_edits_are_no_part_of_it(path: str) -> None:
    Path(path, "items", "OPS-1.yaml").write_text("title: Not committed\nstate: doing\n", encoding="utf-8")
    (found,) = told(path, [NOW.date()])
    assert found.facts is not None
    assert (found.facts.now, found.facts.board.items["OPS-1"].state) == (NOW, "done")


def test_records_of_other_people_are_read_by_the_rules_that_lie_beside_them(tmp_path: Path) -> None:
    path = stories.make(
        tmp_path / "board",
        [
            {"at": "2026-03-02 09:00", "files": {"items/OPS-1.yaml": "title: One\nstate: doing\n"}},
            {"at": "2026-03-04 09:00", "files": {"items/OPS-1.yaml": "title: One\nstate: done\n"}},
        ],
    )
    Path(path, "opsflow.yaml").write_text(config(), encoding="utf-8")
    found = told(path, days("2026-03-01", "2026-03-05", 2))
    assert found[0] == Day(date(2026, 3, 1), None, "there was no commit yet")
    states = [day.facts.board.items["OPS-1"].state for day in found if day.facts]
    assert (states, [day.rules for day in found]) == (["doing", "done"], [None, None, None])


def test_without_a_history_nothing_is_known_of_past_days(tmp_path: Path) -> None:
    Path(tmp_path, "opsflow.yaml").write_text(config(), encoding="utf-8")
    with pytest.raises(
        OpsflowError, match="Nothing is known of past days: the board is not in a Git repository"
    ):
        told(str(tmp_path), [NOW.date()])


def test_the_line_is_read_once_however_many_days_there_are(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = gathered(path)
    read: list[str | None] = []

    def counted(repo: Repository, reader: Reader, own: Any, commit: str | None, **more: Any) -> Line:
        read.append(commit)
        return Line() if commit is None else whole(repo, reader, own, commit, **more)

    whole = index.read
    monkeypatch.setattr(index, "read", counted)
    found = [*past.days(facts, path, days("2026-03-02", "2026-03-20"), cache=False)]
    assert (len(found), read) == (19, [stories.commits(path)[-1]])


SOURCE = (
    "sources: [{paths: work.yaml, records: list, id: {field: n, prefix: W-}, fields: {title: t, state: s}}]\n"
)


def test_an_item_that_a_file_of_many_leaves_while_it_cannot_be_read_is_gone(tmp_path: Path) -> None:
    one, two = "{n: 1, t: One, s: doing}", "{n: 2, t: Two, s: doing}"
    texts = [f"list: [{one}, {two}]\n", "list: [", f"list: [{one}]\n", f"list: [{one}, {two}]\n"]
    steps: list[stories.Step] = [
        {"at": f"2026-03-0{n + 2} 09:00", "files": {"opsflow.yaml": config(SOURCE), "work.yaml": text}}
        for n, text in enumerate(texts)
    ]
    path = stories.make(tmp_path / "board", steps)
    wanted = days("2026-03-02", "2026-03-06")
    gone = []
    for day in past.days(gathered(path), path, wanted, cache=False):
        assert day.facts is not None
        assert day.facts.history is not None
        alone = gathered(path, day.on).history
        assert alone is not None
        assert dict(day.facts.history.stories) == dict(alone.stories)
        gone.append(day.facts.history.stories["W-2"].gone is not None)
    assert gone == [False, False, True, False, False]


def test_a_file_is_read_once_for_all_the_days_on_which_it_is_the_same(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = gathered(path)
    asked: list[str] = []

    def counted(store: Store, ids: Iterable[str]) -> list[bytes | None]:
        wanted = [*ids]
        asked.extend(wanted)
        return read(store, wanted)

    read = blobs.contents
    monkeypatch.setattr(blobs, "contents", counted)
    assert len([*past.days(facts, path, days("2026-03-02", "2026-03-20"), cache=False)]) == 19
    # Two versions of an item and people.yaml once; each opsflow.yaml also for how to read, the last for its zone.
    assert sorted(asked.count(blob) for blob in {*asked}) == [1, 1, 1, 2, 2, 3]

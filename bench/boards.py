"""Boards of any size with a history, made in a Git repository: `python -m bench.boards FOLDER --items 1000`.

Items come to be, move through their states, change their fields, are renamed, deleted and, rarely,
broken for one commit; branches leave main, grow and are merged. The whole history is streamed into
`git fast-import`, and the same arguments always give the same commit ids. Only the standard library
and Git are needed.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

STATES = ("backlog", "ready", "doing", "review", "done")
TYPES = ("task", "task", "task", "change", "incident", "project", "toil")
CLASSES = ("standard", "standard", "standard", "fixed-date", "expedite", "intangible")
PEOPLE = tuple("alice bjorn chidi dana eva farid grace hiro ines joao kofi lena".split())
LABELS = tuple("network storage backup security toil vendor database linux audit on-call".split())
VERBS = tuple("Rotate Upgrade Drain Replace Document Automate Audit Migrate Restore Tune".split())
THINGS = ("TLS certificates", "the edge gateway", "backup tapes", "the mail relay", "a DNS zone",
          "build agents", "the NTP pool", "a PostgreSQL replica", "the storage", "alert rules")  # fmt: skip
SENTENCES = (
    "Support for this release ended in spring, and the audit will ask.",
    "Talk to the network team before the upstream side is touched.",
    "It must be possible to go back within fifteen minutes; the runbook says how.",
    "The quietest hours are from 02:00 to 04:00 UTC on working days.",
    "Monitoring will complain for a minute while the agents connect again.",
    "The vendor owes us firmware (note: not the 4.x line).",
    "There is room until the end of the quarter.",
    "Zoë has the key of the spare parts store.",
)
STEPS = ("drain the node", "take a snapshot", "apply the change", "watch the dashboard", "run the smoke test",
         "update the inventory", "close the vendor case", "tell the person on call")  # fmt: skip
EPOCH = int(datetime(2023, 1, 2, tzinfo=UTC).timestamp())

CONFIG = """\
board: Benchmark
key: OPS
workflow:
  - {state: backlog, kind: backlog}
  - {state: ready, kind: backlog, wip: 100000}
  - {state: doing, kind: active, wip: 100000}
  - {state: review, kind: active, wip: 100000}
  - {state: done, kind: done}
  - {state: dropped, kind: discarded}
types: {task: {}, change: {}, incident: {planned: false}, project: {}, toil: {}}
limits:
  - {per: person, states: [doing], max: 10000}
  - {class: expedite, max: 10000}
"""


@dataclass(slots=True)
class Work:
    """One item as it grows."""

    number: int
    title: str
    type: str
    class_: str
    due: str
    prose: list[str]
    steps: list[str]
    state: str = "backlog"
    slug: str = ""
    assignees: list[str] = field(default_factory=list)
    needs: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    ticked: int = 0
    seen: int = 0

    @property
    def key(self) -> str:
        return f"OPS-{self.number:06d}"

    @property
    def path(self) -> str:
        return f"items/{self.number // 100:04d}/{self.key}{self.slug}.yaml"

    def text(self) -> str:
        """The file, in the form that `opsflow new` writes."""
        lines = [
            f"title: {self.title}",
            f"state: {self.state}",
            f"type: {self.type}",
            f"class: {self.class_}",
        ]
        for name, values in (
            ("assignees", self.assignees),
            ("depends_on", [f"OPS-{n:06d}" for n in self.needs]),
        ):
            if values:
                lines += [f"{name}:", *(f"  - {value}" for value in values)]
        if self.due:
            lines.append(f"due: {self.due}")
        if self.labels:
            lines.append(f"labels: [{', '.join(self.labels)}]")
        lines += [
            "checklist: |",
            *(f"  - [{'x' if n < self.ticked else ' '}] {s}" for n, s in enumerate(self.steps)),
        ]
        lines += ["description: |", *(line for prose in self.prose for line in ("  " + prose, ""))]
        return "\n".join(lines).rstrip("\n") + "\n"


class Stream:
    """A fast-import stream that counts its commits."""

    def __init__(self, sink: BinaryIO, rng: random.Random, commits: int, years: float) -> None:
        self.sink, self.rng = sink, rng
        self.wanted, self.commits, self.mark = commits, 0, 0
        self.when, self.step = EPOCH, years * 365.25 * 86400 / max(1, commits)

    def blob(self, text: str) -> int:
        self.mark += 1
        data = text.encode()
        self.sink.write(b"blob\nmark :%d\ndata %d\n%b\n" % (self.mark, len(data), data))
        return self.mark

    def commit(self, ref: str, message: str, edits: Sequence[str], parents: Sequence[int]) -> int:
        self.when += int(self.rng.random() * 2 * self.step)
        self.commits += 1
        self.mark += 1
        who = self.rng.choice(PEOPLE)
        links = [f"{word} :{mark}" for word, mark in zip(("from", "merge"), parents, strict=False)]
        stamp = (
            f"{who.title()} <{who}@example.org> {self.when} {self.rng.choice(('+0000', '+0100', '-0500'))}"
        )
        head = [f"commit {ref}", f"mark :{self.mark}", f"author {stamp}", f"committer {stamp}",
                f"data {len(message.encode())}", message, *links, *edits, "", ""]  # fmt: skip
        self.sink.write("\n".join(head).encode())
        return self.mark


class Board:
    """Draws events until the history has the wanted number of commits."""

    def __init__(self, stream: Stream, items: int) -> None:
        self.stream, self.rng, self.wanted = stream, stream.rng, items
        self.works: list[Work] = []
        self.open: list[Work] = []
        self.tips: list[int] = []
        self.broken: Work | None = None

    def run(self) -> None:
        stream, rng = self.stream, self.rng
        config = stream.blob(CONFIG)
        self.tips.append(
            stream.commit("refs/heads/main", "Start the board", [f"M 100644 :{config} opsflow.yaml"], [])
        )
        while stream.commits < stream.wanted:
            left = stream.wanted - stream.commits
            if left > 6 and len(self.works) > 20 and rng.random() < 0.12:
                self.pull_request(rng.randint(1, 4))
            elif len(self.open) > 40 and rng.random() < 0.05:
                batch = {
                    work.number: edits for work, edits, _ in (self.event() for _ in range(rng.randint(2, 7)))
                }
                self.on_main(
                    [line for edits in batch.values() for line in edits], f"Triage {len(batch)} items"
                )
            else:
                work, edits, message = self.event()
                self.on_main(edits, message)
                work.seen = len(self.tips)

    def on_main(self, edits: Sequence[str], message: str, merged: int = 0) -> None:
        parents = [self.tips[-1], merged] if merged else [self.tips[-1]]
        self.tips.append(self.stream.commit("refs/heads/main", message, edits, parents))

    def pull_request(self, length: int) -> None:
        """Commits on a branch that left main some commits ago, then the merge that lands them.

        Only items that main has not touched since take part, so that the merge is what Git would make.
        """
        start = max(0, len(self.tips) - 1 - self.rng.randint(0, 11))
        last = self.tips[start]
        landed: dict[int, list[str]] = {}
        for _ in range(length):
            work, edits, message = self.event()
            if work.seen > start:
                self.on_main(edits, message)
            else:
                last = self.stream.commit("refs/heads/topic", message, edits, [last])
                landed[work.number] = [*landed.get(work.number, []), *edits]
            work.seen = len(self.tips)
        if landed:
            edits = [line for lines in landed.values() for line in lines]
            self.on_main(edits, f"Merge pull request #{len(self.tips)}", last)

    def event(self) -> tuple[Work, list[str], str]:
        """One item changed: the item, its lines for the stream, the message."""
        if self.broken:
            work, self.broken = self.broken, None
            return work, [self.write(work)], f"Repair {work.key}"
        share = min(1.0, 1.04 * (self.stream.commits + 1) / self.stream.wanted) ** 0.9
        if len(self.works) < self.wanted and (not self.open or len(self.works) < self.wanted * share):
            return self.create()
        return self.change(self.choose())

    def choose(self) -> Work:
        """An open item, young ones more often than old ones."""
        while True:
            place = int(len(self.open) * self.rng.random() ** 0.7)
            work = self.open[place]
            if work.state in STATES[:4]:
                return work
            self.open.pop(place)
            if not self.open:
                return self.create()[0]

    def create(self) -> tuple[Work, list[str], str]:
        rng, number = self.rng, len(self.works) + 1
        title = f"{rng.choice(VERBS)} {rng.choice(THINGS)} in rack {rng.randint(10, 99)}"
        work = Work(
            number,
            f'"{title}: phase {rng.randint(1, 4)}"' if rng.random() < 0.08 else title,
            rng.choice(TYPES),
            rng.choice(CLASSES),
            # So far off that few are overdue: what is measured is judging, not reporting.
            self.day(rng.randint(1500, 2500)) if rng.random() < 0.4 else "",
            rng.sample(SENTENCES, rng.randint(1, 4)),
            rng.sample(STEPS, rng.randint(2, 7)),
            needs=sorted(
                {rng.randint(max(1, number - 400), number - 1) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))}
            )
            if number > 5
            else [],
            labels=sorted(rng.sample(LABELS, rng.randint(0, 3))),
        )
        self.works.append(work)
        self.open.append(work)
        return work, [self.write(work)], f"Add {work.key}"

    def change(self, work: Work) -> tuple[Work, list[str], str]:
        rng, pick = self.rng, self.rng.random()
        if pick < 0.001 and work.state == "backlog":
            work.state = "gone"
            for other in self.open:
                other.needs = [number for number in other.needs if number != work.number]
            return work, [f"D {work.path}"], f"Delete {work.key}"
        if pick < 0.005:
            old, work.slug = work.path, f"-{rng.choice(VERBS).lower()}-{rng.randint(1, 99)}"
            return work, [f"D {old}", self.write(work)], f"Rename {work.key}"
        if pick < 0.42:
            message = self.move(work)
        elif pick < 0.68:
            work.ticked = min(len(work.steps), work.ticked + 1)
            message = f"Tick a step of {work.key}"
        elif pick < 0.80:
            work.prose = [*work.prose[-3:], rng.choice(SENTENCES)]
            message = f"Describe {work.key} better"
        elif pick < 0.88:
            work.assignees = sorted(rng.sample(PEOPLE, rng.randint(1, 2)))
            message = f"Assign {work.key}"
        else:
            work.labels = sorted(rng.sample(LABELS, rng.randint(0, 3)))
            message = f"Label {work.key}"
        broken = rng.random() < 0.0002 and self.stream.wanted - self.stream.commits > 30
        self.broken = work if broken else None
        return work, [self.write(work, broken)], message

    def move(self, work: Work) -> str:
        turn, here = self.rng.random(), STATES.index(work.state)
        if turn < 0.84:
            work.state = STATES[here + 1]
        elif turn < 0.93:
            work.state = STATES[max(0, here - 1)]
        elif turn < 0.945:
            work.state = "dropped"
        if work.state == "doing":
            # Nothing starts before what it waits for is done: what is not, is no longer waited for.
            work.needs = [number for number in work.needs if self.works[number - 1].state == "done"]
            work.assignees = work.assignees or [self.rng.choice(PEOPLE)]
        return f"Move {work.key} to {work.state}"

    def write(self, work: Work, broken: bool = False) -> str:
        text = work.text().replace("title: ", "title: [", 1) if broken else work.text()
        return f"M 100644 :{self.stream.blob(text)} {work.path}"

    def day(self, days: int) -> str:
        return time.strftime("%Y-%m-%d", time.gmtime(self.stream.when + days * 86400))


def make(
    folder: Path, items: int, commits: int, *, seed: int = 1, years: float = 3.0, checkout: bool = True
) -> None:
    """Make a repository in a new or empty folder."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    git = ["git", "-C", str(folder)]
    with subprocess.Popen([*git, "fast-import", "--quiet", "--depth=10"], stdin=subprocess.PIPE) as importer:
        assert importer.stdin
        Board(Stream(importer.stdin, random.Random(seed), commits, years), items).run()  # type: ignore[arg-type]
        importer.stdin.close()
        if importer.wait():
            raise SystemExit(importer.returncode)
    subprocess.run([*git, "update-ref", "-d", "refs/heads/topic"], check=True)
    if checkout:
        subprocess.run([*git, "reset", "-q", "--hard", "main"], check=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.boards", description=__doc__)
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--commits", type=int, help="all of them: main, branches, merges; default 10 an item")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=float, default=3.0)
    options = parser.parse_args(arguments)
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty")
    make(
        options.folder,
        options.items,
        options.commits or options.items * 10,
        seed=options.seed,
        years=options.years,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Ten programs on one board at once: they edit, check, build and look, for as long as one likes.

    python -m bench.together --seconds 60 --seed 1

Each edit that was accepted has to be there at the end, exactly once; each that was refused must have changed
nothing; every look meanwhile has to find a whole board; and nothing may lie beside its files.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

EDITORS, CHECKERS, BUILDERS, MOVERS = 4, 2, 2, 2
ITEMS = 6
ROOT = Path(__file__).parents[1]
BOARD = """\
board: B
key: OPS
ids: sequential
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active}
  - {state: done, kind: done}
"""


class Told(NamedTuple):
    """What one program did."""

    labels: tuple[tuple[str, str], ...]
    """Item and label of each edit that was accepted."""
    made: tuple[str, ...]
    """The paths of the items that it made."""
    counts: dict[str, int]
    """How often it ran which command with which status."""
    wrong: tuple[str, ...]


class Outcome(NamedTuple):
    """What all of them did."""

    counts: Counter[str]
    edits: int
    wrong: tuple[str, ...]


def run(root: Path, seconds: float, seed: int = 1) -> Outcome:
    """Make a board in `root`, and let ten programs loose on it."""
    root.mkdir(parents=True)
    (root / "items").mkdir()
    (root / "opsflow.yaml").write_text(BOARD)
    for number in range(ITEMS):
        (root / f"items/OPS-{number}.yaml").write_text(
            f"# item {number}\ntitle: Item {number}\nstate: ready\n"
        )
    for words in (("init", "-q", "-b", "main", "--template="), ("add", "."), ("commit", "-qm", "First")):
        subprocess.run(["git", *words], cwd=root, env=_environment(root), check=True, capture_output=True)
    parts = ["edit"] * EDITORS + ["check"] * CHECKERS + ["build"] * BUILDERS + ["move"] * MOVERS
    running = [
        subprocess.Popen(
            [sys.executable, "-P", "-c", _CHILD, str(ROOT), str(root), part, str(n), str(seconds), str(seed)],
            stdout=subprocess.PIPE, env=_environment(root), text=True, cwd=root,
        )
        for n, part in enumerate(parts)
    ]  # fmt: skip
    told = []
    for each in running:
        out, _ = each.communicate()
        labels, made, counts, wrong = json.loads(out.splitlines()[-1])
        told.append(Told(tuple(map(tuple, labels)), tuple(made), counts, tuple(wrong)))
    return _judged(root, told)


_CHILD = (
    "import sys\nsys.path.insert(0, sys.argv[1])\nfrom bench import together\ntogether.child(*sys.argv[2:])"
)


def _environment(root: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    names = {
        f"GIT_{who}_{what}": "m@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    return kept | names | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "OPSFLOW_CACHE_DIR": str(root.parent / f"{root.name}-cache"),
    }  # fmt: skip


def child(root: str, part: str, number: str, seconds: str, seed: str) -> None:
    """One of the ten: a program again and again, in processes of its own made by a fork."""
    _prepare()
    rng = random.Random(f"{seed} {number}")
    end = time.monotonic() + float(seconds)
    labels, made, wrong = [], [], []
    counts: Counter[str] = Counter()
    turn = 0
    while time.monotonic() < end:
        turn += 1
        item = f"OPS-{rng.randrange(ITEMS)}"
        label = f"w{number}-{turn}"
        words: tuple[str, ...]
        if part == "edit":
            commit = ("--commit",) if rng.random() < 0.1 else ()
            new = rng.random() < 0.15
            words = ("new", f"Item {label}") if new else ("set", item, f"labels+={label}", *commit)
        elif part == "move":
            words = ("move", item, rng.choice(("ready", "doing", "done")))
        elif part == "check":
            words = rng.choice(
                (("check", "--format", "json"), ("list", "--all", "--format", "json"), ("log",))
            )
        else:
            words = ("build", "--out", os.path.join(os.path.dirname(root), f"site-{int(number) % 2}"))
        status, out, err = _ran(root, words)
        counts[f"{words[0]} {status}"] += 1
        if "Traceback" in err or "a bug of opsflow" in err or status not in (0, 1, 2):
            wrong.append(f"{' '.join(words)}: {status} {err[-500:]}")
        if part == "check":
            wrong += _looked(words, status, out)
        elif status == 0 and words[0] == "set":
            labels.append((item, label))
        elif status == 0 and words[0] == "new":
            made.append(out.splitlines()[0].strip())
        elif words[0] == "set" and "--commit" in words and "committed" in err:
            labels.append((item, label))  # Git made no commit: the edit stays in the folder, and says so
    sys.stdout.write(json.dumps([labels, made, counts, wrong]) + "\n")


def _prepare() -> None:
    """Import what the commands need, once; each runs in a child of its own all the same."""
    from opsflow import facts, rules
    from opsflow.cli import build, check, log, move, new, program
    from opsflow.cli import list as list_
    from opsflow.cli import set as set_
    from opsflow.editing import work

    assert all((facts, rules, build, check, log, move, new, program, list_, set_, work))


def _ran(root: str, words: tuple[str, ...]) -> tuple[int, str, str]:
    """Run the program in a child that is forked off, which spares the start of Python."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        made = os.fork()
        if not made:
            status = 99
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                from opsflow.cli import run as opsflow

                status = opsflow(["-C", root, *words])
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(made, 0)[1])
        out.seek(0)
        err.seek(0)
        return status, out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")


def _looked(words: tuple[str, ...], status: int, out: str) -> list[str]:
    """What is wrong with what a look found: a file that is broken, or an item that is missing."""
    if words[0] == "check":
        found = json.loads(out)
        bad = [
            each["message"] for each in found["findings"] if each["rule"] in ("unreadable-file", "misshapen")
        ]
        return bad + ([] if status == 0 else [f"check: {status} {out[:300]}"])
    if words[0] == "list":
        known = {each["id"] for each in json.loads(out)}
        return [
            f"list: {item} is missing" for item in (f"OPS-{n}" for n in range(ITEMS)) if item not in known
        ]
    return [] if status == 0 else [f"{words[0]}: {status}"]


def _judged(root: Path, told: list[Told]) -> Outcome:
    wrong = [each for one in told for each in one.wrong]
    counts = sum((Counter(one.counts) for one in told), Counter())
    accepted = [pair for one in told for pair in one.labels]
    for number in range(ITEMS):
        lines = (root / f"items/OPS-{number}.yaml").read_text().splitlines()
        there = Counter(line.strip()[2:] for line in lines if line.strip().startswith("- "))
        should = Counter(label for item, label in accepted if item == f"OPS-{number}")
        wrong += [f"OPS-{number}: {label} is lost" for label in should - there]
        wrong += [f"OPS-{number}: {label} is there, and nobody was told" for label in there - should]
        if lines[:2] != [f"# item {number}", f"title: Item {number}"]:
            wrong.append(f"OPS-{number} is broken: {lines[:3]}")
    made = [path for one in told for path in one.made]
    files = {path.name for path in (root / "items").iterdir()}
    first = {f"OPS-{n}.yaml" for n in range(ITEMS)}
    wrong += [f"two items were made as {path}" for path, count in Counter(made).items() if count > 1]
    wrong += [f"{path} is lost" for path in made if Path(path).name not in files]
    wrong += [f"{name} lies there" for name in files - first - {Path(path).name for path in made}]
    wrong += [
        f"{path.name} lies there"
        for path in root.iterdir()
        if path.name not in (".git", "items", "opsflow.yaml")
    ]
    status, out, err = _ran(str(root), ("check", "--no-cache", "--format", "json"))
    wrong += [] if status == 0 else [f"at the end check says {out} {err}"]
    cold = _ran(str(root), ("list", "--all", "--no-cache", "--format", "json"))
    warm = _ran(str(root), ("list", "--all", "--format", "json"))
    wrong += [] if cold == warm else ["with a cache the board is another"]
    fsck = subprocess.run(["git", "fsck", "--strict"], cwd=root, env=_environment(root), capture_output=True)
    wrong += [] if fsck.returncode == 0 else [fsck.stderr.decode()]
    for site in root.parent.glob("site-*"):
        listed = set(json.loads((site / ".opsflow-site.json").read_text())["files"])
        there_ = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
        wrong += [] if listed == there_ else [f"{site.name} is not whole"]
    wrong += [f"{path.name} lies there" for path in root.parent.glob(".site-*")]
    return Outcome(counts, len(accepted) + len(made), tuple(wrong))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.together", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="opsflow-together-") as folder:
        found = run(Path(folder) / "board", options.seconds, options.seed)
    print(", ".join(f"{name}: {count}" for name, count in sorted(found.counts.items())))
    print(f"{found.edits} edits were accepted, {len(found.wrong)} things are wrong")
    for line in found.wrong[:20]:
        print(line)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

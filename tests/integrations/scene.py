"""A board with pull requests: what GitHub and GitLab have, and what their runners check out."""

from __future__ import annotations

from pathlib import Path

from tests import stories

BOARD = """\
board: Operations
key: OPS
timezone: UTC
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 2}
  - {state: done, kind: done}
"""
NOW = "2026-01-09T12:00:00+00:00"


def item(title: str, state: str, *more: str) -> str:
    return "".join(f"{line}\n" for line in (f"title: {title}", f"state: {state}", *more))


def steps(prefix: str = "") -> list[stories.Step]:
    """main; and branches: `well`, `broken`, and `one` and `two`, each of which takes the last free place."""

    def files(**given: str) -> dict[str, str]:
        return {f"{prefix}items/{name.replace('_', '-')}.yaml": text for name, text in given.items()}

    return [
        {
            "files": {
                f"{prefix}opsflow.yaml": BOARD,
                **files(
                    OPS_1=item("Renew edge certificates", "doing", "assignees: [maria]"),
                    OPS_2=item("Mail is slow", "ready"),
                    OPS_3=item("Replace the disk array", "ready"),
                    OPS_4=item("Somebody else's mistake", "ready", "due: 2026-13-01"),
                ),
            }
        },
        {"on": "well", "start": "main", "files": files(OPS_2=item("Mail is fast", "ready"))},
        {"on": "broken", "start": "main", "files": files(OPS_3=item("Replace it", "dooing"))},
        {
            "on": "one",
            "start": "main",
            "files": files(OPS_2=item("Mail is slow", "doing", "assignees: [ben]")),
        },
        {
            "on": "two",
            "start": "main",
            "files": files(OPS_3=item("Replace the disk array", "doing", "assignees: [kim]")),
        },
        {"on": "main", "files": {"README.md": "The work.\n"}},
    ]


def origin(folder: Path, prefix: str = "") -> str:
    """The repository of a team, without a working folder."""
    return stories.make(folder, steps(prefix), bare=True)


def merged(origin: str, branch: str, ref: str, onto: str = "refs/heads/main") -> str:
    """Merge a branch as the hosts do, into a ref of their own; returns the commit."""
    stories.add(origin, [{"on": "merging", "start": onto.removeprefix("refs/heads/"), "merge": [branch]}])
    stories.git(origin, "update-ref", ref, "refs/heads/merging")
    stories.git(origin, "update-ref", "-d", "refs/heads/merging")
    return stories.git(origin, "rev-parse", ref)


def checkout(folder: Path, origin: str, ref: str, *depth: str) -> None:
    """What the runners do: fetch, and check out a commit without a branch."""
    stories.git(None, "init", "-q", "-b", "none", "--template=", str(folder))
    stories.git(str(folder), "remote", "add", "origin", Path(origin).as_uri())
    wanted = ("+refs/heads/*:refs/remotes/origin/*", f"+{ref}:refs/remotes/judged")
    stories.git(str(folder), "fetch", "-q", *depth, "origin", *wanted)
    stories.git(str(folder), "checkout", "-q", "--detach", "refs/remotes/judged")

"""Build the site."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import click

from opsflow import resources
from opsflow.cli import options, screen
from opsflow.collection import paused, spare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opsflow.facts import Facts, Progress
    from opsflow.reading.folder import Folder
    from opsflow.site.build import Inputs
    from opsflow.site.standing import Summary


@click.command()
@click.option("-o", "--out", metavar="DIR", help="Where the site goes; default: build/site of the board.")
@click.option(
    "--audience",
    type=click.Choice(("team", "public")),
    default="team",
    show_default=True,
    help="For those who do the work, or for everybody: only what `public` says.",
)
@click.option("--base-url", metavar="URL", default="", help="Where the site will be on the web.")
@click.option("--trust-templates", is_flag=True, help="Use the board's own templates, in a sandbox.")
@options.reading("text", "json")
@paused()
def command(ask: options.Ask, out: str | None, audience: str, base_url: str, trust_templates: bool) -> None:
    """Build the site: pages for the board, its items, its measures. It needs no server and no network.

    Only pages that changed are written, and the new site takes the old one's place in one step.
    """
    started = time.monotonic()
    wanted: dict[str, Any] = {"audience": audience, "base_url": address(base_url), "templates": {}}
    if trust_templates:
        wanted["templates"] = own_templates(ask)
    place = out or os.path.join(ask.root(), PLACES[audience])
    made, told, files = (None, {}, None) if trust_templates else known(ask, place, wanted, started)
    if made is None:
        from opsflow.site import build

        with resources.keeping(ask.cache), screen.progress() as progress:
            facts = spare(build.as_of_commit(ask.facts(tree=files, progress=progress)))
            told = telling(facts)
            made = built(facts, place, wanted, inputs(ask, facts, wanted, told), started, progress)
    if ask.format == "json":
        from dataclasses import asdict

        from opsflow.formats import json

        screen.show(json.render(asdict(made)))
    else:
        screen.show(said(made))
    for sentence in told["unread"]:
        screen.tell(sentence)
    _mention_ahead(told)


def telling(facts: Facts) -> dict[str, Any]:
    """What else there is to say of a site of these facts, each time that it is built."""
    day = facts.now.astimezone(facts.zone).date()
    return {"unread": options.unread(facts), "day": day.isoformat(), "timezone": facts.board.timezone}


def _mention_ahead(told: Mapping[str, Any]) -> None:
    """Say that a site is of a day that is not yet: it is of its commit, whatever its clock said."""
    from opsflow import zones

    if told["day"] > options.now().astimezone(zones.named(told["timezone"])).date().isoformat():
        screen.tell(
            f"The newest commit is dated {told['day']}, after today: the site is of that day. "
            "`opsflow check` names the commit that did it."
        )


PLACES = {"team": "build/site", "public": "build/public"}
"""Where a site goes unless the user names a folder."""


def address(base_url: str) -> str:
    """The address of the site on the web, with a slash at its end; OpsflowError where it is none."""
    from urllib.parse import urlsplit

    from opsflow.errors import OpsflowError

    if not base_url:
        return ""
    try:
        parts = urlsplit(base_url)
        good = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        good = False
    if not good or any(sign <= " " or sign in '\\"<>' for sign in base_url):
        raise OpsflowError(f"--base-url {base_url} is no address of a site; write https://example.org/ops/.")
    return base_url if base_url.endswith("/") else f"{base_url}/"


def own_templates(ask: options.Ask) -> Mapping[str, str]:
    """The board's own templates, from the folder or from the commit that is asked for."""
    from opsflow.history import repository
    from opsflow.reading import folder
    from opsflow.site import templates

    root = ask.root()
    if ask.at is None:
        return templates.own(folder.read(root, (templates.PATTERN,)))
    repo = repository.find(root)
    if repo is None:
        return {}
    commit = ask.facts(history=False).commit
    return templates.own(repo.tree(commit.id, (templates.PATTERN,))) if commit else {}


def known(
    ask: options.Ask, place: str, wanted: Mapping[str, Any], started: float
) -> tuple[Summary | None, Mapping[str, Any], Folder | None]:
    """What was built of the same board before, where it still stands; None where that is not known.

    And what else there is to say of it; and what the board reads from its folder, where that was looked at.
    """
    from opsflow.cli import judging
    from opsflow.history import calls
    from opsflow.reading import board, folder
    from opsflow.site import kept, standing

    before = kept.load(os.path.abspath(place)) if judging.cache(ask) else kept.Known()
    if not before.inputs:
        return None, {}, None
    calls.trust(before.read["git"])
    files = folder.read(ask.root(), before.read["patterns"])
    if _key(ask, files, before.read["patterns"], wanted) == before.inputs:
        made = standing.unchanged(os.path.abspath(place), ask.root(), before, started)
    else:
        made = None
    same = list(board.patterns(files.get("opsflow.yaml"))) == list(before.read["patterns"])
    return made, before.read, files if same else None


def inputs(ask: options.Ask, facts: Facts, wanted: Mapping[str, Any], told: Mapping[str, Any]) -> Inputs:
    """What the site is made from, with what is told of it; nothing where the time is part of it."""
    from opsflow.cli import judging
    from opsflow.history import calls
    from opsflow.reading import board, folder
    from opsflow.site.build import NO_INPUTS, Inputs

    tree, commit = facts.tree, facts.commit
    if judging.cache(ask) is None or facts.dirty or commit is None or facts.history is None:
        return NO_INPUTS
    if wanted["templates"] or not isinstance(tree, folder.Folder):
        return NO_INPUTS
    patterns = board.patterns(tree.get("opsflow.yaml"))
    key = _key(ask, tree, patterns, wanted, commit.id)
    return Inputs(key, {"patterns": patterns, "git": calls.known(), **told}) if key else NO_INPUTS


def _key(
    ask: options.Ask, files: Folder, patterns: Sequence[str], wanted: Mapping[str, Any], head: str = ""
) -> str:
    """A text that differs where the site would be another; empty where `head` is checked out no more."""
    from opsflow import kept, resources, verdict
    from opsflow.site import layout

    line = verdict.line(ask.root())
    if head and line.head != head:
        return ""
    asked = f"site {wanted['audience']} {wanted['base_url']} {layout.stamp()}"
    home = resources.folder("templates")
    shipped = (kept.stamp(os.path.join(home, name)) for name in sorted(os.listdir(home)))
    notes = verdict.Notes("", ask.root(), " ".join((asked, *shipped)), {})
    return verdict.key(notes, files, patterns, line)


def built(
    facts: Facts,
    out: str,
    wanted: Mapping[str, Any] | None = None,
    key: Inputs | None = None,
    started: float | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Build the site of a board into a folder."""
    from opsflow import rules
    from opsflow.site import build
    from opsflow.site.shop import Options

    now = build.as_of_commit(facts)
    asked = Options(**(wanted or {}))
    found = rules.judge if asked.audience == "team" else ()
    return build.build(
        now, found, out, options=asked, inputs=key or build.NO_INPUTS, started=started, progress=progress
    )


def said(made: Summary) -> str:
    """What was built, and where to look."""
    from opsflow.formats.visible import visible
    from opsflow.words import count

    size = f"{made.size / 1e6:,.1f} MB" if made.size >= 1e6 else f"{made.size / 1e3:,.0f} kB"
    same = made.files - made.written
    wrote = f"{count(made.written, 'file')} written, {same:,} unchanged"
    lines = [
        f"{wrote}, {size}, {made.seconds:.1f} s. Open {visible(made.index)}",
        *map(visible, made.missing),
    ]
    return "".join(f"{line}\n" for line in lines)

"""`check` of a change: what became worse since another revision, or by merging branches."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from opsflow.cli import options, screen

if TYPE_CHECKING:
    from opsflow import verdict
    from opsflow.facts import Facts
    from opsflow.formats.findings import Change
    from opsflow.model import Finding
    from opsflow.reading.folder import Folder

Report = dict[str, Any]


class Asked(NamedTuple):
    """What was asked of a change."""

    base: str | None = None
    rules_from: str = "base"
    branches: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


class Found(NamedTuple):
    """A report, what it is about, and the moment up to which it stays so."""

    report: Report
    facts: Facts
    until: float | None


def merged(ask: options.Ask, asked: Asked) -> Report:
    """The report of merging branches into the base, or into HEAD. It is never kept."""
    from opsflow import change

    with screen.progress() as bar:
        found = change.merged(
            ask.root(),
            asked.branches,
            now=options.now(),
            base=asked.base,
            rules_from=asked.rules_from,
            cache=ask.cache,
            progress=bar,
        )
    told = {
        "into": found.into,
        "branches": [{"rev": rev, "commit": commit} for rev, commit in found.branches],
        "outside": [{"branch": clash.branch, "path": clash.path} for clash in found.outside],
    }
    asked = asked._replace(base=found.into)
    return _judged(found.facts, asked, ask.root(), _found(found.facts.base, asked), told)


def changed(ask: options.Ask, asked: Asked, cache: str | None) -> Report:
    """The report of the change since a revision; as it was kept in the folder `cache`, or judged anew."""
    from opsflow import verdict
    from opsflow.history import calls

    if cache is None:
        return _anew(ask, asked, None, None).report
    notes = verdict.notes(ask.root(), "", cache)
    calls.trust(notes.held.get("git"))
    words = _words(ask, asked)
    if words is None:
        return _anew(ask, asked, None, None).report
    notes = notes._replace(asked=words)
    files = verdict.files(notes)
    report = verdict.recall(notes, files, options.now().timestamp()) if files is not None else None
    return report or _keep(ask, asked, notes, files, cache)


def _words(ask: options.Ask, asked: Asked) -> str | None:
    """What a report of a change depends on besides the folder; None where that is not to be told cheaply.

    The revision is told with its commit. A date is no revision: which commit it means, the board's zone says.
    One that is not there is left to whoever knows what to do about it.
    """
    from opsflow.errors import OpsflowError
    from opsflow.history import merging, repository

    repo = repository.find(ask.root())
    rev = asked.base or ""
    if repo is None or repo.head is None or repo.moment(rev, UTC) is not None:
        return None
    hosted = merging.is_hosted(repo, repo.head)
    try:
        commit = merging.tip(repo, rev) or repo.resolve(rev)
    except OpsflowError:
        return None
    return " ".join(("base", rev, commit, asked.rules_from, str(hosted), *sorted(asked.only)))


def _keep(ask: options.Ask, asked: Asked, notes: verdict.Notes, files: Folder | None, cache: str) -> Report:
    from opsflow import verdict
    from opsflow.facts import PLAIN_GAPS
    from opsflow.reading import board, folder

    line = verdict.line(notes.root)
    read = tuple(notes.held.get("patterns", ()))
    fits = files is not None and read == board.patterns(files.get("opsflow.yaml"))
    found = _anew(ask, asked, files if fits else None, cache)
    facts = found.facts
    same = line.head == (facts.commit.id if facts.commit else None)
    sure = facts.history is not None or facts.gap in PLAIN_GAPS or not line.is_whole
    if found.until is not None and same and sure and isinstance(facts.tree, folder.Folder):
        patterns = board.patterns(facts.tree.get("opsflow.yaml"))
        key = verdict.key(notes, facts.tree, patterns, line)
        verdict.keep(notes, key, patterns, found.report, facts.now.timestamp(), found.until)
    return found.report


def _anew(ask: options.Ask, asked: Asked, tree: Folder | None, cache: str | None) -> Found:
    """The change judged; what was found on the earlier board is recalled where it is known."""
    from opsflow import change
    from opsflow.cli import judging

    assert asked.base is not None
    with screen.progress() as bar:
        facts = change.of(
            ask.root(),
            asked.base,
            now=options.now(),
            at=ask.at,
            rules_from=asked.rules_from,
            base_history=cache is None,
            tree=tree,
            cache=ask.cache,
            progress=bar,
        )
        before, until = _before(ask, asked, facts, cache)
    report = _judged(facts, asked, ask.root(), before)
    later = judging.until(facts, asked.only) if cache and until is not None else None
    return Found(report, facts, min(later, until) if later is not None and until is not None else None)


def _before(
    ask: options.Ask, asked: Asked, facts: Facts, cache: str | None
) -> tuple[tuple[Finding, ...], float | None]:
    """What is found on the earlier board, and up to when; kept in the folder `cache`."""
    from opsflow import change, verdict
    from opsflow.change import sides
    from opsflow.cli import judging

    base = facts.base
    assert base is not None
    if cache is None:
        return _found(base, asked), None
    line = verdict.line(ask.root())
    known = (verdict.stamp(), line.prefix, line.whole, base.commit and base.commit.id, *sorted(asked.only))
    path, key = sides.path(cache, ask.root()), " ".join(map(str, known))
    plain = base.written is None and not base.lent
    side = sides.recall(path, key, base.now.timestamp()) if plain else None
    if side:
        return side.findings, side.until
    with screen.progress() as bar:
        base = change.remembered(ask.root(), facts, cache=ask.cache, progress=bar).base
    assert base is not None
    findings, until = _found(base, asked), judging.until(base, asked.only)
    sure = base.history is not None or not line.is_whole
    if plain and until is not None and sure:
        sides.keep(path, key, findings, base.now.timestamp(), until)
    return findings, until


def _found(facts: Facts | None, asked: Asked) -> tuple[Finding, ...]:
    from opsflow import rules

    return rules.judge(facts, asked.only or None) if facts else ()


def _judged(
    facts: Facts,
    asked: Asked,
    root: str,
    before: tuple[Finding, ...],
    merge: dict[str, Any] | None = None,
) -> Report:
    from opsflow.cli import judging
    from opsflow.comparison import compare
    from opsflow.formats import findings

    base = facts.base
    assert base is not None and base.commit is not None
    after = _found(facts, asked)
    told = {"rev": asked.base, "commit": base.commit.id, "rules": asked.rules_from}
    change: Change = findings.Change(compare(before, after), base.tree, told, merge)
    return judging.told(facts, after, asked.only, root, change)

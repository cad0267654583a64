"""What every reading command asks: which board, as it was when, in which format."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from opsflow.cli import screen
from opsflow.collection import spare
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from opsflow.facts import Facts, Progress
    from opsflow.reading.folder import Folder


FEW = 3
"""So many ids are named in a sentence; more are listed."""


class Ask(NamedTuple):
    """The answers to what every reading command asks."""

    board: str | None
    at: str | None
    format: str
    cache: bool
    """False with `--no-cache`; OPSFLOW_CACHE=off is `resources.cache_folder`'s to know."""

    def root(self) -> str:
        """The absolute path of the board's folder."""
        return root(self.board)

    def given(self) -> list[str]:
        """What was asked beside the usual, as it is written."""
        shape = [] if self.format in ("text", "table") else [f"--format {self.format}"]
        return [*shape, *(["--at"] if self.at is not None else ())]

    def facts(
        self,
        *,
        history: bool = True,
        committed: bool = False,
        tree: Folder | None = None,
        progress: Progress | None = None,
    ) -> Facts:
        """The facts of the board; OpsflowError where its opsflow.yaml cannot be used."""
        return usable(self.any_facts(history=history, committed=committed, tree=tree, progress=progress))

    def any_facts(
        self,
        *,
        history: bool = True,
        committed: bool = False,
        tree: Folder | None = None,
        progress: Progress | None = None,
    ) -> Facts:
        """The facts of the board, whatever they are; long work shows a progress bar, or the one given."""
        from opsflow import facts

        with screen.progress() as bar:
            found = facts.gather(
                self.root(),
                at=self.at,
                now=now(),
                history=history,
                committed=committed,
                tree=tree,
                cache=self.cache,
                progress=progress or bar,
            )
        return spare(found)


def reading(
    *formats: str, default: Callable[[], str] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command `--format`, `--at`, `--board` and `--no-cache`, as one argument `ask`.

    The first format is the default, or what `default` says.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(board: str | None, at: str | None, format: str, no_cache: bool, **rest: Any) -> Any:
            return function(Ask(board, at, format, not no_cache), **rest)

        for option in reversed(_options(formats, default)):
            option(call)
        return call

    return decorate


def _options(formats: tuple[str, ...], default: Callable[[], str] | None) -> list[Callable[..., Any]]:
    return [
        click.option(
            "--format",
            type=click.Choice(formats),
            default=default or formats[0],
            show_default=formats[0],
            help="The output.",
        ),
        click.option(
            "--at",
            metavar="REV|DATE",
            help="As it was at a commit, a tag or a date.",
            shell_complete=_revisions,
        ),
        board_option,
        click.option("--no-cache", is_flag=True, help="Read everything anew, and keep nothing."),
    ]


def _revisions(context: click.Context, parameter: click.Parameter, incomplete: str) -> Any:
    from opsflow.cli import complete

    return complete.revisions(context, parameter, incomplete)


class Option(click.Option):
    """An option that stands in a section of a long help."""

    def __init__(self, *given: Any, section: str = "", **rest: Any) -> None:
        super().__init__(*given, **rest)
        self.section = section


class Long(click.Command):
    """A command whose help has its options in sections, those without one first."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx) if isinstance(option, click.Option) else None
            if record is not None:
                sections.setdefault(getattr(option, "section", "") or "Options", []).append(record)
        for section, records in sections.items():
            with formatter.section(section):
                formatter.write_dl(records)


def board_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `-C` of its own; without it, that of the program counts."""

    def fall_back(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
        return value if value is not None else context.find_root().params.get("board")

    return click.option("-C", "--board", metavar="DIR", callback=fall_back, help="The board's folder.")(
        function
    )


def root(board: str | None) -> str:
    """The folder of the board: found upward from `board`, or from here."""
    from opsflow.reading import folder

    start = os.path.abspath(board or ".")
    if not os.path.isdir(start):
        raise OpsflowError(f"{start} is not a folder; name the board's folder after --board.")
    found = folder.find_root(start)
    if found is None:
        where = f"{start} or" if board else "this folder or"
        raise OpsflowError(
            f"There is no opsflow.yaml in {where} above it; make a board with `opsflow init`, "
            "or name its folder with --board DIR."
        )
    return found


def now() -> datetime:
    """The moment that counts as now: OPSFLOW_NOW, where tests and demonstrations set it, or the clock."""
    given = os.environ.get("OPSFLOW_NOW")
    if not given:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = datetime.min
    if not 1900 <= moment.year < 3000:
        raise OpsflowError(
            f"OPSFLOW_NOW is {given!r}, which is no moment; unset it, or write 2026-11-21T14:00Z."
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def usable(facts: Facts) -> Facts:
    """The same facts; OpsflowError where opsflow.yaml does not say what the board's files mean.

    Such a board looks empty, and whatever is told of it would be untrue. So it is of a repository that
    Git cannot read.
    """
    if facts.damage:
        raise OpsflowError(facts.damage)
    if facts.board.usable:
        return facts
    from opsflow.model import BOARD_FILE

    faults = [fault.judgement for fault in facts.faults if fault.judgement.where.path == BOARD_FILE]
    # Of what is wrong in a file that can be read, it is the workflow that makes it useless.
    first = next((each for each in faults if "workflow" in getattr(each.where, "keys", ())), None)
    chosen = first or (faults[0] if faults else None)
    place = facts.locate(chosen.where) if chosen else None
    where = f"{BOARD_FILE}:{place.line}" if place else BOARD_FILE
    why = f": {chosen.message.rstrip('.')}" if chosen else ""
    raise OpsflowError(f"{where} cannot be used{why}. `opsflow check` says what to do.")


def mention_unread(facts: Facts) -> None:
    """Say that something is missing from the answer: a file that cannot be read hides nothing in silence."""
    for sentence in unread(facts):
        screen.tell(sentence)


def unread(facts: Facts) -> list[str]:
    """What is missing from the answer, a sentence each."""
    files = {fault.judgement.where.path for fault in facts.faults if fault.rule == "unreadable-file"}
    wrong = {fault.judgement.where for fault in facts.faults if fault.rule == "misshapen"}
    found = []
    if wrong:
        from opsflow.model import OWN_FILES, Spot

        # What is misshapen counts, unless it lacks what makes it an item.
        items = {item.path for item in facts.board.items.values()}
        files |= {where.path for where in wrong} - items - {*OWN_FILES}
        if any(isinstance(where, Spot) and where.keys[:1] == ("sources",) for where in wrong):
            found.append("A part of `sources:` in opsflow.yaml cannot be used; `opsflow check` says why.")
    bad = len(files)
    if bad:
        found.append(f"{bad} file{'s' if bad > 1 else ''} could not be read; `opsflow check` says why.")
    return found


def view(ask: Ask, name: str) -> tuple[Facts, dict[str, Any]]:
    """The facts of the board, and the view of one of its reports."""
    from opsflow import reports, rules

    facts = ask.facts()
    return facts, reports.view(name, facts, rules.judge(facts))


def path_of(facts: Facts, text: str) -> str | None:
    """The path of a file of the board that a word names, from here or from the board's root."""
    if not text.endswith((".yaml", ".yml")):
        return None
    from_here = os.path.relpath(os.path.abspath(text), facts.root).replace(os.sep, "/")
    found = next((path for path in (from_here, text) if path in facts.tree), None)
    if found is None:
        raise OpsflowError(f"The board has no file {text}; `opsflow list --columns id,path` shows all.")
    return found


def full_id(text: str, known: Collection[str], facts: Facts, gone: Collection[str] = ()) -> str:
    """The id that the text means: itself, or the only one that it abbreviates, in any case.

    `7k` and `OPS-7K` both mean OPS-7K3Q where no other id begins so. One that is `gone` counts where it
    is written in full, or where no known one fits. The path of an item's file means it as well.
    """
    if text in known:  # another may differ from it in case alone
        return text
    if path := path_of(facts, text):
        from opsflow.reading.names import id_of

        here = (each.id for each in facts.board.items.values() if each.path == path)
        return next(here, id_of(path) or text)
    wanted = text.upper()
    whole = (wanted, f"{facts.board.key}-{wanted}")
    near = [key for key in (*known, *gone) if key.upper() in whole]
    near = near or _abbreviated(wanted, known) or _abbreviated(wanted, gone)
    if len(near) == 1:
        return near[0]
    if not near:
        from opsflow.cli.program import suggestion

        raise OpsflowError(
            f"There is no item {text!r}.{suggestion(wanted, [*known, *gone])} `opsflow list` shows them."
        )
    raise OpsflowError(f"{text!r} may be {_candidates(near, facts)}")


def _candidates(ids: Sequence[str], facts: Facts) -> str:
    """All of them: a few in the sentence, more in a list with their titles."""
    if len(ids) <= FEW:
        return f"{', '.join(ids)}; write more of the id."
    wide = max(map(len, ids))
    items = facts.board.items
    titles = (" ".join(items[id_].title.split()) if id_ in items else "" for id_ in ids)
    lines = (f"  {id_:<{wide}}  {title}".rstrip() for id_, title in zip(ids, titles, strict=True))
    return "\n".join((f"any of {len(ids)} items; write more of the id:", *lines))


def _abbreviated(wanted: str, known: Collection[str]) -> list[str]:
    return [
        key
        for key in known
        if key.upper().startswith(wanted) or key.upper().rpartition("-")[2].startswith(wanted)
    ]

"""What every command that edits has in common: its options, the items it names, and what it says."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from opsflow.cli import complete, options, screen
from opsflow.cli.program import COULD_NOT_RUN, FINDINGS
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from datetime import date

    from opsflow.editing.judging import Verdict
    from opsflow.editing.plan import Plan
    from opsflow.editing.work import Done
    from opsflow.facts import Facts
    from opsflow.model import Finding, Item


class Edit(NamedTuple):
    """The answers to what every editing command asks."""

    board: str | None
    commit: bool
    dry_run: bool
    allow: tuple[str, ...] = ()

    def root(self) -> str:
        """The absolute path of the board's folder."""
        return options.root(self.board)

    def called(self, command: str) -> str:
        """How a command is called with these answers."""
        board = f" -C {shlex.quote(self.board)}" if self.board is not None else ""
        return f"opsflow{board} {command}{' --commit' if self.commit else ''}"

    def facts(self) -> Facts:
        """The facts of the board as it lies there, without its history; before nobody else edits.

        What an edit that was cut short left there is taken back first.
        """
        from opsflow.editing import standing, work

        if not self.dry_run:
            for line in work.mend(self.root()):
                screen.tell(line)
        return options.usable(standing.now(self.root(), options.now()))

    def do(self, make: Callable[[Facts], Plan]) -> int:
        """Carry out the plan that is made of the facts, and say what was done, or why not; the status."""
        return show(self.done(make), self)

    def done(self, make: Callable[[Facts], Plan]) -> Done:
        """The same, before anything is said."""
        from opsflow.editing import work

        wish = work.Wish(self.commit, self.dry_run, _waivers(self.allow))
        return work.do(self.root(), options.now(), make, wish, options.usable)


def editing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `--allow`, `--commit`, `--dry-run` and `--board`, as one argument `edit`."""
    return _decorated(function, [_ALLOW, *_OPTIONS])


def editing_as_is(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same without `--allow`, for commands that change no item where a waiver could stand."""
    return _decorated(function, _OPTIONS)


def _decorated(function: Callable[..., Any], chosen: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(board: str | None, commit: bool, dry_run: bool, allow: tuple[str, ...] = (), **rest: Any) -> Any:
        return function(Edit(board, commit, dry_run, allow), **rest)

    for option in reversed(chosen):
        option(call)
    return call


_ALLOW = click.option(
    "--allow",
    multiple=True,
    metavar="RULE=REASON",
    help="Let the item break a rule: written into it, in the same edit.",
    shell_complete=complete.waivers,
)
_OPTIONS = (
    click.option("--commit", is_flag=True, help="Commit what was edited, and nothing else."),
    click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing."),
    options.board_option,
)


def _waivers(texts: Iterable[str]) -> dict[str, str]:
    """The reason for each rule. OpsflowError where a rule gets two: a waiver says one."""
    found: dict[str, str] = {}
    for rule, reason in map(_waiver, texts):
        if found.setdefault(rule, reason) != reason:
            raise OpsflowError(f"--allow {rule} is given two reasons; give one.")
    return found


def _waiver(text: str) -> tuple[str, str]:
    rule, equals, reason = text.partition("=")
    if not equals or not reason.strip():
        raise OpsflowError(f"--allow {text} gives no reason; write --allow {rule or 'RULE'}='why it may be'.")
    return rule.strip(), reason.strip()


# -- items --------------------------------------------------------------------------------------


def items(facts: Facts, texts: Iterable[str]) -> list[Item]:
    """The items that words mean: ids, their beginnings, or paths of files. Each once, as given."""
    return [*{found.id: found for text in texts for found in [item(facts, text)]}.values()]


def item(facts: Facts, text: str) -> Item:
    """The item that a word means. OpsflowError where it means none that can be edited, or several."""
    from opsflow.order import order_key

    board = facts.board
    id_ = options.full_id(text, sorted({*board.items, *board.unread}, key=order_key), facts)
    found = board.items.get(id_)
    if found is None:
        raise OpsflowError(_unread(facts, id_))
    if found.source is not None:
        raise OpsflowError(f"{id_} is read from {found.path} through `sources:`; edit that file itself.")
    others = [other for other in twins(facts, id_) if other != found.path]
    if others:
        raise OpsflowError(f"{id_} is the id of {_way_out_of_twins([found.path, *others])}")
    return found


def _way_out_of_twins(paths: Sequence[str]) -> str:
    """The files, and what to do: a merge may have left an item where it was, and in the archive."""
    from opsflow.reading.names import is_archived

    named = " and ".join(paths)
    renumber = f"give one of them another with `opsflow renumber {paths[-1]}`."
    if {*map(is_archived, paths)} == {True, False}:
        one = "if they are one item, which a merge left in both places, keep one of them"
        return f"{named}; {one}; else {renumber}"
    return f"{named}; {renumber}"


def twins(facts: Facts, id: str) -> list[str]:
    """The paths of the files that have an id."""
    from opsflow.reading.board import id_of

    return sorted(path for path in facts.tree if id_of(path) == id)


def full(facts: Facts) -> Callable[[str], str]:
    """What makes whole ids of their beginnings; what means none, or several, stays as it is."""

    def whole(text: str) -> str:
        known = [*facts.board.items, *(facts.board.projects or ())]
        if text in known:
            return text
        try:
            return options.full_id(text, known, facts)
        except OpsflowError:
            return text

    return whole


def day(facts: Facts, text: str, *, ahead: bool) -> date:
    """A day, written as one or as a length of time from today: ahead, or back."""
    from opsflow.reading import values

    found = values.day_from(text, facts.today, ahead=ahead)
    if found is None:
        raise OpsflowError(f"{text!r} is no day; write 2026-12-01, or a length of time such as 14d.")
    return found


def _unread(facts: Facts, what: str) -> str:
    """Why the file of an item cannot be edited."""
    from opsflow.reading.names import id_of

    for fault in facts.faults:
        where = fault.judgement.where
        if what in (where.path, id_of(where.path)):
            place = facts.locate(where)
            why = fault.judgement.message.rstrip(".")
            return f"{place.path}:{place.line} cannot be edited: {why}. `opsflow check` says what to do."
    return f"{what} cannot be read; `opsflow check` says why."


# -- what is said -------------------------------------------------------------------------------


def show(done: Done, edit: Edit, *, quiet: bool = False) -> int:
    """Say what became of an edit; `quiet`: not what was done, for the command says that itself."""
    for line in done.told:
        screen.tell(line)
    if done.verdict is not None:
        if done.verdict.refused:
            return _refuse(done.verdict, done.plan)
        _warn(done.verdict)
    if edit.dry_run and done.plan.files:
        from opsflow.formats import patch
        from opsflow.history import find

        prefix = (find.look(done.plan.root) or ("", ""))[1]
        files, moved, safe = done.plan.files, done.plan.moved, screen.acts()
        screen.show(patch.render(files, moved, prefix=prefix, safe=safe, paint=screen.paint()))
    elif not quiet:
        said(done.plan, done.commit)
    return COULD_NOT_RUN if done.uncommitted else 0


def said(plan: Plan, commit: str = "") -> None:
    """Say what was done, one line for each item."""
    from opsflow.formats.visible import visible

    made = f"Committed as {commit[:10]}." if commit else ""
    lines = [visible(line) for line in plan.said]
    lines += [made] if made else []
    screen.show("".join(f"{line}\n" for line in lines))


def _refuse(verdict: Verdict, plan: Plan) -> int:
    from opsflow.formats import findings, text

    report = findings.report(verdict.after.board, verdict.refused, verdict.after.tree)
    shown = text.render(report, paint=screen.paint(), columns_wide=screen.columns())
    screen.show(shown.rpartition("\n\n")[0] + "\n\n")
    screen.tell(_way_out(verdict, plan))
    return FINDINGS


def _way_out(verdict: Verdict, plan: Plan) -> str:
    from opsflow.model import READING_RULES

    rules = dict.fromkeys(finding.rule for finding in verdict.refused)
    if not rules.keys().isdisjoint(READING_RULES):
        return "Nothing was written: what the file would say is wrong."
    others = {(finding.rule, finding.subject): finding for finding in verdict.elsewhere}
    if any(
        finding.rule not in verdict.overrides and (finding.rule, finding.subject) not in others
        for finding in verdict.refused
    ):
        return "Nothing was written, and nothing waives it."
    if others:
        return _way_round([*others.values()], plan)
    ways = " ".join(f"--allow {rule}='REASON'" for rule in rules)
    return f"Nothing was written. If it has to be, say why: {ways}"


def _way_round(findings: Iterable[Finding], plan: Plan) -> str:
    """Who has to say why first, where a waiver in the edited items is not enough."""
    from opsflow.rules import several

    ways = (
        f"{finding.item} has to say why: opsflow allow {finding.item} {finding.rule} 'REASON'"
        if finding.item
        else f"{finding.extent:g} of the items have to say why: opsflow allow ITEM {finding.rule} 'REASON'"
        for finding in findings
    )
    alone = f"A waiver in {several(plan.items)} alone does not cover it: " if plan.items else ""
    return f"Nothing was written. {alone}{'; '.join(dict.fromkeys(ways))}"


def _warn(verdict: Verdict) -> None:
    if verdict.told:
        from opsflow.formats import concise, findings
        from opsflow.formats.paint import plain

        report = findings.report(verdict.after.board, verdict.told, verdict.after.tree)
        for row in report["findings"]:
            screen.tell(concise.line(row, plain))

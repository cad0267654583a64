"""What is asked of a measure on the command line: which days, which items, counted how.

The choices are the same for every measure, and one that a measure does not depend on is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import click

from opsflow.cli import options
from opsflow.errors import OpsflowError

if TYPE_CHECKING:
    from datetime import date, timedelta

    from opsflow.facts import Facts
    from opsflow.flow.days import Window
    from opsflow.measures.query import Query
    from opsflow.model import Item

COUNTS = ("inclusive", "exclusive", "elapsed", "working", "working-exclusive", "working-elapsed")
RULES = (
    *("nearest-rank", "linear", "truncated-rank", "lower", "higher", "midpoint"),
    *("type-1", "type-2", "type-3", "type-4", "type-5", "type-6", "type-7", "type-8", "type-9"),
)
SLICES = ("type", "class", "service", "project", "person", "label", "state")

DIGITS = 9
"""No number that is asked for has more."""


@dataclass(frozen=True)
class Asked:
    """The choices as they were written; empty or None where nobody chose."""

    since: str = ""
    until: str = ""
    last: str = ""
    count: str = ""
    percentile_rule: str = ""
    minimum: int | None = None
    where: str = ""
    by: str = ""
    between: str = ""
    baseline: str = ""
    backward: str = ""
    week: str = ""
    holidays: str = ""
    timezone: str = ""
    option: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything was chosen."""
        return self != Asked()

    def given(self) -> list[str]:
        """The choices that were made, as they are written: "--from" and so on."""
        written = {"since": "from", "until": "to"}
        return [
            f"--{written.get(name, name).replace('_', '-')}"
            for name, value in asdict(self).items()
            if value not in ("", None, ())
        ]


def choices(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the choices of measures, as one argument `asked`."""

    @functools.wraps(function)
    def call(**given: Any) -> Any:
        chosen: dict[str, Any] = {each.name: given.pop(each.name) for each in fields(Asked)}
        made = {name: value for name, value in chosen.items() if value is not None}
        return function(asked=Asked(**made), **given)

    for option in reversed(_options()):
        option(call)
    return call


def _options() -> list[Callable[..., Any]]:
    which = functools.partial(click.option, cls=options.Option, section="Which items and days")
    how = functools.partial(click.option, cls=options.Option, section="How it is counted")
    return [
        which("--from", "since", metavar="DAY", help="The first day: 2026-05-04, 2026-05 or 2026-W19."),
        which("--to", "until", metavar="DAY", help="The last day, included; default: today."),
        which("--last", metavar="90d", help="So many days or weeks up to the last day; default: 90d."),
        which("--where", metavar="QUESTION", help="Only these items, as `opsflow list --where` has it."),
        which(
            "--by",
            type=click.Choice(SLICES),
            metavar="SLICE",
            help=f"The same for each {', '.join(SLICES[:-1])} or {SLICES[-1]}, too.",
        ),
        how(
            "--count",
            type=click.Choice(COUNTS),
            metavar="COUNT",
            help="How days are counted: inclusive (default), exclusive, elapsed, working, "
            "working-exclusive or working-elapsed.",
        ),
        how(
            "--percentile-rule",
            type=click.Choice(RULES),
            metavar="RULE",
            help="Which percentile: nearest-rank (default), type-1 to type-9, linear, lower, higher, "
            "midpoint, truncated-rank.",
        ),
        how(
            "--minimum", type=click.IntRange(0), metavar="N", help="From so many values on there is a number."
        ),
        how("--between", metavar="A..B", help="From the first coming to state A to the last coming to B."),
        how("--baseline", metavar="A..B", help="The days that limits rest on; default: all."),
        how(
            "--backward",
            type=click.Choice(("keep", "erase")),
            help="A move back keeps what was reached, or takes it back; default: keep.",
        ),
        how("--week", metavar="DAYS", help="The working days, such as mon-fri; default: the board's."),
        how("--holidays", metavar="CODE,...", help="Such as DE-BE, and days; default: the board's."),
        how(
            "--timezone",
            metavar="ZONE",
            help="Whose days count, such as Europe/Berlin; default: the board's.",
        ),
        how(
            "--option",
            "-o",
            multiple=True,
            metavar="NAME=VALUE",
            help="A choice of one measure; `opsflow explain MEASURE` names them.",
        ),
    ]


# -- the question -----------------------------------------------------------------------------------


def query(asked: Asked, facts: Facts, names: Sequence[str]) -> Query:
    """The question to these measures; OpsflowError for what is no answer, or changes none of them."""
    from opsflow.flow.days import Count
    from opsflow.measures import query as queries

    _refuse(asked, names)
    facts = reckoned(asked, facts)
    return queries.Query(
        facts,
        window=_window(asked, facts),
        count=Count(asked.count) if asked.count else None,
        rule=asked.percentile_rule or "nearest-rank",
        minimum=asked.minimum,
        where=asked.where,
        keeps=_keeps(asked.where, facts) if asked.where else None,
        by=asked.by,
        between=_between(asked.between, facts) if asked.between else None,
        baseline=period(asked.baseline, facts.today, "--baseline") if asked.baseline else None,
        backward=asked.backward or "keep",
        options=_own(asked.option, names),
    )


def _refuse(asked: Asked, names: Sequence[str]) -> None:
    """Refuse a choice that changes none of the measures."""
    from opsflow import measures

    made = {
        "count": asked.count,
        "percentile-rule": asked.percentile_rule,
        "minimum": asked.minimum is not None,
        "between": asked.between,
        "baseline": asked.baseline,
        "backward": asked.backward,
        "by-state": asked.by == "state",
    }
    for choice in (choice for choice, chosen in made.items() if chosen):
        if not any(choice in measures.applies(name) for name in names):
            able = [name for name in measures.ALL if choice in measures.applies(name)]
            written = "--by state" if choice == "by-state" else f"--{choice}"
            what = f"{names[0]} does" if len(names) == 1 else "These measures do"
            raise OpsflowError(f"{what} not depend on {written}; it is for {_listed(able)}.")


def _listed(names: Sequence[str]) -> str:
    from opsflow import words

    return words.listed(names) if names else "no measure"


def _own(given: Sequence[str], names: Sequence[str]) -> Mapping[str, str]:
    """The options of single measures, by name."""
    from opsflow import measures
    from opsflow.cli.program import suggestion

    known = {option.name: option for name in names for option in measures.options(name)}
    found = {}
    for text in given:
        name, equals, value = (part.strip() for part in text.partition("="))
        option = known.get(name)
        if option is None:
            listed = _listed([*known]) if known else "none"
            near = suggestion(name, [*known])
            raise OpsflowError(f"There is no option {name!r} of {_listed(names)}.{near} There is {listed}.")
        if not equals or not value:
            raise OpsflowError(f"--option {text!r} has no value; write {name}={option.default or 'VALUE'}.")
        if option.values and value not in option.values:
            raise OpsflowError(f"The option {name} is {_listed(option.values)}, and not {value!r}.")
        is_whole = value.isdecimal() and value.isascii() and len(value) <= DIGITS
        if not option.values and option.default.isdecimal() and not is_whole:
            raise OpsflowError(
                f"The option {name} is a whole number such as {option.default}, and not {value[:60]!r}."
            )
        found[name] = value
    return found


def reckoned(asked: Asked, facts: Facts) -> Facts:
    """The same facts, with the calendar and the time zone that are asked for."""
    from opsflow.reading import config

    board = facts.board
    calendar = board.calendar
    if asked.week:
        week = config.week(asked.week)
        if week is None:
            raise OpsflowError(f"--week {asked.week!r} names no days; write mon-fri, or mon,tue,thu.")
        calendar = calendar._replace(week=week)
    if asked.holidays:
        calendar = calendar._replace(holidays=_holidays(asked.holidays))
    if asked.timezone:
        from opsflow import zones

        if not zones.known(asked.timezone):
            raise OpsflowError(
                f"--timezone {asked.timezone!r} is no time zone; write one such as Europe/Berlin."
            )
    timezone = asked.timezone or board.timezone
    if (calendar, timezone) == (board.calendar, board.timezone):
        return facts
    return replace(facts, board=board._replace(calendar=calendar, timezone=timezone))


def _holidays(text: str) -> tuple[str, ...]:
    from opsflow.capacity import calendar

    codes = tuple(filter(None, (part.strip() for part in text.split(","))))
    if codes == ("none",):
        return ()
    for code in codes:
        if not calendar.known(code):
            near = calendar.like(code)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise OpsflowError(f"--holidays {code!r} is no country, region or day.{hint}")
    return codes


def _keeps(text: str, facts: Facts) -> Callable[[Item], bool]:
    """What a question to items means."""
    from opsflow.cli import query, rows

    names = {**{name: name for name in (*rows.FIELDS, *facts.board.fields)}, **rows.ALIASES}
    try:
        question = query.parse(text, names, facts.today, rows.forms(facts.board))
    except query.Wrong as error:
        raise OpsflowError(f"This filter cannot be read: {error}") from None
    return lambda item: question.fits({name: rows.value(facts, item, name) for name in question.names})


def _between(text: str, facts: Facts) -> tuple[str, str]:
    from opsflow.cli.program import suggestion

    first, dots, last = (part.strip() for part in text.partition(".."))
    if not (first and dots and last):
        raise OpsflowError(f"--between {text!r} names no two states; write doing..done.")
    known = [state.name for state in facts.board.states]
    for name in (first, last):
        if name not in known:
            raise OpsflowError(
                f"There is no state {name!r}.{suggestion(name, known)} The workflow has {_listed(known)}."
            )
    return first, last


# -- days -------------------------------------------------------------------------------------------


def _window(asked: Asked, facts: Facts) -> Window:
    from opsflow.flow.days import Window
    from opsflow.measures import _period

    if asked.since and asked.last:
        raise OpsflowError("--from and --last both say where the days begin; give one of them.")
    last = period(asked.until, facts.today, "--to").last if asked.until else None
    if asked.since:
        window = Window(period(asked.since, facts.today, "--from").first, last or _period.last_day(facts))
        if not len(window):
            raise OpsflowError(f"--from {window.first} is after the last day, {window.last}.")
        return _period.cut(facts, window)
    length_ = length(asked.last) if asked.last else None
    return _period.window(facts, length_, last)


def length(text: str, option: str = "--last", forms: str = "90d or 12w") -> int:
    """`90d` or `12w`, in days."""
    from datetime import timedelta

    from opsflow.reading import values

    written = f"{text}d" if text.isdecimal() else text
    found: timedelta | None = values.duration(written)
    days = found.days if found is not None and found % timedelta(days=1) == timedelta() else 0
    if not days:
        what = "is no number of days" if option == "--last" else "is no such period"
        beyond = values.beyond("timespan", written)
        raise OpsflowError(f"{option} {text[:60]!r} {what}{beyond and f', for {beyond}'}; write {forms}.")
    return days


def period(text: str, today: date, option: str = "") -> Window:
    """`2026-05-04`, `2026-W19`, `2026-05`, `2026`, `today`, or two of them with `..` between, as days."""
    from opsflow.flow.days import Window

    first, dots, last = text.strip().partition("..")
    found = Window(
        _part(first, today, text, option).first, _part(last if dots else first, today, text, option).last
    )
    if not len(found):
        raise OpsflowError(f"{option} {text!r} ends before it begins.".strip())
    return found


def _part(text: str, today: date, whole: str, option: str) -> Window:
    import re
    from datetime import date, timedelta

    from opsflow.flow.days import Window
    from opsflow.reading import values

    text = text.strip()
    if text == "today":
        return Window(today, today)
    day = values.day(text)
    if day is not None:
        return Window(day, day)
    week = re.fullmatch(r"(\d{4})-?W(\d\d)", text, re.ASCII | re.IGNORECASE)
    month = re.fullmatch(r"(\d{4})-(\d\d)", text, re.ASCII)
    year = re.fullmatch(r"(\d{4})", text, re.ASCII)
    try:
        if week:
            monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return Window(monday, monday + timedelta(days=6))
        if month:
            first = date(int(month[1]), int(month[2]), 1)
            following = (first + timedelta(days=31)).replace(day=1)
            return Window(first, following - timedelta(days=1))
        if year and values.FIRST_YEAR <= int(year[1]) <= values.LAST_YEAR:
            return Window(date(int(year[1]), 1, 1), date(int(year[1]), 12, 31))
    except (ValueError, OverflowError):
        pass
    forms = "2026-05-04, 2026-W19, 2026-05 or 2026-05-01..2026-05-14"
    raise OpsflowError(f"{option} {whole!r} names no days; write {forms}.".strip())

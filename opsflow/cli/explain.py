"""Explain a rule, or what a number is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from opsflow.cli import asking, complete, options, screen, tables
from opsflow.errors import OpsflowError
from opsflow.formats.paint import Paint

if TYPE_CHECKING:
    from opsflow.rules import Manual

EPILOG = """\b
opsflow explain wip-limit
opsflow explain throughput 2026-W19
opsflow explain cycle-time 2026-05-01..2026-05-14 --where "type = incident"
"""


@click.command(cls=options.Long, epilog=EPILOG)
@click.argument("name", required=False, metavar="[RULE | MEASURE]", shell_complete=complete.explained)
@click.argument("period", required=False, metavar="[PERIOD]")
@asking.choices
@tables.table
@options.reading("text", "json", "csv")
def command(
    ask: options.Ask, given: tables.Given, asked: asking.Asked, name: str | None, period: str | None
) -> None:
    """Explain a rule, or what a number is made of. Without a name, list the rules.

    Of a RULE, say what is wrong, why it matters, how to mend it. Of a MEASURE, say what it means and list the
    items and commits behind it, over the last 90 days or a PERIOD: 2026-W19, 2026-05, 2026-05-04 or
    2026-05-01..2026-05-31.
    """
    from opsflow import measures, rules

    said = [*(["--at"] if ask.at is not None else ()), *given.given(), *asked.given()]
    if name is None and said:
        raise OpsflowError(f"{said[0]} is for a measure; name one: `opsflow report` lists them.")
    if name in rules.ALL and ask.at is not None:
        raise OpsflowError(f"--at is for a measure; {name} is a rule, the same at all times.")
    if name is None or (name in rules.ALL and period is None and not asked.any and not given.any):
        _rules(name, ask.format)
    elif name in measures.ALL:
        _measure(ask, given, asked, name, period)
    elif name in rules.ALL:
        raise OpsflowError(
            f"{name} is a rule, and no measure of a time; `opsflow explain {name}` explains it."
        )
    else:
        from opsflow.cli.program import suggestion

        near = suggestion(name, [*rules.ALL, *measures.ALL])
        raise OpsflowError(
            f"There is no rule and no measure {name!r}.{near} `opsflow explain` lists the rules, "
            "`opsflow report` the measures."
        )


# -- measures ---------------------------------------------------------------------------------------


def _measure(
    ask: options.Ask, given: tables.Given, asked: asking.Asked, name: str, period: str | None
) -> None:
    from opsflow.formats import evidence

    facts = tables.facts(ask, given, asked.timezone)
    query = asking.query(asked, facts, [name])
    if period is not None:
        if asked.since or asked.until or asked.last:
            raise OpsflowError(f"{period} and --from, --to or --last both say which days; give one of them.")
        query = replace(query, window=asking.period(period, facts.today))
    found = evidence.report(name, query)
    if ask.format == "json":
        from opsflow.formats import json

        screen.show(json.render(found))
    elif ask.format == "csv":
        screen.show(evidence.csv(found))
    else:
        screen.show(evidence.render(found, paint=screen.paint(), columns_wide=screen.columns()))
    options.mention_unread(facts)


# -- rules ------------------------------------------------------------------------------------------


def _rules(rule: str | None, format: str) -> None:
    from opsflow import rules

    manuals = [rules.manual(name) for name in ([rule] if rule else rules.ALL)]
    if format == "csv":
        raise OpsflowError("Rules have no csv; take text or json.")
    if format == "json":
        from opsflow.formats import json

        found = [manual._asdict() for manual in manuals]
        screen.show(json.render(found[0] if rule else found))
    else:
        lines = _manual(manuals[0], screen.paint()) if rule else _list(manuals, screen.paint())
        screen.show("".join(f"{line}\n" for line in lines))


def _list(manuals: list[Manual], paint: Paint) -> Iterator[str]:
    from opsflow.formats.fold import folded

    family = ""
    for manual in manuals:
        if manual.family != family:
            yield from ("", paint(manual.family, "strong")) if family else (paint(manual.family, "strong"),)
            family = manual.family
        yield from folded(f"  {manual.name:<28}{manual.title}", screen.columns(), 30)
    yield ""
    yield paint("opsflow explain RULE tells more.", "dim")


def _manual(manual: Manual, paint: Paint) -> Iterator[str]:
    import textwrap

    wide = min(screen.columns() or 96, 96)
    yield f"{paint(manual.name, 'strong')}  {paint(f'{manual.severity}, {manual.family}', 'dim')}"
    yield ""
    wrap = textwrap.TextWrapper(wide, break_long_words=False, break_on_hyphens=False).wrap
    yield from wrap(manual.title)
    for name, text in (("Why", manual.why), ("Fix", manual.fix), ("Options", manual.options)):
        if text:
            yield ""
            yield from wrap(f"{name}: {text}")
    for name, text in (("Bad", manual.bad), ("Good", manual.good)):
        yield ""
        yield paint(f"{name}:", "strong")
        yield ""
        yield from (f"    {line}".rstrip() for line in text.splitlines())

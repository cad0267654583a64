"""Explain a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from opsflow.cli import complete, screen
from opsflow.errors import OpsflowError
from opsflow.formats.paint import Paint

if TYPE_CHECKING:
    from opsflow.rules import Manual


@click.command()
@click.argument("rule", required=False, shell_complete=complete.rules)
@click.option(
    "--format", type=click.Choice(("text", "json")), default="text", show_default=True, help="The output."
)
def command(rule: str | None, format: str) -> None:
    """Explain a rule: what is wrong, why it matters, how to mend it. Without a RULE, list them all."""
    from opsflow import rules

    if rule is not None and rule not in rules.ALL:
        from opsflow.cli.program import suggestion

        raise OpsflowError(
            f"There is no rule {rule!r}.{suggestion(rule, rules.ALL)} `opsflow explain` lists them."
        )
    manuals = [rules.manual(name) for name in ([rule] if rule else rules.ALL)]
    if format == "json":
        from opsflow.formats import json

        found = [manual._asdict() for manual in manuals]
        screen.show(json.render(found[0] if rule else found))
    else:
        lines = _manual(manuals[0], screen.paint()) if rule else _list(manuals, screen.paint())
        screen.show("".join(f"{line}\n" for line in lines))


def _list(manuals: list[Manual], paint: Paint) -> Iterator[str]:
    family = ""
    for manual in manuals:
        if manual.family != family:
            yield from ("", paint(manual.family, "strong")) if family else (paint(manual.family, "strong"),)
            family = manual.family
        yield f"  {manual.name:<28}{manual.title}"
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

"""What the pages of one build share: the facts, the addresses of items, the templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from opsflow import __version__, reports
from opsflow.model import Finding
from opsflow.site import layout, names, words
from opsflow.site.render import Renderer, renderer

if TYPE_CHECKING:
    from opsflow.facts import Facts

View = dict[str, Any]
PAGES = (
    ("board", "Board", "board"),
    ("flow", "Flow", "flow"),
    ("ageing", "Ageing", "age"),
    ("dependencies", "Dependencies", "graph"),
    ("items", "Items", "list"),
    ("findings", "Findings", "warn"),
)
"""The main pages: file, word and icon, in the order of the navigation."""


class Page(NamedTuple):
    """A file of the site."""

    path: str
    data: bytes


@dataclass(frozen=True)
class Shop:
    """What the pages of one build share."""

    facts: Facts
    findings: tuple[Finding, ...]
    names: Mapping[str, str]
    """Id to the name of its page."""
    address: Callable[[str], str | None]
    """The page of an item, from the site's root; None where the board has no such item."""
    render: Renderer
    draws: bool
    """Whether charts are drawn."""

    def view(self, name: str) -> View:
        """The view of a report."""
        return reports.view(name, self.facts, self.findings)


def open_shop(facts: Facts, findings: Sequence[Finding], draws: bool) -> Shop:
    """Everything that the pages need, made once."""
    named = names.files(facts.board.items)

    def address(id: str) -> str | None:
        name = named.get(id)
        return names.page(name) if name else None

    site = {
        "board": facts.board.name,
        "pages": PAGES,
        "version": __version__,
        "charts": draws,
        "layout": layout.program() is not None,
        "verdict": _verdict(findings),
        **_as_of(facts),
    }
    render = renderer(address=address, zone=facts.zone, today=facts.today.isoformat(), site=site)
    return Shop(facts, tuple(findings), named, address, render, draws)


def _verdict(findings: Sequence[Finding]) -> str:
    open_ = [finding.severity.value for finding in findings if finding.waiver is None]
    said = [
        words.count(open_.count(level), level) for level in ("error", "warning", "note") if level in open_
    ]
    return ", ".join(said) or "all pass"


def _as_of(facts: Facts) -> View:
    """The moment that the site shows, as the footer says it: the commit's own time, never the clock's."""
    now, today = facts.now.isoformat(), facts.today.isoformat()
    said = _time(now, f"{words.moment(now, facts.zone, '0')}")
    short = _time(now, words.moment(now, facts.zone, today))
    if facts.commit is None:
        return {
            "asof": Markup("<span>As of {}, not in a Git repository</span>").format(said),
            "asof_short": short,
        }
    commit = Markup("{}<code>{}</code>").format(_COMMIT, facts.commit.id[:7])
    if facts.dirty:
        return {
            "asof": Markup(
                "{}<span>As of {}, with uncommitted changes after commit <code>{}</code></span>"
            ).format(_COMMIT, said, facts.commit.id[:7]),
            "asof_short": Markup("<span>{}</span><span>with uncommitted changes</span>").format(commit),
        }
    return {
        "asof": Markup("{}<span>As of commit <code>{}</code>, {}</span>").format(
            _COMMIT, facts.commit.id[:7], said
        ),
        "asof_short": Markup("<span>{}</span>{}").format(commit, short),
    }


_COMMIT = Markup('<svg class="i" aria-hidden="true"><use href="#i-commit"/></svg>')


def _time(moment: str, said: str) -> Markup:
    return Markup('<time datetime="{}" data-stale-hours="24">{}</time>').format(moment, said)

"""What the pages of one build share: the facts, the audience, the addresses of items, the templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from opsflow import __version__, reports
from opsflow.model import Board, Finding
from opsflow.site import layout, look, names, words
from opsflow.site.page import Page as Page
from opsflow.site.render import Renderer, renderer

if TYPE_CHECKING:
    from opsflow.facts import Facts

View = dict[str, Any]
TEAM, PUBLIC = "team", "public"
AUDIENCES = (TEAM, PUBLIC)
"""Who a site is for: those who do the work, or everybody. A public page shows only what `public` says."""


class Word(NamedTuple):
    """A page in the navigation."""

    key: str
    """Its file, without the ending."""
    name: str
    icon: str
    under: str = ""
    """The page that it stands under, in a second row; empty: it stands in the first."""


@dataclass(frozen=True)
class Options:
    """What a build was asked for."""

    audience: str = TEAM
    charts: bool = True
    base_url: str = ""
    """Where the site will be on the web, with a slash at its end; empty: nobody knows."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Templates of the board's own that lie over opsflow's, by name; see site.templates."""


NO_OPTIONS = Options()


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
    options: Options
    logo: look.Logo | None
    placed: dict[layout.Shape, layout.Picture] = field(default_factory=dict)
    """Small pictures that were laid out: the same few shapes come again and again."""

    def view(self, name: str) -> View:
        """The view of a report."""
        return reports.view(name, self.facts, self.findings)


def open_shop(
    facts: Facts,
    findings: Sequence[Finding],
    draws: bool,
    words_: Sequence[Word] = (),
    options: Options = NO_OPTIONS,
) -> Shop:
    """Everything that the pages need, made once. `words_` is the navigation."""
    named = names.files(facts.board.items if options.audience == TEAM else ())

    def address(id: str) -> str | None:
        name = named.get(id)
        return names.page(name) if name else None

    own = facts.board.site
    logo = look.logo(facts.tree.get(own.logo)) if own.logo else None
    seed = facts.commit.id if facts.commit else ""
    site = {
        "title": own.title or facts.board.name,
        "audience": options.audience,
        "pages": words_,
        "links": own.links,
        "intro": own.intro.get(options.audience, ""),
        "request": look.request(facts.board, facts.tree, seed, facts.board.items.__contains__),
        "logo": {"width": logo.width, "height": look.HEIGHT} if logo else None,
        "accent": bool(look.style(own.accent)),
        "base_url": options.base_url,
        "version": __version__,
        "charts": draws,
        "layout": layout.program() is not None,
        "verdict": _verdict(findings),
        **_as_of(facts, options.audience),
    }
    render = renderer(
        address=address,
        zone=facts.zone,
        today=facts.today.isoformat(),
        site=site,
        own=options.templates,
        movers=_movers(facts.board),
    )
    return Shop(facts, tuple(findings), named, address, render, draws, options, logo)


def _movers(board: Board) -> Mapping[str, str]:
    """The names of vendors and teams, by what stands for them in an item."""
    vendors = {f"vendor:{key}": f"vendor {vendor.name}" for key, vendor in (board.vendors or {}).items()}
    return vendors | {f"team:{key}": f"team {team.name}" for key, team in (board.teams or {}).items()}


def _verdict(findings: Sequence[Finding]) -> str:
    open_ = [finding.severity.value for finding in findings if finding.waiver is None]
    said = [
        words.count(open_.count(level), level) for level in ("error", "warning", "note") if level in open_
    ]
    return ", ".join(said) or "all pass"


def _as_of(facts: Facts, audience: str) -> View:
    """The moment that the site shows, as the footer says it: the commit's own time, never the clock's.

    Everybody reads the time alone: a commit is the team's.
    """
    now, today = facts.now.isoformat(), facts.today.isoformat()
    said = _time(now, f"{words.moment(now, facts.zone, '0')}")
    short = _time(now, words.moment(now, facts.zone, today))
    if audience == PUBLIC:
        return {"asof": Markup("<span>As of {}</span>").format(said), "asof_short": short}
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

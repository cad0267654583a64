"""Templates -> bytes of pages. Door: jinja2.

Everything that a template prints is escaped, whatever its file is called; a name that is not there is an
error and not an empty string.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from opsflow import resources
from opsflow.site import sentences, templates, words
from opsflow.site.compiled import Kept
from opsflow.site.environment import LANGUAGE, Environment, said, straight

_SYMBOL = re.compile(r'<symbol id="i-([a-z0-9-]+)".*?</symbol>')
_USED = re.compile(r'<use href="#i-([a-z0-9-]+)"')

TYPE_ICONS = {
    "incident": "t-incident",
    "outage": "t-incident",
    "request": "t-request",
    "support": "t-request",
    "security": "t-security",
    "maintenance": "t-maint",
    "project": "t-project",
    "feature": "t-project",
    "improvement": "t-improve",
}
"""Types by name; any other gets a plain tag."""
STATE_ICONS = {"backlog": "a0", "active": "part", "waiting": "clock", "done": "ok", "discarded": "x"}
"""Kinds of state."""

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
"""What a browser may do with a page: its own scripts and styles, nothing from elsewhere, nothing inline.

Style attributes are let through, because bars and columns are sized by them; the templates put nothing
but numbers and the names of colours into them, and a test holds that. A page's own style element, the
filter by person, is named by its hash.
"""


_NO_STYLE = Markup("")


_HOLE = re.compile("<!--(?:title|canonical|icons|main|asof)-->")


class Frame(NamedTuple):
    """What stands around the content of a page, in parts, and the icons in it."""

    head: bytes
    named: bytes
    linked: bytes
    top: bytes
    foot: bytes
    end: bytes
    icons: frozenset[str]


@dataclass(frozen=True)
class Renderer:
    """The templates, ready for one board."""

    environment: jinja2.Environment
    sandbox: jinja2.Environment | None
    """For the pages whose templates are the board's own."""
    own: Mapping[str, str]
    site: Mapping[str, Any]
    frames: dict[tuple[str, ...], Frame]
    """Kept by what they depend on."""

    def page(
        self,
        template: str,
        path: str,
        context: Mapping[str, Any],
        *,
        title: str,
        section: str,
        kind: str = "page",
        style: Markup = _NO_STYLE,
        asof: Markup | None = None,
        scripts: tuple[str, ...] = (),
    ) -> bytes:
        """One page; `path` is its place below the site's root, `section` the page of the navigation.

        `asof` is what its foot says instead of the site's commit, which changes with each of them.
        `scripts` are the names of those that it has beside the ones of every page.
        """
        root = "../" * path.count("/")
        main = self._main(template, {"root": root, **context})
        frame = self.frame(root, section, kind, style, asof is not None, scripts)
        drawn = symbols(frame.icons.union(_USED.findall(main), _USED.findall(asof or "")))
        base = self.site["base_url"]
        canonical = Markup('<link rel="canonical" href="{}">\n').format(base + path) if base else ""
        own = (said(title), canonical, drawn, main, asof or "")
        named, linked, icons_, content, dated = map(_bytes, own)
        top = (frame.head, named, frame.named, linked, frame.linked, icons_, frame.top)
        return b"".join((*top, content, frame.foot, dated, frame.end))

    def _main(self, template: str, context: Mapping[str, Any]) -> str:
        if self.sandbox is not None and template in self.own:
            return templates.render(self.sandbox, template, context)
        return self.environment.get_template(template).render(context)

    def frame(
        self,
        root: str,
        section: str,
        kind: str,
        style: Markup = _NO_STYLE,
        lasts: bool = False,
        scripts: tuple[str, ...] = (),
    ) -> Frame:
        """What stands around the content of pages. `lasts`: it does not change with each commit."""
        key = (root, section, kind, style, str(lasts), *scripts)
        if key not in self.frames:
            csp = Markup(CSP.format(style=f" '{_hash(style)}'" if style else ""))  # no quote that ends it
            text = self.environment.get_template("_page.html").render(
                root=root, section=section, kind=kind, style=style, csp=csp, lasts=lasts, scripts=scripts
            )
            head, named, linked, top, foot, end = map(_bytes, _HOLE.split(text))
            self.frames[key] = Frame(head, named, linked, top, foot, end, frozenset(_USED.findall(text)))
        return self.frames[key]


def renderer(
    *,
    address: Callable[[str], str | None],
    zone: tzinfo,
    today: str,
    site: Mapping[str, Any],
    own: Mapping[str, str],
    movers: Mapping[str, str],
) -> Renderer:
    """The templates with the words and addresses of one board; `own` are those of the board itself.

    `movers` are the names of vendors and teams, by what stands for them in an item.
    """
    shipped = jinja2.FileSystemLoader(resources.folder("templates"))
    environment = Environment(loader=shipped, bytecode_cache=Kept(), **LANGUAGE)
    known: list[jinja2.Environment] = [environment]
    if own:
        known.append(
            templates.Sandbox(loader=jinja2.ChoiceLoader([jinja2.DictLoader(own), shipped]), **LANGUAGE)
        )
    for each in known:
        each.globals |= {"address": address, "site": site, "icon": icon}
        each.filters |= _filters(zone, today, movers)
    return Renderer(environment, known[1] if own else None, own, site, {})


def _filters(zone: tzinfo, today: str, movers: Mapping[str, str]) -> Mapping[str, Callable[..., Any]]:
    return {
        "day": lambda value: words.short_day(value, today),
        "longday": lambda value: words.long_day(value, today),
        "onday": lambda value: words.local(value, zone).date().isoformat(),
        "moment": lambda value: words.moment(value, zone, today),
        "shortmoment": lambda value: words.short_moment(value, zone),
        "clock": lambda value: f"{words.local(value, zone):%H:%M}",
        "n": words.number,
        "pct": words.percent,
        "count": words.count,
        "capital": words.capital,
        "apart": sentences.apart,
        "code": sentences.code,
        "found": lambda value: sentences.found(value, movers, today),
        "type_icon": lambda key: TYPE_ICONS.get(key, "t-other"),
        "state_icon": lambda kind: STATE_ICONS.get(kind, "a0"),
    }


def _bytes(text: str) -> bytes:
    return straight(text).encode("utf-8", "replace")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def icon(name: str, label: str = "") -> Markup:
    """An icon; without a label it only repeats what stands beside it."""
    if not label:
        return Markup('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>').format(name)
    told = Markup('<svg class="i" role="img" aria-label="{}"><title>{}</title><use href="#i-{}"/></svg>')
    return told.format(label, label, name)


@cache
def icons() -> Mapping[str, str]:
    """The drawn icons by name, as symbols."""
    source = resources.read("templates", "icons.svg").decode()
    return {match[1]: match[0] for match in _SYMBOL.finditer(source)}


@lru_cache(maxsize=4096)
def symbols(names: frozenset[str]) -> str:
    """These icons, drawn."""
    drawn = icons()
    return "".join(drawn[name] for name in sorted(names))

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
from functools import cache
from hashlib import sha256
from typing import Any

import jinja2
from markupsafe import Markup, escape

from opsflow import resources
from opsflow.site import words

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


@dataclass(frozen=True)
class Renderer:
    """The templates, ready for one board."""

    environment: jinja2.Environment
    frames: dict[tuple[str, ...], tuple[str, str, str]]
    """What stands around the content of a page, in three parts, kept by what it depends on."""

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
    ) -> bytes:
        """One page; `path` is its place below the site's root, `section` the page of the navigation."""
        root = "../" * path.count("/")
        main = self.environment.get_template(template).render({"root": root, **context})
        head, middle, foot = self._frame(root, section, kind, style)
        used = {*_USED.findall(main), *_USED.findall(middle), *_USED.findall(foot)}
        drawn = "".join(icons()[name] for name in sorted(used))
        middle = middle.replace("<!--icons-->", drawn, 1)
        return "".join((head, escape(title), middle, main, foot)).encode("utf-8", "replace")

    def _frame(self, root: str, section: str, kind: str, style: Markup) -> tuple[str, str, str]:
        key = (root, section, kind, style)
        if key not in self.frames:
            csp = Markup(CSP.format(style=f" '{_hash(style)}'" if style else ""))  # no quote that ends it
            frame = self.environment.get_template("_page.html").render(
                root=root, section=section, kind=kind, style=style, csp=csp
            )
            head, _, rest = frame.partition("<!--title-->")
            middle, _, foot = rest.partition("<!--main-->")
            self.frames[key] = (head, middle, foot)
        return self.frames[key]


class Environment(jinja2.Environment):
    """Views are dictionaries: `view.title` looks there first, which saves a third of a page's time."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def renderer(
    *, address: Callable[[str], str | None], zone: tzinfo, today: str, site: Mapping[str, Any]
) -> Renderer:
    """The templates with the words and addresses of one board."""
    environment = Environment(
        loader=jinja2.FileSystemLoader(resources.folder("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"address": address, "site": site, "icon": icon}
    environment.filters |= {
        "day": lambda value: words.short_day(value, today),
        "longday": lambda value: words.long_day(value, today),
        "onday": lambda value: words.local(value, zone).date().isoformat(),
        "moment": lambda value: words.moment(value, zone, today),
        "shortmoment": lambda value: words.short_moment(value, zone),
        "n": words.number,
        "pct": words.percent,
        "count": words.count,
        "capital": words.capital,
        "code": _code,
        "type_icon": lambda key: TYPE_ICONS.get(key, "t-other"),
        "state_icon": lambda kind: STATE_ICONS.get(kind, "a0"),
    }
    return Renderer(environment, {})


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _code(text: str) -> Markup:
    """The text, with what stands between backticks as code."""
    made = Markup("")
    for number, part in enumerate(text.split("`")):
        made += Markup("<code>{}</code>").format(part) if number % 2 else part
    return made


@cache
def icon(name: str, label: str = "") -> Markup:
    """An icon; without a label it only repeats what stands beside it."""
    meaning = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="i" {}><use href="#i-{}"/></svg>').format(meaning, name)


@cache
def icons() -> Mapping[str, str]:
    """The drawn icons by name, as symbols."""
    source = resources.read("templates", "icons.svg").decode()
    return {match[1]: match[0] for match in _SYMBOL.finditer(source)}

"""Facts -> a site in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsflow import collection
from opsflow.model import Finding
from opsflow.site import layout, names, output, pages, plot
from opsflow.site.shop import Page, open_shop

if TYPE_CHECKING:
    from opsflow.facts import Facts

Progress = Callable[[str, int, int | None], None]
DEFAULT = "build/site"
"""Where a site goes unless the user names a folder."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build made."""

    out: str
    """The site's folder, absolute."""
    index: str
    """The page to open."""
    files: int
    size: int
    """In bytes."""
    missing: tuple[str, ...]
    """What was left out for want of a library, and how to get it; a sentence each."""


def as_of_commit(facts: Facts) -> Facts:
    """The facts as of their commit, so that the same commit always gives the same site.

    With uncommitted changes, or without a commit, now is now. Judge these facts, not the original ones:
    ages and dates are counted from their `now`.
    """
    if facts.commit is None or facts.dirty or facts.now == facts.commit.at:
        return facts
    return replace(facts, now=facts.commit.at)


def build(
    facts: Facts,
    findings: Sequence[Finding],
    out: str = DEFAULT,
    *,
    charts: bool = True,
    progress: Progress | None = None,
) -> Summary:
    """Builds the site into `out` and replaces an earlier one there; OpsflowError where it may not.

    The pages show `facts` as they are: let them come from `as_of_commit`, and `findings` from judging them.
    """
    place = output.check(out, facts.root)
    draws = charts and plot.available()
    shop = open_shop(facts, findings, draws)
    with collection.paused():  # looking costs a fifth of a build
        files, size = output.write(place, _counted(pages.everything(shop), len(shop.names), progress))
    missing = []
    if charts and not draws:
        missing.append("Charts are left out; pip install 'opsflow[site]' draws them.")
    if layout.program() is None:
        missing.append(
            "Dependency pictures are left out; pip install 'opsflow[site]' or Graphviz draws them."
        )
    return Summary(place, f"{place}/index.html", files, size, tuple(missing))


def _counted(made: Iterator[Page], total: int, progress: Progress | None) -> Iterator[Page]:
    done = 0
    for page in made:
        if progress is not None and page.path.startswith(names.ITEMS):
            done += 1
            progress("Building pages", done, total)
        yield page

"""Facts -> a site in a folder: what changed is written, by as many processes as it is worth."""

from __future__ import annotations

import json
import os
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from opsflow.collection import paused
from opsflow.errors import OpsflowError
from opsflow.model import NOTHING, Finding
from opsflow.site import drawings, kept, layout, look, output, plot, register
from opsflow.site.output import Mark, Site
from opsflow.site.page import Page
from opsflow.site.register import Many
from opsflow.site.shop import NO_OPTIONS, Options, Shop, open_shop
from opsflow.site.standing import Summary, since

if TYPE_CHECKING:
    from opsflow.facts import Facts

Progress = Callable[[str, int, int | None], None]


class Inputs(NamedTuple):
    """What a site is made from, in short."""

    key: str = ""
    """Differs where the site would be another; empty: nobody knows."""
    read: Mapping[str, Any] = NOTHING


NO_INPUTS = Inputs()
CHUNK = 250
"""Pages that one process takes at a time."""
PIPE = 8000
"""So many numbers a pipe holds."""
WORTH = 1000
"""For fewer pages of items, no further process is begun."""
PROCESSES = 4
"""More would wait for the disk."""


def as_of_commit(facts: Facts) -> Facts:
    """The facts as of their commit, so that the same commit always gives the same site.

    With uncommitted changes, or without a commit, now is now. Judge these facts, not the original ones:
    ages and dates are counted from their `now`. Where the clock of the commit ran behind those before it,
    it is mended, as it is along the history.
    """
    if facts.commit is None or facts.dirty:
        return facts
    known = facts.history.commits[-1:] if facts.history else ()
    now = max([facts.commit.at, *(commit.at for commit in known if commit.id == facts.commit.id)])
    return facts if now == facts.now else replace(facts, now=now)


def build(
    facts: Facts,
    findings: Sequence[Finding] | Callable[[Facts], Sequence[Finding]],
    out: str,
    *,
    options: Options = NO_OPTIONS,
    inputs: Inputs = NO_INPUTS,
    started: float | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Builds the site into `out` and replaces an earlier one there; OpsflowError where it may not.

    The pages show `facts` as they are: let them come from `as_of_commit`. `findings` are what judging them
    found, or what judges them: then another process works meanwhile. `inputs` are kept with the site, for
    who asks later whether anything changed.
    """
    started = time.monotonic() if started is None else started
    place = output.check(out, facts.root)
    known = kept.load(place)
    with paused(), drawings.apart(), output.building(place, output.standing(place, known.marks)[0]) as site:
        with Crew(site) as crew:
            shop = _judged(crew, facts, findings, options)
            _fill(crew, shop, progress)
        made = site.finish()
    size, files, missing = made.size, len(made.marks) - 1, tuple(_missing(shop))
    said = {"files": files, "size": size, "missing": missing}
    kept.store(place, kept.Known(inputs.key, inputs.read, said, made.marks))
    return Summary(place, f"{place}/index.html", files, made.written, size, since(started), missing)


def _missing(shop: Shop) -> Iterator[str]:
    own = shop.facts.board.site
    if shop.options.charts and not shop.draws:
        yield "Charts are left out; pip install 'opsflow[site]' draws them."
    if layout.program() is None:
        yield "Dependency pictures are left out; pip install 'opsflow[site]' or Graphviz draws them."
    if own.logo and shop.logo is None:
        yield f"The logo {own.logo} is left out: it is no PNG of at most {look.LARGEST >> 10} KiB."
    yield from look.unreadable(own.accent)


def _judged(
    crew: Crew,
    facts: Facts,
    findings: Sequence[Finding] | Callable[[Facts], Sequence[Finding]],
    options: Options,
) -> Shop:
    """What all pages share, with what was found; what says nothing of that is made meanwhile."""
    draws = options.charts and plot.available()
    words = register.navigation(options.audience)
    shop = open_shop(facts, (), draws, words, options)
    work = crew.work([partial(_unkeyed, make) for make in register.unjudged(shop)])
    if _helpers():
        _ = facts.spans  # which all helpers need
        crew.help(work)
    found = findings(facts) if callable(findings) else findings
    for _ in work.take(crew.site):
        pass
    return open_shop(facts, found, draws, words, options)


def _fill(crew: Crew, shop: Shop, progress: Progress | None) -> None:
    """Makes what changed of the many pages, and all of the others."""
    site, helpers = crew.site, _helpers()
    main = crew.work([partial(_unkeyed, make) for make in register.main(shop)])
    if helpers:
        crew.help(main)
    wanted = [
        (many, path, key)
        for many in register.many(shop)
        for path, key in many.keys(shop).items()
        if not site.keep(path, key)
    ]
    length = max(CHUNK, len(wanted) // PIPE + 1)
    chunks = [wanted[start : start + length] for start in range(0, len(wanted), length)]
    pages = crew.work([partial(_chunk, shop, chunk) for chunk in chunks])
    for _ in range(helpers if len(wanted) >= WORTH else 0):
        crew.help(pages, main)
    for number, count in pages.take(site):
        if progress:
            progress("Building pages", number * length + count, len(wanted))
    for _ in main.take(site):
        pass


def _unkeyed(make: Callable[[], Iterable[Page]]) -> Iterator[tuple[Page, str]]:
    return ((page, "") for page in make())


def _chunk(shop: Shop, chunk: Sequence[tuple[Many, str, str]]) -> Iterator[tuple[Page, str]]:
    """The pages of a chunk, with their keys."""
    keys = {path: key for _, path, key in chunk}
    for many in dict.fromkeys(many for many, _, _ in chunk):
        for page in many.make(shop, [path for each, path, _ in chunk if each is many]):
            yield page, keys[page.path]


def _helpers() -> int:
    """How many processes to have beside this one."""
    if not hasattr(os, "fork"):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, PROCESSES) - 1


class Work:
    """Jobs that several processes take, one after another, until none is left.

    Which process takes which changes no byte: each page is its own file.
    """

    def __init__(self, jobs: Sequence[Callable[[], Iterable[tuple[Page, str]]]]) -> None:
        self.jobs = jobs
        self.line, end = os.pipe()  # holds the numbers of the jobs that nobody took yet
        os.write(end, b"".join(number.to_bytes(4, "big") for number in range(len(jobs))))
        os.close(end)

    def take(self, site: Site) -> Iterator[tuple[int, int]]:
        """Does job after job; for each page, the number of the job and how many pages it made."""
        while data := os.read(self.line, 4):
            number = int.from_bytes(data, "big")
            for count, (page, key) in enumerate(self.jobs[number](), 1):
                site.put(page, key)
                yield number, count


class Crew:
    """The processes that build a site: this one and its helpers. Where one fails, all do."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.lines: list[int] = []
        self.helpers: list[tuple[int, int]] = []
        """The id of each process, and the pipe on which it says what it wrote."""

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """At the end, what helpers wrote is in the site."""
        try:
            while error is None and self.helpers:
                self._end(*self.helpers.pop())
        finally:
            for process, pipe in self.helpers:
                os.kill(process, 9)
                os.waitpid(process, 0)
                os.close(pipe)
            for line in self.lines:
                os.close(line)

    def work(self, jobs: Sequence[Callable[[], Iterable[tuple[Page, str]]]]) -> Work:
        """Jobs for this process and for helpers that begin later."""
        work = Work(jobs)
        self.lines.append(work.line)
        return work

    def help(self, *works: Work) -> None:
        """Begins a helper, which does this work."""
        pipe, end = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a progress bar is a thread, and no helper touches it
            process = os.fork()
        if process:
            os.close(end)
            self.helpers.append((process, pipe))
            return
        status = 1
        try:
            told = self._helped(works)
            with os.fdopen(end, "w") as stream:
                json.dump(told, stream)
            status = 0
        finally:
            os._exit(status)

    def _helped(self, works: Sequence[Work]) -> Mapping[str, object]:
        """What a helper says in the end."""
        self.site.marks, self.site.written = {}, set()
        try:
            for work in works:
                for _ in work.take(self.site):
                    pass
        except (OSError, OpsflowError) as error:
            return {"error": getattr(error, "strerror", None) or str(error)}
        except Exception:
            return {"bug": traceback.format_exc()}
        return {"marks": self.site.marks, "written": sorted(self.site.written)}

    def _end(self, process: int, pipe: int) -> None:
        with os.fdopen(pipe) as stream:
            text = stream.read()
        _, status = os.waitpid(process, 0)
        told: Mapping[str, Any] = json.loads(text) if status == 0 and text else {"error": "a helper ended"}
        if "bug" in told:
            raise RuntimeError(told["bug"])
        if "error" in told:
            raise OpsflowError(
                f"{self.site.place} was not built: {told['error']}; the old site is as it was."
            )
        self.site.marks |= {path: Mark(*mark) for path, mark in told["marks"].items()}
        self.site.written.update(told["written"])

"""Facts -> a site in a folder: what changed is written, by as many processes as it is worth."""

from __future__ import annotations

import gc
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from opsflow.errors import OpsflowError
from opsflow.model import NOTHING, Finding
from opsflow.site import kept, layout, look, output, plot, register
from opsflow.site.output import Made, Mark, Site
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
CHUNKS = 8000
"""At most: as many numbers as a pipe holds."""
WORTH = 1000
"""Fewer pages are made by one process."""
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
    findings: Sequence[Finding],
    out: str,
    *,
    options: Options = NO_OPTIONS,
    inputs: Inputs = NO_INPUTS,
    started: float | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Builds the site into `out` and replaces an earlier one there; OpsflowError where it may not.

    The pages show `facts` as they are: let them come from `as_of_commit`, and `findings` from judging them.
    `inputs` are kept with it, for who asks later whether anything changed.
    """
    started = time.monotonic() if started is None else started
    place = output.check(out, facts.root)
    known = kept.load(place)
    draws = options.charts and plot.available()
    shop = open_shop(facts, findings, draws, register.navigation(options.audience), options)
    missing = tuple(_missing(shop))
    with _quiet(), output.building(place, output.standing(place, known.marks)[0]) as site:
        made = _fill(site, shop, progress)
    size, files = made.size, len(made.marks) - 1
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


@contextmanager
def _quiet() -> Iterator[None]:
    """What is known of the board is not looked through for garbage, but what pages leave behind is."""
    gc.collect() if gc.isenabled() else None
    gc.freeze()
    was = gc.isenabled()
    gc.enable()
    try:
        yield
    finally:
        if not was:
            gc.disable()
        gc.unfreeze()


def _fill(site: Site, shop: Shop, progress: Progress | None) -> Made:
    """Makes what changed of the many pages, and all of the others."""
    wanted: list[tuple[Many, str, str]] = []
    for many in register.many(shop):
        for path, key in many.keys(shop).items():
            if not site.keep(path, key):
                wanted.append((many, path, key))
    length = max(CHUNK, len(wanted) // CHUNKS + 1)
    chunks = [wanted[start : start + length] for start in range(0, len(wanted), length)]
    work = _Work(site, shop, chunks, progress)
    helpers = _helpers(len(wanted))
    with work.shared(helpers):
        for page in register.main(shop):
            site.put(page)
        work.take()
    return site.finish()


def _helpers(pages: int) -> int:
    """How many processes to have beside this one."""
    if pages < WORTH or not hasattr(os, "fork"):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, PROCESSES) - 1


class _Work:
    """Chunks of pages that several processes take, one after another, until none is left.

    Which process takes which chunk changes no byte: each page is its own file.
    """

    def __init__(
        self,
        site: Site,
        shop: Shop,
        chunks: Sequence[Sequence[tuple[Many, str, str]]],
        progress: Progress | None,
    ) -> None:
        self.site, self.shop, self.chunks, self.progress = site, shop, chunks, progress
        self.total = sum(map(len, chunks))
        self.line, self.end = os.pipe()  # holds the numbers of the chunks that nobody took yet
        self.helpers: list[tuple[int, int]] = []
        """The id of each process, and the pipe on which it says what it wrote."""

    @contextmanager
    def shared(self, helpers: int) -> Iterator[None]:
        """Helpers begin at once; at the end, what they wrote is in the site. Where one fails, all do."""
        numbers = b"".join(number.to_bytes(4, "big") for number in range(len(self.chunks)))
        os.write(self.end, numbers)
        os.close(self.end)
        try:
            for _ in range(helpers):
                self._start()
            yield
            while self.helpers:
                self._end(*self.helpers.pop())
        except BaseException:
            for process, _ in self.helpers:
                os.kill(process, 9)
            while self.helpers:
                process, pipe = self.helpers.pop()
                os.waitpid(process, 0)
                os.close(pipe)
            raise
        finally:
            os.close(self.line)

    def take(self, tells: bool = True) -> None:
        """Takes chunks until none is left."""
        while number := os.read(self.line, 4):
            at = int.from_bytes(number, "big")
            chunk = self.chunks[at]
            keys = {path: key for _, path, key in chunk}
            done = sum(map(len, self.chunks[:at]))
            for many in dict.fromkeys(many for many, _, _ in chunk):
                for page in many.make(self.shop, [path for each, path, _ in chunk if each is many]):
                    self.site.put(page, keys[page.path])
                    done += 1
                    if tells and self.progress:
                        self.progress("Building pages", done, self.total)

    def _start(self) -> None:
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
            self.site.marks, self.site.written = {}, set()
            try:
                self.take(tells=False)
                told = {"marks": self.site.marks, "written": sorted(self.site.written)}
            except (OSError, OpsflowError) as error:
                told = {"error": getattr(error, "strerror", None) or str(error)}
            with os.fdopen(end, "w") as stream:
                json.dump(told, stream)
            status = 0
        finally:
            os._exit(status)

    def _end(self, process: int, pipe: int) -> None:
        with os.fdopen(pipe) as stream:
            text = stream.read()
        _, status = os.waitpid(process, 0)
        told: Mapping[str, object] = json.loads(text) if status == 0 and text else {"error": "a helper ended"}
        if "error" in told:
            raise OpsflowError(
                f"{self.site.place} was not built: {told['error']}; the old site is as it was."
            )
        marks = told["marks"]
        assert isinstance(marks, dict)
        self.site.marks |= {path: Mark(*mark) for path, mark in marks.items()}
        written = told["written"]
        assert isinstance(written, list)
        self.site.written.update(written)

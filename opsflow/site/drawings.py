"""A Vega-Lite specification -> its drawing, drawn once. Door: vl_convert.

The library takes a second to begin, longer than most boards take to build. What it drew is kept in the cache
folder, under the specification and the version of the library; the bytes are the same either way. It also
takes a hundred megabytes, so a build lets a process of its own draw.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from importlib import metadata
from typing import Any

from opsflow import kept, resources
from opsflow.errors import OpsflowError

MOST = 200
"""Drawings that are kept; a board has some twenty."""


def of(spec: Mapping[str, Any]) -> str:
    """The drawing as SVG, as the library writes it."""
    home = resources.cache_folder()
    if home is None:
        return _draw(spec)
    asked = json.dumps([metadata.version("vl-convert-python"), spec])
    name = blake2b(asked.encode(), digest_size=16).hexdigest()
    path = os.path.join(home, f"chart-{name}.json")
    held = kept.load(path)
    if held.get("name") == name and isinstance(held.get("svg"), str):
        return str(held["svg"])
    drawing = _draw(spec)
    if kept.store(path, {"name": name, "svg": drawing}):
        _prune(home)
    return drawing


class Drawer:
    """A process that draws; it begins with the first drawing, and each process of a build has its own."""

    program = "import sys; sys.path[:] = sys.argv[1:]; from opsflow.site import drawings; drawings.serve()"

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.owner = 0

    def draw(self, spec: Mapping[str, Any]) -> str | None:
        """The drawing; None where there can be no such process, or it could not draw."""
        try:
            if self.process is None or self.owner != os.getpid():
                words = [sys.executable, "-I", "-c", self.program, *sys.path]
                pipe = subprocess.PIPE
                self.process = subprocess.Popen(
                    words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, encoding="ascii"
                )
                self.owner = os.getpid()
            asked, answers = self.process.stdin, self.process.stdout
            assert asked and answers
            asked.write(json.dumps(spec) + "\n")
            asked.flush()
            drawing = json.loads(answers.readline() or "null")
        except (OSError, ValueError):
            drawing = None
        self._look(drawing)
        return drawing if isinstance(drawing, str) else None

    def _look(self, drawing: object) -> None:
        """OpsflowError where the process was killed as it drew: this one would be, too, and say nothing."""
        if drawing is not None or self.process is None or self.owner != os.getpid():
            return
        with suppress(subprocess.TimeoutExpired):
            status = self.process.wait(1)
            if status < 0:
                raise OpsflowError(
                    f"The charts cannot be drawn: signal {-status} ended the process that draws, mostly for "
                    "want of memory. Allow more (`ulimit -v`), or build without vl-convert."
                )

    def end(self) -> None:
        """Lets the process go."""
        if self.process is not None and self.owner == os.getpid():
            with suppress(OSError), self.process:  # it ends with what it reads from
                pass
        self.process = None


_drawer: Drawer | None = None


@contextmanager
def apart() -> Iterator[None]:
    """Meanwhile, drawing is done by a process of its own."""
    global _drawer
    before, _drawer = _drawer, Drawer()
    try:
        yield
    finally:
        _drawer.end()
        _drawer = before


def serve() -> None:
    """Draws what is asked for, a specification in each line, until nothing more is, or nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_draw(json.loads(line))) + "\n")
        sys.stdout.flush()


def _draw(spec: Mapping[str, Any]) -> str:
    drawing = _drawer.draw(spec) if _drawer else None
    if drawing is not None:
        return drawing
    try:
        import vl_convert

        drawn: str = vl_convert.vegalite_to_svg(dict(spec))
    except ImportError as error:
        raise OpsflowError(f"The charts cannot be drawn: vl-convert cannot be loaded: {error}.") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust cannot go on with; it is no Exception
            raise
        raise OpsflowError(f"The charts cannot be drawn: vl-convert stopped: {error}.") from None
    return drawn


def _prune(home: str) -> None:
    """Removes the oldest drawings beyond the most that are kept."""
    try:
        with os.scandir(home) as listing:
            found = [entry for entry in listing if entry.name.startswith("chart-")]
        if len(found) > MOST + MOST // 4:
            found.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime)
            for entry in found[:-MOST]:
                os.unlink(entry.path)
    except OSError:  # somebody else prunes as well
        return

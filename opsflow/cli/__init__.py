"""The command line: one module a command; `program` knows them all and runs them.

(A module `list` becomes a name of this package, so nothing that needs the `list` of Python stands here.)
"""

import gc
from collections.abc import Sequence

__all__ = ["run"]


def run(argv: Sequence[str]) -> int:
    """Run opsflow with these arguments; returns its exit status, see `program`."""
    was = gc.isenabled()
    gc.disable()  # A command makes much and drops little, and looking through it takes a tenth of its time.
    try:
        return _run(argv)
    finally:
        if was:
            gc.enable()


def _run(argv: Sequence[str]) -> int:
    if "--committed" in argv:
        from opsflow.cli import brief

        text = brief.answer(argv)
        if text is not None:
            return _show(text)
    from opsflow.cli import program

    return program.run(argv)


def _show(text: str) -> int:
    from opsflow.cli import screen

    try:
        screen.show_all(text)
    except OSError as error:
        from opsflow.cli import program

        return program.unwritten(error)
    return 0

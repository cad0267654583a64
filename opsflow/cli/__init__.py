"""The command line: one module a command; `program` knows them all and runs them.

(A module `list` becomes a name of this package, so nothing that needs the `list` of Python stands here.)
"""

from collections.abc import Sequence

from opsflow.collection import paused

__all__ = ["run"]


def run(argv: Sequence[str]) -> int:
    """Run opsflow with these arguments; returns its exit status, see `program`."""
    with paused():  # a command makes much and drops little
        return _run(argv)


def _run(argv: Sequence[str]) -> int:
    if argv[:1] == ["merge-driver"] and 4 <= len(argv) <= 9 and argv[1][:1] not in ("-", ""):
        from opsflow.cli import driver

        return driver.run(argv[1:])
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

"""The program: answers `--version` before anything is imported, and hands the rest to the commands."""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # `python -m opsflow` puts the current folder first on the path, and a script its own folder. A
    # stranger's checkout must not bring modules of its own. (What Python itself imports before this
    # line, it may: the program `opsflow`, or `python -P -m opsflow`, does not look there at all.)
    del sys.path[0]


def main() -> None:
    """Run opsflow with the arguments of the process, and end it with the status."""
    if sys.argv[1:] == ["--version"]:
        from opsflow import __version__

        try:
            sys.stdout.write(f"opsflow {__version__}\n")
            sys.stdout.flush()
            return
        except (OSError, ValueError, AttributeError):  # nobody can read it: the command says so, or is silent
            pass
    try:
        from opsflow.cli import run
        from opsflow.collection import leave_it

        leave_it()
        _leave(run(sys.argv[1:]))
    except KeyboardInterrupt:  # before `run` could see it
        sys.exit(130)


def _leave(status: int) -> None:
    """Spare the end: the system takes all memory back, so Python need not give back each object.

    After a `check` that would take a tenth of a second, for NetworkX alone is 300,000 objects, and of a
    board of 10,000 items half a second. What is to be done at the end is done, and all is written.
    """
    import atexit
    import os
    from contextlib import suppress

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    main()

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

        sys.stdout.write(f"opsflow {__version__}\n")
        return
    try:
        from opsflow.cli import run

        status = run(sys.argv[1:])
        _leave(status)
    except KeyboardInterrupt:  # before `run` could see it
        status = 130
    sys.exit(status)


def _leave(status: int) -> None:
    """Spare the end: the system takes all memory back, so Python need not look for cycles in it.

    After a `check` that would take a tenth of a second, for NetworkX alone is 300,000 objects. DuckDB
    complains about objects that nobody took back, so with it the end comes at once.
    """
    import gc
    import os
    from contextlib import suppress

    gc.freeze()
    if "duckdb" in sys.modules:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(status)


if __name__ == "__main__":
    main()

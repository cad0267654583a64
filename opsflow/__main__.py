"""The program: answers `--version` before anything is imported, and hands the rest to the commands."""

import sys


def main() -> None:
    """Run opsflow with the arguments of the process, and end it with the status."""
    if sys.argv[1:] == ["--version"]:
        from opsflow import __version__

        sys.stdout.write(f"opsflow {__version__}\n")
        return
    from opsflow.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

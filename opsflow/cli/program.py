"""The command line: which commands there are, how they end, and what a bug of ours looks like.

    0    well
    1    findings
    2    could not run: one sentence, and what to do
    3    a bug of opsflow: a short traceback, and versions to report
    130  stopped with Ctrl-C;  141  whoever read the output went away

Commands live in one module each and are imported only when they run.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from opsflow import __version__
from opsflow.errors import OpsflowError

LONGEST, LONG = 600, 2_000
"""In characters: no word of the command line makes a message longer; of what was read, a few names may."""
FINDINGS, COULD_NOT_RUN, BUG, STOPPED, UNREAD = 1, 2, 3, 130, 141

PARTS: dict[str, dict[str, str]] = {
    "Begin": {
        "init": "Make a board in a folder.",
        "demo": "Make an example board, half a year of history, and its site.",
    },
    "See the work": {
        "board": "Show the board: columns, limits, ages.",
        "list": "List items that fit a filter.",
        "show": "Show one item with its history.",
        "next": "Say what to pull next, and why.",
        "log": "List who moved what, and when.",
    },
    "Edit the work": {
        "new": "Make a new item.",
        "move": "Move items to another state.",
        "set": "Set fields of items.",
        "block": "Say that an item cannot go on, and why.",
        "unblock": "Say that blocked items can go on.",
        "allow": "Let an item break a rule, for a reason.",
        "archive": "Move finished items to the archive.",
        "renumber": "Give an item another id.",
        "undo": "Take back the last edit.",
    },
    "Judge the work": {
        "check": "Find what is wrong on the board.",
        "diff": "Tell what a change does to the work.",
        "explain": "Explain a rule, or what a number is made of.",
    },
    "Measure and publish": {
        "report": "Show a report, or a measure, in the terminal.",
        "forecast": "Say when work will be finished, and how sure that is.",
        "simulate": "Replay the past with another policy.",
        "export": "Write events and measures as tables.",
        "build": "Build the site.",
        "serve": "Build the site and show it in a browser.",
    },
    "Set up": {
        "schema": "Print or write the JSON Schemas for editors.",
        "lsp": "Serve an editor: findings as you type.",
        "merge-driver": "Merge files field by field, for Git.",
        "completion": "Print the completion script for a shell.",
    },
}
"""Every command and its help in one line, by the heading under which `opsflow --help` lists it."""

COMMANDS = {name: text for part in PARTS.values() for name, text in part.items()}


WIDEST = max(map(len, COMMANDS))


class Program(click.Group):
    """The group of all commands. Listing them imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"opsflow.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"There is no command {args[0]!r}.{suggestion(args[0], [*COMMANDS])}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for part, commands in PARTS.items():
            with formatter.section(part):
                formatter.write_dl([(name.ljust(WIDEST), text) for name, text in commands.items()])


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 96}


@click.group(cls=Program, context_settings=SETTINGS, epilog="Help for one command: opsflow COMMAND --help")
@click.option("-C", "--board", metavar="DIR", help="The board's folder; default: found upward from here.")
@click.version_option(__version__, message="opsflow %(version)s", help="Show the version.")
def program(board: str | None) -> None:
    """The work of an IT operations team, kept as plain text in Git."""


def suggestion(word: str, known: Sequence[str]) -> str:
    """` Did you mean "check"?`, or nothing where no known word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def called(folder: str | None = ".") -> str:
    """What to type in that folder to run this program: its name, where the shell finds it, or its path.

    None: in any folder, and whatever modules lie there.
    """
    import shlex
    import shutil

    started = os.path.abspath(sys.argv[0])
    if os.path.basename(started) == "__main__.py":
        return f"{shlex.quote(sys.executable)} {'-P ' if folder is None else ''}-m opsflow"
    found = shutil.which("opsflow")
    if os.path.basename(started) != "opsflow" or (found and os.path.samefile(found, started)):
        return "opsflow"
    paths = [started] if folder is None else [os.path.relpath(started, folder), started]
    return shlex.quote(min(paths, key=len))


def run(argv: Sequence[str]) -> int:
    """Run the program with these arguments; returns its exit status."""
    from opsflow.cli import screen

    screen.keep_writable()
    try:
        status = _invoke(list(argv))
        screen.flush()
        return status
    except BrokenPipeError as error:
        return unwritten(error)
    except (KeyboardInterrupt, click.Abort):
        return _say("Stopped.", STOPPED)
    except OpsflowError as error:
        return _say(f"opsflow: {_cut(str(error), LONG)}", COULD_NOT_RUN)
    except click.ClickException as error:
        return _say(_usage(error), COULD_NOT_RUN)
    except OSError as error:
        return unwritten(error)
    except MemoryError:
        return _say(
            "opsflow: There is not enough memory for this; ask for less, or allow more.", COULD_NOT_RUN
        )
    except Exception as error:
        return _bug(error, argv)


def _invoke(argv: list[str]) -> int:
    wish = os.environ.get("_OPSFLOW_COMPLETE")
    if wish:
        from click.shell_completion import shell_complete

        try:
            return shell_complete(program, {}, "opsflow", "_OPSFLOW_COMPLETE", wish)
        except (KeyError, ValueError):
            raise OpsflowError(
                "_OPSFLOW_COMPLETE is for the script of a shell; `opsflow completion` prints it."
            ) from None
    try:
        with program.make_context("opsflow", argv) as context:
            status: Any = program.invoke(context)
    except click.exceptions.Exit as end:
        status = end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        status = _help(error)
    return status if isinstance(status, int) else 0


def unwritten(error: OSError) -> int:
    """The status where the output could not be written, or nobody reads it any more."""
    if isinstance(error, BrokenPipeError):
        return _unread()
    return _say(f"opsflow: {_disk(error)}", COULD_NOT_RUN)


def _unread() -> int:
    """Whoever read our output has enough; Python must not complain about the rest at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        pass
    return UNREAD


def _say(text: str, status: int) -> int:
    from opsflow.cli import screen

    with contextlib.suppress(OSError):  # nobody may be there to read it
        screen.tell(text)
        if sys.stderr is not None:
            sys.stderr.flush()
    return status


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    name = context.command_path if context else "opsflow"
    return f"opsflow: {_cut(error.format_message(), LONGEST)}\nSee `{name} --help`."


def _cut(text: str, most: int) -> str:
    """A message that quotes what somebody wrote, and not all of it where that is endless."""
    return text if len(text) <= most else f"{text[:most]}…"


def _help(error: click.ClickException) -> int:
    from opsflow.cli import screen

    screen.show(f"{error.format_message()}\n")
    return 0


def _disk(error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and not error.filename and not _has_folder():
        return "The current folder is gone; change to one that is there."
    name = f"{str(error.filename).replace(chr(10), '␊')}: " if error.filename else ""
    what = "Mend that, then run the command again."
    if isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError):
        what = "Name another place, where nothing is in the way."
    return f"{name}{error.strerror or error}. {what}"


def _has_folder() -> bool:
    try:
        return bool(os.getcwd())
    except OSError:
        return False


def _bug(error: Exception, argv: Sequence[str]) -> int:
    import platform
    import traceback

    frames = traceback.extract_tb(error.__traceback__)[-4:]
    calls = [f"  {os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
    text = [
        "opsflow: this is a bug of opsflow, not a mistake of yours.",
        *calls,
        f"  {type(error).__name__}: {error}",
        f"  command: {argv[0] if argv else ''}; opsflow {__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.release()}",
        "Please report these lines; OPSFLOW_TRACEBACK=1 shows the whole way to it.",
    ]
    if os.environ.get("OPSFLOW_TRACEBACK"):
        text.insert(1, "".join(traceback.format_exception(error)).rstrip())
    return _say("\n".join(text), BUG)

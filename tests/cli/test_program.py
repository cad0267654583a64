"""The program: what there is, how it ends, and how fast it begins."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from opsflow import __version__
from opsflow.cli import program as cli
from opsflow.errors import OpsflowError

ROOT = Path(__file__).parent.parent.parent
COMMANDS = cli.COMMANDS
NO_COMMANDS = {
    "__init__",
    "program",
    "options",
    "screen",
    "complete",
    "judging",
    "query",
    "rows",
    "brief",
    "outputs",
    "asking",
    "tables",
    "changes",
    "edits",
    "drafts",
    "renumbered",
    "driver",
    "series",
}


def opsflow(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    command = [sys.executable, "-P", "-m", "opsflow", *words]
    return subprocess.run(command, capture_output=True, text=True, **more)  # type: ignore[call-overload,no-any-return]


# -- what there is ------------------------------------------------------------------------------


def test_every_module_of_a_command_is_in_the_table() -> None:
    modules = {path.stem for path in (ROOT / "opsflow" / "cli").glob("*.py")} - NO_COMMANDS
    assert modules == {name.replace("-", "_") for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    command = cli.program.get_command(click.Context(cli.program), name)
    assert command is not None
    assert command.name == name or command.name == "command"
    module = sys.modules[f"opsflow.cli.{name.replace('-', '_')}"]
    assert module.__doc__ == COMMANDS[name]
    assert (command.help or "").startswith(COMMANDS[name].rstrip("."))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_has_help(name: str) -> None:
    command = cli.program.get_command(click.Context(cli.program), name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_well_and_fits_80_columns(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Usage: opsflow {name} ")
    assert max(map(len, text.splitlines())) <= 96


def test_help_lists_all_commands_by_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    text = capsys.readouterr().out
    for part, commands in cli.PARTS.items():
        assert f"\n{part}:\n" in text
        for name, sentence in commands.items():
            assert re.search(rf"^  {name} +{re.escape(sentence)}$", text, re.MULTILINE), name


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == 0
    assert capsys.readouterr().out.startswith("Usage: opsflow ")


# -- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chekc"], "opsflow: There is no command 'chekc'. Did you mean 'check'?\nSee `opsflow --help`.\n"),
        (["xyzzy"], "opsflow: There is no command 'xyzzy'.\nSee `opsflow --help`.\n"),
        (
            ["check", "--no-cach"],
            "opsflow: No such option '--no-cach'. Did you mean '--no-cache'?\nSee `opsflow check --help`.\n",
        ),
        (
            ["check", "--format", "yaml"],
            "opsflow: Invalid value for '--format': 'yaml' is not one of 'text', 'concise', 'github', "
            "'json', 'gitlab', 'sarif', 'junit'.\n"
            "See `opsflow check --help`.\n",
        ),
        (["show"], "opsflow: Missing argument 'ITEM'.\nSee `opsflow show --help`.\n"),
        (
            ["explain", "wip-limt"],
            "opsflow: There is no rule and no measure 'wip-limt'. Did you mean 'wip-limit'? `opsflow explain` "
            "lists the rules, `opsflow report` the measures.\n",
        ),
        (
            ["report", "flo"],
            "opsflow: There is no report 'flo'. Did you mean 'flow'? `opsflow report` lists them.\n",
        ),
        (
            ["log", "--limit", "0"],
            "opsflow: Invalid value for '--limit': 0 is not in the range x>=1.\nSee `opsflow log --help`.\n",
        ),
        (
            ["check", "\x1b[2J"],
            "opsflow: Got unexpected extra argument (␛[2J)\nSee `opsflow check --help`.\n",
        ),
    ],
)
def test_a_mistake_in_the_words_is_told_with_a_way_on(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(words) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", said)


@pytest.mark.parametrize("name", ["check", "board", "list", "next", "log", "build", "report"])
def test_without_a_board_a_sentence_says_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = [name, "flow"] if name == "report" else [name]
    assert cli.run(words) == 2
    assert capsys.readouterr().err == (
        "opsflow: There is no opsflow.yaml in this folder or above it; make a board with `opsflow init`, "
        "or name its folder with --board DIR.\n"
    )


# -- how it ends --------------------------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes `schema` raise."""

    def breaks(error: BaseException) -> None:
        def command() -> None:
            raise error

        from opsflow.cli import schema

        monkeypatch.setattr(schema.command, "callback", lambda **_: command())

    return breaks


def test_a_bug_of_ours_is_a_short_report(
    broken: Callable[[BaseException], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("OPSFLOW_TRACEBACK", raising=False)
    broken(ZeroDivisionError("no \x1b[31mway"))
    assert cli.run(["schema"]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "opsflow: this is a bug of opsflow, not a mistake of yours."
    assert "  ZeroDivisionError: no ␛[31mway" in lines
    assert any(f"opsflow {__version__}, Python {sys.version.split()[0]}" in line for line in lines)
    assert len(lines) <= 9


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OpsflowError("There is no disk; buy one."), 2, "opsflow: There is no disk; buy one.\n"),
        (
            PermissionError(13, "Permission denied", "/x"),
            2,
            "opsflow: /x: Permission denied. Mend that, then run the command again.\n",
        ),
        (
            OSError(28, "No space left on device"),
            2,
            "opsflow: No space left on device. Mend that, then run the command again.\n",
        ),
        (
            FileExistsError(17, "File exists", "/etc/hosts"),
            2,
            "opsflow: /etc/hosts: File exists. Name another place, where nothing is in the way.\n",
        ),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_each_end_has_its_status(
    error: BaseException,
    status: int,
    said: str,
    broken: Callable[[BaseException], None],
    capfd: pytest.CaptureFixture[str],
) -> None:
    broken(error)
    if isinstance(error, BrokenPipeError):
        saved = os.dup(1)
        try:
            assert cli.run(["schema"]) == status
        finally:
            os.dup2(saved, 1)
            os.close(saved)
    else:
        assert cli.run(["schema"]) == status
    assert capfd.readouterr().err == said


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -P -m opsflow explain --format json; echo $? >&2"
    done = subprocess.run(["bash", "-c", f"({command}) | head -c 5"], capture_output=True, text=True)
    assert done.stdout == "[\n  {"
    assert done.stderr in ("141\n", "0\n")  # 0: all fitted into the pipe before the reader was gone


def test_a_closed_output_is_no_error() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -P -m opsflow explain wip-limit >&-"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-P", "-m", "opsflow", "explain", "wip-limit"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (
        2,
        "opsflow: No space left on device. Mend that, then run the command again.\n",
    )


def test_ctrl_c_ends_a_server_at_once(tmp_path: Path) -> None:
    (tmp_path / "opsflow.yaml").write_text("board: B\nkey: B\nworkflow: [{state: done, kind: done}]\n")
    command = [sys.executable, "-P", "-m", "opsflow", "-C", str(tmp_path), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "http://127.0.0.1:" in process.stderr.readline()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "Stopped.\n")


def test_an_output_of_another_encoding_gets_escapes() -> None:
    done = opsflow(
        "explain", "no-such-\u2603", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "\\u2603" in done.stderr


def test_messages_are_broken_where_a_ci_runner_would_obey_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    assert cli.run(["explain", "##[error]x"]) == 2
    assert "# #[error]x" in capsys.readouterr().err


# -- how it begins ------------------------------------------------------------------------------


def loaded(*words: str, folder: Path | None = None, env: dict[str, str] | None = None) -> set[str]:
    """The modules that a run of the program imports."""
    code = (
        "import atexit, sys\nfrom opsflow.__main__ import main\n"
        "atexit.register(lambda: print('\\0' + ' '.join(sys.modules)))\nmain()"
    )
    command = [sys.executable, "-P", "-c", code, *words]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env={**os.environ, **(env or {})}
    )
    assert done.returncode in (0, cli.FINDINGS), done.stderr
    return set(done.stdout.partition("\0")[2].split())


def test_the_version_needs_nothing_but_itself() -> None:
    bare = set(
        subprocess.run(
            [sys.executable, "-P", "-c", "import atexit, sys; print(*sys.modules)"],
            capture_output=True,
            text=True,
        ).stdout.split()
    )
    assert loaded("--version") - bare == {"opsflow", "opsflow.__main__"}
    assert opsflow("--version").stdout == f"opsflow {__version__}\n"


def test_help_imports_no_command() -> None:
    assert {name for name in loaded("--help") if name.startswith("opsflow.")} == {
        "opsflow.__main__",
        "opsflow.cli",
        "opsflow.cli.program",
        "opsflow.cli.screen",
        "opsflow.collection",
        "opsflow.errors",
        "opsflow.formats",
        "opsflow.formats.paint",
        "opsflow.formats.visible",
    }


def test_a_checkout_cannot_bring_modules_of_its_own(tmp_path: Path) -> None:
    """`python -m opsflow` puts the current folder first on the path."""
    for name in ("click", "networkx", "jinja2", "yaml", "rich", "json", "hashlib", "gettext", "shutil"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'PWNED')!r}, 'w').write(__name__)\n")
    command = [sys.executable, "-m", "opsflow", "explain", "wip-limit"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "PWNED").exists()


# -- completion ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_asks_opsflow(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert f"_OPSFLOW_COMPLETE={shell}_complete" in script


def test_completion_without_a_shell_names_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["completion"]) == 2
    assert capsys.readouterr().err == (
        "opsflow: Name a shell: bash, zsh and fish.\nSee `opsflow completion --help`.\n"
    )


def complete(words: str, folder: Path) -> list[str]:
    """What bash is offered for the last word."""
    env = {**os.environ, "_OPSFLOW_COMPLETE": "bash_complete", "COMP_WORDS": words}
    env["COMP_CWORD"] = str(len(words.split(" ")) - 1)
    done = opsflow(env=env, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_commands_and_options_are_completed(tmp_path: Path) -> None:
    assert complete("opsflow ch", tmp_path) == ["check"]
    assert complete("opsflow check --fo", tmp_path) == ["--format"]
    assert complete("opsflow check --format c", tmp_path) == ["concise"]
    assert complete("opsflow explain wip", tmp_path) == ["wip-limit", "wip-minimum", "wip"]
    assert complete("opsflow report ag", tmp_path) == ["ageing"]


def test_completion_is_silent_where_there_is_no_board(tmp_path: Path) -> None:
    assert complete("opsflow show O", tmp_path) == []
    assert complete("opsflow list state:", tmp_path) == []


def test_nonsense_around_the_program_is_said_in_a_sentence(tmp_path: Path) -> None:
    def ran(*words: str, **env: str) -> tuple[int, str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("COMP_")}
        program = [sys.executable, "-m", "opsflow", *words]
        done = subprocess.run(program, capture_output=True, text=True, env={**kept, **env})
        return done.returncode, done.stdout, done.stderr

    script = "_OPSFLOW_COMPLETE is for the script of a shell; `opsflow completion` prints it.\n"
    assert ran(_OPSFLOW_COMPLETE="bash_complete") == (2, "", f"opsflow: {script}")
    odd = {"_OPSFLOW_COMPLETE": "bash_complete", "COMP_WORDS": "opsflow show x", "COMP_CWORD": "abc"}
    assert ran(**odd) == (2, "", f"opsflow: {script}")
    status, out, err = ran("log", "--committed", "--limit", "9" * 5000)
    assert (status, out, len(err) < 800) == (2, "", True)


def test_the_version_where_nobody_can_read_it() -> None:
    program = f"{sys.executable} -m opsflow --version"
    for target, status, said in (
        ("> /dev/full", 2, "opsflow: No space left on device. Mend that, then run the command again.\n"),
        (">&-", 0, ""),
    ):
        done = subprocess.run(["sh", "-c", f"{program} {target}"], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (status, said)


def test_a_folder_that_is_gone_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = os.getcwd()
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    try:
        assert cli.run(["check"]) == 2
    finally:
        os.chdir(before)
    assert capsys.readouterr().err == "opsflow: The current folder is gone; change to one that is there.\n"


@pytest.mark.parametrize("name", ["explain", "export", "forecast", "report", "simulate"])
def test_the_options_of_a_long_help_stand_in_sections(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([name, "--help"]) == 0
    text = capsys.readouterr().out
    heads = [line for line in text.splitlines() if line.endswith(":") and line[:1] != " "]
    assert heads == ["Options:", "Which items and days:", "How it is counted:", "Another tool's table:"]
    options, days, counted, table = (text.split(f"\n{head}\n")[1].split("\n\n")[0] for head in heads)
    assert all(f"  {each}" in options for each in ("--format", "--at", "-C, --board", "-h, --help"))
    assert re.findall(r"^  (--\S+)", days, re.MULTILINE) == ["--from", "--to", "--last", "--where", "--by"]
    assert re.findall(r"^  (--\S+)", table, re.MULTILINE) == [
        "--events",
        "--workflow",
        "--unplanned",
        "--now",
        "--dates",
    ]
    assert re.search(r"^  -o, --option NAME=VALUE ", counted, re.MULTILINE)

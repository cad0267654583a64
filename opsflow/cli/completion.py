"""Print the completion script for a shell."""

from __future__ import annotations

import click

from opsflow import words
from opsflow.cli import screen

HOW = {
    "bash": 'eval "$(opsflow completion bash)"        in ~/.bashrc',
    "zsh": 'eval "$(opsflow completion zsh)"         in ~/.zshrc',
    "fish": "opsflow completion fish | source         in ~/.config/fish/completions/opsflow.fish",
}

BASH = """\
_opsflow_completion() {
    local line="${COMP_LINE:0:COMP_POINT}" words word before="" kind value
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word="${words[-1]}"
    # Bash takes : and = for ends of words, and puts what comes behind the last of them.
    [[ $word == *[:=]* ]] && before="${word%"${word##*[:=]}"}"
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                [[ $value == *[:=] ]] && compopt -o nospace
                # A name may hold anything, and Bash would run what it is handed.
                printf -v value %q "${value#"$before"}"
                COMPREPLY+=("$value")
                ;;
        esac
    done < <(COMP_WORDS="$line" COMP_CWORD=$((${#words[@]} - 1)) _OPSFLOW_COMPLETE=bash_complete "$1")
}

complete -o nosort -F _opsflow_completion opsflow
"""
"""Click's own script offers `state:doing` where Bash has `state:` already, and makes `state:state:doing`."""


@click.command(epilog="\b\n" + "\n".join(HOW.values()))
@click.argument("shell", type=click.Choice(tuple(HOW)), required=False)
def command(shell: str | None) -> None:
    """Print the completion script for a shell: commands, options, ids, states, names."""
    if shell is None:
        raise click.UsageError(f"Name a shell: {words.listed([*HOW])}.")
    from click.shell_completion import get_completion_class

    from opsflow.cli.program import program

    if shell == "bash":
        screen.show(BASH)
        return
    script = get_completion_class(shell)
    assert script is not None
    writer = script(program, {}, "opsflow", "_OPSFLOW_COMPLETE")
    screen.show(writer.source_template % writer.source_vars() + "\n")

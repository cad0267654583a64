"""The page about editors shows what is in the files that it tells to copy."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
EDITORS = ROOT / "integrations" / "editors"


def block(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_settings_of_vs_code_are_those_that_are_copied() -> None:
    shown = json.loads(block("json"))
    copied = json.loads((EDITORS / "vscode" / "settings.json").read_text(encoding="utf-8"))
    assert shown and shown.items() <= copied.items()
    assert shown["glspc.server.commandArguments"] == ["lsp"]


def test_the_settings_of_neovim_start_the_server_as_the_file_that_is_copied_does() -> None:
    copied = (EDITORS / "neovim" / "opsflow.lua").read_text(encoding="utf-8")
    for line in ('cmd = { "opsflow", "lsp" },', 'filetypes = { "yaml" },', 'vim.lsp.enable("opsflow")'):
        assert line in block("lua") and line in copied

"""Templates of the board's own, and the sandbox that they run in. Door: jinja2.

A board may lay `.opsflow/templates/NAME.html` over a page's template of the same name. Whoever can change the
board can then change what its readers' browsers get, so nothing of it is read without `--trust-templates`.
What is read runs in Jinja2's sandbox: no attributes of Python's own, no ranges of millions, and what it
writes has an end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from jinja2.sandbox import ImmutableSandboxedEnvironment

from opsflow.errors import OpsflowError
from opsflow.model import Tree

FOLDER = ".opsflow/templates/"
PATTERN = f"{FOLDER}*.html"
LARGEST = 64 << 10
"""Bytes of a template."""
LONGEST = 2 << 20
"""Characters of a page that a template of the board's own writes."""
_NAME = re.compile(r"[a-z][a-z0-9_-]*\.html")


def own(tree: Tree) -> Mapping[str, str]:
    """The board's templates, by name; OpsflowError where one cannot be used."""
    found: dict[str, str] = {}
    for path in tree:
        if not path.startswith(FOLDER):
            continue
        name, data = path.removeprefix(FOLDER), tree[path]
        if not _NAME.fullmatch(name):
            raise OpsflowError(f"{path} lies over no template of a page; its name is like board.html.")
        if len(data) > LARGEST:
            raise OpsflowError(f"{path} has {len(data):,} bytes, and {LARGEST:,} are the most.")
        try:
            found[name] = data.decode()
        except UnicodeDecodeError:
            raise OpsflowError(f"{path} is not UTF-8; write it anew.") from None
    return found


class Sandbox(ImmutableSandboxedEnvironment):
    """The same words as every template has, in a sandbox. Loops go over what a board has."""

    intercepted_binops = frozenset(("**", "*", "%"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        for name in ("range", "lipsum", "cycler", "joiner"):
            self.globals.pop(name, None)
        for name in ("center", "format", "indent", "wordwrap", "xmlattr"):
            self.filters.pop(name, None)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`view.title` is the key, wherever there is one."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers only: `"x" * 1000000000` would be a page that no machine holds."""
        if operator == "**" or not all(isinstance(each, int | float) for each in (left, right)):
            raise OpsflowError(f"A template of the board's own uses {operator} on what is no number.")
        return super().call_binop(context, operator, left, right)


def render(sandbox: Environment, name: str, context: Mapping[str, Any]) -> str:
    """The page that a template of the board's own writes; OpsflowError where it fails or does not end."""
    parts, length = [], 0
    try:
        for part in sandbox.get_template(name).generate(context):
            length += len(part)
            if length > LONGEST:
                raise OpsflowError(f"{FOLDER}{name} writes more than {LONGEST:,} characters.")
            parts.append(part)
    except OpsflowError:
        raise
    except Exception as error:  # whatever a stranger's template does is that template's mistake
        raise OpsflowError(f"{FOLDER}{name} cannot be used: {error}") from None
    return "".join(parts)

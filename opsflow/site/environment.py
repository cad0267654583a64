"""The template language, tuned for ten thousand pages. Door: jinja2.

What a template is compiled to depends on its text and this module alone: no value of a filter or of a word
is worked out beforehand, so the code serves every board on every day.

Three things are quicker than Jinja2 has them, and mean the same. An attribute of a dictionary is looked up
in place, without a call: views are dictionaries. A function is called without a look at whether it wants
the context: none of ours does. And what is printed is escaped into a plain text, without an object that
remembers that it was.

Characters that turn the direction of what follows are printed as signs, wherever they stand in a page: a
sentence that quotes a title would read otherwise than it is. Languages that run from right to left do without
them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup
from markupsafe import escape as markup

TURNING = {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""The characters that turn the direction of text, as signs."""
_RAW = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
_ODD = re.compile(f"[{re.escape(_RAW.decode())}\x80-\x9f{''.join(map(chr, TURNING))}]")
"""What no page holds: these, and control characters."""


def straight(text: str, slash: str = "\\") -> str:
    """The text with characters that turn its direction, or control, as signs, which begin with that slash."""
    if text.isascii() and len(text.encode().translate(None, _RAW)) == len(text):
        return text
    return _ODD.sub(lambda found: f"{slash}u{ord(found[0]):04x}", text)


def said(value: Any) -> str:
    """A value as text of a page: escaped, unless it is markup already."""
    kind = type(value)
    if kind is str:
        if "&" in value or "<" in value or ">" in value or '"' in value or "'" in value:
            return str(markup(value))
        text: str = value
        return text
    if kind is int:
        return str(value)
    return value if kind is Markup else str(markup(value))


class _Code(CodeGenerator):
    """Python of a template."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.write(f"(found[{node.attr!r}] if type(found := ")
        self.visit(node.node, frame)
        self.write(f") is dict and {node.attr!r} in found else environment.getattr(found, {node.attr!r}))")

    def visit_Call(  # noqa: N802
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        if forward_caller or node.dyn_args is not None or node.dyn_kwargs is not None:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for named in node.kwargs:
            self.visit(named, frame)
            self.write(", ")
        self.write(")")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if not isinstance(node, (nodes.TemplateData, nodes.Const)):  # a filter's value is that of today
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:  # never here; then as Jinja2 has it
            super()._output_child_pre(node, frame, finalize)
            return
        self.write("environment.said(")
        if finalize.src is not None:
            self.write(finalize.src)


LANGUAGE: Mapping[str, Any] = {
    "autoescape": True,
    "optimized": False,
    "undefined": jinja2.StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "auto_reload": False,
}


class Environment(jinja2.Environment):
    """Everything that a template prints is escaped; a name that is not there is an error."""

    code_generator_class = _Code
    said = staticmethod(said)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`view.title` is the key, wherever there is one."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

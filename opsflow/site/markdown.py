"""Markdown of a description -> HTML that can do nothing in a reader's browser.

Door: cmarkgfm. Two locks. No `<` that could begin a tag reaches the parser, so raw HTML is shown as
the text that it is, and nothing that an author wrote is lost. And of what the parser returns, only the
exact tags that it is known to write pass; every other one becomes text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import escape, unescape

from markupsafe import Markup

LARGEST = 16 * 1024
"""Descriptions of more characters are shown as they are written; so are those nested too deeply."""
DEEPEST = 32
"""Lists and quotations inside one another."""

EXTENSIONS = ("table", "autolink", "strikethrough", "tasklist")

Finder = Callable[[str], str | None]
"""Takes an item's id; the address of its page, or None where there is no such item."""

_LESS = "\ue000"
_TAG_START = re.compile(r"(?<!\]\()<(?!(?:https?|mailto):)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>|[^<]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000]")
_LINK = re.compile(r'<a href="([^"]*)"(?: title="[^"]*")?>')
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="[^"]*")? />')
_CODE = re.compile(r'<code class="language-([^"]*)">')
_START = re.compile(r'<ol start="([0-9]{1,9})">')
_OUTSIDE = re.compile(r"https?://[^/]|mailto:[^/]", re.IGNORECASE)
_ITEM = re.compile(r"\b[A-Z][A-Z0-9]*-[0-9A-HJKMNP-TV-Z]+\b")
_ITEM_FILE = re.compile(r"(?:^|/)([A-Z][A-Z0-9]*-[0-9A-HJKMNP-TV-Z]+)(?:-[a-z0-9-]*)?\.(?:ya?ml|html)$")

_NAMED = re.compile(r"(?<![A-Z0-9])(?=([A-Z][A-Z0-9]*-[0-9A-HJKMNP-TV-Z]+))")
"""Wherever one of the two may begin: what stands before it may turn out to be no part of it."""
_DISGUISE = re.compile(r"[\\&%]")
"""With these, a text may spell an id that does not stand in it."""

_TASK = '<span class="task" role="img" aria-label="{}">{}</span>'
_PLAIN = "p strong em del code pre ul ol li blockquote br thead tbody tr th td".split()
_CONSTANT = {f"<{name}>": f"<{name}>" for name in _PLAIN}
_CONSTANT |= {f"</{name}>": f"</{name}>" for name in _PLAIN}
_CONSTANT |= {f"<h{level}>": f"<h{min(level + 2, 6)}>" for level in range(1, 7)}
_CONSTANT |= {f"</h{level}>": f"</h{min(level + 2, 6)}>" for level in range(1, 7)}
_CONSTANT |= {
    f'<{cell} align="{side}">': f'<{cell} class="{side}">'
    for cell in ("th", "td")
    for side in ("left", "center", "right")
}
_CONSTANT |= {
    "<br />": "<br>",
    "<hr />": "<hr>",
    "<pre>": '<pre class="src" tabindex="0">',
    "<table>": '<div class="scroll" tabindex="0" role="group" aria-label="Table">'
    '<table class="tbl mini-tbl">',
    "</table>": "</table></div>",
    '<input type="checkbox" checked="" disabled="" />': _TASK.format("Done", "☑"),
    '<input type="checkbox" disabled="" />': _TASK.format("Open", "☐"),
}
_NESTING = {"<ul>": 1, "<ol>": 1, "<blockquote>": 1, "</ul>": -1, "</ol>": -1, "</blockquote>": -1}
_QUIET = {"<code>": 1, "<pre>": 1, "</code>": -1, "</pre>": -1}


def render(text: str, find: Finder = lambda item: None) -> Markup:
    """The text as HTML. Headings begin at h3; ids of items that `find` knows become links."""
    if len(text) > LARGEST:
        return as_written(text)
    text = _TAG_START.sub(_LESS, _CONTROLS.sub("\ufffd", text))
    rewritten = _Rewriting(find).all(_html(text))
    return (
        as_written(text.replace(_LESS, "<"))
        if rewritten is None
        else Markup(rewritten.replace(_LESS, "&lt;"))
    )


def named(text: str) -> set[str] | None:
    """All ids that `render` may ask for, and perhaps some more; None: nobody knows which."""
    return None if _DISGUISE.search(text) else set(_NAMED.findall(text))


def as_written(text: str) -> Markup:
    """The text in a box, with every character as it stands."""
    return Markup('<pre class="src wraps" tabindex="0">{}</pre>').format(text)


def _html(text: str) -> str:
    """What the parser writes.

    The library's own call frees neither the tree nor the text, which for a list of 16 KiB is
    3 MB; so they are freed here.
    """
    from cmarkgfm import _cmark, cmark

    free_tree, free_text = _freeing()
    cmark.core_extensions_ensure_registered()
    parser = cmark.parser_new()
    try:
        for name in EXTENSIONS:
            cmark.parser_attach_syntax_extension(parser, cmark.find_syntax_extension(name))
        cmark.parser_feed(parser, text)
        tree = cmark.parser_finish(parser)
        written = _cmark.lib.cmark_render_html(tree, 0, cmark.parser_get_syntax_extensions(parser))
        html: str = _cmark.ffi.string(written).decode()
        for free, held in ((free_text, written), (free_tree, tree)):
            free(int(_cmark.ffi.cast("uintptr_t", held)))
    finally:
        cmark.parser_free(parser)
    return html


@cache
def _freeing() -> tuple[Callable[[int], object], Callable[[int], object]]:
    """What frees a tree, and a text, of the parser; nothing where the library does not show it."""
    import ctypes

    from cmarkgfm import _cmark

    try:
        tree = ctypes.CDLL(_cmark.__file__).cmark_node_free
        text = ctypes.CDLL(None).free
    except (OSError, AttributeError, TypeError):
        return (lambda held: None), (lambda held: None)
    for function in (tree, text):
        function.argtypes, function.restype = [ctypes.c_void_p], None
    return tree, text


class _Rewriting:
    """One pass over the parser's HTML; it remembers only what is open."""

    def __init__(self, find: Finder) -> None:
        self.find = find
        self.closing: list[str] = []
        """What ends each open link."""
        self.quiet = 0
        self.depth = 0

    def all(self, html: str) -> str | None:
        """The rewritten HTML, or None where it is nested too deeply."""
        made: list[str] = []
        for part in _TAG.findall(html):
            if part[0] != "<":
                made.append(part if self.quiet or self.closing else self._text(part))
                continue
            self.depth += _NESTING.get(part, 0)
            if self.depth > DEEPEST:
                return None
            self.quiet += _QUIET.get(part, 0)
            made.append(_CONSTANT[part] if part in _CONSTANT else self._tag(part))
        return "".join(made)

    def _text(self, text: str) -> str:
        return _ITEM.sub(self._item, text)

    def _item(self, match: re.Match[str]) -> str:
        address = self.find(match[0])
        return f'<a class="id" href="{escape(address)}">{match[0]}</a>' if address else match[0]

    def _tag(self, tag: str) -> str:
        if tag == "</a>":
            return self.closing.pop() if self.closing else ""
        if match := _LINK.fullmatch(tag):
            before, after = self._link(unescape(match[1]))
            self.closing.append(after)
            return before
        if match := _IMAGE.fullmatch(tag):
            return self._image(unescape(match[1]), unescape(match[2]))
        if match := _CODE.fullmatch(tag):
            self.quiet += 1
            return f"<code{_language(match[1])}>"
        if match := _START.fullmatch(tag):
            self.depth += 1
            return f'<ol start="{int(match[1])}">'
        return escape(tag)

    def _link(self, address: str) -> tuple[str, str]:
        if outside(address):
            return f'<a href="{escape(address)}" rel="noreferrer">', "</a>"
        match = _ITEM_FILE.search(address)
        page = self.find(match[1]) if match else None
        if page:
            return f'<a href="{escape(page)}">', "</a>"
        return "", f" <code>{escape(address)}</code>" if address else ""

    def _image(self, address: str, text: str) -> str:
        label = escape(text or address)
        if self.closing:
            return label
        before, after = self._link(address)
        return f"{before}{label}{after}"


def outside(address: str) -> bool:
    """Whether an address leads to the web or to a mailbox, and nowhere else.

    A browser drops tabs and line ends, and reads a backslash as a slash; an address that needs either
    is not one that a person wrote.
    """
    if any(character <= " " or character == "\\" or "\x7f" <= character <= "\x9f" for character in address):
        return False
    return _OUTSIDE.match(address) is not None


def _language(info: str) -> str:
    name = info.lower()
    return f' class="language-{name}"' if re.fullmatch(r"[a-z0-9+\-]{1,20}", name) else ""

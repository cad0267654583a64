"""What becomes of Markdown where it is posted: the page that GitHub's parser makes, and what is live in it."""

import re
from html.parser import HTMLParser

from cmarkgfm import cmark

HOSTILE = [
    "@octo-org/team please look",
    "mail maria@example.org or ops+x@example.co.uk.",
    "(@maria) and @maria, and @maria: all",
    "fixes #12 and closes octo/repo#3, resolves GH-7 gh-8",
    "reverts 83e0ebd and 9a9e9e0f6b0c3a2d1e4f5a6b7c8d9e0f1a2b3c4d",
    "maria@83e0ebd0 octo/repo@83e0ebd0",
    "see https://evil.example/?a=b&c=d) or www.evil.example, ftp://x.example",
    "mailto:maria@example.org xmpp:maria@example.org/home javascript:alert(1)",
    "![pixel](https://evil.example/p.png) [text](https://evil.example 'x')",
    "[ref] [ref][ref] [^1] [[wiki page]] [vulnerability:12] [contact:x@y.z] [ ] [x] todo",
    "<img src=x onerror=alert(1)> <script>alert(1)</script> <!-- --> <https://evil.example> </details>",
    "&lt;b&gt; &amp; &#64;team &#x40;team &copy; AT&T R&D &1",
    "*bold* _italic_ **both** __init__ snake_case_name ~~gone~~ ***",
    "`code` ``two`` ```three``` `open",
    "`@team` ``#12`` `|`",
    "a | b || c |@team| `|` \\| \\",
    "back\\slash \\@team \\#12 \\` \\*x\\*",
    ":smile: :+1: at 12:30, 9:05:33 x:y :octocat",
    "$x^2$ $`y`$ $$z$$ costs $5 or $10, $snippet $1",
    '!12 ~bug ~"my label" %12 %v1.2 %"next one" &12 ^alert#1 group/project!4 done!',
    "/close",
    "/label ~bug /assign @maria",
    "- [ ] task",
    "1. first",
    "12) twelfth",
    "+ plus",
    "# heading",
    "> quote",
    "--- front ---",
    "===",
    "| a | b |",
    "    code",
    "```mermaid",
    "~~~",
    ">>> GitLab",
    "{+ in +} {- out -} [+ in +] %{latest_tag} {{x}}",
    "line one\nline two\r\n/close\n\n# three",
    "hidden \u202eesrever\u202c \u200bzero\u200d \u2066isolate \x07 \x1b[31mred \x00",
    "CVE-2026-1234, JIRA-12: OPS-7K3Q; GHSA-abcd-efgh-ijkl and X-1",
    "Größe 85 % von 10.000 € – „genau“ … 日本語のタイトル 🙂 بطاقة",
    'C++, C# and F# (x86_64), 24/7, e.g. and/or; 3 < 4 > 2 & "so" it\'s 50%!',
    "\u2028next\u2029 next\x85 next\u00a0one",
    "trailing\\",
    "trailing  ",
    "",
]
OURS = set("p ul li table thead tbody tr th td strong sub details summary code".split())
LIVE = {
    "a mention": r"@[A-Za-z0-9]",
    "an issue": r"#\d|\b[Gg][Hh]-\d",
    "a commit": r"\b[0-9a-fA-F]{7,64}\b",
    "an address": r"\w://|\bwww\.|\b(?:mailto|xmpp|javascript):\S",
    "a key of a tracker": r"\b[A-Z][A-Z0-9_]+-\d+",
    "an advisory": r"GHSA-",
    "an emoji": r":[\w+-]+:",
    "a formula": r"\$",
    "a request": r"!\d",
    "a label": r"~[\w\"]",
    "a milestone": r"%[\w\"{]",
    "an epic": r"&\d",
    "a reference in brackets": r"[\[\]]",
    "a difference": r"[{}]",
}
"""What GitHub, GitLab and Forgejo look for in text that is not code, once Markdown is HTML."""


class Page(HTMLParser):
    """The tags of a page, and its text: all of it, and by the pieces that are not code."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.cells: list[str] = []
        """The text of each innermost element that holds some."""
        self.loose: list[str] = [""]
        self.inside = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert set(attrs) <= {("align", "right")}, f"{tag} has attributes: {attrs}"
        self.tags.add(tag)
        self.inside += tag == "code"
        if tag != "code":
            self.cells.append("")
        self.loose.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "code"
        self.loose.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data
        if not self.inside:
            self.loose[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def page(markdown: str) -> Page:
    """The page that GitHub's own parser makes, with all its extensions, and HTML let through."""
    extensions = ["table", "autolink", "strikethrough", "tasklist", "tagfilter"]
    return Page(cmark.markdown_to_html_with_extensions(markdown, cmark.Options.CMARK_OPT_UNSAFE, extensions))


def lives(marked: Page) -> list[str]:
    return [what for what, pattern in LIVE.items() for part in marked.loose if re.search(pattern, part)]

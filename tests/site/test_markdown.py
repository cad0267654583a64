"""Markdown: what it shows, and that nothing in it can act."""

from __future__ import annotations

import os
import random
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsflow.site import markdown

ALLOWED = {
    "a": {"href", "rel", "class"},
    "p": set(),
    "strong": set(),
    "em": set(),
    "del": set(),
    "code": {"class"},
    "pre": {"class", "tabindex"},
    "ul": set(),
    "ol": {"start"},
    "li": set(),
    "blockquote": set(),
    "br": set(),
    "hr": set(),
    "h3": set(),
    "h4": set(),
    "h5": set(),
    "h6": set(),
    "div": {"class", "tabindex", "role", "aria-label"},
    "table": {"class"},
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"class"},
    "td": {"class"},
    "span": {"class", "role", "aria-label"},
}


class Seen(HTMLParser):
    """Every element and attribute as a browser would see it, and the words between."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def safe(text: str) -> Seen:
    """What became of a text, once every element and link of it was found on the list."""
    seen = Seen(str(markdown.render(text)))
    for tag, attributes in seen.tags:
        assert tag in ALLOWED, tag
        assert set(attributes) <= ALLOWED[tag], (tag, attributes)
        if tag == "a":
            assert markdown.outside(attributes["href"] or ""), attributes
    return seen


def test_ordinary_markdown_is_rendered_with_headings_below_those_of_the_page() -> None:
    text = "# Why\n\nRenew *all* certificates, see **runbook**.\n\n1. one\n2. two\n\n> quoted\n"
    assert str(markdown.render(text)) == (
        "<h3>Why</h3>\n<p>Renew <em>all</em> certificates, see <strong>runbook</strong>.</p>\n"
        "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n<blockquote>\n<p>quoted</p>\n</blockquote>\n"
    )


def test_open_and_done_steps_say_so_in_words() -> None:
    assert str(markdown.render("- [ ] rack\n- [x] cable\n")) == (
        '<ul>\n<li><span class="task" role="img" aria-label="Open">☐</span> rack</li>\n'
        '<li><span class="task" role="img" aria-label="Done">☑</span> cable</li>\n</ul>\n'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("run `ssh <host>` now", "run ssh <host> now"),
        ("see <ticket>", "see <ticket>"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a <!-- note --> b", "a <!-- note --> b"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<div onclick=x>\n\n**b**\n\n</div>", "<div onclick=x>\nb\n</div>"),
    ],
)
def test_raw_html_is_shown_as_the_text_that_it_is(text: str, shown: str) -> None:
    assert safe(text).text.strip() == shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\\\nscript:alert(1)",
        "jav&#x09;ascript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,<script>",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "\\\\\\\\evil.example\\\\share",
        "/\\\\evil.example",
        "http:evil\\\\x",
        "ftp://x.example/",
        " javascript:x",
    ],
)
@pytest.mark.parametrize(
    "form", ["[label]({})", "[label](<{}>)", "![label]({})", "[label][1]\n\n[1]: {}", "<{}>"]
)
def test_only_the_web_and_mailboxes_are_linked(address: str, form: str) -> None:
    seen = safe(form.format(address))
    assert [attributes for tag, attributes in seen.tags if tag in ("a", "img")] == []


@pytest.mark.parametrize(
    "address", ["http://x.example/a?b=1&c=2", "https://x.example/", "mailto:ops@x.example"]
)
def test_links_to_the_web_and_to_mailboxes_are_kept(address: str) -> None:
    seen = safe(f"[label]({address})")
    assert [attributes["href"] for tag, attributes in seen.tags if tag == "a"] == [address]


def test_images_become_links_so_that_nothing_is_loaded() -> None:
    assert str(markdown.render("![the rack](http://x.example/r.png)")) == (
        '<p><a href="http://x.example/r.png" rel="noreferrer">the rack</a></p>\n'
    )
    assert str(markdown.render("[![the rack](http://x.example/r.png)](http://x.example/)")) == (
        '<p><a href="http://x.example/" rel="noreferrer">the rack</a></p>\n'
    )


def test_ids_and_files_of_items_lead_to_their_pages_and_others_stay_text() -> None:
    pages = {"OPS-407": "OPS-407.html"}.get
    assert str(markdown.render("After OPS-407, not OPS-9 or `OPS-407`.", pages)) == (
        '<p>After <a class="id" href="OPS-407.html">OPS-407</a>, not OPS-9 or <code>OPS-407</code>.</p>\n'
    )
    assert str(markdown.render("[it](../items/OPS-407-switches.yaml)", pages)) == (
        '<p><a href="OPS-407.html">it</a></p>\n'
    )
    assert str(markdown.render("[plan](docs/plan.md)", pages)) == "<p>plan <code>docs/plan.md</code></p>\n"


def test_a_table_scrolls_inside_its_own_box() -> None:
    assert str(markdown.render("| a | b |\n|:--|--:|\n| 1 | 2 |\n")) == (
        '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table class="tbl mini-tbl">\n<thead>\n'
        '<tr>\n<th class="left">a</th>\n<th class="right">b</th>\n</tr>\n</thead>\n<tbody>\n'
        '<tr>\n<td class="left">1</td>\n<td class="right">2</td>\n</tr>\n</tbody>\n</table></div>\n'
    )


def test_the_language_of_code_is_a_plain_word_or_nothing() -> None:
    assert '<code class="language-yaml">' in str(markdown.render("```yaml\na: 1\n```\n"))
    assert '<pre class="src" tabindex="0"><code>x' in str(markdown.render('```a"onclick=b\nx\n```\n'))


def test_too_long_or_too_deep_a_text_is_shown_as_it_is_written() -> None:
    long = "*a* " * 5000
    assert markdown.render(long) == markdown.as_written(long)
    deep = ">" * 100 + " <b>"
    assert str(markdown.render(deep)) == (
        f'<pre class="src wraps" tabindex="0">{"&gt;" * 100} &lt;b&gt;</pre>'
    )


def test_control_characters_do_not_reach_the_page() -> None:
    assert str(markdown.render("a\x00b\x1bc\ue000d")) == "<p>a\ufffdb\ufffdc\ufffdd</p>\n"


PIECES = [
    "<", ">", "</", "<a href=", '"', "'", "](", "[x](", "![x](", ")", "`", "```\n", "\n\n", "> ", "- ", "1. ",
    "| a | b |\n|---|---|\n", "javascript:", "http://x", "&lt;", "&#x3c;", "<!--", "-->", "<![CDATA[", "<?", "</p>",
    "<input type=\"checkbox\" checked=\"\" disabled=\"\" />", "<p>", "<li>", "\\", "\t", "*", "~~", "[^1]", "onclick=", "x", " ",
    "OPS-1", "\ue000", "<https://x>", "<mailto:a@b>", "www.x.com", "a@b.c", "<http:", "[1]: <", "# ",
]  # fmt: skip


def test_no_mixture_of_pieces_makes_an_element_that_is_not_on_the_list() -> None:
    random_ = random.Random(7)
    for _ in range(3000):
        safe("".join(random_.choice(PIECES) for _ in range(random_.randrange(1, 25))))


PIECES = (
    "OPS-1", "OPS-2B", "DACH-", "x", "A", "9", "-", "_", "*", "**", "`", "\\", "&#45;", "&amp;", "%2D", " ", "\n\n",
    "[", "](", ")", "<", ">", "items/", ".yaml", "-mail.html", "https://a.example/", "|", "- ", "~~", "é", "I", "1L",
)  # fmt: skip


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_what_is_looked_for_was_named(parts: list[str]) -> None:
    text, asked = "".join(parts), set[str]()
    markdown.render(text, lambda item: asked.add(item))
    named = markdown.named(text)
    assert named is None or asked <= named


def test_an_id_may_stand_behind_another_word_or_be_spelt_out() -> None:
    assert markdown.named("see DACH-OPS-2, (OPS-3) and xOPS-4") == {"OPS-2", "OPS-3", "OPS-4"}
    assert [markdown.named(text) for text in ("OPS&#45;2", r"OPS\-2", "OPS%2D2")] == [None, None, None]


def test_what_was_rendered_takes_no_memory_any_more() -> None:
    def taken() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

    texts = ("- a\n" * 4000, "|a|b|\n|-|-|\n" + "|x|y|\n" * 2500)
    for text in texts:
        markdown.render(text)
    before = taken()
    for text in texts * 15:
        markdown.render(text)
    assert taken() - before < 20 << 20

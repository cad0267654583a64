"""SVG of a chart library, made anew for the page."""

from __future__ import annotations

from opsflow.site import svg

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 614.00 300" onload="alert(1)">'
)
OURS = (
    '<svg class="chart wide" viewBox="0 0 614 300" role="group" aria-labelledby="c-t c-d">'
    '<title id="c-t">T &lt;b&gt;</title><desc id="c-d">D &amp; d</desc>'
)


def rewritten(inside: str) -> str:
    """What becomes of the inside of a drawing."""
    drawing = svg.rewrite(
        f"{HEAD}{inside}</svg>", classes="wide", ids="c", title="T <b>", description="D & d"
    )
    assert drawing.startswith(OURS)
    assert drawing.endswith("</svg>")
    return drawing.removeprefix(OURS).removesuffix("</svg>")


def test_nothing_passes_that_is_not_on_the_list() -> None:
    assert (
        rewritten(
            '<script>x</script><style>x</style><foreignObject><p>x</p></foreignObject><image href="x"/>'
            '<g onclick="x" style="y" id="main"><path d="M0,0" onclick="x" style="y" id="z" fill="red"/></g>'
        )
        == '<path d="M0,0" fill="red"/>'
    )


def test_a_mark_with_a_label_gets_a_title_and_a_moved_circle_says_where_it_is() -> None:
    circle = "M2.5,0A2.5,2.5,0,1,1,-2.5,0A2.5,2.5,0,1,1,2.5,0"
    assert (
        rewritten(
            f'<path aria-label="OPS-1 &lt;x&gt;" transform="translate(3.04,-0.01)" d="{circle}" fill="a"/>'
        )
        == '<circle cx="3" cy="0" r="2.5" fill="a"><title>OPS-1 &lt;x&gt;</title></circle>'
    )


def test_only_links_to_the_sites_own_pages_are_kept_and_stay_out_of_the_tab_order() -> None:
    path = '<path d="M0,0" fill="a"/>'
    assert rewritten(f'<a xlink:href="{svg.ADDRESS}item/OPS-1.html">{path}</a>') == (
        '<a href="item/OPS-1.html" tabindex="-1" fill="a"><path d="M0,0"/></a>'
    )
    for address in ("javascript:alert(1)", "https://evil.example/", svg.ADDRESS, ""):
        assert rewritten(f'<a xlink:href="{address}">{path}</a>') == path


def test_equal_paint_stands_once_on_the_group() -> None:
    assert (
        rewritten(
            '<g class="mark-symbol role-mark dots_3_marks"><path d="M0,0" fill="a" stroke="b"/>'
            '<path d="M1,1" fill="a" stroke="c"/></g>'
        )
        == '<g class="dots" fill="a"><path d="M0,0" stroke="b"/><path d="M1,1" stroke="c"/></g>'
    )


def test_words_are_left_to_the_stylesheet_and_one_of_them_may_be_bold() -> None:
    text = '<text font-size="12px" fill="black" text-anchor="start" transform="translate(1,2)">{}</text>'
    assert rewritten(text.format("a &lt;b&gt;")) == '<text x="1" y="2">a &lt;b&gt;</text>'
    assert rewritten(f'<g class="lead_1_marks">{text.format("85% in 8 d")}</g>') == (
        '<g class="lead"><text x="1" y="2"><tspan class="st">85%</tspan> in 8 d</text></g>'
    )
    assert rewritten(f'<g class="tail_1_marks">{text.format("In progress 9")}</g>') == (
        '<g class="tail"><text x="1" y="2">In progress <tspan class="st">9</tspan></text></g>'
    )


def test_numbers_have_one_decimal() -> None:
    assert rewritten('<path d="M1.2345,-0.04L10.0,3e-9" fill="a"/>') == '<path d="M1.2,0L10,0" fill="a"/>'

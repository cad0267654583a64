"""The site's own look: colours that can be read, a logo that is a picture, links that lead where they say."""

from __future__ import annotations

import json
import re
import struct
from urllib.parse import parse_qs, urlsplit

import pytest

from opsflow import resources
from opsflow.errors import OpsflowError
from opsflow.model import Link
from opsflow.model import Site as Wish
from opsflow.site import look, register, templates
from opsflow.site.shop import Options, open_shop
from tests.site import sample
from tests.varied import replace

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 480, 120) + b"\x08\x06\0\0\0" + b"\0" * 20


def pages(wish: Wish, tree: dict[str, bytes] | None = None, **options: object) -> dict[str, bytes]:
    """The pages of a small site with this look."""
    facts = sample.facts(3)
    facts = replace(facts, board=replace(facts.board, site=wish), tree={**facts.tree, **(tree or {})})
    chosen = Options(**options)  # type: ignore[arg-type]
    shop = open_shop(facts, (), False, register.navigation("team"), chosen)
    return {page.path: page.data for page in register.everything(shop)}


def test_the_contrast_of_two_colours_is_that_of_the_standard() -> None:
    assert look.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert look.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert look.contrast("#123456", "#123456") == 1


def test_the_grounds_that_colours_are_held_against_are_those_of_the_stylesheet() -> None:
    css = resources.read("templates", "style.css").decode()
    for place, theme in enumerate(("light", "dark")):
        for name, colour in zip(("surface", "bg", "accent-bg"), look.GROUNDS[theme], strict=True):
            found = re.search(rf"--{name}: light-dark\((#[0-9a-f]{{6}}), (#[0-9a-f]{{6}})\)", css)
            assert found is not None and found[place + 1] == colour, name
    accent = re.search(r"--accent: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    assert accent is not None and look.unreadable((accent[1], accent[2])) == ()


def test_a_colour_that_nobody_can_read_is_not_used_and_that_is_said() -> None:
    good, bad = ("#0A6376", "#64c8da"), ("#ffee00", "#64c8da")
    assert look.style(good) == ":root { --accent: light-dark(#0a6376, #64c8da); }\n"
    assert look.style(bad) == ""
    (said,) = look.unreadable(bad)
    assert said.startswith("The accent colour #ffee00 has a contrast of 1.0 to 1 on the light ground")
    assert pages(Wish(accent=good))["accent.css"].decode() == look.style(good)
    assert "accent.css" not in pages(Wish(accent=bad))


def test_only_a_png_is_a_logo() -> None:
    assert look.logo(PNG) == look.Logo(PNG, 96)
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for data in (None, b"", svg, PNG[:20], PNG + b"\0" * look.LARGEST, PNG[:16] + b"\0" * 40):
        assert look.logo(data) is None
    made = pages(Wish(logo="logo.png"), {"logo.png": PNG})
    assert made["logo.png"] == PNG
    assert b'<img src="../logo.png" alt="" width="96" height="24">' in made["item/OPS-100.html"]
    assert b"<img" not in pages(Wish(logo="logo.png"), {"logo.png": svg})["board.html"]


def test_the_link_to_ask_for_something_opens_a_new_item_that_is_filled_in() -> None:
    url = "https://github.com/acme/ops/new/main?filename={path}&value={text}"
    page = pages(Wish(request=Link("Ask <IT>", url)))["status.html"].decode()
    found = re.search(r'<a href="(https://github[^"]+)" rel="noreferrer">Ask &lt;IT&gt;</a>', page)
    assert found is not None
    asked = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert re.fullmatch(r"items/OPS-(?=.*\d)[0-9A-Z]{4}-request\.yaml", asked["filename"][0])
    assert asked["value"][0].startswith("title: \nstate: inbox\n")
    assert page == pages(Wish(request=Link("Ask <IT>", url)))["status.html"].decode()


def test_title_links_intro_start_page_and_address_are_the_boards() -> None:
    wish = Wish(
        title="Brightwater <IT>",
        links=(Link("Desk", "https://desk.example.com/"),),
        start="flow",
        intro={"team": "Hello & welcome.", "public": "For everybody."},
    )
    made = pages(wish, base_url="https://it.example.org/")
    assert made["index.html"] == made["flow.html"]
    assert b"Brightwater &lt;IT&gt;</title>" in made["board.html"]
    assert b'<a href="https://desk.example.com/" rel="noreferrer">Desk</a>' in made["item/OPS-100.html"]
    assert b"Hello &amp; welcome." in made["status.html"]
    canonical = b'<link rel="canonical" href="https://it.example.org/item/OPS-100.html">'
    assert canonical in made["item/OPS-100.html"]
    assert b"canonical" not in pages(wish)["item/OPS-100.html"]


# -- templates of the board's own --------------------------------------------------------------------


def test_a_template_of_the_boards_own_is_used_only_where_it_is_trusted() -> None:
    tree = {".opsflow/templates/status.html": b"<h1>Ours {{ site.title }}</h1>{{ icon('ok') }}"}
    own = templates.own(tree)
    assert b"<h1>Ours" in pages(Wish(), templates=own)["status.html"]
    assert b"<h1>Ours" not in pages(Wish(), tree)["status.html"]
    assert pages(Wish(), templates=own)["board.html"] == pages(Wish())["board.html"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ site.__class__.__base__.__subclasses__() }}",
        "{{ icon.__globals__ }}",
        "{% for n in range(100000000) %}x{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9999999 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ nothing.there }}",
        "{% include '../../../etc/passwd' %}",
        "{% if %}",
    ],
)
def test_a_template_of_the_boards_own_cannot_leave_its_sandbox(text: str) -> None:
    with pytest.raises(OpsflowError, match=r"templates/status\.html cannot be used|is no number"):
        pages(Wish(), templates={"status.html": text})


def test_what_a_template_of_the_boards_own_prints_is_escaped_and_has_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wish = Wish(title="<script>alert(1)</script>")
    assert b"&lt;script&gt;" in pages(wish, templates={"status.html": "{{ site.title }}"})["status.html"]
    monkeypatch.setattr(templates, "LONGEST", 10)
    with pytest.raises(OpsflowError, match="writes more than 10 characters"):
        pages(Wish(), templates={"status.html": "{{ 'a' }}bcdefghijklmnop"})


def test_the_frame_of_pages_with_its_security_policy_is_not_the_boards_to_change() -> None:
    for name in ("_page.html", "../x.html", "Board.html"):
        with pytest.raises(OpsflowError, match="lies over no template"):
            templates.own({f".opsflow/templates/{name}": b""})


def test_a_board_may_choose_any_page_of_the_navigation_to_open_first() -> None:
    schema = json.loads(resources.read("schema", "board.schema.json"))
    allowed = schema["properties"]["site"]["properties"]["start"]["enum"]
    assert allowed == [word.key for word in register.navigation("team")]

"""What search searches: whole, cut into sheets, and only data whatever it says."""

from __future__ import annotations

import json
import re

from opsflow.site import find
from opsflow.site.shop import Shop, open_shop
from tests.site import sample
from tests.varied import replace


def shop(count: int, description: str = "", title: str = "") -> Shop:
    facts = sample.facts(count)
    items = {
        id: item._replace(description=description.format(number), title=title or item.title, checklist=())
        for number, (id, item) in enumerate(facts.board.items.items())
    }
    return open_shop(replace(facts, board=replace(facts.board, items=items)), (), False)


def handed(made: Shop) -> dict[str, list[object]]:
    """What each script file hands over, by its name."""
    found = {}
    for page in (find.page(made), *find.sheets(made)):
        if page.path != "find.html":
            name, text = re.fullmatch(r'opsflow\.data\("([a-z0-9-]+)",(.*)\);\n', page.data.decode()).groups()  # type: ignore[union-attr]
            assert page.path == f"{name}.js"
            found[name] = json.loads(text)
    return found


def test_every_item_has_a_row_and_every_word_its_items() -> None:
    made = shop(5, "Word{0} and word, und Straße")
    given = handed(made)
    about, *rows = given["find-items-1"]
    assert [row[0] for row in rows] == list(made.facts.board.items)  # type: ignore[index]
    assert about == {
        "words": ["and"],
        "states": ["Requested", "Ready", "In progress", "Change window", "Verify", "Done", "Dropped"],
        "over": [0, 0, 0, 0, 0, 1, 1],
        "sheets": 1,
    }
    words = given["find-words-1"]
    assert dict(zip(words[::2], words[1::2], strict=True)) == {
        "and": [0, 1, 1, 1, 1],
        "straße": [0, 1, 1, 1, 1],
        "und": [0, 1, 1, 1, 1],
        "word": [0, 1, 1, 1, 1],
        **{f"word{n}": [n] for n in range(5)},
    }


def test_a_board_without_items_can_be_searched() -> None:
    assert list(handed(shop(0))) == ["find-items-1"]


def test_no_file_is_heavy_whatever_the_board_holds() -> None:
    made = shop(4000, " ".join(f"w{{0}}x{n}" for n in range(40)), "<>é" * 500)
    pages = [find.page(made), *find.sheets(made)]
    assert len(pages) > 20
    assert max(len(page.data) for page in pages) < 400_000


def test_what_a_script_says_ends_nothing() -> None:
    texts = ["</script><!--", "\u2028\u2029", "\ud800", '"\\']
    written = [find.written(text) for text in texts]
    assert [json.loads(text) for text in written] == [texts[0], texts[1], "?", texts[3]]
    assert [each for each in "<\u2028\u2029" if each in "".join(written)] == []

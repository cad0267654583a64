"""The quick way to a place and the slow one agree."""

import pytest

from opsflow.model import Keys
from opsflow.reading import documents

TEXTS = [
    "title: One\nstate: doing\n",
    "---\ntitle: One\nstate: doing\n",
    "title: One\r\nstate: doing\r\n",
    "# about\n\ntitle: One # why\nstate: doing\ndue: 2026-01-01\n",
    "title: One\ndepends_on:\n  - OPS-1\n  - OPS-2\nstate: doing\n",
    "title: One\ndepends_on:\n  - OPS-1 # first\n  - OPS-2\nstate: doing\n",
    "title: One\ndepends_on:\n- OPS-1\n- OPS-2\nstate: doing\n",
    "title: One\ndepends_on: [OPS-1, OPS-2]\nstate: doing\n",
    "title: One\ndepends_on: [OPS-1, 'OPS-2, x']\nlabels: [größe, 更新]\nstate: doing\n",
    "title: One\ndepends_on: [OPS-1,OPS-2]\nlabels: [a, b] # why\nstate: doing\n",
    "state: doing\ndepends_on: [OPS-1, OPS-2]",
    "depends_on:\n  - 'OPS-1'\n  - \"OPS-2\"\nstate: doing\n",
    "description: |\n  state: not this one\n\n  depends_on:\n    - x\nstate: doing\n",
    "blocked: {reason: x, by: vendor:acme}\nstate: doing\n",
    "blocked:\n  reason: x\n  by: y\nstate: doing\n",
    "checklist: |\n  - [ ] one\n  - [x] two\nstate: doing\n",
    "title: Köln 更新\nlabels:\n  - größe\n  - 更新\nstate: doing\n",
    "title: One\nstate: doing",
    "\ufefftitle: One\nstate: doing\n",
    "title:\nstate: doing\n",
    "state: doing\nstate: done\n",
    "[broken\n",
    "",
    "- a\n- b\n",
]
KEYS: list[Keys] = [
    (),
    ("title",),
    ("state",),
    ("due",),
    ("depends_on",),
    ("depends_on", 0),
    ("depends_on", 1),
    ("depends_on", 2),
    ("depends_on", -1),
    ("depends_on", "x"),
    ("labels", 1),
    ("blocked", "by"),
    ("blocked", "since"),
    ("checklist", 1),
    ("description", 2),
    ("absent", 0),
    (0,),
    (0, "title"),
    ("state", 0),
    ("a", "b", "c"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_quick_way_and_the_slow_one_find_the_same_place(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = text.encode()
    quick = [documents.locate(data, keys, "items/OPS-1.yaml") for keys in KEYS]
    monkeypatch.setenv("OPSFLOW_SLOW", "1")
    assert quick == [documents.locate(data, keys, "items/OPS-1.yaml") for keys in KEYS]


def test_the_quick_way_is_taken() -> None:
    data = b"title: One\ndepends_on:\n  - OPS-1\nstate: doing\n"
    for keys in ((), ("state",), ("absent",), ("depends_on", 0)):
        assert documents._at_once(data, keys, "x") is not None
    flow = b"title: One\ndepends_on: [OPS-1, OPS-2]\nstate: doing\n"
    assert documents._at_once(flow, ("depends_on", 1), "x") == ("x", 2, 21, 5)

"""A share of the standing attack, with fixed seeds: `python -m bench.attack` goes on from here."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from bench import attack, fuzz
from opsflow.reading import documents, merge, records, reference
from opsflow.site import markdown

COUNTS = {"reader": 500, "edits": 300, "merge": 150, "markdown": 1000, "history": 8} | {
    f"import-{kind}": 400 for kind in records.FORMATS
}
CALM = settings(
    max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
LINES = st.lists(
    st.sampled_from([*fuzz.TOKENS, "title: x\n", "state: ready\n", "labels: [a]\n"]), max_size=25
)


@pytest.mark.parametrize("name", COUNTS)
def test_no_input_of_a_target_breaks_its_law(name: str) -> None:
    reached = 0
    for number in range(COUNTS[name]):
        met, wrong = attack.run(name, 7_000_000 + number)
        assert wrong == "", f"{name}, seed {7_000_000 + number}"
        reached += met
    assert reached > COUNTS[name] // 20


def test_every_target_has_its_share() -> None:
    assert set(COUNTS) == set(attack.TARGETS)
    assert set(attack.LAWS) == set(attack.TARGETS)


def test_a_law_that_is_broken_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "render", lambda text, find: "<script>")
    assert attack.run("markdown", 1)[1].startswith("AssertionError")


@CALM
@seed(1)
@given(
    st.one_of(
        st.binary(max_size=400), LINES.map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))
    )
)
def test_any_bytes_are_a_document_or_faults(data: bytes) -> None:
    value, faults = documents.load("items/OPS-1.yaml", data)
    assert (value is None) == bool(faults)
    assert reference.load("items/OPS-1.yaml", data)[0] == value


@CALM
@seed(2)
@given(LINES, LINES, LINES)
def test_any_three_texts_merge(base: list[str], ours: list[str], theirs: list[str]) -> None:
    one, two, three = ("".join(each).encode("utf-8", "surrogatepass") for each in (base, ours, theirs))
    merged = merge.merge("items/OPS-1.yaml", one, two, three)
    assert isinstance(merged.data, bytes)
    assert merge.merge("items/OPS-1.yaml", one, two, two).data == two


@CALM
@seed(4)
@given(
    st.sampled_from(records.FORMATS),
    st.one_of(st.binary(max_size=300), LINES.map(lambda p: "".join(p).encode("utf-8", "surrogatepass"))),
)
def test_any_bytes_of_any_format_are_items_or_faults(kind: str, data: bytes) -> None:
    attack.imported(kind, data)


@settings(CALM, max_examples=20)
@seed(5)
@given(st.binary(max_size=400))
def test_any_bytes_decide_on_a_history_that_is_read(data: bytes) -> None:
    attack.LAWS["history"](data)


@CALM
@seed(3)
@given(st.text(max_size=300))
def test_any_text_is_rendered(text: str) -> None:
    html = str(markdown.render(text))
    assert "<" not in attack._ELEMENT.sub("", html)

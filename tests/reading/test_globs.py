"""Patterns of paths."""

from __future__ import annotations

import pytest

from opsflow.reading import globs


@pytest.mark.parametrize(
    ("glob", "matches", "others"),
    [
        ("opsflow.yaml", ["opsflow.yaml"], ["opsflow_yaml", "a/opsflow.yaml", "opsflow.yaml\n"]),
        (
            "items/**",
            ["items/a", "items/b/c"],
            ["items", "items/", "items/.a", "items/.b/c", "a/items/b", "itemss/a"],
        ),
        (
            "items/**/*.yaml",
            ["items/a.yaml", "items/b/c/d.yaml"],
            ["items/a.yml", "items/.a.yaml", "items/.b/c.yaml"],
        ),
        ("**/kep.yaml", ["kep.yaml", "a/kep.yaml", "a/b/kep.yaml"], ["a/xkep.yaml", ".a/kep.yaml"]),
        ("a/*/b-*.md", ["a/x/b-1.md", "a/x/b-.md"], ["a/b-1.md", "a/x/y/b-1.md", "a/.x/b-1.md"]),
        ("*a*b*", ["ab", "xaxbx"], ["ba", "a/b", ".ab"]),
        ("a?c", ["abc"], ["ac", "a/c", "abbc"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "x"]),
        ("[!a]x", ["bx"], ["ax", "/x"]),
        ("[c-a]", ["c", "-", "a"], ["b"]),
        ("a[b", ["a[b"], ["ab"]),
        ("**", ["a", "a/b"], [".a", "a/.b", ""]),
        ("a/**/b/**/c", ["a/b/c", "a/x/b/y/z/c", "a/b/b/c"], ["a/c", "a/x/c"]),
        (".github/*.yml", [".github/a.yml"], ["github/a.yml"]),
        ("a/**/**/b", ["a/b", "a/x/y/b"], ["ab"]),
    ],
)
def test_a_pattern_matches_these_paths_and_not_others(
    glob: str, matches: list[str], others: list[str]
) -> None:
    match = globs.matcher([glob])
    assert [path for path in matches + others if match(path)] == matches


def test_what_is_excluded_is_not_matched() -> None:
    match = globs.matcher(["a/**", "b/*"], ["**/README.md", "a/old/**"])
    paths = ["a/x", "a/README.md", "a/old/y", "b/z", "b/README.md", "c"]
    assert [path for path in paths if match(path)] == ["a/x", "b/z"]


def test_no_patterns_match_nothing() -> None:
    assert not globs.matcher([])("a")


def test_a_hostile_pattern_takes_no_time() -> None:
    assert not globs.matcher(["*a" * 60 + "b"])("a" * 250)
    assert not globs.matcher(["**/a/" * 30 + "b"])("a/" * 1000 + "c")


def test_a_walk_begins_where_the_wildcards_do() -> None:
    globbed = ["items/**", "a/b/c.yaml", "**/x", "keps/sig-*/x.yaml", "opsflow.yaml"]
    assert [globs.literal(glob) for glob in globbed] == [("items",), ("a", "b"), (), ("keps",), ()]

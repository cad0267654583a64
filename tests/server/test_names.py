"""Where a name is given, and where it is used."""

import pytest

from opsflow.facts import Facts
from opsflow.server import names
from opsflow.server.names import Name, Use
from tests.boards import facts_of

BOARD = """\
board: B
key: OPS
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active, wip: 3}
types:
  work: {}
limits:
  - {states: [doing], max: 2}
  - {person: maria, max: 1}
rules: {stale: off}
"""
FILES = {
    "opsflow.yaml": BOARD,
    "people.yaml": "people:\n  maria: {name: Maria, team: net}\nteams:\n  net: {name: Network}\n",
    "catalog.yaml": "services:\n  edge: {name: Edge, owner: maria, vendor: acme}\nvendors: {acme: {name: Acme}}\nprojects:\n  PRJ-7: {title: P}\n",
    "OPS-1": "title: doing\nstate: doing\ntype: work\nassignees: [maria]\npart_of: PRJ-7\nentered: {doing: 2026-01-01 09:00}\n",
    "OPS-2": "title: x\nstate: ready\ndepends_on:\n  - OPS-1\nblocked: {reason: maria, by: 'item:OPS-1'}\npart_of: OPS-1\nallow: {stale: {reason: x, by: maria}}\n",
    "OPS-3": "title: x\nstate: doing\nservices: [edge]\nvendor: acme\nblocked: {reason: x, by: team:net}\ndescription: |\n  state: doing\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> Facts:
    return facts_of(FILES)


def shown(facts: Facts, uses: list[Use]) -> list[str]:
    """Each use as path, line and what stands there."""
    found = []
    for use in uses:
        text = names.text_of(facts, use.path)
        found.append(f"{use.path}:{text.count(chr(10), 0, use.start) + 1} {text[use.start : use.end]}")
    return found


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("item", "OPS-1", ["items/OPS-2.yaml:4 OPS-1", "items/OPS-2.yaml:5 OPS-1", "items/OPS-2.yaml:6 OPS-1"]),
        ("state", "doing", ["items/OPS-1.yaml:2 doing", "items/OPS-1.yaml:6 doing", "items/OPS-3.yaml:2 doing",
                            "opsflow.yaml:5 doing", "opsflow.yaml:9 doing"]),
        ("type", "work", ["items/OPS-1.yaml:3 work", "opsflow.yaml:7 work"]),
        ("person", "maria", ["catalog.yaml:2 maria", "items/OPS-1.yaml:4 maria", "items/OPS-2.yaml:7 maria",
                             "opsflow.yaml:10 maria", "people.yaml:2 maria"]),
        ("team", "net", ["items/OPS-3.yaml:5 net", "people.yaml:2 net", "people.yaml:4 net"]),
        ("service", "edge", ["catalog.yaml:2 edge", "items/OPS-3.yaml:3 edge"]),
        ("vendor", "acme", ["catalog.yaml:2 acme", "catalog.yaml:3 acme", "items/OPS-3.yaml:4 acme"]),
        ("project", "PRJ-7", ["catalog.yaml:5 PRJ-7", "items/OPS-1.yaml:5 PRJ-7"]),
        ("rule", "stale", ["items/OPS-2.yaml:7 stale", "opsflow.yaml:11 stale"]),
    ],
)  # fmt: skip
def test_every_use_of_a_name_is_found_and_no_other_word(
    facts: Facts, kind: str, name: str, expected: list[str]
) -> None:
    assert sorted(shown(facts, [*names.uses(facts, Name(kind, name, 0, 0))])) == expected


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("item", "OPS-1", "items/OPS-1.yaml:1 title"),
        ("state", "doing", "opsflow.yaml:5 doing"),
        ("type", "work", "opsflow.yaml:7 work"),
        ("class", "standard", None),
        ("person", "maria", "people.yaml:2 maria"),
        ("team", "net", "people.yaml:4 net"),
        ("service", "edge", "catalog.yaml:2 edge"),
        ("vendor", "acme", "catalog.yaml:3 acme"),
        ("project", "PRJ-7", "catalog.yaml:5 PRJ-7"),
        ("person", "sam", None),
        ("rule", "stale", None),
    ],
)
def test_a_name_leads_to_where_it_is_given(facts: Facts, kind: str, name: str, expected: str | None) -> None:
    use = names.given(facts, Name(kind, name, 0, 0))
    assert (shown(facts, [use]) if use else None) == ([expected] if expected else None)


def test_other_peoples_records_are_referred_to_where_their_fields_stand() -> None:
    source = """\
board: B
key: OPS
workflow: [{state: ready, kind: backlog}, {state: done, kind: done}]
sources:
  - paths: keps/*.yaml
    id: {field: number, prefix: KEP-}
    fields:
      title: title
      state: {field: status, map: {open: ready}}
      depends_on: {field: needs, prefix: KEP-}
"""
    record = "title: {}\nnumber: {}\nstatus: open\n"
    facts = facts_of(
        {
            "opsflow.yaml": source,
            "keps/a.yaml": record.format("One", 1),
            "keps/b.yaml": record.format("Two", 2) + "needs: [1]\n",
            "OPS-1": "title: x\nstate: ready\ndepends_on: [KEP-1]\n",
        }
    )
    name = Name("item", "KEP-1", 0, 0)
    assert shown(facts, [*names.uses(facts, name)]) == ["items/OPS-1.yaml:3 KEP-1", "keps/b.yaml:4 needs"]
    given = names.given(facts, name)
    assert given and shown(facts, [given]) == ["keps/a.yaml:1 title"]

"""What is offered where, and what it writes."""

import pytest

from opsflow import rules
from opsflow.server import completion
from opsflow.server.completion import Offers
from tests.server.marked import marked

PATH = "items/OPS-1.yaml"
OTHERS = {
    "OPS_2": "{title: Renew the certificate, state: doing, assignees: [maria], labels: [tls, audit]}",
    "OPS_3": "{title: Order a line, state: done, services: [edge], labels: [tls]}",
    "people": "{maria: {name: Maria Keller, skills: [dns]}, ben: {name: Ben, team: net}}",
    "teams": "{net: {name: Network}}",
    "vendors": "{acme: {name: Acme CA}}",
    "projects": "{PRJ-7: {title: No outage}}",
    "fields": "{risk: {enum: [low, high]}}",
}


def offered(text: str, path: str = PATH) -> Offers | None:
    return completion.offers(*marked(path, text, **OTHERS))


def labels(text: str, path: str = PATH) -> list[str]:
    found = offered(text, path)
    return [each.label for each in found.offers] if found else []


def written(text: str, label: str, path: str = PATH) -> str:
    """The text after an offer is taken."""
    found = offered(text, path)
    assert found
    plain = text.replace("^", "", 1)
    text = next(each.text for each in found.offers if each.label == label)
    return plain[: found.start] + text + plain[found.end :]


STATES = ["inbox", "ready", "doing", "vendor", "review", "done", "dropped"]
ITEMS = ["OPS-2", "OPS-3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state: ^\n", STATES),
        ("state: do^\n", STATES),
        ("title: fix: this\nstate: ^\n", STATES),
        ("type: ^", ["request", "incident", "security", "maintenance", "project", "improvement"]),
        ("class: ^", ["expedite", "fixed-date", "standard", "intangible"]),
        ("assignees: [^]", ["maria", "ben"]),
        ("assignees:\n  - maria\n  - ^", ["ben"]),
        ("requester: ^", ["maria", "ben"]),
        ("depends_on: [^", ITEMS),
        ("depends_on: [OPS-2, ^]", ["OPS-3"]),
        ("part_of: ^", ["PRJ-7", *ITEMS]),
        ("services: [^]", ["edge"]),
        ("vendor: ^", ["acme"]),
        ("labels: [^]", ["tls", "audit"]),
        ("skills: [^]", ["dns"]),
        ("risk: ^", ["low", "high"]),
        (
            "blocked: {reason: x, by: ^}",
            ["maria", "ben", "team:net", "vendor:acme", "item:OPS-2", "item:OPS-3"],
        ),
        ("blocked: {reason: x, ^}", ["by"]),
        ("window:\n  ^", ["start", "end"]),
        ("allow: {^}", [name for name in rules.ALL if name not in rules.NEVER_WAIVED]),
        ("allow:\n  stale:\n    ^", ["reason", "by", "until"]),
        ("allow: {stale: {reason: x, by: ^}}", ["maria", "ben"]),
        ("entered:\n  ^", STATES),
        ("due: ^", []),
        ("title: ^", []),
        ("description: |\n  state: ^", []),
    ],
)
def test_what_an_item_may_say_is_offered(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize("section", ["services:\n  edge", "projects:\n  P-1"])
def test_people_and_teams_are_offered_as_owners_and_nobody_else(section: str) -> None:
    others = {name: OTHERS[name] for name in ("people", "teams", "OPS_2")}
    found = completion.offers(
        *marked("catalog.yaml", f"vendors: {{acme: {{}}}}\n{section}:\n    owner: ^", **others)
    )
    assert [each.label for each in found.offers] == ["maria", "ben", "team:net"] if found else False


def test_keys_are_offered_that_are_not_there_yet_and_own_fields_with_them() -> None:
    found = labels("title: x\n^\nstate: ready\ndue: 2026-01-01\n")
    assert {"title", "state", "due"}.isdisjoint(found)
    assert {"type", "assignees", "description", "risk"} <= set(found)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("opsflow.yaml", "workflow:\n  - {state: ready, kind: ^", ["backlog", "active", "waiting", "done", "discarded"]),
        ("opsflow.yaml", "ids: ^", ["random", "sequential"]),
        ("people.yaml", "people:\n  maria:\n    ^", ["name", "team", "capacity", "skills", "emails", "away"]),
        ("catalog.yaml", "services:\n  edge:\n    name: x\n    o^", ["owner", "vendor", "maintenance", "public"]),
    ],
)  # fmt: skip
def test_the_boards_own_files_are_completed_by_their_schemas(
    path: str, text: str, expected: list[str]
) -> None:
    found = completion.offers(*marked(path, text))
    assert [each.label for each in found.offers] == expected if found else False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("limits:\n  - {max: 1, states: [^]}", ["ready"]),
        ("limits:\n  - max: 1\n    type: ^", ["work"]),
        ("allocation:\n  ^", ["work"]),
        ("rules:\n  stale: ^", ["off", "error", "warning", "note"]),
    ],
)
def test_names_that_the_board_gives_are_offered_in_its_own_files(text: str, expected: list[str]) -> None:
    board = "board: B\nkey: OPS\nworkflow: [{state: ready, kind: backlog}]\ntypes: {work: {}}\n"
    found = completion.offers(*marked("opsflow.yaml", f"{board}{text}"))
    assert [each.label for each in found.offers] == expected if found else False


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("state: ^\n", "doing", "state: doing\n"),
        ("state:^\n", "doing", "state: doing\n"),
        ("state: rea^dy\n", "doing", "state: doing\n"),
        ('state: "do^"\n', "doing", 'state: "doing"\n'),
        ("depends_on:\n  -^\n", "OPS-2", "depends_on:\n  - OPS-2\n"),
        ("depends_on:\n  ^\n", "OPS-2", "depends_on:\n  - OPS-2\n"),
        ("depends_on: [OPS-3, O^]\n", "OPS-2", "depends_on: [OPS-3, OPS-2]\n"),
        ("blocked: {reason: x, by: ^}\n", "vendor:acme", "blocked: {reason: x, by: vendor:acme}\n"),
        ("^\n", "state", "state: \n"),
        ("^\n", "assignees", "assignees:\n  - \n"),
        ("^\n", "description", "description: |\n  \n"),
        ("^\n", "blocked", "blocked:\n  \n"),
        ("sta^: ready\n", "state", "state: ready\n"),
        ("blocked: {^}\n", "by", "blocked: {by: }\n"),
        ("allow:\n  ^\n", "stale", "allow:\n  stale:\n    reason: \n"),
        ("entered: {^}\n", "doing", "entered: {doing: }\n"),
    ],
)
def test_an_offer_writes_what_belongs_there(text: str, label: str, expected: str) -> None:
    assert written(text, label) == expected


def test_a_name_that_yaml_would_take_for_something_else_is_quoted() -> None:
    found = completion.offers(
        *marked(PATH, "title: x\nstate: ready\nassignees: [^]", people='{"@ops: team": {name: Ops}}')
    )
    assert found and [each.text for each in found.offers] == ['"@ops: team"']


def test_ids_have_titles_and_are_found_by_them() -> None:
    found = offered("depends_on: [^]")
    assert found and [(each.label, each.detail) for each in found.offers] == [
        ("OPS-2", "Renew the certificate (doing)"),
        ("OPS-3", "Order a line (done)"),
    ]
    assert found.offers[0].key == "OPS-2 Renew the certificate (doing)"


def test_of_many_items_those_are_offered_that_fit_what_is_typed() -> None:
    files = {f"OPS_{number}": f"{{state: ready, title: Work {number}}}" for number in range(10, 310)}
    found = completion.offers(*marked(PATH, "title: x\nstate: ready\ndepends_on: [^", **files))
    assert found and found.more and len(found.offers) == completion.MOST
    found = completion.offers(*marked(PATH, "title: x\nstate: ready\ndepends_on: [Work 30^", **files))
    assert found and found.more and [each.label for each in found.offers] == [
        "OPS-30", *(f"OPS-{number}" for number in range(300, 310))
    ]  # fmt: skip


def test_nothing_is_offered_in_files_that_the_board_does_not_read() -> None:
    assert completion.offers(*marked("notes/plan.yaml", "state: ^")) is None
    assert completion.offers(*marked("items/readme.md", "state: ^")) is None

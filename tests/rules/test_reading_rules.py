"""Rules on what was read: names that lead nowhere, folders that are full."""

import pytest

from tests.rules.said import hints, said

UNKNOWN = "unknown-reference"
NAMES = """
    people: {maria: {name: Maria, team: net}}
    teams: {net: {name: Network}}
    services: {edge: {name: Edge proxy}}
    vendors: {acme: {name: Acme}}
    projects: {PRJ-7: {title: Move}}
"""


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("state: nowhere", "items/OPS-1.yaml:2:1: the workflow has no state `nowhere`"),
        ("state: ready, type: chore", "items/OPS-1.yaml:3:1: the board has no type `chore`"),
        ("state: ready, class: royal", "items/OPS-1.yaml:3:1: the board has no class of service `royal`"),
        (
            "state: ready, assignees: [maria, ghost]",
            "items/OPS-1.yaml:3:20: people.yaml has no person `ghost`",
        ),
        ("state: ready, depends_on: [OPS-99]", "items/OPS-1.yaml:3:14: there is no item OPS-99"),
        ("state: ready, part_of: PRJ-9", "items/OPS-1.yaml:3:1: there is no item or project PRJ-9"),
        ("state: ready, services: [ether]", "items/OPS-1.yaml:3:12: catalog.yaml has no service `ether`"),
        ("state: ready, vendor: nobody", "items/OPS-1.yaml:3:1: catalog.yaml has no vendor `nobody`"),
        (
            "state: ready, blocked: {reason: no answer, by: vendor:nobody}",
            "items/OPS-1.yaml:3:30: catalog.yaml has no vendor `nobody`",
        ),
        (
            "state: ready, blocked: {reason: no answer, by: team:db}",
            "items/OPS-1.yaml:3:30: people.yaml has no team `db`",
        ),
        (
            "state: ready, blocked: {reason: no answer, by: item:OPS-99}",
            "items/OPS-1.yaml:3:30: there is no item OPS-99",
        ),
        (
            "state: ready, entered: {begun: 2026-03-01 09:00}",
            "items/OPS-1.yaml:3:11: the workflow has no state `begun`",
        ),
        (
            "state: ready, allow: {wip-limt: {reason: outage}}",
            "items/OPS-1.yaml:3:9: there is no rule `wip-limt`",
        ),
    ],
)
def test_a_name_in_an_item_that_leads_nowhere_is_found_where_it_stands(written: str, message: str) -> None:
    assert said(f"{NAMES}    OPS-1: {{{written}}}", UNKNOWN) == [message]


@pytest.mark.parametrize(
    "written",
    [
        "assignees: [maria], services: [edge], vendor: acme, part_of: PRJ-7",
        "part_of: OPS-2",
        "blocked: {reason: no answer, by: maria}",
        "blocked: {reason: no answer, by: team:net}",
        "blocked: {reason: no answer, by: item:OPS-2}",
        "blocked: {reason: no answer, by: the weather}",
        "blocked: {reason: no answer, by: 'https://example.org/ticket/1'}",
        "requester: anybody, skills: [anything], labels: [any]",
    ],
)
def test_names_that_are_there_or_are_free_are_right(written: str) -> None:
    assert said(f"{NAMES}    OPS-1: {{state: ready, {written}}}\n    OPS-2: {{state: ready}}", UNKNOWN) == []


def test_names_are_free_where_their_file_is_absent() -> None:
    item = "OPS-1: {state: ready, assignees: [a], services: [b], vendor: c, part_of: PRJ-9}"
    assert said(item, UNKNOWN) == []


def test_a_part_of_an_item_that_is_not_there_leads_nowhere_even_without_a_catalog() -> None:
    assert said("OPS-1: {state: ready, part_of: OPS-9}", UNKNOWN) == [
        "items/OPS-1.yaml:3:1: there is no item or project OPS-9"
    ]


FOREIGN = """
    sources:
        - paths: r/*.csv
          id: id
          fields:
            state: {field: st, map: {open: raedy, begun: doing, put off: raedy}, other: doen, default: ready}
            type: [{field: kind, map: {bug: defect}, other: ''}, {value: chore}]
            class: class
            entered: {begun: at}
    r/all.csv:
        id,st,kind,class,at
"""


def test_a_name_that_a_mapping_writes_is_found_there_and_in_no_record() -> None:
    records = "".join(f"        {at},open,bug,,2026-03-01\n" for at in range(9))
    assert said(FOREIGN + records, UNKNOWN) == [
        "opsflow.yaml:10:32: the workflow has no state `raedy`",
        "opsflow.yaml:10:76: the workflow has no state `doen`",
        "opsflow.yaml:11:34: the board has no type `defect`",
        "opsflow.yaml:11:61: the board has no type `chore`",
        "opsflow.yaml:13:17: the workflow has no state `begun`",
    ]
    assert hints(FOREIGN + records, UNKNOWN)[0] == "Did you mean `ready`?"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (5, [f"r/all.csv:{at}:1: the board has no class of service `royal`" for at in range(2, 7)]),
        (6, ["opsflow.yaml:12:7: the board has no class of service `royal`, and 6 records have it"]),
    ],
)
def test_a_name_that_many_records_pass_on_is_the_mappings_affair(count: int, expected: list[str]) -> None:
    text = "".join(line for line in FOREIGN.splitlines(keepends=True) if " type:" not in line)
    text = text.replace("raedy", "ready").replace("doen", "done").replace("begun: at", "doing: at")
    text = text.replace("            class:", "            title: id\n            class:")
    records = "".join(f"        {at},,,royal,\n" for at in range(count))
    assert said(text + records, UNKNOWN) == expected
    if count == 6:
        assert hints(text + records, UNKNOWN) == [
            "Add it to `classes:`, or map it to a name that stands there."
        ]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("limits: [{states: [ready, doign], max: 3}]", "the workflow has no state `doign`"),
        ("limits: [{type: chore, max: 3}]", "the board has no type `chore`"),
        ("limits: [{class: royal, max: 3}]", "the board has no class of service `royal`"),
        ("limits: [{person: ghost, max: 3}]", "people.yaml has no person `ghost`"),
        ("limits: [{project: PRJ-9, max: 3}]", "catalog.yaml has no project `PRJ-9`"),
        ("expectations: [{type: chore, within: 2d, share: 0.9}]", "the board has no type `chore`"),
        ("allocation: {chore: 100}", "the board has no type `chore`"),
        ("rules: {stael: off}", "there is no rule `stael`"),
    ],
)
def test_a_name_in_the_board_that_leads_nowhere_is_found(section: str, message: str) -> None:
    (line,) = said(f"{NAMES}    {section}", UNKNOWN)
    assert line.startswith("opsflow.yaml:")
    assert line.endswith(message)


@pytest.mark.parametrize(
    ("section", "message", "hint"),
    [
        (
            "rules: {overdue: {after: 3d}}",
            "`after` is not an option of overdue",
            "Set severity.",
        ),
        (
            "rules: {stale: {befor: 3d}}",
            "`befor` is not an option of stale",
            "Set severity and after.",
        ),
        (
            "rules: {stale: {after: soon}}",
            "`after` of stale is a length of time, and `soon` is not",
            "Write it as 14d, 12h, 90m or 3w.",
        ),
        (
            "rules: {stale: {after: 14}}",
            "`after` of stale is a length of time, and `14` is not",
            "Write it as 14d, 12h, 90m or 3w.",
        ),
        *(
            (
                f"rules: {{skipped-state: {{most: {value}}}}}",
                f"`most` of skipped-state is a whole number from 0 on, and `{shown}` is not",
                "Write plain digits, such as 2.",
            )
            for value, shown in (("-1", "-1"), ("1.5", "1.5"), ("true", "true"), ("3d", "3 days"))
        ),
        (
            "rules: {skipped-state: {waiting: Maybe}}",
            "`waiting` of skipped-state is true or false, and `Maybe` is not",
            "Write true or false.",
        ),
        (
            "rules: {skipped-state: {waiting: 1}}",
            "`waiting` of skipped-state is true or false, and `1` is not",
            "Write true or false.",
        ),
    ],
)
def test_an_option_that_a_rule_does_not_have_is_misshapen(section: str, message: str, hint: str) -> None:
    (line,) = said(section)
    assert line.endswith(f": {message}")
    assert hints(section) == [hint]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            "people: {maria: {name: Maria, team: db}}\n    teams: {net: {name: Network}}",
            "people.yaml has no team `db`",
        ),
        (
            "people: {maria: {name: Maria}}\n    services: {edge: {name: Edge, owner: ghost}}",
            "people.yaml has no person `ghost`",
        ),
        (
            "teams: {net: {name: Network}}\n    projects: {PRJ-7: {title: Move, owner: team:db}}",
            "people.yaml has no team `db`",
        ),
        *(
            (
                f"{others}{section}",
                f"the owner `{owner}` is neither a person nor a team",
            )
            for others, owner in (
                ("vendors: {acme: {name: Acme}}\n    ", "vendor:acme"),
                ("OPS-1: {state: ready}\n    ", "item:OPS-1"),
                ("people: {maria: {name: Maria}}\n    ", "desk:maria"),
            )
            for section in (
                f"services: {{edge: {{name: Edge, owner: {owner}}}}}",
                f"projects: {{PRJ-7: {{title: Move, owner: {owner}}}}}",
            )
        ),
        (
            "vendors: {acme: {name: Acme}}\n    services: {edge: {name: Edge, vendor: nobody}}",
            "catalog.yaml has no vendor `nobody`",
        ),
        (
            "people: {maria: {name: Maria}}\n    projects: {PRJ-7: {title: Move, owner: ghost}}",
            "people.yaml has no person `ghost`",
        ),
    ],
)
def test_a_name_in_people_and_catalog_that_leads_nowhere_is_found(section: str, message: str) -> None:
    (line,) = said(f"    {section}", UNKNOWN)
    assert line.endswith(message)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("{state: raedy}", "Did you mean `ready`?"),
        (
            "{state: nowhere}",
            "Known are inbox, ready, doing, vendor, review, done and dropped.",
        ),
        ("{state: ready, depends_on: [OSP-2]}", "Did you mean `OPS-2`?"),
        ("{state: ready, depends_on: [OPS-7K3O]}", "Did you mean `OPS-7K3Q`?"),
        (
            "{state: ready}\n    services: {edge: {name: E, owner: vendor:a}}",
            "Write a person, or `team:NAME`.",
        ),
    ],
)
def test_what_was_meant_is_suggested(written: str, hint: str) -> None:
    board = f"OPS-1: {written}\n    OPS-2: {{state: ready}}\n    OPS-7K3Q: {{state: ready}}"
    assert hints(f"    {board}", UNKNOWN) == [hint]


def test_another_number_is_not_suggested_for_a_number() -> None:
    (hint,) = hints("OPS-1: {state: ready, depends_on: [OPS-3]}\nOPS-2: {state: ready}", UNKNOWN)
    assert hint == "Correct the name, or remove the reference: no file of the board has this id."


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        (
            "depends_on: [OPS-99]",
            "Correct the name, or remove the reference: no file of the board has this id.",
        ),
        (
            "part_of: PRJ-99",
            "Correct the name, or remove the reference: no file of the board, and no project, has this id.",
        ),
        (
            "allow: {nonsense: {reason: x}}",
            "Correct the name, or remove the entry: `opsflow explain` lists the rules.",
        ),
    ],
)
def test_what_no_file_lists_is_not_to_be_added_to_one(written: str, hint: str) -> None:
    assert hints(f"{NAMES}    OPS-1: {{state: ready, {written}}}", UNKNOWN) == [hint]


def test_a_name_of_a_long_list_may_be_added_to_it() -> None:
    people = ", ".join(f"p{number}: {{name: P}}" for number in range(13))
    assert hints(f"people: {{{people}}}\nOPS-1: {{state: ready, assignees: [maria]}}", UNKNOWN) == [
        "Correct the name, or add it to the file that lists such names."
    ]


def test_an_item_whose_file_was_deleted_when_it_was_finished_is_still_known() -> None:
    board = """
        2026-03-01 OPS-1: {state: ready, depends_on: [OPS-2, OPS-3]}
        2026-03-02 OPS-2: {state: done}
        2026-03-02 OPS-3: {state: ready}
        2026-03-03 OPS-2: gone
        2026-03-03 OPS-3: gone
        today: 2026-03-04
    """
    assert said(board) == ["items/OPS-1.yaml:3:21: there is no item OPS-3"]


def test_archived_and_open_items_are_counted_by_folder() -> None:
    board = """
        OPS-1..OPS-150: {state: ready}
        archive/OPS-151.yaml: {state: done}
    """
    assert said(board, "crowded-folder") == []
    assert said(f"{board}    OPS-151..OPS-202: {{state: ready}}", "crowded-folder") == [
        "opsflow.yaml:1:1: items/ holds 201 items; Git is quick with up to 200 in a folder"
    ]
    assert hints(f"{board}    OPS-151..OPS-202: {{state: ready}}", "crowded-folder") == [
        "Move items into folders below it, for instance `mkdir items/7 && git mv items/OPS-7* items/7/`."
    ]


def test_a_window_that_has_ended_is_overdue_until_the_item_is_finished() -> None:
    for end, state, expected in (
        (
            "2026-03-08 12:00",
            "ready",
            ["the window of OPS-1 ended on 2026-03-08, 2 days ago, and it is in `ready`"],
        ),
        ("2026-03-10 08:00", "ready", []),
        ("2026-03-08 12:00", "done", []),
    ):
        item = f"{{state: {state}, window: {{start: 2026-03-07 10:00, end: {end}}}}}"
        found = said(f"today: 2026-03-10\nOPS-1: {item}", "overdue")
        assert [line.partition(": ")[2] for line in found] == expected


@pytest.mark.parametrize(
    ("written", "place", "code", "hint"),
    [
        ("DE-BER", "6:27", "DE-BER", "Did you mean `DE-BE`?"),
        ("[DE, GB-XX]", "6:42", "GB-XX", "Known are GB-ENG, GB-NIR, GB-SCT and GB-WLS."),
        (
            "[2026-02-30]",
            "6:38",
            "2026-02-30",
            "Write a country such as DE, a region such as DE-BE, or a day such as 2026-12-24.",
        ),
    ],
)
def test_a_code_that_stands_for_no_holidays_is_found_with_what_may_be_meant(
    written: str, place: str, code: str, hint: str
) -> None:
    board = f"calendar: {{week: mon-fri, holidays: {written}}}"
    message = f"opsflow.yaml:{place}: `{code}` in `holidays` is no country, region or day that is known"
    assert said(board, "misshapen") == [message]
    assert hints(board, "misshapen") == [hint]


def test_codes_and_days_that_stand_for_holidays_are_no_finding() -> None:
    assert said("calendar: {holidays: [DE-BE, AT, UK, 2026-12-24]}", "misshapen") == []

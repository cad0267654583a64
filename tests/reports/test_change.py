"""The story of a change: what became of each item, of the findings, the limits and the policies."""

from dataclasses import replace

import pytest

from opsflow.change.between import beside
from opsflow.facts import Facts
from tests.changes import View, of, told, view
from tests.reports.test_plain_views import strange


def rows(view: View) -> dict[str, tuple[str, list[str]]]:
    """What is said of each item: its group, and the words."""
    return {row["id"]: (group["kind"], row["words"]) for group in view["groups"] for row in group["items"]}


# -- items ------------------------------------------------------------------------------------------

FIELDS = [
    ("state: ready", "state: doing", "moved", "Ready → Doing"),
    ("state: doing", "state: ready", "back", "Doing → Ready"),
    ("state: doing", "state: done", "finished", "Doing → Done"),
    ("state: doing", "state: dropped", "dropped", "Doing → Dropped"),
    ("state: done", "state: doing", "reopened", "Done → Doing"),
    ("state: dropped", "state: inbox", "reopened", "Dropped → Inbox"),
    ("blocked: {reason: no CSR, by: vendor:acme}", "", "unblocked", "no longer blocked"),
    ("", "blocked: {reason: no CSR, by: vendor:acme}", "blocked", "blocked: no CSR (vendor acme)"),
    ("blocked: {reason: no CSR}", "blocked: {reason: no key}", "edited", "now blocked: no key"),
    ("", "assignees: [maria, ben]", "reassigned", "assigned to maria and ben"),
    ("assignees: [maria]", "assignees: [ben]", "reassigned", "assigned to ben instead of maria"),
    ("assignees: [maria]", "", "reassigned", "no longer assigned to maria"),
    ("assignees: [maria, ben]", "assignees: [ben, maria]", "edited", "assignees in another order"),
    ("", "due: 2026-12-01", "rescheduled", "due 2026-12-01"),
    ("due: 2026-12-01", "due: 2026-12-15", "rescheduled", "due 2026-12-01 → 2026-12-15 (14 days later)"),
    ("due: 2026-12-02", "due: 2026-12-01", "rescheduled", "due 2026-12-02 → 2026-12-01 (1 day earlier)"),
    ("due: 2026-12-01", "", "rescheduled", "no longer due on 2026-12-01"),
    ("", "start_after: 2026-12-01", "rescheduled", "not before 2026-12-01"),
    ("start_after: 2026-12-01", "", "rescheduled", "no longer waits until 2026-12-01"),
    (
        "",
        "window: {start: 2026-11-28 22:00, end: 2026-11-29 02:00}",
        "rescheduled",
        "window 2026-11-28 22:00 to 2026-11-29 02:00",
    ),
    ("window: {start: 2026-11-28 22:00, end: 2026-11-29 02:00}", "", "rescheduled", "no window any more"),
    ("title: Old", "title: New", "retitled", "was called “Old”"),
    ("type: request", "type: incident", "reclassed", "type Request → Incident"),
    ("", "class: expedite", "reclassed", "class Standard → Expedite"),
    ("", "depends_on: [OPS-8, OPS-9]", "dependencies", "waits for OPS-8 and OPS-9"),
    (
        "depends_on: [OPS-8]",
        "depends_on: [OPS-9]",
        "dependencies",
        "waits for OPS-9, no longer waits for OPS-8",
    ),
    (
        "",
        "allow: {stale: {reason: on leave, by: maria, until: 2026-12-01}}",
        "waivers",
        "waives stale until 2026-12-01 by maria: on leave",
    ),
    ("allow: {stale: {reason: a}}", "allow: {stale: {reason: b}}", "waivers", "now waives stale: b"),
    ("allow: {stale: {reason: a}}", "", "waivers", "no longer waives stale"),
    ("", 'checklist: "- [x] a"', "edited", "checklist 1 of 1"),
    ('checklist: "- [ ] a"', 'checklist: "- [x] a"', "edited", "checklist 0 of 1 → 1 of 1"),
    ('checklist: "- [x] a"', 'checklist: "- [x] b"', "edited", "checklist changed"),
    ("part_of: NET", "part_of: WEB", "edited", "part of NET → WEB"),
    ("vendor: acme", "", "edited", "no longer vendor acme"),
    ("labels: [a, b]", "labels: [b, c, d]", "edited", "labels: c and d added, a removed"),
    ("labels: [a, b]", "labels: [b, a]", "edited", "labels: another order"),
    ("services: [web]", "", "edited", "services: web removed"),
    ("estimate: 2d", "estimate: 12h", "edited", "estimate 2 days → 0.5 days"),
    ("cost: 1200", "cost: 1500.5", "edited", "cost 1,200 → 1,500.5"),
    ("", "cost_of_delay: 5", "edited", "cost of delay 5"),
    ("requester: sam", "requester: pat", "edited", "requester sam → pat"),
    ("", "public: Soon.", "edited", "text for employees added"),
    ("description: a", "description: b", "edited", "description changed"),
    ("description: a", "", "edited", "description removed"),
    ("", "entered: {ready: 2026-03-01 09:00}", "edited", "dates of entry changed"),
    ("risk: low", "risk: high", "edited", "risk low → high"),
    ("", "approved: true", "edited", "approved yes"),
    ("hosts: [a]", "hosts: [a, b]", "edited", "hosts: b added"),
    ("site: {hall: 1}", "site: {hall: 2}", "edited", "site changed"),
]
BOARD = """
fields: {risk: {type: string}, approved: {type: boolean}, hosts: {type: array}, site: {type: object}}
OPS-8: {state: ready}
OPS-9: {state: ready}
"""


def item(line: str) -> str:
    own = "" if line.startswith("state:") else "state: ready, "
    return f"OPS-1: {{{own}{line}}}".replace(", }", "}")


@pytest.mark.parametrize(
    ("before", "after", "kind", "said"), FIELDS, ids=[f"{a} | {b}" for a, b, _, _ in FIELDS]
)
def test_a_change_of_one_field_is_told(before: str, after: str, kind: str, said: str) -> None:
    shown = view(item(before), item(after), BOARD)
    assert rows(shown) == {"OPS-1": (kind, [said])}
    assert list(strange(shown)) == []


def test_many_other_fields_are_summed_up_by_their_names() -> None:
    shown = view(item("state: ready"), item("state: doing, labels: [a], cost: 1, vendor: acme"))
    assert rows(shown) == {"OPS-1": ("moved", ["Ready → Doing", "vendor, labels and cost changed"])}
    assert [each["field"] for each in shown["groups"][0]["items"][0]["changes"]] == [
        "state",
        "vendor",
        "labels",
        "cost",
    ]


def test_a_new_item_says_what_is_special_about_it() -> None:
    shown = view(
        "OPS-2: {state: ready}", "OPS-2: {state: ready}\n" + item("type: incident, due: 2026-12-01, cost: 1")
    )
    assert rows(shown) == {"OPS-1": ("created", ["new in Ready", "due 2026-12-01", "Incident"])}
    assert shown["summary"] == "1 item is new"


def test_a_file_that_is_gone_is_archived_or_deleted_unfinished() -> None:
    before = "OPS-1: {state: done}\nOPS-2: {state: doing}\nOPS-3: {state: dropped}"
    assert rows(view(before, "OPS-4: {state: ready}", "OPS-5: {state: ready}")) == {
        "OPS-1": ("archived", ["was Done; its file is deleted"]),
        "OPS-2": ("deleted", ["was Doing; its file is deleted"]),
        "OPS-3": ("archived", ["was Dropped; its file is deleted"]),
        "OPS-4": ("created", ["new in Ready"]),
    }


def test_an_item_is_known_by_its_id_wherever_its_file_goes() -> None:
    before = "items/OPS-1-old.yaml: {title: A, state: ready}\nitems/OPS-2-x.yaml: {state: review}"
    after = "items/web/OPS-1-new.yaml: {title: A, state: ready}\narchive/OPS-2-x.yaml: {state: done}"
    assert rows(view(before, after)) == {
        "OPS-1": ("filed", ["file moved to items/web/OPS-1-new.yaml"]),
        "OPS-2": ("finished", ["Review → Done", "moved to the archive"]),
    }


def test_an_item_that_got_another_id_and_nothing_else_is_not_told_as_two() -> None:
    before = (
        "OPS-1: {title: A, state: doing}\nOPS-2: {title: A, state: doing}\nOPS-3: {title: C, state: done}"
    )
    after = "OPS-8: {title: A, state: doing}\nOPS-9: {title: C, state: ready}"
    shown = view(before, after, "OPS-5: {state: ready}")
    assert rows(shown) == {
        "OPS-2": ("deleted", ["was Doing; its file is deleted"]),
        "OPS-3": ("archived", ["was Done; its file is deleted"]),
        "OPS-8": ("renumbered", ["OPS-1 is now OPS-8"]),
        "OPS-9": ("created", ["new in Ready"]),
    }
    assert shown["summary"].split(";")[0] == "1 item is new, 1 deleted unfinished, 1 archived, 1 renumbered"


def test_what_names_an_item_that_got_another_id_is_told_with_it() -> None:
    shown = view(
        "OPS-1: {title: A, state: ready}\nOPS-2: {state: ready, depends_on: [OPS-1]}",
        "OPS-8: {title: A, state: ready}\nOPS-2: {state: ready, depends_on: [OPS-8]}",
    )
    assert rows(shown) == {
        "OPS-2": ("dependencies", ["waits for OPS-8, no longer waits for OPS-1"]),
        "OPS-8": ("renumbered", ["OPS-1 is now OPS-8"]),
    }


def test_a_finished_item_tells_how_long_it_took() -> None:
    history = "2026-03-02 OPS-1: {state: doing}\n2026-03-05 OPS-1: {state: done}\ntoday: 2026-03-05"
    assert rows(view(item("state: doing"), f"{item('state: ready')}\n{history}")) == {
        "OPS-1": ("finished", ["Doing → Done after 4 days"])
    }


def test_items_that_say_the_same_are_not_told() -> None:
    shown = view("", "", "OPS-1: {state: ready}\nOPS-2: {state: doing}")
    assert (shown["groups"], shown["limits"], shown["policies"], shown["summary"]) == (
        [],
        [],
        [],
        "Nothing changes",
    )
    assert shown["items"] == {"before": 2, "after": 2, "changed": 0}


FOREIGN = """
sources: [{paths: "keps/*.yaml", records: list, id: {field: n, prefix: KEP-}, fields: {title: name, state: {field: status, map: {open: ready, triaged: ready, active: doing}}}}]
"""


def test_a_foreign_record_is_told_as_any_item_and_its_own_word_for_a_state_too() -> None:
    one, two, three = (
        "{n: 1, name: A, status: open}",
        "{n: 2, name: B, status: open}",
        "{n: 3, name: C, status: open}",
    )
    shown = view(
        f"keps/all.yaml:\n    list: [{one}, {two}, {three}]",
        f"keps/all.yaml:\n    list: [{three}, {two.replace('open', 'triaged')}, {one.replace('open', 'active')}]",
        FOREIGN,
    )
    assert rows(shown) == {
        "KEP-1": ("moved", ["Ready → Doing"]),
        "KEP-2": ("edited", ["status open → triaged"]),
    }


# -- what could not be read -------------------------------------------------------------------------

BROKEN = """
items/OPS-1.yaml:
    title: A
    state: [ready
"""


def unread(view: View) -> list[str]:
    return [row["words"] for row in view["unread"]]


def test_a_file_that_cannot_be_read_is_not_deleted() -> None:
    shown = view(item("state: ready"), BROKEN, "OPS-2: {state: ready}")
    assert (rows(shown), unread(shown)) == ({}, ["OPS-1 could not be read: what it says now is not known"])
    assert shown["unread"][0]["path"] == "items/OPS-1.yaml"
    assert shown["summary"] == "1 file could not be read; 1 new finding"


def test_a_file_that_can_be_read_again_is_not_new() -> None:
    shown = view(BROKEN, item("state: ready"), "OPS-2: {state: ready}")
    assert (rows(shown), unread(shown)) == ({}, ["OPS-1 can be read again"])
    assert shown["summary"] == "1 mended finding"


def test_a_new_file_that_cannot_be_read_is_said() -> None:
    shown = view("", BROKEN, "OPS-2: {state: ready}")
    assert (rows(shown), unread(shown)) == ({}, ["OPS-1 could not be read"])


def test_a_file_that_could_be_read_on_neither_side_is_not_told() -> None:
    shown = view(BROKEN, BROKEN.replace("A", "B"), "OPS-2: {state: ready}")
    assert (rows(shown), unread(shown), shown["summary"]) == ({}, [], "Nothing changes")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("due: 2026-12-01", "due: soon", "due could not be read"),
        ("due: soon", "due: 2026-12-01", "due could not be read before"),
        ("assignees: [maria]", "assignees: 5", "assignees could not be read"),
        ("risk: low", "risk: [low]", "risk could not be read"),
    ],
)
def test_a_value_that_cannot_be_read_is_not_removed(before: str, after: str, said: str) -> None:
    assert rows(view(item(before), item(after), BOARD)) == {"OPS-1": ("edited", [said])}


def test_a_part_of_the_board_that_cannot_be_read_is_not_removed() -> None:
    shown = view(
        "limits: [{states: [doing], max: 2}]",
        "limits: [{states: [doing], max: two}]",
        "OPS-2: {state: ready}",
    )
    assert [row["words"] for row in shown["policies"]] == [
        "a part of limits in opsflow.yaml could not be read: what changes is not known"
    ]


def test_people_that_cannot_be_read_have_not_gone() -> None:
    people = "people.yaml:\n    people: {maria: {name: Maria}}"
    shown = view(people, people.replace("}}", "}"), "OPS-2: {state: ready}")
    assert (shown["policies"], unread(shown)) == ([], ["people.yaml could not be read"])
    back = view(people.replace("}}", "}"), people, "OPS-2: {state: ready}")
    assert (back["policies"], unread(back)) == ([], ["people.yaml can be read again"])


def without_board(facts: Facts, tree: dict[str, bytes]) -> Facts:
    from opsflow.reading import board as boards

    nothing, faults = boards.load(tree)
    assert facts.base is not None
    return replace(facts, base=replace(facts.base, board=nothing, faults=faults if tree else (), tree=tree))


def test_a_board_that_did_not_exist_is_new_with_all_its_items() -> None:
    facts = without_board(of("OPS-1: {state: doing}", "OPS-1: {state: ready}\nOPS-2: {state: done}"), {})
    shown = told(facts)
    assert [(group["kind"], group["count"]) for group in shown["groups"]] == [("created", 2)]
    assert (shown["base"]["exists"], shown["policies"]) == (False, [])
    assert shown["summary"] == "The board is new; 2 items are new"


def test_a_board_that_could_not_be_read_is_not_compared() -> None:
    facts = without_board(
        of("OPS-1: {state: doing}", "OPS-1: {state: nowhere}"), {"opsflow.yaml": b"workflow: ["}
    )
    shown = told(facts)
    assert (shown["groups"], shown["findings"]["made"], shown["limits"]) == ([], [], [])
    assert shown["summary"] == "What changes is not known: opsflow.yaml could not be read before"


# -- limits -----------------------------------------------------------------------------------------


def limits(view: View) -> dict[str, str]:
    return {row["subject"]: row["words"] for row in view["limits"]}


def test_limits_tell_what_they_count_before_and_after() -> None:
    both = """
limits: [{states: [doing], max: 2}, {name: started, states: [doing, review], max: 9}, {states: [vendor], max: 5}]
OPS-1..OPS-2: {state: doing, assignees: [a]}
"""
    shown = view("OPS-3: {state: ready, assignees: [a]}", "OPS-3: {state: doing, assignees: [a]}", both)
    assert limits(shown) == {"Doing": "2 → 3, its limit is 2", "started": "2 → 3 of 9"}
    assert shown["wip"] == {"before": 2, "after": 3}
    assert shown["summary"] == "1 item moves; 1 new finding; Doing 2 → 3, its limit is 2; started 2 → 3 of 9"


def test_a_limit_that_is_broken_is_told_though_nothing_in_it_changes() -> None:
    both = "limits: [{states: [doing], max: 1}, {states: [review], min: 1}]\nOPS-1..OPS-2: {state: doing}"
    shown = view("OPS-3: {state: inbox}", "OPS-3: {state: ready}", both)
    assert limits(shown) == {"Doing": "2, its limit is 1", "Review": "0, its minimum is 1"}
    assert [row["broken"] for row in shown["limits"]] == [True, True]


def test_a_limit_for_each_person_is_told_of_those_whom_the_change_touches() -> None:
    both = "limits: [{per: person, states: [doing], max: 2}]\nOPS-1: {state: doing, assignees: [ada]}"
    before, after = "OPS-2: {state: doing, assignees: [ben]}", "OPS-2: {state: doing, assignees: [cy]}"
    assert limits(view(before, after, both)) == {"cy (Doing)": "0 → 1 of 2", "ben (Doing)": "1 → 0 of 2"}


def test_a_limit_that_changes_tells_both_bounds() -> None:
    both = "OPS-1..OPS-3: {state: doing}"
    shown = view("limits: [{states: [doing], max: 2}]", "limits: [{states: [doing], max: 4}]", both)
    assert limits(shown) == {"Doing": "3 of 4 (the limit was 2)"}
    assert [row["words"] for row in shown["policies"]] == ["limit Doing: at most 2 → 4"]


def test_a_new_limit_counts_what_it_would_have_counted_before() -> None:
    shown = view("OPS-1: {state: ready}", "OPS-1: {state: doing}\nlimits: [{states: [doing], max: 4}]")
    assert limits(shown) == {"Doing": "0 → 1 of 4"}


# -- policies ---------------------------------------------------------------------------------------

POLICIES = [
    ("timezone: UTC", "timezone: Europe/Berlin", ["time zone: UTC → Europe/Berlin"]),
    ("calendar: {week: mon-fri}", "calendar: {week: mon-sat}", ["the working days change"]),
    (
        "workflow: [{state: ready, kind: backlog}, {state: doing, kind: active}, {state: done, kind: done}]",
        "workflow: [{state: doing, kind: waiting}, {state: ready, kind: backlog}, {state: shut, kind: done}]",
        [
            "state doing: active → waiting",
            "new state shut, done",
            "no state done any more",
            "the states are in another order: doing, ready, shut",
        ],
    ),
    (
        "limits: [{states: [doing], max: 2}, {per: person, max: 2}]",
        "limits: [{states: [doing], max: 3, mode: warn}, {type: project, min: 1}]",
        [
            "limit Doing: at most 2 → 3, mode reason → warn",
            "new limit: At least 1 project item in progress",
            "no limit any more: At most 2 items for each person in progress",
        ],
    ),
    (
        "types: {request: {}, incident: {planned: false}}",
        "types: {incident: {}, change: {}}",
        [
            "type incident: planned no → yes",
            "new type change",
            "no type request any more",
            "the first of the types: request → incident",
        ],
    ),
    (
        "classes: {standard: {}, expedite: {}}",
        "classes: {standard: {}, expedite: {beyond_limits: true}}",
        ["class expedite: beyond limits no → yes"],
    ),
    (
        "expectations: [{within: 10d, share: 0.85}]",
        "expectations: [{within: 8d, share: 0.85}]",
        [
            "now expected: 85% of items are finished within 8 days",
            "no longer expected: 85% of items are finished within 10 days",
        ],
    ),
    (
        "allocation: {request: 40, project: 60}",
        "allocation: {request: 50}",
        ["share of request: 40% → 50%", "share of project: 60% → none"],
    ),
    (
        "rules: {stale: {after: 14d}, overdue: off}",
        "rules: {stale: {after: 21d, severity: error}, over-age: off}",
        [
            "rule over-age: the default → off",
            "rule overdue: off → the default",
            "rule stale: after 14 days → after 21 days, error",
        ],
    ),
    ("fields: {risk: {type: string}}", "fields: {risk: {enum: [a]}}", ["field risk: another form"]),
    (
        "people: {maria: {name: Maria, emails: [a@b.example], skills: [tls]}, ben: {name: Ben Adler}}",
        "people: {maria: {name: Maria, emails: [c@d.example], capacity: 0.5, skills: [tls, dns], "
        "away: [{start: 2026-01-01, end: 2026-01-02}]}, cy: {name: cy}}",
        [
            "person maria: capacity 1 → 0.5, skills tls → tls and dns, days away changed, addresses changed",
            "new person cy",
            "no person ben (Ben Adler) any more",
        ],
    ),
    (
        "OPS-9: {state: done}",
        "people: {maria: {name: M}}",
        ["people are no longer free names: the list has 1"],
    ),
    (
        "vendors: {a: {name: A}, b: {name: B}}",
        "OPS-9: {state: done}",
        ["vendors are free names now: the list of 2 is gone"],
    ),
    (
        "services: {web: {name: Web, maintenance: {every: 30d}, public: Shop}}",
        "services: {web: {name: Web, vendor: acme, maintenance: {every: 90d}, public: Our shop}}",
        ["service web: vendor none → acme, maintenance every 30 days → 90 days, text for employees changed"],
    ),
    (
        "projects: {NET: {title: Net, budget: 1000}}",
        "projects: {NET: {title: Net, due: 2026-05-01, budget: 2500}}",
        ["project NET: due none → 2026-05-01, budget 1,000 → 2,500"],
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "said"), POLICIES, ids=[before[:30] for before, _, _ in POLICIES]
)
def test_changes_of_the_board_itself_are_told_in_words(before: str, after: str, said: list[str]) -> None:
    shown = view(before, after)
    assert [row["words"] for row in shown["policies"]] == said
    assert list(strange(shown)) == []


def test_nobody_reads_why_somebody_is_away_or_where_to_write_to_them() -> None:
    shown = view(*POLICIES[10][:2])
    assert "example" not in str(shown["policies"]) and "2026-01" not in str(shown["policies"])


def test_rules_of_the_other_side_judge_and_the_own_ones_are_told() -> None:
    facts = of(
        "limits: [{states: [doing], max: 1}]",
        "limits: [{states: [doing], max: 2}]",
        "OPS-1..OPS-2: {state: doing}",
    )
    assert facts.base is not None
    judged = replace(facts, board=facts.board._replace(limits=facts.base.board.limits), written=facts.board)
    shown = told(judged)
    assert limits(shown) == {"Doing": "2 of 2 (the limit was 1)"}
    assert [row["words"] for row in shown["policies"]] == ["limit Doing: at most 1 → 2"]


# -- findings ---------------------------------------------------------------------------------------


def messages(view: View, kind: str) -> list[str]:
    return [f"{row['severity']}: {row['message']}" for row in view["findings"][kind]]


def test_findings_are_made_worse_waived_and_mended_and_errors_come_first() -> None:
    both = (
        "limits: [{states: [doing], max: 1}]\nOPS-1..OPS-2: {state: doing, assignees: [a]}\ntoday: 2026-03-20"
    )
    before = "OPS-3: {state: ready}\nOPS-4: {state: ready, due: 2026-03-01}\nOPS-5: {state: ready}"
    after = """
OPS-3: {state: doing, assignees: [a]}
OPS-4: {state: ready}
OPS-5: {state: ready, due: 2026-03-01, allow: {overdue: {reason: the customer waits}}}
OPS-6: {state: ready, depends_on: [OPS-6]}
OPS-7: {state: ready, due: 2026-03-02}
"""
    shown = view(before, after, both)
    assert messages(shown, "made") == [
        "error: OPS-6 depends on itself",
        "warning: OPS-7 was due on 2026-03-02, 18 days ago, and is in `ready`",
    ]
    assert messages(shown, "worse") == [
        "error: 3 items are in `doing`, and the limit is 1: OPS-1, OPS-2 and OPS-3"
    ]
    assert (
        shown["findings"]["worse"][0]["before"]
        == "2 items are in `doing`, and the limit is 1: OPS-1 and OPS-2"
    )
    assert messages(shown, "mended") == [
        "warning: OPS-4 was due on 2026-03-01, 19 days ago, and is in `ready`"
    ]
    assert [(row["item"], row["waiver"]["reason"]) for row in shown["findings"]["waived"]] == [
        ("OPS-5", "the customer waits")
    ]
    assert "2 new findings, 1 worse, 1 mended" in shown["summary"]


def test_policies_are_told_once_and_with_what_comes_and_goes_among_the_findings() -> None:
    facts = of(
        "limits: [{states: [doing], max: 1}]\nrules: {stale: {after: 7d}}",
        "limits: [{states: [doing], max: 2}]\nrules: {stale: {after: 9d}}",
        "OPS-1..OPS-2: {state: doing, assignees: [a]}",
    )
    assert facts.base is not None
    shown = told(beside(facts.base, facts, "base"))
    assert messages(shown, "made") == [
        "note: the limit of items in `doing` is 2, and was 1; 1 finding goes with it"
    ]
    assert [row["words"].partition(":")[0] for row in shown["policies"]] == ["limit Doing", "rule stale"]


def test_a_limit_that_comes_beside_another_of_the_same_items_changes_nothing_in_that() -> None:
    one = "limits:\n  - {name: a, states: [doing], max: 7}\n  - {name: b, states: [doing], min: 2}"
    shown = view(one, f"{one.replace('min: 2', 'min: 3')}\n  - {{name: c, states: [doing], max: 9}}")
    assert [row["words"] for row in shown["policies"]] == [
        "limit b: at least 2 → 3",
        "new limit: At most 9 items in Doing",
    ]
    renamed = view(
        "limits: [{name: a, states: [doing], max: 7}]", "limits: [{name: b, states: [doing], max: 7}]"
    )
    assert [row["words"] for row in renamed["policies"]] == ["limit b: name a → b"]


# -- ages -------------------------------------------------------------------------------------------

PAST = "\n".join(
    f"2026-01-{day:02} OPS-{day}: {{state: doing}}\n2026-01-{day + days:02} OPS-{day}: {{state: done}}"
    for day, days in ((5, 1), (6, 2), (7, 2), (8, 3), (9, 3), (12, 4), (13, 9), (14, 10))
)


def ordered(history: str) -> str:
    return "\n".join(sorted(history.splitlines()))


def test_items_in_progress_tell_their_age_and_the_chance_to_miss_what_is_expected() -> None:
    both = "expectations: [{within: 4d, share: 0.85}]\ntoday: 2026-02-03"
    after = ordered(PAST + "\n2026-02-01 OPS-40: {state: doing}\n2026-01-20 OPS-41: {state: doing}")
    shown = view("OPS-50: {state: ready}", f"OPS-50: {{state: ready}}\n{after}", both)
    assert [
        (row["id"], row["age"]["days"], row["expectation"]["chance_to_miss_share"], row["expectation"]["n"])
        for row in shown["risk"]["rows"]
    ] == [("OPS-41", 15, 1.0, 0), ("OPS-40", 3, 0.4286, 7)]
    assert shown["risk"]["reason"] == ""


def test_without_a_history_there_is_no_age_and_the_reason_why() -> None:
    shown = view(item("state: ready"), item("state: doing"))
    assert shown["risk"] == {"rows": [], "reason": "the board is not in a Git repository"}


# -- the summary ------------------------------------------------------------------------------------


def test_the_summary_counts_everything_once() -> None:
    before = "OPS-1..OPS-3: {state: ready}\nOPS-4: {state: doing}\nOPS-5: {state: review}\nOPS-6..OPS-7: {state: ready}"
    after = """
OPS-1..OPS-3: {state: doing}
OPS-4: {state: ready}
OPS-5: {state: done}
OPS-6: {state: ready, blocked: {reason: x}}
OPS-7: {state: ready, due: 2026-12-01, labels: [a]}
OPS-8: {state: inbox}
"""
    shown = view(before, after, "rules: {unassigned-work: off}")
    assert shown["summary"] == "4 items move (1 back), 1 new, 1 finished, 1 blocked, 1 rescheduled"


def test_a_large_board_costs_what_changes() -> None:
    both = "OPS-1..OPS-3000: {state: ready}"
    shown = view("OPS-3001: {state: ready}", "OPS-3001: {state: review, assignees: [a]}", both)
    assert shown["items"] == {"before": 3001, "after": 3001, "changed": 1}
    assert len(str(shown)) < 5_000


# -- people ---------------------------------------------------------------------------------------


def test_whom_a_change_puts_over_capacity_is_told_and_whom_it_leaves_there_only_counted() -> None:
    both = """
today: 2026-03-20
people: {maria: {name: Maria}, ben: {name: Ben}, ida: {name: Ida}, sam: {name: Sam, away: [{start: 2026-03-16, end: 2026-03-24}]}}
limits: [{per: person, states: [doing], max: 1}]
OPS-1: {state: doing, assignees: [maria]}
OPS-2..OPS-3: {state: doing, assignees: [ben]}
OPS-4: {state: doing, assignees: [ida]}
"""
    before = "OPS-5: {state: ready}\nOPS-6: {state: doing, assignees: [ida]}\nOPS-7: {state: doing}"
    after = "OPS-5: {state: doing, assignees: [maria]}\nOPS-6: {state: ready}\nOPS-7: {state: doing, assignees: [sam]}"
    people = view(before, after, both)["people"]
    assert [(row["person"], row["kind"], row["words"], row["items"]) for row in people["made"]] == [
        ("maria", "limit", "Maria holds 2 in Doing, the limit is 1", ["OPS-1", "OPS-5"]),
        ("sam", "away", "Sam is away until 2026-03-24 with 1 item in progress", ["OPS-7"]),
    ]
    assert (people["worse"], people["left"]) == ([], 1)
    assert [row["words"] for row in people["mended"]] == ["Ida is no longer over capacity"]


def test_who_is_further_over_capacity_is_worse_and_not_new() -> None:
    both = "limits: [{per: person, max: 1}]\nOPS-1..OPS-2: {state: doing, assignees: [maria]}"
    people = view("OPS-3: {state: ready}", "OPS-3: {state: doing, assignees: [maria]}", both)["people"]
    assert [row["words"] for row in people["worse"]] == ["maria holds 3 in progress, the limit is 1"]
    assert (people["made"], people["mended"], people["left"]) == ([], [], 0)

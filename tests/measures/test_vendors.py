"""How long work waits for vendors, and what they promised."""

from tests.measures.asked import evidence, figure, pick

BOARD = """
today: 2026-03-13
vendors:
  acme: {name: Acme, contract_ends: 2026-06-11, answer_within: 2d}
  bolt: {name: Bolt, contract_ends: 2026-06-12}
2026-03-02 OPS-1: {state: doing, blocked: {reason: no answer, by: vendor:acme}}
2026-03-03 OPS-2: {state: doing, blocked: {reason: no parts, by: vendor:bolt}}
2026-03-04 OPS-1: {state: doing}
2026-03-05 OPS-1: {state: doing, blocked: {reason: no answer again, by: vendor:acme}}
2026-03-08 OPS-1: {state: doing}
2026-03-08 OPS-2: {state: doing}
2026-03-09 OPS-3: {state: doing, blocked: {reason: lost, by: vendor:acme}}
2026-03-12 OPS-4: {state: doing, blocked: {reason: just asked, by: vendor:acme}}
2026-03-12 OPS-5: {state: doing, blocked: {reason: a colleague is ill, by: team:net}}
"""


def test_waits_are_summed_up_by_vendor_and_held_against_the_promise() -> None:
    found = figure("vendors", BOARD)
    assert pick(
        found["rows"], "vendor", "waited_days", "waits", "mean_days", "longest_days", "waiting_now"
    ) == [
        ("acme", 2 + 3 + 4 + 1, 4, 2.5, 4, 2),
        ("bolt", 5, 1, 5, 5, 0),
    ]
    assert pick(found["rows"], "promised_days", "judged", "kept", "kept_share") == [
        (2, 3, 1, round(1 / 3, 6)),
        (None, 0, 0, None),
    ]
    assert (found["waited_days"], found["waiting_now"], found["late_now"], found["n"]) == (15, 2, 1, 5)
    assert found["title"] == "1 item waits for a vendor for longer than was promised"


def test_what_waits_now_is_listed_longest_first() -> None:
    assert pick(
        figure("vendors", BOARD)["waiting"], "id", "vendor", "since_on", "days", "late", "reason"
    ) == [
        ("OPS-3", "Acme", "2026-03-09", 5, True, "lost"),
        ("OPS-4", "Acme", "2026-03-12", 2, False, "just asked"),
    ]


def test_contracts_that_end_within_ninety_days_are_named() -> None:
    found = figure("vendors", BOARD)
    assert pick(found["rows"], "contract_ends_on", "contract_days", "contract_soon") == [
        ("2026-06-11", 90, True),
        ("2026-06-12", 91, False),
    ]
    assert found["subtitle"].endswith("Contracts that end soon: Acme.")


def test_each_wait_stands_behind_it() -> None:
    assert evidence("vendors", BOARD)[:2] == [
        ("OPS-1", "blocked by vendor:acme", 2),
        ("OPS-2", "blocked by vendor:bolt", 5),
    ]


def test_without_waits_there_are_words() -> None:
    found = figure("vendors", "2026-03-02 OPS-1: {state: doing, vendor: acme}")
    assert (found["reason"], found["kept_share"], found["rows"]) == (
        "No item was blocked by a vendor in this time.",
        None,
        [],
    )


def test_items_that_name_a_vendor_and_stand_in_waiting_states_are_counted_beside() -> None:
    found = figure(
        "vendors",
        """
today: 2026-03-13
2026-03-02 OPS-1: {state: vendor, vendor: acme}
2026-03-03 OPS-2: {state: vendor}
2026-03-04 OPS-1: {state: vendor, vendor: acme, blocked: {reason: no permit, by: vendor:acme}}
2026-03-07 OPS-1: {state: vendor, vendor: acme}
2026-03-08 OPS-1: {state: review, vendor: acme}
""",
    )
    assert pick(found["rows"], "vendor", "waited_days", "in_waiting_days") == [("acme", 3, 3)]

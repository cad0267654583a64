"""Expectations: which fits, whether it was kept, how likely it is to be missed."""

import pytest

from opsflow.flow import expectation
from opsflow.flow.expectation import Chance, Kept
from opsflow.model import Expectation

ALL = Expectation(10, 0.85)
INCIDENT = Expectation(2, 0.95, type="incident")
SERVICE = Expectation(3, 0.9, service="mail")
BOTH = Expectation(1, 0.9, type="incident", service="mail")
GIVEN = (ALL, INCIDENT, SERVICE, BOTH)


@pytest.mark.parametrize(
    ("type", "services", "expected"),
    [
        ("request", (), ALL),
        ("incident", (), INCIDENT),
        ("request", ("vpn", "mail"), SERVICE),
        ("incident", ("mail",), BOTH),
    ],
)
def test_the_expectation_that_names_most_applies(
    type: str, services: tuple[str, ...], expected: Expectation
) -> None:
    assert expectation.applies(GIVEN, type, "standard", services) == expected


def test_of_equals_the_first_applies_and_without_one_that_fits_none() -> None:
    assert expectation.applies((INCIDENT, SERVICE), "incident", "standard", ("mail",)) == INCIDENT
    assert expectation.applies((INCIDENT,), "request", "standard", ()) is None


def test_a_time_equal_to_the_expectation_keeps_it() -> None:
    assert expectation.kept(ALL, [1, 10, 11]) == Kept(2, 3)
    assert expectation.kept(ALL, []).share is None


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (1, Chance(0.15, 20)),
        (11, Chance(0.3, 10)),
        (15, Chance(0.5, 6)),
        (16, Chance(0.6, 5)),
        (17, Chance(None, 4)),
        (18, Chance(1.0, 3)),
        (30, Chance(1.0, 0)),
    ],
)
def test_the_chance_to_miss_grows_with_age(age: int, expected: Chance) -> None:
    assert expectation.chance_to_miss(17, age, range(1, 21)) == expected


def test_an_expectation_reads_as_a_sentence() -> None:
    assert [
        expectation.sentence(each) for each in (ALL, INCIDENT, BOTH, Expectation(5, 0.995, class_="expedite"))
    ] == [
        "85% of items are finished within 10 days",
        "95% of incident items are finished within 2 days",
        "90% of incident items for mail are finished within 1 day",
        "99.5% of expedite items are finished within 5 days",
    ]


def test_of_several_shares_for_the_same_items_the_first_leads() -> None:
    half, most, other = (
        Expectation(within=5, share=0.5),
        Expectation(within=12, share=0.85),
        Expectation(within=2, share=0.5, type="incident"),
    )
    assert [expectation.alike((half, other, most), each) for each in (half, most, other)] == [
        half,
        half,
        other,
    ]

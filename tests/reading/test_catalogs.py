"""people.yaml and catalog.yaml."""

from __future__ import annotations

from datetime import date, timedelta

from opsflow.model import (
    CATALOG_FILE,
    PEOPLE_FILE,
    Away,
    Fault,
    Keys,
    Person,
    Project,
    Service,
    Spot,
    Team,
    Vendor,
)
from opsflow.reading import catalogs

PEOPLE = b"""\
people:
  maria:
    name: Maria Keller
    team: net
    capacity: 0.8
    skills: [tls, dns]
    emails: [maria@example.com]
    away:
      - {start: 2026-12-21, end: 2027-01-03}
  jo: {name: Jo}
teams:
  net: {name: Network}
"""
CATALOG = b"""\
services:
  vpn: {name: VPN, owner: team:net, vendor: acme, maintenance: {every: 90d}, public: Remote access}
  mail: {name: Mail}
vendors:
  acme: {name: Acme, contract_ends: 2027-06-30, answer_within: 2d}
projects:
  PRJ-7: {title: Move mail, owner: maria, due: 2027-03-31, budget: 1000, value: 5000.5, cost_of_delay: 10, public: New mail}
"""


def _spots(faults: tuple[Fault, ...]) -> list[tuple[Keys, str]]:
    return [(fault.judgement.where.keys, fault.judgement.message) for fault in faults]  # type: ignore[union-attr]


def test_every_key_of_people_is_read() -> None:
    assert catalogs.people(PEOPLE) == catalogs.People(
        {
            "maria": Person(
                "maria",
                "Maria Keller",
                "net",
                0.8,
                ("tls", "dns"),
                (Away(date(2026, 12, 21), date(2027, 1, 3)),),
                ("maria@example.com",),
                Spot(PEOPLE_FILE, ("people", "maria")),
            ),
            "jo": Person("jo", "Jo", spot=Spot(PEOPLE_FILE, ("people", "jo"))),
        },
        {"net": Team("net", "Network")},
        (),
    )


def test_every_key_of_the_catalog_is_read() -> None:
    assert catalogs.catalog(CATALOG) == catalogs.Catalog(
        {
            "vpn": Service(
                "vpn",
                "VPN",
                "team:net",
                "acme",
                timedelta(days=90),
                "Remote access",
                Spot(CATALOG_FILE, ("services", "vpn")),
            ),
            "mail": Service("mail", "Mail", spot=Spot(CATALOG_FILE, ("services", "mail"))),
        },
        {
            "acme": Vendor(
                "acme", "Acme", date(2027, 6, 30), timedelta(days=2), Spot(CATALOG_FILE, ("vendors", "acme"))
            )
        },
        {
            "PRJ-7": Project(
                "PRJ-7",
                "Move mail",
                "maria",
                date(2027, 3, 31),
                1000,
                5000.5,
                10,
                "New mail",
                Spot(CATALOG_FILE, ("projects", "PRJ-7")),
            )
        },
        (),
    )


def test_names_are_free_where_a_file_or_a_section_is_not_there() -> None:
    assert catalogs.people(None) == catalogs.People(None, None, ())
    assert catalogs.catalog(None) == catalogs.Catalog(None, None, None, ())
    assert catalogs.people(b"teams: {net: {name: Net}}\n") == catalogs.People(
        None, {"net": Team("net", "Net")}, ()
    )


def test_names_are_free_where_a_file_cannot_be_read() -> None:
    found = catalogs.people(b"people: {")
    assert (found.people, found.teams, len(found.faults)) == (None, None, 1)


def test_an_entry_that_is_wrong_keeps_its_name() -> None:
    found = catalogs.people(
        b"people: {a: {name: A, capacity: 2}, b: {team: x}, c: , d: {name: D, skils: [x]}}\n"
    )
    assert found.people == {
        key: Person(key, name, team, skills=skills, spot=Spot(PEOPLE_FILE, ("people", key)))
        for key, name, team, skills in (
            ("a", "A", "", ()),
            ("b", "b", "", ()),
            ("c", "c", "", ()),
            ("d", "D", "", ("x",)),
        )
    }
    assert sorted(_spots(found.faults)) == [
        (("people", "a", "capacity"), "`capacity` is `2`, and 1 is the most"),
        (("people", "b", "name"), "`name` is missing in `b`"),
        (("people", "c"), "`c` has no value"),
        (("people", "d", "skils"), "`skils` is not a key of `d`; did you mean `skills`?"),
    ]


def test_a_misspelt_section_counts_as_what_it_was_meant_to_be() -> None:
    found = catalogs.people(b"peple: {a: {}}\n")
    assert found.people == {"a": Person("a", "a", spot=Spot(PEOPLE_FILE, ("people", "a")))}
    assert _spots(found.faults) == [
        (("peple",), "`peple` is not a key of people.yaml; did you mean `people`?")
    ]


def test_days_away_that_end_before_they_start_do_not_count() -> None:
    found = catalogs.people(b"people: {a: {name: A, away: [{start: 2026-12-02, end: 2026-12-01}]}}\n")
    assert found.people == {"a": Person("a", "A", spot=Spot(PEOPLE_FILE, ("people", "a")))}
    assert _spots(found.faults) == [(("people", "a", "away", 0), "the days away end before they start")]

"""people.yaml and catalog.yaml: who does the work, and what items may name.

A section that is not there is None: its names are free. An entry that is wrong keeps its name, so
that nothing that names it is wrong, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from opsflow.model import (
    CATALOG_FILE,
    PEOPLE_FILE,
    Away,
    Fault,
    Judgement,
    Person,
    Project,
    Service,
    Spot,
    Team,
    Vendor,
)
from opsflow.reading import documents, schema, values


class People(NamedTuple):
    """What people.yaml says."""

    people: dict[str, Person] | None
    teams: dict[str, Team] | None
    faults: tuple[Fault, ...]


class Catalog(NamedTuple):
    """What catalog.yaml says."""

    services: dict[str, Service] | None
    vendors: dict[str, Vendor] | None
    projects: dict[str, Project] | None
    faults: tuple[Fault, ...]


@lru_cache(maxsize=4)
def people(data: bytes | None) -> People:
    """From the bytes of people.yaml; None where there is no such file."""
    raw, typed, faults = _document("people", PEOPLE_FILE, data)
    persons, teams = _section(raw, typed, "people"), _section(raw, typed, "teams")
    backwards = tuple(_backwards(persons))
    return People(
        None if persons is None else {key: _person(key, of) for key, of in persons.items()},
        None if teams is None else {key: Team(key, of.get("name", key)) for key, of in teams.items()},
        (*faults, *backwards),
    )


@lru_cache(maxsize=4)
def catalog(data: bytes | None) -> Catalog:
    """From the bytes of catalog.yaml; None where there is no such file."""
    raw, typed, faults = _document("catalog", CATALOG_FILE, data)
    services = _section(raw, typed, "services")
    vendors = _section(raw, typed, "vendors")
    projects = _section(raw, typed, "projects")
    return Catalog(
        None if services is None else {key: _service(key, of) for key, of in services.items()},
        None if vendors is None else {key: _vendor(key, of) for key, of in vendors.items()},
        None if projects is None else {key: _project(key, of) for key, of in projects.items()},
        faults,
    )


_Document = tuple[Mapping[str, Any], Mapping[str, Any], tuple[Fault, ...]]


def _document(kind: str, path: str, data: bytes | None) -> _Document:
    """A document as it is written, its good parts, and what is wrong."""
    if data is None:
        return {}, {}, ()
    raw, faults = documents.load(path, data)
    if raw is None:
        return {}, {}, faults
    typed, faults = schema.read(kind, path, raw)
    return schema.reader(kind).meant(raw) if faults else raw, typed, faults


def _section(raw: Mapping[str, Any], typed: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """A section with all its names; None where the file has no such section, or no usable one."""
    written = raw.get(name)
    if not isinstance(written, dict):
        return None
    return {key: typed.get(name, {}).get(key) or {} for key in written}


def _person(key: str, of: Mapping[str, Any]) -> Person:
    away = [Away(_day(days, "start"), _day(days, "end")) for days in of.get("away", ()) if days]
    return Person(
        key,
        of.get("name", key),
        of.get("team", ""),
        float(of.get("capacity", 1)),
        _texts(of, "skills"),
        tuple(days for days in away if days.start <= days.end),
        _texts(of, "emails"),
        Spot(PEOPLE_FILE, ("people", key)),
    )


def _backwards(persons: Mapping[str, Any] | None) -> list[Fault]:
    """Days away that end before they start."""
    return [
        Fault("misshapen", Judgement(Spot(PEOPLE_FILE, ("people", key, "away", at)), _BACKWARDS, _SWAP))
        for key, of in (persons or {}).items()
        for at, days in enumerate(of.get("away", ()))
        if days and _day(days, "end") < _day(days, "start")
    ]


_BACKWARDS = "the days away end before they start"
_SWAP = "Swap `start` and `end`."


def _service(key: str, of: Mapping[str, Any]) -> Service:
    every = of.get("maintenance", {}).get("every")
    return Service(
        key,
        of.get("name", key),
        of.get("owner", ""),
        of.get("vendor", ""),
        values.duration(every) if every else None,
        of.get("public", ""),
        Spot(CATALOG_FILE, ("services", key)),
    )


def _vendor(key: str, of: Mapping[str, Any]) -> Vendor:
    within = of.get("answer_within")
    return Vendor(
        key,
        of.get("name", key),
        _day(of, "contract_ends") if "contract_ends" in of else None,
        values.duration(within) if within else None,
        Spot(CATALOG_FILE, ("vendors", key)),
    )


def _project(key: str, of: Mapping[str, Any]) -> Project:
    return Project(
        key,
        of.get("title", key),
        of.get("owner", ""),
        _day(of, "due") if "due" in of else None,
        of.get("budget"),
        of.get("value"),
        of.get("cost_of_delay"),
        of.get("public", ""),
        Spot(CATALOG_FILE, ("projects", key)),
    )


def _day(of: Mapping[str, Any], key: str) -> date:
    """A date that the schema has seen."""
    return values.day(of[key]) or date.min


def _texts(of: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(text for text in of.get(key, ()) if text)

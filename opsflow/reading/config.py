"""opsflow.yaml becomes a board without items. What is wrong in it is left out, and the rest counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

from opsflow.model import (
    BOARD_FILE,
    READING_RULES,
    Board,
    Calendar,
    ClassOfService,
    Expectation,
    Fault,
    ItemType,
    Judgement,
    Keys,
    Kind,
    Limit,
    Link,
    Mode,
    Place,
    RuleSetting,
    Severity,
    Site,
    Spot,
    State,
)
from opsflow.reading import conversion, documents, schema, values

MOST_STATES = 200
"""States of a workflow that count: charts and pages have one column or colour for each."""
ITEM_GLOBS = ("items/**", "archive/**")
"""Where items are, unless `items:` says otherwise."""
_CLASSES = ("expedite", "fixed-date", "standard", "intangible")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SELECTORS = ("person", "team", "type", "class", "service", "project")


class Config(NamedTuple):
    """What opsflow.yaml says."""

    board: Board
    """Without items, people and catalog."""
    faults: tuple[Fault, ...]
    usable: bool
    """False where the file is not there or cannot be read, or has no workflow: nothing can be judged then."""


@lru_cache(maxsize=4)
def read(data: bytes | None) -> Config:
    """The configuration, from the bytes of opsflow.yaml; None where there is no such file."""
    if data is None:
        fault = Fault(
            "unreadable-file",
            Judgement(Place(BOARD_FILE), "the board has no opsflow.yaml", "Run `opsflow init`."),
        )
        return Config(_nothing(), (fault,), False)
    raw, faults = documents.load(BOARD_FILE, data)
    if raw is None:
        return Config(_nothing(), faults, False)
    typed, faults = schema.read("board", BOARD_FILE, raw)
    written = schema.reader("board").meant(raw) if faults else raw
    board, more = _Making(typed, written).board()
    return Config(board, (*faults, *more), bool(board.states))


def _nothing() -> Board:
    return Board(name="", key="", states=(), items={}, types=_types({}), classes=_classes({}))


class _Making:
    """Builds the board, and notes what no JSON Schema can say."""

    def __init__(self, typed: Mapping[str, Any], raw: Mapping[str, Any]) -> None:
        self.typed = typed
        """The good parts."""
        self.raw = raw
        """All that is written."""
        self.faults: list[Fault] = []

    def wrong(self, keys: Keys, message: str, hint: str = "") -> None:
        self.faults.append(Fault("misshapen", Judgement(Spot(BOARD_FILE, keys), message, hint)))

    def board(self) -> tuple[Board, tuple[Fault, ...]]:
        typed = self.typed
        board = Board(
            name=typed.get("board", ""),
            key=typed.get("key", ""),
            states=tuple(self.states()),
            items={},
            timezone=typed.get("timezone", "UTC"),
            calendar=_calendar(typed.get("calendar", {})),
            types=_types(self.section("types")),
            classes=_classes(self.section("classes")),
            limits=(*self.state_limits(), *self.limits()),
            expectations=tuple(_expectations(typed.get("expectations", ()))),
            allocation=self.allocation(),
            rules={name: self.setting(name, value) for name, value in typed.get("rules", {}).items()},
            fields=self.fields(),
            currency=typed.get("currency", ""),
            ids=typed.get("ids", "random"),
            ignore_revs=typed.get("ignore_revs", ""),
            sources=self.sources(),
            site=_site(typed.get("site", {})),
            item_globs=tuple(glob for glob in typed.get("items", ITEM_GLOBS) if glob),
        )
        return board, tuple(self.faults)

    def section(self, name: str) -> dict[str, Any]:
        """A section with all its names: those whose value was left out have nothing set."""
        raw, typed = self.raw.get(name), self.typed.get(name, {})
        names = raw if isinstance(raw, dict) else {}
        return {key: typed.get(key) or {} for key in names}

    def entries(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The good entries of a list, each with its position in the file."""
        return ((at, entry) for at, entry in enumerate(self.typed.get(name, ())) if entry is not None)

    def states(self) -> Iterator[State]:
        seen: dict[str, int] = {}
        before: dict[str, str] = {}
        written = len(self.typed.get("workflow", ()))
        if written > MOST_STATES:
            message = (
                f"the workflow has {written} states, and {MOST_STATES} are the most; the first ones count"
            )
            self.wrong(("workflow",), message, "Keep what differs between items in fields, not in states.")
        names = {entry["state"] for _, entry in self.workflow()}
        for at, entry in self.workflow():
            name = entry["state"]
            if name in seen:
                message = f"the state `{name}` is given twice, in entries {seen[name] + 1} and {at + 1}"
                self.wrong(("workflow", at, "state"), message, "Give one of them another name.")
                continue
            seen[name] = at
            was = tuple(old for old in dict.fromkeys(entry.get("was", ())) if old)
            for old in was:
                other = before.setdefault(old, name)
                if old in names:
                    message = f"`{name}` was `{old}`, and there is a state `{old}`"
                    self.wrong(("workflow", at, "was"), message, "Take it out: a name is one state's.")
                elif other != name:
                    message = f"`{name}` was `{old}`, and so was `{other}`"
                    self.wrong(("workflow", at, "was"), message, "Take it out of one of them.")
            own = tuple(old for old in was if old not in names and before[old] == name)
            yield State(name, Kind(entry["kind"]), entry.get("title", ""), entry.get("policy", ""), own)

    def workflow(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The states that count."""
        return takewhile(lambda pair: pair[0] < MOST_STATES, self.entries("workflow"))

    def state_limits(self) -> Iterator[Limit]:
        seen: set[str] = set()
        for at, entry in self.workflow():
            name = entry["state"]
            self.crossed(("workflow", at, "min"), entry, "wip")
            if name not in seen and ("wip" in entry or "min" in entry):
                spot = Spot(BOARD_FILE, ("workflow", at, "wip" if "wip" in entry else "min"))
                mode = Mode(entry.get("mode", Mode.REASON))
                yield Limit(name, spot, _whole(entry.get("wip")), _whole(entry.get("min")), mode, (name,))
            seen.add(name)

    def limits(self) -> Iterator[Limit]:
        for at, entry in self.entries("limits"):
            raw = self.raw["limits"][at]
            if "max" not in raw and "min" not in raw:
                self.wrong(
                    ("limits", at), f"entry {at + 1} of `limits` has no `max` and no `min`", "Give it one."
                )
            self.crossed(("limits", at, "min"), entry, "max")
            if "max" in entry or "min" in entry:
                yield _limit(at, entry)

    def crossed(self, keys: Keys, entry: dict[str, Any], most: str) -> None:
        """Reports a least number over the most, which nothing can keep, and goes on without it."""
        if {"min", most} <= entry.keys() and entry["min"] > entry[most]:
            least = entry.pop("min")
            message = f"`min` is {least:g}, and `{most}` is {entry[most]:g}: nothing can keep both"
            self.wrong(keys, message, f"Write a `min` that is at most `{most}`.")

    def allocation(self) -> dict[str, float]:
        shares: dict[str, float] = self.typed.get("allocation", {})
        total = sum(shares.values())
        if total > 100.001:
            self.wrong(
                ("allocation",), f"`allocation` adds up to {total:g} per cent", "Give away 100 at most."
            )
        return shares

    def setting(self, name: str, value: Any) -> RuleSetting:
        """A rule's setting. A rule of reading is never weaker than a warning."""
        setting = _setting(value)
        if name not in READING_RULES or not (setting.off or setting.severity is Severity.NOTE):
            return setting
        keys: Keys = ("rules", name) if isinstance(value, str) else ("rules", name, "severity")
        weaker = "off" if setting.off else "a note"
        message = f"{name} cannot be {weaker}: a file that cannot be read must be seen"
        self.wrong(keys, message, "Write `warning`, or leave it out: it is an error then.")
        return RuleSetting(False, Severity.WARNING, setting.options)

    def fields(self) -> dict[str, Mapping[str, Any]]:
        known = schema.document("item")["properties"]
        out: dict[str, Mapping[str, Any]] = {}
        for name, raw in self.section("fields").items():
            field = _field(raw)
            reason = schema.bad_field(field)
            if name in known:
                message = f"`{name}` is a key of every item, and cannot be a field of the board's own"
                self.wrong(("fields", name), message, "Choose another name.")
                continue
            if reason:
                hint = "Correct it; until then the field takes any value."
                self.wrong(("fields", name), f"`{name}` is no usable JSON Schema: {reason}", hint)
            out[name] = {} if reason else field
        return out

    def sources(self) -> tuple[Any, ...]:
        """The section as it is written; reading/sources.py makes use of it."""
        raw = self.raw.get("sources")
        if "sources" not in self.raw:
            return ()
        _, faults = schema.sources_reader()(BOARD_FILE, raw)
        self.faults += faults
        return tuple(raw) if isinstance(raw, list) else ()


def _site(section: Mapping[str, Any]) -> Site:
    accent = section.get("accent") or {}
    both = {"light": accent, "dark": accent} if isinstance(accent, str) else accent
    request = section.get("request")
    return Site(
        title=section.get("title", ""),
        logo=section.get("logo", ""),
        accent=(both["light"], both["dark"]) if len(both) == 2 else None,
        links=tuple(Link(each["title"], each["url"]) for each in section.get("links", ()) if each),
        start=section.get("start", ""),
        request=Link(request["title"], request["url"]) if request else None,
        intro=section.get("intro", {}),
        away=section.get("away", False),
    )


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)


def _types(section: Mapping[str, Any]) -> dict[str, ItemType]:
    types = {
        name: ItemType(name, of.get("planned", True), of.get("title", "")) for name, of in section.items()
    }
    return types or {"task": ItemType("task")}


def _classes(section: Mapping[str, Any]) -> dict[str, ClassOfService]:
    section = section or {name: {"beyond_limits": name == "expedite"} for name in _CLASSES}
    return {
        name: ClassOfService(name, of.get("beyond_limits", False), of.get("title", ""))
        for name, of in section.items()
    }


def _calendar(section: Mapping[str, Any]) -> Calendar:
    week, holidays = section.get("week", "mon-fri"), section.get("holidays", ())
    days = _week(week) if isinstance(week, str) else frozenset(_DAYS.index(day) for day in week if day)
    codes = (holidays,) if isinstance(holidays, str) else tuple(code for code in holidays if code)
    return Calendar(days, codes)


def week(text: str) -> frozenset[int] | None:
    """The days of `mon-fri`, `sun-thu` or `mon,wed,fri`; None where it names none."""
    parts = [part.strip().lower() for part in text.split(",")]
    if not all(day in _DAYS for part in parts for day in part.split("-", 1)):
        return None
    return frozenset(day for part in parts for day in _week(part))


def _week(text: str) -> frozenset[int]:
    """The days of `mon-fri`, or of `sun-thu` round the end of the week."""
    first, _, last = text.partition("-")
    start, length = _DAYS.index(first), (_DAYS.index(last or first) - _DAYS.index(first)) % 7
    return frozenset((start + step) % 7 for step in range(length + 1))


def _limit(at: int, entry: Mapping[str, Any]) -> Limit:
    chosen = {name: entry.get(name, "") for name in _SELECTORS}
    states = tuple(state for state in entry.get("states", ()) if state)
    return Limit(
        name=entry.get("name") or limit_name(states, entry.get("per", ""), chosen.items()),
        spot=Spot(BOARD_FILE, ("limits", at)),
        max=_whole(entry.get("max")),
        min=_whole(entry.get("min")),
        mode=Mode(entry.get("mode", Mode.REASON)),
        states=states,
        per=entry.get("per", ""),
        person=chosen["person"],
        team=chosen["team"],
        type=chosen["type"],
        class_=chosen["class"],
        service=chosen["service"],
        project=chosen["project"],
    )


def limit_name(states: tuple[str, ...], per: str, chosen: Iterable[tuple[str, str]]) -> str:
    """What to call a limit without a name: `doing and review, per person`, `type project`."""
    parts = [" and ".join(states)] if states else []
    parts += [f"{name} {value}" for name, value in chosen if value]
    if not parts:
        parts = ["work in progress"]
    return ", ".join([*parts, *([f"per {per}"] if per else [])])


def _expectations(entries: Any) -> Iterator[Expectation]:
    for at, entry in enumerate(entries):
        if entry is not None:
            length = values.duration(entry["within"]) or timedelta(days=1)
            yield Expectation(
                within=math.ceil(length / timedelta(days=1)),
                share=float(entry["share"]),
                type=entry.get("type", ""),
                class_=entry.get("class", ""),
                service=entry.get("service", ""),
                spot=Spot(BOARD_FILE, ("expectations", at)),
            )


def _setting(value: Any) -> RuleSetting:
    chosen = value if isinstance(value, str) else value.get("severity")
    severity = Severity(chosen) if chosen and chosen != "off" else None
    options = (
        {} if isinstance(value, str) else {key: _option(of) for key, of in value.items() if key != "severity"}
    )
    return RuleSetting(chosen == "off", severity, options)


def _option(text: str) -> Any:
    """An option of a rule by the look of its text: a length of time, a number, true or false, or a text."""
    for convert in (values.duration, values.number, values.flag):
        found: Any = convert(text)
        if found is not None:
            return found
    return text


def _field(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An own field's JSON Schema; the values that it lists get its own type."""
    field = dict(raw)
    change = conversion.change(field)
    for name in ("enum", "examples"):
        if name in field:
            field[name] = [change(value) for value in field[name]]
    for name in ("const", "default"):
        if name in field:
            field[name] = change(field[name])
    if isinstance(field.get("items"), dict):
        field["items"] = _field(field["items"])
    if isinstance(field.get("properties"), dict):
        field["properties"] = {name: _field(part) for name, part in field["properties"].items()}
    return field

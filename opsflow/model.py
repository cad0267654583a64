"""The nouns: what a board, an item, a person, a commit and a finding are.

Everything here is frozen and needs the standard library alone. Moments are aware UTC datetimes,
days are dates in the board's time zone, lengths of time are timedeltas. Collections are tuples, in
the order of the file they come from, and mappings; empty means none.

They are named tuples and not dataclasses, for a dataclass takes ten times as long to make, half a
millisecond each, and every `check` would wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from opsflow.order import order_key as order_key

Tree = Mapping[str, bytes]
"""Paths, relative to the board's root and with forward slashes, to bytes: a folder, a commit, a dict."""

Keys = tuple[str | int, ...]
"""The way to a value in a document: names of keys and positions in lists, from the top."""

BOARD_FILE = "opsflow.yaml"
PEOPLE_FILE = "people.yaml"
CATALOG_FILE = "catalog.yaml"
OWN_FILES = (BOARD_FILE, PEOPLE_FILE, CATALOG_FILE)
NOTHING: Mapping[str, Any] = MappingProxyType({})
"""A mapping without anything in it."""


# -- places and findings ------------------------------------------------------------------------


class Place(NamedTuple):
    """A place in a file, as an editor counts: line and column begin at 1, columns are characters."""

    path: str
    line: int = 1
    column: int = 1
    width: int = 1
    """How many characters a caret underlines; at least 1, never past the end of the line."""


class Spot(NamedTuple):
    """A value in a document, named by its keys; `documents.locate` finds its Place when one is shown.

    Locating reads the file a second time, slowly; naming is free. So rules name, and only what is
    reported is located.
    """

    path: str
    keys: Keys = ()


class Severity(StrEnum):
    """How bad a finding is. Only an error makes `check` fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Judgement(NamedTuple):
    """What a rule says about one place; `rules.judge` makes a Finding of it."""

    where: Spot | Place
    message: str
    """One sentence that names the thing, the value and the limit."""
    hint: str = ""
    """What to do; empty takes the rule's own fix."""
    severity: Severity | None = None
    """None takes the rule's severity on this board; a WIP limit of mode `warn` sets its own."""
    waivable: bool = True
    """False where no waiver counts: a WIP limit of mode `block`."""
    waivers: tuple[tuple[str, Waiver], ...] | None = None
    """Waivers that cover it, as (item, waiver). None looks for one in the item that `where` is in."""
    subject: str = ""
    """What it is about, in words that stay the same while the file around it changes: two boards are
    compared by it. Empty takes the item, or the path, and the message."""
    extent: float = 0.0
    """How far it goes, such as the number of items over a limit: more is worse."""
    things: tuple[str, ...] = ()
    """What it counts up, such as the dependencies that are not finished: one more is worse."""


class Fault(NamedTuple):
    """What reading could not accept: the name of a reading rule, and its judgement."""

    rule: str
    """One of `READING_RULES`."""
    judgement: Judgement


READING_RULES = ("unreadable-file", "misshapen", "duplicate-id", "misnamed-file")
"""The rules that say what reading could not accept. They are warnings at least: a note, or silence, would
hide work that nobody can see."""


class Finding(NamedTuple):
    """One thing that is wrong, where, and what to do about it."""

    rule: str
    severity: Severity
    place: Place
    message: str
    hint: str
    item: str = ""
    """The id of the item that it stands in, or empty."""
    waiver: Waiver | None = None
    """Set where an item waives it: it is then listed, and counts as nothing."""
    subject: str = ""
    """What it is about, as its judgement says; never empty where a rule found it."""
    extent: float = 0.0
    """How far it goes; more is worse."""
    things: tuple[str, ...] = ()
    """What it counts up; one more is worse."""


# -- items --------------------------------------------------------------------------------------


class Waiver(NamedTuple):
    """An exception from one rule, as `allow:` grants it."""

    rule: str
    reason: str
    by: str = ""
    until: date | None = None
    """The last day on which it counts. None never ends."""


class Blocked(NamedTuple):
    """Why an item cannot go on, and who or what has to move."""

    reason: str
    by: str = ""
    """A person, `team:NAME`, `vendor:NAME`, `item:ID` or free text; empty where nobody is named."""


class Window(NamedTuple):
    """Planned maintenance, start before end."""

    start: datetime
    end: datetime


class Step(NamedTuple):
    """One line of a checklist."""

    text: str
    done: bool


class Item(NamedTuple):
    """One work item, as its file says now. Absent fields are empty or None."""

    id: str
    path: str
    title: str
    state: str
    """As written (or mapped, for a source); may be unknown to the workflow, and is then reported."""
    type: str
    class_: str
    assignees: tuple[str, ...] = ()
    requester: str = ""
    due: date | None = None
    start_after: date | None = None
    depends_on: tuple[str, ...] = ()
    part_of: str = ""
    services: tuple[str, ...] = ()
    vendor: str = ""
    skills: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    estimate: timedelta | None = None
    value: float | None = None
    cost: float | None = None
    cost_of_delay: float | None = None
    """Per day, in the board's currency, as value and cost are."""
    blocked: Blocked | None = None
    window: Window | None = None
    public: str = ""
    """What employees may read; empty keeps the item off every public page."""
    entered: Mapping[str, datetime] = NOTHING
    allow: Mapping[str, Waiver] = NOTHING
    checklist: tuple[Step, ...] = ()
    description: str = ""
    fields: Mapping[str, Any] = NOTHING
    """The board's own fields."""
    raw_state: str = ""
    """The state as a foreign record has it; equal to `state` in opsflow's own format."""
    source: int | None = None
    """The position in `sources:` that it was read through; None for opsflow's own format."""
    spots: Mapping[str, Keys] = NOTHING
    """Where a foreign record keeps a field, if not under opsflow's name for it; "" is the record itself."""

    def at(self, *keys: str | int) -> Spot:
        """The spot of one of its values: `item.at("depends_on", 1)`; of the whole item without keys."""
        if keys and keys[0] in self.spots:
            return Spot(self.path, self.spots[str(keys[0])])
        return Spot(self.path, (*self.spots.get("", ()), *keys))


# -- the board ----------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a state means. Active and waiting items are work in progress."""

    BACKLOG = "backlog"
    ACTIVE = "active"
    WAITING = "waiting"
    DONE = "done"
    DISCARDED = "discarded"


STARTED = frozenset((Kind.ACTIVE, Kind.WAITING, Kind.DONE))
"""The kinds whose first entry starts an item."""
IN_PROGRESS = frozenset((Kind.ACTIVE, Kind.WAITING))
"""The kinds whose items are work in progress."""
OVER = frozenset((Kind.DONE, Kind.DISCARDED))
"""The kinds that end an item."""


class State(NamedTuple):
    """A column of the board."""

    name: str
    kind: Kind
    title: str = ""
    """What people read; empty shows the name."""
    policy: str = ""
    """When an item may enter or leave, in words."""
    was: tuple[str, ...] = ()
    """Names that it had before: what the history says of those, it says of this state."""


class Mode(StrEnum):
    """What a broken WIP limit does."""

    WARN = "warn"
    REASON = "reason"
    BLOCK = "block"


class Limit(NamedTuple):
    """How many items may be somewhere at once. A count equal to the limit is allowed.

    `wip:` of a state becomes one, too. The selectors narrow what is counted, and all must hold; an
    empty `states` counts work in progress: every active and waiting state.
    """

    name: str
    spot: Spot
    max: int | None = None
    min: int | None = None
    mode: Mode = Mode.REASON
    states: tuple[str, ...] = ()
    per: str = ""
    """"person", "team", "type", "class", "service" or "project": one count for each. Empty: one in all."""
    person: str = ""
    team: str = ""
    type: str = ""
    class_: str = ""
    service: str = ""
    project: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it counts, in one count, whatever is in its states and does not go beyond limits."""
        narrowed = (self.per, self.person, self.team, self.type, self.class_, self.service, self.project)
        return not any(narrowed)

    @property
    def is_own(self) -> bool:
        """Whether it is the plain limit of one state, as `wip:` sets it."""
        return len(self.states) == 1 and self.is_plain


class ItemType(NamedTuple):
    """A type of work."""

    name: str
    planned: bool = True
    """False for work that comes unasked, such as incidents."""
    title: str = ""


class ClassOfService(NamedTuple):
    """A class of service."""

    name: str
    beyond_limits: bool = False
    """True: its items do not count against limits that do not name the class."""
    title: str = ""


class Expectation(NamedTuple):
    """A service level expectation: this share of items is finished within so many days."""

    within: int
    """Calendar days of cycle time, at least 1."""
    share: float
    """Over 0, at most 1."""
    type: str = ""
    class_: str = ""
    service: str = ""
    spot: Spot = Spot(BOARD_FILE)


class Calendar(NamedTuple):
    """The working days."""

    week: frozenset[int] = frozenset(range(5))
    """Monday is 0."""
    holidays: tuple[str, ...] = ()
    """Codes of the `holidays` package ("DE", "DE-BE") and dates ("2026-12-24"), as written."""


class RuleSetting(NamedTuple):
    """What a board says about one rule."""

    off: bool = False
    severity: Severity | None = None
    options: Mapping[str, Any] = NOTHING
    """Such as {"after": timedelta(days=14)}."""


class Away(NamedTuple):
    """Days, both included, on which a person is not there. Why is nobody's business."""

    start: date
    end: date


class Person(NamedTuple):
    """Somebody who does work."""

    key: str
    name: str
    team: str = ""
    capacity: float = 1.0
    """The share of a working day that this board's work gets: 0 to 1."""
    skills: tuple[str, ...] = ()
    away: tuple[Away, ...] = ()
    emails: tuple[str, ...] = ()
    spot: Spot = Spot(PEOPLE_FILE)


class Team(NamedTuple):
    key: str
    name: str


class Service(NamedTuple):
    """Something that the team runs for others."""

    key: str
    name: str
    owner: str = ""
    """A person or `team:NAME`."""
    vendor: str = ""
    maintenance_every: timedelta | None = None
    """How often a maintenance item for it has to be finished. None: no rule."""
    public: str = ""
    spot: Spot = Spot(CATALOG_FILE)


class Vendor(NamedTuple):
    key: str
    name: str
    contract_ends: date | None = None
    answer_within: timedelta | None = None
    """What the vendor promised."""
    spot: Spot = Spot(CATALOG_FILE)


class Project(NamedTuple):
    """A larger outcome that items are `part_of`."""

    key: str
    title: str
    owner: str = ""
    due: date | None = None
    budget: float | None = None
    value: float | None = None
    cost_of_delay: float | None = None
    public: str = ""
    spot: Spot = Spot(CATALOG_FILE)


class Link(NamedTuple):
    """A link to somewhere else."""

    title: str
    url: str


class Site(NamedTuple):
    """How the board wants its site: the section `site:`. What is empty is as opsflow has it."""

    title: str = ""
    logo: str = ""
    """The path of a PNG."""
    accent: tuple[str, str] | None = None
    """The colour of links on light and on dark ground, as `#15596a`."""
    links: tuple[Link, ...] = ()
    start: str = ""
    """The page that opens first, by its name."""
    request: Link | None = None
    """Where people ask for something; `{path}`, `{id}` and `{text}` stand for a new item."""
    intro: Mapping[str, str] = NOTHING
    """What the status page says first, by audience: team, public."""
    away: bool = False
    """Whether the team's site has a calendar of who is away when."""


class Board(NamedTuple):
    """Everything that the files of one moment say.

    `people`, `teams`, `services`, `vendors` and `projects` are None where their file is absent:
    names are then free.
    """

    name: str
    key: str
    states: tuple[State, ...]
    items: Mapping[str, Item]
    """By id, in the order of `order_key(id)`."""
    timezone: str = "UTC"
    calendar: Calendar = Calendar()
    types: Mapping[str, ItemType] = NOTHING
    """At least one; the first is the default."""
    classes: Mapping[str, ClassOfService] = NOTHING
    """At least one."""
    limits: tuple[Limit, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    allocation: Mapping[str, float] = NOTHING
    """Type to per cent of work done."""
    rules: Mapping[str, RuleSetting] = NOTHING
    fields: Mapping[str, Mapping[str, Any]] = NOTHING
    """Own fields: name to JSON Schema."""
    currency: str = ""
    ids: str = "random"
    ignore_revs: str = ""
    """The path of the file that lists mass edits; empty: none."""
    people: Mapping[str, Person] | None = None
    teams: Mapping[str, Team] | None = None
    services: Mapping[str, Service] | None = None
    vendors: Mapping[str, Vendor] | None = None
    projects: Mapping[str, Project] | None = None
    unread: frozenset[str] = frozenset()
    """Ids of files that are there but could not be read: known, so not dangling."""
    paths: tuple[str, ...] = ()
    """The files it was read from, sorted."""
    item_globs: tuple[str, ...] = ("items/**", "archive/**")
    """Where items are, as `items:` says."""
    sources: tuple[Mapping[str, Any], ...] = ()
    """The section `sources:` as written; `reading.sources.compile` makes use of it."""
    site: Site = Site()

    @property
    def usable(self) -> bool:
        """Whether opsflow.yaml says what the other files mean; where it does not, the board is empty."""
        return bool(self.states)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What each state means; states that the workflow does not know are not there."""
        return {state.name: state.kind for state in self.states}

    @property
    def titles(self) -> Mapping[str, str]:
        """The states by their titles in small letters; of several with one title, the first."""
        return {state.title.casefold(): state.name for state in reversed(self.states) if state.title}

    def state(self, name: str) -> State | None:
        """The state of that name, or None."""
        return next((state for state in self.states if state.name == name), None)

    def limit_of(self, *states: str) -> Limit | None:
        """The plain limit of a state, of some together, or without any of all work in progress.

        Of several, the one with the smallest maximum; one with a minimum alone where none has more.
        """
        plain = [limit for limit in self.limits if limit.is_plain and limit.states == states]
        return min(plain, key=lambda limit: (limit.max is None, limit.max or 0), default=None)

    def kind(self, item: Item) -> Kind | None:
        """What the item's state means; None where the workflow does not know it."""
        return self.kinds.get(item.state)


# -- history ------------------------------------------------------------------------------------


class Commit(NamedTuple):
    """A commit of the first-parent line; an empty id is the working folder, at "now"."""

    id: str
    at: datetime
    """When it was known: committer time, made never to run backwards along the line."""
    author: str
    email: str = ""
    subject: str = ""
    stamped: datetime | None = None
    """The committer time as it stands in the commit; None where it cannot be read."""
    ignored: bool = False
    """Listed in `ignore_revs`: it changes records without counting as a move of any item. What it creates
    comes to be with it, but was not arriving or finished then."""


class Version(NamedTuple):
    """An item's file as one commit left it. `blob` is empty where the file was deleted."""

    commit: Commit
    path: str
    blob: str


class Transition(NamedTuple):
    """An item comes to be (`before` is None), changes its state, or is gone (`after` is None)."""

    item: str
    before: str | None
    after: str | None
    at: datetime
    """When it happened: `entered:` of the item where it says so, else the commit's time."""
    commit: Commit
    raw_before: str | None = None
    raw_after: str | None = None
    """States as a foreign record has them; equal to before and after in opsflow's own format."""


class Span(NamedTuple):
    """A value that held in [start, end); `end` None: it still holds."""

    value: str
    start: datetime
    end: datetime | None
    commit: Commit
    """The commit that began it."""
    by: str = ""
    """For blocked spans: who or what had to move."""


class Story(NamedTuple):
    """What happened to one item, oldest first. An item that came back has one story with a gap."""

    item: str
    title: str
    """Its last known title."""
    versions: tuple[Version, ...]
    transitions: tuple[Transition, ...]
    states: tuple[Span, ...]
    """One after another; a gap only while the item was deleted."""
    blocked: tuple[Span, ...] = ()
    """Value: the reason."""
    assigned: tuple[Span, ...] = ()
    """Value: a person; spans of different people overlap."""
    classes: tuple[Span, ...] = ()
    types: tuple[Span, ...] = ()
    gone: datetime | None = None
    """When its file was deleted, where it still is."""


class Gap(NamedTuple):
    """A record that one commit left unreadable; the item kept its last good state."""

    path: str
    commit: Commit
    reason: str


class History(NamedTuple):
    """The first-parent line up to one commit, as the stories of its items."""

    commits: tuple[Commit, ...]
    """Oldest first; only those that touch the board's files, and the last one."""
    stories: Mapping[str, Story]
    """By id, in the order of `order_key`."""
    gaps: tuple[Gap, ...] = ()
    own: tuple[Version, ...] = ()
    """The versions of the board's own files (OWN_FILES), oldest first."""

"""A believable board of any size, without files and without Git: for pages, not for measures."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from opsflow.facts import Facts
from opsflow.model import (
    Away,
    Blocked,
    Board,
    ClassOfService,
    Commit,
    Expectation,
    Finding,
    Gap,
    History,
    Item,
    ItemType,
    Kind,
    Limit,
    Person,
    Place,
    Project,
    Service,
    Severity,
    Span,
    Spot,
    State,
    Step,
    Story,
    Team,
    Transition,
    Vendor,
    Version,
    Waiver,
    Window,
)
from tests.varied import replace

NOW = datetime(2026, 6, 12, 14, 5, tzinfo=UTC)
STATES = (
    State("inbox", Kind.BACKLOG, "Requested", "Anyone may ask. Nothing here is promised yet."),
    State("ready", Kind.BACKLOG, "Ready", "The next ones to pull, in order."),
    State("doing", Kind.ACTIVE, "In progress", "Done when the change is tested and written up."),
    State("window", Kind.WAITING, "Change window"),
    State("verify", Kind.ACTIVE, "Verify"),
    State("done", Kind.DONE, "Done", "Delivered, and the person who asked has seen it."),
    State("dropped", Kind.DISCARDED, "Dropped"),
)
TYPES = ("request", "incident", "security", "maintenance", "project", "improvement")
NAMES = (
    "Amara Okafor",
    "Ben Lindqvist",
    "Chiara Rossi",
    "Daniel Ortiz",
    "Eszter Nagy",
    "Farid Haddad",
    "Grace Kim",
    "Henrik Sørensen",
)
TITLES = (
    "Replace the core switches in Graz",
    "Write and rehearse the VPN gateway failover runbook",
    "Laptops and accounts for 6 new starters in Finance",
    "Patch OpenSSL on all 64 Linux servers",
    "Shared mailbox and calendar for the Customs team",
    "Restore test: recover the ERP database from last month’s backup",
    "Renew the wildcard certificate for *.brightwater.example and automate the next renewal",
    "Retire the old print server",
    "Telekommunikationsanlagenverwaltungssoftware at all fourteen sites",
    "在格拉茨更换核心交换机并测试",
    "استبدال المحولات الأساسية في غراتس",
)
REASONS = (
    "waiting for a written date",
    "the supplier must send a new price",
    "no test slot during month-end close",
)


def facts(count: int = 60, *, seed: int = 1, spoil: Callable[[str], str] = str, people: int = 8) -> Facts:
    """A board of so many items, half of them over. `spoil` changes every text that a person wrote."""
    random_ = random.Random(seed)
    items: dict[str, Item] = {}
    stories: dict[str, Story] = {}
    commits: list[Commit] = []
    for number in range(count):
        id = f"OPS-{100 + number}"
        states = _path(random_, number / max(count, 1))
        items[id] = _item(random_, id, states[-1][0], list(items), spoil, people)
        stories[id] = _story(random_, items[id], states, spoil)
        commits += [version.commit for version in stories[id].versions]
    commits.sort(key=lambda commit: commit.at)
    history = (
        History(tuple(commits), stories, _gaps(commits, spoil))
        if commits
        else History((_commit(NOW, "Maria", spoil("Start")),), {})
    )
    board = _board(items, spoil, people)
    tree = {
        item.path: f"title: {item.title}\nstate: {item.state}\n".encode("utf-8", "replace")
        for item in items.values()
    }
    return Facts(board, (), tree, NOW, history, commit=history.commits[-1])


def _gaps(commits: list[Commit], spoil: Callable[[str], str]) -> tuple[Gap, ...]:
    """A version that could not be read in each of the first commits."""
    return tuple(
        Gap(spoil("items/OPS-100.yaml"), commit, spoil("`due` is given twice")) for commit in commits[:3]
    )


def findings(facts: Facts, spoil: Callable[[str], str] = str) -> tuple[Finding, ...]:
    """One finding of each kind, as the rules would make them."""
    ids = list(facts.board.items)[:4] or [""]
    made = []
    for number, severity in enumerate((Severity.ERROR, Severity.WARNING, Severity.WARNING, Severity.NOTE)):
        id = ids[number % len(ids)]
        place = Place(spoil(f"items/{id}.yaml"), 3 + number, 8, 4)
        message = spoil(f"{id} is due on 2026-06-10, which is past.")
        made.append(Finding("overdue", severity, place, message, spoil("Finish it."), id))
    waiver = Waiver("overdue", spoil("P1 outage"), spoil("p1"))
    return (*made, replace(made[0], waiver=waiver))


def _path(random_: random.Random, age: float) -> list[tuple[str, datetime]]:
    """The states that an item went through, and when; older items are nearer to done."""
    at = NOW - timedelta(days=200 * (1 - age), hours=random_.randrange(24))
    order = ["inbox", "ready", "doing", "window", "verify", "done"]
    path = []
    for state in order:
        if at >= NOW:
            break
        if state == "window" and random_.random() < 0.5:
            continue
        path.append((state, at))
        hours = random_.lognormvariate(3.6, 1.0) * (2 if state == "inbox" else 1)
        at += timedelta(seconds=int(3600 * hours))
        if state == "doing" and random_.random() < 0.04:
            path.append(("dropped", min(at, NOW)))
            return path
        if state == "verify" and random_.random() < 0.06 and at < NOW:
            path.append(("doing", at))
            at += timedelta(days=2)
            path += [("verify", at)] if at < NOW else []
            at += timedelta(days=1)
    return path


def _item(
    random_: random.Random, id: str, state: str, others: list[str], spoil: Callable[[str], str], people: int
) -> Item:
    open_ = state not in ("done", "dropped")
    started = state not in ("inbox", "ready")
    chance = random_.random
    more: dict[str, Any] = {}
    if chance() < 0.3:
        more["due"] = (NOW + timedelta(days=random_.randrange(-4, 40))).date()
    if open_ and started and chance() < 0.25:
        more["blocked"] = Blocked(
            spoil(random_.choice(REASONS)), random_.choice(["vendor:v1", "p1", spoil("the bank")])
        )
    if others and chance() < 0.35:
        more["depends_on"] = tuple(
            random_.sample(others[-12:], min(len(others[-12:]), random_.randrange(1, 3)))
        )
    if chance() < 0.4:
        more["checklist"] = tuple(Step(spoil(f"Step {n}"), n < 2) for n in range(random_.randrange(2, 6)))
    if chance() < 0.15:
        more["window"] = Window(NOW + timedelta(days=2), NOW + timedelta(days=2, hours=4))
    if chance() < 0.1:
        more["allow"] = {"overdue": Waiver("overdue", spoil("agreed"), "p1", NOW.date())}
    return Item(
        id=id,
        path=f"items/{id}.yaml",
        title=spoil(random_.choice(TITLES)),
        state=state,
        raw_state=state,
        type=random_.choice(TYPES),
        class_="expedite"
        if started and open_ and chance() < 0.08
        else "intangible"
        if chance() < 0.1
        else "standard",
        assignees=tuple(f"p{n}" for n in random_.sample(range(people), 1 if chance() < 0.8 else 2))
        if people > 1 and (started or chance() < 0.2)
        else (),
        requester=spoil("Site lead, Graz"),
        services=(f"s{random_.randrange(4)}",),
        part_of=random_.choice(["PRJ-1", "", "", others[0] if others else ""]),
        vendor="v1" if chance() < 0.2 else "",
        skills=(spoil("network"),),
        labels=(spoil("audit"),),
        description=spoil(
            "The two core switches are **nine years old**. A failure stops the site.\n\n- racked\n- tested\n"
        ),
        cost=1200.0,
        fields={"ticket": spoil("NL-88213")},
        **more,
    )


def _commit(at: datetime, author: str, subject: str) -> Commit:
    stamp = f"{int(at.timestamp() * 1000):x}"
    return Commit(stamp.rjust(40, "4"), at, author, "maria@example.org", subject, at)


def _story(
    random_: random.Random, item: Item, states: list[tuple[str, datetime]], spoil: Callable[[str], str]
) -> Story:
    commits = [_commit(at, spoil(random_.choice(NAMES)), spoil(f"Move to {state}")) for state, at in states]
    ends: list[datetime | None] = [at for _, at in states[1:]] + [None]
    spans = tuple(
        Span(state, at, end, commit) for (state, at), end, commit in zip(states, ends, commits, strict=True)
    )
    befores = [None, *(state for state, _ in states)]
    moves = tuple(
        Transition(item.id, before, state, at, commit)
        for before, (state, at), commit in zip(befores, states, commits, strict=False)
    )
    blocked: tuple[Span, ...] = ()
    if item.blocked:
        start = states[-1][1] + (NOW - states[-1][1]) / 2
        blocked = (Span(item.blocked.reason, start, None, commits[-1], item.blocked.by),)
    return Story(
        item.id,
        item.title,
        tuple(Version(commit, item.path, "0" * 40) for commit in commits),
        moves,
        spans,
        blocked=blocked,
        types=(Span(item.type, states[0][1], None, commits[0]),),
        classes=(Span(item.class_, states[0][1], None, commits[0]),),
    )


def _board(items: dict[str, Item], spoil: Callable[[str], str], people: int) -> Board:
    spot = Spot("opsflow.yaml")
    return Board(
        name=spoil("Brightwater IT"),
        key="OPS",
        states=tuple(
            replace(state, title=spoil(state.title), policy=spoil(state.policy)) for state in STATES
        ),
        items=items,
        timezone="Europe/Vienna",
        types={
            name: ItemType(name, planned=name != "incident", title=spoil(name.capitalize())) for name in TYPES
        },
        classes={
            "expedite": ClassOfService("expedite", beyond_limits=True, title=spoil("Expedite")),
            "standard": ClassOfService("standard", title=spoil("Standard")),
            "intangible": ClassOfService("intangible", title=spoil("Intangible")),
        },
        limits=(
            Limit("ready", spot, max=6, states=("ready",)),
            Limit("doing", spot, max=4, states=("doing",)),
            Limit("window", spot, max=4, states=("window",)),
            Limit("verify", spot, max=20, states=("verify",)),
            Limit(spoil("expedite"), spot, max=1, class_="expedite"),
        ),
        expectations=(Expectation(20, 0.85), Expectation(3, 0.95, type="incident")),
        currency="EUR",
        people={
            f"p{n}": Person(
                f"p{n}",
                spoil(NAMES[n % 8]),
                "ops",
                away=(Away(NOW.date(), NOW.date()),) if n == 3 else (),
            )
            for n in range(people)
        },
        teams={"ops": Team("ops", spoil("Operations"))},
        services={
            f"s{n}": Service(f"s{n}", spoil(name))
            for n, name in enumerate(("Office network", "VPN", "ERP", "Mail"))
        },
        vendors={"v1": Vendor("v1", spoil("Nordlink"))},
        projects={"PRJ-1": Project("PRJ-1", spoil("Office network refresh"))},
    )

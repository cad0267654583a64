"""What an editor shows of a name under the mouse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from opsflow import graph, rules, words
from opsflow.facts import Facts
from opsflow.flow import days, spans
from opsflow.model import IN_PROGRESS, OVER, Finding, Item, Kind, Person, Service, State, Team, Vendor
from opsflow.rules import several
from opsflow.server import names, schemas, tokens
from opsflow.server.names import Name
from opsflow.server.tokens import KEY, Token

MOST = 8
"""As many items a card lists."""


class Card(NamedTuple):
    """A heading and lines of plain text; nothing in them is markup."""

    title: str
    lines: tuple[str, ...]
    start: int
    end: int
    """What of the text it is about."""


def card(
    facts: Facts, findings: Mapping[str, Sequence[Finding]], path: str, text: str, at: int
) -> Card | None:
    """What is known of what stands at a position of a text."""
    read = tokens.read(text)
    name = names.at(facts.board, path, text, read, at)
    token = tokens.near(read, at)
    item = names.own_item(facts.board, path, token)
    if name is None and item is not None and token is not None:
        name = Name(names.ITEM, item.id, token.start, token.end)
    if name is not None:
        told = about(facts, findings, name)
        if told:
            return Card(told[0], tuple(told[1:]), name.start, name.end)
    return _key(facts, path, token)


def _key(facts: Facts, path: str, token: Token | None) -> Card | None:
    file = schemas.kind(facts.board, path)
    if not file or token is None or token.role != KEY:
        return None
    said = schemas.part(file, facts.board, token.keys).get("description", "")
    return Card(token.text, (said,), token.start, token.end) if said else None


def about(facts: Facts, findings: Mapping[str, Sequence[Finding]], name: Name) -> list[str]:
    """A title and lines about a name; empty where nothing is known of it."""
    tell: Mapping[str, Callable[[], Iterator[str]]] = {
        names.ITEM: lambda: _item(facts, findings, name.name),
        names.STATE: lambda: _state(facts, name.name),
        names.TYPE: lambda: _type(facts, name.name),
        names.CLASS: lambda: _class(facts, name.name),
        names.PERSON: lambda: _person(facts, name.name),
        names.TEAM: lambda: _team(facts, name.name),
        names.SERVICE: lambda: _service(facts, name.name),
        names.VENDOR: lambda: _vendor(facts, name.name),
        names.PROJECT: lambda: _project(facts, name.name),
        names.RULE: lambda: _rule(facts, name.name),
    }
    return list(tell[name.kind]()) if name.kind in tell else []


# -- items --------------------------------------------------------------------------------------


def _item(facts: Facts, findings: Mapping[str, Sequence[Finding]], id: str) -> Iterator[str]:
    item = facts.board.items.get(id)
    if item is None:
        return
    kind = facts.board.kind(item)
    yield f"{id} {item.title}"
    yield _where(facts, item, kind)
    if item.assignees:
        yield f"Assigned to {words.listed([_called(facts, name) for name in item.assignees])}."
    if item.due and kind not in OVER:
        yield f"Due on {item.due}{_until(facts, (item.due - facts.today).days)}."
    if item.blocked:
        by = f", by {item.blocked.by}" if item.blocked.by else ""
        yield f"Blocked{_blocked_for(facts, id)}: {item.blocked.reason.rstrip('.')}{by}."
    yield from _ties(facts, item)
    own = dict.fromkeys(
        each.rule for each in findings.get(item.path, ()) if each.item == id and not each.waiver
    )
    if own:
        yield f"{words.count(len(own), 'finding')}: {', '.join(own)}."


def _where(facts: Facts, item: Item, kind: Kind | None) -> str:
    """Such as "In doing (active) for 3 days; 15 days old."."""
    story, span = facts.story(item.id), facts.span(item.id)
    now = story.states[-1] if story and story.states else None
    stood = ""
    if now is not None and now.end is None and now.value == item.state:
        stood = f" for {words.count(days.inclusive(now.start, facts.now, facts.zone), 'day')}"
    age = spans.age_days(span, facts.now, facts.zone) if span else None
    old = f"; {words.count(age, 'day')} old" if age is not None and kind in IN_PROGRESS else ""
    return f"In {item.state} ({kind or 'unknown to the workflow'}){stood}{old}."


def _until(facts: Facts, left: int) -> str:
    if left == 0:
        return ", today"
    return f", in {words.count(left, 'day')}" if left > 0 else f", {words.count(-left, 'day')} ago"


def _blocked_for(facts: Facts, id: str) -> str:
    story = facts.story(id)
    open_ = [span for span in story.blocked if span.end is None] if story else []
    return (
        f" for {words.count(days.inclusive(open_[-1].start, facts.now, facts.zone), 'day')}" if open_ else ""
    )


def _ties(facts: Facts, item: Item) -> Iterator[str]:
    """What it waits for, and what waits for it; only what is not over."""
    board, meaning = facts.board, facts.board.kinds
    for name in dict.fromkeys(item.depends_on):
        other = board.items.get(name)
        if other is None or meaning.get(other.state) not in OVER:
            yield f"Waits for {name} {other.title} ({other.state})." if other else f"Waits for {name}."
    waiting = [
        each.id
        for each in board.items.values()
        if item.id in each.depends_on and meaning.get(each.state) not in OVER
    ]
    if waiting and meaning.get(item.state) not in OVER:
        yield f"{several(waiting, MOST)} {'waits' if len(waiting) == 1 else 'wait'} for it."
    if item.part_of:
        whole = graph.whole_of(board, item)
        project = (board.projects or {}).get(item.part_of)
        title = (
            project.title if project else board.items[whole[1]].title if whole and whole[0] == "item" else ""
        )
        yield f"Part of {item.part_of}{' ' * bool(title)}{title}."


def _called(facts: Facts, key: str) -> str:
    known = (facts.board.people or {}).get(key)
    return known.name if known else key


def _named(known: Person | Team | Service | Vendor | None, key: str) -> str:
    """A name with its key, where there is one that says more."""
    return f"{known.name} ({key})" if known and known.name != key else key


def _listed(counted: str, items: Sequence[Item]) -> Iterator[str]:
    """How many items there are, and a line for each, as many as a card has room for."""
    yield f"{counted}{':' if items else '.'}"
    for item in items[:MOST]:
        yield f"{item.id} {item.title} ({item.state})"
    if len(items) > MOST:
        yield f"and {len(items) - MOST} more"


def _open(facts: Facts, among: Collection[Kind] = ()) -> list[Item]:
    meaning = facts.board.kinds
    return [
        item
        for item in facts.board.items.values()
        if meaning.get(item.state) not in OVER and (not among or meaning.get(item.state) in among)
    ]


# -- opsflow.yaml -------------------------------------------------------------------------------


def _state(facts: Facts, name: str) -> Iterator[str]:
    state = facts.board.state(name)
    if state is None:
        return
    yield f"{name}: {state.title}" if state.title else name
    yield f"A state of kind {state.kind}."
    if state.policy:
        yield state.policy
    yield from _counts(facts, state)


def _counts(facts: Facts, state: State) -> Iterator[str]:
    there = sum(item.state == state.name for item in facts.board.items.values())
    yield f"{words.count(there, 'item')} in it."
    for limit in facts.board.limits:
        if state.name in limit.states and limit.max is not None and not limit.per:
            for group in graph.count(facts.graph, facts.board, limit):
                of = (
                    ""
                    if limit.states == (state.name,)
                    else f" for {limit.name or ' and '.join(limit.states)}"
                )
                counted = words.count(len(group.items), "item counts", "items count")
                yield f"The limit{of} is {limit.max}, and {counted}."


def _type(facts: Facts, name: str) -> Iterator[str]:
    known = facts.board.types.get(name)
    if known is None:
        return
    yield f"{name}: {known.title}" if known.title else name
    yield f"A type of {'planned' if known.planned else 'unplanned'} work."
    yield f"{words.count(sum(item.type == name for item in _open(facts)), 'open item')}."


def _class(facts: Facts, name: str) -> Iterator[str]:
    known = facts.board.classes.get(name)
    if known is None:
        return
    yield f"{name}: {known.title}" if known.title else name
    beyond = " Its items do not count against limits that do not name it." if known.beyond_limits else ""
    yield f"A class of service.{beyond}"
    yield f"{words.count(sum(item.class_ == name for item in _open(facts)), 'open item')}."


def _rule(facts: Facts, name: str) -> Iterator[str]:
    if name not in rules.ALL:
        return
    manual, setting = rules.manual(name), facts.board.rules.get(name)
    severity = "off" if setting and setting.off else (setting and setting.severity) or manual.severity
    yield f"{name} ({severity})"
    yield manual.title
    yield f"Why: {manual.why}"
    yield f"Fix: {manual.fix}"
    if manual.options:
        yield f"Options: {manual.options}"


# -- people.yaml and catalog.yaml ---------------------------------------------------------------


def _person(facts: Facts, key: str) -> Iterator[str]:
    known = (facts.board.people or {}).get(key)
    assigned = [item for item in _open(facts) if key in item.assignees]
    if known is None and not assigned:
        return
    yield _named(known, key)
    if known and known.team:
        yield f"Team {known.team}, {known.capacity:.0%} of a working day."
    if known and known.skills:
        yield f"Skills: {', '.join(known.skills)}."
    away = [each for each in known.away if each.start <= facts.today <= each.end] if known else []
    if away:
        yield f"Away until {max(each.end for each in away)}."
    meaning = facts.board.kinds
    busy = [item for item in assigned if meaning.get(item.state) in IN_PROGRESS]
    yield from _listed(f"{words.count(len(busy), 'item')} in progress", busy)


def _team(facts: Facts, key: str) -> Iterator[str]:
    known = (facts.board.teams or {}).get(key)
    if known is None:
        return
    yield _named(known, key)
    people = [each.name for each in (facts.board.people or {}).values() if each.team == key]
    yield f"A team: {words.listed(people)}." if people else "A team of nobody."


def _service(facts: Facts, key: str) -> Iterator[str]:
    known = (facts.board.services or {}).get(key)
    open_ = [item for item in _open(facts) if key in item.services]
    if known is None and not open_:
        return
    yield _named(known, key)
    if known and known.owner:
        yield f"Owned by {known.owner}."
    if known and known.vendor:
        yield f"Supplied by {known.vendor}."
    if known and known.maintenance_every:
        yield f"Maintained every {rules.length(known.maintenance_every)}."
    yield from _listed(words.count(len(open_), "open item"), open_)


def _vendor(facts: Facts, key: str) -> Iterator[str]:
    known = (facts.board.vendors or {}).get(key)
    open_ = [item for item in _open(facts) if item.vendor == key]
    if known is None and not open_:
        return
    yield _named(known, key)
    if known and known.contract_ends:
        yield f"The contract ends on {known.contract_ends}."
    if known and known.answer_within:
        yield f"Promised to answer within {rules.length(known.answer_within)}."
    yield from _listed(words.count(len(open_), "open item"), open_)


def _project(facts: Facts, key: str) -> Iterator[str]:
    known = (facts.board.projects or {}).get(key)
    parts = [item for item in facts.board.items.values() if item.part_of == key]
    if known is None and not parts:
        return
    yield f"{key} {known.title}" if known and known.title != key else key
    if known and known.owner:
        yield f"Owned by {known.owner}."
    if known and known.due:
        yield f"Due on {known.due}{_until(facts, (known.due - facts.today).days)}."
    over = sum(facts.board.kind(item) is Kind.DONE for item in parts)
    yield f"{words.count(len(parts), 'item')}, {over} of them done."

"""What the shell offers after TAB: ids, states, names. It never says anything else, and never fails."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from opsflow.cli import options

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from opsflow.model import Board


def ids(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids that begin so, or so without the board's key, with their titles."""
    board = _board(context)
    found = board.items.values() if board else ()
    return [_offer(item.id, help=item.title) for item in found if _begins(item.id, incomplete)]


def _begins(id: str, text: str) -> bool:
    begun = text.casefold()
    return any(each.casefold().startswith(begun) for each in (id, id.rpartition("-")[2]))


def filters(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """`state:`, `type:`, `assignee:` and so on, then the names that the board has for them."""
    key, colon, begun = incomplete.partition(":")
    board = _board(context)
    names = _names(board) if board else {}
    if not colon:
        return [_offer(f"{name}:") for name in names if name.startswith(key)]
    return [_offer(f"{key}:{name}") for name in names.get(key, ()) if name.startswith(begun)]


def items_and_state(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Ids; once one is written, the states as well."""
    begun = context.params.get(parameter.name or "")
    found = states(context, parameter, incomplete) if begun else []
    return [*found, *ids(context, parameter, incomplete)]


def items_and_fields(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Ids, then `due=` and so on, then the names that the board has for the field."""
    return [*ids(context, parameter, incomplete), *assignments(context, parameter, incomplete)]


def assignments(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """`due=` and so on, then the names that the board has for the field; in a list, for its last entry."""
    board = _board(context)
    if board is None:
        return []
    key, equals, text = incomplete.partition("=")
    if not equals:
        from opsflow.editing import fields

        return [_offer(f"{name}=") for name in fields.names(board) if name.startswith(key)]
    before, comma, begun = text.rpartition(",")
    known = _values(board).get(key.rstrip("+-"), ())
    return [_offer(f"{key}={before}{comma}{name}") for name in known if name.startswith(begun)]


def finished(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of items that are over."""
    board = _board(context)
    if board is None:
        return []
    from opsflow.model import OVER

    over = {item.id for item in board.items.values() if board.kind(item) in OVER}
    return [offered for offered in ids(context, parameter, incomplete) if offered.value in over]


def twins(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The paths of files that have one id; ids where none have."""
    with contextlib.suppress(Exception):
        from opsflow import facts
        from opsflow.reading.board import id_of

        tree = facts.working(options.root(_given(context)))
        named = [id_of(path) for path in tree]
        found = [path for path in tree if id_of(path) and named.count(id_of(path)) > 1]
        if found:
            return [_offer(path) for path in found if path.startswith(incomplete)]
    return ids(context, parameter, incomplete)


def states(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The states of the workflow."""
    return _named(context, "state", incomplete)


def types(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The types of work."""
    return _named(context, "type", incomplete)


def classes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The classes of service."""
    return _named(context, "class", incomplete)


def rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the rules."""
    from opsflow.rules import ALL

    return [_offer(name) for name in ALL if name.startswith(incomplete)]


def waivable(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the rules that an item can waive."""
    from opsflow.rules import NEVER_WAIVED

    return [offered for offered in rules(context, parameter, incomplete) if offered.value not in NEVER_WAIVED]


def waivers(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """`RULE=`, for a reason to follow."""
    return [_offer(f"{offered.value}=") for offered in waivable(context, parameter, incomplete)]


def reports(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the reports and measures."""
    from opsflow import measures, reports

    names = dict.fromkeys((*reports.ALL, *measures.ALL, "all"))
    return [_offer(name) for name in names if name.startswith(incomplete)]


def explained(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the rules and measures."""
    from opsflow import measures, rules

    return [_offer(name) for name in (*rules.ALL, *measures.ALL) if name.startswith(incomplete)]


def tables(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What can be exported."""
    from opsflow.measures import ALL

    return [_offer(name) for name in ("events", "all", *ALL) if name.startswith(incomplete)]


def people(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The people of the board."""
    return _named(context, "assignee", incomplete)


def whom(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """People, `team:`, `vendor:` and `item:`, then the names that the board has for these."""
    board = _board(context)
    if board is None:
        return []
    from opsflow.reading import values

    form, colon, begun = incomplete.partition(":")
    if not colon:
        forms = [_offer(f"{each}:") for each in values.WHOM if each.startswith(incomplete)]
        return [*_named(context, "assignee", incomplete), *forms]
    if form == "item":
        return [
            _offer(f"item:{item.id}", help=item.title)
            for item in board.items.values()
            if _begins(item.id, begun)
        ]
    names = {"team": [*(board.teams or ())], "vendor": _names(board)["vendor"]}.get(form, [])
    return [_offer(f"{form}:{name}") for name in names if name.startswith(begun)]


def revisions(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Branches and tags; of two with dots between, those that fit the second."""
    with contextlib.suppress(Exception):
        from opsflow.history import repository

        repo = repository.find(options.root(_given(context)))
        before, dots, begun = incomplete.rpartition("..")
        dots += "." if begun.startswith(".") else ""
        named = [ref.split("/", 2)[2] for ref in (repo.refs() if repo else ()) if ref.startswith(_REFS)]
        begun = begun.removeprefix(".") if dots else begun
        return [_offer(f"{before}{dots}{name}") for name in ("HEAD", *named) if name.startswith(begun)]
    return []


_REFS = ("refs/heads/", "refs/tags/", "refs/remotes/")


def _named(context: click.Context, kind: str, incomplete: str) -> list[CompletionItem]:
    board = _board(context)
    names = _names(board)[kind] if board else []
    return [_offer(name) for name in names if name.startswith(incomplete)]


def _offer(word: str, help: str = "") -> CompletionItem:
    from click.shell_completion import CompletionItem

    from opsflow.formats.visible import visible

    return CompletionItem(visible(word), help=visible(help) or None)


def _names(board: Board) -> dict[str, list[str]]:
    items = board.items.values()
    return {
        "state": [state.name for state in board.states],
        "type": [*board.types],
        "class": [*board.classes],
        "assignee": sorted({*(board.people or ()), *(name for item in items for name in item.assignees)}),
        "label": sorted({name for item in items for name in item.labels}),
        "service": sorted({*(board.services or ()), *(name for item in items for name in item.services)}),
        "vendor": sorted({*(board.vendors or ()), *(item.vendor for item in items if item.vendor)}),
    }


def _values(board: Board) -> dict[str, list[str]]:
    """The names that the board has for a field, by the field's own name."""
    names = _names(board)
    ids_ = [*board.items]
    return {
        **{key: names[key] for key in ("state", "type", "class", "vendor")},
        **{f"{key}s": names[key] for key in ("assignee", "label", "service")},
        "skills": sorted({skill for item in board.items.values() for skill in item.skills}),
        "depends_on": ids_,
        "part_of": [*(board.projects or ()), *ids_],
        "blocked.by": [
            *names["assignee"],
            *(f"team:{name}" for name in board.teams or ()),
            *(f"vendor:{name}" for name in names["vendor"]),
        ],
        **{name: [*map(str, field["enum"])] for name, field in board.fields.items() if "enum" in field},
    }


def _given(context: click.Context) -> str | None:
    given: str | None = context.params.get("board") or context.find_root().params.get("board")
    return given


def _board(context: click.Context) -> Board | None:
    with contextlib.suppress(Exception):
        from opsflow import facts
        from opsflow.reading import board

        return board.load(facts.working(options.root(_given(context))))[0]
    return None

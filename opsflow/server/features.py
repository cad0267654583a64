"""What an editor can ask, and how it is answered: each request in its own words, then in the protocol's."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from lsprotocol import types as lsp

from opsflow.errors import OpsflowError
from opsflow.model import Place
from opsflow.server import actions, completion, hover, names, renaming, symbols, tokens, wire
from opsflow.server.completion import Offer
from opsflow.server.desk import Known
from opsflow.server.hover import Card
from opsflow.server.names import Use
from opsflow.server.places import Text
from opsflow.server.session import Open, Session, Watched, bytes_of, path_of, relative, span
from opsflow.server.symbols import Symbol

P = TypeVar("P")
MOST_SYMBOLS = 100
_TRIGGERS = (":", " ", "-", "[", "{", ",")
_WATCHED = "**/*.{yaml,yml,json,jsonl,md,toml,csv,tsv}"
_KINDS = {
    names.ITEM: lsp.CompletionItemKind.Reference,
    names.STATE: lsp.CompletionItemKind.EnumMember,
    names.TYPE: lsp.CompletionItemKind.Enum,
    names.CLASS: lsp.CompletionItemKind.Enum,
    names.PERSON: lsp.CompletionItemKind.Constant,
    names.TEAM: lsp.CompletionItemKind.Constant,
    names.SERVICE: lsp.CompletionItemKind.Interface,
    names.VENDOR: lsp.CompletionItemKind.Interface,
    names.PROJECT: lsp.CompletionItemKind.Module,
    names.RULE: lsp.CompletionItemKind.Keyword,
    tokens.KEY: lsp.CompletionItemKind.Property,
}


class At(NamedTuple):
    """A place in a text that is open, and the board as it was judged last."""

    board: Watched
    known: Known
    texts: Mapping[str, Open]
    """What is open of the board."""
    path: str
    text: Text
    position: int


class Features:
    """The answers to one editor."""

    def __init__(self, server: wire.Server, session: Session) -> None:
        self.server = server
        self.session = session
        self.markdown = False
        self.moves = False
        """The editor can rename files as a part of an edit."""
        self.tasks: set[asyncio.Task[None]] = set()

    def register(self) -> None:
        """Tell pygls what there is."""
        offers = lsp.CompletionOptions(trigger_characters=_TRIGGERS)
        fixes = lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
        for name, notice in (
            (lsp.INITIALIZE, self.initialize),
            (lsp.INITIALIZED, self.initialized),
            (lsp.TEXT_DOCUMENT_DID_OPEN, self.did_open),
            (lsp.TEXT_DOCUMENT_DID_CHANGE, self.did_change),
            (lsp.TEXT_DOCUMENT_DID_SAVE, self.did_save),
            (lsp.TEXT_DOCUMENT_DID_CLOSE, self.did_close),
            (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, self.did_change_watched),
            (lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self.did_change_folders),
        ):
            self.server.feature(name)(_guarded_notice(notice))
        answers: tuple[tuple[str, Callable[[Any], Awaitable[Any]], Any], ...] = (
            (lsp.TEXT_DOCUMENT_COMPLETION, self.completion, offers),
            (lsp.TEXT_DOCUMENT_HOVER, self.hover, None),
            (lsp.TEXT_DOCUMENT_DEFINITION, self.definition, None),
            (lsp.TEXT_DOCUMENT_REFERENCES, self.references, None),
            (lsp.TEXT_DOCUMENT_PREPARE_RENAME, self.prepare_rename, None),
            (lsp.TEXT_DOCUMENT_RENAME, self.rename, None),
            (lsp.TEXT_DOCUMENT_CODE_ACTION, self.code_action, fixes),
            (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, self.document_symbol, None),
            (lsp.TEXT_DOCUMENT_DOCUMENT_LINK, self.document_link, None),
            (lsp.WORKSPACE_SYMBOL, self.workspace_symbol, None),
        )
        for name, answer, options in answers:
            self.server.feature(name, options)(_guarded(answer))

    # -- beginning ------------------------------------------------------------------------------

    def initialize(self, params: lsp.InitializeParams) -> None:
        can = params.capabilities
        text, space = can.text_document, can.workspace
        formats = text.hover.content_format if text and text.hover else None
        self.markdown = lsp.MarkupKind.Markdown in (formats or ())
        known = text.publish_diagnostics if text else None
        self.session.relates = bool(known and known.related_information)
        files = space.did_change_watched_files if space else None
        self.session.watches = bool(files and files.dynamic_registration)
        edits = space.workspace_edit if space else None
        operations = (edits.resource_operations if edits else None) or ()
        self.moves = bool(edits and edits.document_changes) and lsp.ResourceOperationKind.Rename in operations

    def initialized(self, params: lsp.InitializedParams) -> None:
        self._begin(self.session.tick())
        if self.session.watches:
            self._begin(self._watch())
        space = self.server.workspace
        for uri in [folder.uri for folder in space.folders.values()] or [space.root_uri]:
            if uri:
                self.session.adopt(uri)

    def _begin(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _watch(self) -> None:
        watchers = [lsp.FileSystemWatcher(_WATCHED)]
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = lsp.Registration("opsflow-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        try:
            await self.server.client_register_capability_async(lsp.RegistrationParams([registration]))
        except Exception as error:
            self.session.watches = False
            wire.log(error)

    # -- texts and files ------------------------------------------------------------------------

    def did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        opened = params.text_document
        self.session.put(opened.uri, opened.version, opened.text)

    def did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        changed = params.text_document
        text = self.server.workspace.get_text_document(changed.uri).source
        self.session.put(changed.uri, changed.version, text)

    def did_save(self, params: lsp.DidSaveTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        self.session.changed([path] if path else [])

    def did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        self.session.close(params.text_document.uri)

    def did_change_watched(self, params: lsp.DidChangeWatchedFilesParams) -> None:
        self.session.changed([path for change in params.changes if (path := path_of(change.uri))])

    def did_change_folders(self, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for added in params.event.added:
            self.session.adopt(added.uri)

    # -- answers --------------------------------------------------------------------------------

    async def at(self, uri: str, position: lsp.Position | None = None) -> At | None:
        """The place that a request is about; None where it is in no board, or its text is not open."""
        path = path_of(uri)
        board = self.session.board_of(path) if path and path in self.session.texts else None
        if path is None or board is None:
            return None
        await board.ready.wait()
        if board.desk.known is None:
            return None
        texts, inner = self.session.inside(board), relative(board.desk.root, path)
        if inner not in texts:
            return None  # closed while it was waited for
        text = Text(texts[inner].text, self.session.encoding)
        at = text.at(position.line, position.character) if position else 0
        return At(board, board.desk.known, texts, inner, text, at)

    async def fresh(self, at: At) -> At:
        """The same place, with the board as it is at this moment: for answers that go over many files."""
        texts, desk = bytes_of(at.texts), at.board.desk
        facts = await self.session.hand.do(lambda: desk.load(texts))
        return at._replace(known=Known(facts, at.known.findings))

    async def completion(self, params: lsp.CompletionParams) -> lsp.CompletionList | None:
        at = await self.at(params.text_document.uri, params.position)
        found = at and completion.offers(at.known.facts, at.path, at.text.text, at.position)
        if not at or not found:
            return None
        where = span(at.text, found.start, found.end)
        items = [_offer(each, where, number) for number, each in enumerate(found.offers)]
        return lsp.CompletionList(is_incomplete=found.more, items=items)

    async def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        at = await self.at(params.text_document.uri, params.position)
        if not at:
            return None
        card = hover.card(at.known.facts, at.known.findings, at.path, at.text.text, at.position)
        return lsp.Hover(self._markup(card), span(at.text, card.start, card.end)) if card else None

    def _markup(self, card: Card) -> lsp.MarkupContent:
        if not self.markdown:
            return lsp.MarkupContent(lsp.MarkupKind.PlainText, "\n".join((card.title, *card.lines)))
        lines = (f"**{_plain(card.title)}**", *map(_plain, card.lines))
        return lsp.MarkupContent(lsp.MarkupKind.Markdown, "\n\n".join(lines))

    async def definition(self, params: lsp.DefinitionParams) -> lsp.Location | None:
        at = await self.at(params.text_document.uri, params.position)
        name = at and names.at(
            at.known.facts.board, at.path, at.text.text, tokens.read(at.text.text), at.position
        )
        if not at or not name:
            return None
        at = await self.fresh(at)
        use = names.given(at.known.facts, name)
        return self._location(at, use) if use else None

    async def references(self, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
        at = await self.at(params.text_document.uri, params.position)
        if not at:
            return None
        at = await self.fresh(at)
        facts, read = at.known.facts, tokens.read(at.text.text)
        name = names.at(facts.board, at.path, at.text.text, read, at.position)
        item = names.own_item(facts.board, at.path, tokens.near(read, at.position))
        if name is None and item is not None:
            name = names.Name(names.ITEM, item.id, 0, 0)
        if name is None:
            return None
        wanted = name
        found = await self.session.hand.do(lambda: [*names.uses(facts, wanted)])
        given = names.given(facts, name)
        if not params.context.include_declaration:
            found = [use for use in found if use != given]
        elif given is not None and given not in found:
            found = [given, *found]
        return [self._location(at, use) for use in found]

    def _location(self, at: At, use: Use) -> lsp.Location:
        text = Text(names.text_of(at.known.facts, use.path), self.session.encoding)
        return lsp.Location(self.session.uri(at.board.desk.root, use.path), span(text, use.start, use.end))

    async def prepare_rename(self, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        at = await self.at(params.text_document.uri, params.position)
        found = at and renaming.at(at.known.facts, at.path, at.text.text, at.position)
        return (
            lsp.PrepareRenamePlaceholder(span(at.text, found.start, found.end), found.id)
            if at and found
            else None
        )

    async def rename(self, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        at = await self.at(params.text_document.uri, params.position)
        found = at and renaming.at(at.known.facts, at.path, at.text.text, at.position)
        if not at or not found:
            raise OpsflowError("Only ids of items can be renamed: there is none here.")
        if not self.moves:
            raise OpsflowError(
                "This editor cannot rename files as a part of an edit, and an id is a file's name."
            )
        at = await self.fresh(at)
        facts, id_, new = at.known.facts, found.id, params.new_name.strip()
        change = await self.session.hand.do(lambda: renaming.rename(facts, id_, new))
        return self.session.edit(at.board, at.known, at.texts, change)

    async def code_action(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        at = await self.at(params.text_document.uri, params.range.start)
        if not at or at.known.facts.tree.get(at.path) != at.text.text.encode("utf-8", "surrogatepass"):
            return None  # it is being judged; the editor asks again when that is known
        last = at.text.at(params.range.end.line, params.range.end.character)
        near = [
            finding
            for finding in at.known.findings.get(at.path, ())
            if _touches(at.text, finding.place, at.position, last)
        ]
        if not near:
            return []
        facts, path = at.known.facts, at.path
        found = await self.session.hand.do(lambda: [*actions.of(facts, path, near)])
        return [self._action(at, each) for each in found if self.moves or not each.change.moves]

    def _action(self, at: At, action: actions.Action) -> lsp.CodeAction:
        return lsp.CodeAction(
            title=action.title,
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[self.session.diagnostic(at.board, at.known, at.text, action.finding)],
            is_preferred=action.preferred or None,
            edit=self.session.edit(at.board, at.known, at.texts, action.change),
        )

    async def document_symbol(self, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
        at = await self.at(params.text_document.uri)
        return [_symbol(at.text, each) for each in symbols.outline(at.text.text)] if at else None

    async def document_link(self, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink] | None:
        at = await self.at(params.text_document.uri)
        if not at:
            return None
        items, root = at.known.facts.board.items, at.board.desk.root
        return [
            lsp.DocumentLink(
                span(at.text, name.start, name.end),
                self.session.uri(root, items[name.name].path),
                tooltip=items[name.name].title,
            )
            for name in symbols.links(at.known.facts, at.path, at.text.text)
        ]

    async def workspace_symbol(self, params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
        wanted = params.query.casefold()
        found: list[lsp.WorkspaceSymbol] = []
        start = lsp.Position(0, 0)
        for board in self.session.boards.values():
            for item in board.desk.known.facts.board.items.values() if board.desk.known else ():
                name = f"{item.id} {item.title}"
                if wanted in name.casefold() and len(found) < MOST_SYMBOLS:
                    where = lsp.Location(
                        self.session.uri(board.desk.root, item.path), lsp.Range(start, start)
                    )
                    found.append(
                        lsp.WorkspaceSymbol(where, name, lsp.SymbolKind.Object, container_name=item.state)
                    )
        return found


def _guarded(answer: Callable[[P], Awaitable[Any]]) -> Callable[[P], Awaitable[Any]]:
    """The answer, or none where we fail: that is said on standard error, and the server goes on."""

    @functools.wraps(answer)
    async def call(params: P) -> Any:
        try:
            return await answer(params)
        except OpsflowError as error:
            raise wire.RefusedError(str(error)) from None
        except Exception as error:
            wire.log(error)
            return None

    return call


def _guarded_notice(take: Callable[[Any], None]) -> Callable[[Any], None]:
    @functools.wraps(take)
    def call(params: Any) -> None:
        try:
            take(params)
        except Exception as error:
            wire.log(error)

    return call


def _plain(text: str) -> str:
    """A text as Markdown that shows it as it is: no link, image or mark-up in it is one."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def _touches(text: Text, place: Place, start: int, end: int) -> bool:
    first, last = text.span(place)
    return first <= end and start <= last


def _offer(offer: Offer, where: lsp.Range, number: int) -> lsp.CompletionItem:
    return lsp.CompletionItem(
        label=offer.label,
        kind=_KINDS.get(offer.kind, lsp.CompletionItemKind.Value),
        detail=offer.detail or None,
        documentation=offer.about or None,
        sort_text=f"{number:05}",
        filter_text=offer.key,
        insert_text_mode=lsp.InsertTextMode.AsIs,
        text_edit=lsp.TextEdit(where, offer.text),
    )


def _symbol(text: Text, symbol: Symbol) -> lsp.DocumentSymbol:
    where = span(text, symbol.start, symbol.end)
    return lsp.DocumentSymbol(
        name=symbol.name,
        kind=lsp.SymbolKind.Object if symbol.below else lsp.SymbolKind.Property,
        range=where,
        selection_range=where,
        detail=symbol.detail or None,
        children=[_symbol(text, each) for each in symbol.below] or None,
    )

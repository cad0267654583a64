"""What an editor sees while somebody works on a board: over standard input and output, as editors do it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import stories
from tests.server.client import CAPABILITIES, Client, after, span
from tests.server.conftest import BOARD, FILES

ITEM = FILES["items/OPS-2-order.yaml"]


def said(found: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return [(each["code"], each["severity"], each["message"]) for each in found]


def codes(client: Client, board: Path) -> dict[str, list[str]]:
    """The rules of the last findings of each file that has some."""
    root = f"{board.as_uri()}/"
    return {
        uri.removeprefix(root): [each["code"] for each in params["diagnostics"]]
        for uri, params in sorted(client.findings.items())
        if params["diagnostics"]
    }


# -- findings -----------------------------------------------------------------------------------


def test_findings_come_as_somebody_types_and_go_when_it_is_mended(editor: Client, board: Path) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml")
    assert editor.judged(uri) == []
    editor.change(uri, ITEM.replace("ready", "raedy"))
    [found] = editor.judged(uri)
    assert (found["code"], found["severity"], found["source"], span(found)) == (
        "unknown-reference",
        1,
        "opsflow",
        (1, 0, 1, 5),
    )
    assert found["message"] == "the workflow has no state `raedy`\nDid you mean `ready`?"
    editor.change(uri, ITEM)
    assert editor.judged(uri) == []


def test_a_finding_stands_in_a_file_that_is_not_open_and_counts_texts_that_are_not_saved(
    editor: Client, board: Path
) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml")
    editor.judged(uri)
    editor.change(uri, "title: Order a line\nstate: doing\nassignees: [ben]\n")
    assert editor.judged(uri) == []
    config = (board / "opsflow.yaml").as_uri()
    editor.wait(lambda: config in editor.findings)
    [found] = editor.findings[config]["diagnostics"]
    assert (found["code"], span(found)) == ("wip-limit", (4, 33, 4, 36))
    assert "version" not in editor.findings[config]
    assert [each["message"] for each in found["relatedInformation"]] == [
        "OPS-1 Renew 😀 certificates",
        "OPS-2 Order a line",
    ]
    editor.close(uri)
    editor.wait(lambda: not editor.findings[config]["diagnostics"])


def test_every_open_text_counts_for_every_other(editor: Client, board: Path) -> None:
    editor.wait(lambda: codes(editor, board) == {"items/OPS-1-renew.yaml": ["stale"]})
    first = editor.open(board / "items/OPS-2-order.yaml")
    new = editor.open(board / "items/OPS-5.yaml", "title: New\nstate: ready\n")
    editor.change(first, ITEM.replace("OPS-1", "OPS-5"))
    assert editor.judged(first) == []
    people = editor.open(board / "people.yaml", "people: {eva: {name: Eva}}\n")
    assert editor.judged(people) == []
    stale = ["stale", "unknown-reference"]
    editor.wait(lambda: codes(editor, board) == {"items/OPS-1-renew.yaml": stale})
    editor.close(new)
    lost = ["unknown-reference"]
    editor.wait(
        lambda: codes(editor, board) == {"items/OPS-1-renew.yaml": stale, "items/OPS-2-order.yaml": lost}
    )


def test_the_history_comes_in_the_background_and_its_rules_with_it(editor: Client, board: Path) -> None:
    item = (board / "items/OPS-1-renew.yaml").as_uri()
    editor.wait(lambda: item in editor.findings)
    [found] = editor.findings[item]["diagnostics"]
    assert said([found]) == [
        (
            "stale",
            2,
            "OPS-1 is in `doing` and was last touched 74 days ago, over 30 days\n"
            "Say what happens now: move it, block it with a reason, or move it back.",
        )
    ]
    uri = editor.open(board / "items/OPS-1-renew.yaml")
    editor.judged(uri)
    editor.change(uri, FILES["items/OPS-1-renew.yaml"] + "labels: [tls]\n")
    assert editor.judged(uri) == []


def test_what_is_waived_is_a_hint(editor: Client, board: Path) -> None:
    text = "title: x\nstate: ready\ndue: 2026-03-01\nallow: {overdue: {reason: agreed, until: 2026-03-31}}\n"
    uri = editor.open(board / "items/OPS-2-order.yaml", text)
    assert said(editor.judged(uri)) == [
        ("overdue", 4, "OPS-2 was due on 2026-03-01, 19 days ago, and is in `ready`\nAllowed until 2026-03-31: agreed")
    ]  # fmt: skip


def test_columns_are_those_of_the_encoding_that_was_agreed_on(
    start: Callable[[], Client], board: Path
) -> None:
    text = 'title: x\nstate: ready\nlabels: [é😀, b]\nblocked: {reason: "😀", by: "team:x", to: y}\n'
    for encodings, name, column in (
        (None, "utf-16", 38),
        (["utf-8"], "utf-8", 40),
        (["utf-32"], "utf-32", 37),
    ):
        client = start()
        general = {"general": {"positionEncodings": encodings}} if encodings else {}
        given = client.begin(board, capabilities={**CAPABILITIES, **general})
        assert given["capabilities"]["positionEncoding"] == name
        uri = client.open(board / "items/OPS-2-order.yaml", text)
        [found] = client.judged(uri)
        assert (found["code"], span(found)) == ("misshapen", (3, column, 3, column + 2))
        assert client.end() == 0


def test_files_on_the_disk_count_when_the_editor_says_that_they_changed(editor: Client, board: Path) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml")
    assert editor.judged(uri) == []
    assert [each["method"] for each in editor.requests] == ["client/registerCapability"]
    other = board / "items/OPS-1-renew.yaml"
    other.unlink()
    changes = [{"uri": other.as_uri(), "type": 3}]
    editor.tell("workspace/didChangeWatchedFiles", {"changes": changes})
    editor.wait(lambda: editor.findings[uri]["diagnostics"])
    assert codes(editor, board) == {"items/OPS-2-order.yaml": ["unknown-reference"]}


def test_without_such_an_editor_saving_is_enough_and_a_commit_is_noticed(
    start: Callable[[], Client], board: Path
) -> None:
    client = start()
    client.begin(board, capabilities={})
    item = (board / "items/OPS-1-renew.yaml").as_uri()
    client.wait(lambda: item in client.findings)
    assert codes(client, board) == {"items/OPS-1-renew.yaml": ["stale"]}
    uri = client.open(board / "items/OPS-2-order.yaml")
    client.judged(uri)
    (board / "items/OPS-3-plan.yaml").write_text("title: Plan\nstate: raedy\n")
    stories.add(
        str(board),
        [{"at": "2026-03-19 09:00", "files": {"items/OPS-1-renew.yaml": FILES["items/OPS-1-renew.yaml"] + "labels: [a]\n"}}],
    )  # fmt: skip
    client.change(uri, f"{ITEM}labels: [b]\n")
    client.save(uri, board / "items/OPS-2-order.yaml")
    client.wait(lambda: "items/OPS-3-plan.yaml" in codes(client, board))
    client.wait(lambda: "items/OPS-1-renew.yaml" not in codes(client, board))
    assert client.requests == []
    assert codes(client, board) == {"items/OPS-3-plan.yaml": ["unknown-reference"]}


def test_several_boards_are_judged_each_for_itself_and_other_files_not_at_all(
    start: Callable[[], Client], board: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other board"
    (other / "items").mkdir(parents=True)
    (other / "opsflow.yaml").write_text(BOARD.replace("key: OPS", "key: NET"))
    (other / "items/NET-1.yaml").write_text("title: x\nstate: raedy\n")
    (tmp_path / "notes.yaml").write_text("state: raedy\n")
    client = start()
    client.begin(tmp_path)
    outside = client.open(tmp_path / "notes.yaml")
    mine = client.open(board / "items/OPS-2-order.yaml", ITEM.replace("OPS-1", "NET-1"))
    theirs = client.open(other / "items/NET-1.yaml")
    assert [each["code"] for each in client.judged(mine)] == ["unknown-reference"]
    assert [each["code"] for each in client.judged(theirs)] == ["unknown-reference"]
    for document in ("untitled:Untitled-1", "git:/board/items/OPS-1.yaml", "file://host/%00"):
        params = {"textDocument": {"uri": document, "languageId": "yaml", "version": 1, "text": "state: x"}}
        client.tell("textDocument/didOpen", params)
    assert client.ask("textDocument/hover", client.at(outside, "state")) is None
    assert client.ask("textDocument/hover", client.at(mine, "state")) is not None
    assert outside not in client.findings and len(client.findings) >= 2
    assert client.end() == 0 and client.errors == []


def test_a_board_comes_and_goes_with_its_opsflow_yaml(start: Callable[[], Client], tmp_path: Path) -> None:
    folder = tmp_path / "new"
    (folder / "items").mkdir(parents=True)
    item, config = folder / "items/OPS-1.yaml", folder / "opsflow.yaml"
    item.write_text("title: x\nstate: raedy\n")
    (folder / "items/OPS-2.yaml").write_text("title: x\nstate: ready\ndepends_on: [OPS-9]\n")
    client = start()
    client.begin(folder)
    uri = client.open(item)
    assert client.ask("textDocument/hover", client.at(uri, "title")) is None
    config.write_text(BOARD)
    changes = [{"uri": config.as_uri(), "type": 1}]
    client.tell("workspace/didChangeWatchedFiles", {"changes": changes})
    client.wait(lambda: len(codes(client, folder)) == 2)
    client.close(uri)
    config.unlink()
    client.tell("workspace/didChangeWatchedFiles", {"changes": changes})
    client.wait(lambda: codes(client, folder) == {})
    assert client.end() == 0 and client.errors == []


# -- questions ----------------------------------------------------------------------------------


def test_names_are_completed_while_the_text_cannot_be_read(editor: Client, board: Path) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml", "title: fix: [it\nstate: \ndepends_on: [OP\n")
    answer = editor.ask("textDocument/completion", editor.at(uri, "state: ", 7))
    assert [(each["label"], each["detail"]) for each in answer["items"]] == [
        ("ready", "backlog, 1 item"),
        ("doing", "active, 1 item, limit 1"),
        ("done", "done, 1 item"),
    ]
    answer = editor.ask("textDocument/completion", editor.at(uri, "[OP", 3))
    assert [(each["label"], each["detail"]) for each in answer["items"]] == [
        ("OPS-1", "Renew 😀 certificates (doing)"),
        ("OPS-3", "Plan (ready)"),
        ("OPS-4", "Old (done)"),
    ]
    edit = answer["items"][1]["textEdit"]
    assert after(editor.texts[uri][1], [edit]).splitlines()[2] == "depends_on: [OPS-3"
    assert editor.ask("textDocument/completion", editor.at(uri, "fix", 1)) is None


def test_a_name_shows_what_is_known_of_it_and_nothing_in_it_is_mark_up(
    start: Callable[[], Client], board: Path
) -> None:
    (board / "items/OPS-1-renew.yaml").write_text(
        'title: "![x](http://evil.example/x.png) <b>www.example.org</b> [a](command:x)"\nstate: doing\nassignees: [maria]\n'
    )
    for formats, kind in ((["markdown", "plaintext"], "markdown"), (["plaintext"], "plaintext")):
        client = start()
        client.begin(board, capabilities={"textDocument": {"hover": {"contentFormat": formats}}})
        uri = client.open(board / "items/OPS-2-order.yaml")
        answer = client.ask("textDocument/hover", client.at(uri, "OPS-1", 2))
        assert (answer["contents"]["kind"], span(answer)) == (kind, (3, 4, 3, 9))
        title, *lines = answer["contents"]["value"].split("\n\n" if kind == "markdown" else "\n")
        if kind == "plaintext":
            assert title == "OPS-1 ![x](http://evil.example/x.png) <b>www.example.org</b> [a](command:x)"
        else:
            assert title == (
                r"**OPS\-1 \!\[x\]\(http\:\/\/evil\.example\/x\.png\) \<b\>www\.example\.org\<\/b\> "
                r"\[a\]\(command\:x\)**"
            )
        assert lines and lines[0].startswith("In doing")
        assert client.end() == 0


def test_a_name_leads_to_where_it_is_given(editor: Client, board: Path) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml", f"{ITEM}assignees: [ben]\n")
    for mark, path, where in (
        ("OPS-1", "items/OPS-1-renew.yaml", (0, 0, 0, 5)),
        ("ready", "opsflow.yaml", (3, 12, 3, 17)),
        ("ben", "people.yaml", (2, 2, 2, 5)),
    ):
        found = editor.ask("textDocument/definition", editor.at(uri, mark, 1))
        assert (found["uri"], span(found)) == ((board / path).as_uri(), where)
    assert editor.ask("textDocument/definition", editor.at(uri, "Order")) is None


def test_the_uses_of_a_name_are_found_in_files_and_in_texts_that_are_not_saved(
    editor: Client, board: Path
) -> None:
    uri = editor.open(board / "items/OPS-3-plan.yaml", "title: Plan\nstate: ready\npart_of: OPS-1\n")
    params = {**editor.at(uri, "OPS-1", 3), "context": {"includeDeclaration": True}}
    found = editor.ask("textDocument/references", params)
    assert [(each["uri"].rpartition("/")[2], span(each)) for each in found] == [
        ("OPS-1-renew.yaml", (0, 0, 0, 5)),
        ("OPS-2-order.yaml", (3, 4, 3, 9)),
        ("OPS-3-plan.yaml", (2, 9, 2, 14)),
    ]
    params["context"] = {"includeDeclaration": False}
    assert editor.ask("textDocument/references", params) == found[1:]


def carry_out(editor: Client, edit: dict[str, Any]) -> None:
    """What an editor does with a workspace edit, with open texts as with closed ones, and saves."""
    for step in edit["documentChanges"]:
        if step.get("kind") == "rename":
            old, new = (Path(step[key].removeprefix("file://")) for key in ("oldUri", "newUri"))
            assert not new.exists()
            old.rename(new)
            continue
        uri, version = step["textDocument"]["uri"], step["textDocument"]["version"]
        path = Path(uri.removeprefix("file://"))
        assert version == (editor.texts[uri][0] if uri in editor.texts else None)
        text = editor.texts[uri][1] if uri in editor.texts else path.read_text(encoding="utf-8")
        path.write_text(after(text, step["edits"]), encoding="utf-8")


def test_an_id_is_renamed_with_its_file_and_everywhere(editor: Client, board: Path) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml", f"{ITEM}blocked: {{reason: '😀', by: item:OPS-1}}\n")
    place = editor.at(uri, "- OPS-1", 4)
    ready = editor.ask("textDocument/prepareRename", place)
    assert (ready["placeholder"], span(ready)) == ("OPS-1", (3, 4, 3, 9))
    edit = editor.ask("textDocument/rename", {**place, "newName": "OPS-7K3Q"})
    carry_out(editor, edit)
    assert {path.name: path.read_text() for path in sorted((board / "items").iterdir())} == {
        "OPS-2-order.yaml": "title: Order a line\nstate: ready\ndepends_on:\n  - OPS-7K3Q\n"
        "blocked: {reason: '😀', by: item:OPS-7K3Q}\n",
        "OPS-3-plan.yaml": "title: Plan\nstate: ready\ndescription: |\n  After OPS-7K3Q and OPS-2.\n",
        "OPS-7K3Q-renew.yaml": FILES["items/OPS-1-renew.yaml"],
    }


def test_a_name_that_cannot_be_given_is_refused_with_the_reason(
    editor: Client, board: Path, start: Callable[[], Client]
) -> None:
    uri = editor.open(board / "items/OPS-2-order.yaml")
    place = editor.at(uri, "OPS-1", 1)
    for new, reason in (
        ("OPS-3", "OPS-3 is the id of another item: choose one that is free."),
        (
            "plan",
            "plan is no id of this board: write OPS- and digits or capital letters without I, L, O and U.",
        ),
    ):
        answer = editor.answer("textDocument/rename", {**place, "newName": new})
        assert answer["error"] == {"code": -32803, "message": reason}
    answer = editor.answer("textDocument/rename", {**editor.at(uri, "ready"), "newName": "OPS-9"})
    assert answer["error"]["message"] == "Only ids of items can be renamed: there is none here."
    assert editor.ask("textDocument/prepareRename", editor.at(uri, "ready")) is None
    plain = start()
    plain.begin(board, capabilities={})
    uri = plain.open(board / "items/OPS-2-order.yaml")
    answer = plain.answer("textDocument/rename", {**plain.at(uri, "OPS-1", 1), "newName": "OPS-9"})
    assert "cannot rename files" in answer["error"]["message"]
    assert editor.end() == plain.end() == 0
    assert editor.errors == plain.errors == []


def test_what_a_finding_asks_for_is_offered_and_mends_it(editor: Client, board: Path) -> None:
    text = ITEM.replace("ready", "raedy").replace("- OPS-1", "- OPS-9")
    uri = editor.open(board / "items/OPS-2-order.yaml", text)
    found = editor.judged(uri)
    lines = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": lines, "context": {"diagnostics": found}}
    offered = editor.ask("textDocument/codeAction", params)
    assert [(each["title"], each["kind"], each.get("isPreferred")) for each in offered] == [
        ("Write `ready`", "quickfix", True),
        ("Remove OPS-9 from `depends_on`", "quickfix", None),
    ]
    assert [each["diagnostics"] for each in offered] == [[found[0]], [found[1]]]
    for action in reversed(offered):
        [step] = action["edit"]["documentChanges"]
        assert step["textDocument"] == {"uri": uri, "version": 1}
        text = after(text, step["edits"])
    editor.change(uri, text)
    assert (editor.judged(uri), text) == ([], "title: Order a line\nstate: ready\n")
    params["range"] = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    assert editor.ask("textDocument/codeAction", params) == []


def test_a_file_has_an_outline_its_prose_leads_to_items_and_all_items_are_found(
    editor: Client, board: Path
) -> None:
    uri = editor.open(board / "items/OPS-3-plan.yaml")
    config = editor.open(board / "opsflow.yaml")
    outline = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert [(each["name"], each.get("detail")) for each in outline] == [
        ("title", "Plan"),
        ("state", "ready"),
        ("description", None),
    ]
    outline = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": config}})
    workflow = next(each for each in outline if each["name"] == "workflow")
    assert [each["name"] for each in workflow["children"]] == ["ready", "doing", "done"]
    links = editor.ask("textDocument/documentLink", {"textDocument": {"uri": uri}})
    assert [(span(each), each["target"].rpartition("/")[2]) for each in links] == [
        ((3, 8, 3, 13), "OPS-1-renew.yaml"),
        ((3, 18, 3, 23), "OPS-2-order.yaml"),
    ]
    found = editor.ask("workspace/symbol", {"query": "LINE"})
    assert [(each["name"], each["containerName"]) for each in found] == [("OPS-2 Order a line", "ready")]

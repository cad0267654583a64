"""New items: their text, their name, their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsflow.editing import fields, fresh, ids
from opsflow.errors import OpsflowError
from tests.editing.scene import CONFIG, do, facts, write


@pytest.fixture(autouse=True)
def next_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "random", lambda taken, key: f"{key}-7K3Q")


def made(root: Path, title: str, *given: str) -> tuple[str, str]:
    """Path and text of a new item."""
    known = facts(root)
    text = fresh.draft(known, title, [fields.parse(each, known.board, known.today) for each in given])
    plan = fresh.plan(known, text)
    ((path, (before, after)),) = plan.files.items()
    assert before is None and after is not None
    return path, after.decode()


def test_a_new_item_is_in_the_first_state_and_in_canonical_form(root: Path) -> None:
    assert made(root, "Renew edge certificates", "labels=a,b", "type=incident", "due=2026-12-01") == (
        "items/OPS-7K3Q-renew-edge-certificates.yaml",
        "title: Renew edge certificates\nstate: inbox\ntype: incident\ndue: 2026-12-01\nlabels:\n  - a\n  - b\n",
    )


def test_what_yaml_would_misread_is_quoted(root: Path) -> None:
    assert made(root, "Fix: the [WIP] #1", "state=ready", "blocked.reason=no: never") == (
        "items/OPS-7K3Q-fix-the-wip-1.yaml",
        'title: "Fix: the [WIP] #1"\nstate: ready\nblocked:\n  reason: "no: never"\n',
    )


def test_a_template_is_copied_as_it_stands(root: Path) -> None:
    template = "# who is hit?\nstate: doing\nclass: expedite  # always\n\nchecklist: |\n  - [ ] tell people\n"
    write(root, {".opsflow/templates/incident.yaml": template})
    assert made(root, "Mail is down", "type=incident", "assignees=ben") == (
        "items/OPS-7K3Q-mail-is-down.yaml",
        "title: Mail is down\n# who is hit?\nstate: doing\ntype: incident\nclass: expedite  # always\n"
        "assignees:\n  - ben\n\nchecklist: |\n  - [ ] tell people\n",
    )


def test_the_template_of_the_first_type_is_that_of_items_without_a_type(root: Path) -> None:
    write(root, {".opsflow/templates/request.yaml": "labels: [asked]\n"})
    assert made(root, "Ask")[1] == "title: Ask\nstate: inbox\nlabels: [asked]\n"


def test_a_template_that_is_a_link_is_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("description: secret\n")
    (root / ".opsflow/templates").mkdir(parents=True)
    (root / ".opsflow/templates/request.yaml").symlink_to(tmp_path / "secret")
    with pytest.raises(
        OpsflowError, match=r"templates/request.yaml is a link, and is left alone; put a regular"
    ):
        made(root, "Ask")


@pytest.mark.parametrize(
    ("template", "begin"),
    [
        ("", ""),
        ("# who asks?", "# who asks?\n"),
        ("\n\n# who asks?\n\n", "\n\n# who asks?\n\n"),
        ("\n", "\n"),
    ],
)
def test_a_template_may_be_comments_alone(root: Path, template: str, begin: str) -> None:
    write(root, {".opsflow/templates/request.yaml": template})
    assert made(root, "Ask", "due=2026-12-01")[1] == f"{begin}title: Ask\nstate: inbox\ndue: 2026-12-01\n"


def test_comments_of_a_template_keep_their_line_breaks(root: Path) -> None:
    write(root, {".opsflow/templates/request.yaml": b"\xef\xbb\xbf# who?\r\n"})
    known = facts(root)
    assert fresh.draft(known, "Ask", []) == b"\xef\xbb\xbf# who?\r\ntitle: Ask\r\nstate: inbox\r\n"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("class: standard\nlables: [a]\n", ":2: the template is wrong: `lables` is not a key of an item"),
        ("# x\ndue: soon\n", ":2: the template is wrong: `due` is `soon`, which is not a date. Write a day"),
        ("state: nowhere\n", ":1: the template is wrong: the workflow has no state `nowhere`; it has inbox"),
        ("title: [\n", ":1 cannot be edited: the list is never closed"),
    ],
)
def test_what_is_wrong_in_a_template_is_told_where_it_stands(root: Path, template: str, said: str) -> None:
    write(root, {".opsflow/templates/request.yaml": template})
    with pytest.raises(OpsflowError) as error:
        made(root, "Ask")
    assert str(error.value).startswith(f".opsflow/templates/request.yaml{said}")


def test_what_is_wrong_in_a_template_and_set_anew_hinders_nobody(root: Path) -> None:
    write(root, {".opsflow/templates/request.yaml": "state: nowhere\ndue: soon\n"})
    given = ["state=ready", "due=2026-12-01"]
    assert made(root, "Ask", *given)[1] == "title: Ask\nstate: ready\ndue: 2026-12-01\n"


def test_a_type_that_the_board_does_not_know_is_told(root: Path) -> None:
    with pytest.raises(OpsflowError, match=r"The board has no type '../x'; it has request, incident."):
        made(root, "Ask", "type=../x")


@pytest.mark.parametrize(
    ("items", "line"),
    [("items/**", "../.opsflow"), ("work/open/**", "../../.opsflow"), ("*.yaml", ".opsflow")],
)
def test_the_line_for_editors_leads_to_the_schema(root: Path, items: str, line: str) -> None:
    write(root, {"opsflow.yaml": f"{CONFIG}items: ['{items}']\n", ".opsflow/item.schema.json": "{}"})
    path, text = made(root, "Ask")
    assert path == f"{items.rpartition('/')[0] + '/' if '/' in items else ''}OPS-7K3Q-ask.yaml"
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={line}/item.schema.json"


def test_a_template_has_its_own_line_for_editors(root: Path) -> None:
    mine = "# yaml-language-server: $schema=https://example.org/item.json\nstate: ready\n"
    write(root, {".opsflow/item.schema.json": "{}", ".opsflow/templates/request.yaml": mine})
    assert made(root, "Ask")[1] == mine.replace("state", "title: Ask\nstate")


def test_a_board_whose_pattern_fits_no_new_file_is_told(root: Path) -> None:
    write(root, {"opsflow.yaml": f"{CONFIG}items: [items/*/*.yaml]\n"})
    with pytest.raises(OpsflowError, match=r"The board would not read items/OPS-7K3Q-ask.yaml"):
        made(root, "Ask")


def test_a_folder_that_is_full_gets_folders_named_for_the_beginnings_of_ids(root: Path) -> None:
    text = "title: x\nstate: done\n"
    write(root, {f"items/OPS-{number}.yaml": text for number in range(1, 201)})
    assert made(root, "Ask")[0] == "items/7/OPS-7K3Q-ask.yaml"
    write(root, {f"items/7/OPS-{number}.yaml": text for number in range(1001, 1201)})
    assert made(root, "Ask")[0] == "items/7/K/OPS-7K3Q-ask.yaml"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Größe & Maß prüfen: 3 Geräte", "groesse-mass-pruefen-3-geraete"),
        ("Café à côté", "cafe-a-cote"),
        ("日本語", ""),
        ("--- !!!", ""),
        ("A" * 99, "a" * 40),
        ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
    ],
)
def test_a_slug_is_made_of_the_title(title: str, slug: str) -> None:
    assert fresh.slug(title) == slug
    assert fresh.name("OPS-1", title) == (f"OPS-1-{slug}.yaml" if slug else "OPS-1.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("state: ready\n", "The new item has no title; give it one: `opsflow new TITLE`."),
        ("title: a\ntitle: b\n", "The new item cannot be read (line 2): `title` is given twice"),
        ("", "The new item cannot be read (line 1): the file is empty"),
    ],
)
def test_a_text_that_is_no_item_is_told(root: Path, text: str, said: str) -> None:
    with pytest.raises(OpsflowError) as error:
        fresh.plan(facts(root), text.encode())
    assert str(error.value).startswith(said)


def test_a_new_item_is_judged_as_every_edit(root: Path) -> None:
    done = do(root, lambda known: fresh.plan(known, b"title: x\nstate: nowhere\n"))
    assert (done.written, [each.rule for each in done.verdict.refused] if done.verdict else []) == (
        False,
        ["unknown-reference"],
    )

"""What the rules say of an edit before it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsflow.editing import changes, fields, judging
from opsflow.editing.judging import Verdict
from opsflow.errors import OpsflowError
from tests import stories
from tests.editing.scene import FILES, do, facts, tree, write

FULL = {
    **FILES,
    "items/OPS-5-x.yaml": "title: Five\nstate: doing\nassignees: [ben]\n",
    "items/OPS-6-y.yaml": "title: Six\nstate: review\nassignees: [ben]\n",
}
"""`doing` has two of two, `review` one of one."""


def moved(root: Path, id: str, state: str) -> Verdict:
    known = facts(root)
    return judging.judge(known, changes.move(known, [known.item(id)], state))


def rules_of(verdict: Verdict) -> tuple[list[str], list[str], tuple[str, ...]]:
    return [each.rule for each in verdict.refused], [each.rule for each in verdict.told], verdict.overrides


def test_a_move_within_the_limits_is_not_refused(root: Path) -> None:
    assert rules_of(moved(root, "OPS-1", "doing")) == ([], ["unassigned-work"], ())


def test_a_move_over_a_limit_is_refused_and_could_be_waived(root: Path) -> None:
    write(root, FULL)
    verdict = moved(root, "OPS-1", "doing")
    assert rules_of(verdict) == (["wip-limit"], ["unassigned-work"], ("wip-limit",))
    (finding,) = verdict.refused
    assert (finding.place.path, finding.place.line) == ("opsflow.yaml", 6)


def test_nothing_waives_a_limit_of_mode_block(root: Path) -> None:
    write(root, FULL)
    assert rules_of(moved(root, "OPS-1", "review")) == (["wip-limit"], ["unassigned-work"], ())
    done = do(
        root, lambda known: changes.move(known, [known.item("OPS-1")], "review"), waivers={"wip-limit": "so"}
    )
    assert (done.written, [each.rule for each in done.verdict.refused] if done.verdict else None) == (
        False,
        ["wip-limit"],
    )
    assert tree(root)["items/OPS-1-edge.yaml"] == FILES["items/OPS-1-edge.yaml"].encode()


def test_what_only_waivers_in_more_items_cover_is_told_apart_from_what_nothing_waives(root: Path) -> None:
    write(root, {**FULL, "items/OPS-7-z.yaml": "title: Seven\nstate: doing\nassignees: [ben]\n"})
    verdict = moved(root, "OPS-1", "doing")
    assert (verdict.overrides, [(each.rule, each.extent) for each in verdict.elsewhere]) == (
        (),
        [("wip-limit", 2)],
    )
    blocked = moved(root, "OPS-1", "review")
    assert ([each.rule for each in blocked.refused], blocked.overrides, blocked.elsewhere) == (
        ["wip-limit"],
        (),
        (),
    )


def test_a_waiver_is_written_in_the_same_edit(root: Path) -> None:
    write(root, FULL)
    done = do(
        root, lambda known: changes.move(known, [known.item("OPS-1")], "doing"), waivers={"wip-limit": "P1"}
    )
    assert (done.written, done.verdict and done.verdict.refused) == (True, ())
    assert tree(root)["items/OPS-1-edge.yaml"] == (
        b"title: Renew edge certificates  # yearly\nstate: doing\nlabels: [a, b]\n"
        b"allow:\n  wip-limit:\n    reason: P1\n"
    )


def test_what_is_wrong_elsewhere_hinders_nobody(root: Path) -> None:
    write(root, {"items/OPS-8-bad.yaml": "title: [\n", "items/OPS-9-odd.yaml": "title: x\nstate: nowhere\n"})
    assert rules_of(moved(root, "OPS-1", "inbox")) == ([], [], ())


def test_a_limit_that_is_broken_already_hinders_only_who_breaks_it_further(root: Path) -> None:
    write(root, {**FULL, "items/OPS-7-z.yaml": "title: Seven\nstate: doing\nassignees: [ben]\n"})
    known = facts(root)
    given = [fields.parse("labels+=urgent", known.board, known.today)]
    assert rules_of(judging.judge(known, changes.assign(known, [known.item("OPS-7")], given))) == ([], [], ())
    assert rules_of(moved(root, "OPS-7", "ready")) == ([], [], ())
    assert rules_of(moved(root, "OPS-1", "doing"))[0] == ["wip-limit"]


def test_a_value_that_is_wrong_is_refused_with_its_line_and_nothing_waives_it(root: Path) -> None:
    known = facts(root)
    plan = changes.assign(
        known, [known.item("OPS-1")], [fields.parse("due=2026-13-01", known.board, known.today)]
    )
    verdict = judging.judge(known, plan)
    assert rules_of(verdict) == (["misshapen"], [], ())
    assert (verdict.refused[0].place.line, verdict.refused[0].message) == (
        3,
        "`due` is `2026-13-01`, which is not a date",
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ("lables: [a]", "labels=b"),  # what the key was meant to be is free no more
        ("assginees: [ben]\nlables: [a]", "labels+=b"),
        (f"public: {'x' * 2700}", f"public={'x' * 2600}"),
        (f"labels: [{'y' * 300}, {'z' * 300}]", f"labels-={'y' * 300}"),
        ("value: -7", "value=-3"),
    ],
)
def test_what_was_wrong_in_an_item_and_became_no_worse_hinders_nobody(
    root: Path, wrong: str, field: str
) -> None:
    write(root, {"items/OPS-8-x.yaml": f"title: x\nstate: ready\n{wrong}\n"})
    known = facts(root)
    assert known.faults
    given = [fields.parse(field, known.board, known.today)]
    assert rules_of(judging.judge(known, changes.assign(known, [known.item("OPS-8")], given))) == ([], [], ())


def test_a_text_that_is_too_long_may_not_grow(root: Path) -> None:
    write(root, {"items/OPS-8-x.yaml": f"title: {'x' * 300}\nstate: ready\n"})
    known = facts(root)
    plan = changes.assign(
        known, [known.item("OPS-8")], [fields.parse(f"title={'x' * 301}", known.board, known.today)]
    )
    assert rules_of(judging.judge(known, plan)) == (["misshapen"], [], ())


def test_nothing_waives_a_value_that_is_wrong(root: Path) -> None:
    given = [fields.parse("due=2026-02-30", facts(root).board, facts(root).today)]
    with pytest.raises(OpsflowError, match=r"^Nothing waives misshapen; "):
        do(
            root,
            lambda known: changes.assign(known, [known.item("OPS-1")], given),
            waivers={"misshapen": "because"},
        )


def test_an_item_that_was_finished_and_deleted_may_be_named(tmp_path: Path) -> None:
    gone = {"items/OPS-9-gone.yaml": "title: Gone\nstate: done\n"}
    root = Path(
        stories.make(tmp_path / "b", [{"files": {**FILES, **gone}}, {"files": {next(iter(gone)): None}}])
    )
    known = facts(root)
    named = [fields.parse("depends_on+=OPS-9", known.board, known.today)]
    unknown = [fields.parse("depends_on+=OPS-99", known.board, known.today)]
    assert rules_of(judging.judge(known, changes.assign(known, [known.item("OPS-1")], named))) == ([], [], ())
    assert rules_of(judging.judge(known, changes.assign(known, [known.item("OPS-1")], unknown))) == (
        ["unknown-reference"],
        [],
        ("unknown-reference",),
    )


def test_a_waiver_of_no_rule_is_refused(root: Path) -> None:
    with pytest.raises(OpsflowError, match="There is no rule 'wip'"):
        do(root, lambda known: changes.move(known, [known.item("OPS-1")], "doing"), waivers={"wip": "so"})


def test_a_waiver_without_an_edit_is_refused(root: Path) -> None:
    with pytest.raises(OpsflowError, match="Nothing is edited, so no waiver is written"):
        do(root, lambda known: changes.move(known, [known.item("OPS-1")], "ready"), waivers={"stale": "so"})

"""The manual of every rule is true: its bad board gives just that finding, its good board none."""

import ast
from pathlib import Path

import pytest

from opsflow import rules
from opsflow.model import Severity
from tests.boards import facts_in

FOLDER = Path(rules.__file__).parent


@pytest.mark.parametrize("name", rules.ALL)
def test_the_bad_board_gives_one_finding_of_that_rule_and_no_other(name: str) -> None:
    manual = rules.manual(name)
    found = rules.judge(facts_in(manual.bad))
    assert [(finding.rule, finding.severity) for finding in found] == [(name, manual.severity)]


@pytest.mark.parametrize("name", rules.ALL)
def test_the_good_board_gives_no_finding_of_any_rule(name: str) -> None:
    assert rules.judge(facts_in(rules.manual(name).good)) == ()


@pytest.mark.parametrize("name", rules.ALL)
def test_a_manual_says_what_why_and_what_to_do_in_whole_sentences(name: str) -> None:
    manual = rules.manual(name)
    assert manual.name == name
    assert name in rules.FAMILIES[manual.family]
    for text in (manual.title, manual.why, manual.fix):
        assert text.endswith(".")
        assert "  " not in text
    assert len(manual.title) <= 110
    assert bool(manual.options) == bool(rules.options(name))
    assert all(f"`{option}`" in manual.options for option in rules.options(name))


def test_there_is_no_manual_of_a_rule_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        rules.manual("wip-limt")


def test_every_module_is_a_rule_and_every_rule_a_module() -> None:
    modules = {path.stem.replace("_", "-") for path in FOLDER.glob("[!_]*.py")}
    assert modules == set(rules.ALL)
    assert len(rules.ALL) == len(set(rules.ALL))


def test_mypy_is_shown_every_rule() -> None:
    tree = ast.parse((FOLDER / "__init__.py").read_text(encoding="utf-8"))
    shown = next(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "_RULES"
    )
    assert isinstance(shown, ast.Tuple)
    names = [ast.unparse(element).replace("_", "-") for element in shown.elts]
    assert sorted(rules.ALL) == names


@pytest.mark.parametrize("name", rules.ALL)
def test_a_rule_has_a_severity_of_its_own(name: str) -> None:
    assert isinstance(rules.manual(name).severity, Severity)


def test_what_the_findings_say() -> None:
    """Read them aloud: each names the thing, the value and the limit. Four rules leave it to reading."""
    assert [*rules.ALL[:4], *SAID] == list(rules.ALL)
    said = {}
    for name in SAID:
        (finding,) = rules.judge(facts_in(rules.manual(name).bad), {name})
        place = finding.place
        said[name] = f"{place.path}:{place.line}:{place.column}: {finding.message}"
    assert said == SAID


SAID = {
    "unknown-reference": "items/OPS-1.yaml:2:1: the workflow has no state `raedy`",
    "crowded-folder": "opsflow.yaml:1:1: items/ holds 201 items; Git is quick with up to 200 in a folder",
    "dependency-cycle": "items/OPS-1.yaml:3:14: 2 items wait for one another: OPS-1 -> OPS-2 -> OPS-1",
    "started-before-dependency": "items/OPS-1.yaml:2:1: OPS-1 is in `doing`, but OPS-2, which it depends on, "
    "is not finished",
    "finished-before-dependency": "items/OPS-1.yaml:2:1: OPS-1 is in `done`, but OPS-2, which it depends on, "
    "is not finished",
    "depends-on-discarded": "items/OPS-1.yaml:3:14: OPS-1 depends on OPS-2, "
    "which is in `dropped` and will never be finished",
    "due-before-dependency": "items/OPS-1.yaml:3:1: OPS-1 is due on 2026-03-10, but OPS-2, "
    "which it depends on, is due on 2026-03-20",
    "finished-before-part": "items/OPS-1.yaml:2:1: OPS-1 is in `done`, but OPS-2, a part of it, "
    "is not finished",
    "wip-limit": "opsflow.yaml:6:41: 2 items of maria are in `doing`, and the limit is 1: OPS-1 and OPS-2",
    "wip-minimum": "opsflow.yaml:6:30: no item of type improvement is in progress, and the minimum is 1",
    "unassigned-work": "items/OPS-1.yaml:2:1: OPS-1 is in `doing`, and nobody is assigned",
    "assigned-while-away": "items/OPS-1.yaml:3:1: OPS-1 is in `doing`, but Maria is away until 2026-03-06",
    "missing-skill": "items/OPS-1.yaml:4:10: OPS-1 needs the skill `tls`, which sam has not",
    "overdue": "items/OPS-1.yaml:3:1: OPS-1 was due on 2026-03-19, 1 day ago, and is in `ready`",
    "over-age": "items/OPS-1.yaml:2:1: OPS-1 is 11 days old, and 85% of items are finished within 10 days",
    "stale": "items/OPS-1.yaml:2:1: OPS-1 is in `doing` and was last touched 15 days ago, over 14 days",
    "stale-block": "items/OPS-1.yaml:4:1: OPS-1 has been blocked for 8 days, "
    "over 7 days: no answer to our ticket",
    "missed-maintenance": "catalog.yaml:1:57: Edge proxy was last maintained 91 days ago, "
    "and should be every 90 days",
    "expired-waiver": "items/OPS-1.yaml:3:48: the waiver of overdue in OPS-1 ended on 2026-03-19: the "
    "customer agreed",
    "shallow-history": "opsflow.yaml:1:1: only the last commit is here",
    "future-commit": "items/OPS-2.yaml:1:1: commit 0f98b1f7ed is dated 2027-03-02 12:00, after now",
    "backdated-entry": "items/OPS-1.yaml:4:11: OPS-1 says that it entered `doing` on 2026-01-04 09:00, "
    "more than 30 days before the commit that shows it",
    "skipped-state": "items/OPS-1.yaml:2:1: OPS-1 went from `doing` to `done`, past `review`",
    "unfinished-item-deleted": "items/OPS-1.yaml:1:1: OPS-1 (Some work) is deleted, and was in `doing`",
    "reopened-without-reason": "items/OPS-1.yaml:2:1: OPS-1 was in `done` and is in `ready` again",
    "waiver-without-reason": "items/OPS-1.yaml:3:19: the waiver of overdue in OPS-1 gives `todo` as its "
    "reason, which is none",
    "changed-rules": "opsflow.yaml:6:28: the limit of items in `doing` is 3, and was 1; no finding comes or "
    "goes with it",
}

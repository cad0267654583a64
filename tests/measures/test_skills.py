"""Which skills are asked for, who has them, who really used them."""

from tests.measures.asked import evidence, figure, pick

PEOPLE = """
today: 2026-03-13
people:
  maria: {name: Maria, skills: [tls, dns], emails: [Maria@Example.org]}
  ben: {name: Ben, skills: [tls, backup]}
  ida: {name: Ida}
"""


def test_a_skill_is_at_risk_that_open_work_asks_for_and_few_have() -> None:
    found = figure(
        "skills",
        PEOPLE
        + """
2026-03-02 OPS-1: {state: done, skills: [tls], assignees: [ida]}
2026-03-03 OPS-2: {state: ready, skills: [tls, dns, cobol], estimate: 3d}
2026-03-03 OPS-3: {state: doing, skills: [tls]}
2026-03-03 OPS-4: {state: dropped, skills: [backup]}
""",
    )
    assert pick(found["rows"], "skill", "risk", "demanded", "held", "did", "done", "score", "people") == [
        ("cobol", "nobody has it", 1, 0, 0, 0, 0, []),
        ("dns", "rests on one person", 1, 1, 0, 0, 1, ["Maria"]),
        ("backup", "", 0, 1, 0, 0, 1, ["Ben"]),
        ("tls", "", 2, 2, 1, 1, 4, ["Maria", "Ben", "Ida"]),
    ]
    assert pick(found["rows"], "skill", "person_days", "items") == [
        ("cobol", 3, ["OPS-2"]),
        ("dns", 3, ["OPS-2"]),
        ("backup", None, []),
        ("tls", None, ["OPS-2", "OPS-3"]),
    ]
    assert (found["missing"], found["single"], found["unpractised"], found["n"]) == (1, 1, 0, 2)
    assert found["title"] == "Nobody has 1 skill that open work asks for"


def test_a_skill_that_two_list_and_nobody_used_is_on_paper_only() -> None:
    found = figure("skills", PEOPLE + "2026-03-02 OPS-1: {state: ready, skills: [tls]}")
    assert pick(found["rows"], "skill", "risk")[0] == ("tls", "nobody used it")


def test_those_who_did_the_work_are_those_who_had_it_at_its_end() -> None:
    story = """
2026-03-02 OPS-1: {state: doing, skills: [a], assignees: [maria]}
2026-03-03 OPS-1: {state: doing, skills: [a], assignees: [ben]}
2026-03-04 OPS-1: {state: done, skills: [a], assignees: [ida]}
2026-03-05 OPS-2: {state: doing, skills: [a], assignees: [ben]}
2026-03-06 OPS-2: {state: doing, skills: [a]}
2026-03-07 OPS-2: {state: done, skills: [a]}
2026-03-08 OPS-3: {state: done, skills: [a]}
2024-03-01 OPS-9: {state: done, skills: [a], assignees: [ida]}
"""
    assert evidence("skills", PEOPLE + "\n".join(sorted(story.strip().splitlines()))) == [
        ("OPS-1", "finished by Ida", None),
        ("OPS-2", "finished by Ben", None),
        ("OPS-3", "finished by Maria", None),
    ]


def test_who_left_does_not_cover_a_skill() -> None:
    found = figure("skills", PEOPLE + "2026-03-02 OPS-1: {state: done, skills: [cobol], assignees: [zoe]}")
    row = next(row for row in found["rows"] if row["skill"] == "cobol")
    assert (row["did"], row["left"], row["score"], row["people"]) == (0, 1, 0, [])


def test_without_people_yaml_the_history_tells_who_can() -> None:
    found = figure(
        "skills",
        """
2026-03-02 OPS-1: {state: done, skills: [tls], assignees: [zoe]}
2026-03-03 OPS-2: {state: ready, skills: [tls, dns]}
""",
    )
    assert pick(found["rows"], "skill", "risk", "held", "did", "people") == [
        ("tls", "rests on one person", None, 1, ["zoe"]),
        ("dns", "", None, 0, []),
    ]


def test_without_a_history_or_skills_there_are_words() -> None:
    found = figure("skills", PEOPLE + "OPS-1: {state: ready, skills: [tls]}")
    assert found["unpractised"] is None
    assert found["reasons"]["unpractised"] == "the board is not in a Git repository"
    assert pick(found["rows"], "skill", "risk", "did", "done")[0] == ("tls", "", None, None)
    assert figure("skills", "OPS-1: {state: ready}")["reason"].startswith("No item names `skills`")

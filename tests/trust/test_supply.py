"""The packages of development and CI are locked by their hashes, and the lock is that of pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def wanted() -> list[Requirement]:
    """All that pyproject.toml asks for: to run, with every extra, and to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = [each for group in project["project"]["optional-dependencies"].values() for each in group]
    groups = project["dependency-groups"]
    develop = [each for name in ("test", "dev") for each in groups[name] if isinstance(each, str)]
    assert groups["dev"][0] == {"include-group": "test"}
    return [Requirement(text) for text in (*project["project"]["dependencies"], *extras, *develop)]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_has_what_is_asked_for_and_a_hash_for_each() -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))
    locked: dict[str, list[str]] = {}
    for entry in entries:
        match = re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", entry)
        if match:
            locked.setdefault(plain(match[1]), []).append(match[2])
            assert "--hash=sha256:" in entry, match[0]
    assert len(locked) > 40
    missing = [
        str(each)
        for each in wanted()
        if not any(each.specifier.contains(version) for version in locked.get(plain(each.name), ()))
    ]
    assert missing == [], "run `make lock`"


def test_users_get_ranges_with_a_lower_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in project["dependencies"]:
        assert ">=" in str(Requirement(text).specifier), text


def test_the_audit_fails_where_a_package_could_not_be_looked_up() -> None:
    """Without --strict, a registry that knows no advisories makes every package look safe."""
    recipes = [
        line for line in (ROOT / "Makefile").read_text().splitlines() if "pip-audit" in line and "\t" in line
    ]
    (recipe,) = recipes
    assert {"--strict", "--require-hashes", "--disable-pip"} <= set(recipe.split())

"""Assertions in the rows of the catalogue are told in full."""

import pytest

FAMILIES = ("cost", "yaml", "edits", "git", "history", "paths", "site", "outputs", "public", "parallel")
pytest.register_assert_rewrite("tests.trust.rows", *(f"tests.trust.rows_{name}" for name in FAMILIES))

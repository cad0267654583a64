"""The names of item files."""

from __future__ import annotations

import re

NAME = re.compile(r"([A-Z][A-Z0-9]*-[0-9A-HJKMNP-TV-Z]+)(?:-[a-z0-9][a-z0-9-]*)?\.ya?ml")


def id_of(path: str) -> str:
    """The id that a file's name begins with: `OPS-7K3Q` of `items/OPS-7K3Q-renew.yaml`; empty if none."""
    match = NAME.fullmatch(path.rpartition("/")[2])
    return match[1] if match else ""


def is_archived(path: str) -> bool:
    """Whether a file lies in the archive."""
    return path.startswith("archive/")

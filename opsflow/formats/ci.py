"""What the formats for a CI share: where a finding is in the repository, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from opsflow.formats.findings import Report
from opsflow.formats.visible import clip, harmless, visible

LONGEST, MOST = 2000, 8
"""How many characters of a line are told, and how many lines; all of them are in the log, and in JSON."""

Row = Mapping[str, Any]


def path(report: Report, row: Row) -> str:
    """The file of a finding, from the top of the repository."""
    return f"{report['prefix']}{row['path']}"


def said(row: Row) -> list[str]:
    """The sentence of a finding and its hint, one line each: visible, and no command to any runner."""
    lines = (line for line in (row["message"], *row["hint"].splitlines()) if line.strip())
    return [plain(line) for line in islice(lines, MOST)]


def plain(text: str) -> str:
    """Somebody's text on one line, cut where it is too long."""
    return clip(harmless(visible(text)), LONGEST)


def sentences(lines: Iterable[str]) -> str:
    """The lines as one, each ended as a sentence is."""
    told = (line.strip() for line in lines)
    return " ".join(line if line.endswith((".", "!", "?", ":")) else f"{line}." for line in told)


def counts(row: Row) -> bool:
    """Whether a finding is to be answered for: it is not waived, and a change did not leave it as it was."""
    return row["waiver"] is None and row.get("change") != "left"


def unlinked(text: str) -> str:
    """The text with every Markdown link in it broken, in a way that shows."""
    return re.sub(r"\](?=[(\[])", "] ", text)

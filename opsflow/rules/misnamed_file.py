"""The name of an item's file does not begin with its id.

Why: the id stands in the file's name, so that it survives every edit, rename and move, and so that Git
itself refuses two branches that add the same one.
Fix: rename the file to its id, with a slug of lower-case words after it where you like, and `.yaml`.

Bad:

    items/renew-certificates.yaml: {state: ready}

Good:

    items/OPS-1-renew-certificates.yaml: {state: ready}
"""

from __future__ import annotations

from collections.abc import Iterator

from opsflow.facts import Facts
from opsflow.model import Judgement, Severity

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Judgement]:
    """What reading found."""
    return (fault.judgement for fault in facts.faults if fault.rule == "misnamed-file")

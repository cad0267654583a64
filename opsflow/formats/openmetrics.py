"""Numbers for scraping: OpenMetrics text, version 1.0, which Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


class Gauge(NamedTuple):
    """A number that goes up and down, for each set of labels."""

    name: str
    help: str
    samples: Sequence[tuple[Mapping[str, str], float | None]]
    """None: there is no number, and no sample."""
    unit: str = ""
    """Such as days; the name ends in it."""


def render(gauges: Sequence[Gauge]) -> str:
    """The gauges that have a sample, in their order."""
    return "".join(f"{line}\n" for line in (*_lines(gauges), "# EOF"))


def _lines(gauges: Sequence[Gauge]) -> Iterator[str]:
    for gauge in gauges:
        samples = [(labels, value) for labels, value in gauge.samples if value is not None]
        if not samples:
            continue
        yield f"# TYPE {gauge.name} gauge"
        if gauge.unit:
            yield f"# UNIT {gauge.name} {gauge.unit}"
        yield f"# HELP {gauge.name} {gauge.help.translate(_ESCAPED)}"
        for labels, value in samples:
            named = ",".join(f'{key}="{text.translate(_ESCAPED)}"' for key, text in labels.items())
            yield f"{gauge.name}{{{named}}} {value}" if named else f"{gauge.name} {value}"

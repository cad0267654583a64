"""Dependency pictures: which of them can be read on paper."""

from __future__ import annotations

import pytest

from opsflow.site import networks
from opsflow.site.layout import Picture


@pytest.mark.parametrize(
    ("width", "height", "paper"),
    [
        (200, 74, ""),
        (936, 330, ""),
        (1200, 400, "broad"),
        (1800, 900, "broad"),
        (696, 1500, ""),
        (2136, 2514, "large"),
        (2000, 400, "large"),
        (400, 2000, "large"),
    ],
)
def test_a_picture_is_printed_upright_across_or_not_at_all(width: float, height: float, paper: str) -> None:
    drawn = networks.Network((), {}).drawn(Picture(width, height, (), ()))
    assert drawn["paper"] == paper

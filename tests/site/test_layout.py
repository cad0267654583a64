"""Layout: where boxes and lines go."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsflow.site import layout
from opsflow.site.layout import BOX, Shape

CHAIN = Shape(3, ((0, 1), (1, 2)))
needs_program = pytest.mark.skipif(layout.program() is None, reason="no graphviz-pure and no dot here")


def test_a_shape_is_told_to_graphviz_in_numbers_only() -> None:
    assert layout.dot(CHAIN) == (
        'digraph g{rankdir=LR;nodesep=0.22;ranksep=0.55;node[shape=box,fixedsize=true,label="",'
        "width=2.7778,height=1.0139];edge[arrowsize=0.6,tailport=e,headport=w]; n0; n1; n2; n0->n1; n1->n2;}\n"
    )


@needs_program
def test_what_comes_first_stands_left() -> None:
    picture = layout.place([CHAIN])[CHAIN]
    first, second, third = (x for x, _ in picture.boxes)
    assert first + BOX[0] < second < second + BOX[0] < third
    assert [(line.before, line.after) for line in picture.lines] == [(0, 1), (1, 2)]
    assert third + BOX[0] < picture.width
    assert all(0 < y < picture.height - BOX[1] for _, y in picture.boxes)


@needs_program
def test_boxes_never_overlap_and_cycles_are_drawn_too() -> None:
    shape = Shape(12, tuple((n, (n * 5 + 3) % 12) for n in range(12)))
    picture = layout.place([shape])[shape]
    for n, (x, y) in enumerate(picture.boxes):
        for other_x, other_y in picture.boxes[:n]:
            assert abs(x - other_x) >= BOX[0] or abs(y - other_y) >= BOX[1]
    assert len(picture.lines) == 12


def test_a_picture_whose_first_boxes_stand_far_down_is_turned_upside_down() -> None:
    text = (
        "graph 1 6 10\nnode n0 1.5 {0} 2 1 x solid box\nnode n1 4.5 {1} 2 1 x solid box\n"
        "edge n0 n1 2 2.5 {0} 3.5 {1} solid black"
    )
    shape = Shape(2, ((0, 1),))
    low, high, middle = (layout._picture(shape, text.format(*at)) for at in ((1, 9), (9, 1), (5, 5)))
    assert low == high
    assert [y for _, y in low.boxes] == [43.5, 619.5]
    assert low.lines[0].path == "M188 80C260 656"
    assert [y for _, y in middle.boxes] == [331.5, 331.5]


@needs_program
def test_many_shapes_take_one_run_and_equal_ones_are_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    run = layout.subprocess.run
    monkeypatch.setattr(
        layout.subprocess, "run", lambda *args, **more: runs.append(more["input"]) or run(*args, **more)
    )
    placed = layout.place([CHAIN, Shape(1, ()), CHAIN])
    assert list(placed) == [CHAIN, Shape(1, ())]
    assert [given.count(b"digraph") for given in runs] == [2]


def test_without_a_program_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "program", lambda: None)
    assert layout.place([CHAIN]) == {}


def test_a_program_that_fails_leaves_the_pages_without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "program", lambda: "/bin/false")
    assert layout.place([CHAIN]) == {}


@pytest.mark.parametrize("answers", [0, 1, 3])
def test_a_program_that_answers_for_other_pictures_than_asked_gives_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answers: int
) -> None:
    one = "graph 1 3 1\\nnode n0 1.5 0.5 2 1 x solid box black grey\\nstop\\n"
    dot = tmp_path / "dot"
    dot.write_text(f"#!/bin/sh\ncat > /dev/null\nprintf '{one * answers}'\n")
    dot.chmod(0o755)
    monkeypatch.setattr(layout, "program", lambda: str(dot))
    shapes = [Shape(1, ()), CHAIN]
    assert layout.place(shapes) == {}
    assert len(layout.place(shapes[:answers] if answers < 3 else [*shapes, Shape(2, ())])) == answers


def test_boxes_that_hang_together_are_one_group_and_the_largest_comes_first() -> None:
    assert layout.components(6, [(4, 5), (0, 2), (2, 3)]) == [[0, 2, 3], [4, 5], [1]]


def all_of(many: int) -> Shape:
    return Shape(many, tuple((n, m) for n in range(many) for m in range(many) if n != m))


@pytest.mark.parametrize(
    ("shape", "length"),
    [
        (CHAIN, 2),
        (Shape(4, ((0, 1), (1, 2), (2, 3), (0, 3))), 6),
        (Shape(4, ((3, 2), (2, 1), (1, 0))), 3),
        (Shape(3, ((0, 1), (1, 2), (2, 0))), 4),
        (Shape(1, ((0, 0),)), 0),
        (all_of(4), 20),
    ],
)
def test_the_length_of_a_picture_counts_each_line_once_for_each_column(shape: Shape, length: int) -> None:
    assert layout.length(shape) == length


def test_a_picture_that_is_too_long_is_left_out_and_those_after_it_are_not() -> None:
    assert layout.length(all_of(100)) == layout.LONGEST + 1
    assert list(layout.within([CHAIN, all_of(30), Shape(2, ((0, 1),)), CHAIN])) == [
        CHAIN,
        Shape(2, ((0, 1),)),
    ]
    assert list(layout.within([CHAIN, Shape(4, ((0, 1), (1, 2))), Shape(2, ((0, 1),))], 3)) == [
        CHAIN,
        Shape(2, ((0, 1),)),
    ]

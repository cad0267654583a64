"""Charts: what is drawn, the same on every machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsflow.site import charts, plot
from opsflow.site.plot import Scale

needs_charts = pytest.mark.skipif(not plot.available(), reason="the extra opsflow[site] is not installed")


def test_a_scale_begins_at_zero_and_ends_at_a_round_value() -> None:
    assert plot.scale(48).values == (0, 10, 20, 30, 40, 50)
    assert plot.scale(4).values == (0, 1, 2, 3, 4)
    assert plot.scale(0).values == (0, 1)
    assert plot.scale(3, low=-5, most=6).values == (-6, -4, -2, 0, 2, 4)
    assert plot.scale(1234).values == (0, 500, 1000, 1500)


def test_a_value_stands_where_its_line_is() -> None:
    size = plot.sizes((100, 80))[0]
    assert Scale((0, 10), 10).at(10, size) == 0
    assert Scale((0, 10), 10).at(0, size) == size.down
    assert plot.long_tailed(1000).at(1000, size) == 0
    assert plot.long_tailed(1000).values == (0, 1, 3, 10, 30, 100, 300, 1000)


def test_labels_move_apart_but_keep_their_order_and_stay_in_the_picture() -> None:
    assert plot.apart([10, 100], 14, 0, 260) == [10, 100]
    assert plot.apart([10, 11, 12], 14, 0, 260) == [10, 24, 38]
    assert plot.apart([258, 259], 14, 0, 260) == [246, 260]
    assert plot.apart([], 14, 0, 260) == []


def test_stages_of_flow_go_from_light_to_dark() -> None:
    assert charts.stages(3) == ["var(--f1)", "var(--f2)", "var(--f3)"]
    assert charts.stages(6)[0] == "color-mix(in srgb, var(--f2) 0%, var(--f1))"
    assert charts.stages(6)[-1] == "color-mix(in srgb, var(--f4) 100%, var(--f3))"


WEEKS = [
    {"week": "2026-W23", "from_on": "2026-06-01", "count": 3, "planned": 2, "unplanned": 1, "partial": False},
    {"week": "2026-W24", "from_on": "2026-06-08", "count": 1, "planned": 1, "unplanned": 0, "partial": True},
]


@needs_charts
def test_a_chart_says_what_it_shows_and_each_column_says_its_number() -> None:
    drawing = plot.draw(charts.throughput({"weeks": WEEKS, "mean_week": 3.0}))
    assert drawing.count("<svg") == 2
    for ids in ("throughput-w", "throughput-n"):
        assert f'<title id="{ids}-t">Items finished per week</title>' in drawing
        assert f'fill="url(#{ids}-h)"' in drawing
        assert f'<pattern id="{ids}-h"' in drawing
    for said in ("2026-W23: 2 planned", "2026-W23: 1 unplanned", "2026-W24, so far: 1 planned"):
        assert drawing.count(f"<title>{said}</title>") == 2
    assert 'mean <tspan class="st">3</tspan>' in drawing
    assert "style=" not in drawing


@needs_charts
def test_many_finished_items_share_marks_and_a_page_stays_light() -> None:
    points = [
        {
            "id": f"OPS-{n}",
            "title": "Some work",
            "planned": True,
            "finished_on": "2026-06-01",
            "finished_at": "2026-06-01T09:00:00+00:00",
            "cycle_time_days": n % 7 + 1,
            "outlier": False,
        }
        for n in range(400)
    ]
    figure = {"points": points, "percentiles": {"rows": [{"p": 85, "days": 6}]}}
    window = {"from_on": "2026-05-01", "to_on": "2026-06-12"}
    drawing = plot.draw(charts.scatter(figure, window, plot.UTC, lambda item: f"item/{item}.html"))
    assert drawing.count("<circle") == 14
    assert "<title>58 items, 1 day</title>" in drawing
    assert "<a " not in drawing


CODE = """
import sys
sys.path.insert(0, {root!r})
from tests.site import sample
from opsflow.site import build
facts = sample.facts(60)
build.build(facts, sample.findings(facts), {out!r})
"""


def test_the_same_facts_give_the_same_bytes_in_any_zone_and_with_any_hash_seed(tmp_path: Path) -> None:
    made = []
    for number, (zone, seed) in enumerate((("UTC", "1"), ("Asia/Kolkata", "2"))):
        out = tmp_path / str(number)
        code = CODE.format(root=str(Path(__file__).parents[2]), out=str(out))
        env = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", code], check=True, env=env)
        made.append(
            {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        )
    assert len(made[0]) > 60
    assert made[0] == made[1]


# -- changes of the policies ------------------------------------------------------------------------


def mark(n: int, day: str, *words: str) -> dict[str, object]:
    return {"n": n, "day_on": day, "words": list(words) or ["limit Doing: at most 4 → 3"], "commit": {}}


def drawn(layers: list[plot.Spec], name: str) -> list[dict[str, object]]:
    """The rows of the layers of that name."""
    return [row for layer in layers if layer["name"] == name for row in layer["data"]["values"]]


WIP = {
    "days": [{"day_on": f"2026-06-{day:02}", "wip": 2} for day in range(1, 31)],
    "limit": None,
    "marks": [
        mark(4, "2026-05-31"),
        mark(5, "2026-06-01"),
        mark(6, "2026-06-11"),
        mark(7, "2026-06-12", "one", "two"),
        mark(8, "2026-06-30"),
    ],
}


def test_a_change_of_the_policies_is_a_line_at_its_day_and_near_ones_share_a_number() -> None:
    chart = charts.wip(WIP)
    across = chart.narrow.across
    layers = chart.layers(chart.narrow)
    lines = drawn(layers, "mark")
    assert [row["px"] for row in lines] == pytest.approx([n * across / 29 for n in (0, 10, 11, 29)])
    assert [row["s"] for row in lines][2] == "7: 12 Jun, one; two"
    assert {(row["py"], row["qy"]) for row in lines} == {(0, chart.narrow.down)}
    assert [row["t"] for row in drawn(layers, "marks")] == ["5", "6–7", "8"]
    assert all(6 <= float(str(row["px"])) <= across - 6 for row in drawn(layers, "marks"))


def test_a_change_stands_in_the_column_of_its_week_at_its_weekday() -> None:
    weeks = [
        {**week, "to_on": to, "arrivals": 1, "departures": 1, "net": 0}
        for week, to in zip(WEEKS, ("2026-06-07", "2026-06-14"), strict=True)
    ]
    figure = {"weeks": weeks, "mean_week": None, "marks": [mark(1, "2026-06-11"), mark(2, "2026-06-20")]}
    for chart in (charts.throughput(figure), charts.net_flow(figure)):
        lines = drawn(chart.layers(chart.wide), "mark")
        assert [row["px"] for row in lines] == [pytest.approx((1 + 3 / 7) * chart.wide.across / 2)]


def test_without_a_change_nothing_is_drawn() -> None:
    chart = charts.wip({**WIP, "marks": []})
    assert [layer["name"] for layer in chart.layers(chart.wide)] == ["under", "line", "tail"]


POINT = {
    "id": "OPS-1",
    "title": "Some work",
    "planned": True,
    "finished_on": "2026-06-01",
    "finished_at": "2026-06-01T09:00:00+00:00",
    "cycle_time_days": 49,
    "outlier": True,
}


def test_the_unit_gives_way_to_the_number_of_an_early_change() -> None:
    window = {"from_on": "2026-05-01", "to_on": "2026-06-12"}
    for day, units in (("2026-05-05", []), ("2026-06-05", ["days"])):
        figure = {"points": [POINT], "percentiles": {"rows": []}, "marks": [mark(1, day)]}
        chart = charts.scatter(figure, window, plot.UTC, lambda item: None)
        assert [row["t"] for row in drawn(chart.layers(chart.wide), "unit")] == units


def test_the_slowest_item_stands_below_the_numbers_of_the_changes() -> None:
    figure = {"points": [POINT], "percentiles": {"rows": []}, "marks": []}
    window = {"from_on": "2026-05-01", "to_on": "2026-06-12"}
    chart = charts.scatter(figure, window, plot.UTC, lambda item: None)
    (axis,) = {tuple(layer["encoding"]["y"]["scale"]["domain"]) for layer in chart.layers(chart.wide)[:2]}
    assert axis == (0, 60.0)


def test_the_numbers_of_the_columns_stand_over_the_line_of_their_mean() -> None:
    chart = charts.throughput({"weeks": WEEKS, "mean_week": 3})
    names = [layer["name"] for layer in chart.layers(chart.wide)]
    assert names.index("total") > names.index("pct")


@needs_charts
def test_what_a_change_says_is_words_in_the_drawing_whatever_it_holds() -> None:
    figure = {**WIP, "marks": [mark(1, "2026-06-11", "new person <script>alert(1)</script>")]}
    drawing = plot.draw(charts.wip(figure))
    assert "<script" not in drawing
    assert drawing.count("<title>1: 11 Jun, new person") == 2

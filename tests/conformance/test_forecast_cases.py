"""Other tools' published numbers about forecasts, read off the command line where it can say them.

What opsflow refuses, and why:

- Case 13, a feature of two teams of which one has no throughput: the number 15 leaves the idle team out. Nothing
  is said instead, and the team is named; Lighthouse itself does so today.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsflow.cli import run
from opsflow.flow import counts, forecast, outcomes
from opsflow.flow.forecast import Draws, Sample
from opsflow.flow.spans import Flow
from opsflow.measures import simulate

CASES = Path(__file__).parents[3] / "shared" / "cases"
TODAY = date(2026, 3, 1)


def case(name: str) -> dict[str, Any]:
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the case {name} is not here: {CASES} is not beside this checkout")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


# -- case 12: reading a distribution ------------------------------------------------------------------


def histogram(given: dict[str, int]) -> dict[int, int]:
    return {int(outcome): trials for outcome, trials in given.items()}


def test_case_12_percentiles_and_likelihoods_of_simulated_outcomes() -> None:
    found = case("12-lighthouse-forecast-distribution")
    given, expected = found["input"], found["expected"]
    passage = outcomes.passage(histogram(given["when_histogram"]))
    assert {p: passage.day(float(p)) for p in expected["when_percentiles"]} == expected["when_percentiles"]
    by_day = expected["when_likelihood_percent_by_day"]
    assert {day: round(100 * passage.share(int(day))) for day in by_day} == by_day
    assert outcomes.of_ends([]).share(3) == expected["when_likelihood_without_trials"]
    many = histogram(given["how_many_histogram"])
    wanted = expected["how_many_percentiles"]
    assert {p: outcomes.how_many(many, float(p)) for p in wanted} == wanted
    likely, shares = (
        histogram(given["how_many_likelihood_histogram"]),
        expected["how_many_at_least_likelihood_percent"],
    )
    assert {n: round(100 * (outcomes.at_least(likely, int(n)) or 0)) for n in shares} == shares
    scored = [histogram(each) for each in given["predictability"]]
    first = expected["predictability_first_percentiles"]
    assert {p: outcomes.how_many(scored[0], float(p)) for p in first} == first
    told = [outcomes.predictability(each) for each in scored]
    assert told == pytest.approx(expected["predictability_scores"], abs=0.001)


# -- case 13: Monte Carlo on a sample -----------------------------------------------------------------


@pytest.fixture
def forecasts(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What `opsflow forecast` says of a sample, without any board; every day is a working day."""
    monkeypatch.chdir(tmp_path)

    def told(*words: str, sample: list[int]) -> dict[str, Any]:
        text = ",".join(map(str, sample))
        common = ["--sample", text, "--week", "mon-sun", "--now", TODAY.isoformat(), "--format", "json"]
        assert run(["forecast", *words, *common]) == 0
        view: dict[str, Any] = json.loads(capsys.readouterr().out)
        (row,) = view["rows"]
        return dict(row)

    return told


def on(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def days(row: dict[str, Any]) -> dict[str, int]:
    return {p: (date.fromisoformat(row[f"p{p}"]) - TODAY).days for p in ("50", "70", "85", "95")}


def within(found: dict[str, int], ranges: dict[str, list[int]]) -> bool:
    return all(low <= found[p] <= high for p, (low, high) in ranges.items())


def test_case_13_ranges_of_a_sample_of_31_days(forecasts: Any) -> None:
    found = case("13-lighthouse-montecarlo-ranges")
    sample, expected = found["input"]["daily_throughput"], found["expected"]
    for length in (10, 30):
        row = forecasts("--by", on(length), sample=sample)
        assert within(
            {p: row[f"p{p}"] for p in ("50", "70", "85", "95")}, expected[f"how_many_{length}_days"]
        )
    for items in (35, 28):
        assert within(days(forecasts(str(items), sample=sample)), expected[f"when_{items}_items_days"])
    low, high = expected["likelihood_28_items_within_30_days_percent"]
    assert low <= 100 * forecasts("28", "items", "--by", on(30), sample=sample)["chance_share"] <= high
    past = forecasts("28", "--by", on(0), sample=sample)["chance_share"]
    assert past == expected["likelihood_target_today_or_past_percent"]


def test_case_13_a_steady_sample_has_one_answer(forecasts: Any) -> None:
    expected = case("13-lighthouse-montecarlo-ranges")["expected"]
    steady, same = expected["constant_throughput_one_per_day"], [1] * 5
    for length, items in steady["how_many_in_days"].items():
        row = forecasts("--by", on(int(length)), sample=same)
        assert {row[f"p{p}"] for p in (50, 70, 85, 95)} == {items}
    for items, length in steady["when_items_to_days"].items():
        assert set(days(forecasts(items, sample=same)).values()) == {length}
    one, other = expected["sequential_features_one_team_wip_1_throughput_1"]["items"]
    in_turn = [set(days(forecasts(str(items), sample=same)).values()) for items in (one, one + other)]
    assert in_turn == [
        {each} for each in expected["sequential_features_one_team_wip_1_throughput_1"]["days_all_percentiles"]
    ]
    draws = [Draws(Sample((1,) * 5), "seed", 10_000, team) for team in ("a", "b")]
    two = expected["one_feature_two_teams_throughput_1"]
    passages = [
        forecast.when(d, [n], share=1.0)[n] for d, n in zip(draws, two["items_per_team"], strict=True)
    ]
    assert {outcomes.joint(passages).day(p) for p in (50, 85, 95)} == {two["days_all_percentiles"]}
    assert forecast.when(draws[0], [0])[0].day(95) == expected["no_work_remaining_days"]


def test_case_16_a_number_of_working_days_lands_on_the_calendar(forecasts: Any) -> None:
    found = case("16-lighthouse-working-calendar")
    for each, landed in zip(found["input"]["project"], found["expected"]["project_offsets"], strict=True):
        off = [on(day) for first, last in each["blackout_offsets"] for day in range(first, last + 1)]
        if each["working_days"]:
            words = [str(each["working_days"]), *(["--holidays", ",".join(off)] if off else [])]
            assert set(days(forecasts(*words, sample=[1] * 5)).values()) == {landed}


# -- case 26: what a limit might be -------------------------------------------------------------------


def columns(item: dict[str, Any], end: float) -> list[tuple[str, float, float]]:
    """When an item stood in each column, and counted."""
    at, column, found = float(item.get("started_second", 0)), item["column"], []
    for move in item.get("moves", ()):
        found.append((column, at, float(move["second"])))
        at, column = float(move["second"]), move["to"]
    return [*found, (column, at, float(item.get("stopped_second", end)))]


def test_case_26_the_limit_that_was_enough_for_most_of_the_time() -> None:
    found = case("26-jirametrics-wip-limit-recommendation")
    end = float(found["input"]["window_seconds"])
    for each in found["input"]["cases"]:
        stood = [stay for item in each["items"] for stay in columns(item, end)]
        levels = {}
        for name in ("Ready", "In Progress"):
            mine = [(start, over) for column, start, over in stood if column == name]
            flow = Flow([0] * len(mine), [start for start, _ in mine], [over for _, over in mine])
            levels[name] = counts.levels(flow, 0.0, end)
        expected = found["expected"][each["name"]]
        for name, limit in expected.get("recommended", {}).items():
            assert counts.level_of_share(levels[name], simulate.ENOUGH) == limit
        for name, limit in each.get("limits", {}).items():
            said = simulate.advice(name, limit, expected["recommended"][name])
            assert said == f"could be lowered from {limit} to {expected['recommended'][name]}"
            assert any(f"from {limit} to" in advice for advice in expected["advice"])
        for level, seconds in expected.get("Ready_seconds_at_wip", {}).items():
            assert levels["Ready"][int(level)] == seconds

"""What would another policy have done with the same work?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random

from opsflow import words
from opsflow.capacity import persondays
from opsflow.errors import OpsflowError
from opsflow.flow import counts, forecast, replay
from opsflow.flow.replay import Job, Replayed, Rule, Work
from opsflow.flow.spans import Flow
from opsflow.measures import Evidence, Option, Table, View
from opsflow.measures._course import Course
from opsflow.measures._jobs import Scene, scene
from opsflow.measures._whole import whole
from opsflow.measures.query import Query
from opsflow.model import IN_PROGRESS

TITLE = "Simulation"
DEFINITIONS = ("started", "finished", "cycle time", "work in progress", "WIP limit", "replay")
OPTIONS = (
    Option("wip", "", "another limit: doing=3, or 5 for all that is in progress"),
    Option("people", "", "people more or fewer, such as +1 or -0.5"),
    Option("away", "", "people who are not there, such as maria,ben"),
    Option("expedite", "", "at most so many items at once that may go beyond limits"),
    Option("unplanned", "", "`no`: without work of types that nobody plans", ("", "no")),
    Option("runs", "100", "how many replays, each with durations drawn anew"),
    Option("seed", "", "another seed, for other draws"),
)
TABLES = (
    Table("rows", ("what", "today", "changed", "difference")),
    Table("checks", ("what", "past", "again", "band", "holds"), "The past, replayed with today's policy"),
    Table(
        "advice",
        ("state", "limit", "enough", "advice"),
        "Limits that would have been enough for 85% of the time, all classes counted",
    ),
)
RUNS = 100
MOST_RUNS = 10_000
FEWEST_RUNS = 20
STEPS = 300_000
"""Days of items that are replayed, where nobody asks for more; then there are fewer runs."""
MOST = 100_000
TOO_MANY = (
    "these are too many items over too long a time to be replayed; `--last` and `--where` ask for fewer"
)
FEWEST = 10
"""Fewer items finished in the window than this are no past to replay."""
FEWEST_WHOLE = 5
"""Fewer that were begun and finished in the window leave nothing to draw durations from."""
ENOUGH = 0.85


def view(query: Query) -> View:
    course = Course(query)
    empty: View = {"n": 0, "rows": [], "checks": [], "advice": [], "seed": "", "runs": 0, "changes": []}
    if not query.measured:
        return {**empty, "title": "", "subtitle": "", "read": "", "reason": query.silence}
    found = scene(query, course)
    changed, said = _changed(query, course, found)
    past = replay.happened(found.jobs, found.days)
    load = sum(past.wip) + len(found.jobs)
    enough = past.throughput >= FEWEST
    again = _again(found) if enough and load <= MOST else past
    checks = [_check(each) for each in replay.check(past, again)] if enough and load <= MOST else []
    usual = max(min(RUNS, STEPS // max(load, 1)), FEWEST_RUNS)
    runs = whole(query.option("runs", ""), "runs", usual, MOST_RUNS)
    seed = query.option("seed", "") or forecast.seed(
        "simulate", query.facts.board.key, query.facts.today, query.where, query.slice
    )
    reason = _refused(past, checks, found.jobs) if load <= MOST else TOO_MANY
    rows = [] if reason or not said else [*_rows(found, changed, seed, runs)]
    return {
        "title": _title(rows, said, reason),
        "subtitle": ""
        if not enough
        else f"{words.count(len(found.jobs), 'item')} over {words.count(found.days, 'working day')}, "
        f"replayed {words.count(runs, 'time')} with durations drawn anew, seed {seed}. As much is kept going "
        "as was on each day of the past.",
        "read": "Look at the ranges: where one reaches over 0, the policy may make no difference. People "
        "count as interchangeable; what they would learn, or stop doing, is not in it.",
        "n": past.throughput,
        "reason": reason,
        "seed": seed,
        "runs": runs,
        "changes": said,
        "rows": rows,
        "checks": checks,
        "called": {"difference": "difference, run by run"},
        "advice": [*_advice(query)] if enough else [],
    }


# -- the policy ---------------------------------------------------------------------------------------


def _changed(query: Query, course: Course, found: Scene) -> tuple[Scene, list[str]]:
    """The scene by the policy that is asked about, and what is different in words."""
    said: list[str] = []
    for name, change in _CHANGES.items():
        text = query.option(name, "").strip()
        if text:
            found, words_ = change(query, course, found, text)
            said.append(words_)
    return found, said


def _wip(query: Query, course: Course, found: Scene, text: str) -> tuple[Scene, str]:
    said = []
    for part in text.split(","):
        name, given, amount = part.rpartition("=")
        most = _amount(amount)
        if given:
            found = _limited(found, name.strip(), most, query)
            said.append(f"at most {most} in {name.strip()}")
        else:
            found = _all(query, found, most)
            said.append(f"at most {most} in progress")
    return found, words.listed(said)


def _limited(found: Scene, name: str, most: int, query: Query) -> Scene:
    """With another maximum for a limit by its name, or for a state that may have none."""
    own = query.facts.board.limit_of(name)
    named = [number for number, limit in enumerate(found.limits) if limit.name == name]
    plain = [number for number, limit in enumerate(found.limits) if limit == own]
    number = next(iter([*{*named} & {*plain}] or named or plain), None)
    if number is not None:
        rules = [*found.rules]
        rules[number] = rules[number]._replace(most=most)
        return found._replace(rules=rules)
    if any(state.name == name and state.kind in IN_PROGRESS for state in query.facts.board.states):
        return _more(found, Rule(frozenset((name,)), most), lambda job: not job.beyond)
    states = [state.name for state in query.facts.board.states if state.kind in IN_PROGRESS]
    known = dict.fromkeys([*states, *(limit.name for limit in found.limits)])
    raise OpsflowError(
        f"There is no limit and no state in progress {name!r}; there are {words.listed([*known])}."
    )


def _all(query: Query, found: Scene, most: int) -> Scene:
    states = frozenset(state.name for state in query.facts.board.states if state.kind in IN_PROGRESS)
    return _more(found, Rule(states, most), lambda job: not job.beyond)


def _more(found: Scene, rule: Rule, counts: Callable[[Job], bool]) -> Scene:
    """With one limit more, which counts some of the jobs."""
    key = (len(found.rules), "")
    jobs = [job._replace(counted=job.counted | {key}) if counts(job) else job for job in found.jobs]
    return found._replace(jobs=jobs, rules=[*found.rules, rule])


def _expedite(query: Query, course: Course, found: Scene, text: str) -> tuple[Scene, str]:
    most = _amount(text)
    states = frozenset(state.name for state in query.facts.board.states if state.kind in IN_PROGRESS)
    limited = _more(found, Rule(states, most), lambda job: job.beyond)
    return limited, f"at most {words.count(most, 'item')} beyond limits at once"


def _more_people(query: Query, course: Course, found: Scene, text: str) -> tuple[Scene, str]:
    try:
        more = float(text)
    except ValueError:
        more = 0.0
    if not more or not -1000 < more < 1000:
        raise OpsflowError(f"{text!r} is no number of people more or fewer; write +1 or -0.5.")
    people = _known(found)
    amount = words.count(abs(more), "person", "people")
    said = f"{amount} {'more' if more > 0 else 'fewer'}"
    return found._replace(people=[max(there + more, 0.0) for there in people]), said


def _away(query: Query, course: Course, found: Scene, text: str) -> tuple[Scene, str]:
    people = query.facts.board.people or {}
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in people:
            raise OpsflowError(f"people.yaml has no {name!r}; it has {words.listed([*people]) or 'nobody'}.")
    gone = persondays.by_day(
        [people[name] for name in names], course.workdays, found.window.first, found.window.last
    )
    there = [max(all_ - one, 0.0) for all_, one in zip(_known(found), gone.values(), strict=True)]
    return found._replace(people=there), f"{words.listed(names)} away"


def _without(query: Query, course: Course, found: Scene, text: str) -> tuple[Scene, str]:
    if text != "no":
        raise OpsflowError(f"{text!r} says nothing about unplanned work; write `no` for none of it.")
    types = query.facts.board.types
    jobs = [job for job in found.jobs if job.kind not in types or types[job.kind].planned]
    return found._replace(jobs=jobs), "no unplanned work"


_CHANGES: dict[str, Callable[[Query, Course, Scene, str], tuple[Scene, str]]] = {
    "wip": _wip,
    "people": _more_people,
    "away": _away,
    "expedite": _expedite,
    "unplanned": _without,
}


def _amount(text: str) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > 6 or int(text) < 1:
        raise OpsflowError(f"{text.strip()!r} is no limit; write a whole number from 1 on.")
    return int(text)


def _known(found: Scene) -> Sequence[float]:
    if found.people is None:
        raise OpsflowError(
            "Nobody is known to do the work: the board has no people.yaml, and no item an assignee."
        )
    return found.people


# -- replays ------------------------------------------------------------------------------------------


def _again(found: Scene) -> Replayed:
    works = replay.works(found.jobs, found.days, found.people)
    past = replay.habit(found.jobs, found.rules, found.days)
    return replay.replay(found.jobs, works, found.rules, past, found.people)


def _rows(found: Scene, changed: Scene, seed: str, runs: int) -> Iterator[View]:
    """The numbers by today's policy and by the other one: what half of the runs exceed, and a range.

    Both count the same items: those that there are by the other policy.
    """
    needs = replay.works(found.jobs, found.days, found.people)
    works = {job.item: work for job, work in zip(found.jobs, needs, strict=True)}
    past = replay.habit(found.jobs, found.rules, found.days)
    told = frozenset(job.item for job in changed.jobs)
    one: list[Replayed] = []
    other: list[Replayed] = []
    for number in range(runs):
        drawn = _drawn(found.jobs, works, forecast.stream(seed, "run", number))
        for scene_, results in ((found, one), (changed, other)):
            mine = [drawn[job.item] for job in scene_.jobs]
            results.append(replay.replay(scene_.jobs, mine, scene_.rules, past, scene_.people, told))
    for name, unit, number_of in _NUMBERS:
        before, after = [number_of(each) for each in one], [number_of(each) for each in other]
        pairs = [(a, b) for a, b in zip(before, after, strict=True) if a is not None and b is not None]
        if not pairs:
            continue
        columns = ([a for a, _ in pairs], [b for _, b in pairs], [b - a for a, b in pairs])
        ranges = [_range(values) for values in columns]
        yield {
            "what": name,
            "unit": unit,
            **{
                f"{key}_{p}": r[p]
                for key, r in zip(_KEYS, ranges, strict=True)
                for p in ("low", "mid", "high")
            },
            **{key: _told(r, key == "difference") for key, r in zip(_KEYS, ranges, strict=True)},
        }


_KEYS = ("today", "changed", "difference")
_NUMBERS: Sequence[tuple[str, str, Callable[[Replayed], float | None]]] = (
    ("throughput", "items", lambda each: float(each.throughput)),
    ("mean WIP", "items", lambda each: each.mean_wip),
    ("50% cycle time", "working days", lambda each: replay.level(each.cycle_times, 50)),
    ("85% cycle time", "working days", lambda each: replay.level(each.cycle_times, 85)),
)


def _drawn(jobs: Sequence[Job], works: dict[str, Work], random: Random) -> dict[str, Work]:
    """Those that were begun and finished in the window, each with the needs of one of them of its kind.

    The others keep their own: what is still open, or was begun before, is not known from end to end.
    """
    donors: dict[str, list[Work]] = {}
    for job in jobs:
        if replay.whole(job):
            donors.setdefault(job.kind, []).append(works[job.item])
    found = {}
    for job in jobs:
        mine = works[job.item]
        if job.kind in donors and (replay.whole(job) or not job.stages):
            mine = mine._replace(phases=random.choice(donors[job.kind]).phases)
        found[job.item] = mine
    return found


def _range(values: Sequence[float]) -> dict[str, float]:
    """What is in the middle, and where nine tenths lie."""
    ordered = sorted(values)
    low, mid, high = (replay.level(ordered, p) or 0.0 for p in (5, 50, 95))
    return {"low": _even(low), "mid": _even(mid), "high": _even(high)}


def _even(value: float) -> float:
    """Two decimals, and no minus before nothing."""
    return round(value, 2) + 0.0


def _told(found: dict[str, float], signed: bool) -> str:
    """Such as "61 (55 to 66)" and "+4 (-1 to +8)"."""
    low, mid, high = (_figure(found[key], signed) for key in ("low", "mid", "high"))
    return f"{mid} ({low} to {high})"


def _figure(value: float, signed: bool) -> str:
    """A number with as many digits as say something."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


# -- whether to believe it ----------------------------------------------------------------------------


def _check(each: replay.Check) -> View:
    return {
        "what": each.name,
        "past": round(each.past, 2),
        "again": None if each.again == float("inf") else round(each.again, 2),
        "band": round(each.band, 2),
        "holds": each.holds,
    }


def _refused(past: Replayed, checks: Sequence[View], jobs: Sequence[Job]) -> str:
    """Why nothing is said of another policy; empty where the past comes out again."""
    if past.throughput < FEWEST:
        return f"{words.count(past.throughput, 'item')} finished in this time, and {FEWEST} are needed"
    known = sum(map(replay.whole, jobs))
    if known < FEWEST_WHOLE:
        item = words.count(known, "item was", "items were")
        return (
            f"{item} begun and finished in this time, and {FEWEST_WHOLE} are needed; `--last` looks further"
        )
    wrong = [each for each in checks if not each["holds"]]
    told = [
        f"{each['what']} {'nothing' if each['again'] is None else each['again']} instead of {each['past']}"
        for each in wrong
    ]
    return f"today's policy does not bring the past out again: {words.listed(told)}" if told else ""


def _title(rows: Sequence[View], said: Sequence[str], reason: str) -> str:
    if reason:
        return "No policy can be judged by this past"
    if not said:
        return "Replayed with today's policy, the past comes out again"
    what = words.listed(list(said))
    moved = [row for row in rows if row["difference_low"] > 0 or row["difference_high"] < 0]
    if not moved:
        return f"With {what}, nothing would have changed for sure"
    told = [f"{row['what']} {row['difference_mid']:+.3g} {row['unit']}" for row in moved]
    return f"With {what}: {words.listed(told)}"


# -- limits -------------------------------------------------------------------------------------------


def _advice(query: Query) -> Iterator[View]:
    """For each state in progress, the limit that would have been enough for most of the time."""
    found = query.visits
    for state in query.facts.board.states:
        if state.kind not in IN_PROGRESS:
            continue
        places = [place for place, name in enumerate(found.state) if found.names[name] == state.name]
        flow = Flow(
            [found.item[place] for place in places],
            [found.entered[place] for place in places],
            [found.left[place] for place in places],
        )
        enough = counts.level_of_share(counts.levels(flow, query.start, query.end), ENOUGH)
        own = query.facts.board.limit_of(state.name)
        most = own.max if own else None
        yield {
            "state": state.name,
            "limit": most,
            "enough": enough,
            "advice": advice(state.name, most, enough),
        }


def advice(state: str, limit: int | None, enough: int | None) -> str:
    """What the past says about a limit, in words; empty where it says nothing."""
    if enough is None:
        return ""
    if enough == 0:
        return f"{state} is nearly always empty: it may not be needed"
    if limit is None:
        return f"a limit of {enough} would do"
    if enough > limit:
        return f"{limit} was not enough: {enough} would have been"
    return f"could be lowered from {limit} to {enough}" if enough < limit else ""


def behind(query: Query) -> tuple[Evidence, ...]:
    """The items that are replayed, by when they were begun."""
    found = scene(query, Course(query))
    spans = query.spans
    return tuple(
        query.evidence(job.item, "started", spans.started[spans.visits.number[job.item]] or 0.0)
        for job in found.jobs
    )

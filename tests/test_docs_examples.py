"""The examples of the documentation are run: what a page shows is read, and says what the page says.

A comment before a fenced block tells what it is. Blocks of a page add up to a board:

    <!-- board -->                     from here on, a new board
    <!-- file: items/OPS-1.yaml -->    the next block is this file
    <!-- in: opsflow.yaml -->          the next block stands in this file; only for the next check
    <!-- check -->                     the next block is what `opsflow check` prints
    <!-- refused -->                   a table: a line of an item, what is said, and the hint
    <!-- read -->                      a table: a line of an item, and the value it has
    <!-- not run -->                   the next block is not for opsflow
    <!-- story: now … -->              commits, that make the example of the measures
    <!-- computed: NAME -->            a table made of it; UPDATE_MANUAL=1 writes it anew

A board is checked where a `check` stands; without one, it must have no finding at all.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from opsflow import measures, rules
from opsflow.cli import asking, explain, report, series
from opsflow.events import past
from opsflow.facts import Facts
from opsflow.flow import blocked, cfd, counts, days, efficiency, expectation, percentiles, spans
from opsflow.flow.days import Clock, Window
from opsflow.flow.spans import ItemSpan, Spans
from opsflow.flow.visits import moment
from opsflow.formats import evidence, findings, text
from opsflow.formats import measures as figures
from opsflow.formats import series as over_time
from opsflow.model import Board, Expectation, History
from opsflow.reading import board as boards
from tests import told

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MARKED = ROOT / "docs" / "format.md"
"""Every block of YAML in this page is marked."""
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BOARD = """\
board: Infrastructure and operations
key: OPS
timezone: Europe/Berlin
workflow:
  - {state: ready, kind: backlog}
  - {state: doing, kind: active}
  - {state: done, kind: done}
"""
ITEM = "title: Renew edge certificates\nstate: ready\n"
_PART = re.compile(
    r"^<!-- (?P<word>[a-z ]+)(?:: (?P<of>\S+))? -->$"
    r"|^```(?P<kind>[a-z]*)\n(?P<body>.*?)^```$"
    r"|^(?P<table>(?:\|[^\n]*\n)+)",
    re.MULTILINE | re.DOTALL,
)
Files = dict[str, str]


class Example(NamedTuple):
    """A board, and what `check` has to say about it."""

    line: int
    files: Files
    said: str | None
    """None: nothing at all."""


class Row(NamedTuple):
    """A row of a table, without the backticks."""

    line: int
    table: str
    cells: tuple[str, ...]


# -- reading a page -----------------------------------------------------------------------------


@cache
def parts(page: Path) -> tuple[tuple[int, re.Match[str]], ...]:
    """The comments, blocks and tables of a page, each with its line."""
    said = page.read_text(encoding="utf-8")
    return tuple((said.count("\n", 0, found.start()) + 1, found) for found in _PART.finditer(said))


def examples(page: Path) -> Iterator[Example]:
    """The boards of a page, each as it stands where it is to be checked."""
    files: Files = {}
    extra: Files = {}
    said, mark, begun = True, "", 0
    for line, part in parts(page):
        if part["word"] is not None:
            mark = part["word"] + (f":{part['of']}" if part["of"] else "")
            if mark == "board" and not said:
                yield Example(begun, files, None)
            if mark == "board":
                files, extra, said = {}, {}, True
            continue
        word, _, path = mark.partition(":")
        mark = ""
        if word == "file":
            files, extra = {**files, path: part["body"]}, {}
            said, begun = False, line
        elif word == "in":
            if extra:
                yield Example(begun, {**files, **extra}, None)
            extra = {path: merged(files.get(path, BOARD if path == "opsflow.yaml" else ITEM), part["body"])}
            said, begun = False, line
        elif word == "check":
            yield Example(line, {**files, **extra}, part["body"])
            extra, said = {}, True
    if not said:
        yield Example(begun, {**files, **extra}, None)


def merged(file: str, section: str) -> str:
    """The file with these keys, in the place of those of the same name."""
    found = dict(sections(file)) | dict(sections(section))
    return "".join(found.values())


def sections(file: str) -> Iterator[tuple[str, str]]:
    """The keys at the top of a file, each with all its lines."""
    for lines in re.split(r"^(?=[A-Za-z_])", file, flags=re.MULTILINE):
        yield lines.partition(":")[0], lines


def rows(page: Path, table: str) -> list[Row]:
    """The rows of the tables that are marked so."""
    found: list[Row] = []
    mark = ""
    for line, part in parts(page):
        if part["word"] is not None:
            mark = part["word"]
            continue
        if mark == table and part["table"]:
            lines = part["table"].splitlines()
            found += [Row(line + 2 + at, table, cells(row)) for at, row in enumerate(lines[2:])]
        mark = ""
    return found


def cells(row: str) -> tuple[str, ...]:
    parts = re.split(r"(?<!\\)\|", row.strip().strip("|"))
    return tuple(bare(part.strip().replace("\\|", "|")) for part in parts)


def bare(cell: str) -> str:
    """A cell without the backticks around it, however many; `↵` is a line break."""
    fence = re.match(r"`+", cell)
    if fence and cell.endswith(fence[0]) and len(cell) > 2 * len(fence[0]):
        cell = cell[len(fence[0]) : -len(fence[0])]
        cell = cell[1:-1] if cell[:1] == cell[-1:] == " " else cell
    return cell.replace("↵", "\n")


# -- running it ---------------------------------------------------------------------------------


def facts_of(files: Files) -> Facts:
    tree = {path: body.encode() for path, body in {"opsflow.yaml": BOARD, **files}.items()}
    board, faults = boards.load(tree)
    # The files of a source are not shown with it.
    faults = tuple(fault for fault in faults if not fault.judgement.message.startswith("no file matches"))
    return Facts(board, faults, tree, NOW)


def checked(files: Files) -> str:
    """What `opsflow check` prints."""
    facts = facts_of(files)
    return text.render(findings.report(facts.board, rules.judge(facts), facts.tree))


def of_line(line: str) -> Facts:
    """The facts of a board with one item that has this line besides its title and state."""
    return facts_of({"items/OPS-7K3Q.yaml": merged(ITEM, f"{line}\n")})


@pytest.mark.parametrize("example", list(examples(MARKED)), ids=lambda example: f"line {example.line}")
def test_a_board_of_the_manual_is_what_it_says(example: Example) -> None:
    said = checked(example.files)
    if example.said is None:
        count = len(facts_of(example.files).board.items)
        assert said == f"{count} item{'' if count == 1 else 's'}: no findings.\n"
    else:
        assert said == example.said


@pytest.mark.parametrize("row", rows(MARKED, "refused"), ids=lambda row: row.cells[0])
def test_a_line_that_is_refused_is_told_as_the_manual_tells_it(row: Row) -> None:
    facts = of_line(row.cells[0])
    (finding,) = rules.judge(facts)
    assert (finding.message, finding.hint) == row.cells[1:]


@pytest.mark.parametrize("row", rows(MARKED, "read"), ids=lambda row: row.cells[0])
def test_a_value_is_read_as_the_manual_says(row: Row) -> None:
    written, read = row.cells
    facts = of_line(written)
    assert rules.judge(facts) == ()
    item = facts.item("OPS-7K3Q")
    key = written.partition(":")[0]
    value = getattr(item, key)
    assert said(value["doing"] if key == "entered" else value) == read.partition(", on a board")[0]


def said(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, timedelta):
        return rules.length(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_every_block_of_yaml_in_the_format_is_run() -> None:
    unmarked = []
    mark = ""
    for line, part in parts(MARKED):
        if part["kind"] == "yaml" and not mark:
            unmarked.append(line)
        mark = part["word"] or ""
    assert unmarked == []


# -- every page ---------------------------------------------------------------------------------


def keys_of(file: str) -> frozenset[str]:
    schema = json.loads((ROOT / "schema" / file).read_text(encoding="utf-8"))
    return frozenset(schema["properties"])


KEYS = {
    "opsflow.yaml": keys_of("board.schema.json"),
    "people.yaml": keys_of("people.schema.json"),
    "catalog.yaml": keys_of("catalog.schema.json"),
    "items/OPS-7K3Q.yaml": keys_of("item.schema.json"),
}


def shown(page: Path) -> Iterator[tuple[int, Files]]:
    """The blocks of YAML in a page that are for opsflow, each as a board of its own."""
    mark = ""
    for line, part in parts(page):
        if part["kind"] == "yaml" and mark not in ("not run", "file", "in"):
            body = part["body"]
            body = f"sources:\n{body}" if body.startswith("  - paths:") else body
            keys = {key for key, _ in sections(body) if re.fullmatch(r"[A-Za-z_]+", key)}
            for path, known in KEYS.items():
                if keys and keys <= known:
                    base = {"opsflow.yaml": BOARD, "items/OPS-7K3Q.yaml": ITEM}.get(path, "")
                    yield line, {path: merged(base, body)}
        mark = part["word"] or ""


SHOWN = [(f"{page.name}:{line}", files) for page in PAGES for line, files in shown(page)]


@pytest.mark.parametrize(("where", "files"), SHOWN, ids=[where for where, _ in SHOWN])
def test_a_block_in_any_page_can_be_read(where: str, files: Files) -> None:
    """Names in it may lead nowhere, for it stands alone; but each key and value is one that opsflow takes."""
    only = {name for name in rules.FAMILIES["reading"] if name != "unknown-reference"}
    assert [finding.message for finding in rules.judge(facts_of(files), only)] == []


def test_there_are_blocks_in_other_pages() -> None:
    assert len(SHOWN) > 5


# -- the example of the measures ----------------------------------------------------------------

MEASURES = ROOT / "docs" / "measures.md"
BERLIN = ZoneInfo("Europe/Berlin")
CLOCK = Clock(BERLIN)
_STORY = re.compile(r"<!-- story: now (?P<now>[^>]*) -->\n```text\n(?P<lines>.*?)```", re.DOTALL)
_COMPUTED = re.compile(
    r"<!-- computed: (?P<name>[a-z]+) -->\n\|(?P<head>[^\n]*)\|\n\|[^\n]*\n(?P<rows>(?:\|[^\n]*\n)*)"
)


class Told(NamedTuple):
    """The example of measures.md, measured."""

    board: Board
    history: History
    spans: Spans
    now: datetime
    window: Window

    @property
    def positions(self) -> list[int]:
        return counts.finished(self.spans, self.window, CLOCK)

    @property
    def finished(self) -> list[ItemSpan]:
        return [self.spans.of(item) for item in self.positions]

    @property
    def start(self) -> float:
        return CLOCK.begin(self.window.numbers.start)

    @property
    def times(self) -> list[int]:
        return [int(spans.cycle_time_days(span, BERLIN) or 0) for span in self.finished]


@cache
def example() -> Told:
    """The lines of the page, as a history."""
    found = _STORY.search(MEASURES.read_text(encoding="utf-8"))
    assert found
    states: dict[str, list[str]] = {}
    blocks: dict[str, list[str]] = {}
    for line in found["lines"].splitlines():
        day, hour, id_, what, *more = line.split()
        moment = f"{day} {hour}+01:00"
        if what == "blocked":
            blocks.setdefault(id_, []).append(f"{moment} {more[1]}")
        elif what == "unblocked":
            blocks[id_].append(f"{moment} -")
        else:
            states.setdefault(id_, []).append(f"{moment} {what}")
    types = {"OPS-2": "incident"}
    stories = [
        told.story(
            id_, ", ".join(states[id_]), blocked=", ".join(blocks.get(id_, [])), type=types.get(id_, "")
        )
        for id_ in states
    ]
    names = ("ready", "doing", "vendor", "review", "done", "dropped")
    board = told.board(states=[state for state in told.STATES if state.name in names])
    history = told.history(stories)
    now = datetime.fromisoformat(f"{found['now']}+01:00")
    window = Window(date(2026, 3, 2), days.day(now, BERLIN))
    return Told(board, history, spans.of(board, history), now, window)


@cache
def ten() -> tuple[int, ...]:
    """The ten cycle times of the page."""
    found = re.search(r"<!-- values -->\n```text\n(.*)\n```", MEASURES.read_text(encoding="utf-8"))
    assert found
    return tuple(int(value) for value in found[1].split())


Cells = Iterable[Sequence[object]]


def at(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(BERLIN).strftime("%a %-d, %H:%M")


def on(day: date) -> str:
    return day.strftime("%a %-d")


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def spans_table() -> Cells:
    for span in example().spans.values():
        yield (
            span.item,
            at(span.created),
            at(span.started),
            at(span.finished),
            at(span.discarded),
            number(spans.cycle_time_days(span, BERLIN)),
            number(spans.lead_time_days(span, BERLIN)),
            number(spans.age_days(span, example().now, BERLIN)),
        )


def number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def counting_table() -> Cells:
    for span in example().finished:
        found = (spans.cycle_time_days(span, BERLIN, rule) for rule in days.Count)
        yield span.item, *(f"{days_:g}" for days_ in found if days_ is not None)


def percentiles_table() -> Cells:
    for p in (50, 85, 95):
        shown = percentiles.days(ten(), p)
        place = -(-p * len(ten()) // 100)
        told_ = (
            f"not known: n = {len(ten())}, and {percentiles.enough(p)} are needed" if shown is None else shown
        )
        yield f"{p}%", "" if shown is None else f"⌈{p / 100:g} · {len(ten())}⌉ = {place}", told_


def weeks_table() -> Cells:
    known = example()
    weeks = days.weeks(known.window, days.day(known.now, BERLIN) - days.ONE)

    def by_week(count: Callable[..., tuple[int, ...]], of: object) -> tuple[int, ...]:
        return days.per_week(count(of, known.window, CLOCK), known.window, weeks)

    for week, came, left, done in zip(
        weeks,
        by_week(counts.arrivals, known.spans.flow),
        by_week(counts.departures, known.spans.flow),
        by_week(counts.throughput, known.spans),
        strict=True,
    ):
        yield week.name, came, left, f"{came - left:+d}", done, "partial" if week.partial else ""


def wip_table() -> Cells:
    known = example()
    return zip(map(on, known.window.days()), counts.wip(known.spans.flow, known.window, CLOCK), strict=True)


def cfd_table() -> Cells:
    known = example()
    found = cfd.of(known.board, known.spans, known.window, CLOCK)
    assert [state.name for state in found.states] == ["doing", "vendor", "review", "done", "dropped"]
    return (
        (on(day), *column)
        for day, column in zip(known.window.days(), zip(*found.lines, strict=True), strict=True)
    )


def rework_table() -> Cells:
    known = example()
    found = cfd.rework(known.board, known.spans, known.start, known.now.timestamp())
    for item, begun, over, pair in zip(*found[:4], strict=True):
        fell, recovered = moment(begun), moment(over) if over else None
        spent = days.inclusive(fell, recovered or known.now, BERLIN)
        yield known.spans.visits.items[item], *found.pairs[pair], at(fell), at(recovered), spent


def blocked_table() -> Cells:
    known = example()
    for cause in blocked.causes(known.spans.visits.blocked, known.start, known.now.timestamp()):
        yield cause.cause, f"{cause.days:g}", cause.times, cause.now


def efficiency_table() -> Cells:
    known = example()
    found = efficiency.of(known.board, known.spans, known.positions)
    yield (
        found.n,
        f"{found.total_days:.2f} days",
        f"{found.stood_days:.2f} days",
        share(found.share),
    )


def expectation_table() -> Cells:
    found = expectation.kept(Expectation(within=2, share=0.85), example().times)
    yield found.kept, found.n, share(found.share)


def chance_table() -> Cells:
    for age in (1, 4, 6):
        found = expectation.chance_to_miss(5, age, ten())
        longer = sum(value > 5 for value in ten() if value >= age)
        yield age, found.n, longer, share(found.share)


def unplanned_table() -> Cells:
    known = example()
    types = {id_: story.types[-1].value for id_, story in known.history.stories.items()}
    unplanned = sum(not known.board.types[types[span.item]].planned for span in known.finished)
    yield unplanned, len(known.finished), share(unplanned / len(known.finished))


def discarded_table() -> Cells:
    known = example()
    for item in counts.discarded(known.spans, known.window, CLOCK):
        span = known.spans.of(item)
        yield span.item, at(span.discarded), spans.spent_days(span, BERLIN)


def little_table() -> Cells:
    known = example()
    found = counts.little(known.spans.flow, known.start, known.now.timestamp())
    assert found.average_wip and found.arrivals_per_day and found.residence_days
    cycle = [spans.cycle_time_days(span, BERLIN, days.Count.ELAPSED) or 0 for span in known.finished]
    product = found.arrivals_per_day * found.residence_days
    numbers = (
        found.average_wip,
        found.arrivals_per_day,
        found.residence_days,
        product,
        sum(cycle) / len(cycle),
    )
    yield tuple(f"{value:.3f}" for value in numbers)


TABLES: Mapping[str, Callable[[], Cells]] = {
    name.removesuffix("_table"): made for name, made in list(globals().items()) if name.endswith("_table")
}


def computed(page: str) -> str:
    """The page with every computed table as it should be."""

    def table(found: re.Match[str]) -> str:
        head = found["head"].split("|")
        rows = "".join("| " + " | ".join(map(str, row)) + " |\n" for row in TABLES[found["name"]]())
        lines = f"|{found['head']}|\n|{'|'.join([' --- '] * len(head))}|\n{rows}".replace("|  |", "| |")
        return f"<!-- computed: {found['name']} -->\n{lines.replace('|  |', '| |')}"

    return _COMPUTED.sub(table, page)


def test_the_tables_of_the_measures_are_computed() -> None:
    page = MEASURES.read_text(encoding="utf-8")
    expected = computed(page)
    if os.environ.get("UPDATE_MANUAL"):
        MEASURES.write_text(expected, encoding="utf-8")
        page = expected
    assert page == expected


# -- what the measures answer about it ----------------------------------------------------------

_RUN = re.compile(r"<!-- run: (?P<words>[^>]*) -->\n(?:```text\n(?P<body>.*?)```\n)?", re.DOTALL)
_MADE = re.compile(r"<!-- made: measures -->\n\n(?:\|[^\n]*\n)*")


def answered(words: str) -> str:
    """What a command says about the example, from its headline on; the question comes out of the command line."""
    known = example()
    facts = told.facts(
        known.board._replace(timezone="Europe/Berlin"), known.history, now=known.now.isoformat()
    )
    name, *more = words.split()
    command = {"report": report.command, "explain": explain.command}[name]
    given = command.make_context(name, [*more]).params
    asked_ = asking.Asked(**{each.name: given[each.name] or each.default for each in fields(asking.Asked)})
    names = given.get("names", ())
    if given.get("every"):
        items = {each: facts.ever(each) for each in known.history.stories}
        table = replace(facts, board=facts.board._replace(items=items), history=None, table=facts.visits)
        found = series.told(table, asked_, names, given["every"], "now", partial(past.days, table))
        text = over_time.render(found)
    elif name == "report":
        asked = asking.query(asked_, facts, names)
        text = figures.render([measures.view(each, asked) for each in names])
    else:
        asked = asking.query(asked_, facts, [given["name"]])
        asked = replace(asked, window=asking.period(given["period"], facts.today))
        text = evidence.render(evidence.report(given["name"], asked))
    return "\n".join(text.splitlines()[3:]).partition("\nMeasured:")[0].rstrip() + "\n"


def with_answers(page: str) -> str:
    """The page with every answer, and the table of measures, as they should be."""

    def answer(found: re.Match[str]) -> str:
        return f"<!-- run: {found['words']} -->\n```text\n{answered(found['words'])}```\n"

    return _MADE.sub(f"<!-- made: measures -->\n\n{''.join(of_measures())}", _RUN.sub(answer, page))


def of_measures() -> Iterator[str]:
    """The table of all measures: what each answers, and what its answer depends on."""
    yield "| `opsflow report` | Answers | Depends on | `--option` |\n| --- | --- | --- | --- |\n"
    for name in measures.ALL:
        choices = ["--by state" if each == "by-state" else f"--{each}" for each in measures.applies(name)]
        options = [
            f"`{each.name}={each.default}`: {each.meaning}"
            + (f" ({', '.join(each.values)})" if each.values else "")
            for each in measures.options(name)
        ]
        depends, own = " ".join(f"`{each}`" for each in choices), "; ".join(options)
        yield f"| `{name}` | {measures.question(name)} | {depends} | {own} |\n".replace(
            "|  |", "| |"
        ).replace("|  |", "| |")


def test_what_the_measures_answer_about_the_example() -> None:
    page = MEASURES.read_text(encoding="utf-8")
    expected = with_answers(page)
    if os.environ.get("UPDATE_MANUAL"):
        MEASURES.write_text(expected, encoding="utf-8")
        page = expected
    assert page == expected
    assert len(_RUN.findall(page)) >= 3


def test_the_page_has_every_choice() -> None:
    page = MEASURES.read_text(encoding="utf-8")
    common = {"--board", "--no-cache", "-C"}
    options = {name for option in report.command.params for name in option.opts[:1] if name.startswith("-")}
    assert {name for name in options - common if name not in page} == set()


def test_every_table_of_the_example_is_on_the_page() -> None:
    page = MEASURES.read_text(encoding="utf-8")
    assert [found["name"] for found in _COMPUTED.finditer(page)] == list(TABLES)


def test_what_the_page_says_about_the_example() -> None:
    """What stands in its sentences, beside its tables."""
    known = example()
    mail, array = known.spans["OPS-2"], known.spans["OPS-3"]
    assert (spans.cycle_time_days(mail, BERLIN), spans.cycle_time_days(mail, UTC)) == (2, 1)
    assert array.moved_back == 1
    one_to_ten = range(1, 11)
    assert [percentiles.percentile(one_to_ten, 85, rule=rule) for rule in list(percentiles.RULES)[:4]] == [
        9,
        8.65,
        8,
        8,
    ]
    times = [
        percentiles.days([1] * n, p) for n, p in ((4, 50), (5, 50), (9, 85), (10, 85), (19, 95), (20, 95))
    ]
    assert times == [None, 1, None, 1, None, 1]

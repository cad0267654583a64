"""Other people's files -> records: plain data, read tolerantly and in bounded time.

A record is a mapping of texts, lists and mappings. Scalars keep their source text, so an impossible
date or an odd number is the text that its author wrote. What real repositories hold is accepted: YAML
with aliases, merge keys, tags, several documents, a key given twice (the last one counts), byte order
marks, CRLF, tabs where libyaml takes them. What cannot be read becomes a Trouble, never an exception.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from opsflow.model import Keys
from opsflow.reading import loose
from opsflow.reading.characters import LOST
from opsflow.reading.loose import MAX_YAML, Trouble, Unreadable
from opsflow.reading.text import other_encoding

MAX_BYTES = 16 << 20
"""The largest file that is read."""
MAX_HEAD = 64 << 10
"""The largest front matter, or head of headers."""
MAX_RECORDS = 200_000
_MOST_NAMES = 5
_MOST_TROUBLES = 100

FORMATS = ("yaml", "json", "jsonl", "markdown", "headers", "toml", "csv", "tsv", "text")
_ENDINGS = {
    "yaml": "yaml", "yml": "yaml", "json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "md": "markdown",
    "markdown": "markdown", "mdx": "markdown", "qmd": "markdown", "rst": "headers", "txt": "headers",
    "mediawiki": "headers", "toml": "toml", "csv": "csv", "tsv": "tsv",
}  # fmt: skip


class Record(NamedTuple):
    """One record of a file."""

    keys: Keys
    """Where it stands in its file: () for the whole file, (3,) for the fourth line of JSON Lines, or for the
    fourth of several YAML documents."""
    value: Mapping[str, Any]
    body: bytes = b""
    """The text after the front matter; the whole file where there is none."""
    name: str = ""
    """Its key, where a file holds a mapping of records."""
    repeated: tuple[str, ...] = ()
    """Keys that stood twice; the last one counts."""


class Read(NamedTuple):
    """What one file holds. Both can be filled: one bad line does not hide the others."""

    records: tuple[Record, ...]
    troubles: tuple[Trouble, ...] = ()


def guess(path: str) -> str:
    """The format that a file's ending means; `text` where it means none."""
    return _ENDINGS.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "text")


def read(data: bytes, format: str, version: str = "1.2", inside: str = "", one: bool = False) -> Read:
    """The records of one file; `inside` is the dotted way to a list or mapping of them, "*" the top.

    `one`: of several YAML documents only the first mapping counts; what stands after it is not read.
    """
    if len(data) > MAX_BYTES:
        return Read((), (Trouble(f"the file is larger than {MAX_BYTES >> 20} MiB"),))
    try:
        if one and format == "yaml":
            return _read_first_mapping(data, version, inside)
        return _READERS[format](data, version, inside)
    except Unreadable as error:
        return Read((), (error.trouble,))
    except RecursionError:
        return Read((), (Trouble("the file is nested too deeply"),))


_BOM = b"\xef\xbb\xbf"
_ENCODE = "Save the file as UTF-8."


def decoded(data: bytes) -> str:
    """UTF-8 text, without a byte order mark, line ends as one line feed."""
    if data == LOST:
        raise Unreadable(LOST[1:-1].decode(), hint="Look with `git fsck`, or fetch it anew.")
    if other := other_encoding(data):
        raise Unreadable(f"the file is {other}, not UTF-8", hint=_ENCODE)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].removeprefix(_BOM).decode()) + 1
        raise Unreadable(f"byte {data[error.start]:#04x} is not UTF-8", line, column, _ENCODE) from None
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n") if "\r" in text else text


def text_of(record: Record) -> str:
    """The body, what is not UTF-8 in it replaced."""
    return record.body.removeprefix(_BOM).decode(errors="replace").replace("\r\n", "\n")


# -- formats ------------------------------------------------------------------------------------


def _yaml_text(data: bytes) -> str:
    if len(data) > MAX_YAML:
        raise Unreadable(f"the YAML is larger than {MAX_YAML >> 10} KiB")
    return decoded(data)


def _read_first_mapping(data: bytes, version: str, inside: str) -> Read:
    document = loose.load(_yaml_text(data), version)
    return _among(document.value, inside, document.repeated)


def _read_yaml(data: bytes, version: str, inside: str) -> Read:
    """Each document is a record, or holds some. One that cannot be read hides no other; texts say nothing."""
    parts = loose.parts(_yaml_text(data))
    if len(parts) == 1:
        return _read_first_mapping(data, version, inside)
    records: list[Record] = []
    troubles: list[Trouble] = []
    absent: list[Trouble] = []
    nodes = 0
    for at, part in enumerate(parts):
        if len(troubles) >= _MOST_TROUBLES or nodes > loose.MAX_NODES:
            troubles.append(Trouble("the rest of the file is not read", part.above + 1))
            break
        try:
            document = loose.load(part.text, version)
            nodes += document.nodes
            if not isinstance(document.value, dict | list):
                continue
            found = _among(document.value, inside, document.repeated, (at,))
        except Unreadable as error:
            troubles.append(error.trouble._replace(line=error.trouble.line + part.above))
            continue
        records += found.records
        for trouble in found.troubles:
            (absent if trouble.absent else troubles).append(trouble)
    if not records:
        troubles += absent[:1]
        if not troubles:
            raise Unreadable("the file is not a mapping")
    return Read(tuple(records), tuple(troubles))


def _read_json(data: bytes, version: str, inside: str) -> Read:
    repeated: list[str] = []
    return _among(_json(decoded(data), repeated), inside, tuple(repeated))


def _json(text: str, repeated: list[str]) -> Any:
    """Plain data; numbers keep their text, of a repeated key the last one counts."""

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            repeated.extend(name for name, count in counts.items() if count > 1)
        return out

    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=mapping)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg}", error.lineno, error.colno) from None


def _read_lines(data: bytes, version: str, inside: str) -> Read:
    """JSON Lines. A line that cannot be read hides no other; an id given twice is for the caller."""
    records: list[Record] = []
    troubles: list[Trouble] = []
    for at, line in enumerate(data.split(b"\n")):
        if not line.strip():
            continue
        if len(records) >= MAX_RECORDS or len(troubles) >= _MOST_TROUBLES:
            troubles.append(Trouble("the rest of the file is not read", at + 1))
            break
        repeated: list[str] = []
        try:
            value = _json(decoded(line), repeated)
            if not isinstance(value, dict):
                raise Unreadable("the line is not a mapping")
            records.append(Record((at,), value, b"", "", tuple(repeated)))
        except Unreadable as error:
            troubles.append(error.trouble._replace(line=at + 1, known=_recognised(line)))
        except RecursionError:
            troubles.append(Trouble("the line is nested too deeply", at + 1))
    return Read(tuple(records), tuple(troubles))


_PAIR = re.compile(r'"([^"\\]+)"[ \t]*:[ \t]*(?:"([^"\\]*)"|(-?\d+))', re.ASCII)


def _recognised(line: bytes) -> Mapping[str, str] | None:
    """The plain fields of a broken line of JSON; none that stands there twice and differs."""
    found: dict[str, str] = {}
    doubtful = set()
    for name, text, number in _PAIR.findall(line[:MAX_HEAD].decode(errors="replace")):
        if found.setdefault(name, text or number) != (text or number):
            doubtful.add(name)
    return {name: text for name, text in found.items() if name not in doubtful} or None


_FENCE = re.compile(rb"(?:\xef\xbb\xbf)?(---|\+\+\+)[ \t]*\r?\n")
_FENCE_END = {
    b"---": re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.MULTILINE),
    b"+++": re.compile(rb"^\+\+\+[ \t]*\r?(?:\n|\Z)", re.MULTILINE),
}


class FrontMatter(NamedTuple):
    """The head of a file between two fences. It begins on the second line."""

    head: bytes
    toml: bool
    """Fences of `+++` hold TOML, those of `---` YAML."""
    body: bytes


def front_matter(data: bytes) -> FrontMatter | None:
    """The front matter; None where the file does not begin with a fence."""
    fence = _FENCE.match(data)
    if not fence:
        return None
    end = _FENCE_END[fence[1]].search(data, fence.end(), MAX_HEAD)
    if not end and len(data) > MAX_HEAD:
        raise Unreadable(f"the front matter does not end within {MAX_HEAD >> 10} KiB")
    if not end:
        closing = fence[1].decode()
        hint = f"Close it with a line of `{closing}`, or leave the file out by `exclude` under `sources:`."
        raise Unreadable(f"the closing `{closing}` of the front matter is missing", hint=hint)
    return FrontMatter(data[fence.end() : end.start()], fence[1] == b"+++", data[end.end() :])


def _read_markdown(data: bytes, version: str, inside: str) -> Read:
    """Only the head is read; a file without front matter is a record without fields."""
    matter = front_matter(data)
    if not matter or not matter.head.strip():
        return Read((Record((), {}, matter.body if matter else data),))
    try:
        text = decoded(matter.head)
        document = loose.Document(_toml(text), ()) if matter.toml else loose.load(text, version)
    except Unreadable as error:
        trouble = error.trouble
        raise Unreadable(trouble.reason, trouble.line + 1, trouble.column, trouble.hint) from None
    if not isinstance(document.value, dict):
        raise Unreadable("the front matter is not a mapping", 2)
    return Read((Record((), document.value, matter.body, "", document.repeated),))


_HEADER = re.compile(r"(?:\*\*)?:?([A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+){0,3}):(?:\*\*)?(?:[ \t]+(.*))?")


def _read_headers(data: bytes, version: str, inside: str) -> Read:
    """`Name: value` lines up to an empty one, as mail and the proposals of many projects have them.

    They may be indented and stand after an opening `<pre>` or fence; a deeper line goes on.
    """
    out: dict[str, Any] = {}
    repeated = []
    name = ""
    used = indent = 0
    head = data[:MAX_HEAD].decode(errors="replace").removeprefix("\ufeff")
    for line in head.splitlines(keepends=True):
        text = line.strip()
        deep = len(line) - len(line.lstrip())
        match = _HEADER.fullmatch(text)
        if not out and (text in ("", "<pre>", "---") or text.startswith("```")):
            pass
        elif name and deep > indent and text:
            out[name] = f"{out[name]} {text}" if out[name] else text
        elif match and (not out or deep <= indent):
            name, indent = match[1], indent if out else deep
            repeated += [name] if name in out else []
            out[name] = match[2]
        else:
            break
        used += len(line)
    body = head[used:].encode() + data[MAX_HEAD:] if out else data
    return Read((Record((), out, body, "", tuple(repeated)),))


def _read_toml(data: bytes, version: str, inside: str) -> Read:
    return _among(_toml(decoded(data)), inside, ())


def _toml(text: str) -> Any:
    import tomllib

    if len(text) > MAX_YAML:
        raise Unreadable(f"the TOML is larger than {MAX_YAML >> 10} KiB")
    _count_nesting(text)
    try:
        return _stringly(tomllib.loads(text, parse_float=str))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        most = sys.get_int_max_str_digits()
        if "Exceeds the limit" in str(error) and (long := re.search(rf"[0-9_]{{{most},}}", text)):
            line, column = (
                text.count("\n", 0, long.start()) + 1,
                long.start() - text.rfind("\n", 0, long.start()),
            )
            raise Unreadable(f"a number has more than {most:,} digits", line, column) from None
        where = re.search(r"\(at line (\d+), column (\d+)\)$", str(error))
        reason = "not TOML: " + re.sub(r" \(at .*\)$", "", str(error))[:200]
        raise Unreadable(reason, *((int(where[1]), int(where[2])) if where else ())) from None


def _count_nesting(text: str) -> None:
    """Refuses brackets that open too deep: each costs the parser time and stack."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > loose.MAX_DEPTH:
            raise Unreadable("the file is nested too deeply", text.count("\n", 0, bracket.start()) + 1)


def _stringly(value: Any) -> Any:
    """Plain data with every scalar as text."""
    if isinstance(value, dict):
        return {key: _stringly(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_stringly(each) for each in value]
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _read_table(usual: str) -> Callable[[bytes, str, str], Read]:
    """One record a row; the first row names the columns."""

    def read_table(data: bytes, version: str, inside: str) -> Read:
        text = decoded(data)
        delimiter = _delimiter(text, usual)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        records: list[Record] = []
        line = start = 0
        try:
            names = [name.strip() for name in next(rows, [])]
            line = rows.line_num
            for row in rows:
                start = line
                if row and len(records) < MAX_RECORDS:
                    value = {name: cell for name, cell in zip(names, row, strict=False) if cell}
                    records.append(Record((line,), value))
                line = rows.line_num
        except csv.Error as error:
            return Read(tuple(records), (Trouble(f"not CSV: {error}", line + 1),))
        if line - start > 1 and _is_open(text, start, delimiter):
            trouble = Trouble("not CSV: a quote that opens in this record is never closed", start + 1)
            kept = [record for record in records if record.keys != (start,)]
            return Read(tuple(kept), (trouble,))
        return Read(tuple(records))

    return read_table


def _delimiter(text: str, usual: str) -> str:
    """What parts the columns: semicolons, as where a comma is for decimals, if the first row has no other."""
    first = text.partition("\n")[0]
    return ";" if usual == "," and ";" in first and not {",", "\t"} & set(first) else usual


def _is_open(text: str, line: int, delimiter: str) -> bool:
    """Whether the record after so many lines has a quote that stays open, and so swallows the rest."""
    last = io.StringIO("".join(text.splitlines(keepends=True)[line:]), newline="")
    try:
        list(csv.reader(last, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _read_text(data: bytes, version: str, inside: str) -> Read:
    return Read((Record((), {}, data),))


def _among(value: Any, inside: str, repeated: tuple[str, ...], keys: Keys = ()) -> Read:
    """The records of a document: itself, the elements of its list, or what stands at `inside`.

    `keys`: where the document stands in its file.
    """
    if inside and inside != "*":
        found = descend(value, inside)
        if found is None:
            return Read((), (Trouble(f"there is nothing at `{inside}`", absent=True),))
        keys, value = (*keys, *found[0]), found[1]
    if isinstance(value, list):
        pairs: Sequence[tuple[str | int, Any]] = list(enumerate(value))
    elif isinstance(value, dict) and inside:
        pairs = list(value.items())
    elif isinstance(value, dict):
        return Read((Record(keys, value, b"", "", repeated),))
    else:
        raise Unreadable("the file is empty" if value is None else "the file is not a mapping")
    records = tuple(
        Record((*keys, key), each, b"", key if isinstance(key, str) else "", repeated if not at else ())
        for at, (key, each) in enumerate(pairs[:MAX_RECORDS])
        if isinstance(each, dict)
    )
    troubles = []
    others = [key for key, each in pairs[:MAX_RECORDS] if not isinstance(each, dict)]
    if others:
        troubles.append(Trouble(_no_mappings(others, len(pairs)), keys=(*keys, others[0])))
    if len(pairs) > MAX_RECORDS:
        troubles.append(Trouble(f"only the first {MAX_RECORDS} of {len(pairs)} records are read"))
    return Read(records, tuple(troubles))


def _no_mappings(keys: Sequence[str | int], count: int) -> str:
    """Which of the records are not what they should be; not all of them where they are many."""
    names = [f"`{key[:80]}`" if isinstance(key, str) else str(key + 1) for key in keys[:_MOST_NAMES]]
    more = len(keys) - len(names)
    listed = ", ".join(names) if more else " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    verb = "record {} of {} is not a mapping" if len(keys) == 1 else "records {} of {} are not mappings"
    return verb.format(f"{listed} and {more} more" if more else listed, count)


def descend(value: Any, dotted: str) -> tuple[Keys, Any] | None:
    """What stands at a dotted way through mappings, with its keys; a key may itself have dots."""
    if not isinstance(value, dict):
        return None
    if dotted in value:
        return (dotted,), value[dotted]
    at = dotted.find(".")
    while at > 0:
        head = dotted[:at]
        if head in value:
            found = descend(value[head], dotted[at + 1 :])
            if found:
                return (head, *found[0]), found[1]
        at = dotted.find(".", at + 1)
    return None


_READERS: Mapping[str, Callable[[bytes, str, str], Read]] = {
    "yaml": _read_yaml,
    "json": _read_json,
    "jsonl": _read_lines,
    "markdown": _read_markdown,
    "headers": _read_headers,
    "toml": _read_toml,
    "csv": _read_table(","),
    "tsv": _read_table("\t"),
    "text": _read_text,
}

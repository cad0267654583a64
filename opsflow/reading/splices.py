"""How one small change of a document is written into its text: which bytes go, and which come.

There may be several ways; they are tried in order, and the reader says which of them is right. So nothing
here has to be certain, only the outcome has. What would take a comment with it that is not part of the
value is not among the ways.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from opsflow.model import Keys
from opsflow.reading import entries, layout, scalars
from opsflow.reading.canonical import Value
from opsflow.reading.entries import Hand
from opsflow.reading.lines import ends
from opsflow.reading.reference import Node
from opsflow.reading.scalars import HEADER
from opsflow.reading.written import File, Found


class Splice(NamedTuple):
    """The text from `start` to `end` is replaced."""

    start: int
    end: int
    text: str


Way = tuple[Splice, ...]
"""Splices that do not overlap, in any order."""
Match = tuple[str, int, int, int, int]
"""As of difflib: what it is, its range in the old sequence, and its range in the new one."""

_COMMA = re.compile(r" *,")
_MOST_PAIRS = 1_000_000


def spliced(text: str, way: Way) -> str:
    """A text after its splices; of two at one place, the first given comes first."""
    out, at = "", 0
    for splice in sorted(way, key=lambda splice: splice.start):
        out += text[at : splice.start] + splice.text
        at = splice.end
    return out + text[at:]


def matched(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Where two sequences agree and differ, as difflib's opcodes; coarser where that would take long."""
    above, below = ends(old, new)
    last, until = len(old) - below, len(new) - below
    first, second = old[above:last], new[above:until]
    found: list[Match] = [("equal", 0, above, 0, above)] if above else []
    if len(first) * len(second) > _MOST_PAIRS:
        found.append(("replace", above, last, above, until))
    else:
        codes = difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
        found += [(tag, i + above, j + above, k + above, m + above) for tag, i, j, k, m in codes]
    return [*found, ("equal", last, len(old), until, len(new))] if below else found


# -- a value is replaced ------------------------------------------------------------------------


def put(file: File, keys: Keys, value: Value, hand: Hand) -> Iterator[Way]:
    """Ways to give a key or an entry that exists another value."""
    found = file.find(keys)
    begin = file.after_key(found, keys[-1])
    if isinstance(value, str) and found.node.scalar is not None:
        yield from _retext(file, found, value, hand)
    if value is None:
        yield from _emptied(file, found, begin)
    elif found.node.kind == "scalar" and found.node.scalar is None:
        yield from _filled(file, found, begin, begin, value, hand)
    else:
        yield from _retyped(file, found, begin, value, hand)


def _emptied(file: File, found: Found, begin: int) -> Iterator[Way]:
    stop = file.stop(found.node, found.column)
    if not file.has_comment(begin, stop):
        yield (Splice(begin, stop, ""),)
        yield (Splice(begin, stop, " "),)


def _filled(file: File, found: Found, begin: int, stop: int, value: Value, hand: Hand) -> Iterator[Way]:
    """A value where there is none, or where the one up to `stop` goes: in block style where that may be."""
    gap = "" if found.parent.kind == "list" and found.flow else " "
    if not found.flow:
        first, below = entries.after(value, found.column, hand)
        number = file.line_at(stop)
        here = Splice(begin, stop, f" {first}" if first else "")
        yield (here, _lines_after(file, number, below)) if below else (here,)
    if gap and found.node.key_at is not None and begin == found.node.key_at.last:
        gap = ": "
    yield (Splice(begin, stop, gap + entries.flow(value, hand)),)


def _retyped(file: File, found: Found, begin: int, value: Value, hand: Hand) -> Iterator[Way]:
    """A value of another kind; a comment on the line of its key stays."""
    node = found.node
    stop = file.stop(node, found.column)
    number = file.line_at(begin)
    end = file.end_of_line(number)
    if node.kind != "scalar" and node.style != "flow":
        if node.at.start[0] > number and not file.has_comment(end, stop):
            first, lines = entries.after(value, found.column, hand)
            said = "".join(file.break_before(number + 1) + line for line in lines)
            yield Splice(begin, begin, f" {first}" if first else ""), Splice(end, stop, said)
    elif node.style not in ("|", ">") and not file.has_comment(begin, stop):
        below = node.kind == "scalar" and isinstance(value, dict | list) and bool(value)
        if below and not found.flow and number == file.line_at(stop):
            yield from _filled(file, found, begin, stop, value, hand)
        yield (Splice(node.at.first, stop, entries.flow(value, hand)),)
    elif node.style in ("|", ">") and not file.has_comment(begin, stop):
        yield from _filled(file, found, begin, stop, value, hand)


# -- a text is replaced -------------------------------------------------------------------------


def _retext(file: File, found: Found, value: str, hand: Hand) -> Iterator[Way]:
    node = found.node
    if node.style in ("|", ">"):
        yield from _reblocked(file, found, value)
        return
    if "\n" in file.text[node.at.first : node.at.last]:
        yield from _reflowed(file, node, value)
    if "\n" in value and "\n" not in (node.scalar or "") and not found.flow:
        yield from _blocked(file, found, value, hand)
    for said in scalars.inline(value, node.style, found.flow):
        yield (Splice(node.at.first, node.at.last, said),)


def _blocked(file: File, found: Found, value: str, hand: Hand) -> Iterator[Way]:
    """A text on one line becomes a block of lines; a comment behind it stays on its line."""
    column = found.column + hand.manner.step
    mark, lines = scalars.block(value, column, found.column)
    number = file.line_at(found.node.at.last)
    yield Splice(found.node.at.first, found.node.at.last, mark), _lines_after(file, number, lines)


def _reflowed(file: File, node: Node, value: str) -> Iterator[Way]:
    """A plain or quoted text on several lines: lines that say the same stay as they are."""
    quote = len(node.style)
    first, last = node.at.first + quote, node.at.last - quote
    was = file.text[first:last].split("\n")
    old = [line.strip(" \t\r") for line in was]
    if scalars.folded(old) != scalars.escaped(node.scalar or "", node.style, "\n"):
        return
    new = scalars.refolded(old, scalars.escaped(value, node.style, "\n"))
    if new is not None:
        number = file.line_at(first)
        pad = " " * _indent(file.lines[number + 1])
        said = _rewritten(file, number, [pad + was[0], *was[1:]], old, new, pad)
        yield (Splice(first, last, said.lstrip(" \r\n")),)


def _rewritten(file: File, number: int, was: list[str], old: list[str], new: list[str], pad: str) -> str:
    """New lines, each with the line break above it: those that say the same are as they were.

    `was` are the old lines in full, `old` what they say; `number` is the one of the first of them.
    """
    glue = file.break_before(number + 1)
    out: list[str] = []
    for tag, first, _, start, end in matched(old, new):
        for at in range(end - start):
            if tag == "equal":
                out += file.break_before(number + first + at), was[first + at].removesuffix("\r")
            else:
                out += glue, pad + new[start + at] if new[start + at] else ""
    return "".join(out)


def _reblocked(file: File, found: Found, value: str) -> Iterator[Way]:
    """A block text: lines that differ are replaced, and its mark where the breaks at its end differ.

    A folded text becomes a literal one where it has to, and either a text on one line as the last resort.
    """
    node = found.node
    number = node.at.start[0]
    header = HEADER.match(file.text, node.at.first)
    assert header is not None
    last = layout.last_line(file.lines, node, found.column)
    was = file.lines[number + 1 : last + 1]
    indent = _body_indent(was, header[3], found.column)
    old = [line.removesuffix("\r")[indent:] for line in was]
    start, stop = file.end_of_line(number), file.end_of_line(last)
    chomping = header[2] + header[4]
    for sign, lines in _said_in_block(node.style, old, value):
        for needed in dict.fromkeys((chomping, scalars.chomp(value))):
            kept = _less_blank(file, last, lines) if needed == "+" and chomping != "+" else lines
            said = _rewritten(file, number + 1, was, old if sign == node.style else [], kept, " " * indent)
            for digit in dict.fromkeys((header[3], str(indent - found.column))):
                same = needed == chomping and digit == header[3]
                mark = Splice(node.at.first, header.end(), sign + (header[0][1:] if same else digit + needed))
                yield mark, Splice(start, stop, said)
                if stop == len(file.text):
                    yield mark, Splice(start, stop, said + file.newline)
    for one in scalars.inline(value):
        yield Splice(node.at.first, header.end(), one), Splice(start, stop, "")


def _said_in_block(style: str, old: list[str], value: str) -> Iterator[tuple[str, list[str]]]:
    """The lines that say a text in a block, and the sign for them: folded again if it was, else literal."""
    body = value.rstrip("\n")
    # A line that begins with a space is not folded, and neither are its neighbours.
    indented = any(line[:1] in (" ", "\t") for line in (*old, *body.split("\n")))
    lines = scalars.refolded(old, body) if style == ">" and body and old and not indented else None
    if lines is not None:
        yield ">", lines
    yield "|", scalars.lines_of(value)


def _less_blank(file: File, last: int, lines: list[str]) -> list[str]:
    """Lines without as many blank ones at their end as there are already below a block that kept none."""
    rest = list(lines)
    for line in file.lines[last + 1 : -1]:
        if line.strip() or not rest or rest[-1]:
            break
        rest.pop()
    return rest


def _body_indent(lines: list[str], digit: str, base: int) -> int:
    if digit:
        return base + int(digit)
    return next((_indent(line) for line in lines if line.strip(" ")), base + 2)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# -- a key or an entry comes --------------------------------------------------------------------


def create(file: File, keys: Keys, value: Value, hand: Hand) -> Iterator[Way]:
    """Ways to give a mapping a key that it has not, where the schema's order puts it.

    That is after the key that comes last of those before it by the schema, so the file's own order counts
    where it is another; comments above the next key stay with that. `hand` is the mapping's.
    """
    parent = file.find(keys[:-1])
    key = str(keys[-1])
    names = list(parent.node.keys)
    at = _position(names, key, hand)
    if parent.node.style == "flow":
        yield from _flow_insert(file, parent.node, at, entries.flow_pair(key, value, hand.at(key)))
        return
    column = parent.node.at.start[1]
    if len(keys) > 1 and _all_flow(parent.node.keys.values()) and isinstance(value, dict):
        lines = [" " * column + entries.flow_pair(key, value, hand.at(key))]
    else:
        lines = entries.pair(key, value, column, hand.at(key))
    extents = layout.lines_of(file.text, parent.node)
    if at:
        below = _lines_after(file, extents[at - 1].end - 1, lines)
        yield (below,)
        if below.start == len(file.text):
            # A block text at the end of a file has its last line break only if the file has one.
            yield (below._replace(text=below.text + file.newline),)
    yield from _before(file, parent.node, max(0, at - 1), extents, lines)


def _all_flow(nodes: Iterable[Node]) -> bool:
    """Whether of some values that are no texts, each is written in flow style."""
    styles = {node.style for node in nodes if node.kind != "scalar"}
    return styles == {"flow"}


def _position(names: list[str], key: str, hand: Hand) -> int:
    rank = hand.shape.rank(key)
    ranks = [hand.shape.rank(name) for name in names]
    lower = [(other, at) for at, other in enumerate(ranks) if other <= rank]
    return max(lower)[1] + 1 if lower else 0


def _before(
    file: File, parent: Node, at: int, extents: list[layout.Extent], lines: list[str]
) -> Iterator[Way]:
    column = parent.at.start[1]
    child = list(parent.keys.values())[at]
    number = extents[at].start
    if not file.lines[number][:column].strip(" "):
        yield (_lines_after(file, extents[at].lead - 1, lines),)
    elif child.key_at is not None and child.key_at.start[1] == column:
        glue = file.break_before(number + 1)
        said = glue.join((*lines, "")).lstrip(" ") + " " * column
        yield (Splice(child.key_at.first, child.key_at.first, said),)


def insert(file: File, keys: Keys, value: Value, hand: Hand) -> Iterator[Way]:
    """Ways to put an entry into a list, to stand at the position that is the last of `keys`.

    `hand` is the list's.
    """
    found = file.find(keys[:-1])
    node, at = found.node, int(keys[-1])
    style = _style_of(node)
    if node.style == "flow":
        yield from _flow_insert(file, node, at, entries.flow(value, hand.at(0), style))
        return
    column = node.at.start[1]
    alike = _all_flow(node.items) and isinstance(value, dict | list)
    neighbour = file.dash(node, max(0, at - 1)) + 1
    gap = file.text[neighbour : node.items[max(0, at - 1)].at.first]
    gap = gap if gap and not gap.strip(" ") else " "
    if alike or (style and isinstance(value, str) and "\n" not in value):
        lines = [" " * column + "-" + gap + entries.flow(value, hand.at(0), style)]
    else:
        lines = entries.entry(value, column, hand.at(0), gap)
    if at:
        yield (_lines_after(file, _end_of_entry(file, node, at - 1) - 1, lines),)
        return
    dash = file.dash(node, 0)
    number = file.line_at(dash)
    if file.lines[number][:column].strip(" "):
        said = file.break_before(number + 1).join((*lines, "")).lstrip(" ") + " " * column
        yield (Splice(dash, dash, said),)
    else:
        while file.lines[number - 1].lstrip(" ").startswith("#") and number > 1:
            number -= 1
        yield (_lines_after(file, number - 1, lines),)


def _style_of(node: Node) -> str:
    """The quotes that all entries of a list have; empty where they differ, or have none."""
    styles = {item.style for item in node.items}
    style = styles.pop() if len(styles) == 1 else ""
    return style if style in ("'", '"') else ""


def _end_of_entry(file: File, node: Node, at: int) -> int:
    """The number of the line after an entry of a block list and the comments deeper than its dash."""
    column = node.at.start[1]
    last = layout.last_line(file.lines, node.items[at], column) + 1
    following = at + 1 < len(node.items)
    limit = file.line_at(file.dash(node, at + 1)) if following else len(file.lines)
    return layout.below(file.lines, last, limit, column)


def _lines_after(file: File, number: int, lines: list[str]) -> Splice:
    """New lines below a line; -1 is above the first. A last line without an end gives one without."""
    if number + 1 >= len(file.lines):
        glue = file.newline
        return Splice(len(file.text), len(file.text), "".join(glue + line for line in lines))
    glue = file.break_before(number + 1)
    place = file.starts[number + 1]
    return Splice(place, place, "".join(line + glue for line in lines))


def _flow_insert(file: File, node: Node, at: int, said: str) -> Iterator[Way]:
    """An entry within brackets: on a line of its own where its neighbour has one."""
    children = node.items or list(node.keys.values())
    start, end = node.at.first + 1, node.at.last - 1
    if not children:
        blank = not file.text[start:end].strip(" \r\n")
        yield (Splice(start, end if blank else start, said),)
        return
    near = children[max(0, at - 1)]
    first, stop = file.start(near), file.stop(near, 0)
    number = file.line_at(first)
    indent = file.text[file.starts[number] : first]
    if at and not indent.strip(" ") and number == file.line_at(stop):
        yield from _flow_line(file, stop, end, indent + said)
    if at:
        gap = _gap(file, children)
        yield (Splice(stop, stop, gap + said),)
        yield (Splice(stop, stop, ", " + said),)
    else:
        yield (Splice(first, first, said + _gap(file, children)),)


def _flow_line(file: File, stop: int, end: int, line: str) -> Iterator[Way]:
    """A new line after the one of a neighbour that ends at `stop`, before the bracket at `end`."""
    number = file.line_at(stop)
    rest = file.text[stop : file.end_of_line(number)]
    if number + 1 >= len(file.lines) or file.end_of_line(number) >= end:
        return
    if rest.lstrip(" ").startswith(","):
        yield (_lines_after(file, number, [line + ","]),)
    elif not rest.strip(" ") or rest.lstrip(" ").startswith("#"):
        yield Splice(stop, stop, ","), _lines_after(file, number, [line])


def _gap(file: File, children: list[Node]) -> str:
    """What stands between entries within brackets: a comma alone if that is so between the first two."""
    tight = len(children) > 1 and file.text[file.stop(children[0], 0) : file.start(children[1])] == ","
    return "," if tight else ", "


# -- a key or an entry goes ---------------------------------------------------------------------


def delete(file: File, keys: Keys) -> Iterator[Way]:
    """Ways to take a key or an entry out of its mapping or list, which has others.

    Its own lines go, with the comments on them and those below that stand deeper. Comments above it stay:
    they may be about what follows, and a comment too many is seen, where one too few is not.
    """
    found = file.find(keys)
    parent = found.parent
    children = parent.items or list(parent.keys.values())
    at = next(number for number, child in enumerate(children) if child is found.node)
    if parent.style == "flow":
        yield from _flow_delete(file, children, at)
        return
    column = parent.at.start[1]
    if parent.kind == "mapping":
        assert found.node.key_at is not None
        starts = [child.key_at.first for child in children if child.key_at is not None]
        extent = layout.lines_of(file.text, parent)[at]
        number, end = extent.start, extent.end
    else:
        starts = [file.dash(parent, other) for other in range(len(children))]
        number, end = file.line_at(starts[at]), _end_of_entry(file, parent, at)
    if starts[at] - file.starts[number] != column:
        return
    if not file.lines[number][:column].strip(" "):
        if end >= len(file.lines) and number:
            yield (Splice(file.end_of_line(number - 1), len(file.text), ""),)
        yield (Splice(file.starts[number], file.starts[end], ""),)
    elif at + 1 < len(children):
        last = file.stop(found.node, found.column)
        if not file.has_comment(last, starts[at + 1]):
            yield (Splice(starts[at], starts[at + 1], ""),)


def _flow_delete(file: File, children: list[Node], at: int) -> Iterator[Way]:
    """With its line where it has one, and else with a comma; comments on the lines of others stay."""
    first, stop = file.start(children[at]), file.stop(children[at], 0)
    top, bottom = file.line_at(first), file.line_at(stop)
    above = file.text[file.starts[top] : first]
    rest = file.text[stop : file.end_of_line(bottom)].lstrip(" ").removeprefix(",").strip(" ")
    if not above.strip(" ") and (not rest or rest.startswith("#")):
        yield (Splice(file.starts[top], file.starts[bottom + 1], ""),)
    comma = _COMMA.match(file.text, stop)
    if at + 1 < len(children):
        following = file.start(children[at + 1])
        if not file.has_comment(stop, following):
            yield (Splice(first, following, ""),)
        elif comma:
            yield (Splice(first, comma.end(), ""),)
    if at:
        before = file.stop(children[at - 1], 0)
        comma = _COMMA.match(file.text, before)
        if not file.has_comment(before, first):
            yield (Splice(before, stop, ""),)
        elif comma:
            yield Splice(before, comma.end(), ""), Splice(first, stop, "")

"""What everybody may read, and what programs read of a site: nothing private, and no text that acts."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import re
import time
import zlib
from pathlib import Path
from xml.etree import ElementTree

from tests import stories
from tests.trust.rows import BOARD, GOOD, Scene, row

OPEN = "Mail is slow in Graz.\nWe look into it."
CATALOG = """\
services:
  mail: {name: SECRET0 name, owner: secret1, vendor: secret2, public: Mail}
  vault: {name: SECRET3 vault}
vendors:
  secret2: {name: SECRET4 vendor}
projects:
  PRJ-SECRET5: {title: SECRET6 project, owner: secret1}
  PRJ-OPEN: {title: SECRET7 title, public: "Mail that never stops"}
"""
PEOPLE = """\
people:
  secret1: {name: SECRET8 Person, team: secret9, skills: [secret10], emails: [secret11@example.org]}
teams:
  secret9: {name: SECRET12 team}
"""
CONFIG = f"""\
# SECRET13 comment
{BOARD.replace("{state: doing, kind: active, wip: 2}", "{state: doing, kind: active, wip: 2, title: SECRET14 title}")}\
"""
SAID = """\
title: SECRET20 title
state: doing
type: incident
assignees: [secret1]
requester: SECRET21 asks
part_of: PRJ-OPEN
services: [mail, vault]
vendor: secret2
skills: [secret10]
labels: [SECRET22]
blocked: {reason: SECRET23 reason, by: "vendor:secret2"}
checklist: |
  - [ ] SECRET24 step
description: |
  SECRET25 description
depends_on: [OPS-5ECRET]
"""
HIDDEN = SAID.replace("[OPS-5ECRET]", "[OPS-1]") + "due: 2026-07-31\nvalue: 424242\n"
PUBLIC = f"{SAID}public: |\n  {OPEN.replace(chr(10), chr(10) + '  ')}\n"
PLANNED = (
    "title: SECRET30 window\nstate: ready\ntype: request\npublic: VPN stops on Saturday night.\n"
    "window: {start: 2026-01-17 22:00, end: 2026-01-18 02:00}\n"
)
AWAY = PLANNED.replace("public: VPN stops on Saturday night.\n", "").replace("SECRET30", "SECRET31")


def told(scene: Scene, hidden: str = HIDDEN) -> Path:
    """A board with private texts wherever a text can stand, and three that everybody may read."""
    return scene.repository(
        {
            "people.yaml": PEOPLE,
            "catalog.yaml": CATALOG,
            "items/OPS-1-secret40.yaml": PUBLIC,
            "items/OPS-2.yaml": PLANNED,
            "items/OPS-3.yaml": AWAY,
            "items/OPS-5ECRET-secret41.yaml": hidden,
            "items/OPS-77.yaml": "title: SECRET32 gone\nstate: ready\n",
            "notes.txt": "SECRET42 notes\n",
        },
        {
            "author": "SECRET50 Author <secret51@example.org>",
            "message": "SECRET52 message",
            "files": {
                "items/OPS-77.yaml": None,
                "items/OPS-1-secret40.yaml": PUBLIC.replace("SECRET23", "SECRET53"),
                "items/OPS-8.yaml": "title: SECRET54 done\nstate: done\npublic: New laptops are here.\n",
            },
        },
        config=CONFIG,
    )


def built(scene: Scene, audience: str, name: str, *words: str) -> dict[str, bytes]:
    """Every file of a site, by its path."""
    out = scene.folder / name
    done = scene.opsflow("build", "--audience", audience, "--out", out, *words)
    assert done.status == 0, done.err
    return {
        str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()
    }


def layers(data: bytes) -> list[bytes]:
    """The bytes of a file, and what is packed or encoded in them."""
    found = [data]
    encoded = re.findall(rb"[A-Za-z0-9+/]{24,}={0,2}", data)
    found.extend(base64.b64decode(text + b"=" * (-len(text) % 4)) for text in encoded)
    for each in list(found):
        for unpack in (gzip.decompress, zlib.decompress):
            try:
                found.append(unpack(each))
            except (OSError, EOFError, zlib.error):
                pass
    return found


FILES = [
    ".opsflow-site.json", "index.html", "keys.js", "maintenance.ics", "opsflow.js", "status.atom", "status.html",
    "style.css", "theme.js",
]  # fmt: skip


@row("W14", "private items on public pages", "private", "feeds, calendar and time travel included")
def _private(scene: Scene) -> None:
    root = told(scene)
    commits = stories.commits(str(root))
    for number, words in enumerate(
        ((), ("--at", "HEAD"), ("--at", "HEAD~1"), ("--base-url", "https://it.example/"))
    ):
        site = built(scene, "public", f"site{number}", *words)
        assert sorted(site) == FILES
        texts = b"\n".join(site.values()).decode()
        for open_ in ("Mail is slow in Graz.", "VPN stops on Saturday night.", "Mail that never stops"):
            assert open_ in texts, (words, open_)
        assert texts.count("VPN stops on Saturday night.") >= 3
        for path, data in site.items():
            for layer in layers(path.encode() + b"\n" + data):
                assert (
                    re.findall(
                        rb"(?i)[^\s]*.?secret.{20}|424242|2026-07-31|OPS-5|OPS-3|OPS-77|OPS-0|vault", layer
                    )
                    == []
                ), path
                assert not any(commit[:7].encode() in layer for commit in commits), path
                assert str(root).encode() not in layer
    team = built(scene, "team", "team")
    said = "\n".join(data.decode("utf-8", "replace") for data in team.values())
    assert all(f"SECRET{n}" in said for n in (20, 21, 22, 23, 24, 25, 30, 31))


@row("A1", "what private items say, seen in what everybody reads", "private")
def _unmoved(scene: Scene) -> None:
    names = re.compile(rb"urn:uuid:[0-9a-f-]{36}")
    sites = []
    for number, hidden in enumerate(
        (
            HIDDEN,
            HIDDEN.replace("SECRET", "OTHER").replace("424242", "17").replace("2026-07-31", "2026-02-02"),
        )
    ):
        scene.root = scene.folder / f"board{number}"
        told(scene, hidden)
        site = built(scene, "public", f"out{number}")
        sites.append({path: names.sub(b"urn", data) for path, data in site.items()})
    assert sites[0] == sites[1]


@row(
    "A2",
    "an item that was public once",
    "private",
    "what was said stays in the commits; the site says it no more",
)
def _withdrawn(scene: Scene) -> None:
    scene.repository(
        {"items/OPS-1.yaml": f"{GOOD}public: Quite open.\n"},
        {"files": {"items/OPS-1.yaml": GOOD}},
    )
    assert b"Quite open" in b"".join(built(scene, "public", "then", "--at", "HEAD~1").values())
    built(scene, "public", "now", "--at", "HEAD~1")
    now = b"".join(built(scene, "public", "now").values())
    assert b"Quite open" not in now and b"OPS-1" not in now


EVIL = (
    "a\r\nATTENDEE;X=y:mailto:e@e\r\nEND:VEVENT\nBEGIN:VALARM; x, y\\n \\, <b>&amp;]]> \"' \u2028\u202e\x1b\x00 "
    + "🜁é漢" * 60
)
SOURCE = f"""{BOARD}people_names: x
sources:
  - paths: work.jsonl
    id: id
    fields: {{title: title, due: due, assignees: who, state: {{field: s, map: {{open: ready}}}}}}
""".replace("people_names: x\n", "")


def foreign(scene: Scene, *texts: str, state: str = "open") -> Path:
    """A board whose records may hold any character."""
    rows = [
        {"id": f"W-{n + 1}", "title": text, "who": [text], "due": "2026-03-01", "s": state}
        for n, text in enumerate(texts)
    ]
    lines = "".join(f"{json.dumps(each)}\n" for each in rows)
    return scene.repository(
        {},
        {"files": {"work.jsonl": lines}, "message": texts[0][:60].encode("utf-8", "replace")},
        config=SOURCE,
    )


PROPERTIES = {
    "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME", "UID", "DTSTAMP", "DTSTART", "DTEND",
    "SUMMARY", "DESCRIPTION", "URL", "TRANSP",
}  # fmt: skip
ATOM = {
    f"{{http://www.w3.org/2005/Atom}}{name}"
    for name in ("feed", "entry", "id", "title", "updated", "author", "name", "link", "content")
}


def calendar(data: bytes) -> list[tuple[str, str]]:
    """The lines of a calendar, unfolded, as RFC 5545 has them: each is a name and a value."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() for line in lines), "no letter is cut by a fold"
    whole = data.decode().replace("\r\n ", "")
    assert not set(whole.replace("\r\n", "")) & {chr(code) for code in [*range(32), 127, 0x2028, 0x202E]}
    pairs = [line.partition(":") for line in whole.split("\r\n")[:-1]]
    return [(name.partition(";")[0], value) for name, _, value in pairs]


@row("C10", "line breaks and markup in calendars and feeds", "text")
def _feeds(scene: Scene) -> None:
    foreign(scene, EVIL, "plain")
    texts = "a, b; c: \\n <b>& " * 9
    scene.write(
        {
            "items/OPS-1.yaml": "title: x\nstate: ready\ntype: incident\n"
            "window: {start: 2026-01-17 22:00, end: 2026-01-18 02:00}\n"
            f"public: |\n  {texts}\n  ATTENDEE:x\n"
        }
    )
    site = built(scene, "team", "site")
    public = built(scene, "public", "public")
    calendars = {path: calendar(data) for path, data in (site | public).items() if path.endswith(".ics")}
    assert {"due.ics", "maintenance.ics"} <= calendars.keys()
    for path, pairs in calendars.items():
        assert {name for name, _ in pairs} <= PROPERTIES, path
        assert {value for name, value in pairs if name == "BEGIN"} <= {"VCALENDAR", "VEVENT"}, path
        assert not [value for _, value in pairs if re.search(r"(?<!\\)(?:\\\\)*[;,]", value)], path
    (one, two) = (value for name, value in calendars["due.ics"] if name == "SUMMARY")
    assert two == "Due: plain (W-2)"
    assert one.startswith("Due: a") and "ATTENDEE\\;X=y:mailto:e@e" in one and "🜁é漢" in one
    (told_,) = (value for name, value in calendars["maintenance.ics"] if name == "DESCRIPTION")
    assert told_.count("ATTENDEE:x") == 1
    feeds = {
        path: ElementTree.fromstring(data) for path, data in (site | public).items() if path.endswith(".atom")
    }
    assert {"activity.atom", "status.atom"} <= feeds.keys()
    for path, feed in feeds.items():
        assert {each.tag for each in feed.iter()} <= ATOM, path
        assert not re.search(rb"[\x00-\x09\x0b-\x1f]", site[path]), path
        links = [each.get("href", "") for each in feed.iter() if each.tag.endswith("link")]
        assert all(
            re.fullmatch(r"[a-z/]*[A-Za-z0-9_.-]*\.(html|atom)(#[A-Za-z0-9_-]+)?", link) for link in links
        )
    said = "".join(feeds["activity.atom"].itertext())
    assert "W-1" in said and "<b>&amp;]]>" in said and "\u202e" not in said


@row("A3", "labels of numbers for scraping", "text")
def _metrics(scene: Scene) -> None:
    foreign(scene, "plain", state='a"b\\c\nx{y="z"} 7\r# EOF\u2028\u202e')
    for line in built(scene, "team", "site")["metrics.txt"].decode().split("\n")[:-1]:
        sample = (
            r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\[n\\"])*"(,[a-z]+="(?:[^"\\\n]|\\[n\\"])*")*\})? -?[0-9.e+]+'
        )
        assert re.fullmatch(rf"# (TYPE|UNIT|HELP) [a-z_]+ .+|# EOF|{sample}", line), line
        assert not re.search("[\\x00-\\x1f\\x7f\u2028\u202e]", line), line


@row("A4", "texts in the scripts that search and past are made of", "text")
def _scripts(scene: Scene) -> None:
    evil = "</script><script>alert(1)//\u2028\u2029\ud800 <!-- ]]> \\u003c `${x}` \"'\n*/"
    foreign(scene, evil, "plain")
    stories.add(str(scene.root), [{"files": {f"items/OPS-{n}.yaml": GOOD}} for n in range(1, 4)])
    scene.git("reset", "-q", "--hard")
    site = built(scene, "team", "site")
    scripts = {path: data.decode() for path, data in site.items() if re.match("find-|past-data", path)}
    assert {"find-items-1.js", "past-data.js"} <= scripts.keys(), sorted(site)
    for path, text in scripts.items():
        match = re.fullmatch(r'opsflow\.data\("([a-z0-9-]+)",(\[.*\])\);\n', text, re.S)
        assert match, path
        assert isinstance(json.loads(match[2]), list)
        assert "\n" not in match[2]
        assert not re.search("[<\u2028\u2029\x00-\x1f]", match[2]), path
        assert f"{match[1]}.js" == path
    assert "\\u003c/script>" in scripts["find-items-1.js"]
    board = json.loads(site["board.json"])
    assert board["columns"]


@row("A5", "formulas in the table of events that a site carries", "text")
def _events(scene: Scene) -> None:
    texts = ["=1+1", "@x", "+1+cmd", "\t=1", "-2+cmd", "\uff1d1+1", '=HYPERLINK("http://e","x")']
    foreign(scene, *texts)
    data = built(scene, "team", "site")["events.csv"].decode()
    rows = list(csv.reader(io.StringIO(data)))
    cells = [cell for line in rows[1:] for cell in line]
    assert len(rows) > len(texts)
    assert [
        cell for cell in cells if cell[:1] in ("=", "@", "+", "\t", "\uff1d") or re.match(r"-\D|-.*[+]", cell)
    ] == []


MOVED = "title: One\nstate: {}\nassignees: [m]\n"


@row("A6", "100,000 refs", "told")
def _refs(scene: Scene) -> None:
    scene.repository(
        {"items/OPS-1.yaml": MOVED.format("ready")}, {"files": {"items/OPS-1.yaml": MOVED.format("doing")}}
    )
    first, head = stories.commits(str(scene.root))
    before = scene.found(), scene.opsflow("log").out
    lines = [f"{first if n % 2 else head} refs/heads/b{n:06}\n" for n in range(100_000)]
    packed = "# pack-refs with: peeled fully-peeled sorted \n" + "".join(lines)
    (scene.root / ".git/packed-refs").write_text(packed)
    began = time.process_time()
    assert (scene.found(), scene.opsflow("log").out) == before
    assert scene.opsflow("log", "--at", "b099999").out.count("\n") == before[1].count("\n") - 1
    assert scene.opsflow("diff", "b000001..b000002").status == 0
    assert scene.opsflow("check", "--base", "b000001").status == 0
    assert scene.opsflow("new", "Work", "--commit").status == 0
    assert scene.opsflow("list", "--at", "b100000").status == 2
    assert time.process_time() - began < 30


@row(
    "A7",
    "a commit dated 2099, in the middle and at the end",
    "traced",
    "the folder is judged as of the clock; a finding names the commit, and what follows it counts from then",
)
def _ahead(scene: Scene) -> None:
    ready, doing, done = (MOVED.format(state) for state in ("ready", "doing", "done"))
    scene.repository(
        {"items/OPS-1.yaml": ready, "items/OPS-2.yaml": ready},
        {"at": "2026-01-06 09:00", "files": {"items/OPS-1.yaml": doing}},
        {"at": "2099-01-01 09:00", "files": {"items/OPS-2.yaml": doing}},
    )
    ahead = stories.commits(str(scene.root))[-1]
    for more in (None, "2026-01-08 09:00"):
        if more:
            stories.add(str(scene.root), [{"at": more, "files": {"items/OPS-1.yaml": done}}])
            scene.git("reset", "-q", "--hard")
        (found,) = scene.found()
        said = f"commit {ahead[:10]} is dated 2099-01-01 09:00, after now [future-commit]"
        assert found == f"items/OPS-2.yaml:1:1: warning: {said}"
        moves = list(csv.DictReader(io.StringIO(scene.opsflow("log", "--format", "csv").out)))
        expected = ["2099-01-01"] * (2 if more else 1) + ["2026-01-06"] + ["2026-01-05"] * 3
        assert [each["at"][:10] for each in moves] == expected
        ages = csv.DictReader(
            io.StringIO(scene.opsflow("list", "--columns", "id,age_days", "--format", "csv").out)
        )
        assert all(int(each["age_days"]) in range(6) for each in ages if each["age_days"])
        out = scene.folder / f"site{more}"
        done_ = scene.opsflow("build", "--out", out)
        assert done_.status == 0
        ahead_said = "The newest commit is dated 2099-01-01, after today: the site is of that day."
        assert ahead_said in done_.err, done_.err

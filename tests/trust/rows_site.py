"""The site: no text of a board can act in a browser, and a build is whole or not at all."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from tests.site.test_pages import STYLE, Shape
from tests.trust.rows import BOARD, GOOD, Scene, row

ROOT = Path(__file__).parents[2]
EVIL = """"><img src=x onerror=alert(1)>'</script></style></title><svg onload=x>&lt;b&gt;{{7*7}}<!-- ]]>"""
PLAIN = "ordinary words"


def laden(scene: Scene, text: str) -> None:
    """A committed board that says a text wherever text can stand."""
    said = text.replace("'", "''")
    one = (
        f"title: '{said}'\nstate: doing\nassignees: ['{said}']\nrequester: '{said}'\nvendor: '{said}'\n"
        f"services: ['{said}']\nlabels: ['{said}']\nblocked: {{reason: '{said}', by: '{said}'}}\n"
        f"public: '{said}'\nchecklist: |\n  - [ ] {text}\ndescription: |\n  {text}\n\n  # {text}\n\n  - {text}\n"
    )
    board = BOARD.replace("board: Operations", f"board: '{said}'")
    slug = re.sub("[^a-z]+", "-", text.lower()).strip("-")
    scene.repository(
        {
            "items/OPS-1.yaml": one,
            f"items/OPS-2-{slug}.yaml": "title: b\nstate: ready\ndepends_on: [OPS-1]\n",
        },
        {
            "author": f"{text.replace('<', '').replace('>', '')} <a@b>",
            "message": text,
            "files": {"items/OPS-1.yaml": one.replace("doing", "done")},
        },
        config=board,
    )


def pages(scene: Scene, name: str = "site") -> dict[str, bytes]:
    """Every page of the site of the board."""
    site = scene.folder / name
    done = scene.opsflow("build", "--out", site, "--no-cache")
    assert done.status == 0, done.err
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*.html"))}


def shapes(scene: Scene, text: str) -> dict[str, Shape]:
    laden(scene, text)
    return {path: Shape(data) for path, data in pages(scene, f"site {len(text)}").items()}


def described(scene: Scene, text: str) -> Shape:
    """The page of an item with this description."""
    body = "".join(f"  {line}\n" for line in text.split("\n"))
    scene.board({"items/OPS-1.yaml": f"title: x\nstate: ready\ndescription: |\n{body}"})
    return Shape(pages(scene)["item/OPS-1.html"])


@row("W1", "markup in titles, people, labels, authors, names of files", "text")
def _markup(scene: Scene) -> None:
    hostile = shapes(scene, EVIL)
    scene.root.rename(scene.folder / "hostile")
    plain = shapes(scene, PLAIN)
    allowed = {pair for shape in plain.values() for pair in shape.seen}
    common = hostile.keys() & plain.keys()
    assert "item/OPS-1.html" in common and "index.html" in common
    for path in common:
        new = {pair for pair in hostile[path].seen if pair not in allowed}
        assert not {tag for tag, _ in new} & {"img", "script", "style", "svg", "b"}, (path, new)
        assert not {name for _, names in new for name in names if name.startswith("on")}, path
        assert "{{7*7}}" in "".join(hostile[path].text) or EVIL[:5] not in "".join(hostile[path].text)


@row("W2", "quotes in attributes", "text")
def _attributes(scene: Scene) -> None:
    for path, shape in shapes(scene, EVIL).items():
        assert all(STYLE.fullmatch(style) for style in shape.styles), path
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", id) for id in shape.ids), path
        assert not [
            name for _, names in shape.seen for name in names if not re.fullmatch("[a-zA-Z:-]+[12]?", name)
        ]


@row("W3", "the end of a script in embedded JSON", "text", "no page has JSON or a script in it at all")
def _scripts(scene: Scene) -> None:
    for path, shape in shapes(scene, EVIL).items():
        assert {names for tag, names in shape.seen if tag == "script"} <= {("src",), ("defer", "src")}, path


@row("W4", "links that run", "text")
def _links(scene: Scene) -> None:
    bad = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "&#106;avascript:alert(1)",
        "//evil.example/x",
        "\\\\evil.example",
        "/abs",
        "https:evil",
        "blob:x",
        "javascript&colon;alert(1)",
        "%6aavascript:alert(1)",
    ]
    shape = described(
        scene,
        "\n\n".join(f"[a]({each}) <{each}> ![b]({each}) {each}" for each in bad)
        + "\n\n[r]: javascript:alert(1)\n[a][r] [good](https://ok.example/x)",
    )
    linked = [
        link
        for link in shape.links
        if not re.fullmatch(
            r"(\.\./)?[a-z/-]*[a-z0-9-]*\.(html|css|js|svg|atom)?([#?][A-Za-z0-9_=-]*)?", link, re.I
        )
    ]
    assert [link for link in linked if not link.startswith(("https://ok.example", "data:image/", "#"))] == []
    assert "https://ok.example/x" in linked


@row("W5", "raw HTML, SVG, and what a browser mends into either", "text")
def _raw(scene: Scene) -> None:
    plain = set(described(scene, "words").seen)
    shape = described(
        scene,
        "<b onclick=x>b</b> <svg><script>1</script></svg>\n\n<math><mi//xlink:href='x'>\n\n"
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">\n\n<!--><img src=x>-->\n\n'
        "<iframe srcdoc='x'></iframe><form><button formaction=x>\n\n<style>*{}</style>",
    )
    assert {tag for tag, _ in set(shape.seen) - plain} <= {"p"}
    assert "<iframe srcdoc='x'></iframe>" in "".join(shape.text).replace("\u2018", "'")


@row("W6", "attribute lists, words behind a fence", "text")
def _fences(scene: Scene) -> None:
    shape = described(
        scene,
        '# x {onclick=alert(1) .c #d}\n\n```js onload=alert(1) "><b>\ncode\n```\n\n~~~ "><img src=x>\nc\n~~~\n',
    )
    assert not [names for _, names in shape.seen if any(name.startswith("on") for name in names)]
    plain = {tag for tag, _ in described(scene, "words").seen}
    assert {tag for tag, _ in shape.seen} & {"img", "b"} <= plain - {"img"}


@row("W7", "pictures and fonts from elsewhere", "text")
def _remote(scene: Scene) -> None:
    shape = described(
        scene,
        "![a](https://evil.example/pixel.png) ![b](//evil.example/x) ![c][r]\n\n[r]: http://e.example/y",
    )
    assert "img" not in {tag for tag, _ in shape.seen}
    for path, data in pages(scene).items():
        page = Shape(data)
        sources = re.findall(rb'(?:src|data|poster|srcset)="([^"]*)"', data)
        assert all(not each.startswith((b"http", b"//")) for each in sources), path
        assert page.seen[0][0] == "html"
    assert b"url(" not in b"".join(
        path.read_bytes() for path in (scene.folder / "site").rglob("*.css")
    ) or all(
        not re.search(rb"url\(['\"]?(https?:)?//", path.read_bytes())
        for path in (scene.folder / "site").rglob("*.css")
    )


@row("W8", "ids and names that take the place of others", "text")
def _ids(scene: Scene) -> None:
    plain = described(scene, "words").ids
    shape = described(
        scene, "# body\n\n## constructor\n\n<a id=location name=cookie>x</a>\n\n[^1]\n\n[^1]: note"
    )
    assert shape.ids == plain


@row("W9", "the syntax of templates in fields", "text")
def _templates(scene: Scene) -> None:
    text = "{{7*7}} {% for x in y %} ${7*7} #{7*7} <%= 7*7 %> {{ ''.__class__ }}"
    scene.board({"items/OPS-1.yaml": f'title: "{text}"\nstate: ready\ndescription: |\n  {text}\n'})
    page = "".join(Shape(pages(scene)["item/OPS-1.html"]).text)
    assert page.count("{{7*7}}") >= 2 and page.count("{% for x in y %}") >= 2
    assert "49" not in re.findall(r"\b49\b", page)


@row("W10", "Markdown that takes for ever", "told")
def _slow(scene: Scene) -> None:
    patterns = ["[", "![", "[](", "*a ", "> ", "`", "- ", "a**b", "<", "[a][", "|a", "~~", "\\", "https://a."]
    for number, pattern in enumerate(patterns):
        text = (pattern * 16384)[:16000]
        scene.write({f"items/OPS-{number + 1}.yaml": f"title: x\nstate: ready\ndescription: |\n  {text}\n"})
    scene.board({"items/OPS-99.yaml": "title: x\nstate: ready\ndescription: |\n  " + "[x](" * 12000 + "\n"})
    began = time.process_time()
    made = pages(scene)
    assert time.process_time() - began < 30
    assert len([path for path in made if path.startswith("item/")]) == len(patterns) + 2
    assert b'<pre class="src wraps"' in made["item/OPS-99.html"]


@row("W11", "text in graphs", "text")
def _graphs(scene: Scene) -> None:
    laden(scene, EVIL)
    page = pages(scene)["dependencies.html"]
    shape = Shape(page)
    assert not [link for link in shape.links if "javascript" in link]
    assert "foreignObject" not in page.decode()
    assert [names for tag, names in shape.seen if tag == "script" and "src" not in names] == []
    assert EVIL in "".join(shape.text)


@row(
    "W12",
    "no content security policy",
    "text",
    "scripts are files of the site, so 'self' and no hash; style attributes are allowed, and hold numbers",
)
def _policy(scene: Scene) -> None:
    scene.board()
    for path, data in pages(scene).items():
        start = data.decode().partition("<head>\n")[2]
        policy = re.match(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', start)
        assert policy is not None, path
        rules = {rule.strip() for rule in policy[1].split(";")}
        assert {
            "default-src 'none'",
            "script-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        } <= rules, path
        assert "img-src 'self' data:" in rules, path


@row("W13", "a site opened from a folder, or below a path", "text")
def _offline(scene: Scene) -> None:
    laden(scene, PLAIN)
    for path, data in pages(scene).items():
        for link in Shape(data).links:
            assert not link.startswith(("/", "http:", "//")), (path, link)
    for script in (scene.folder / "site").rglob("*.js"):
        assert "fetch(" not in script.read_text() and "XMLHttpRequest" not in script.read_text(), script


@row(
    "W15",
    "one bad item on a board",
    "told",
    "the build is well (0), and says how many files could not be read",
)
def _one_bad(scene: Scene) -> None:
    scene.board({"items/OPS-1.yaml": "title: [x\n", "items/OPS-2.yaml": b"\xff", "items/OPS-3.yaml": GOOD})
    done = scene.opsflow("build", "--out", scene.folder / "site")
    assert (done.status, done.err) == (0, "2 files could not be read; `opsflow check` says why.\n")
    made = pages(scene)
    assert {"item/OPS-0.html", "item/OPS-3.html", "index.html"} <= made.keys()
    findings = "".join(Shape(made["rules.html"]).text)
    assert "items/OPS-1.yaml" in findings and "items/OPS-2.yaml" in findings


@row("W16", "the order of sets and folders, clock, zone, locale, place", "same")
def _same(scene: Scene) -> None:
    laden(scene, PLAIN)
    sites = []
    for name, env in (
        ("a", {"TZ": "UTC", "PYTHONHASHSEED": "1", "OPSFLOW_CACHE": "off"}),
        (
            "b",
            {
                "TZ": "Asia/Kolkata",
                "PYTHONHASHSEED": "2",
                "LC_ALL": "C",
                "HOME": str(scene.folder),
                "OPSFLOW_NOW": "2027-05-05T05:05:05+00:00",
            },
        ),
    ):
        done = scene.process("build", "--out", str(scene.folder / name), env=env)
        assert done.returncode == 0, done.stderr
        sites.append(scene.sums(scene.folder / name))
        scene.root = scene.root.rename(scene.folder / f"moved-{name}")
    assert sites[0] == sites[1]


@row("W17", "a crash while a site is built over another", "whole")
def _crash(scene: Scene) -> None:
    scene.board()
    out, other = scene.folder / "site", scene.folder / "other"
    assert scene.process("build", "--out", str(out)).returncode == 0
    old = scene.sums(out)
    scene.write({"items/OPS-0-good.yaml": "title: Another\nstate: doing\n"})
    assert scene.process("build", "--out", str(other)).returncode == 0
    new = scene.sums(other)
    assert old != new
    code = (
        "import sys\nsys.path.insert(0, sys.argv[1])\nfrom tests.editing import killing\n"
        "killing.die_at(int(sys.argv[2]), True)\nfrom opsflow.cli import run\nsys.exit(run(sys.argv[3:]))"
    )
    for number in (5, 25, 45, 65, 85):
        words = [str(ROOT), str(number), "-C", str(scene.root), "build", "--out", str(out)]
        subprocess.run([sys.executable, "-P", "-c", code, *words], capture_output=True, timeout=120)
        assert not out.exists() or scene.sums(out) in (old, new), number
    assert scene.process("build", "--out", str(out)).returncode == 0
    assert scene.sums(out) == new

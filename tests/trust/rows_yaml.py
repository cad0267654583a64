"""YAML: what a hostile or mistaken file of an item is told, to the letter."""

from __future__ import annotations

from tests.trust.rows import Scene, accepted, hostile, row

START = "title: x\nstate: ready\n"

hostile(
    "Y1",
    "a bomb of aliases",
    [
        (
            "ten levels",
            START + "labels: &a [x, x]\n" + "".join(f"l{i}: &b{i} [*a, *a]\n" for i in range(2)),
            [
                "3:9: error: `&a` is an anchor, and anchors are not allowed [unreadable-file]",
                "4:5: error: `&b0` is an anchor, and anchors are not allowed [unreadable-file]",
                "4:10: error: `*a` is an alias, and aliases are not allowed [unreadable-file]",
                "4:14: error: `*a` is an alias, and aliases are not allowed [unreadable-file]",
                "5:5: error: `&b1` is an anchor, and anchors are not allowed [unreadable-file]",
                "5:10: error: `*a` is an alias, and aliases are not allowed [unreadable-file]",
                "5:14: error: `*a` is an alias, and aliases are not allowed [unreadable-file]",
            ],
        ),
    ],
)
hostile(
    "Y2",
    "merge keys that double",
    [
        (
            "three",
            START + "a: &a {x: 1}\nb: {<<: [*a, *a]}\n",
            [
                "3:4: error: `&a` is an anchor, and anchors are not allowed [unreadable-file]",
                "4:5: error: `<<` is a merge key, and merge keys are not allowed [unreadable-file]",
                "4:10: error: `*a` is an alias, and aliases are not allowed [unreadable-file]",
                "4:14: error: `*a` is an alias, and aliases are not allowed [unreadable-file]",
            ],
        ),
    ],
)
hostile(
    "Y3",
    "an anchor inside itself",
    [
        (
            "list",
            START + "labels: &a [*a]\n",
            [
                "3:9: error: `&a` is an anchor, and anchors are not allowed [unreadable-file]",
                "3:13: error: `*a` is an alias, and aliases are not allowed [unreadable-file]",
            ],
        ),
    ],
)
hostile(
    "Y4",
    "a merge key that brings the state in",
    [
        (
            "top",
            "<<: {state: done}\ntitle: x\n",
            ["1:1: error: `<<` is a merge key, and merge keys are not allowed [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y5",
    "an alias as a key",
    [
        (
            "alias",
            START + "labels: &a [b]\n*a : c\n",
            [
                "3:9: error: `&a` is an anchor, and anchors are not allowed [unreadable-file]",
                "4:1: error: `*a` is an alias, and aliases are not allowed [unreadable-file]",
                "4:1: error: a key is missing before the colon [unreadable-file]",
            ],
        ),
    ],
)
hostile(
    "Y6",
    "deep brackets",
    [
        (
            "30,000 levels",
            START + "labels: " + "[" * 30000,
            ["3:29: error: the nesting is deeper than 20 [unreadable-file]"],
        ),
        (
            "21 levels",
            START + "labels: " + "[" * 21 + "]" * 21 + "\n",
            ["3:29: error: the nesting is deeper than 20 [unreadable-file]"],
        ),
        (
            "braces",
            START + "allow: " + "{b: " * 15000,
            ["3:84: error: the nesting is deeper than 20 [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y7",
    "deep blocks and explicit keys",
    [
        (
            "lists",
            START + "labels:\n  " + "- " * 30000 + "b\n",
            ["4:41: error: the nesting is deeper than 20 [unreadable-file]"],
        ),
        (
            "explicit keys",
            "? " * 30000 + "b\n",
            ["1:41: error: the nesting is deeper than 20 [unreadable-file]"],
        ),
        (
            "mappings",
            START + "allow:\n" + "".join(" " * i + "a:\n" for i in range(1, 200)),
            ["23:21: error: the nesting is deeper than 20 [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y8",
    "a huge file, and a huge scalar",
    [
        (
            "one byte too many",
            START.encode() + b"description: " + b"x" * (65536 - len(START) - 13 - 1 + 1) + b"\n",
            ["1:1: error: the file has 65537 bytes, and 65536 are the most [unreadable-file]"],
        ),
        (
            "5 MB",
            START.encode() + b"#" + b"x" * 5000000 + b"\n",
            [
                "1:1: error: this cannot be read: it has 5000024 bytes, and 1048576 are the most [unreadable-file]"
            ],
        ),
    ],
)
hostile(
    "Y9",
    "many keys and many entries",
    [
        (
            "list entries",
            START + "labels:\n" + "- b\n" * 10000,
            ["4997:3: error: the file has more than 5000 keys and values [unreadable-file]"],
        ),
        (
            "keys",
            START + "allow: {" + ", ".join(f"k{i}: 1" for i in range(5000)) + "}\n",
            ["3:23866: error: the file has more than 5000 keys and values [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y10",
    "many comment lines",
    [
        (
            "1 MB",
            START.encode() + b"# x\n" * 262144,
            [
                "1:1: error: this cannot be read: it has 1048598 bytes, and 1048576 are the most [unreadable-file]"
            ],
        ),
    ],
)
hostile(
    "Y11",
    "a key twice",
    [
        (
            "plain",
            START + "state: done\n",
            ["3:1: error: `state` is given twice, on lines 2 and 3 [unreadable-file]"],
        ),
        (
            "quoted",
            START + '"state": done\n',
            ["3:1: error: `state` is given twice, on lines 2 and 3 [unreadable-file]"],
        ),
        (
            "nested",
            START + "blocked: {reason: a, reason: b}\n",
            ["3:22: error: `reason` is given twice, on lines 3 and 3 [unreadable-file]"],
        ),
        (
            "NFC and NFD",
            START + "café: 1\ncafé: 2\n",
            ["4:1: error: `café` is given twice, on lines 3 and 4 [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y12",
    "keys that are no words",
    [
        ("a number", START + "1: x\n", ["3:1: error: `1` is not a key of an item [misshapen]"]),
        ("true", START + "true: x\n", ["3:1: error: `true` is not a key of an item [misshapen]"]),
        (
            "a date",
            START + "2026-01-01: x\n",
            ["3:1: error: `2026-01-01` is not a key of an item [misshapen]"],
        ),
        ("null", START + "null: x\n", ["3:1: error: `null` is not a key of an item [misshapen]"]),
        ("nothing", START + ": x\n", ["3:1: error: a key is missing before the colon [unreadable-file]"]),
        (
            "a list",
            START + "? [a]\n: x\n",
            ["3:3: error: a list or a mapping stands where a key belongs [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y13",
    "tabs",
    [
        (
            "indent",
            START + "labels:\n\t- a\n",
            ["4:4: error: a tab is used for indentation, where YAML takes only spaces [unreadable-file]"],
        ),
        (
            "after a colon",
            "title:\tx\nstate: ready\n",
            ["1:7: error: a tab stands where YAML takes only spaces [unreadable-file]"],
        ),
        (
            "before a comment",
            "title: x\t# c\nstate: ready\n",
            ["1:9: error: a tab stands where YAML takes only spaces [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y16",
    "line breaks that nobody sees",
    [
        (
            "carriage return",
            "title: x\rstate: done\nstate: ready\n",
            ["1:9: error: a lone carriage return (U+000D) is not allowed [unreadable-file]"],
        ),
        (
            "next line",
            START + "requester: a\x85state: done\n",
            ["3:13: error: the character U+0085 is not allowed [unreadable-file]"],
        ),
        (
            "line separator",
            START + "requester: a\u2028state: done\n",
            ["3:13: error: the character U+2028 is not allowed [unreadable-file]"],
        ),
        (
            "paragraph separator",
            START + "requester: a\u2029state: done\n",
            ["3:13: error: the character U+2029 is not allowed [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y17",
    "characters that nobody sees",
    [
        (
            "NUL",
            START.encode() + b"requester: a\x00b\n",
            ["3:13: error: the character NUL (U+0000) is not allowed [unreadable-file]"],
        ),
        (
            "ESC",
            START.encode() + b"requester: \x1b[31m\n",
            ["3:12: error: the character ESC (U+001B) is not allowed [unreadable-file]"],
        ),
        (
            "DEL",
            START.encode() + b"requester: a\x7f\n",
            ["3:13: error: the character U+007F is not allowed [unreadable-file]"],
        ),
        (
            "C1",
            START + "requester: a\x9b31m\n",
            ["3:13: error: the character U+009B is not allowed [unreadable-file]"],
        ),
        (
            "non-character",
            START + "requester: \ufdd0\n",
            ["3:12: error: the character U+FDD0 is not allowed [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y18",
    "bytes that are no UTF-8",
    [
        (
            "Latin-1",
            START.encode() + b"requester: Zo\xeb\n",
            ["3:14: error: byte 0xeb is not UTF-8 [unreadable-file]"],
        ),
        (
            "overlong",
            START.encode() + b"requester: \xc0\xaf\n",
            ["3:12: error: byte 0xc0 is not UTF-8 [unreadable-file]"],
        ),
        (
            "surrogate",
            START + "requester: \ud800\n",
            ["3:12: error: byte 0xed is not UTF-8 [unreadable-file]"],
        ),
        (
            "UTF-16",
            ("\ufeff" + START).encode("utf-16-le"),
            ["1:1: error: the file is UTF-16, not UTF-8 [unreadable-file]"],
        ),
        (
            "UTF-16 BE",
            ("\ufeff" + START).encode("utf-16-be"),
            ["1:1: error: the file is UTF-16, not UTF-8 [unreadable-file]"],
        ),
        *(
            (
                f"UTF-32 {order}",
                ("\ufeff" + START).encode(f"utf-32-{order}"),
                ["1:1: error: the file is UTF-32, not UTF-8 [unreadable-file]"],
            )
            for order in ("le", "be")
        ),
        (
            "UTF-16, no mark",
            START.encode("utf-16-le"),
            ["1:2: error: the character NUL (U+0000) is not allowed [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y19",
    "several documents",
    [
        ("two", START + "---\n" + START, ["3:1: error: a second document begins here [unreadable-file]"]),
        ("a trailing mark", START + "---\n", ["3:1: error: a second document begins here [unreadable-file]"]),
        (
            "an end and more",
            START + "...\n" + START,
            ["4:1: error: a second document begins here [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y20",
    "tags",
    [
        (
            "python",
            "title: !!python/object/apply:os.system [id]\nstate: ready\n",
            [
                "1:8: error: `!!python/object/apply:os.system` is a tag, and tags are not allowed [unreadable-file]"
            ],
        ),
        (
            "local",
            START + "requester: !me x\n",
            ["3:12: error: `!me` is a tag, and tags are not allowed [unreadable-file]"],
        ),
        (
            "binary",
            START + "requester: !!binary aGk=\n",
            ["3:12: error: `!!binary` is a tag, and tags are not allowed [unreadable-file]"],
        ),
        (
            "set",
            START + "labels: !!set {a, b}\n",
            ["3:9: error: `!!set` is a tag, and tags are not allowed [unreadable-file]"],
        ),
        (
            "omap",
            START + "labels: !!omap [a: b]\n",
            ["3:9: error: `!!omap` is a tag, and tags are not allowed [unreadable-file]"],
        ),
        (
            "str",
            START + "requester: !!str 5\n",
            ["3:12: error: `!!str` is a tag, and tags are not allowed [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y21",
    "accidents of unquoted text",
    [
        (
            "colon",
            "title: fix: the thing\nstate: ready\n",
            ["1:8: error: an unquoted value holds `: `, which begins a new value [unreadable-file]"],
        ),
        (
            "at",
            START + "requester: @bob\n",
            ["3:12: error: an unquoted value cannot begin with `@` [unreadable-file]"],
        ),
        (
            "brackets",
            "title: [WIP] x\nstate: ready\n",
            ["1:8: error: a value that begins with `[` is read as a list [unreadable-file]"],
        ),
        (
            "star",
            "title: *important*\nstate: ready\n",
            ["1:8: error: `*important*` is an alias, and aliases are not allowed [unreadable-file]"],
        ),
        (
            "percent",
            "title: %done\nstate: ready\n",
            ["1:8: error: an unquoted value cannot begin with `%` [unreadable-file]"],
        ),
        (
            "bang",
            "title: !urgent x\nstate: ready\n",
            ["1:8: error: `!urgent` is a tag, and tags are not allowed [unreadable-file]"],
        ),
        (
            "backtick",
            "title: `cmd` fails\nstate: ready\n",
            ["1:8: error: an unquoted value cannot begin with a backtick [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y23",
    "directives",
    [
        (
            "1.1",
            "%YAML 1.1\n---\n" + START,
            ["1:1: error: directives such as `%YAML` are not allowed [unreadable-file]"],
        ),
        (
            "1.3",
            "%YAML 1.3\n---\n" + START,
            ["1:1: error: directives such as `%YAML` are not allowed [unreadable-file]"],
        ),
        (
            "tag",
            "%TAG ! tag:x,2000:\n---\n" + START,
            ["1:1: error: directives such as `%YAML` are not allowed [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y24",
    "values that no type holds",
    [
        (
            "5000 digits",
            START + "value: " + "9" * 5000 + "\n",
            ["3:1: error: `value` has 5000 digits, and 18 are the most [misshapen]"],
        ),
        (
            "30 February",
            START + "due: 2026-02-30\n",
            ["3:1: error: `due` is `2026-02-30`, which is not a date [misshapen]"],
        ),
        (
            "year 0",
            START + "due: 0000-01-01\n",
            ["3:1: error: `due` is `0000-01-01`, and years go from 1900 to 2999 [misshapen]"],
        ),
        (
            "zone",
            START + "entered: {ready: 2026-01-01 10:00+99:99}\n",
            ["3:11: error: `ready` is `2026-01-01 10:00+99:99`, which is not a moment [misshapen]"],
        ),
        (
            "escape",
            START + 'requester: "\\UFFFFFFFF"\n',
            ["3:13: error: an escape stands for no character [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y25",
    "numbers that are none",
    [
        ("nan", START + "value: .nan\n", ["3:1: error: `value` is `.nan`, not a number [misshapen]"]),
        ("inf", START + "cost: .inf\n", ["3:1: error: `cost` is `.inf`, not a number [misshapen]"]),
        ("1e400", START + "value: 1e400\n", ["3:1: error: `value` is `1e400`, not a number [misshapen]"]),
        (
            "minus inf",
            START + "estimate: -.inf\n",
            ["3:1: error: `estimate` is `-.inf`, which is not a length of time [misshapen]"],
        ),
    ],
)
hostile(
    "Y26",
    "merge conflicts",
    [
        (
            "two sides",
            "title: x\n<<<<<<< HEAD\nstate: ready\n=======\nstate: done\n>>>>>>> b\n",
            ["2:1: error: unresolved merge conflict, lines 2 to 6 [unreadable-file]"],
        ),
        (
            "diff3",
            "title: x\n<<<<<<< HEAD\nstate: ready\n||||||| base\nstate: doing\n=======\nstate: done\n>>>>>>> b\n",
            ["2:1: error: unresolved merge conflict, lines 2 to 8 [unreadable-file]"],
        ),
        (
            "in a block",
            START + "description: |\n<<<<<<< HEAD\n  a\n=======\n  b\n>>>>>>> b\n",
            ["4:1: error: unresolved merge conflict, lines 4 to 8 [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y27",
    "what is no item",
    [
        ("empty", "", ["1:1: error: the file is empty [unreadable-file]"]),
        ("comments", "# nothing\n", ["1:1: error: the file is empty [unreadable-file]"]),
        ("list", "- a\n", ["1:1: error: the file is a list, not keys with values [unreadable-file]"]),
        ("text", "just a text\n", ["1:1: error: the file is a text, not keys with values [unreadable-file]"]),
        (
            "LFS",
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
            ["1:1: error: the file is a Git LFS pointer, not its contents [unreadable-file]"],
        ),
        ("null", "~\n", ["1:1: error: the file is a text, not keys with values [unreadable-file]"]),
    ],
)
hostile(
    "Y28",
    "an escaped lone surrogate",
    [
        (
            "surrogate",
            START + 'requester: "\\ud800"\n',
            ["3:12: error: an escape stands for U+D800, which is not allowed [unreadable-file]"],
        ),
    ],
)
hostile(
    "Y29",
    "several errors in one file",
    [
        (
            "typos",
            "titel: x\nstate: redy\nduu: 2026-01-01\ntype: reqest\n",
            [
                "1:1: error: `titel` is not a key of an item; did you mean `title`? [misshapen]",
                "2:1: error: the workflow has no state `redy` [unknown-reference]",
                "3:1: error: `duu` is not a key of an item [misshapen]",
                "4:1: error: the board has no type `reqest` [unknown-reference]",
            ],
        ),
    ],
)


@row("Y14", "a byte order mark at the start, and inside", "told")
def _marks(scene: Scene) -> None:
    accepted(scene, "\ufeff" + START, title="x", state="ready")
    assert scene.opsflow("move", "OPS-1", "doing").status == 0
    assert (scene.root / "items/OPS-1.yaml").read_bytes() == b"\xef\xbb\xbftitle: x\nstate: doing\n"
    scene.board({"items/OPS-1.yaml": START + "\ufefftype: request\n"})
    assert scene.found() == [
        "items/OPS-1.yaml:3:1: error: a byte order mark (U+FEFF) is not allowed [unreadable-file]"
    ]


@row("Y15", "CRLF and mixed ends of lines", "whole")
def _ends(scene: Scene) -> None:
    for text in (b"title: x\r\nstate: ready\r\n", b"title: x\r\nstate: ready\ntype: request\r\n"):
        accepted(scene, text, title="x", state="ready")
        assert scene.opsflow("move", "OPS-1", "doing").status == 0
        after = (scene.root / "items/OPS-1.yaml").read_bytes()
        assert after == text.replace(b"ready", b"doing")


@row("Y22", "words that YAML 1.1 takes for something else", "told")
def _ambiguous(scene: Scene) -> None:
    config = "fields: {code: {type: string}}\n"
    for word in ("yes", "no", "on", "012", "1_000", "12:30:45", "0o17", "1e3", "~", "null"):
        given = scene.board(config="board: B\nkey: OPS\nworkflow: [{state: ready, kind: backlog}]\n" + config)
        scene.write({"items/OPS-1.yaml": f"title: {word}\nstate: ready\ncode: {word}\n"})
        assert scene.found() == [], word
        assert (
            scene.opsflow("list", "--all", "--columns", "id,title", "--format", "csv").out.splitlines()[2]
            == f"OPS-1,{word}"
        ), word
        done = scene.opsflow("set", "OPS-0", f"title={word}")
        assert done.status == 0, (word, done)
        data = (given / "items/OPS-0-good.yaml").read_bytes()
        assert data in (
            f"title: {word}\nstate: ready\n".encode(),
            f'title: "{word}"\nstate: ready\n'.encode(),
        ), word


@row("Y30", "a message that quotes what is not its own", "text")
def _quotes(scene: Scene) -> None:
    secret = scene.folder / "secret"
    secret.write_text("root:x:0:0: [never shown\n")
    scene.board({"items/OPS-1.yaml": f"title: {'y' * 3000}: z\nstate: ready\n"})
    (scene.root / "items/OPS-2.yaml").symlink_to(secret)
    done = scene.opsflow("check")
    assert done.status == 1
    assert "root:x" not in done.out and "never shown" not in done.out
    assert "items/OPS-2.yaml:1:1: error: this is a link, and only regular files are read" in done.out
    assert max(map(len, done.out.splitlines())) < 200

"""The house: who may import whom, and through which door each library comes in."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FLOORS = [
    {"collection", "errors", "kept", "order", "replacing", "resources", "words", "zones", "__init__"},
    {"model", "fingerprint"},
    {"reading"},
    {"history"},
    {"graph", "flow", "capacity"},
    {"facts"},
    {"measures"},
    {"rules", "reports", "demo", "comparison"},
    {"formats", "verdict", "logbook", "change", "past"},
    {"events"},
    {"site", "editing"},
    {"server"},
    {"cli"},
    {"__main__"},
]
DOORS = {
    "ruamel": {"reading"},
    "jsonschema_rs": {"reading"},
    "git": {"history"},
    "networkx": {"graph"},
    "holidays": {"capacity"},
    "click": {"cli"},
    "rich": {"cli"},
    "jinja2": {"site"},
    "markupsafe": {"site"},
    "cmarkgfm": {"site"},
    "vl_convert": {"site"},
    "graphviz_pure": {"site"},
    "sqlite3": {"history"},
    "duckdb": {"events"},
    "numpy": {"events"},
    "pygls": {"server"},
    "lsprotocol": {"server"},
}
LEAVES = {"rules", "measures", "reports"}
SHARED = {"query", "trials"}
"""Modules of such a room that are no leaf; so is what begins with `_`."""


def room(path: Path) -> str:
    """The room of a module: its folder below opsflow/, or its own name on the ground."""
    return path.relative_to(ROOT / "opsflow").with_suffix("").parts[0]


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Each module that a file imports, and whether only the type checker does."""
    tree = ast.parse(path.read_bytes())
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in typing) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            if module == "opsflow":
                yield from ((f"opsflow.{alias.name}", id(node) in typing) for alias in node.names)
            elif module.startswith("opsflow.") and (ROOT / module.replace(".", "/")).is_dir():
                yield from ((f"{module}.{alias.name}", id(node) in typing) for alias in node.names)
            else:
                yield module, id(node) in typing


MODULES = sorted((ROOT / "opsflow").rglob("*.py"))


def test_every_room_has_a_floor() -> None:
    known = set().union(*FLOORS)
    assert {room(path) for path in MODULES} - known == set()


def test_imports_go_down_or_stay_in_the_room() -> None:
    height = {name: number for number, floor in enumerate(FLOORS) for name in floor}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in MODULES
        for name, _ in imports(path)
        if name.startswith("opsflow.")
        for other in [name.split(".")[1].replace("__version__", "__init__")]
        if other != room(path) and height[other] >= height[room(path)]
    ]
    assert wrong == []


def test_leaves_of_one_kind_never_import_one_another() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in MODULES
        if room(path) in LEAVES and path.stem != "__init__"
        for name, typing in imports(path)
        if not typing and name.startswith(f"opsflow.{room(path)}.") and name.count(".") > 1
        if not name.split(".")[2].startswith("_") and name.split(".")[2] not in SHARED
        if (ROOT / (name.replace(".", "/") + ".py")).is_file()
    ]
    assert wrong == []


def test_each_library_comes_in_by_one_door() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in MODULES
        for name, typing in imports(path)
        if not typing and room(path) not in DOORS.get(name.split(".")[0], {room(path)})
    ]
    assert wrong == []

"""What files said is remembered, and nothing else."""

from opsflow.reading import board as boards
from opsflow.reading.memory import Memory
from tests.boards import tree_of


def test_a_file_is_read_once_for_the_same_bytes_in_the_same_way() -> None:
    memory, read = Memory(), []

    def ask(data: bytes, by: object) -> int:
        return memory.recall("a.yaml", data, by, lambda: read.append((data, by)) or len(read))

    assert [ask(b"x", 1), ask(b"x", 1), ask(b"y", 1), ask(b"y", 2), ask(b"y", 2)] == [1, 1, 2, 3, 3]
    assert memory.recall("b.yaml", b"y", 2, lambda: 9) == 9


def test_a_board_that_is_read_with_a_memory_is_the_same_board() -> None:
    memory = Memory()
    source = "sources: [{paths: keps/*.yaml, id: {field: number, prefix: KEP-}, fields: {title: title, state: {field: status, map: {open: ready}}}}]"
    files = {
        "OPS-1": "{state: ready}",
        "OPS-2": "{state: raedy, labels: x}",
        "keps/a.yaml": "title: One\nnumber: 1\nstatus: open\n",
        "sources": source.removeprefix("sources: "),
    }
    for change in (
        {},
        {"OPS-1": "{state: doing}"},
        {"keps/a.yaml": "title: Two\nnumber: 2\nstatus: open\n"},
        {"fields": "{labels: {type: string}, risk: {type: string}}"},
        {"timezone": "Europe/Berlin"},
        {"types": "{other: {}}"},
        {"sources": source.removeprefix("sources: ").replace("ready", "doing")},
    ):
        files = {**files, **change}
        tree = tree_of(files)
        assert boards.load(tree, (), memory) == boards.load(tree)

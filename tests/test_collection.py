"""Garbage collection waits, and goes on as it was."""

import gc
from collections.abc import Iterator

import pytest

from opsflow import collection


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    was = gc.isenabled()
    yield
    (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("was", [True, False])
def test_collection_is_after_a_pause_what_it_was_before(was: bool) -> None:
    (gc.enable if was else gc.disable)()
    with collection.paused():
        assert not gc.isenabled()
    assert gc.isenabled() == was
    with pytest.raises(RuntimeError), collection.paused():
        raise RuntimeError
    assert gc.isenabled() == was

"""Blobs, read beside another git: two programs and this one work at once, and none waits for a full pipe."""

from __future__ import annotations

import os
import select
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from zlib import decompressobj
from zlib import error as ZlibError  # noqa: N812

from opsflow.history import calls
from opsflow.history.files import read_file
from opsflow.history.store import Store

LARGEST = 17 << 20
"""Bytes of a blob that are handed on. It is more than any record may have, so a cut one is refused."""
FAR = 64 << 20
"""Bytes that are dropped of a larger one; of more, it costs less to end that git and to start another."""
LOST = "its object is missing or damaged in the repository"
"""Why a file of a commit has no contents."""
FEW = 8
"""So many blobs, and no more, are looked for among the loose objects before a git is started for them."""

Words = Sequence[str]
Listen = Callable[[bytes], Iterable[str]]
Answer = Callable[[str, bytes], None]


def converse(
    store: Store,
    words: Words | None,
    listen: Listen | None,
    answer: Answer,
    ids: Iterable[str] = (),
    kind: bytes = b"blob",
) -> None:
    """Run a git command, and beside it read the blobs that its output asks for.

    What the command prints goes to `listen` in chunks, which returns the ids of blobs to read;
    each answer comes in the order asked: ("", bytes), or why there are none. The command comes
    first: while it has something to say, no answer is read, so that it never has to wait. Of
    kind "tree", the ids are those of trees, or `COMMIT:FOLDER`.
    """
    talk = _Talk(store, answer, kind)
    try:
        talk.want(ids)
        if words is not None and listen is not None:
            talk.listen(words, listen)
        talk.finish()
    finally:
        talk.stop()


def contents(store: Store, ids: Iterable[str]) -> list[bytes | None]:
    """The bytes of blobs, in the order asked; None for one that is missing, damaged or no file."""
    found: list[bytes | None] = []
    converse(store, None, None, lambda wrong, data: found.append(None if wrong else data), ids)
    return found


class _Talk:
    """The state of one `converse`."""

    def __init__(self, store: Store, answer: Answer, kind: bytes) -> None:
        self.store = store
        self.answer = answer
        self.kind = kind
        self.asked: deque[str] = deque()
        self.queue = bytearray()
        self.log: calls.Call | None = None
        self.cat: calls.Call | None = None
        self.cutter = Cutter(store.digits, kind)

    def want(self, ids: Iterable[str]) -> None:
        more = list(ids)
        self.asked += more
        self.queue += "".join([f"{blob}\n" for blob in more]).encode("utf-8", "surrogateescape")

    def few(self) -> bool:
        """Whether so little is asked that it may lie there as loose objects, as new commits do."""
        return self.cat is None and len(self.asked) <= FEW

    def listen(self, words: Words, listen: Listen) -> None:
        self.log = self.store.start(*words)
        while True:
            ready = self.ready(self.log.out)
            if self.log.out in ready:
                chunk = self.log.read()
                if not chunk:
                    break
                self.want(listen(chunk))
            elif self.cat is not None and self.cat.out in ready:
                self.read()
            if not self.few():
                self.send()
        if self.log.wait():
            raise self.store.damaged(self.log)

    def finish(self) -> None:
        if self.few():
            self.read_loose()
        while self.asked:
            self.send()
            if self.cat is None:
                continue
            if not self.queue:
                self.cat.close_into()  # makes it print what it holds back
            if self.cat.out in self.ready():
                self.read()

    def read_loose(self) -> None:
        """Answer without starting a git, which takes longer than a small file; if all can be had so."""
        found = [loose(self.store.folder, blob) for blob in self.asked]
        if None not in found:
            self.asked.clear()
            self.queue.clear()
            for data in found:
                self.answer("", data or b"")

    def ready(self, *also: int) -> set[int]:
        poll = select.poll()
        for file in also:
            poll.register(file, select.POLLIN)
        if self.cat is not None:
            poll.register(self.cat.out, select.POLLIN)
            if self.queue and self.cat.into >= 0:
                poll.register(self.cat.into, select.POLLOUT)
        return {file for file, _ in calls.wait(poll, self.store.folder)}

    def send(self) -> None:
        if not self.queue:
            return
        if self.cat is None:
            self.cat = self.store.start("cat-file", "--batch", "--buffer", stdin=True)
        try:
            while self.queue:
                del self.queue[: os.write(self.cat.into, self.queue[: 1 << 16])]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.queue.clear()  # it died: `read` sees its end and starts another

    def read(self) -> None:
        assert self.cat is not None
        chunk = self.cat.read()
        for wrong, data in self.cutter.cut(chunk):
            self.asked.popleft()
            self.answer(wrong, data)
        if self.cutter.skip > FAR:
            # Whoever made it so large need not have stored as much: zeros, packed, are next to nothing.
            self.cat.kill()
            self.go_on("", self.cutter.cut_short)
        elif not chunk:
            if self.cat.wait() < 0:
                # Somebody ended it, which says nothing about the object that was next.
                raise self.store.damaged(self.cat)
            # It dies at an object that is damaged: that is the first without an answer.
            self.go_on(LOST, b"")

    def go_on(self, wrong: str, data: bytes) -> None:
        """The answer to the next that was asked, and another git for the rest."""
        self.cat = None
        if self.asked:
            self.cutter = Cutter(self.store.digits, self.kind)
            self.asked.popleft()
            self.answer(wrong, data)
            rest = list(self.asked)
            self.asked.clear()
            self.queue.clear()
            self.want(rest)

    def stop(self) -> None:
        for call in (self.log, self.cat):
            if call is not None:
                call.kill()


class Cutter:
    """Cuts what `cat-file --batch` prints into answers: ("", bytes), or why there are none."""

    def __init__(self, digits: int, kind: bytes = b"blob") -> None:
        self.digits = digits
        self.kind = kind
        self.rest = b""
        self.skip = 0
        self.cut_short = b""

    def cut(self, chunk: bytes) -> Iterator[tuple[str, bytes]]:
        """The answers that are complete with this chunk."""
        if self.skip:
            if len(chunk) < self.skip:
                self.skip -= len(chunk)
                return
            chunk, self.skip = chunk[self.skip :], 0
            yield "", self.cut_short
        data = self.rest + chunk if self.rest else chunk
        here = 0
        while (line := data.find(b"\n", here)) >= 0:
            words = data[here:line].split(b" ")
            if len(words) != 3 or not words[2].isdigit():
                yield LOST, b""
                here = line + 1
                continue
            size = int(words[2])
            end = line + 1 + size
            if len(data) <= end:
                if size <= LARGEST or len(data) - line <= LARGEST:
                    break
                # Too large for a record: hand on enough for a reader to refuse it, and drop the rest.
                self.skip = end + 1 - len(data)
                self.cut_short = data[line + 1 : line + 1 + LARGEST]
                here = len(data)
                break
            if words[1] == self.kind:
                yield "", data[line + 1 : end]
            else:
                yield LOST, b""
            here = end + 1
        self.rest = data[here:]


def loose(objects: str, blob: str) -> bytes | None:
    """The bytes of a blob that lies in a file of its own; None where it does not, or Git has to judge it."""
    packed = read_file(os.path.join(objects, blob[:2], blob[2:]), LARGEST)
    if packed is None:
        return None
    unpack = decompressobj()
    try:
        head, _, data = unpack.decompress(packed, LARGEST).partition(b"\0")
    except ZlibError:
        return None
    return data if unpack.eof and head == b"blob %d" % len(data) else None

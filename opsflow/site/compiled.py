"""Shipped templates, compiled: kept beside them as Python keeps modules, in `__pycache__`. Door: jinja2.

Who can write there can write the modules of opsflow, too, so nobody is trusted who was not before. Templates
of a board are never kept, and no folder that a board, a pipeline or its user names is asked for code.
"""

from __future__ import annotations

import marshal
import os
import sys
import tempfile
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER, cache_from_source

import jinja2
from jinja2 import bccache

from opsflow.site import environment

DIGEST = 32


class Kept(jinja2.BytecodeCache):
    """What was compiled from the same source by the same compiler; all else is compiled anew."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file of a template's code; empty where there is none."""
        return cache_from_source(filename) if filename else ""

    def load_bytecode(self, bucket: bccache.Bucket) -> None:
        """Takes the code where it is whole; where it cannot be read, there is none."""
        with suppress(OSError), open(bucket.key, "rb") as stream:
            data = stream.read()
            if data[:DIGEST] == _digest(bucket.checksum, data[DIGEST:]):
                bucket.code = marshal.loads(data[DIGEST:])

    def dump_bytecode(self, bucket: bccache.Bucket) -> None:
        """Keeps the code where Python would; where it may not be written, it is compiled each time."""
        if sys.dont_write_bytecode or not bucket.key:
            return
        code = marshal.dumps(bucket.code)
        with suppress(OSError):
            folder = os.path.dirname(bucket.key)
            os.makedirs(folder, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as stream:
                try:
                    stream.write(_digest(bucket.checksum, code) + code)
                    stream.close()
                    os.chmod(
                        stream.name, os.stat(__file__).st_mode & 0o666 | 0o200
                    )  # for all who can read this
                    os.replace(stream.name, bucket.key)
                except BaseException:
                    os.unlink(stream.name)
                    raise


def _digest(source: str, code: bytes) -> bytes:
    """Differs with the template, with what compiles it, and with each byte of the code."""
    return blake2b(b"".join((_compiler(), source.encode(), code)), digest_size=DIGEST).digest()


@cache
def _compiler() -> bytes:
    """What makes code of a template: this Python, Jinja2, and the language that `environment` says."""
    with open(environment.__file__, "rb") as stream:
        return b"\0".join((MAGIC_NUMBER, jinja2.__version__.encode(), stream.read()))

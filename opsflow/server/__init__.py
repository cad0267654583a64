"""The language server: what `check` finds, and what the board knows, in an editor while somebody types.

`tokens` and `places` know texts, `names` and `schemas` what stands in them; `desk` is a board with texts
that are open; `completion`, `hover`, `actions`, `renaming` and `symbols` answer in plain tuples. Only
`wire`, `session` and `features` know the protocol: they are the door to pygls, which is an extra. It reads
folders and the cache; it writes no file and starts nothing that a repository names.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from opsflow.errors import OpsflowError


def run(now: Callable[[], datetime]) -> int:
    """Serve the editor on standard input and output until it ends; returns the exit status.

    OpsflowError where the extra is not installed.
    """
    try:
        import pygls as pygls
    except ModuleNotFoundError:
        raise OpsflowError(
            "The language server needs the library pygls: install it with pip install 'opsflow[lsp]'."
        ) from None
    from opsflow.server import features, session, wire

    server = wire.Server()
    open_ = session.Session(server, now)
    features.Features(server, open_).register()
    return wire.talk(server, open_.end)

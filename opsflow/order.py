"""The order of ids, apart from the model for those who have no time to import that."""

from __future__ import annotations


def order_key(id: str) -> tuple[str, int, str]:
    """Sorts ids as people do: by prefix, then numbers by value before random keys by text."""
    prefix, _, rest = id.rpartition("-")
    return (
        (prefix, int(rest), "")
        if rest.isdecimal() and rest.isascii() and len(rest) < 19
        else (prefix, 1 << 62, rest)
    )

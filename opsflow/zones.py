"""Time zones by name."""

from __future__ import annotations

from datetime import UTC, tzinfo


def named(name: str) -> tzinfo:
    """The zone of an IANA name that is known to exist. UTC needs no database, which takes time to import."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)

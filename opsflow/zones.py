"""Time zones by name."""

from __future__ import annotations

import os
from datetime import UTC, tzinfo
from functools import cache


def named(name: str) -> tzinfo:
    """The zone of an IANA name that is known to exist. UTC needs no database, which takes time to import."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


_NOWHERE = ("Factory", "localtime", "posixrules")
"""What stands beside the zones and is none: what the machine is set to, and stand-ins. Neither are the zones
of "posix/" and "right/", of which the latter count leap seconds."""


@cache
def known(name: str) -> bool:
    """Whether there is a time zone of that IANA name here."""
    import zoneinfo

    if name in _NOWHERE or name.startswith(("posix/", "right/")):
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def file(name: str) -> str:
    """The file of this machine that says what a zone is; empty where none does: UTC, and zones of tzdata."""
    if name == "UTC":
        return ""
    from zoneinfo import TZPATH

    return next((path for path in (f"{folder}/{name}" for folder in TZPATH) if os.path.isfile(path)), "")

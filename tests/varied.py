"""Facts and nouns with something else in them."""

import dataclasses
from typing import Any


def replace(given: Any, **changes: Any) -> Any:
    """A copy of a noun of the model, or of Facts, with changes."""
    return given._replace(**changes) if isinstance(given, tuple) else dataclasses.replace(given, **changes)

"""Attacks that coverage leads: libFuzzer, through atheris, on the laws of `bench.attack`.

    pip install atheris
    python -m bench.guided import-yaml -max_total_time=120 build/corpus/import-yaml

What follows the target's name is libFuzzer's. The first inputs are those of `bench.attack`. An input that
breaks its law ends it with an error, and is written into the current folder as `crash-…`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

STARTS = 200
"""Inputs that an empty corpus begins with."""
ROOMS = ["opsflow.reading", "opsflow.history", "opsflow.site.markdown", "opsflow.model"]


def main() -> int:
    """The command."""
    import atheris

    with atheris.instrument_imports(include=ROOMS):
        from bench import attack
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in attack.LAWS:
        print(f"Name one of {', '.join(attack.LAWS)}.")
        return 2
    for word in sys.argv[2:]:
        if not word.startswith("-"):
            _fill(Path(word), name)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], lambda data: attack.LAWS[name](data) and None)
    atheris.Fuzz()
    return 0


def _fill(corpus: Path, name: str) -> None:
    """An empty corpus gets the inputs of the attack."""
    from bench import attack

    corpus.mkdir(parents=True, exist_ok=True)
    if any(corpus.iterdir()):
        return
    for seed in range(STARTS):
        data = attack.TARGETS[name](random.Random(seed))
        if data is not None:
            (corpus / str(seed)).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())

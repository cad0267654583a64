"""The command line: one module a command; `program` knows them all and runs them.

(A module `list` becomes a name of this package, so nothing that needs the `list` of Python stands here.)
"""

from opsflow.cli.program import COMMANDS, run

__all__ = ["COMMANDS", "run"]

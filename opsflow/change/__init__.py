"""A change: the board as it is beside the board as it was, judged by the rules of one of the two.

The change is what became of the board since it parted from the branch that it is to land on: all commits
since then, and what the working folder changes besides. Time does not stand between the two: both are
seen now, so nothing is worse only because a day has passed.
"""

from opsflow.change.between import RULES_FROM, of, remembered
from opsflow.change.merged import Merged, merged
from opsflow.change.policy import under

__all__ = ["RULES_FROM", "Merged", "merged", "of", "remembered", "under"]

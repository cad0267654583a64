"""Definitions: what each number means, in one sentence, wherever it is shown.

Pages, terminal and JSON take their words from here, so a measure has one name and one meaning.
"""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "started": "The first time in a state of kind active, waiting or done.",
    "finished": "The last entry into a done state, of an item that is done now; "
    "deleting the file of a finished item archives it and keeps it finished.",
    "discarded": "Dropped, or deleted unfinished, after work had begun; it leaves the work in progress "
    "and is not throughput.",
    "cycle time": "From started to finished, in calendar days of the board's time zone, both ends counted: "
    "begun and finished on one day is 1 day.",
    "lead time": "From created (the first commit that has the item) to finished, counted like cycle time.",
    "work item age": "From started to now, counted like cycle time, of items that are started and not over.",
    "throughput": "Items finished per day or ISO week; empty periods count as 0, partial ones are marked "
    "and left out of means.",
    "work in progress": "Items in an active or waiting state: arrivals so far minus departures so far.",
    "arrivals": "Entries into work in progress; an item that comes back arrives again.",
    "departures": "Leavings from work in progress: finished, discarded or handed back to the backlog.",
    "net flow": "Arrivals minus departures: above 0, work in progress grows.",
    "cumulative flow": "Items that have come at least as far as each state, by the furthest state that each "
    "ever reached; lines never fall, and falls back are listed as rework.",
    "rework": "A move back to an earlier state, until the item is again as far as before.",
    "percentile": "Nearest rank: the smallest value that at least p per cent of the values do not exceed; "
    "50% from 5 values on, 85% from 10, 95% from 20.",
    "pace percentile": "Percentiles of the age at which finished items left each state for the last time; "
    "never falling from one state to the next; the last state has those of cycle time.",
    "age band": "The age against the 50%, 85% and 95% percentiles of cycle times; from 20 finished items on.",
    "blocked time": "The time in which an item was marked as blocked, by cause; "
    "overlaps within one item count once.",
    "flow efficiency": "1 minus the time that finished items stood waiting or blocked, counted once, divided "
    "by the time from started to finished; not configured where nothing can wait.",
    "expectation": "The share of finished items whose cycle time is within the expectation that fits them "
    "best: the one that names most of type, class and service.",
    "chance to miss": "Of finished items that took at least as long as this item is old, the share that took "
    "longer than expected; from 5 such items on.",
    "unplanned share": "Finished items of types with `planned: false`, of all finished items.",
    "Little's law": "Average work in progress equals arrivals a day times mean residence time, exactly; "
    "mean cycle time comes near residence time only where work flows steadily.",
    "wip limit": "How many items may be somewhere at once; a count equal to the limit is allowed, and "
    "classes beyond limits count only where a limit names the class.",
    "holds up": "Open items that wait for this one, directly or through others.",
    "critical path": "The longest chain of open items that wait for one another, each counted as 1.",
    "pull order": "Of what is ready, unblocked and within limits: first by class of service, then by risk of "
    "missing a date, then by cost of delay, then by how long it has waited.",
    "waiver": "An exception from one rule that an item grants itself, with a reason and, best, an end.",
}

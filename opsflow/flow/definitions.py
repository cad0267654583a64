"""Definitions: what each number means, in one sentence, wherever it is shown.

Pages, terminal and JSON take their words from here, so a measure has one name and one meaning.
"""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "started": "The first time in a state of kind active, waiting or done.",
    "finished": "The last time that it came to be done, of an item that is done now; "
    "deleting the file of a finished item archives it and keeps it finished.",
    "discarded": "Dropped, or deleted unfinished, after work had begun; it leaves the work in progress "
    "and is not throughput.",
    "cycle time": "From started to finished, in calendar days of the board's time zone, both ends counted: "
    "begun and finished on one day is 1 day.",
    "lead time": "From created (the first commit that has the item, or when it says that it came) to "
    "finished, counted like cycle time.",
    "work item age": "From started to now, counted like cycle time, of items that are started and not over.",
    "throughput": "Items finished per day or ISO week; empty periods count as 0, partial ones are marked "
    "and left out of means.",
    "work in progress": "Items in flow, in an active or waiting state: arrivals so far minus "
    "departures so far.",
    "arrivals": "Moves into work in progress; an item that comes back arrives again.",
    "departures": "What leaves work in progress: finished, discarded or handed back to the backlog.",
    "net flow": "Arrivals minus departures: above 0, work in progress grows.",
    "cumulative flow": "Items that have come at least as far as each state, by the furthest state that each "
    "ever reached; lines never fall, and moves back are listed as rework.",
    "rework": "A move back to an earlier state, until the item is again as far as before.",
    "percentile": "Nearest rank: the smallest value that at least p per cent of the values do not exceed; "
    "50% from 5 values on, 85% from 10, 95% from 20.",
    "pace percentile": "Percentiles of the age at which finished items left each state for the last time; "
    "never falling from one state to the next; the last state has those of cycle time.",
    "age band": "The age against the 50%, 85% and 95% percentiles of cycle times; from 20 finished items on.",
    "blocked time": "The time in which an item was marked as blocked, by cause, in days of 24 hours; "
    "overlaps within one item count once.",
    "flow efficiency": "1 minus the time that finished items stood waiting or blocked, counted once, divided "
    "by the time from started to finished; not configured where nothing can wait.",
    "expectation": "The share of finished items whose cycle time is within the expectation that fits them "
    "best: the one that names most of type, class and service.",
    "chance to miss": "Of finished items that took at least as long as this item is old, the share that took "
    "longer than expected; from 5 such items on.",
    "unplanned work": "Work of types with `planned: false`, of all work done: by person-days or, where "
    "nobody's are known, by days in progress; beside it by finished items and by estimates; and finished "
    "items that came to be only in the period in which they were begun.",
    "displacement": "The days in progress of planned work that stood still while expedite work was being "
    "done: it waited, was blocked, or all of its people had expedite work in their hands.",
    "time in state": "How long items stood in each state, visit by visit, in days of 24 hours; a visit that "
    "goes on counts up to now.",
    "process limits": "Mean ± 2.66 × mean moving range of the baseline (XmR); signals are a value beyond a "
    "limit, two of three beyond two standard deviations, four of five beyond one, and a run on one side of "
    "the mean.",
    "Little's law": "Average work in progress equals arrivals a day times mean time in progress, exactly; "
    "mean cycle time comes near it only where work flows steadily. Days are elapsed here: 24 hours each.",
    "WIP limit": "The most items that are allowed at once; a count equal to the limit is allowed, and "
    "classes beyond limits count only where a limit names the class.",
    "holds up": "Open items that wait for this one, directly or through others.",
    "critical path": "The longest chain of open items that wait for one another, each counted as 1.",
    "pull order": "Of what is ready, unblocked and within limits: first by class of service, then by risk of "
    "missing a date, then by cost of delay, then by how long it has waited.",
    "how many by a date": "Monte Carlo: each working day to come is drawn, with replacement, from those of "
    "the window, empty ones included; the number that 85% of the trials come to, or exceed.",
    "when for so many": "The same days, drawn until so many items are finished; the day by which 85% of the "
    "trials are through.",
    "when for a project": "Trials along what waits for what: each open item takes as long as one that was "
    "finished, begins when it has a place and nothing holds it up, and the last one to end ends the project.",
    "criticality": "The share of trials in which the end hung on an item, on the longest path.",
    "backtest": "Forecasts as they would have been made on past days, from what was known then, against what "
    "came; how often each held.",
    "working day": "A day of the board's week that is no holiday of its calendar; counted from a day "
    "on, that day itself never counts.",
    "person-day": "A working day of a person on which they are not away, times the share of it that "
    "this board's work gets (`capacity` in people.yaml).",
    "person-days of items": "Each person's day, shared evenly among the items that they had in an "
    "active state and not blocked on it; work beside the board is in none.",
    "unplanned time": "The share of person-days of items, or else of days in progress, that went to "
    "types with `planned: false`.",
    "left for planned work": "Person-days ahead, less the share that unplanned work took in the window.",
    "planned items that fit": "Monte Carlo: what was finished of planned types on working days of the "
    "window, drawn anew for as many days as the time ahead is worth in person-days; 85% of the trials "
    "come to the number, or exceed it.",
    "load": "Items in progress by whom they are assigned to; an item of several counts for each of them.",
    "overload": "More in hand than a limit for people allows, work in progress of people who are all "
    "away, or estimated work with dates that does not fit into the person-days until then.",
    "allocation": "The share of work that each type got, against its share in `allocation`.",
    "did the work": "Those to whom the commit that finishes an item leaves it assigned, else who had "
    "it last before, else who made that commit; in the last twelve months.",
    "skill score": "2 for each person who did work that asked for a skill in the last twelve months, "
    "1 for each other one who lists it; low is a risk (after Magennis).",
    "bus factor": "The least number of people, those who did most first, without whom more than half "
    "of the finished items have nobody left who did them (Avelino and others, 2016).",
    "vendor waiting": "The time in which `blocked` named a vendor, overlaps within one item counted "
    "once, in days of 24 hours; beside it, the time that items which name the vendor stood in waiting states "
    "unblocked.",
    "vendor promise": "Of waits for a vendor that ended, or last too long already, the share that was "
    "no longer than `answer_within`, in days of 24 hours.",
    "maintenance": "A service is due `every` so long after its last finished item of type maintenance.",
    "spent": "The cost of finished items; an item without a cost is not measured, which is not 0.",
    "burn": "What was spent, divided by the calendar days since the first item of the project was "
    "started; the budget runs out when what is left is burnt at that pace.",
    "earned value": "PV, EV and AC: the budget of what should be finished by now, of what is, and "
    "what that cost; each item is an equal part of the budget. SPI = EV ÷ PV, CPI = EV ÷ AC, EAC = "
    "budget ÷ CPI, TCPI = (budget - EV) ÷ (budget - AC).",
    "value for cost": "The value of finished items, divided by their cost, over the items that say both; "
    "from 5 such items on.",
    "cost of an item": "The mean cost of the finished items that say it.",
    "order of work": "Cost of delay a day, divided by remaining working days (CD3); an item inherits "
    "the weights of all that it holds up, each once, and of the project whose part it is, beyond what "
    "its items cost.",
    "remaining days": "An item's estimate, times the median of working days to estimated days of "
    "finished items; without one, the median of what items like it took; less its age.",
    "gain of an order": "What delay costs in today's order, less what it costs in this one, with as "
    "many items at a time as are in progress today, over trials in which each takes as long in both.",
    "replay": "The window once more, with the same work, by another policy; shown only where the same policy "
    "brings the past out again: throughput within a tenth, WIP and cycle times within a fifth.",
    "waiver": "An exception from one rule that an item grants itself, with a reason and, best, an end.",
}

COUNTED: Mapping[str, str] = {
    "inclusive": "in calendar days of the board's time zone, both ends counted: begun and finished on one "
    "day is 1 day",
    "exclusive": "as the difference of calendar days of the board's time zone: begun and finished on one day "
    "is 0 days",
    "elapsed": "as the time that went by, in days of 24 hours",
    "working": "in working days of the board's calendar, both ends counted",
    "working-exclusive": "in working days of the board's calendar, the last day not counted",
    "working-elapsed": "as the parts of working days of the board's calendar that went by",
}
"""How days are counted, by the names of `days.Count`."""

RANKED: Mapping[str, str] = {
    "nearest-rank": "Nearest rank: the smallest value that at least p per cent of the values do not exceed",
    "linear": "By a line between the two nearest values (type 7), as spreadsheets have it",
    "truncated-rank": "The value at place p · n, rounded down",
    "lower": "The lower of the two values that lie nearest to place p · (n - 1)",
    "higher": "The higher of the two values that lie nearest to place p · (n - 1)",
    "midpoint": "Halfway between the two values that lie nearest to place p · (n - 1)",
    **{
        f"type-{number}": f"By type {number} of Hyndman and Fan ({what})"
        for number, what in enumerate(
            (
                "nearest rank",
                "nearest rank, with means of two",
                "the place nearest to p · n",
                "on a line, at place p · n",
                "on a line, at place p · n + 1/2",
                "on a line, at place p · (n + 1)",
                "on a line, at place p · (n - 1) + 1",
                "on a line, at place p · (n + 1/3) + 1/3",
                "on a line, at place p · (n + 1/4) + 3/8",
            ),
            1,
        )
    },
}
"""What a percentile is, by the names of `percentiles.RULES`."""

_SPANS: Mapping[str, str] = {
    "cycle time": "From started to finished",
    "lead time": "From created (the first commit that has the item, or when it says that it came) to "
    "finished",
    "work item age": "From started to now, of items that are started and not over",
}


def sentence(name: str, count: str = "", rule: str = "nearest-rank") -> str:
    """What a name means where days are counted and percentiles are taken as somebody asks; "" as usual."""
    if name == "blocked time" and count not in ("", "elapsed"):
        return f"The time in which an item was marked as blocked, by cause, each block {COUNTED[count]}."
    if name in _SPANS and count:
        return f"{_SPANS[name]}, {COUNTED[count]}."
    if name == "percentile" and rule != "nearest-rank":
        return f"{RANKED[rule]}; 50% from 5 values on, 85% from 10, 95% from 20."
    return SENTENCES[name]

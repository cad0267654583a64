"""The event table: what happened to items, one row for each visit of a value, without Git.

Everything that the history of a board says about flow fits into one table, which spreadsheets, data
frames and databases read. `rows` makes it of facts and `writing` puts it into a file; `reading` makes
`Table` of a file, and `board` facts of that, from which all measures are worked out as from commits.
The columns stand in `columns`; docs/events.md is their manual.
"""

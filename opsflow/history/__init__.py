"""Repository to story: what Git knows about a board, read safely and once.

`calls` runs Git, `repository` asks it, `line` reads the first-parent line, `index` keeps what was read,
`moves` works out what happened to one item, `story` makes the History of a board, `log` the moves of one
item without the others. All but `story` work on plain tuples and import nothing heavy.
"""

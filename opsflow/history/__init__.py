"""Repository to story: what Git knows about a board, read safely and once.

`repository` asks Git, `line` reads the first-parent line, `index` keeps what was read, `moves` works
out what happened to one item, `story` makes the History of it. All but `story` work on plain tuples
and import nothing heavy: `opsflow log ID` has the time of three empty Python processes.
"""

"""Repository to story: what Git knows about a board, read safely and once.

- Asking: `repository` is the front. Behind it `find` finds it, `refs` reads HEAD and the refs, `store` starts
  Git (`calls`) on the objects, `blobs` streams them, `trees` are the files of a commit, `revision` is what
  a person means by one, `moved` where a board lay before. `make` makes repositories, `merging` merges in
  memory, `names` are the names that branches have taken, `origins` tells what brought a file, `driver` is
  what a merge driver asks. `files` and `commits` are what all of them stand on.
- Telling: `line` reads the first-parent line, `index` keeps what was read (`tables` and `rows` hold it,
  `change` writes it), `moves` works out what happened to one item, `story` makes the History of a board,
  `steps` those up to one of its commits after another, `log` the moves of one item without the others.

All but `story` work on plain tuples and import nothing heavy.
"""

"""Work of an IT operations team, kept as plain text in Git."""

__version__ = "0.1.0"

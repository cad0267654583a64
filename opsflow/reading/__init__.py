"""Bytes become a board: documents, schemas, sources, items. Nothing here raises on data."""

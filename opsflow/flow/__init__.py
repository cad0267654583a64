"""Measures: pure functions over a board and its history, one family a file.

The words for them stand in `definitions`; every number that a person sees names one of these.
"""

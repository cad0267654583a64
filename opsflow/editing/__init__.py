"""Editing a board: what is to change becomes a plan, the plan is judged, and written as one transaction.

`work` is the way through: it takes the lock, mends what a killed command left, gathers the facts, asks
for a plan, judges it, writes it and commits it. Plans are made by `changes`, `fresh`, `archiving`,
`renumbering` and `undoing`, from facts alone; bytes reach the disk in `writing` and nowhere else.
"""

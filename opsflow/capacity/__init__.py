"""Capacity: pure functions over people, calendars, skills and money, one family a file.

Numbers about a team are for planning its work. Nothing here compares one person with another.
"""

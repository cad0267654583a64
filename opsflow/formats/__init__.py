"""Findings and views as text: for people, for programs, for spreadsheets."""

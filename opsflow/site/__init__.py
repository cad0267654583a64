"""Views and templates -> pages: the static site."""

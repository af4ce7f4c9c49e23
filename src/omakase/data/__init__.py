"""Rows from files and tables become a `Dataset`: events, items, users, one id map."""

"""Kinds of events: what each counts."""

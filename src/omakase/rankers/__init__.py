"""Reordering and dropping: a ranker never adds."""

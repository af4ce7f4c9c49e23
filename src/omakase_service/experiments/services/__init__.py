"""Writes of the app: the life of an experiment, and what its people did."""

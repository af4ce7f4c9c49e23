"""Retrieve, merge, rank, gate: a pipeline, and the configuration that describes one."""

"""Runs, model versions, promotion."""

"""Experiments: who gets what, what came of it, and what would come of what was never shown."""

"""Building a version: what is trainable by name, hybrids, cold start, presets, vector indexes."""

"""Experiments: who gets which variant, who was exposed, what came of it."""

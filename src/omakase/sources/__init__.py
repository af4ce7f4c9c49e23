"""Proposing candidates: by a model, by an index, by rule."""

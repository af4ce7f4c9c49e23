"""Indexes over the vectors of models."""

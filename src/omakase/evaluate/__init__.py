"""Measuring lists: metrics, protocols of evaluation, confidence."""

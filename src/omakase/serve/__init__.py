"""Asking a version: lists, similar items and reasons, in plain Python."""

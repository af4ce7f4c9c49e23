"""Digests: mails with recommendations, at most one in so many days, until somebody has enough."""

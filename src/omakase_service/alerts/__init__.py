"""Alerts: what is wrong is told once, and once more when it is over."""

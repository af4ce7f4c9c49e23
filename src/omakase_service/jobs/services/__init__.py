"""Writes of the app: queue, lease, worker, schedules, upkeep."""

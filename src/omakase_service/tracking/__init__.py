"""Runs of training as experiment trackers know them: parameters, metrics, curves, a model card."""

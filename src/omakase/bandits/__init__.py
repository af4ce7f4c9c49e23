"""Policies that draw: what is drawn, and how likely each item was at each position."""

"""Learnt ways to weigh what several models say: one score from many features."""

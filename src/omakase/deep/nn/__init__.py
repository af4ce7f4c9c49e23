"""Torch blocks: attention, encoders, losses. Shapes in every forward; no data, no loop.

T positions that are learnt from · K negatives · H heads · A attributes
"""

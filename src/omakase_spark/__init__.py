"""Omakase on Apache Spark: features, neighbours, ALS and answers for all, on many machines.

Arrays are made by the engine's own functions, on parts of the events that each fit into one
worker; Spark moves the parts, and the results are a version as the engine writes it.
"""

"""How good are the lists: measures, their certainty, and the comparison of models.

A measure is a function of arrays in the file of its family; `run` asks a model all questions of a
split block by block; `compare` puts several models beside popularity.
"""

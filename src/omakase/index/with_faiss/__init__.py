"""Indexes of the FAISS library behind our protocol. Any of them is built and searched alike.

The library is imported where it is called: a server that searches by no such index does without
its 13 MB.
"""

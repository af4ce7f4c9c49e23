"""Indexes of the FAISS library behind our protocol. Any of them is built and searched alike."""

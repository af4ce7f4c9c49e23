"""Schemas of the API: bodies of requests and of responses."""

"""Composition root: Django's settings, URLs, ASGI."""

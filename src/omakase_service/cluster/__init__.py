"""Processes that serve and work: each says that it lives, and the console lists them."""

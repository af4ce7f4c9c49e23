"""Commands about Gorse."""

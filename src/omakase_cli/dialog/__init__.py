"""Commands of the models that read messages."""

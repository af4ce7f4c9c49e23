"""The live pipeline and its answers."""

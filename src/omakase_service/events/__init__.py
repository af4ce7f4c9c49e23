"""The log of what people did."""

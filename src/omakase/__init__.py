"""Omakase, the engine: arrays in, arrays out. No web, database, printing or global state."""

"""A small shop that has Omakase inside."""

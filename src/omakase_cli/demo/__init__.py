"""`omakase demo`: from nothing to a served recommendation."""

"""How long things are kept: what is older goes, in small steps, and is told."""

"""What `gorse_replay` stands on: the recordings, the rules by which answers are compared."""

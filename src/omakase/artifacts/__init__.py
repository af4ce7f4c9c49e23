"""Models, indexes and versions on disk: arrays, hashes, one manifest; never a pickle."""

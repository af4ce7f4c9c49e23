"""`omakase data`: files in, files out."""

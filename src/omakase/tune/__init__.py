"""Search over the knobs of a model, on validation data only."""

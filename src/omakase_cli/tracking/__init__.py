"""`omakase tracking`: runs with parameters, metrics, curves and model cards."""

"""A copy of everything: made while the service runs, verified, and put back."""

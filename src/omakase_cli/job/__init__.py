"""`omakase job`: work beside requests."""

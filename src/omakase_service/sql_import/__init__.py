"""Events, items and users out of the owner's own database, by query, as far as they are new."""

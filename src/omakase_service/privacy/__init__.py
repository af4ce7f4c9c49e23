"""A person's own rights: their settings, what is known of them, and to be forgotten."""

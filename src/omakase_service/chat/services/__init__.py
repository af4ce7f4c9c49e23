"""What the app does: talk, search, rewrite, forget."""

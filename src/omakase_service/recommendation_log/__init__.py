"""What was answered, and what came of it."""

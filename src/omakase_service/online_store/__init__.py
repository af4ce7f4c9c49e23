"""What is at hand of each person: their recent past, shared by all processes."""

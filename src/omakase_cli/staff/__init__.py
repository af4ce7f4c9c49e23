"""`omakase staff`: who may log in to the console."""

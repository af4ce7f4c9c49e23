"""The console: one place where an owner sees how things stand, and decides."""

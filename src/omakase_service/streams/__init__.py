"""Events in from a broker, and events and answers out to others."""

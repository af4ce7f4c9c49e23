"""`omakase stream`: events in from a broker, events and answers out."""

"""`omakase key`: who may ask the server."""

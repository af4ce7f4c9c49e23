"""The checks every plug must pass. Shipped, so that other people's plugs can be held to them."""

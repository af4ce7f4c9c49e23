"""Why an item is in a list, why it is not, and whether that is true."""

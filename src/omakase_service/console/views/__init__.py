"""The pages, a file for each room of the console."""

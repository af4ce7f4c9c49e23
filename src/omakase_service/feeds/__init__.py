"""Catalogs that the owner keeps at an address: fetched on a schedule, read, stored."""

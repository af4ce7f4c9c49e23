"""A small safe language of filters and boosts over item, user and context attributes.

`item.price < 30000 and "vegan" in item.tags`: parsed into a tree, checked against the catalog's
attributes, evaluated over whole columns. Nothing is ever executed as Python.
"""

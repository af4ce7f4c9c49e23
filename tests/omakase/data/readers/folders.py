"""Small folders in the layouts that people have."""

import polars as pl


def folder(path, **files):
    """Write each text (or bytes) under its name; "__" stands for the dot."""
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (path / name.replace("__", ".")).write_bytes(raw)
    return path


def pairs(loaded, part=None):
    """(user id, item id) of the events, oldest first."""
    data = loaded.part(part) if part else loaded.dataset
    users, items = data.ids.users.ids, data.ids.items.ids
    return [(users[u], items[i]) for u, i in zip(data.events.users, data.events.items, strict=True)]


def item(loaded, item_id):
    """What is known about one item."""
    return loaded.dataset.items.row(by_predicate=pl.col("item_id") == item_id, named=True)


def user(loaded, user_id):
    """What is known about one user."""
    return loaded.dataset.users.row(by_predicate=pl.col("user_id") == user_id, named=True)

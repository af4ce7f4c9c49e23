"""Facts about users, items and pairs, each as of a point in time."""

"""Items and users, and what is known of them."""

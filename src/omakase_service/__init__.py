"""The service: Django apps that store, authorise, schedule and answer. No maths."""

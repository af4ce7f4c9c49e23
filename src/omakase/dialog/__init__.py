"""Conversation: messages become intents and constraints, constraints rules, lists answers."""

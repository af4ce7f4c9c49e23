"""Conversations: messages in, lists and answers out, transcripts that go with their person."""

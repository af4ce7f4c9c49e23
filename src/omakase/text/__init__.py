"""Texts become words, words become weights; of many texts at once, always."""

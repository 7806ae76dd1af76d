"""Slash commands: read the input, call one thing, show one card."""

"""Switchboard: a self-hosted Discord app in front of Pika, Midjourney, Pixela and PluralKit."""

__version__ = "0.1.0"

"""Measuring and drilling the bot as a real process: a loopback Discord, and what is built on it.

Nothing here imports the bot: a Discord that shared the bot's code would agree with its mistakes.
"""

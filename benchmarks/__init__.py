"""Measuring and drilling the bot as a real process: a loopback Discord, and what is built on it.

The loopback imports nothing of the bot: a Discord that shared the bot's code would agree with its
mistakes. The cases of ``python -m benchmarks`` do: they measure that code.
"""

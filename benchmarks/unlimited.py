"""The bot as ``python -m bot run`` starts it, but with no limit on how often vendors are called.

By the vendors' limits it would be measured how patient the bot is, and not how quick.
"""

from __future__ import annotations

import sys
from functools import partial

from bot import __main__ as entrance
from bot.app import App

if __name__ == "__main__":
    setattr(entrance, "App", partial(App, budgets={}))  # noqa: B010 - it is a class to the type checker
    sys.exit(entrance.main(["run"]))

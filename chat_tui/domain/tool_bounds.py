"""How far tool calls go by themselves."""

from typing import Final

ROUNDS: Final = 10
"""Number of consecutive replies with calls, without a user message, after which the user must confirm another one."""

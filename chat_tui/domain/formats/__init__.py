"""Export sessions to the conversation formats of other programs."""

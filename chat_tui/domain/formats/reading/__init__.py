"""Import the conversation formats of other programs."""

"""Asking a service what it makes of each parameter: the questions, the judging of the answers, and the card."""

"""Conversation formats of other programs: sessions written in them."""

"""Conversation formats of other programs: their files read into conversations of ours."""

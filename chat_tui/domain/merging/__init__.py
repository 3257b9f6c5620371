"""Merge the fragments of a streamed reply into one reply, member by member."""

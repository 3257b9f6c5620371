"""Replays recorded sessions as a service: the same responses to the same requests, offline."""

"""Recorded sessions as a service: the same answers to the same requests, offline."""

"""The embedded model: its file and its server process."""

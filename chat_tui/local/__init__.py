"""The embedded model: its file, its server process."""

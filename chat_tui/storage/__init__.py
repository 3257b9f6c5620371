"""What stays on disk: the session journal, reading it back, listing."""

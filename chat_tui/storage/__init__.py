"""Storage on disk: the session journal, reading sessions back, listing them, and caches."""

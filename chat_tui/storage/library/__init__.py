"""The library of sessions: surveyed, indexed as a cache that can be deleted, searched, labelled, moved to the trash."""

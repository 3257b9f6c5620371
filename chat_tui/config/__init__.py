"""What the user says: paths, settings, keys, which provider and model."""

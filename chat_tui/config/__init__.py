"""User configuration: paths, settings, keys, and the choice of provider and model."""

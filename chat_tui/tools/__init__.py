"""Tools of the user's: their definition files, and their commands at work."""

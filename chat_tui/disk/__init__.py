"""Create files that only the user can access, from the moment they exist."""

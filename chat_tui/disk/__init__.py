"""How files are made: for this user alone, from the moment they exist."""

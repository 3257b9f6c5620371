"""Modal editors for one parameter's value."""

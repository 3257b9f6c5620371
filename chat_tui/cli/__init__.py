"""The command-line front end, for use without a screen."""

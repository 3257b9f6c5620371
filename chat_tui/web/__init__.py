"""Serves the workbench to browsers: a page protected by a token, and one workbench process per tab."""

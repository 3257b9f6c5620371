"""Thumbnails of images, decoded in a resource-limited subprocess."""

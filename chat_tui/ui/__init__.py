"""What you see: the only package that imports Textual."""

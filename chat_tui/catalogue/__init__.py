"""What services say: parameters and providers as data, and their loader."""

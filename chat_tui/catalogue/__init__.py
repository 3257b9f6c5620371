"""Catalogue of parameters, model families and providers, as TOML data with its loader."""

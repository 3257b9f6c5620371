"""User-defined tools: reads their definition files and runs their commands."""

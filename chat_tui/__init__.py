"""chat-tui: a terminal workbench for exploring chat-completions APIs by hand."""

__version__ = "0.1.0"

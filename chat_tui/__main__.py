"""Runs the program as ``python -m chat_tui``."""

from chat_tui.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())

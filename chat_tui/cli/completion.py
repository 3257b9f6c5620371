"""Implements ``chat-tui completion SHELL``: prints the shell code that enables completion."""

from __future__ import annotations

import argparse
from typing import Final

from chat_tui.cli import diagnostics, output
from chat_tui.cli.arguments import parse

_SHELLS: Final = ("bash", "zsh", "fish")
_MORE: Final = """\
bash: eval "$(chat-tui completion bash)" in ~/.bashrc

zsh:  eval "$(chat-tui completion zsh)" in ~/.zshrc, after compinit

fish: chat-tui completion fish > ~/.config/fish/completions/chat-tui.fish"""


def run(command: str, argv: list[str]) -> int:
    """Print the shell code."""
    args = parse(command, argv, describe)
    from argcomplete.shell_integration import shellcode

    output.write(shellcode(["chat-tui"], shell=args.shell) + "\n")
    return diagnostics.OK


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("shell", choices=_SHELLS, help="whose completion: bash, zsh or fish")
    parser.epilog = _MORE

"""Implements ``chat-tui completion SHELL``: prints the shell code that enables completion."""

from __future__ import annotations

import argparse
from typing import Final

from chat_tui.cli import diagnostics, output
from chat_tui.cli.arguments import parse

_SHELLS: Final = ("bash", "zsh", "fish")
_MORE: Final = """\
bash: add eval "$(chat-tui completion bash)" to ~/.bashrc

zsh:  add eval "$(chat-tui completion zsh)" to ~/.zshrc, after compinit

fish: run chat-tui completion fish > ~/.config/fish/completions/chat-tui.fish"""


def run(command: str, argv: list[str]) -> int:
    """Print the shell code."""
    args = parse(command, argv, describe)
    from argcomplete.shell_integration import shellcode

    output.write(shellcode(["chat-tui"], shell=args.shell) + "\n")
    return diagnostics.OK


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("shell", choices=_SHELLS, help="the shell: bash, zsh or fish")
    parser.epilog = _MORE

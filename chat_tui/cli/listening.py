"""The address that a command serves at: its options, and the problem if it is not free."""

from __future__ import annotations

import argparse
import os
from typing import Final

from chat_tui.cli.arguments import whole_number
from chat_tui.domain.problems import Problem, ProblemError

LOOPBACK: Final = "127.0.0.1"


def add_address(parser: argparse.ArgumentParser, port: int) -> None:
    """Add ``--port``, with its default, and ``--host``, by default this machine only."""
    parser.add_argument(
        "--port",
        type=whole_number(0, 65535),
        default=port,
        metavar="N",
        help=f"port to listen on; 0: any free port (default: {port})",
    )
    parser.add_argument(
        "--host", metavar="ADDRESS", default=LOOPBACK, help="address to listen on (default: this machine only)"
    )


def cannot_listen(error: OSError, host: str, port: int) -> ProblemError:
    """Return the problem to raise if the address cannot be used."""
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
    hint = "Choose another --port, or --port 0 for any free port."
    return ProblemError(Problem(kind="usage", what=f"Cannot listen on {host}:{port}", why=why, hint=hint))

"""Restricts the environment variables of child processes: no provider's key is passed on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_SERVER_NEEDS: Final = re.compile(
    r"PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TMP|TEMP|SYSTEMROOT|WINDIR|LD_LIBRARY_PATH|DYLD_\w+|(OMP|GOMP|KMP)_\w+", re.I
)
_CREDENTIAL: Final = re.compile(r"(API_?KEY|TOKEN|SECRET|PASSWORD)$", re.I)
_PIP_ELSEWHERE: Final = ("PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_CONSTRAINT", "PIP_REQUIREMENT", "PIP_DRY_RUN")


def server_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for the model's server process: paths of libraries and temporary files, but no keys."""
    return {name: value for name, value in environ.items() if _SERVER_NEEDS.fullmatch(name)}


def installer_environment(environ: Mapping[str, str], temporary: Path) -> dict[str, str]:
    """Return the variables for pip: the user's index, proxy and certificate settings, without usual credentials.

    Settings that would install the package elsewhere are dropped; temporary files go to ``temporary``.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not _CREDENTIAL.search(name) and name.upper() not in _PIP_ELSEWHERE
    }
    own = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    return kept | own | dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(temporary))

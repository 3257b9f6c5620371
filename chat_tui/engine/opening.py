"""Opens a workbench on a new session or on a session file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.settings import SessionSettings, with_own_defaults
from chat_tui.engine.workbench import Workbench

if TYPE_CHECKING:
    from chat_tui.engine.services import Services


def first_settings(services: Services, provider: str, model: str, *, system: str | None = None) -> SessionSettings:
    """Return the settings of a new session: only the two parameters that chat-tui sets itself."""
    known = services.providers.get(provider)
    settings = SessionSettings(provider=provider, model=model, system=system or None)
    return with_own_defaults(settings, stream_usage=known.stream_usage if known is not None else False)


def new_workbench(
    services: Services, settings: SessionSettings, *, keep: bool = True, path: str | None = None
) -> Workbench:
    """Open a new session. Its file is created when the first message is sent, or never with ``keep=False``."""
    return Workbench(services, settings, services.store.create(keep=keep, path=path))


def open_workbench(
    services: Services, path: str, fallback: SessionSettings, *, keep: bool = True, same_provider: bool = False
) -> Workbench:
    """Open a session file to continue it; settings that it lacks are taken from ``fallback``.

    Args:
        services: The ports.
        path: The file.
        fallback: Also gives provider and model if the session's provider is not configured.
        keep: Without, nothing is written, so the file may be of a newer version.
        same_provider: Refuse a session whose provider is not configured.

    Raises:
        ProblemError: The file cannot be read or is not a session, or its provider is not configured.
    """
    session = services.store.load(path)
    if same_provider and session.settings is not None and session.settings.provider not in services.providers:
        what = f"The session's provider {session.settings.provider!r} is not configured"
        raise ProblemError(Problem(kind="usage", what=what, hint="Choose another: --provider ID or --base-url URL."))
    if not keep:
        session = replace(session, read_only=False)
    kept = keep and not session.read_only
    journal = services.store.append_to(path) if kept else services.store.create(keep=False)
    settings = session.settings or fallback
    workbench = Workbench(services, settings, journal, session)
    if settings.provider not in services.providers:
        workbench.change(replace(settings, provider=fallback.provider, model=fallback.model))
        workbench.notices += (
            f"The session's provider {settings.provider!r} is not configured; using {fallback.provider}.",
        )
    return workbench


def unkept_workbench(services: Services, path: str, fallback: SessionSettings) -> Workbench:
    """Open a session file without saving any change, so it may be of a newer version.

    Raises:
        ProblemError: The file cannot be read or is not a session.
    """
    session = services.store.load(path)
    settings = session.settings or fallback
    return Workbench(services, settings, services.store.create(keep=False), replace(session, read_only=False))

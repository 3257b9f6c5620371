"""Imports a request - a curl command or a JSON body - as a new session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.records import settings_record
from chat_tui.domain.request_import import Imported, import_text
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.user_files import read_text
from chat_tui.engine.workbench import Workbench

if TYPE_CHECKING:
    from chat_tui.engine.services import Services


def import_request(
    services: Services, text: str, *, current: SessionSettings, keep: bool = True
) -> tuple[Workbench, tuple[str, ...]]:
    """Create a session from the request in a text: its settings, and its messages in order.

    Args:
        services: Give the providers; an unknown address is added as a provider for this run, without a key.
        text: A curl command or JSON, as ``import_text`` accepts it.
        current: Its provider is used if the text names none.
        keep: Whether the session is saved.

    Returns:
        The workbench with its head on the last message, and a sentence for each thing that was lost. The sentences
        contain untrusted text.

    Raises:
        ProblemError: The text contains no request; nothing was created.
    """
    imported = read_request(services, text, current=current)
    return session_of(services, imported, keep=keep), imported.notes


def import_file(
    services: Services, name: str, *, current: SessionSettings, keep: bool = True
) -> tuple[Workbench, tuple[str, ...]]:
    """Like ``import_request``, for a text file."""
    return import_request(services, read_text(name), current=current, keep=keep)


def read_request(services: Services, text: str, *, current: SessionSettings) -> Imported:
    """Parse the request in a text; its provider is registered from then on."""
    imported = import_text(text, services.providers, prefer=current.provider)
    if imported.settings.provider:
        return imported
    provider, notes = current.provider, imported.notes
    if imported.base_url:
        provider, note = _provider_at(services, imported.base_url, current.provider)
        notes = (note, *notes)
    return replace(imported, settings=replace(imported.settings, provider=provider), notes=notes)


def session_of(
    services: Services, imported: Imported, *, keep: bool = True, title: str = "", path: str | None = None
) -> Workbench:
    """Create a session with a request's settings and messages, on disk unless ``keep`` is false."""
    journal = services.store.create(keep=keep, path=path)
    workbench = Workbench(services, imported.settings, journal)
    if title:
        workbench.rename(title)
    parent = None
    for message in imported.messages:
        parent = workbench.put(message, parent, "joined").id
    if parent is None:
        journal.append(settings_record(imported.settings))
    return workbench


def _provider_at(services: Services, base_url: str, current: str) -> tuple[str, str]:
    """Return a provider added for an unknown address, or the current one if it cannot be added, and a note."""
    host = base_url.partition("://")[2].partition("/")[0]
    name, number = host, 1
    while name in services.providers and services.providers[name].base_url != base_url:
        number += 1
        name = f"{host} {number}"
    try:
        added = services.endpoints.add(name, base_url=base_url)
    except ProblemError as error:
        return current, f"{error.problem.what}; the provider is still {current}."
    note = f"No provider has the URL {base_url}: {added.id} was added for this run, without an API key."
    hint = f'To keep it, add [providers.NAME] base_url = "{base_url}" to the configuration.'
    return added.id, f"{note} {hint}"

"""Builds the stores on disk as members of ``Services``, each loaded on first use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from chat_tui.wiring.deferring import deferred

if TYPE_CHECKING:
    from chat_tui.config.presets import PresetFolder
    from chat_tui.engine.ports import ToolLibrary
    from chat_tui.engine.services import Draft, PromptHistory
    from chat_tui.engine.store_ports import (
        Imports,
        ModelLists,
        Presets,
        ProbeCards,
        Refusals,
        SessionLibrary,
    )
    from chat_tui.storage.imports import FileImports
    from chat_tui.storage.library.library import FileLibrary
    from chat_tui.storage.model_lists import FileModelLists
    from chat_tui.storage.probe_cards import ProbeCardFiles
    from chat_tui.storage.prompts import DraftFile, PromptHistoryFile
    from chat_tui.storage.refusals import FileRefusals
    from chat_tui.storage.store import FileSessionStore
    from chat_tui.tools.definitions import ToolFolder


class KnowledgeStores(TypedDict):
    """Members of ``Services`` that keep what is known about services and models."""

    model_lists: ModelLists
    refusals: Refusals
    probe_cards: ProbeCards


class Stores(KnowledgeStores):
    """Members of ``Services``."""

    library: SessionLibrary
    imports: Imports
    presets: Presets
    history: PromptHistory
    draft: Draft
    tools: ToolLibrary


def stores(
    store: FileSessionStore, *, data_dir: Path, state_dir: Path, cache_dir: Path, presets_dir: Path, tools_dir: Path
) -> Stores:
    """Build the stores for everything but the sessions themselves. Nothing is opened yet."""

    def library() -> FileLibrary:
        from chat_tui.storage.library.library import FileLibrary

        return FileLibrary(data_dir, store)

    def imports() -> FileImports:
        from chat_tui.storage.imports import FileImports

        return FileImports(data_dir)

    def presets() -> PresetFolder:
        from chat_tui.config.presets import PresetFolder

        return PresetFolder(presets_dir)

    def history() -> PromptHistoryFile:
        from chat_tui.storage.prompts import PromptHistoryFile

        return PromptHistoryFile(state_dir / "history.jsonl")

    def draft() -> DraftFile:
        from chat_tui.storage.prompts import DraftFile

        return DraftFile(state_dir / "draft.txt")

    def tools() -> ToolFolder:
        from chat_tui.tools.definitions import ToolFolder

        return ToolFolder(tools_dir)

    return Stores(
        library=deferred(library),
        imports=deferred(imports),
        presets=deferred(presets),
        history=deferred(history),
        draft=deferred(draft),
        tools=deferred(tools),
        **_knowledge(cache_dir=cache_dir, state_dir=state_dir),
    )


def _knowledge(*, cache_dir: Path, state_dir: Path) -> KnowledgeStores:
    def model_lists() -> FileModelLists:
        from chat_tui.storage.model_lists import FileModelLists

        return FileModelLists(cache_dir)

    def refusals() -> FileRefusals:
        from chat_tui.storage.refusals import FileRefusals

        return FileRefusals(state_dir)

    def probe_cards() -> ProbeCardFiles:
        from chat_tui.storage.probe_cards import ProbeCardFiles

        return ProbeCardFiles(state_dir / "probes")

    return KnowledgeStores(
        model_lists=deferred(model_lists), refusals=deferred(refusals), probe_cards=deferred(probe_cards)
    )

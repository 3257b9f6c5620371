"""Registry of export formats: what each one contains, and the function that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from msgspec import Struct, field

from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.session import RecordedExchange, Session

Scope: TypeAlias = Literal["file", "tree", "path", "exchange"]
Weights: TypeAlias = Literal["all", "last"]


class Material(Struct, frozen=True, kw_only=True):
    """Input of a writer."""

    session: Session
    exchange: RecordedExchange | None = None
    """The exchange to write, for formats with a single one; None if the session has none."""
    providers: Mapping[str, Provider] = field(default_factory=dict)
    """Known providers, for exported programs."""
    weights: Weights = "all"
    """For fine-tuning: train on every reply of a branch, or on the last one only."""


class Written(Struct, frozen=True):
    """An exported session."""

    text: str
    """Can be encoded as UTF-8."""
    notes: tuple[str, ...] = ()
    """Sentences about what could not be exported."""


class Format(Struct, frozen=True):
    """One export format."""

    id: str
    title: str
    suffix: str
    """File suffix, including the dot."""
    scope: Scope
    """What it contains: the session file byte by byte, all branches, the selected branch, or one exchange."""
    place: str = ""
    """``module:function`` of its writer within this package; empty for the session file itself."""


FORMATS: Final[Mapping[str, Format]] = {
    row.id: row
    for row in (
        Format("session", "the session file itself", ".jsonl", "file"),
        Format("messages", "messages as a JSON array", ".json", "path", "messages:write"),
        Format("request", "a request body as JSON", ".json", "exchange", "requests:body"),
        Format("markdown", "readable Markdown", ".md", "path", "markdown:write"),
        Format("html", "one readable HTML page, with all branches", ".html", "tree", "page:write"),
        Format("curl", "a request as a curl command", ".sh", "exchange", "requests:curl"),
        Format("python", "a request as Python (openai package)", ".py", "exchange", "requests:python"),
        Format("httpx", "a request as Python (httpx)", ".py", "exchange", "requests:httpx"),
        Format("batch", "OpenAI Batch JSONL, one line per request", ".jsonl", "tree", "batch:write"),
        Format("finetune", "OpenAI fine-tuning JSONL, one line per branch", ".jsonl", "tree", "tuning:examples"),
        Format("preferences", "preference pairs JSONL, from sibling replies", ".jsonl", "tree", "tuning:preferences"),
        Format("har", "HAR 1.2, every exchange with its events", ".har", "tree", "har:write"),
        Format("llamacpp", "llama.cpp web UI JSONL, with all branches", ".jsonl", "tree", "llamacpp:write"),
        Format("openwebui", "Open WebUI chat JSON, with all branches", ".json", "tree", "openwebui:write"),
    )
}


def format_named(name: str) -> Format:
    """Return the format with an id.

    Raises:
        ProblemError: It does not exist; the message lists the known ones.
    """
    found = FORMATS.get(name)
    if found is None:
        known = ", ".join(FORMATS)
        raise ProblemError(Problem(kind="usage", what=f"Unknown export format {name!r}", hint=f"Formats: {known}."))
    return found


def written(form: Format, material: Material) -> Written:
    """Export a session to a format other than its own file.

    Raises:
        ProblemError: The session contains nothing that the format could represent.
    """
    module, function = form.place.split(":")
    writer = getattr(import_module(f"{__package__}.{module}"), function)
    return cast("Callable[[Material], Written]", writer)(material)

"""Checks that refuse a request before it is sent, and their problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Catalogue, Provider
    from chat_tui.domain.findings import Finding
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.domain.settings import SessionSettings


def refuse_busy(*, running: bool, read_only: bool) -> None:
    """Raise ProblemError while a reply is running, or if the session is read-only (written by a newer version)."""
    if running:
        raise ProblemError(Problem(kind="usage", what="A reply is still running", hint="Stop it first."))
    if read_only:
        raise ProblemError(
            Problem(
                kind="session",
                what="This session was written by a newer version and is read-only",
                hint="Start a new session to send.",
            )
        )


def refuse_unsendable(
    catalogue: Catalogue,
    provider: Provider,
    settings: SessionSettings,
    messages: Sequence[JsonObject],
    *,
    checked: bool,
) -> None:
    """Check that a request may be sent.

    Args:
        catalogue: Its rules.
        provider: The provider it is sent to.
        settings: Model, system prompt and parameters.
        messages: The conversation as it would be sent, without the system prompt.
        checked: Whether a broken rule is an error.

    Raises:
        ProblemError: No model is selected where one is required, or a rule is broken (``BlockedError``).
    """
    if not settings.model and provider.key_required:
        raise ProblemError(no_model(provider))
    if not checked:
        return
    from chat_tui.domain.checks import check

    errors = [finding for finding in check(catalogue, provider, settings, messages) if finding.level == "error"]
    if errors:
        raise BlockedError(errors, messages)


class BlockedError(ProblemError):
    """Nothing was sent because values break a rule.

    Carries the findings and the messages of the request, so that a screen can lead to each of them.
    """

    def __init__(self, findings: Sequence[Finding], messages: Sequence[JsonObject] = ()) -> None:
        super().__init__(blocked(findings))
        self.findings = tuple(findings)
        self.messages = tuple(messages)


def blocked(errors: Sequence[Finding]) -> Problem:
    """Return the problem of a request that was not sent because values break a rule."""
    return Problem(
        kind="blocked",
        what="Not sent",
        why=" · ".join(finding.sentence().rstrip(".") for finding in errors),
        param=errors[0].name,
        hint="To send it anyway: --validation warn (or off).",
    )


def no_model(provider: Provider) -> Problem:
    """Return the problem of a provider without a selected model."""
    return Problem(
        kind="usage",
        what=f"No model selected for {provider.id}",
        hint="Select one with --model ID or /model ID.",
    )


def unknown_provider(name: str, known: Iterable[str]) -> Problem:
    """Return the problem of a provider that is neither in the catalogue nor in the configuration."""
    return Problem(kind="usage", what=f"Unknown provider {name!r}", hint=f"Known: {', '.join(sorted(known))}.")

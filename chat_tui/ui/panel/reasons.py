"""Why a parameter does not apply to the current provider and model: a few words and a sentence. Pure."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from chat_tui.domain.catalogue import ParameterSpec
from chat_tui.domain.families import reservation
from chat_tui.domain.findings import Finding
from chat_tui.domain.rules import Request
from chat_tui.domain.settings import request_body
from chat_tui.ui.panel.rows import Shown


class Reason(Struct, frozen=True):
    """The reason; both texts are empty if the parameter applies."""

    words: str = ""
    """For the row: ``not for OpenAI``, ``refused by this model``."""
    sentence: str = ""
    """For the remark and the help: the source of the statement, and how certain it is."""
    refused: bool = False
    """Whether the service itself refused it."""


NONE: Final = Reason()
_FULLER: Final = {"is refused": "refused by this model", "is ignored": "ignored by this model"}


class Reasons:
    """Determines for one state of the settings why parameters do not apply."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._request = Request(
            catalogue=shown.catalogue,
            provider=shown.provider,
            families=shown.catalogue.families_of(shown.provider.id, shown.settings.model),
            body=request_body(shown.settings, []),
            messages=[],
        )

    def of(self, spec: ParameterSpec, finding: Finding | None, *, is_set: bool) -> Reason:
        """Return why a parameter does not apply.

        Args:
            spec: The parameter.
            finding: The gravest finding about it.
            is_set: Whether it will be sent; model restrictions then come from the finding, which knows the value.
        """
        refusal = self._shown.knowledge.refusals.get(spec.name)
        if refusal is not None:
            now_ms = self._shown.now_ms
            words = refusal.words if is_set else refusal.told(now_ms)
            return Reason(words, refusal.sentence(now_ms), refused=True)
        known = not spec.group or self._shown.catalogue.supports(self._shown.provider, spec)
        known = known or self._shown.knowledge.names(spec.path[0])
        if finding is not None and finding.kind in ("unsupported", "refused"):
            unlisted = self._unlisted(spec) if finding.kind == "unsupported" else ""
            words = unlisted or self._without_family(finding.text) if known else self._elsewhere()
            return Reason(words, finding.text)
        if not known:
            return Reason(self._elsewhere(), f"{self._shown.provider.title} does not support it.")
        against = None if is_set else reservation(self._request, spec)
        if against is not None:
            return Reason(_short(against.words), against.sentence + ".")
        if unlisted := self._unlisted(spec):
            return Reason(unlisted, "The service's model list includes it for other models, but not for this one.")
        return NONE

    def _elsewhere(self) -> str:
        return f"not for {self._shown.provider.title}"

    def _unlisted(self, spec: ParameterSpec) -> str:
        """Say that the model's entry in the service's list omits the parameter; empty if it does not."""
        lacks = self._shown.knowledge.lacks(spec.path[0])
        return f"not listed for {self._shown.settings.model.rpartition('/')[2]}" if lacks else ""

    def _without_family(self, text: str) -> str:
        for family in self._request.families:
            text = text.removeprefix(f"{family.title}: ")
        return _short(text)


def _short(words: str) -> str:
    return _FULLER.get(words) or words.removeprefix("is ").removesuffix(" here")

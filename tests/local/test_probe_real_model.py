"""Probing the embedded model: its card agrees with measurements."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat_tui.domain.probing.card import ProbeCard
from chat_tui.engine.probe import Probe, plan_probe
from chat_tui.wiring import Launch, build

pytestmark = [pytest.mark.local]

HONOURED = {
    "temperature", "top_p", "top_k", "min_p", "seed", "max_tokens", "max_completion_tokens", "stop", "n",
    "frequency_penalty", "presence_penalty", "repeat_penalty", "logit_bias", "logprobs", "top_logprobs", "stream",
    "stream_options.include_usage", "response_format", "response_format.json_schema", "tools", "tool_choice",
}  # fmt: skip
UNREAD = {"user", "metadata", "store", "service_tier", "reasoning_effort", "verbosity", "prediction"}


async def probe(model_file: Path, data: Path, *only: str) -> ProbeCard:
    services = build(Launch(environment={"CHAT_TUI_GGUF": str(model_file)}, data_dir=str(data))).services
    provider = services.providers["local"]
    asked = Probe(services, plan_probe(services, "local", provider.default_model, only=only), lambda _: None)
    try:
        await asked.wait()
    finally:
        asked.stop()
        await services.backend.aclose()
    assert services.probe_cards.card(provider.base_url, provider.default_model) is not None
    return asked.card


async def test_the_card_agrees_with_what_was_measured(model_file: Path, tmp_path: Path) -> None:
    card = await probe(model_file, tmp_path)
    assert (card.ended, card.why) == ("complete", "")
    told = {row.name: row.verdict for row in card.rows}
    assert {name: told[name].label for name in HONOURED} == dict.fromkeys(HONOURED, "honoured"), told
    assert {verdict.outcome for verdict in told.values()} == {"honoured", "accepted"}
    assert card.takes_anything


async def test_what_it_does_not_read_is_taken_without_a_word(model_file: Path, tmp_path: Path) -> None:
    card = await probe(model_file, tmp_path, *UNREAD)
    told = {row.name: row.outcome for row in card.rows}
    assert {name: told[name] for name in UNREAD} == dict.fromkeys(UNREAD, "accepted")
    assert card.takes_anything

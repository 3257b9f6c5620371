"""The tokenizer of a session's selected model."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.tokens import SessionTokens
from tests.support.engine_doubles import OneEndpoint
from tests.support.fakes import services


class Kept(OneEndpoint):
    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def endpoint(self, provider: str) -> Endpoint:
        return replace(super().endpoint(provider), tokenizer=self.kind)


class Words:
    """Every word is a token."""

    async def tokens(self, endpoint: Endpoint, model: str, text: str) -> list[tuple[int, str]] | None:
        return [(len(word), f"{model}:{word}") for word in text.split()]

    async def texts(self, endpoint: Endpoint, model: str, ids: Sequence[int]) -> dict[int, str] | None:
        return {number: model * number for number in ids}


async def test_the_model_that_is_set_at_the_time_is_asked() -> None:
    settings = [SessionSettings("llamacpp", "a"), SessionSettings("llamacpp", "b")]
    given = replace(services(), endpoints=Kept("llamacpp"), tokenizer=Words())
    tokens = SessionTokens(given, lambda: settings[-1])
    assert await tokens.tokens("x yy") == [(1, "b:x"), (2, "b:yy")]
    settings.pop()
    assert await tokens.texts([2]) == {2: "aa"}


async def test_without_a_tokenizer_or_an_endpoint_there_is_none() -> None:
    settings = SessionSettings("openai", "a")
    for endpoints in (Kept(""), OneEndpoint(ProblemError(Problem(kind="key", what="no key")))):
        tokens = SessionTokens(replace(services(), endpoints=endpoints, tokenizer=Words()), lambda: settings)
        assert await tokens.tokens("x") is None
        assert await tokens.texts([1]) is None

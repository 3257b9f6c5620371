"""A secret is compared by its value, and shows it nowhere."""

from __future__ import annotations

import pickle

import pytest

from chat_tui.domain.secrets import Secret

KEY = "sk-canary-0123456789"


def test_secrets_are_equal_if_their_values_are() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != Secret("other")
    assert len({Secret(KEY), Secret(KEY), Secret("other")}) == 2


def test_a_secret_is_never_equal_to_a_text() -> None:
    assert Secret(KEY) != KEY
    assert Secret(KEY) != "***"


def test_no_way_of_showing_a_secret_shows_it() -> None:
    secret = Secret(KEY)
    assert f"{secret} {secret!r} {[secret]}" == "*** *** [***]"
    with pytest.raises(TypeError, match="cannot be serialized"):
        pickle.dumps(secret)
    assert secret.reveal() == KEY

"""Schema patterns follow ECMA-262, and matching is bounded in time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.ecma_patterns import Allowance, UndecidedError

MEANINGS = [
    (r"^abc$", "abc", True),
    (r"^abc$", "abc\n", False),
    (r"^\d+$", "12", True),
    (r"^\d+$", "٣", False),
    (r"^\w+$", "é", False),
    (r"^\p{L}+$", "Ωé", True),
    (r"^\p{L}+$", "a1", False),
    (r"^\P{L}$", "1", True),
    (r"^\p{Script=Greek}$", "Ω", True),
    (r"^[\p{Lu}_]$", "É", True),
    (r"^\u{1F600}$", "😀", True),
    (r"^\u0041\x42$", "AB", True),
    (r"^\cA$", "\x01", True),
    (r"^\0$", "\x00", True),
    (r"^(?<year>[0-9]{4})-\k<year>$", "2026-2026", True),
    (r"^(a)\1$", "aa", True),
    (r"^(?!x-)", "x-y", False),
    (r"(?<=a)b", "cb", False),
    (r"[[a]", "[", True),
    (r"^[a&&b]$", "&", True),
    (r"^[\w.-]+$", "a.b-c", True),
    (r"^[^]$", "\n", True),
    (r"[]", "a", False),
    (r"^.$", "\u2028", False),
    (r"^a{,3}$", "a{,3}", True),
    (r"^{x}$", "{x}", True),
    (r"^a{2,3}$", "aaa", True),
    (r"^\/\-\_$", "/-_", True),
    (r"a|b", "xb", True),
    ("", "anything", True),
]


@pytest.mark.parametrize(("pattern", "text", "found"), MEANINGS)
def test_a_pattern_means_what_it_means_in_a_schema(pattern: str, text: str, found: bool) -> None:
    assert Allowance().found(pattern, text) is found


@pytest.mark.parametrize("pattern", ["(a|aa)+$", "^(?:a|a?a)*$", "(?=(a+))\\1b|(?:a|aa)*c"])
def test_a_search_that_would_not_end_is_given_up(pattern: str) -> None:
    with pytest.raises(UndecidedError, match="took too long; not checked"):
        Allowance().found(pattern, "a" * 20_000 + "!")


def test_one_search_that_takes_its_time_is_no_reason_to_give_up() -> None:
    allowance = Allowance()
    assert all(allowance.found("^[^<]*$", "a" * 1_000_000) for _ in range(40))


@pytest.mark.parametrize("pattern", ["(?:a{1000}){1000}", "(?:" * 30 + "a" + "{2})" * 30, "a" * 30_000, "a{70000}"])
def test_a_pattern_that_grows_without_measure_is_not_read(pattern: str) -> None:
    with pytest.raises(UndecidedError, match="too large to match"):
        Allowance().found(pattern, "a")


@pytest.mark.parametrize(
    "pattern", ["(", "[a", "*", "a)", r"\p{Nothing}", "(?R)", "(?&x)", "(?P>x)", "(" * 600 + ")" * 600]
)
def test_what_cannot_be_read_is_said_and_never_taken_for_found(pattern: str) -> None:
    with pytest.raises(UndecidedError, match="is invalid"):
        Allowance().found(pattern, "a")


@pytest.mark.parametrize("pattern", [r"^.{0,65535}$", "(?:ab{1,1000}){1,1000}", "a{1000}", "(?i)abc", "(?:)"])
def test_what_schemas_have_can_be_read(pattern: str) -> None:
    assert Allowance().found(pattern, "a" * 1000 + "abc")


@given(st.text(max_size=20))
def test_any_text_is_found_by_itself_escaped(text: str) -> None:
    plain = re.sub(r"[\\^$.*+?()\[\]{}|/]", lambda found: f"\\{found[0]}", text)
    assert Allowance().found(f"^{plain}$", text)


@given(st.text(alphabet="ab()[]{}|*+?^$.\\dwpkLu-,<>=!:&1", max_size=14), st.text(alphabet="ab1-", max_size=6))
def test_any_pattern_is_found_or_not_or_undecided(pattern: str, text: str) -> None:
    found: bool | str
    try:
        found = Allowance().found(pattern, text)
    except UndecidedError as error:
        found = str(error)
    assert found in (True, False) or str(found).endswith("not checked")

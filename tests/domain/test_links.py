"""Links in a message, and which may be opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.links import MOST, citation_lines, host_words, links_of, refusal


def said(text: str) -> JsonObject:
    return {"role": "assistant", "content": text}


def cited(*sources: tuple[str, str], text: str = "") -> JsonObject:
    notes: list[Json] = [
        {"type": "url_citation", "url_citation": {"url": url, "title": title}} for url, title in sources
    ]
    return {**said(text), "annotations": notes}


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("see https://a.org/b?c=d#e.", ["https://a.org/b?c=d#e"]),
        ("(https://a.org/b)", ["https://a.org/b"]),
        ("https://a.org/b_(c)", ["https://a.org/b_(c)"]),
        ("<https://a.org>", ["https://a.org"]),
        ("**https://a.org**, `http://b.org`", ["https://a.org", "http://b.org"]),
        ("[name](https://a.org/x_(y)) and more", ["https://a.org/x_(y)"]),
        ("[name](https://a.org 'title')", ["https://a.org"]),
        ("[https://a.org](https://evil.org)", ["https://evil.org"]),
        ("[1](https://a.org/x)[2](https://b.org)", ["https://a.org/x", "https://b.org"]),
        ("([a](https://a.org))", ["https://a.org"]),
        ("[a](<https://a.org/b c>) [d](<https://d.org e)", ["https://a.org/b c", "https://d.org"]),
        ("[x](javascript:alert(1))", ["javascript:alert(1)"]),
        ("[x](file:///etc/passwd)", ["file:///etc/passwd"]),
        ("[x](#part) [y](page.md) ftp://z", []),
        ("https://a.org https://b.org https://a.org", ["https://a.org", "https://b.org"]),
        ("[r]: https://a.org/r", ["https://a.org/r"]),
        ("HTTPS://A.org", ["HTTPS://A.org"]),
        ("", []),
    ],
)
def test_links_in_a_text_are_found_whole_and_in_order(text: str, targets: list[str]) -> None:
    assert [link.target for link in links_of(said(text))] == targets


def test_the_name_of_a_link_is_told() -> None:
    [link] = links_of(said("[the docs](https://a.org)"))
    assert (link.title, link.cited) == ("the docs", 0)


def test_citations_go_first_with_their_numbers() -> None:
    message = cited(
        ("https://a.org", "A"), ("https://b.org", ""), ("https://a.org", "again"), text="https://c.org https://a.org"
    )
    assert [(link.target, link.cited) for link in links_of(message)] == [
        ("https://a.org", 1),
        ("https://b.org", 2),
        ("https://c.org", 0),
    ]
    assert citation_lines(message) == ("[1] A (https://a.org)", "[2] (https://b.org)")


@pytest.mark.parametrize(
    "notes", [None, 5, "x", {}, [], [None, 5], [{"url_citation": 5}], [{"url_citation": {"url": 5}}]]
)
def test_annotations_of_another_shape_are_passed_over(notes: Json) -> None:
    assert links_of({"role": "assistant", "content": "x", "annotations": notes}) == ()


@pytest.mark.parametrize("target", ["https://a.org", "http://a.org:8080/b?c=d#e", "HTTPS://A.ORG/ü", "http://[::1]/x"])
def test_plain_addresses_may_be_opened(target: str) -> None:
    assert refusal(target) == ""


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("javascript:alert(1)", "only http"),
        ("file:///etc/passwd", "only http"),
        ("mailto:a@b.org", "only http"),
        ("data:text/html,x", "only http"),
        ("--help", "only http"),
        ("", "only http"),
        ("https://", "no host"),
        ("https:///x", "no host"),
        ("https://good.org@evil.org/", "a user"),
        ("https://good.org\\@evil.org/", "a user"),
        ("https://evil.org\\.good.org/", "backslash"),
        ("https://a.org/\x1b[31m", "invisible characters"),
        ("https://a.org/\u202egpj", "invisible characters"),
        ("https://a.org/ x", "invisible characters"),
        ("https://a.org/\n", "invisible characters"),
        ("https://a.org/\u200b", "invisible characters"),
        ("https://a.org:99999/", "not a valid URL"),
        ("https://[::1", "not a valid URL"),
    ],
)
def test_anything_else_is_refused_with_the_reason(target: str, why: str) -> None:
    assert why in refusal(target)


def test_a_host_in_other_letters_is_told_in_ascii_too() -> None:
    assert host_words("https://a.org/x") == "a.org"
    assert host_words("https://аpple.com/") == "аpple.com, which is xn--pple-43d.com"
    assert host_words("https://www.xn--80ak6aa92e.com/") == "www.xn--80ak6aa92e.com, which reads www.аррӏе.com"
    assert host_words("https://xn--\x7f.com/").startswith("xn--")
    assert host_words("https://xn--9.com/") == "xn--9.com, which is not valid Punycode"
    assert host_words("http://2130706433/") == "2130706433, which is 127.0.0.1"
    assert host_words("http://99999999999/") == "99999999999"


@given(st.text(alphabet="[]()<>htps:/.a \n\\@", max_size=200))
def test_any_text_is_read_without_fault(text: str) -> None:
    for link in links_of(said(text)):
        assert link.target in text
        refusal(link.target)


@pytest.mark.parametrize("text", ["https://a.org/{}", "[a](https://a.org/{})", "<https://a.org/{}>"])
def test_a_long_link_is_whole_and_one_too_long_for_a_browser_is_not_opened(text: str) -> None:
    long, too_long = "x" * 50_000, "x" * 100_000
    [link] = links_of(said(text.format(long)))
    assert link.target == f"https://a.org/{long}"
    assert refusal(link.target) == ""
    [link] = links_of(said(text.format(too_long)))
    assert refusal(link.target) == "it is longer than 100,000 characters"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "[a](" * 50_000,
        "https://" * 30_000,
        "[x](https://a" + "(" * 100_000,
        "[x](https://a(" * 20_000,
        "[x](https://a)" * 20_000,
        "[x](<https://a " * 20_000,
        "https://a" + ")." * 500_000,
    ],
)
def test_long_texts_of_nothing_but_beginnings_are_read(text: str) -> None:
    assert len(links_of(said(text))) <= MOST

"""Parsing curl commands as users paste them: quoting, options, surrounding commands, and unsupported parts."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_tui.domain.cmd_words import cmd_words, is_for_cmd
from chat_tui.domain.curl_command import holds_curl, read_curl
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.shell_words import commands

URL = "https://api.openai.com/v1/chat/completions"


def words(text: str) -> list[str]:
    return [word.text for command in commands(text) for word in command.words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("'a b'c\"d e\"", ["a bc" + "d e"]),
        ("'it'\\''s'", ["it's"]),
        ("a\\ b \\'", ["a b", "'"]),
        ('"a \\" \\\\ \\$x \\n \\` b"', ['a " \\ $x \\n ` b']),
        ("'' \"\"", ["", ""]),
        ("a \\\n  b", ["a", "b"]),
        ("a \\  \t\n  b", ["a", "b"]),
        ("a \\\r\n  b", ["a", "b"]),
        ("a\\\nb", ["ab"]),
        ('"a\\\nb"', ["ab"]),
        ("'a\\\nb'", ["a\\\nb"]),
        ("a \\", ["a"]),
        ("a # b 'c", ["a"]),
        ("# it's\na", ["a"]),
        ("a#b", ["a#b"]),
        ("$ a b", ["a", "b"]),
        ("$ a \\\n> b \\\n> c", ["a", "b", "c"]),
        ("a\u00a0b", ["a", "b"]),
        ("$'a\\nb\\'c\\\\d\\te'", ["a\nb'c\\d\te"]),
        ("$'\\x41\\101\\u00e9\\U0001f642\\xc3\\xa9\\cA\\e\\q'", ["AAé🙂é\x01\x1b\\q"]),
        ("$'\\ud83d\\ude42'", ["🙂"]),
        ("$'a\\0b'", ["a"]),
        ('$"a"', ["a"]),
        ("a >out 2>&1 b", ["a", "b"]),
        ("a;b&&c||d|e&f", ["a", "b", "c", "d", "e", "f"]),
    ],
)
def test_words_are_those_of_a_shell(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "variables"),
    [
        ("$A", "$A", ["$A"]),
        ('"x${A:-b}y$1"', "x${A:-b}y$1", ["${A:-b}", "$1"]),
        ("'$A'", "$A", []),
        ('"\\$A"', "$A", []),
        ('"$(cat "a b" (c))"', '$(cat "a b" (c))', ["$(…)"]),
        ("`date`", "`date`", ["$(…)"]),
        ('"5$ $"', "5$ $", []),
        ('"$5"', "$5", ["$5"]),
    ],
)
def test_what_a_shell_would_expand_stays_and_is_named(text: str, expected: str, variables: list[str]) -> None:
    (word,) = commands(text)[0].words
    assert (word.text, list(word.variables)) == (expected, variables)


@pytest.mark.parametrize(
    ("text", "stdin", "variables"),
    [
        ("a <<'END'\n$x \\$ `\nEND\nb", "$x \\$ `\n", []),
        ('a <<"END" b\nx\n END2\nEND', "x\n END2\n", []),
        ("a <<END\n$x \\$y \\\\ \\n\\\nz\nEND", "$x $y \\ \\nz\n", ["$x"]),
        ("a <<-END\n\t\tx\n\tEND", "x\n", []),
        ("a << 'E F'\nx\nE F\n", "x\n", []),
        ("a <<'END'\nnever ended", "never ended", []),
        ("a <<< 'x y'", "x y\n", []),
    ],
)
def test_a_here_document_is_the_standard_input(text: str, stdin: str, variables: list[str]) -> None:
    command = commands(text)[0]
    assert command.stdin is not None
    assert (command.stdin.text, list(command.stdin.variables)) == (stdin, variables)


def test_two_here_documents_follow_each_other() -> None:
    first, second = commands("a <<A; b <<B\none\nA\ntwo\nB\n")
    assert first.stdin is not None
    assert second.stdin is not None
    assert (first.stdin.text, second.stdin.text) == ("one\n", "two\n")


@pytest.mark.parametrize(
    ("text", "opening", "place"),
    [
        ("a 'b", "'", "line 1, column 3"),
        ('a \\\n  "b', '"', "line 2, column 3"),
        ("a $'b", "$'", "line 1, column 3"),
        ("a `b", "`", "line 1, column 3"),
        ('a "$(b"', "$(", "line 1, column 4"),
    ],
)
def test_what_is_never_closed_is_told_with_its_place(text: str, opening: str, place: str) -> None:
    with pytest.raises(ProblemError) as caught:
        commands(text)
    assert f"a {opening} that is never closed" in caught.value.problem.what
    assert place in caught.value.problem.why


@given(st.lists(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]))))
def test_words_quoted_by_the_standard_library_are_the_same(expected: list[str]) -> None:
    assert words(f"x {shlex.join(expected)}") == ["x", *expected]


def _texts(characters: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(characters.split(" ")), max_size=8).map("".join)


shell_pieces = st.one_of(
    _texts('a # $ $a ` \\ " \n \t ! é 🙂 ; & | < > ( )').map(lambda text: f"'{text}'"),
    _texts("a # \\$ \\` \\\\ \\\" \\\n \\a \\' ' \n \t é 🙂 ; & | < > ( )").map(lambda text: f'"{text}"'),
    _texts('a # $ \\n \\t \\\\ \\\' \\" \\e \\a \\? \\x41 \\x7 \\101 \\7 \\u00e9 \\U0001f642 \\cA \\q " é \n').map(
        lambda text: f"$'{text}'"
    ),
    st.sampled_from(
        ["a", "é", "\\ ", "\\$", "\\'", '\\"', "\\\\", "\\a", " ", "\t", " \\\n ", "\\\n", "a#b", "=", "-"]
    ),
)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@settings(deadline=None)
@given(st.lists(shell_pieces, max_size=8).map("".join))
def test_bash_takes_quotes_apart_alike(text: str) -> None:
    script = f'show() {{ for word in "$@"; do printf "%s\\0" "$word"; done; }}\nshow {text} end'
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})
    assert done.stdout.decode() == "".join(f"{word}\0" for word in words(f"show {text} end")[1:])


@given(st.text())
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for parse in (commands, cmd_words):
        with contextlib.suppress(ProblemError):
            parse(text)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (f"curl {URL}", True),
        (f"$ curl {URL}", True),
        ("KEY=x /usr/bin/curl -s", True),
        ("curl.exe -s", True),
        ("export A=b\n\ncurl \\\n -s", True),
        ("x | curl", True),
        ("use curling", False),
        ("http://curl/x", False),
        ('{"model": "m"}', False),
    ],
)
def test_a_curl_command_is_recognised(text: str, holds: bool) -> None:
    assert holds_curl(text) is holds


BODY = '{"model":"m"}'


@pytest.mark.parametrize(
    "command",
    [
        f"curl {URL} -d '{BODY}'",
        f"curl -d'{BODY}' {URL}",
        f"curl --url {URL} --data '{BODY}'",
        f"curl --url={URL} --data='{BODY}'",
        f"curl -X POST {URL} --data-raw '{BODY}'",
        f"curl -XPOST {URL} --data-ascii '{BODY}'",
        f"curl --request POST {URL} --json '{BODY}'",
        f"curl -sSNLivk0#4 -XPOST {URL} --data-binary '{BODY}' | cat",
        f"curl -m 5 -o out -w '%{{http_code}}' -A me --retry 3 --connect-timeout=2 {URL} -d '{BODY}'",
        f"curl --compressed --fail-with-body --no-progress-meter --http1.1 {URL} -d '{BODY}' >out 2>&1",
        f"KEY=x curl {URL} -d '{BODY}'",
        f"cd /tmp\ncurl {URL} -d '{BODY}'",
        f"curl {URL} --data-binary @- <<'END'\n{BODY}\nEND\n",
        f"curl {URL} -d @- <<< '{BODY}'",
        f"cat <<'END' | curl {URL} -d @-\n{BODY}\nEND\n",
        f"echo '{BODY}' | curl {URL} -d @-",
        f"printf '%s' '{BODY}' | curl {URL} -d @-",
        f"curl {URL} --json '{{\"model\":' --json '\"m\"}}'",
        f'curl "{URL}" -d "{{\\"model\\":\\"m\\"}}"',
        f"curl -- {URL} ; curl -d '{BODY}' {URL}".replace("-- ", f"-d '{BODY}' -- "),
        f'curl.exe "{URL}" ^\r\n  --data-raw "{{\\"model\\":\\"m\\"}}"',
        f'curl ^"{URL}^" ^\n  -H ^"accept: */*^" ^\n  --data-raw ^"^{{^\\^"model^\\^":^\\^"m^\\^"^}}^"',
    ],
)
def test_address_and_body_are_found(command: str) -> None:
    request = read_curl(command)
    assert (request.url, request.data.strip()) == (URL, BODY)


def test_several_pieces_of_data_are_joined_as_curl_joins_them() -> None:
    assert read_curl("curl x -d a -d b --json c --data-raw @d").data == "a&bc&@d"


def test_line_ends_go_from_a_file_s_data_but_not_from_binary_data() -> None:
    assert read_curl("curl x -d @- <<'E'\na\nb\nE").data == "ab"
    assert read_curl("curl x --data-binary @- <<'E'\na\nb\nE").data == "a\nb\n"


def test_plain_headers_are_told_and_usual_ones_are_not() -> None:
    request = read_curl(
        "curl x -d {} -H 'Content-Type: application/json' -H'HTTP-Referer: me' --header 'X-Title:you' "
        "-H accept:x -H 'X-Empty;' -H 'X-Gone:' -H 'sec-ch-ua: y' -H 'x-stainless-os: z'"
    )
    assert request.headers == (("HTTP-Referer", "me"), ("X-Title", "you"))
    assert not request.notes


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("-H 'Authorization: Bearer canary'", "Authorization"),
        ("-H 'x-api-key:canary'", "x-api-key"),
        ("--header='Cookie: a=canary'", "Cookie"),
        ("-H @canary-file", "-H"),
        ("-u me:canary", "-u"),
        ("--user=me:canary", "--user"),
        ("-b canary", "-b"),
        ("--oauth2-bearer canary", "--oauth2-bearer"),
        ("-x http://p:1", "-x"),
        ("--proxy http://p:1", "--proxy"),
        ("--cert a.pem --key b.pem", "--cert"),
        ("-k", "-k"),
        ("--cacert ca.pem", "--cacert"),
        ("-F file=@a", "-F"),
        ("--data-urlencode a=b", "--data-urlencode"),
        ("-T file", "-T"),
        ("-G", "-G"),
        ("-X PUT", "PUT"),
        ("-K config", "-K"),
        ("-d @more.json", "more.json"),
        ("--resolve a:1:b", "--resolve"),
        ("--never-heard-of", "--never-heard-of"),
        ("https://second.example/", "several URLs"),
        ("| jq .choices", "| jq"),
        ("&& rm -rf /", "rm"),
        ("; TOKEN=canary", "TOKEN=…"),
        ("--next https://other.example -d b", "--next"),
        ("-H", "-H needs a value"),
    ],
)
def test_what_cannot_be_kept_is_named_without_secrets(written: str, named: str) -> None:
    request = read_curl(f"curl {URL} -d '{BODY}' {written}")
    assert (request.url, request.data) == (URL, BODY)
    assert named in " ".join(request.notes)
    if "@canary" not in written:
        assert "canary" not in " ".join(request.notes)


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (f"curl {URL}", "no body"),
        (f"curl {URL} -F a=b", "-F was ignored"),
        (f"curl {URL} -d @body.json", "body.json"),
        (f"curl {URL} -d @- < body.json", "body.json"),
        (f"curl {URL} -d @-", "standard input"),
        ("echo curly", "No curl command"),
        ("", "No curl command"),
    ],
)
def test_a_command_without_a_body_says_why(command: str, word: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_curl(command)
    assert word in caught.value.problem.sentence()


def test_variables_in_the_body_are_named_once_and_not_those_in_quotes() -> None:
    request = read_curl("""curl x -d '{"a":"$A",'"\\"b\\":\\"$B ${B} $B\\"}" """)
    assert request.data == '{"a":"$A","b":"$B ${B} $B"}'
    assert request.variables == ("$B", "${B}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a "b c" d', ["a", "b c", "d"]),
        ('a "b ""c"" \\"d\\""', ["a", 'b "c" "d"']),
        ('a "" "x\\\\"', ["a", "", "x\\"]),
        ("a c:\\d\\e", ["a", "c:\\d\\e"]),
        ("a ^\n b", ["a", "b"]),
        ("a ^& ^^ b^\n\nc", ["a", "&", "^", "b\nc"]),
        ('a "^" b\nc', ["a", "^", "b"]),
    ],
)
def test_words_for_cmd_are_those_a_windows_program_gets(text: str, expected: list[str]) -> None:
    assert [word.text for word in cmd_words(text)] == expected


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ('curl "x" ^\n -s', True),
        ('curl ^"x^" -s', True),
        ("curl 'x' \\\n -d 'a ^\nb'", False),
        ("curl x -d 'say ^\"'", False),
    ],
)
def test_carets_tell_a_command_for_cmd(text: str, is_it: bool) -> None:
    assert is_for_cmd(text) is is_it

"""What is typed for a sweep, and the grid it makes."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.json_values import UNSET, Json, dump_json
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.sweep import Axis, SweepPlan, Value, axis_of, plan_of, value_words
from chat_tui.domain.sweep_text import MOST, AxisText, read_axes, read_axis

CATALOGUE = load_catalogue()
OPENAI = CATALOGUE.providers["openai"]
BASE = SessionSettings("openai", "m", {"temperature": 1, "reasoning": {"effort": "low"}})


def axis(text: str) -> Axis:
    made, findings = axis_of(read_axis(text), CATALOGUE, OPENAI)
    assert not findings
    return made


def values(text: str) -> list[Value]:
    return list(axis(text).values)


def refusal(text: str) -> str:
    with pytest.raises(ProblemError) as caught:
        axis(text)
    return caught.value.problem.sentence()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("temperature=0,0.5,1", [0, 0.5, 1]),
        ("temperature=0", [0]),
        (" temperature = 0 , 1 ", [0, 1]),
        ("temperature=0..2:0.5", [0, 0.5, 1, 1.5, 2]),
        ("temperature=2..0:0.5", [2, 1.5, 1, 0.5, 0]),
        ("temperature=0..1:0.1", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
        ("temperature=0..1:0.3", [0, 0.3, 0.6, 0.9]),
        ("temperature=1..1:5", [1]),
        ("temperature=0..1:0.5,2", [0, 0.5, 1, 2]),
        ("frequency_penalty=-1..1", [-1, 0, 1]),
        ("presence_penalty=1e-1..3e-1:1e-1", [0.1, 0.2, 0.3]),
        ("seed=1..3", [1, 2, 3]),
        ("seed=3..1", [3, 2, 1]),
        ("seed=null,1", [None, 1]),
        ("temperature=unset,0,1", [UNSET, 0, 1]),
        ('user="unset",unset', ["unset", UNSET]),
        ('user="a","b"', ["a", "b"]),
        ("user=a,b c", ["a", "b c"]),
        ("user=1..3", ["1", "2", "3"]),
        ('user="1..3"', ["1..3"]),
        ('user="a,b" , "c=d e=f"', ["a,b", "c=d e=f"]),
        ('user=""', [""]),
        ('user=5" disk', ['5" disk']),
        ('stop=["a","b"],"c"', [["a", "b"], "c"]),
        ("logprobs=true,false", [True, False]),
        (
            'response_format={"type":"text"},{"type":"json_object"}',
            [{"type": "text"}, {"type": "json_object"}],
        ),
        ("nobody_knows=1,x,[2]", [1, "x", [2]]),
        ("nobody.knows=1", [1]),
        ('model=openai/gpt-4o,"a,b"', ["openai/gpt-4o", "a,b"]),
        ("model=unset,x", [UNSET, "x"]),
    ],
)
def test_what_the_values_of_an_axis_mean(text: str, expected: list[Value]) -> None:
    found = values(text)
    assert found == expected
    assert [type(each) for each in found] == [type(each) for each in expected]


@pytest.mark.parametrize("text", ["seed=1..1000", "seed=1..600,601..1000"])
def test_a_thousand_values_are_not_too_many(text: str) -> None:
    assert len(axis(text).values) == 1000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("temperature", "is not of the form NAME=VALUE"),
        ("", "is not of the form NAME=VALUE"),
        ("=1", "is not of the form NAME=VALUE"),
        ("a b=1", "is not of the form NAME=VALUE"),
        ("temperature=", "a value is missing"),
        ("temperature=0,,1", "a value is missing"),
        ("temperature=0,", "a value is missing"),
        ("temperature=0..2:0", "the step of 0..2:0 is 0"),
        ("temperature=2..0:-0.5", "2..0:0.5 counts in the right direction"),
        ("temperature=0..2:x", "the step of 0..2:x is not a number"),
        ("temperature=0..2:", "is not a number"),
        ("temperature=0..1:0.0001", "has 10001 values; at most 1000 are allowed"),
        ("seed=1..1001", "has 1001 values"),
        ("seed=1..600,601..1200", "more than 1000 values"),
        ("seed=0..1e16", "cannot be used in a range"),
        ("seed=0..1e-99", "cannot be used in a range"),
        ("seed=0..1e999999999", "cannot be used in a range"),
        ("seed=0..1e9999999999999999999999", "cannot be used in a range"),
        (f"seed=0..{'9' * 5000}", "cannot be used in a range"),
        ("temperature=0,0", "0 is listed twice"),
        ("temperature=0..1:0.5,1", "1 is listed twice"),
        ("temperature=unset,unset", "unset is listed twice"),
        ('user="a" "b"', "Put a comma between"),
        ('user="a', "is not valid JSON: Unterminated string at character 1"),
        ('user=[1, "a', "Unterminated string at character 5"),
        ("user={name}", "A string that starts with { must be quoted"),
        (f"stop=[{'9' * 5000}]", "a number in it is too long"),
        (f"stop={'[' * 100_000}", "nested too deeply"),
        ("model=[NaN]", "is not a model id"),
        ('model=""', "is not a model id"),
    ],
)
def test_what_is_no_axis_is_told_in_words(text: str, words: str) -> None:
    told = refusal(text)
    assert words in told
    assert len(told) < 400


def test_an_ill_typed_value_is_found_as_it_is_where_it_is_set() -> None:
    _, findings = axis_of(read_axis("temperature=0,hot,1"), CATALOGUE, OPENAI)
    assert [finding.sentence() for finding in findings] == [
        'temperature = "hot": must be a number or null. Use a number, or unset it.'
    ]
    _, findings = axis_of(read_axis("n=1..2:0.5"), CATALOGUE, OPENAI)
    assert [finding.value for finding in findings] == ["1.5"]


def test_a_value_can_come_from_a_file() -> None:
    made, _ = axis_of(read_axis("user=@a.txt,b"), CATALOGUE, OPENAI, lambda name: f"of {name}\n")
    assert made.values == ("of a.txt", "b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a=1", [("a", ["1"])]),
        ("temperature=0,0.5 seed=1..3", [("temperature", ["0", "0.5"]), ("seed", ["1", "2", "3"])]),
        ("a=1, 2  b = 3", [("a", ["1", "2  b = 3"])]),
        ('stop="a b=c" seed=1', [("stop", ['"a b=c"']), ("seed", ["1"])]),
        ('stop=["x y=1", "z"] , "w" top_p=1', [("stop", ['["x y=1", "z"]', '"w"']), ("top_p", ["1"])]),
        ('a="x"\n b.c=two words d-e=3', [("a", ['"x"']), ("b.c", ["two words"]), ("d-e", ["3"])]),
    ],
)
def test_several_axes_stand_in_one_text(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert [(each.name, list(each.items)) for each in read_axes(text)] == expected


@pytest.mark.parametrize("text", ["a= b=1", "a=1,b", "a=1 b", 'a="x" b', "x", "a=, b=1"])
def test_several_axes_are_refused_like_one(text: str) -> None:
    if text in ("a=1,b", "a=1 b"):  # text may hold blanks
        assert len(read_axes(text)) == 1
        return
    with pytest.raises(ProblemError):
        read_axes(text)


@given(st.text(max_size=40))
def test_any_text_is_axes_or_a_problem(text: str) -> None:
    for reader in (read_axes, read_axis):
        with suppress(ProblemError):
            reader(text)


JSONS: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=6,
)


@given(st.lists(JSONS | st.just(UNSET), min_size=1, max_size=6, unique_by=repr))
def test_values_are_shown_as_they_are_typed(found: list[Value]) -> None:
    spelled = ",".join(map(value_words, found))
    words = {value_words(value) for value in found}
    if len(words) < len(found):  # 0.0 and -0.0 are two texts of one value to no one
        return
    for typed in (read_axis(f"x_y={spelled}"), read_axes(f"x_y={spelled} z=1")[0]):
        again, findings = axis_of(typed, CATALOGUE, OPENAI)
        assert not findings
        assert [value_words(each) for each in again.values] == [value_words(each) for each in found]
        assert list(again.values) == found


@given(st.integers(-2000, 2000), st.integers(-2000, 2000), st.integers(1, 500), st.integers(0, 3))
def test_a_range_is_exact_and_keeps_within_its_ends(first: int, last: int, step: int, places: int) -> None:
    def word(number: int) -> str:
        sign, digits = ("-" if number < 0 else ""), str(abs(number)).rjust(places + 1, "0")
        return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)

    text = f"x_y={word(first)}..{word(last)}:{word(step)}"
    if abs(last - first) // step + 1 > MOST:
        assert "values; at most 1000 are allowed" in refusal(text)
        return
    items = read_axis(text).items
    numbers = [Fraction(item) * 10**places for item in items]
    way = step if last >= first else -step
    assert numbers == [first + way * place for place in range(abs(last - first) // step + 1)]
    assert all(min(first, last) <= number <= max(first, last) for number in numbers)
    assert all(isinstance(value, int | float) for value in values(text))


def test_the_grid_is_in_the_order_of_the_axes_and_the_last_is_fastest() -> None:
    plan = plan_of([axis("temperature=0,1"), axis("seed=1..3")], repeat=2)
    assert (plan.size, plan.requests) == (6, 12)
    cells = list(plan.cells())
    assert [cell.values for cell in cells] == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)]
    assert [cell.number for cell in cells] == [1, 2, 3, 4, 5, 6]
    assert plan.label(cells[4]) == "temperature 1 · seed 2"
    assert plan.settings(cells[4], BASE).parameters == {"temperature": 1, "reasoning": {"effort": "low"}, "seed": 2}


def test_unset_takes_away_and_the_model_is_a_setting_of_its_own() -> None:
    plan = plan_of([axis("temperature=unset,0"), axis("reasoning.effort=unset,high"), axis("model=a,b")])
    cells = list(plan.cells())
    first, last = plan.settings(cells[0], BASE), plan.settings(cells[-1], BASE)
    assert (first.parameters, first.model) == ({}, "a")
    assert (last.parameters, last.model) == ({"temperature": 0, "reasoning": {"effort": "high"}}, "b")
    assert plan.label(cells[0]) == "temperature unset · reasoning.effort unset · model a"
    assert plan.values_of(cells[0]) == {"model": "a"}


def test_repeating_alone_is_a_grid_of_one_cell() -> None:
    plan = plan_of([], repeat=5)
    assert (plan.size, plan.requests, plan.label(next(plan.cells()))) == (1, 5, "")


@pytest.mark.parametrize(
    ("axes", "repeat", "words"),
    [
        ([], 1, "Nothing varies"),
        ([], 0, "0 times"),
        (["seed=1"], -1, "-1 times"),
        (["seed=1,2", "top_p=1", "seed=3"], 1, "The axis seed is given twice"),
        (["reasoning.effort=low", 'reasoning={"a":1}'], 1, "overlap"),
        (["seed=1..100", "n=1..6", "top_logprobs=1..2"], 1, "would send 1200 (100 × 6 × 2)"),
        (["seed=1..501"], 2, "would send 1002 (501 × 2)"),
        ([], 1001, "at most 1000 requests"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(axes: list[str], repeat: int, words: str) -> None:
    with pytest.raises(ProblemError) as caught:
        plan_of([axis(each) for each in axes], repeat)
    assert words in caught.value.problem.sentence()


@given(st.lists(st.integers(1, 5), max_size=4), st.integers(1, 3))
def test_every_combination_comes_once(sizes: list[int], repeat: int) -> None:
    axes = tuple(Axis(f"a{place}", (f"a{place}",), tuple(range(size))) for place, size in enumerate(sizes))
    plan = SweepPlan(axes, repeat)
    cells = list(plan.cells())
    assert len(cells) == plan.size
    assert len({cell.values for cell in cells}) == plan.size
    assert sorted(cell.values for cell in cells) == [cell.values for cell in cells]
    assert all(earlier.number + 1 == later.number for earlier, later in pairwise(cells))


def test_the_text_of_an_axis_is_a_value() -> None:
    assert AxisText("a", ("1",)) == read_axis("a=1")
    assert dump_json([1]) == value_words([1])

"""Which rows are shown, and their state, for the real catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from rich.style import Style

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.findings import Finding
from chat_tui.domain.settings import SessionSettings, with_own_defaults
from chat_tui.ui.panel.row_building import UNKNOWN_TITLE, build_rows
from chat_tui.ui.panel.row_painter import Canvas, paint_row
from chat_tui.ui.panel.rows import Folding, HeadingRow, ParameterRow, Rows, Shown

CATALOGUE = load_catalogue()
EMPTY = SessionSettings("openai", "gpt-4o-mini")


def rows_of(
    settings: SessionSettings = EMPTY,
    *,
    sent: SessionSettings | None = None,
    findings: Sequence[Finding] = (),
    folding: Folding | None = None,
    text: str = "",
) -> Rows:
    shown = Shown(
        catalogue=CATALOGUE,
        provider=CATALOGUE.providers[settings.provider],
        settings=settings,
        sent=sent,
        findings=findings,
    )
    return build_rows(shown, folding or Folding(), text)


def row_of(rows: Rows, name: str) -> ParameterRow:
    found = [row for row in rows.rows if isinstance(row, ParameterRow) and row.spec.name == name]
    assert len(found) == 1, f"{len(found)} rows for {name}"
    return found[0]


def names_of(rows: Rows) -> list[str]:
    return [row.spec.name for row in rows.rows if isinstance(row, ParameterRow)]


@pytest.mark.parametrize("provider", sorted(CATALOGUE.providers))
def test_every_parameter_a_provider_knows_has_a_row(provider: str) -> None:
    settings = SessionSettings(provider, "a-model")
    everything = Folding().with_state(
        [f"group:{group.id}" for group in CATALOGUE.groups]
        + [f"group:{group.id}:rest" for group in CATALOGUE.groups]
        + [f"parameter:{name}" for name in CATALOGUE.parameters],
        opened=True,
    )
    expected = {spec.name for spec in CATALOGUE.parameters.values() if spec.settable and spec.control != "hidden"}
    names = names_of(rows_of(settings, folding=everything))
    assert len(names) == len(set(names))
    assert set(names) == expected


def test_groups_come_in_the_order_of_the_catalogue() -> None:
    titles = [row.title for row in rows_of().rows if isinstance(row, HeadingRow)]
    order = [group.title for group in sorted(CATALOGUE.groups, key=lambda group: group.order)]
    assert titles == [title for title in order if title in titles]
    assert len(titles) > 8


def test_what_the_provider_does_not_take_is_out_of_sight_until_asked_for() -> None:
    assert "top_k" not in names_of(rows_of())
    heading = next(row for row in rows_of().rows if isinstance(row, HeadingRow) and row.key == "group:sampling")
    assert heading.rest_count == 4
    opened = rows_of(folding=Folding().with_state([heading.rest_key], opened=True))
    assert row_of(opened, "top_k").reason == "not for OpenAI"


def test_what_is_set_is_in_sight_whatever_the_provider_takes() -> None:
    row = row_of(rows_of(EMPTY.set(("top_k",), 40)), "top_k")
    assert row.is_set
    assert row.reason == "not for OpenAI"


def test_members_come_out_when_their_parent_is_opened_or_they_are_set() -> None:
    assert "stream_options.include_usage" not in names_of(rows_of())
    opened = rows_of(folding=Folding().with_state(["parameter:stream_options"], opened=True))
    assert row_of(opened, "stream_options.include_usage").label == "include_usage"
    row = row_of(rows_of(with_own_defaults(EMPTY, stream_usage=True)), "stream_options.include_usage")
    assert row.depth == 1
    assert row.own


def test_our_own_usage_switch_is_not_shown_as_set_when_it_will_not_be_sent() -> None:
    settings = with_own_defaults(EMPTY, stream_usage=True).unset(("stream",))
    assert rows_of(settings).set_count == 0


def test_what_the_catalogue_does_not_know_has_a_group_of_its_own() -> None:
    rows = rows_of(EMPTY.set(("x.y",), {"z": 1}))
    heading = [row for row in rows.rows if isinstance(row, HeadingRow)][-1]
    assert (heading.title, heading.set_count) == (UNKNOWN_TITLE, 1)
    assert row_of(rows, "x.y").spec.path == ("x.y",)


def test_a_parameter_without_a_name_has_a_row_too() -> None:
    assert row_of(rows_of(EMPTY.set(("",), 1)), "").is_set


def test_changes_are_marked_against_the_last_send_and_not_before_it() -> None:
    sent = EMPTY.set(("temperature",), 0.5).set(("seed",), 1)
    now = EMPTY.set(("temperature",), 0.7).set(("n",), 1)
    assert rows_of(now).changed_count == 0
    rows = rows_of(now, sent=sent)
    assert [row_of(rows, name).was for name in ("temperature", "seed", "n")] == ["0.50", "1", "unset"]
    assert rows.changed_count == 3
    assert rows_of(sent, sent=sent).changed_count == 0


def test_true_for_one_is_a_change() -> None:
    assert rows_of(EMPTY.set(("store",), 1), sent=EMPTY.set(("store",), True)).changed_count == 1


def test_the_gravest_finding_stands_in_the_row() -> None:
    findings = [
        Finding(name="temperature", level="warn", kind="rule", text="one or the other"),
        Finding(name="temperature", level="error", kind="range", text="must be between 0 and 2"),
    ]
    rows = rows_of(EMPTY.set(("temperature",), 9), findings=findings)
    finding = row_of(rows, "temperature").finding
    assert finding is not None
    assert finding.level == "error"
    assert rows.wrong_count == 1


@pytest.mark.parametrize("name", ["metadata.a.b", "tools[0].function.name", "logit_bias.x"])
def test_a_finding_about_a_member_without_a_row_stands_in_its_parent(name: str) -> None:
    finding = Finding(name=name, level="error", kind="type", text="must be text")
    parent = name.partition(".")[0].partition("[")[0]
    assert row_of(rows_of(findings=[finding]), parent).finding is finding


def test_a_model_that_refuses_a_parameter_says_so() -> None:
    refused = row_of(rows_of(SessionSettings("openai", "openai/o3-mini")), "logprobs")
    assert refused.reason == "refused by this model"
    assert refused.because == "OpenAI o-series: logprobs is refused (documented by the vendor)."
    assert row_of(rows_of(), "logprobs").reason == ""


def test_a_filter_finds_names_titles_and_help_in_the_open() -> None:
    rows = rows_of(text="usage")
    assert "stream_options.include_usage" in names_of(rows)
    assert rows.matches == len(names_of(rows)) < rows.total
    assert names_of(rows_of(text="STREAM_OPTIONS usage"))[0].startswith("stream_options")
    assert rows_of(text="no such thing at all").rows == ()
    assert names_of(rows_of(text="   ")) == names_of(rows_of())


def test_every_group_can_be_closed() -> None:
    keys = [row.key for row in rows_of().rows if isinstance(row, HeadingRow)]
    rows = rows_of(folding=Folding().with_state(keys, opened=False))
    assert [row.key for row in rows.rows] == keys


def test_a_choice_is_offered_as_it_is_written_in_json() -> None:
    spec = replace(CATALOGUE.parameters["store"], control="select", enum=("auto", None, True, 2))
    row = ParameterRow(key="", spec=spec, label="x", depth=0, value=None)
    painted = paint_row(row, Canvas(lambda _ink, _ground: Style(), 80), current=True)
    assert "auto ‹null› true 2" in painted.text

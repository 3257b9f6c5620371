"""Thumbnails: which parts contain an image, its displayed size, and its colours per cell."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.file_references import FileReference, by_reference
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.pictures import (
    ImageSource,
    Picture,
    Rgb,
    announced_size,
    cells,
    data_of,
    fitted,
    image_source,
    rows_of,
    shown_images,
)
from tests.support.media_files import jpeg, png, wav

CODED = base64.b64encode(png(3, 2)).decode()
PART: JsonObject = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{CODED}"}}
REFERENCE = FileReference(path="/tmp/a.png", sha256="0" * 64, bytes=9, media="png 640×480", mime="image/png")
SIZES = st.integers(1, 100_000)
PIXEL = st.tuples(*[st.integers(0, 255)] * 4)


def source(part: JsonObject) -> ImageSource:
    found = image_source(part, "m1")
    assert found is not None
    return found


def painted(picture: Picture, ground: Rgb | None) -> list[list[tuple[Rgb | None, Rgb | None]]]:
    """Upper and lower half of every cell."""
    rows = []
    for row in range(picture.rows):
        rows.append([(cell.upper, cell.lower) for cell in cells(picture, row, ground) for _ in range(cell.columns)])
    return rows


@pytest.mark.parametrize(
    "part",
    [
        PART,
        {"type": "image_url", "image_url": f"data:image/png;base64,{CODED}"},
        {"type": "image_url", "image_url": {"url": f"DATA:;base64,{CODED}", "detail": "low"}},
        {"b64_json": CODED},
        by_reference(PART, REFERENCE),
    ],
)
def test_an_image_is_found_in_each_form_it_comes_in(part: JsonObject) -> None:
    found = source(part)
    assert data_of(found) in (CODED, REFERENCE)
    assert announced_size(found) in ((3, 2), (640, 480))


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/svg+xml,%3Csvg%3E"}},
        {"type": "image_url", "image_url": {"url": 3}},
        {"type": "input_audio", "input_audio": {"data": CODED, "format": "wav"}},
        by_reference({"type": "file", "file": {"filename": "a.pdf"}}, REFERENCE),
        {"type": "text", "text": "data:image/png;base64,AAAA"},
        {},
        "data:image/png;base64,AAAA",
        None,
        3,
    ],
)
def test_an_address_and_anything_else_is_no_image(part: Json) -> None:
    assert image_source(part, "m1") is None


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(7, 9), (7, 9)),
        (jpeg(640, 480), (640, 480)),
        (wav(), None),
        (b"words", None),
        (b"", None),
        (b"\x89PNG\r\n\x1a\nxxxxIHDR" + bytes(40), (4096, 3072)),
    ],
)
def test_the_size_is_that_of_the_head(data: bytes, size: tuple[int, int] | None) -> None:
    part: JsonObject = {"b64_json": base64.b64encode(data).decode() or "="}
    assert announced_size(source(part)) == size


def test_what_is_no_base64_has_no_size() -> None:
    assert announced_size(source({"b64_json": "«»"})) is None
    assert announced_size(source({"type": "image_url", "image_url": {"url": "data:;base64,%%%%"}})) is None


def test_each_line_of_a_message_has_its_image_or_none() -> None:
    parts: list[Json] = [{"type": "text", "text": "Look"}, PART, {"type": "file", "file": {}}, "odd", PART]
    first, file, odd, last = shown_images(parts, "m1")
    assert (file, odd) == (None, None)
    assert first is not None
    assert last is not None
    assert first != last
    assert {first, last} == {ImageSource("m1/0", PART), ImageSource("m1/3", PART)}


@given(SIZES, SIZES, st.integers(1, 300), st.integers(1, 100))
def test_an_image_fits_its_box_is_never_larger_than_it_is_and_keeps_its_shape(
    width: int, height: int, columns: int, rows: int
) -> None:
    wide, high = fitted(width, height, columns, rows)
    assert 1 <= wide <= min(columns, width)
    assert 1 <= high <= min(2 * rows, height)
    assert rows_of(high) <= rows
    assert wide == columns or high == 2 * rows or (wide, high) == (width, height)
    if wide > 1 and high > 1:
        assert abs(wide * height / width - high) <= 1 + height / width
        assert abs(high * width / height - wide) <= 1 + width / height


@pytest.mark.parametrize(("size", "shown"), [((1, 1), (1, 1)), ((1, 5000), (1, 24)), ((5000, 1), (32, 1))])
def test_the_longest_and_the_smallest_images_are_seen(size: tuple[int, int], shown: tuple[int, int]) -> None:
    assert fitted(*size, 32, 12) == shown


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_every_pixel_is_in_its_cell(width: int, height: int, data: st.DataObject) -> None:
    few: Sequence[tuple[int, ...]] = data.draw(st.lists(PIXEL, min_size=1, max_size=3))
    count = width * height
    colours = data.draw(st.lists(st.sampled_from(few), min_size=count, max_size=count))
    opaque = [(*colour[:3], 255) for colour in colours]
    rows = painted(Picture(width, height, bytes(value for colour in opaque for value in colour)), (1, 2, 3))
    assert len(rows) == rows_of(height)
    for place, (red, green, blue, _) in enumerate(opaque):
        row, column = divmod(place, width)
        assert rows[row // 2][column][row % 2] == (red, green, blue)
    assert all(len(row) == width for row in rows)
    assert height % 2 == 0 or all(lower is None for _, lower in rows[-1])


@given(PIXEL, st.one_of(st.none(), st.tuples(*[st.integers(0, 255)] * 3)))
def test_what_is_not_opaque_lets_the_ground_through(pixel: tuple[int, ...], ground: Rgb | None) -> None:
    [[(upper, _)]] = painted(Picture(1, 1, bytes(pixel)), ground)
    if pixel[3] == 255:
        assert upper == pixel[:3]
    elif ground is None:
        assert upper == (pixel[:3] if pixel[3] >= 128 else None)
    elif pixel[3] == 0:
        assert upper is None
    else:
        assert upper is not None
        for value, mine, behind in zip(upper, pixel, ground, strict=False):
            assert min(mine, behind) <= value <= max(mine, behind)


def test_cells_that_look_alike_are_one() -> None:
    picture = Picture(4, 2, (b"\xff\0\0\xff" * 3 + b"\0\0\xff\xff") * 2)
    assert [tuple(cell) for cell in cells(picture, 0, None)] == [
        ((255, 0, 0), (255, 0, 0), 3),
        ((0, 0, 255), (0, 0, 255), 1),
    ]

"""Decoding images in a subprocess: correct pixels, and hostile files without harm."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import os
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import PIL
import pytest
from PIL import Image

from chat_tui.domain.file_references import FileReference
from chat_tui.domain.pictures import Picture
from chat_tui.images import child
from chat_tui.images.decoding import ImageDecoder
from tests.support.media_files import gif, jpeg, png, wav, webp
from tests.support.waiting import until

RED, GREEN, BLUE, WHITE = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (255, 255, 255, 255)


@pytest.fixture
async def decoder() -> AsyncIterator[ImageDecoder]:
    made = ImageDecoder()
    yield made
    await made.aclose()


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def halves(mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED[:3])
    image.paste(BLUE[:3], (size[0] // 2, 0, *size))
    return image.convert(mode)


def pixel(picture: Picture | None, column: int, row: int) -> tuple[int, ...]:
    assert picture is not None
    at = 4 * (row * picture.width + column)
    return tuple(picture.pixels[at : at + 4])


def alike(one: tuple[int, ...], other: tuple[int, ...], by: int = 40) -> bool:
    return all(abs(mine - yours) <= by for mine, yours in zip(one, other, strict=True))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def lying_png(width: int, height: int, rows: bytes = b"\0\xff\0\0") -> bytes:
    """A head that announces what the data do not hold."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def segments(marker: int, count: int, body: bytes) -> bytes:
    """A JPEG with so many segments before its picture."""
    one = b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
    return b"\xff\xd8" + one * count + saved(halves(), "JPEG")[2:]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_each_format_that_services_take_is_shown(decoder: ImageDecoder, form: str) -> None:
    picture = await decoder.picture(coded(saved(halves(), form)), 32, 24)
    assert picture is not None
    assert (picture.width, picture.height, len(picture.pixels)) == (32, 16, 4 * 32 * 16)
    assert alike(pixel(picture, 2, 8), RED)
    assert alike(pixel(picture, 29, 8), BLUE)


@pytest.mark.parametrize(("mode", "form"), [("P", "PNG"), ("RGBA", "PNG"), ("CMYK", "JPEG"), ("P", "GIF")])
async def test_each_way_of_colour_is_shown(decoder: ImageDecoder, mode: str, form: str) -> None:
    picture = await decoder.picture(coded(saved(halves(mode), form)), 32, 24)
    assert alike(pixel(picture, 2, 8), RED)
    assert alike(pixel(picture, 29, 8), BLUE)


@pytest.mark.parametrize(
    ("image", "grey"),
    [
        (Image.new("L", (9, 9), 128), (128, 128, 128, 255)),
        (Image.new("1", (9, 9), 1), WHITE),
        (Image.new("LA", (9, 9), (128, 64)), (128, 128, 128, 64)),
        (Image.new("I;16", (9, 9), 0x8000), (128, 128, 128, 255)),
    ],
)
async def test_greys_are_shown_of_any_depth(decoder: ImageDecoder, image: Image.Image, grey: tuple[int, ...]) -> None:
    assert pixel(await decoder.picture(coded(saved(image, "PNG")), 32, 24), 4, 4) == grey


async def test_alpha_comes_along_and_does_not_darken_the_edges(decoder: ImageDecoder) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (0, 0, 33, 64))
    picture = await decoder.picture(coded(saved(image, "PNG")), 32, 24)
    assert picture is not None
    edge = [pixel(picture, column, 4) for column in range(picture.width)]
    assert edge[0] == WHITE
    assert edge[-1][3] == 0
    assert all(shade[:3] == (255, 255, 255) for shade in edge if shade[3])


async def test_a_colour_that_means_none_is_none(decoder: ImageDecoder) -> None:
    picture = await decoder.picture(coded(saved(halves(), "PNG", transparency=(255, 0, 0))), 32, 24)
    assert pixel(picture, 2, 8)[3] == 0
    assert pixel(picture, 29, 8) == BLUE


async def test_a_photograph_on_its_side_is_turned_upright(decoder: ImageDecoder) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = await decoder.picture(coded(saved(halves(size=(400, 200)), "JPEG", exif=exif.tobytes())), 32, 24)
    assert picture is not None
    assert (picture.width, picture.height) == (12, 24)
    assert alike(pixel(picture, 6, 1), RED)
    assert alike(pixel(picture, 6, 22), BLUE)


async def test_of_an_animation_the_first_frame_is_shown(decoder: ImageDecoder) -> None:
    frames = [Image.new("RGB", (20, 20), colour[:3]) for colour in (GREEN, RED, BLUE)]
    for form in ("GIF", "WEBP", "PNG"):
        data = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
        assert alike(pixel(await decoder.picture(coded(data), 32, 24), 9, 9), GREEN), form


async def test_the_smallest_and_the_longest_are_shown(decoder: ImageDecoder) -> None:
    sizes = {(1, 1): (1, 1), (1, 5000): (1, 24), (5000, 1): (32, 1)}
    for size, shown in sizes.items():
        picture = await decoder.picture(coded(saved(Image.new("RGB", size, RED[:3]), "PNG")), 32, 24)
        assert picture is not None
        assert (picture.width, picture.height) == shown
        assert pixel(picture, 0, 0) == RED


async def test_a_small_image_grows_by_a_whole_number_where_that_is_wanted(decoder: ImageDecoder) -> None:
    data = coded(png(3, 2))
    small, large = await decoder.picture(data, 32, 24), await decoder.picture(data, 32, 24, grow=True)
    assert small is not None
    assert large is not None
    assert ((small.width, small.height), (large.width, large.height)) == ((3, 2), (30, 20))
    assert large.pixels == bytes(RED) * 600


async def test_base64_as_services_write_it_is_read(decoder: ImageDecoder) -> None:
    data = saved(Image.effect_noise((60, 60), 90), "PNG")
    plain = coded(data)
    assert "+" in plain
    assert "/" in plain
    expected = await decoder.picture(plain, 32, 24)
    assert expected is not None
    for written in (plain.replace("+", "-").replace("/", "_").rstrip("="), plain[:99] + "\r\n " + plain[99:]):
        assert await decoder.picture(written, 32, 24) == expected


HOSTILE = {
    "nothing": b"",
    "words": b"not an image at all",
    "a sound": wav(),
    "a PNG that is cut off": png(300, 300)[:90],
    "a PNG with less than it announces": lying_png(2000, 2000),
    "a PNG of more pixels than memory": lying_png(60000, 60000),
    "a PNG of no size": lying_png(0, 10),
    "a PNG whose data are none": lying_png(10, 10).replace(b"IDAT", b"IDAX"),
    "a PNG with a giant text": png(3, 2)[:33]
    + chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(80_000_000)))
    + png()[33:],
    "a JPEG without a picture": jpeg(),
    "a JPEG that is cut off": saved(halves(size=(600, 600)), "JPEG")[:900],
    "a GIF without a picture": gif(),
    "a WebP with only a head": webp(),
    "a TIFF": saved(halves(), "TIFF"),
    "a BMP": saved(halves(), "BMP"),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "an image that is too large": saved(Image.new("1", (8000, 5001)), "PNG"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_image_is_not_shown_and_the_next_one_is(decoder: ImageDecoder, name: str) -> None:
    assert await decoder.picture(coded(HOSTILE[name]), 32, 24) is None
    assert await decoder.picture(coded(png()), 32, 24) is not None


async def test_a_broken_note_of_its_orientation_does_not_hide_an_image(decoder: ImageDecoder) -> None:
    data = saved(halves(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\xff\xff")
    assert alike(pixel(await decoder.picture(coded(data), 32, 24), 2, 8), RED)


async def test_what_is_no_base64_is_not_shown(decoder: ImageDecoder) -> None:
    for text in ("", "«»", "%%%%", "A", "=" * 50, "\x00\x1b]"):
        assert await decoder.picture(text, 32, 24) is None
    assert await decoder.picture(coded(png()), 32, 24) is not None


async def test_an_image_that_takes_too_long_ends_its_process_and_the_next_one_is_shown() -> None:
    decoder = ImageDecoder(longest_s=0.5)
    try:
        slow = segments(0xE1, 900_000, b"Exif\0\0" + bytes(9))
        assert await decoder.picture(coded(slow), 32, 24) is None
        assert decoder.pid is None
    finally:
        await decoder.aclose()
    decoder = ImageDecoder()
    try:
        assert await decoder.picture(coded(png()), 32, 24) is not None
    finally:
        await decoder.aclose()


@pytest.mark.skipif(not hasattr(signal, "alarm"), reason="needs alarms")
def test_a_process_that_nobody_waits_for_any_more_ends_by_itself() -> None:
    body = coded(segments(0xE1, 900_000, b"Exif\0\0" + bytes(9))).encode()
    library = str(Path(PIL.__file__).parent.parent)
    head = {"library": library, "width": 9, "height": 9, "grow": False, "seconds": 1, "bytes": len(body)}
    request = json.dumps(head).encode() + b"\n" + body
    done = subprocess.run([sys.executable, "-I", child.__file__], input=request, capture_output=True, check=False)
    assert done.returncode == -signal.SIGALRM


async def test_a_process_that_dies_costs_one_image(decoder: ImageDecoder) -> None:
    assert await decoder.picture(coded(png()), 32, 24) is not None
    assert decoder.pid is not None
    first = decoder.pid
    os.kill(first, 9)
    await decoder.picture(coded(png()), 32, 24)
    assert await decoder.picture(coded(png()), 32, 24) is not None
    assert decoder.pid != first


async def test_many_at_once_take_turns_in_one_process(decoder: ImageDecoder) -> None:
    found = await asyncio.gather(*(decoder.picture(coded(png(width, 3)), 32, 24) for width in range(1, 9)))
    assert [picture.width if picture is not None else 0 for picture in found] == [*range(1, 9)]


async def test_who_no_longer_waits_leaves_nothing_behind_for_the_next(decoder: ImageDecoder) -> None:
    waiting = asyncio.ensure_future(decoder.picture(coded(saved(halves(size=(3000, 3000)), "PNG")), 32, 24))
    await until(lambda: decoder.pid is not None, what="the process")
    waiting.cancel()
    await asyncio.wait({waiting})
    picture = await decoder.picture(coded(png(3, 2)), 32, 24)
    assert picture is not None
    assert (picture.width, picture.height) == (3, 2)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads another process's environment")
async def test_the_process_has_no_key_and_ends_with_the_decoder() -> None:
    decoder = ImageDecoder({**os.environ, "OPENAI_API_KEY": "sk-secret"})
    assert await decoder.picture(coded(png()), 32, 24) is not None
    pid = decoder.pid
    assert b"sk-secret" not in await asyncio.to_thread(Path(f"/proc/{pid}/environ").read_bytes)
    await decoder.aclose()
    assert decoder.pid is None
    assert not await asyncio.to_thread(Path(f"/proc/{pid}").exists)


async def test_an_idle_process_ends_and_is_started_again_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat_tui.images.decoding._IDLE_S", 0.0)
    decoder = ImageDecoder()
    try:
        assert await decoder.picture(coded(png()), 32, 24) is not None
        await until(lambda: decoder.pid is None, what="the end of the process")
        assert await decoder.picture(coded(png()), 32, 24) is not None
    finally:
        await decoder.aclose()


def reference(path: Path, data: bytes, *, name: str = "") -> FileReference:
    digest = hashlib.sha256(data).hexdigest()
    return FileReference(path=name or str(path), sha256=digest, bytes=len(data), media="png 3×2", mime="image/png")


async def test_a_file_that_is_as_it_was_attached_is_shown(decoder: ImageDecoder, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(png())
    named = reference(file, png())
    assert await decoder.picture(named, 32, 24) is not None
    file.write_bytes(png(4, 4))
    assert await decoder.picture(named, 32, 24) is None
    file.unlink()
    assert await decoder.picture(named, 32, 24) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
async def test_what_is_no_regular_file_is_not_waited_for(decoder: ImageDecoder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(20_000_001)
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), large):
        assert await decoder.picture(reference(path, png()), 32, 24) is None
    for name in ("//host/share/a.png", "\\\\host\\share\\a.png", "a\0b"):
        assert await decoder.picture(reference(tmp_path, png(), name=name), 32, 24) is None


async def test_without_pillow_there_is_no_picture_and_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    decoder = ImageDecoder()
    assert not decoder.available
    assert await decoder.picture(coded(png()), 32, 24) is None
    assert decoder.pid is None


def test_the_program_itself_never_loads_pillow() -> None:
    program = (
        "import sys; from chat_tui.images.decoding import ImageDecoder; assert ImageDecoder().available;"
        " assert not [name for name in sys.modules if name.partition('.')[0] == 'PIL']"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

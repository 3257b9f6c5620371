"""The process that decodes images: run as a file of its own, it answers each request with a small picture.

Self-contained on purpose (the standard library and Pillow): it is run by path with ``python -I`` and never imported
by the program, so that no image, however it was made, can crash, stall or fill the program itself. A JSON line on
standard input names a box and either a file or a number of bytes of base64 that follow; the answer is a JSON line with
``width`` and ``height``, followed by red, green, blue and alpha of each pixel, or one with ``error``. It ends when
standard input does.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import signal
import stat
import sys
from typing import Any, BinaryIO, Final

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
MOST_PIXELS: Final = 40_000_000
"""Of an image: what a screen of 8K has, and a little more."""
MOST_BYTES: Final = 20_000_000
"""Of a file."""
_MEMORY: Final = 1_500_000_000
_TURNED: Final = (5, 6, 7, 8)
"""Orientations that lie on their side."""
_ORIENTATION: Final = 0x0112
_LETTERS: Final = bytes.maketrans(b"-_", b"+/")


def main() -> None:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _bound()
    requests = sys.stdin.buffer
    while line := requests.readline():
        request = json.loads(line)
        sys.path[-1:] = [request["library"]]
        data = requests.read(request["bytes"])
        _end_in(request["seconds"])
        try:
            image = picture(_content(request, data), request)
        except MemoryError:
            told, pixels = {"error": "too much memory"}, b""
        except Exception as error:  # noqa: BLE001 - whatever the library raises is told
            told, pixels = {"error": f"{type(error).__name__}: {error}"[:300]}, b""
        else:
            told, pixels = {"width": image.width, "height": image.height}, image.tobytes()
        _end_in(0)
        answers.write(json.dumps(told).encode() + b"\n" + pixels)
        answers.flush()


def picture(data: bytes, box: dict[str, Any]) -> Any:
    """The first frame of an image, upright, in a box, with alpha.

    Args:
        data: A whole file.
        box: ``width`` and ``height`` in pixels; ``grow``: a small image becomes a whole number of times as large.

    Raises:
        Exception: Not one of the formats, broken, or too large; of any kind, as the library has it.
    """
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the bound below is stricter, and no warning
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(f"{image.width}×{image.height} pixels are too many")
        orientation = _orientation(image)
        turned = orientation in _TURNED
        width, height = _fitted(image.height if turned else image.width, image.width if turned else image.height, box)
        size = (height, width) if turned else (width, height)
        image.draft("RGB", (4 * size[0], 4 * size[1]))
        larger = size[0] >= image.width and size[1] >= image.height
        small = _plain(image).resize(size, Image.Resampling.NEAREST if larger else Image.Resampling.BOX)
        small.getexif()[_ORIENTATION] = orientation
        return ImageOps.exif_transpose(small).convert("RGBA")


def _orientation(image: Any) -> int:
    """How it is to be turned; a broken note of it counts as none."""
    with contextlib.suppress(Exception):
        return int(image.getexif().get(_ORIENTATION, 1))
    return 1


def _plain(image: Any) -> Any:
    """In a mode that can be made smaller faithfully: a palette is not, and neither is a colour that means none."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point([value >> 8 for value in range(65536)], "L")
    if image.mode in ("RGB", "RGBA", "CMYK", "L") and "transparency" not in image.info:
        return image.convert("RGB") if image.mode == "CMYK" else image
    return image.convert("RGBA")


def _fitted(width: int, height: int, box: dict[str, Any]) -> tuple[int, int]:
    share = min(box["width"] / width, box["height"] / height)
    share = float(int(share)) if share >= 1 and box["grow"] else min(share, 1.0)
    return (
        max(1, min(box["width"], round(width * share))),
        max(1, min(box["height"], round(height * share))),
    )


def _content(request: dict[str, Any], coded: bytes) -> bytes:
    """The image's file: what was sent, or what is in the file that was named, if it still is."""
    name = request.get("file")
    if name is None:
        bare = coded.translate(_LETTERS, b" \t\r\n=")
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    with open(name, "rb", opener=_unblocked) as file:
        data = _whole(file)
    if hashlib.sha256(data).hexdigest() != request["sha256"]:
        raise ValueError("the file has changed")
    return data


def _unblocked(name: str, flags: int) -> int:
    """A pipe without a writer would wait for one."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _whole(file: BinaryIO) -> bytes:
    told = os.fstat(file.fileno())
    if not stat.S_ISREG(told.st_mode) or told.st_size > MOST_BYTES:
        raise ValueError("not a regular file of that size")
    return file.read(MOST_BYTES)


def _end_in(seconds: int) -> None:
    """End this process after so many seconds, whatever it is at, also where nobody waits for it any more; 0: do not."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _bound() -> None:
    """Let this process be slow and small, and leave no image of its memory."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        os.nice(5)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()

"""Image decoding subprocess: answers each request with a scaled-down image.

Self-contained on purpose (the standard library and Pillow): it is run by path with ``python -I`` and never imported
by the program, so that no malicious image can crash, stall or exhaust the program itself. A JSON line on standard
input gives a box and either a file or the number of bytes of base64 that follow; the response is a JSON line with
``width`` and ``height``, followed by the RGBA bytes of each pixel, or a JSON line with ``error``. It exits when
standard input closes.
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
"""Maximum number of pixels of an image: slightly more than an 8K screen."""
MOST_BYTES: Final = 20_000_000
"""Maximum file size."""
_MEMORY: Final = 1_500_000_000
_TURNED: Final = (5, 6, 7, 8)
"""EXIF orientations that swap width and height."""
_ORIENTATION: Final = 0x0112
_LETTERS: Final = bytes.maketrans(b"-_", b"+/")


def main() -> None:
    """Answer requests until standard input closes."""
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
        except Exception as error:  # noqa: BLE001 - any exception of the library is reported
            told, pixels = {"error": f"{type(error).__name__}: {error}"[:300]}, b""
        else:
            told, pixels = {"width": image.width, "height": image.height}, image.tobytes()
        _end_in(0)
        answers.write(json.dumps(told).encode() + b"\n" + pixels)
        answers.flush()


def picture(data: bytes, box: dict[str, Any]) -> Any:
    """Decode the first frame of an image, upright, scaled to fit a box, with alpha.

    Args:
        data: The contents of the file.
        box: ``width`` and ``height`` in pixels; ``grow``: enlarge a small image by a whole factor.

    Raises:
        Exception: An unsupported format, a damaged or too large image; of any type that the library raises.
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
    """Return the EXIF orientation; 1 if it is missing or invalid."""
    with contextlib.suppress(Exception):
        return int(image.getexif().get(_ORIENTATION, 1))
    return 1


def _plain(image: Any) -> Any:
    """Convert to a mode that can be scaled down correctly, which palettes and transparent colours cannot."""
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
    """Return the image file's contents: the data in the request, or the named file if its checksum matches."""
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
    """Open without blocking on a pipe that has no writer."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _whole(file: BinaryIO) -> bytes:
    told = os.fstat(file.fileno())
    if not stat.S_ISREG(told.st_mode) or told.st_size > MOST_BYTES:
        raise ValueError("not a regular file of that size")
    return file.read(MOST_BYTES)


def _end_in(seconds: int) -> None:
    """Terminate this process after so many seconds, even if nobody waits for it any more; 0 cancels that."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _bound() -> None:
    """Lower this process's priority, limit its memory, and disable core dumps."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        os.nice(5)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()

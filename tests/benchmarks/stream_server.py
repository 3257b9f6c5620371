"""Streams Markdown chunks at full speed or at a fixed rate. Usage: stream_server.py CHUNKS RATE."""

from __future__ import annotations

import asyncio
import json
import sys
import time

WORDS = [
    "## Heading\n\n",
    "A paragraph ",
    "with **bold** ",
    "and `code` ",
    "in it, ",
    "long enough to wrap. ",
    "\n\n- item one\n",
    "- item two\n\n",
    "```python\n",
    "def f(x):\n",
    "    return x\n",
    "```\n\n",
    "> quoted\n\n",
    "1. first\n",
    "2. second\n\n",
]


def chunk(text: str) -> bytes:
    """One event in one HTTP chunk."""
    body = {"id": "b", "object": "chat.completion.chunk", "created": 1, "model": "bench"}
    event = b"data: " + json.dumps({**body, "choices": [{"index": 0, "delta": {"content": text}}]}).encode() + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(event), event)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chunks: int, rate: float) -> None:
    """Read one request and stream the reply; the last word is ENDMARK and the time it was sent goes to stdout."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]) if b"ontent-" in head else 0
    if b"POST" in head:
        await reader.readexactly(length)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    pieces = [chunk(WORDS[number % len(WORDS)]) for number in range(chunks)]
    begun = time.monotonic()
    for number, piece in enumerate(pieces):
        if writer.is_closing():
            return
        writer.write(piece)
        if rate:
            await asyncio.sleep(max(0.0, begun + (number + 1) / rate - time.monotonic()))
        elif number % 500 == 0:
            await writer.drain()
    writer.write(chunk("\n\nENDMARK\n"))
    done = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(done), done))
    await writer.drain()
    print(f"{time.monotonic():.6f}", flush=True)
    writer.close()


async def main(chunks: int, rate: float) -> None:
    """Serve until killed; the first line of stdout is the port."""
    server = await asyncio.start_server(lambda r, w: answer(r, w, chunks, rate), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))

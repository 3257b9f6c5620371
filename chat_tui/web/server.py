"""Serves the page, its static files and one WebSocket per tab over HTTP; every request must be admitted first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeAlias

from aiohttp import web

from chat_tui.web.admission import Admission
from chat_tui.web.tab import LEAVING_S, Tab, side

Answering: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OURS: Final = Path(__file__).with_name("page")
_FONT: Final = "RobotoMono-VariableFont_wght.ttf"
_PARTS: Final = {
    "page.css": ("", "text/css"),
    "page.js": ("", "text/javascript"),
    "xterm.css": ("static/css", "text/css"),
    "textual.js": ("static/js", "text/javascript"),
    _FONT: ("static/fonts", "font/ttf"),
    "RobotoMono-Italic-VariableFont_wght.ttf": ("static/fonts", "font/ttf"),
}
"""The static files: name to folder in the package textual-serve (empty: in this package) and media type."""
_LARGEST_PASTE: Final = 16 * 1024 * 1024
_HEARTBEAT_S: Final = 15.0
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "clipboard-read=(), camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
    "Server": "chat-tui",
}


class WebServer:
    """The HTTP server of ``chat-tui web``.

    Args:
        theirs: Folder of the package textual-serve, as returned by ``installed``.
        argv: Command line of a tab's process, run without a shell.
        environment: Environment of that process; API keys are passed in it, never in ``argv``.
        log: Called with messages for the user who runs the server.
    """

    def __init__(
        self, theirs: Path, argv: Sequence[str], environment: Mapping[str, str], log: Callable[[str], None]
    ) -> None:
        self._theirs = theirs
        self._argv = argv
        self._environment = environment
        self._log = log
        self._tabs: dict[Tab, asyncio.Task[None] | None] = {}
        self._runner: web.AppRunner | None = None
        self._admission: Admission | None = None
        self._ending = False

    async def start(self, host: str, port: int) -> str:
        """Bind and start to accept requests.

        Returns:
            The URL of the page, with the token.

        Raises:
            OSError: The address or port cannot be bound.
        """
        _silence()
        app = web.Application(middlewares=[self._admitted], client_max_size=1024)
        app.router.add_get("/{token}/", self._page)
        app.router.add_get("/{token}/ws", self._socket)
        app.router.add_get("/{token}/static/{name}", self._part)
        app.on_response_prepare.append(_head)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._admission = Admission(host, int(self._runner.addresses[0][1]))
        return self._admission.address

    async def stop(self) -> None:
        """Let every workbench save and exit, then stop the server."""
        self._ending = True
        running = [task for task in self._tabs.values() if task is not None]
        for tab in self._tabs:
            tab.hang_up()
        if running:
            await asyncio.wait(running, timeout=LEAVING_S + 1)
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def tabs(self) -> int:
        """Number of open tabs."""
        return len(self._tabs)

    @web.middleware
    async def _admitted(self, request: web.Request, handler: Answering) -> web.StreamResponse:
        """Refuse requests that are not admitted, on any path; report an internal error by its type alone."""
        path = request.path.split("/")
        if self._admission is None or self._ending:
            return web.Response(status=503, text="The server is shutting down.\n")
        reason = self._admission.refusal(
            host=request.headers.get("Host", ""),
            origin=request.headers.get("Origin"),
            token=path[1],
            needs_origin=path[2:] == ["ws"] or request.method not in ("GET", "HEAD"),
        )
        if reason or len(request.headers.getall("Host", [])) != 1:
            return web.Response(status=403, text=f"{reason or 'The request must have exactly one Host header.'}\n")
        try:
            return await handler(request)
        except web.HTTPException as error:
            return web.Response(status=error.status, text=f"{error.reason}\n")
        except Exception as error:  # noqa: BLE001 - last resort: neither the page nor the log gets a traceback
            self._log(f"internal error in chat-tui while answering a browser: {type(error).__name__}")
            return web.Response(status=500, text="Internal error in chat-tui.\n")

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.Response(body=(_OURS / "page.html").read_bytes(), content_type="text/html", charset="utf-8")

    async def _part(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in _PARTS:
            raise web.HTTPNotFound
        folder, kind = _PARTS[name]
        content = (self._theirs / folder / name if folder else _OURS / name).read_bytes()
        return web.Response(body=content, content_type=kind, headers={"Cache-Control": "private, max-age=3600"})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_S, max_msg_size=_LARGEST_PASTE, timeout=1.0)
        await socket.prepare(request)
        tab = Tab(socket, self._argv, self._environment, self._log)
        self._tabs[tab] = asyncio.current_task()
        try:
            await tab.run(side(request.query.get("width"), 80), side(request.query.get("height"), 24))
        finally:
            del self._tabs[tab]
        return socket


def installed() -> Path | None:
    """Return the folder of the package textual-serve, which has the page's terminal emulator; None if not installed."""
    spec = find_spec("textual_serve")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


async def _head(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        if name == "Server":
            response.headers[name] = value
        else:
            response.headers.setdefault(name, value)


def _silence() -> None:
    """Silence aiohttp's logger: it would log URLs with the token, and tracebacks."""
    log = logging.getLogger("aiohttp")
    log.addHandler(logging.NullHandler())
    log.propagate = False

"""Converts transport exceptions to problems: no connection, TLS, timeouts, broken streams."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chat_tui.domain.problems import Problem
from chat_tui.net.addresses import Address
from chat_tui.net.proxies import ProxyChoice

_CERTIFICATE_FAULTS: Final = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate chain ends in a self-signed certificate",
    20: "its certificate is not signed by a trusted authority",
    21: "its certificate is not signed by a trusted authority",
    62: "its certificate is for another host name",
    64: "its certificate is for another address",
}
"""Explanations by OpenSSL verification code."""


@dataclass(frozen=True, slots=True)
class Route:
    """The address a request is sent to, and its proxy."""

    address: Address
    proxy: ProxyChoice | None = None

    def through(self) -> str:
        """Return `` through the proxy …``, or an empty string."""
        return f" through {self.proxy.shown}" if self.proxy else ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A request without a response."""

    problem: Problem
    repeatable: bool
    """Whether a retry may succeed."""


def no_answer(error: Exception, route: Route, *, connect_timeout_s: float) -> NoAnswer:
    """Explain an exception that the transport raised before any response."""
    causes = list(_causes(error))
    return (
        _tls_fault(causes, route)
        or _connect_fault(error, causes, route, connect_timeout_s)
        or _protocol_fault(error, causes, route)
    )


def broken_stream(error: Exception, route: Route) -> Problem:
    """Return the problem of a response that broke off."""
    reset = any(isinstance(cause, ConnectionResetError) for cause in _causes(error))
    garbled = _is_h11(error) and "peer closed" not in str(error)
    why = (
        "the connection was reset"
        if reset
        else "what arrived is not HTTP"
        if garbled
        else "the connection was closed too early"
    )
    return Problem(
        kind="stream",
        what=f"The response from {route.address.place} was cut off{route.through()}",
        why=why,
        hint="What arrived is saved; send again for a complete reply.",
    )


def silent(route: Route, seconds: float) -> Problem:
    """Return the problem of a missing first byte."""
    return Problem(
        kind="timeout",
        what=f"No response from {route.address.place} within {seconds:g} s{route.through()}",
        hint="To wait longer, increase first_byte_timeout_s in the configuration.",
    )


def stalled(route: Route, seconds: float) -> Problem:
    """Return the problem of a response that stopped arriving."""
    return Problem(
        kind="timeout",
        what=f"No data from {route.address.place} for {seconds:g} s{route.through()}",
        hint="What arrived is saved. To wait longer, increase idle_timeout_s in the configuration.",
    )


def _tls_fault(causes: list[BaseException], route: Route) -> NoAnswer | None:
    place = route.address.place
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = _CERTIFICATE_FAULTS.get(cause.verify_code, cause.verify_message)
            hint = "If you trust its authority, set ca_file of this provider to the authority's certificate file."
            problem = Problem(kind="tls", what=f"{place} cannot be trusted{route.through()}", why=why, hint=hint)
            return NoAnswer(problem, repeatable=False)
        if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            why, hint = "it closed the connection during the TLS handshake", "Check the port, and https:// in base_url."
            problem = Problem(kind="tls", what=f"No TLS connection to {place}{route.through()}", why=why, hint=hint)
            return NoAnswer(problem, repeatable=True)
        if isinstance(cause, ssl.SSLError):
            plain = cause.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
            why = "it does not speak TLS" if plain else (cause.reason or "the handshake failed").replace("_", " ")
            hint = "Try http:// instead of https://, or another port." if plain else ""
            problem = Problem(kind="tls", what=f"No TLS connection to {place}{route.through()}", why=why, hint=hint)
            return NoAnswer(problem, repeatable=False)
    return None


def _connect_fault(
    error: Exception, causes: list[BaseException], route: Route, connect_timeout_s: float
) -> NoAnswer | None:
    import httpx

    what = f"No connection to {route.address.exact_place}{route.through()}"
    hint = "Check the proxy variables of the environment." if route.proxy else "Is the server running?"
    if isinstance(error, httpx.ProxyError):
        why = f"the proxy answered: {error}"
        return NoAnswer(Problem(kind="connect", what=what, why=why, hint=hint), repeatable=False)
    if isinstance(error, httpx.ConnectTimeout):
        what = f"{what} within {connect_timeout_s:g} s"
        return NoAnswer(Problem(kind="timeout", what=what, hint=hint), repeatable=True)
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            host = "of the proxy" if route.proxy else route.address.host
            why = f"the host name {host} cannot be resolved"
            hint = hint if route.proxy else "Check base_url and the network connection."
            problem = Problem(kind="connect", what=what, why=why, hint=hint)
            return NoAnswer(problem, repeatable=cause.errno == socket.EAI_AGAIN)
        if isinstance(cause, ConnectionRefusedError):
            return NoAnswer(Problem(kind="connect", what=what, why="connection refused", hint=hint), repeatable=True)
    if isinstance(error, httpx.ConnectError):
        words = next((c.strerror for c in causes if isinstance(c, OSError) and c.strerror), "")
        return NoAnswer(Problem(kind="connect", what=what, why=words.lower(), hint=hint), repeatable=True)
    return None


def _protocol_fault(error: Exception, causes: list[BaseException], route: Route) -> NoAnswer:
    import httpx

    place = f"{route.address.place}{route.through()}"
    if isinstance(error, httpx.RemoteProtocolError) and _is_h11(error):
        large = any(getattr(cause, "error_status_hint", None) == 431 for cause in causes)
        what = f"{place} sent headers that are too large" if large else f"{place} does not speak HTTP"
        hint = "" if large else "Check the port, and http:// or https:// in base_url."
        return NoAnswer(Problem(kind="protocol", what=what, hint=hint), repeatable=False)
    if isinstance(error, httpx.TimeoutException):
        problem = Problem(kind="timeout", what=f"{place} did not accept the request in time")
        return NoAnswer(problem, repeatable=True)
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | OSError):
        reset = any(isinstance(cause, ConnectionResetError) for cause in causes)
        problem = Problem(
            kind="connect",
            what=f"{place} sent no response",
            why="it reset the connection" if reset else "it closed the connection",
            hint="Send again; if it keeps failing, check the server's log.",
        )
        return NoAnswer(problem, repeatable=True)
    problem = Problem(kind="internal", what=f"The request to {place} could not be sent", why=type(error).__name__)
    return NoAnswer(problem, repeatable=False)


def _is_h11(error: Exception) -> bool:
    return any(type(cause).__module__.startswith("h11") for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception and everything behind it: causes, contexts, arguments and group members."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        here = waiting.pop()
        if not isinstance(here, BaseException) or id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        waiting += [here.__context__, here.__cause__, *here.args]
        if isinstance(here, BaseExceptionGroup):
            waiting += here.exceptions

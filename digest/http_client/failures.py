"""What went wrong with a request, in words without path, query or secret."""

from __future__ import annotations

import http.client
import re
import ssl

from urllib3.exceptions import HTTPError

from digest.errors import FetchError
from digest.http_client.connections import AnswerTooLong, Bounds, NoConnection
from digest.http_client.unpacking import NotWhole

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
_PROXY_AGAIN = frozenset({"408", "429", "500", "502", "503", "504"})


def as_fetch_error(error: Exception, host: str, bounds: Bounds) -> FetchError:
    """Return the `FetchError` for an exception of a request to ``host``."""
    if isinstance(error, FetchError):
        return error
    while isinstance(error, HTTPError) and isinstance(error.__cause__, Exception):
        error = error.__cause__  # urllib3 wraps what others raise
    reason, again = _reason(error, bounds)
    return FetchError(f"{host}: {reason}", again=again)


def _reason(error: Exception, bounds: Bounds) -> tuple[str, bool]:
    """Return the reason, and whether the same request may succeed in a moment."""
    if isinstance(error, TimeoutError):
        return _timeout(error, bounds), True
    if isinstance(error, AnswerTooLong):
        return f"the answer is longer than {bounds.most_bytes >> 20} MiB", False
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not verify: {error.verify_message}", False
    if isinstance(error, ssl.SSLError):
        return "the encrypted connection failed", True
    if isinstance(error, http.client.IncompleteRead | NotWhole):
        return "the answer is cut or damaged", True
    if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return "closed the connection without a whole answer", True
    if isinstance(error, http.client.HTTPException | HTTPError | ValueError):
        return "the answer is not valid HTTP", False
    if tunnel := _TUNNEL.match(str(error)):
        return f"the proxy answered {tunnel[1]}", tunnel[1] in _PROXY_AGAIN
    # Messages of other errors than the system's may quote the address.
    message = error.strerror if isinstance(error, OSError) else None
    return message or type(error).__name__, isinstance(error, OSError)


def _timeout(error: TimeoutError, bounds: Bounds) -> str:
    if bounds.deadline.is_over:
        return f"no answer within {bounds.deadline.seconds:g} s"
    if isinstance(error, NoConnection):
        return f"no connection within {bounds.connect:g} s"
    return f"silent for {bounds.silence:g} s"

"""The listeners of a working folder: the public one, and the private one of its operators."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from digest.errors import Busy, WebError
from digest.operations.subscribers.public_folder import require_private_folder
from digest.storage import lock
from digest.web import metrics
from digest.web.app import App
from digest.web.context import WebContext
from digest.web.routes import ROUTES
from digest.web.server import Listener
from digest.web.static_files import StaticFiles

LOCK = "web.lock"  # in the state folder: held by the process that answers for it
_PUBLIC, _PRIVATE = (8, 500), (2, 50)  # threads and connections of a listener

Addresses = list[tuple[str, int]]


@contextmanager
def answering(context: WebContext) -> Iterator[tuple[Addresses, Addresses]]:
    """Answer requests during the block; gives the addresses of the public and private listener.

    Raises `WebError` if another process answers for this folder, which it names, or an address
    cannot be listened to, and `SettingsError` for a template that cannot be used.
    """
    web = context.settings.web
    context.pages.check()
    if context.settings.takes_subscriptions:
        require_private_folder(Path(context.settings.root))
        _ = context.secret  # made now: to look at a form changes nothing
    with ExitStack() as stack:
        stack.enter_context(_hold(context.settings.state_folder / LOCK, web.listen or ""))
        public = _listener(context, web.listen or "", is_private=False)
        private = _listener(context, web.private, is_private=True) if web.private else None
        if private is not None:
            metrics.install(context)
        stack.enter_context(public)
        if private is not None:
            stack.enter_context(private)
        yield public.addresses, private.addresses if private else []


def _listener(context: WebContext, address: str, *, is_private: bool) -> Listener:
    routes = [route for route in ROUTES if is_private or route.kind != "operator"]
    files = StaticFiles(context.output, context.pages, is_private=is_private)
    app = App(context, routes, files, hosts=_hosts(context, address))
    threads, connections = _PRIVATE if is_private else _PUBLIC
    try:
        return Listener(address, app, threads=threads, connections=connections)
    except OSError as error:
        raise WebError(f"{address} cannot be listened to: {error.strerror or error}") from error


def _hosts(context: WebContext, address: str) -> frozenset[str]:
    """Return the names under which this listener may be asked; addresses always may."""
    settings = context.settings
    known = (settings.web_url, settings.site.url, f"//{address}")
    return frozenset({urlsplit(each).hostname or "" for each in known} | {"localhost"})


@contextmanager
def _hold(path: Path, address: str) -> Iterator[None]:
    """Hold the lock of the web side, and write into it who does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with lock.hold_file(path, 0.0):
            path.write_text(f"process {os.getpid()} at {address}\n", "ascii")
            yield
    except Busy as busy:
        holder = path.read_text("ascii", "replace").strip() or "another process"
        raise WebError(f"{path}: {holder} answers for this folder already") from busy

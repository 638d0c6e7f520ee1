"""The listeners of a working folder: the public one, and the private one of its operators."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from digest.errors import Busy, WebError
from digest.operations.subscribers.public_folder import require_private_folder
from digest.storage import lock
from digest.web import hosts, metrics
from digest.web.app import App
from digest.web.context import WebContext
from digest.web.files.static_files import StaticFiles
from digest.web.route import WebRoute
from digest.web.routes import ROUTES
from digest.web.server import Listener, Patience

LOCK = "web.lock"  # in the state folder: held by the process that answers for it
# Together well below the 1024 files that a process may open on most machines.
_PUBLIC, _PRIVATE = Patience(threads=8, connections=500), Patience(threads=2, connections=50)

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
        stack.callback(public.close)
        private = _listener(context, web.private, is_private=True) if web.private else None
        if private is not None:
            metrics.install(context)
        stack.enter_context(public)
        if private is not None:
            stack.enter_context(private)
        yield public.addresses, private.addresses if private else []


def routes_of(*, is_private: bool) -> list[WebRoute]:
    """Return the routes of a listener: the private one has all, and its own before others."""
    own = [route for route in ROUTES if is_private and route.kind == "operator"]
    paths = {route.path for route in own}
    others = [route for route in ROUTES if route.kind != "operator" and route.path not in paths]
    return [*own, *others]


def _listener(context: WebContext, address: str, *, is_private: bool) -> Listener:
    site = context.settings.announced_site
    files = StaticFiles(context.output, context.pages, site, is_private=is_private)
    known_hosts = hosts.known_hosts(context.settings, address)
    app = App(context, routes_of(is_private=is_private), files, known_hosts=known_hosts)
    try:
        return Listener(address, app, _PRIVATE if is_private else _PUBLIC)
    except OSError as error:
        raise WebError(f"{address} cannot be listened to: {error.strerror or error}") from error
    except ValueError as error:
        raise WebError(f"{address} cannot be listened to: no address of this machine") from error


@contextmanager
def _hold(path: Path, address: str) -> Iterator[None]:
    """Hold the lock of the web side, and write into it who does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with lock.hold_file(path, 0.0):
            path.write_text(f"process {os.getpid()} at {address}\n", "utf-8")
            yield
    except Busy as busy:
        holder = path.read_text("utf-8", "replace").strip() or "another process"
        raise WebError(f"{path}: {holder} answers for this folder already") from busy

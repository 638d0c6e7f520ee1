"""Listen for requests with waitress, in threads, until stopped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Self

from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from digest.web.app import LARGEST_BODY, App
from digest.web.context import WebContext
from digest.web.routes import ROUTES

THREADS = 8


class WebServer:
    """Answers requests during a ``with`` block, by the listeners of the settings.

    Raises `OSError` at the start if a port cannot be used.
    """

    def __init__(self, context: WebContext) -> None:
        web = context.settings.web
        public = [route for route in ROUTES if route.kind != "operator"]
        self._servers = [self._listen(web.listen or "", App(context, public, None))]
        if web.private:
            self._servers.append(self._listen(web.private, App(context, ROUTES, None)))
        self._threads: Sequence[threading.Thread] = ()

    def _listen(self, address: str, app: App) -> MultiSocketServer | BaseWSGIServer:
        return create_server(
            app, listen=address, threads=THREADS, ident=None, max_request_body_size=LARGEST_BODY
        )

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=one.run, daemon=True) for one in self._servers]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._servers:
            one.close()

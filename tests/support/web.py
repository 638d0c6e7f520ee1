"""A working folder whose web side answers in this process, and a client for it."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from digest import settings as settings_files
from digest.model.settings import Settings
from digest.web.app import App
from digest.web.context import WebContext
from digest.web.files.static_files import StaticFiles
from digest.web.hosts import known_hosts
from digest.web.listeners import answering
from digest.web.route import WebRoute
from digest.web.server import Listener, Patience
from tests.support.folders import MINUTE, Folder

NOW = datetime.fromisoformat("2026-11-20T08:00:00+00:00")
WEB = """
[site]
title = "Harbour Papers"
url = "http://localhost:8000/"
[web]
listen = "127.0.0.1:0"
private = "localhost:0"
"""
MAIL = """
[mail]
server = "smtp://localhost:1"
security = "none"
from = "Papers <papers@example.org>"
[[edition]]
mail = true
"""
FORM = "application/x-www-form-urlencoded"


class WebAnswer(NamedTuple):
    """An answer: its status, its header lines by lower-case name, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class WebFolder:
    """A working folder that is served. Requests come as from a page of its own by default.

    ``log`` has the facts of each logged step; ``moment`` is the present moment, and may be set.
    """

    def __init__(self, folder: Folder) -> None:
        self.folder, self.moment = folder, NOW
        self.log: list[tuple[str, dict[str, object]]] = []
        self.settings: Settings = settings_files.load(folder.root)
        self.context = WebContext(self.settings, lambda _: self.moment, self._log)
        self.public = self.private = ("", 0)

    def _log(self, step: str, /, *, level: str = "info", **facts: object) -> None:
        self.log.append((step, {"level": level, **facts}))

    def ask(
        self, path: str, method: str = "GET", body: bytes = b"", /, **headers: str
    ) -> WebAnswer:
        """Send one request on a connection of its own; ``_`` in a name stands for ``-``."""
        return _send(self.public, path, method, body, headers)

    def ask_privately(self, path: str, method: str = "GET", /, **headers: str) -> WebAnswer:
        """Send one request to the private listener."""
        return _send(self.private, path, method, b"", headers)

    def post(self, path: str, fields: Mapping[str, object], **headers: str) -> WebAnswer:
        """Send a form as a browser does from one of our own pages; lists are several fields."""
        body = urlencode(fields, doseq=True).encode()
        own = {"Content_Type": FORM, "Sec_Fetch_Site": "same-origin"}
        return self.ask(path, "POST", body, **(own | headers))


def _send(
    where: tuple[str, int], path: str, method: str, body: bytes, headers: Mapping[str, str]
) -> WebAnswer:
    connection = http.client.HTTPConnection(*where, timeout=MINUTE)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        lines = {name.lower(): value for name, value in answer.getheaders()}
        return WebAnswer(answer.status, lines, answer.read())
    finally:
        connection.close()


@contextmanager
def web_folder(folder: Folder, configuration: str = WEB) -> Iterator[WebFolder]:
    """Serve a folder for the block."""
    folder.configure(configuration)
    web = WebFolder(folder)
    with answering(web.context) as (public, private):
        web.public = public[0]
        web.private = private[0] if private else ("", 0)
        yield web


@contextmanager
def listening(
    web: WebFolder, patience: Patience, routes: Sequence[WebRoute] = ()
) -> Iterator[WebFolder]:
    """Serve the files of a folder and routes of the test for the block, by one listener."""
    address = "127.0.0.1:0"
    files = StaticFiles(web.context.output, web.context.pages, web.settings.site, is_private=False)
    app = App(web.context, routes, files, known_hosts=known_hosts(web.settings, address))
    with Listener(address, app, patience) as listener:
        web.public = listener.addresses[0]
        yield web


def send_raw(web: WebFolder, *parts: bytes, seconds: float = MINUTE) -> bytes:
    """Send bytes to the public listener as they are; return all it sends until it closes."""
    with socket.create_connection(web.public, timeout=seconds) as connection:
        for part in parts:
            connection.sendall(part)
        return b"".join(iter(lambda: connection.recv(65536), b""))

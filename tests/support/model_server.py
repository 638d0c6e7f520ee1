"""A server on the loopback interface that is a language model behind OpenAI's chat completions.

It answers each request by a function of the question, which may misbehave in every way.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

from tests.support.feed_server import NamelessServer

MODEL = "invented-model:8b"
KEY = "sk-invented-3f9c1d7e"
PLACE = "/v1/chat/completions"


class Asked(NamedTuple):
    """A request: its headers in lower case, its body, and the paper it is about."""

    headers: dict[str, str]
    body: dict[str, Any]
    title: str
    abstract: str

    @property
    def form(self) -> str:
        """The type of the form that is asked for, or "text"."""
        return str(self.body.get("response_format", {"type": "text"})["type"])


class Says(NamedTuple):
    """An answer: status, body and headers. ``pause`` seconds lie before it."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    pause: float = 0.0


class Cut(NamedTuple):
    """The connection is closed after these bytes, of which each is sent after a pause."""

    body: bytes = b""
    pause: float = 0.0


Answerer = Callable[[Asked], "Says | Cut"]


def content(text: object, *, usage: int | None = 500, finish: str = "stop", **more: Any) -> Says:
    """Answer with a message of this content."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **more}}
    answer: dict[str, Any] = {"object": "chat.completion", "choices": [choice]}
    choice["finish_reason"] = finish
    if usage is not None:
        answer["usage"] = {"prompt_tokens": usage - 50, "completion_tokens": 50}
        answer["usage"]["total_tokens"] = usage
    return Says(body=json.dumps(answer).encode())


def sentence(asked: Asked) -> str:
    """Return the summary that a good model writes of an invented paper."""
    name = asked.title.partition(":")[0]
    words = " ".join(asked.abstract.split()[4:8])
    return f"{name} shows how {words} behave together, and with fewer errors than before."


def good(asked: Asked) -> Says:
    """Answer as it was asked."""
    return content(json.dumps({"summary": sentence(asked)}))


class ModelServer:
    """Answers by ``answer``. ``asked`` are the requests so far, ``most`` those at one time."""

    def __init__(self, answer: Answerer = good) -> None:
        self.answer, self.asked, self.stopped = answer, list[Asked](), threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                paper = json.loads(body["messages"][1]["content"])
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(headers, body, paper["title"], paper["abstract"])
                server.asked.append(asked)
                if self.path != PLACE:
                    self._say(Says(404))
                    return
                said = server.answer(asked)
                try:
                    self._cut(said) if isinstance(said, Cut) else self._say(said)
                except OSError:  # whoever asked is gone
                    self.close_connection = True

            def _say(self, said: Says) -> None:
                if server.stopped.wait(said.pause):
                    return
                self.send_response(said.status)
                for name, value in (*said.headers, ("Content-Length", str(len(said.body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)

            def _cut(self, said: Cut) -> None:
                for place in range(len(said.body)):
                    if server.stopped.wait(said.pause):
                        break
                    self.wfile.write(said.body[place : place + 1])
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

            def log_message(self, *_: object) -> None:
                """Write no log."""

        self._server = NamelessServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """The base address of the endpoint."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def titles(self) -> list[str]:
        """The title of the paper of each request."""
        return [asked.title for asked in self.asked]

    def table(self, more: str = "") -> str:
        """Return the table of a configuration that asks this server."""
        return f'[summary]\nurl = "{self.url}"\nmodel = "{MODEL}"\n{more}\n'

    def start(self) -> None:
        """Start to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and let go whoever still waits."""
        self.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def model_server(answer: Answerer = good) -> Iterator[ModelServer]:
    """Run a model during the block."""
    server = ModelServer(answer)
    server.start()
    try:
        yield server
    finally:
        server.stop()

"""A working folder that is a WebSub hub, and what it does in the background, step by step."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from digest.operations.hub.poster import HubPoster
from digest.operations.hub.verifier import Verifier
from tests.support.folders import Folder, page
from tests.support.hub_subscriber import HubSubscriber
from tests.support.web import WEB, WebAnswer, WebFolder, web_folder

SITE = "http://localhost:8000/"
FEED = f"{SITE}feed.xml"
HUB = WEB + "hub = true\n[fetch]\nprivate = ['127.0.0.1']\n"
FIRST_DAY = 19  # of November, the day of the first issue


class HubFolder:
    """A served folder that is a hub, with an issue of the 19 November."""

    def __init__(self, web: WebFolder) -> None:
        self.web, self.folder, self.settings = web, web.folder, web.settings

    def subscribe(
        self, subscriber: HubSubscriber, path: str = "/callback", **fields: str
    ) -> WebAnswer:
        """Send a request to the hub; its fields are given without the ``hub.`` of their names."""
        values = {"mode": "subscribe", "topic": FEED, "callback": subscriber.url(path)} | fields
        return self.web.post("/hub", {f"hub.{name}": value for name, value in values.items()})

    def verify(self) -> float:
        """Ask callbacks, as the thread in the background does."""
        verifier = Verifier(self.settings, lambda: self.web.moment, self.web.context.log)
        return verifier(threading.Event())

    def send(self) -> float:
        """Send feeds, as the thread in the background does."""
        poster = HubPoster(self.settings, lambda: self.web.moment, self.web.context.log)
        return poster(threading.Event())

    def publish(self, day: int) -> None:
        """Publish an issue of a day in November at 8:30, and send what follows from it."""
        first = (day - FIRST_DAY) * 20
        self.folder.drop(f"{day}.txt", page(f"2026-11-{day}", range(first, first + 12)))
        self.run(f"2026-11-{day}T08:30")

    def run(self, moment: str, *words: str) -> None:
        """Do a run at a moment, or another command and then a run, and send what follows."""
        if words:
            assert 0 == self.folder.digest(*words, now=moment).status
        self.folder.digest("run", now=moment)
        self.web.moment = datetime.fromisoformat(f"{moment}:00+00:00")
        self.send()


def make_issued(folder: Folder) -> Folder:
    """Publish an issue of the 19 November in a folder that is a hub, and return it."""
    folder.configure(HUB)
    folder.drop("a.txt", page(f"2026-11-{FIRST_DAY}", range(12)))
    folder.run(f"2026-11-{FIRST_DAY}T08:00")
    return folder


@contextmanager
def hub_folder(folder: Folder, configuration: str = HUB) -> Iterator[HubFolder]:
    """Serve a folder of `make_issued` for the block."""
    with web_folder(folder, configuration) as web:
        yield HubFolder(web)

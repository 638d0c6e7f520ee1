"""Kill the web side at every step of a POST, or of the sending of a letter, in turn.

    python -m tests.support.web_kill_driver FOLDER SCRATCH OPERATION FIRST STRIDE

For each step n = FIRST, FIRST + STRIDE, ...: a copy of the working folder FOLDER in SCRATCH/n, and
a forked process that does OPERATION there and is ended by SIGKILL before its n-th step. Prints a
line of JSON for each, waits for a line of the caller, so that a server in between has to do with
one at a time, and ends after the first process that ends before its step. Steps are those
of `fault_driver`, every sync and every SQL statement that writes among them, and what is said to
the mail server, or to a subscriber of the hub.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import Client

from digest import settings as settings_files
from digest.delivery.smtp.session import Session
from digest.http_client.client import Client as HttpClient
from digest.model.letters import LetterKind
from digest.operations.hub.poster import HubPoster
from digest.operations.hub.verifier import Verifier
from digest.operations.mail.letters import LetterWriter
from digest.pipeline.progress import no_log
from digest.storage.people import database
from digest.web.app import App
from digest.web.context import WebContext
from digest.web.routes import ROUTES
from digest.web.unsubscribe import undo_mark
from tests.support.fault_driver import MOST, Steps
from tests.support.people import address
from tests.support.web import NOW

ACTIVE, WAITS, LEFT = 1, 2, 3  # the people of the folder, by number
_OWN = {"Sec-Fetch-Site": "same-origin"}


def _post(root: Path, path: str, fields: dict[str, str]) -> None:
    settings = settings_files.load(root)
    context = WebContext(settings, lambda _: NOW, no_log)
    client = Client(App(context, ROUTES, _no_files, known_hosts=frozenset({"localhost"})))
    answer = client.post(path, data=fields, headers=_OWN)
    assert answer.status_code in {200, 202}, (answer.status_code, answer.text)


def _no_files(_: object) -> Any:
    raise AssertionError


def _token(root: Path, number: int) -> str:
    with database.opened(root / "state") as people:
        person = people.subscribers.find(address(number))
        assert person
        return person.token


def subscribe(root: Path) -> None:
    """Ask for a new address."""
    _post(root, "/subscribe", {"address": "new@example.org", "topics": "agents"})


def come_back(root: Path) -> None:
    """Ask for the address of who left."""
    _post(root, "/subscribe", {"address": address(LEFT), "topics": "agents"})


def ask_again(root: Path) -> None:
    """Ask for the address of who has not confirmed yet, with another wish."""
    _post(root, "/subscribe", {"address": address(WAITS), "topics": "agents"})


def welcome(root: Path) -> None:
    """Order the newest issue."""
    _post(root, f"/welcome/{_token(root, ACTIVE)}", {})


def confirm(root: Path) -> None:
    """Press the button of the confirmation page."""
    _post(root, f"/confirm/{_token(root, WAITS)}", {})


def save(root: Path) -> None:
    """Save preferences."""
    _post(root, f"/preferences/{_token(root, ACTIVE)}", {"topics": "agents", "most": "7"})


def ask_address(root: Path) -> None:
    """Ask for another address."""
    _post(root, f"/preferences/{_token(root, ACTIVE)}/address", {"address": "new@example.org"})


def move(root: Path) -> None:
    """Confirm another address."""
    with database.opened(root / "state") as people:
        change = people.address_changes.find(WAITS)
    if change is not None:
        _post(root, f"/address/{change.token}", {})


def leave(root: Path) -> None:
    """Leave by one click."""
    one_click = {"List-Unsubscribe": "One-Click"}
    _post(root, f"/unsubscribe/{_token(root, ACTIVE)}", one_click)


def undo(root: Path) -> None:
    """Take back that one left."""
    settings = settings_files.load(root)
    context = WebContext(settings, lambda _: NOW, no_log)
    with context.people() as people:
        left = people.subscribers.get(LEFT)
    _post(root, f"/unsubscribe/{left.token}/undo", {"undo": undo_mark(context, left)})


def withdraw(root: Path) -> None:
    """Unsubscribe who has asked only."""
    with database.opened(root / "state") as people:
        person = people.subscribers.find(address(WAITS))
    if person is not None:
        _post(root, f"/unsubscribe/{person.token}", {})


def say_why(root: Path) -> None:
    """Give a reason."""
    _post(root, f"/unsubscribe/{_token(root, LEFT)}/reason", {"reason": "many", "words": "x"})


def forget(root: Path) -> None:
    """Delete everything."""
    with database.opened(root / "state") as people:
        person = people.subscribers.find(address(ACTIVE))
    if person is not None:
        _post(root, f"/preferences/{person.token}/delete", {})


def send_letter(root: Path) -> None:
    """Send the letter that waits."""
    writer = LetterWriter(settings_files.load(root), lambda: NOW, no_log)
    writer(threading.Event())


def ask_hub(root: Path) -> None:
    """Ask the hub for a feed, for the callback that is written in the folder."""
    feed = f"{settings_files.load(root).site.url}feed.xml"
    fields = {"mode": "subscribe", "topic": feed, "callback": (root / CALLBACK).read_text("utf-8")}
    _post(root, "/hub", {f"hub.{name}": value for name, value in fields.items()})


def verify(root: Path, minutes: int = 0) -> None:
    """Ask the callback whether that was meant."""
    moment = NOW + timedelta(minutes=minutes)
    Verifier(settings_files.load(root), lambda: moment, no_log)(threading.Event())


def send_feed(root: Path, minutes: int = 0) -> None:
    """Send the feed that was ordered."""
    moment = NOW + timedelta(minutes=minutes)
    HubPoster(settings_files.load(root), lambda: moment, no_log)(threading.Event())


HUB: dict[str, Callable[[Path], None]] = {
    operation.__name__: operation for operation in (ask_hub, verify, send_feed)
}
CALLBACK = "callback"  # the file in the folder with the address of a subscriber
OPERATIONS: dict[str, Callable[[Path], None]] = {
    operation.__name__: operation
    for operation in (
        subscribe, come_back, ask_again, confirm, welcome, save, ask_address, move, leave, undo,
        withdraw, say_why, forget, send_letter,
    )
}  # fmt: skip
LETTER: LetterKind = "confirm"


def _in_child(root: Path, operation: Callable[[Path], None], steps: Steps) -> int:
    child = os.fork()
    if not child:
        status = 70  # of an unexpected error
        try:
            steps.watch(deep=True)
            for kind, name in ((Session, "send"), (Session, "read_reply"), (HttpClient, "post")):
                setattr(kind, name, _counted(getattr(kind, name), steps.step))
            operation(root)
            status = 0
        except Exception:  # noqa: BLE001 - the parent reports it
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _counted(method: Callable[..., Any], step: Callable[[str], None]) -> Callable[..., Any]:
    def counted(*arguments: Any) -> Any:
        step("before the server")
        result = method(*arguments)
        step("after the server")
        return result

    return counted


def main() -> None:
    """Kill at step after step until a process ends before its step."""
    folder, scratch, name, first, stride = sys.argv[1:]
    for number in range(int(first), MOST, int(stride)):
        copy, log = Path(scratch, str(number)), Path(scratch, f"{number}.step")
        shutil.copytree(folder, copy)
        status = _in_child(copy, (OPERATIONS | HUB)[name], Steps(copy, number, log))
        step = log.read_text("utf-8") if log.exists() else ""
        sys.stdout.write(json.dumps({"number": number, "status": status, "step": step}) + "\n")
        sys.stdout.flush()
        if status >= 0:
            return
        sys.stdin.readline()


if __name__ == "__main__":
    main()

"""Answer HTTP beside what else a command does, if `[web]` says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from digest.errors import SettingsError
from digest.settings import CONFIG, DIGEST_TOML

if TYPE_CHECKING:
    from digest.cli.context import CliContext

FILE = f"{CONFIG}/{DIGEST_TOML}"
_PAUSE = 2.0  # seconds until the letter of a request is sent


@contextmanager
def web_side(context: CliContext) -> Iterator[None]:
    """Answer HTTP during the block, and say where; do nothing without `[web] listen`.

    Raises `SettingsError` if the packages of the extra are missing, and what
    `listeners.answering` raises.
    """
    settings = context.settings()
    if settings.web.listen is None:
        yield
        return
    from digest.operations import web_check

    if not web_check.is_installed():
        hint = web_check.INSTALL
        raise SettingsError(FILE, "its packages are not installed", key="web", hint=hint)
    from digest.operations.hub.poster import HubPoster
    from digest.operations.hub.verifier import Verifier
    from digest.operations.mail.letters import LetterWriter
    from digest.operations.serving.wakeful import Wakeful
    from digest.web.context import WebContext
    from digest.web.listeners import answering

    web = WebContext(settings, context.site_time, context.log.log_step)
    log = context.log.log_step

    def clock() -> datetime:
        return web.moment

    writer = LetterWriter(settings, clock, log)
    letters = Wakeful(writer, web.letters, log, "letters", pause=_PAUSE)
    with letters, answering(web) as (public, private), ExitStack() as stack:
        if settings.has_hub:
            verifier, poster = Verifier(settings, clock, log), HubPoster(settings, clock, log)
            stack.enter_context(Wakeful(verifier, web.hub, log, "hub"))
            stack.enter_context(Wakeful(poster, threading.Event(), log, "hub"))
        context.log_line(f"Answering {_spell(public)}; people see {settings.web_url}")
        if private:
            context.log_line(f"Answering operators at {_spell(private)}")
        yield


def _spell(addresses: list[tuple[str, int]]) -> str:
    return ", ".join(
        f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in addresses
    )

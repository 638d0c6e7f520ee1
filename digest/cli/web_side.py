"""Answer HTTP beside what else a command does, if `[web]` says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from digest.errors import SettingsError
from digest.settings import CONFIG, DIGEST_TOML

if TYPE_CHECKING:
    from digest.cli.context import CliContext

_PACKAGES = ("prometheus_client", "waitress", "werkzeug")
FILE = f"{CONFIG}/{DIGEST_TOML}"


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
    if not all(map(find_spec, _PACKAGES)):
        hint = "pip install 'papers-digest[web]'"
        raise SettingsError(FILE, "its packages are not installed", key="web", hint=hint)
    from digest.operations.mail.letters import LetterWriter
    from digest.web.context import WebContext
    from digest.web.listeners import answering

    web = WebContext(settings, context.site_time, context.log.log_step)
    with (
        LetterWriter(settings, lambda: web.moment, context.log.log_step, web.letters),
        answering(web) as (public, private),
    ):
        context.log_line(f"Answering {_spell(public)}; people see {settings.web_url}")
        if private:
            context.log_line(f"Answering operators at {_spell(private)}")
        yield


def _spell(addresses: list[tuple[str, int]]) -> str:
    return ", ".join(
        f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in addresses
    )

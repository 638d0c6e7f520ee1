"""Tell the hub of `[site] hub` which feeds have changed, after the commands of `[[publish]]`."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping

import msgspec

from digest.delivery import commands, websub
from digest.errors import FetchError
from digest.model.settings import Settings
from digest.render import paths
from digest.render.feeds import live_paths
from digest.storage.ledger import Ledger

_SECONDS = 60  # for all feeds together


class HubPing(msgspec.Struct, frozen=True, kw_only=True):
    """What is done in place of a command: a hub is told of the feeds of a site."""

    hub: str
    site: str
    seconds: int = _SECONDS


def feeds(ledger: Ledger) -> dict[str, str]:
    """Return the hash of each live feed by its path, as they were published last."""
    manifest = ledger.published_files.manifest()
    topics = filter(live_paths.is_of_topic, manifest.in_folder(live_paths.TOPICS))
    found = {path: manifest.get(path) for path in (*live_paths.live_paths(), *topics)}
    return {path: file.hash.hex() for path, file in found.items() if file}


def mark(feeds: Mapping[str, str]) -> str:
    """Return what differs after each change of a feed, and after nothing else."""
    return hashlib.blake2b(msgspec.json.encode(feeds), digest_size=16).hexdigest()


def tell(
    settings: Settings,
    target: HubPing,
    feeds: Mapping[str, str],
    told: Mapping[str, str],
    stop: threading.Event,
) -> tuple[commands.Ending, dict[str, str]]:
    """Tell the hub of the feeds whose hashes are others than it was ``told`` of.

    Returns how that ended, and what the hub was told of by now: a feed that it was told of once is
    not repeated because another one failed.
    """
    # One by one: hubs in PHP see only the last of several fields of the same name.
    now_told = dict(told)
    end = time.monotonic() + target.seconds
    for path, content in feeds.items():
        if told.get(path) == content:
            continue
        if stop.is_set() or time.monotonic() > end:
            return commands.Ending(f"took more than {target.seconds} s", ""), now_told
        try:
            feed = paths.absolute(target.site, path)
            websub.ping(target.hub, feed, settings.fetch.private)
        except FetchError as error:
            return commands.Ending(error.reason, ""), now_told
        now_told[path] = content
    return commands.Ending(None, ""), now_told

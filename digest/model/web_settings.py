"""The settings of the web side: `[web]`."""

from __future__ import annotations

import msgspec


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How `digest serve` and `digest web` answer HTTP. Nothing listens unless ``listen`` is given.

    Needs `pip install papers-digest[web]`.
    """

    listen: str | None = None
    """Host and port that readers reach, usually through a reverse proxy: `"127.0.0.1:8000"`."""
    private: str | None = None
    """Host and port for operators: status, metrics and health, such as `"127.0.0.1:8001"`. The
    one of `listen` never shows them."""
    url: str | None = None
    """The address that people see, such as `"https://papers.example.org/"`. Default: that of the
    site. Links in mails and on pages begin with it."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of reverse proxies, such as `"127.0.0.1"`. Only from them is
    `X-Forwarded-For` believed."""
    subscribe: bool = True
    """Whether people can subscribe on the pages. Their links in mails work also without."""
    allow: tuple[str, ...] = ()
    """Only these addresses, or those that end so, may subscribe on the pages:
    `["@lab.example.org"]`. Empty: all."""
    hub: bool = False
    """Whether to be a WebSub hub for the feeds of this site."""

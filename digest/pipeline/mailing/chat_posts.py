"""Post an issue to one channel."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from digest.delivery import chat as service
from digest.delivery import secrets
from digest.errors import SettingsError
from digest.model.issues import Issue
from digest.model.mail_settings import Chat
from digest.model.people import SendOutcome
from digest.model.settings import Settings
from digest.render import chat as posts
from digest.render.feeds.issue_entries import issue_guid, unnamed_editions


def send_post(
    settings: Settings, chat: Chat, issue: Issue, before_end: Callable[[], object]
) -> SendOutcome:
    """Post an issue to a channel once, and return what became of it.

    ``before_end`` is called right before the last byte is sent, and not at all if it does not
    come so far. The outcome is "empty" if no paper is for the channel, and deferred while its
    address is not set: the operator may set it. Raises what ``before_end`` raises.
    """
    unnamed = unnamed_editions(settings.editions)
    post = posts.choose(issue, chat, settings.site, unnamed)
    if post is None:
        return SendOutcome("empty", "none of its papers is for this channel")
    key = f"chat.{chat.name}.url"
    name = f"{issue_guid(issue)} {chat.name}"
    transaction = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
    try:
        url = secrets.web_address(Path(settings.root), chat.url, key)
        fields = posts.fields(chat.kind, post)
        request = service.make_request(chat.kind, url, fields, transaction, key)
    except SettingsError as error:
        return SendOutcome("deferred", str(error))
    return service.send(request, before_end)

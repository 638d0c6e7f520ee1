"""Post an issue to one channel."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from digest.delivery import chat as service
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
    post = posts.choose(issue, chat, settings.site, unnamed_editions(settings.editions))
    if post is None:
        return SendOutcome("empty", "none of its papers is for this channel")
    return _send(settings, chat, post, issue_guid(issue), before_end)


def send_test(settings: Settings, chat: Chat, issue: Issue | None, moment: datetime) -> SendOutcome:
    """Post an issue to a channel as a test; a few words if there is none, or nothing in it for it.

    Returns what became of it. Nothing is recorded.
    """
    unnamed = unnamed_editions(settings.editions)
    post = posts.choose(issue, chat, settings.site, unnamed) if issue else None
    post = post or posts.make_test(settings.site)
    # An issue that is posted afterwards is no repetition of this.
    return _send(settings, chat, post, f"test {moment.isoformat()}", lambda: None)


def _send(
    settings: Settings,
    chat: Chat,
    post: posts.ChatPost,
    name: str,
    before_end: Callable[[], object],
) -> SendOutcome:
    """Send a post. Its ``name`` is the same in each attempt, and in no other post."""
    transaction = hashlib.blake2b(f"{name} {chat.name}".encode(), digest_size=16).hexdigest()
    try:
        url = service.read_address(Path(settings.root), chat.name, chat.kind, chat.url)
    except SettingsError as error:
        return SendOutcome("deferred", str(error))
    fields = posts.fields(chat.kind, post)
    request = service.make_request(chat.kind, url, fields, transaction)
    return service.send(request, before_end)

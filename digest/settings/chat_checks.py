"""Check `[[chat]]` beyond what its types restrict. No error shows the address of a channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from digest.errors import SettingsError, did_you_mean
from digest.model.mail_settings import Chat
from digest.model.settings import Settings
from digest.settings.checks import SECRET, check_path, is_name

Problem = tuple[str, str, str]  # key, reason, hint


def check(file: Path, settings: Settings) -> None:
    """Check the channels. Raises `SettingsError` for the first unusable value."""
    for key, reason, hint in _problems(file, settings):
        raise SettingsError(str(file), reason, key=key, hint=hint)


def _problems(file: Path, settings: Settings) -> Iterator[Problem]:
    names = [chat.name for chat in settings.chat]
    editions = [edition.name for edition in settings.editions]
    for number, chat in enumerate(settings.chat):
        key = f"chat[{number}]"
        if not is_name(chat.name):
            hint = "use lower-case letters, digits, hyphens"
            yield f"{key}.name", f"cannot be the name of a channel: {chat.name!r}", hint
        if names.count(chat.name) > 1:
            reason = f"two channels are called {chat.name!r}"
            yield f"{key}.name", reason, "give each a name of its own"
        check_path(file, settings.root, chat.url.removeprefix("file:"), f"{key}.url")
        yield from _of_chat(chat, key)
        if chat.edition is not None and chat.edition not in editions:
            hint = did_you_mean(chat.edition, editions) or f"there are: {', '.join(editions)}"
            yield f"{key}.edition", f"no edition is called {chat.edition!r}", hint


def _of_chat(chat: Chat, key: str) -> Iterator[Problem]:
    if not SECRET.fullmatch(chat.url):
        reason = "the address is a secret and must not stand in this file"
        yield (
            f"{key}.url",
            reason,
            'write "env:NAME" for an environment variable or "file:PATH" for a file',
        )
    for name in ("topics", "words"):
        for entry in getattr(chat, name):
            # An entry of punctuation alone would match every paper, or none.
            if not any(map(str.isalnum, entry)):
                reason = f"has no letter or digit: {entry!r}"
                yield f"{key}.{name}", reason, "write words, or remove it"

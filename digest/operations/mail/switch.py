"""Whether mail and chat are configured, and whether that can be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from digest import settings as settings_files
from digest.errors import PeopleError, SettingsError
from digest.model.mail_settings import Chat, Mail
from digest.model.settings import Settings
from digest.text import counting


def require_server(settings: Settings) -> None:
    """Raise `SettingsError` unless `[mail]` names a sender, and a server or a program."""
    if not settings.mail.is_on:
        hint = "set server and from; docs/guides/mail.md explains them"
        raise SettingsError(_file(settings), "no mail server is configured", key="mail", hint=hint)


def require_delivery(settings: Settings) -> None:
    """Raise `SettingsError` unless issues of an edition are mailed, or posted to a channel."""
    if settings.chat:
        return
    require_server(settings)
    if not any(edition.mail for edition in settings.editions):
        hint = "write mail = true in an [[edition]]"
        raise SettingsError(_file(settings), "no edition is mailed", key="edition", hint=hint)


def _file(settings: Settings) -> str:
    return str(Path(settings.root, settings_files.CONFIG, settings_files.DIGEST_TOML))


def findings(settings: Settings) -> Iterator[str]:
    """Yield how issues are mailed and posted, and a warning (``!``) for what stands in the way.

    Asks nobody. What is missing is no error: the environment of a run may be another one.
    """
    if settings.mail.is_on:
        yield from _of_mail(settings)
    yield from _of_channels(settings)


def _of_mail(settings: Settings) -> Iterator[str]:
    from digest.pipeline.mailing import audience

    mail, problems = settings.mail, list(_problems(settings))
    for problem in problems:
        yield f"!   mail: {problem}: nothing is mailed"
    if not problems:
        yield f"ok  mail: by {describe_server(mail)}, from {mail.sender}"
    if not any(edition.mail for edition in settings.editions):
        yield "!   mail: no edition has mail = true: nothing is mailed"
    own, unusable = audience.own_addresses(settings)
    for problem in unusable:
        yield f"!   mail.to: {problem}: nothing is mailed to it"
    yield from _of_own_addresses(settings, own)
    yield from _of_wishes(settings)


def _of_wishes(settings: Settings) -> Iterator[str]:
    """Yield how many people wish for editions that are not mailed."""
    from digest.operations.subscribers import finding

    mailed = {edition.name for edition in settings.editions if edition.mail}
    with suppress(PeopleError), finding.open_to_read(settings) as people:
        active = people.subscribers.list_all("active") if people else ()
        lost = sum(not mailed.issuperset(person.wish.editions) for person in active)
        if lost:
            who = counting.count(lost, "subscriber")
            yield f"!   mail: {who} with a wish for an edition that is not mailed"


def _of_own_addresses(settings: Settings, own: dict[str, str]) -> Iterator[str]:
    """Yield which of one's own addresses get nothing, and how they do again."""
    from digest.operations.subscribers import finding

    try:
        with finding.open_to_read(settings) as people:
            for folded, address in own.items() if people else ():
                person = people and people.subscribers.find(folded)
                if people and people.suppressions.find(folded):
                    remedy = f"digest subscribers unsuppress {address}"
                    yield f"!   mail.to: {address} is suppressed and gets no mail: {remedy}"
                elif person and person.state != "active":
                    remedy = f'digest subscribers add {address} --consent "it is mine, DATE"'
                    yield f"!   mail.to: {address} gets no mail, it is {person.state}: {remedy}"
    except PeopleError as error:
        yield f"!   mail: {error}: nothing is mailed"


def _problems(settings: Settings) -> Iterator[str]:
    """Yield why no mail could be sent, as far as that can be known without a connection."""
    from digest.delivery import transport

    mail, root = settings.mail, Path(settings.root)
    try:
        transport.connect(mail, root)
    except SettingsError as error:
        yield f"{error.key}: {error.reason}"
    if mail.sendmail:
        from digest.delivery import probe

        if problem := probe.probe(mail, root).problem:
            yield f"{mail.sendmail[0]}: {problem}"


def describe_server(mail: Mail) -> str:
    """Return what takes the mails, such as "relay.example.org (starttls, as me@example.org)"."""
    if mail.sendmail:
        return mail.sendmail[0]
    host = (mail.server or "").removeprefix("smtp://").rstrip("/")
    encrypted = "not encrypted" if mail.security == "none" else mail.security
    return f"{host} ({encrypted}, {f'as {mail.user}' if mail.user else 'without a login'})"


def _of_channels(settings: Settings) -> Iterator[str]:
    if not settings.chat:
        return
    from digest.delivery import chat as service

    for chat in settings.chat:
        yield from _of_topics(settings, chat)
        edition = chat.edition or settings.editions[0].name
        try:
            service.read_address(Path(settings.root), chat.name, chat.kind, chat.url)
            yield f"ok  chat {chat.name}: {chat.kind}, of the edition {edition}, {chat.url}"
        except SettingsError as error:
            yield f"!   chat {chat.name}: {error.reason}: nothing is posted"


def _of_topics(settings: Settings, chat: Chat) -> Iterator[str]:
    if not chat.topics:
        return
    from digest.editorial.topics import OTHER
    from digest.pipeline import topics

    known = {*topics.load_headings(Path(settings.root)).names, OTHER}
    for name in chat.topics:
        if name not in known:
            yield f"!   chat {chat.name}: there is no topic {name!r}: nothing is posted for it"

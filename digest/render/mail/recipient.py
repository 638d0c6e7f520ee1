"""Write the lines of a message that are about its recipient: why they get it, and the ways out.

Templates print the names of `NAMES` in their place; `fill` puts the words there, escaped for the
kind of part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import msgspec

from digest.model.issues import Issue
from digest.model.mail_settings import Mail
from digest.model.people import Origin, Subscriber, Wish
from digest.model.settings import Settings
from digest.render import escape, issue_json, plain_text, wording
from digest.render.mail import headers

BYTES = 2000  # of the words of a recipient in the HTML part at most, for its budget
_LONGEST = 200  # characters of the words of a wish, which may be any number
_WHY: dict[Origin, str] = {
    "configuration": "You get {title} because this address stands in its configuration.",
    "added": "You get {title} because you agreed to it. You were added on {day}.",
    "imported": "You get {title} because you subscribed to it. You were added from an earlier"
    " list of its subscribers on {day}.",
    "confirmed": "You get {title} because you subscribed to it, and confirmed that on {day}.",
}


class RecipientView(msgspec.Struct, frozen=True):
    """Texts that stand for the words of each recipient. Those of ways that are not open are "".

    ``why`` are sentences; ``unsubscribe`` and ``change`` are addresses to link to.
    """

    why: str
    unsubscribe: str
    change: str


def marks(issue: Issue, settings: Settings) -> RecipientView:
    """Return texts that stand for a recipient's words in the message of this issue.

    They are made of a hash of the issue, so nothing in the issue can pass for one of them.
    """
    secret = hashlib.blake2b(issue_json.document(issue), digest_size=16).hexdigest()
    mail, scheme = settings.mail, "https://" if settings.web_url else "mailto:"
    can_leave = bool(settings.web_url or mail.unsubscribe)
    # Who mails to nobody else changes the configuration.
    has_readers = can_leave or bool(mail.reply_to)
    return RecipientView(
        f"{secret}-why",
        f"{scheme}{secret}-unsubscribe" if can_leave else "",
        f"{scheme}{secret}-change" if has_readers else "",
    )


def names(marks: RecipientView) -> dict[str, str]:
    """Return the name of each text of ``marks`` that is not empty, by the text."""
    return {text: name for name, text in msgspec.structs.asdict(marks).items() if text}


def words(settings: Settings, person: Subscriber) -> Mapping[str, str]:
    """Return the words of a recipient by kind of part and name, such as "html:why"."""
    mail = settings.mail
    plain = {
        "why": " ".join(_why(settings, person)),
        "unsubscribe": unsubscribe_page(settings, person.token)
        or unsubscribe_address(mail, person.token),
        "change": f"{settings.web_url}preferences/{person.token}"
        if settings.web_url
        else _mailto(mail.reply_to or mail.sender or "", "Change what I get"),
    }
    html = {f"html:{name}": escape.html(text) for name, text in plain.items()}
    text = {f"plain:{name}": text for name, text in plain.items()}
    return html | text | {"plain:why": plain_text.wrap(plain["why"])}


def unsubscribe_page(settings: Settings, token: str) -> str:
    """Return the page on which the person with this token leaves; "" without the web side."""
    return f"{settings.web_url}unsubscribe/{token}" if settings.web_url else ""


def unsubscribe_address(mail: Mail, token: str) -> str:
    """Return the mailto address that unsubscribes the person with this token; "" without one."""
    return _mailto(mail.unsubscribe, f"unsubscribe {token}") if mail.unsubscribe else ""


def _why(settings: Settings, person: Subscriber) -> Iterator[str]:
    day = wording.day(person.since[:10])
    yield _WHY[person.origin].format(title=settings.site.title, day=day)
    if wish := "; ".join(_wishes(person.wish)):
        short = wish if len(wish) <= _LONGEST else f"{wish[:_LONGEST].rpartition(' ')[0]} …"
        yield f"You asked for {short}."


def _wishes(wish: Wish) -> Iterator[str]:
    lists = (
        ("the {} edition", wish.editions),
        ("topics: {}", wish.topics),
        ("words: {}", wish.words),
        ("authors: {}", wish.authors),
        ("organizations: {}", wish.organizations),
        ("without words: {}", wish.mute_words),
        ("without authors: {}", wish.mute_authors),
        ("without organizations: {}", wish.mute_organizations),
    )
    for form, values in lists:
        if values:
            yield form.format(wording.listed(list(values)))
    if wish.most:
        yield f"at most {wording.count(wish.most, 'paper')}"
    if wish.weekday:
        yield f"mails of one weekday ({wish.weekday})"


def _mailto(address: str, subject: str) -> str:
    """Return a mailto address (RFC 6068) with a subject."""
    return f"mailto:{quote(headers.mailbox(address), safe='@+')}?subject={quote(subject, safe='')}"

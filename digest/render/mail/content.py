"""Render the mail of an issue: one for all people with the same wish.

The words of each recipient are put in by `message.make_message`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from digest.errors import SettingsError
from digest.model.issues import Issue
from digest.model.people import MailContent
from digest.model.settings import Settings
from digest.render import escape, paths, wording
from digest.render.feeds import issue_entries
from digest.render.mail import headers, mime, recipient, subject
from digest.render.mail.levels import Shares
from digest.render.mail.views import MailViews
from digest.render.site.environments import EscapedText
from digest.render.site.notes import NoteView
from digest.render.site.templates import Templates

HTML, TEXT = "mail.html", "mail.txt"
_HERE = {"localhost", "127.0.0.1", "::1"}
_LONGEST = 990  # octets of a line: some servers break longer ones (RFC 5322), even within a word


def render_content(
    issue: Issue, settings: Settings, templates: Templates, *, note: NoteView | None = None
) -> MailContent:
    """Return the message of an issue, or of the part of it that a wish takes.

    Its HTML part has `[mail] kilobytes` at most, recipient's words included, measured after
    decoding: teasers and abstracts that have no room are left out, then titles are counted in
    place of named. The text part shows the same. The same issue, settings, templates and note give
    the same bytes. Raises `SettingsError` for a template that cannot be used.
    """
    values = _values(issue, settings, wording.lead(issue))
    values["note"] = _shorten(note, values["page"], settings.mail.kilobytes * 1000 // 2)
    return _Rendering(issue, settings, templates, values).content()


def render_nothing(issue: Issue, settings: Settings, templates: Templates) -> MailContent:
    """Return the message that says in one line that nothing of a wish was in the issue."""
    papers = wording.count(len(issue.papers), "paper")
    lead = f"Nothing of yours was among the {papers} of this issue."
    empty = msgspec.structs.replace(
        issue, sections=(), picks=(), followed={}, terms=(), brief=(), more=(), updated=(),
        rising=(),
    )  # fmt: skip
    unnamed = issue_entries.unnamed_editions(settings.editions)
    named = subject.subject(empty, unnamed, without_papers="Nothing of yours")
    values = _values(empty, settings, lead) | {"note": None, "subject": named}
    return _Rendering(empty, settings, templates, values).content()


def has_public_site(settings: Settings) -> bool:
    """Return whether the pages have an address that others than this machine can open."""
    return urlsplit(settings.site.url).hostname not in _HERE


def web_page(issue: Issue, settings: Settings) -> str:
    """Return the address of the issue's page; "" if the site is on this machine only."""
    if not has_public_site(settings):
        return ""
    return paths.absolute(settings.site.url, paths.issue(issue.edition, issue.key, "html"))


def _values(issue: Issue, settings: Settings, lead: str) -> dict[str, Any]:
    """Return what the templates are given whatever the budget is."""
    unnamed = issue_entries.unnamed_editions(settings.editions)
    return {
        "site": settings.site,
        "postal": settings.mail.postal or "",
        "issue": issue,
        "day": wording.title(issue),
        "made": wording.day(issue.date) if issue.span else "",
        "lead": lead,
        "subject": subject.subject(issue, unnamed),
        "preheader": subject.preheader(issue, lead),
        "left_out": wording.left_out(issue),
        "page": web_page(issue, settings),
        "web": bool(settings.web_url),
        "recipient": recipient.marks(issue, settings),
    }


def _shorten(note: NoteView | None, page: str, most: int) -> NoteView | None:
    """Return the editor's note; a link to it if it would take more than ``most`` bytes."""
    if note is None or len(note.html.encode()) <= most:
        return note
    words = "The note on this issue is too long for a mail."
    html = f'<p>{words} <a href="{escape.html(page)}">Read it on the web</a></p>'
    return NoteView(
        EscapedText(html if page else f"<p>{words}</p>"), EscapedText(f"{words} {page}")
    )


class _Rendering:
    """Renders one message, with as much as its budget allows."""

    def __init__(
        self, issue: Issue, settings: Settings, templates: Templates, values: Mapping[str, Any]
    ) -> None:
        self._issue, self._settings, self._templates = issue, settings, templates
        self._views = MailViews(issue, values["page"])
        self._values = dict(values) | {
            "picks": self._views.picks(),
            "terms": self._views.terms(),
            "mentions": self._views.mentions(),
        }
        self._names = recipient.names(values["recipient"])

    def content(self) -> MailContent:
        """Return the finished message."""
        budget = self._settings.mail.kilobytes * 1000 - recipient.BYTES
        shares = self._views.levels.fit(self._size, budget)
        html, text = self._html(shares), self._fill(TEXT, shares)
        for name, part in ((HTML, html), (TEXT, text)):
            self._check(name, part)
        body = mime.alternative(
            mime.part("plain", text, self._names), mime.part("html", html, self._names)
        )
        return MailContent(
            subject=self._values["subject"],
            body=headers.list_id(self._settings, self._issue.edition) + body,
            papers=self._views.shown(shares),
        )

    def _size(self, shares: Shares) -> int:
        return len(self._html(shares).encode())

    def _html(self, shares: Shares) -> str:
        """Return the HTML part with its styles inlined, and without very long lines."""
        inlined = _inliner().inline(self._fill(HTML, shares))
        return b"\r\n".join(_short_lines(inlined.encode())).decode()

    def _fill(self, name: str, shares: Shares) -> str:
        values = self._values | {"groups": self._views.headings(shares)}
        return self._templates.page(name, name, values).body.decode()

    def _check(self, name: str, text: str) -> None:
        """Raise `SettingsError` if a template does not print what every mail must have."""
        for mark, key in self._names.items():
            if key != "change" and mark not in text:
                reason = f"does not print recipient.{key}"
                raise SettingsError(name, reason, hint="every mail must say so in its foot")


def _short_lines(html: bytes) -> Iterator[bytes]:
    """Yield the lines of the text, those that are too long in pieces that end at a blank."""
    for line in html.split(b"\n"):
        start = 0
        while len(line) - start > _LONGEST:
            blank = line.rfind(b" ", start, start + _LONGEST)
            if blank < 0:  # scripts without blanks: quoted-printable keeps the line short
                break
            yield line[start:blank]
            start = blank + 1
        yield line[start:]


@functools.cache
def _inliner() -> Any:
    import css_inline  # only mails need it

    return css_inline.CSSInliner(load_remote_stylesheets=False)

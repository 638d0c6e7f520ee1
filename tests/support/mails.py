"""Issues to mail, their settings and recipients, and how to read the finished messages."""

from __future__ import annotations

import email
import email.policy
import hashlib
from email.message import EmailMessage

import msgspec

from benchmarks import corpus
from digest.model.issues import Accounting, Issue, Item, Section, Subheading, Teaser, Term
from digest.model.mail_settings import Mail
from digest.model.papers import Organization
from digest.model.people import MailContent, Subscriber
from digest.model.settings import Settings, Site
from digest.render.feeds.issue_entries import issue_guid
from digest.render.mail import content, message
from digest.render.site import notes
from digest.render.site.templates import Templates
from tests.support.pages import TEMPLATES as FOLDER

TEMPLATES = Templates([FOLDER], None)
MAIL = Mail(
    server="smtp://relay.example.org",
    sender="Shore Letters <papers@example.org>",
    reply_to="editor@example.org",
    bounces="bounces+{token}@example.org",
    unsubscribe="unsubscribe@example.org",
    postal="Shore Letters\n1 Quay, Northport",
)
SETTINGS = Settings(
    root="/nowhere", site=Site(title="Shore Letters", url="https://papers.example.org/"), mail=MAIL
)
PERSON = Subscriber(
    id=1,
    address="Ada.Vance@example.net",
    folded="ada.vance@example.net",
    token="k3j4h5g6k3j4h5g6",
    state="active",
    origin="confirmed",
    since="2026-03-03T10:00:00+00:00",
)
NAMES = (
    "Agents & tool use", "Vision & 3D", "Robotics", "Language models", "Safety", "Audio",
    "Theory", "Science",
)  # fmt: skip


def paper(number: int, **fields: object) -> Item:
    """Return the invented paper with this number as an item of an issue."""
    made = corpus.paper(number)
    whole = Item(
        guid=f"urn:papers-digest:{hashlib.sha256(str(number).encode()).hexdigest()[:32]}",
        title=made.title,
        arxiv_id=made.arxiv_id,
        url=f"https://huggingface.co/papers/{made.arxiv_id}",
        abstract=made.abstract,
        one_line=Teaser(f"{made.abstract.split('. ')[1]}.", "abstract"),
        authors=made.authors,
        n_authors=len(made.authors),
        organization=Organization(*made.organization) if made.organization else None,
        published="2026-11-18",
        upvotes=made.upvotes,
        comments=made.comments,
        first_seen="2026-11-20T07:00:00+00:00",
    )
    return msgspec.structs.replace(whole, **fields)


def issue(count: int, **fields: object) -> Issue:
    """Return an issue of so many papers under up to eight headings, with everything it may have."""
    papers = [paper(number) for number in range(count)]
    sections = tuple(
        Section(topic=f"topic-{place}", name=name, papers=tuple(papers[place :: len(NAMES)]))
        for place, name in enumerate(NAMES[:count])
    )
    if sections and len(sections[0].papers) > 2:
        first = tuple(item.guid for item in sections[0].papers)
        parts = (
            Subheading(name="Browsers", papers=first[:2]),
            Subheading(name="Shells", papers=first[2:]),
        )
        sections = (msgspec.structs.replace(sections[0], parts=parts), *sections[1:])
    guids = [item.guid for item in papers]
    whole = Issue(
        edition="daily",
        date="2026-11-20",
        number=214,
        moment="2026-11-20T07:00:04+01:00",
        verdict="new" if papers else "weekend",
        accounting=Accounting(dumps=1, entries=count, new=count),
        sections=sections,
        picks=tuple(guids[:5]),
        picked=dict.fromkeys(guids[:1], "Most votes"),
        followed=dict.fromkeys(guids[1:2], ("Follows your word “tool use”",)),
        terms=tuple(Term(term="tool use", papers=(guid,)) for guid in guids[:1]),
    )
    return msgspec.structs.replace(whole, **fields)


def section(whole: Issue, *papers: Item) -> Section:
    """Return the first section of an issue with these papers in place of its own."""
    return msgspec.structs.replace(whole.sections[0], papers=papers, parts=())


NOTE = notes.render_note(
    "A *quiet* one; see [the ferries](https://ferries.example/timetable).\n\n- one\n"
)


def render(whole: Issue, settings: Settings = SETTINGS, *, note: bool = False) -> MailContent:
    """Return the mail of an issue by the shipped templates."""
    return content.render_content(whole, settings, TEMPLATES, note=NOTE if note else None)


def send(
    whole: Issue, settings: Settings = SETTINGS, person: Subscriber = PERSON, *, note: bool = False
) -> bytes:
    """Return the finished message of an issue for a person."""
    made = render(whole, settings, note=note)
    return message.make_message(made, settings, person, issue_guid(whole), whole.moment)


def parse(data: bytes) -> EmailMessage:
    """Read a message as a mail program does."""
    read = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    assert [] == read.defects
    return read


def part(data: bytes, kind: str) -> str:
    """Return the decoded text of the part of this kind, ``plain`` or ``html``, with its CRLF."""
    found = parse(data).get_body((kind,))
    assert found is not None
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()

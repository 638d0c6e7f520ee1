"""Write the same invented papers in every layout, for the tests to read back.

`WRITERS` maps the name of a layout to a function from papers to the bytes of a file;
`MISSING_FIELDS` maps it to the fields that the layout cannot hold.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import textwrap
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import NamedTuple

from tests.support import data_layouts
from tests.support.data_layouts import encode

PAGE_DAY = "2026-11-20"
HEADER = "Nov 20"
SITE = "https://huggingface.co"

_THINGS = (
    "Lantern", "Orchard", "Harbour", "Quarry", "Meadow", "Beacon", "Ferry", "Granary", "Kiln",
    "Loom", "Millrace", "Noria", "Ostler", "Paddock", "Quill",
)  # fmt: skip
_TASKS = (
    "Reading Tide Tables", "Sorting Wooden Blocks", "Naming River Stones", "Folding Paper Maps",
    "Listening to Church Bells", "Counting Migrating Geese", "Pruning Apple Trees", "Tuning Kites",
)  # fmt: skip


class Paper(NamedTuple):
    """An invented paper, with every field that a listing may have."""

    arxiv_id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    upvotes: int | None
    comments: int | None
    day: str  # as the listing writes it
    published: str
    organization: tuple[str, str] | None


def papers(count: int) -> list[Paper]:
    """Return different papers, the same ones in each call."""
    return [_paper(number) for number in range(count)]


def _paper(number: int) -> Paper:
    thing, task = _THINGS[number % len(_THINGS)], _TASKS[number % len(_TASKS)]
    is_old = number % 4 == 3
    return Paper(
        arxiv_id=f"{'2409' if is_old else '2611'}.{number + 101:05}",
        title=f"{thing}-{number}: A Step-by-Step Method for {task}",
        abstract=(
            f"We present {thing}-{number}, a method for {task.lower()} that needs no labelled "
            f"examples. It keeps a short list of {number + 2} well-known cases and compares "
            f"each new one with them, so that mistakes can be traced to their cause. In a trial "
            f"of {number + 40} rounds it was right in {50 + number % 50}.5% of them, against a "
            "careful human's 61%. We describe where it fails, and give all the records away."
        ),
        authors=tuple(f"Author{number} Invented{place}" for place in range(number % 5 + 1)),
        upvotes=None if number % 6 == 5 else number * 7 % 130 + 1,
        comments=None if number % 3 else number % 9 + 1,
        day="Sep 3, 2024" if is_old else f"Nov {number % 19 + 1}",
        published="2024-09-03" if is_old else f"2026-11-{number % 19 + 1:02}",
        organization=(f"lab-{number}", f"Laboratory {number}") if number % 5 == 4 else None,
    )


def _count(number: int | None) -> str:
    return "-" if number is None else str(number)


def _authors(paper: Paper) -> str:
    return f"{len(paper.authors)} author" + ("s" if len(paper.authors) > 1 else "")


def plain_text(listing: Sequence[Paper], *, votes: bool = False) -> str:
    """Write the page as select-all, copy and paste gives it."""
    rows = ["new", "", "Get trending papers in your email inbox!", "", "Subscribe", ""]
    rows += ["Daily Papers", "", "byAK and the research community", "", HEADER, ""]
    for paper in listing:
        rows += [_count(paper.upvotes), ""] if votes else []
        rows += [paper.title, "", paper.abstract, ""]
        rows += [" ".join(paper.organization)] if paper.organization else [f"  • {_authors(paper)}"]
        rows += ["·", paper.day + (f" {paper.comments}" if paper.comments else ""), ""]
    return "\n".join([*rows, "Previous", "", "Next", "", "Company", "", "TOS", ""])


def inline_links(listing: Sequence[Paper]) -> str:
    """Write Markdown as page converters do, with front matter."""
    rows = ["---", f"url: {SITE}/papers", f"retrieved: {PAGE_DAY}", "---", "", "# Daily Papers", ""]
    rows += [f"## by [![]({SITE}/by.png)AK]({SITE}/akhaliq) and the research community", ""]
    rows += [HEADER, ""]
    for paper in listing:
        address = f"{SITE}/papers/{paper.arxiv_id}"
        rows += [f"[{_count(paper.upvotes)}]({SITE}/login?next=%2Fpapers%2F{paper.arxiv_id})", ""]
        rows += [f"### [{paper.title}]({address})", "", f"[{paper.abstract}]({address})", ""]
        if paper.organization:
            slug, name = paper.organization
            rows += [f"[![{slug}]({SITE}/{slug}.png)\\\n{name}]({SITE}/{slug})", ""]
        else:
            rows += [f"[- ![]({SITE}/avatars/a.svg)\\\\\n- {_authors(paper)}]({address})", ""]
        comments = f"[{paper.comments}]({address}#community)" if paper.comments else ""
        rows += ["·", "", f"{paper.day}{comments}", ""]
    return "\n".join([*rows, f"[Previous]({SITE}/papers?p=0)", "", "Company", ""])


def numbered_links(listing: Sequence[Paper], *, with_list: bool = True) -> str:
    """Write numbered links in a code fence, with wrapped lines."""
    rows = ["# Web source", "", f"- URL: {SITE}/papers", f"- Captured (UTC): {PAGE_DAY}T06:00:00Z"]
    rows += ["", "```text", "* [Log In][1]", "", "# Daily Papers", ""]
    rows += ["## by[AK][2] and the research community", "* Daily", "", HEADER]
    addresses = [f"{SITE}/login", f"{SITE}/akhaliq"]

    def link(address: str) -> str:
        addresses.append(address)
        return f"][{len(addresses)}]"

    for paper in listing:
        address = f"{SITE}/papers/{paper.arxiv_id}"
        login = f"{SITE}/login?next=%2Fpapers%2F{paper.arxiv_id}"
        rows += ["[", _count(paper.upvotes), link(login), ""]
        rows += [f"### [{paper.title}{link(address)}", "", "[", ""]
        rows += [*textwrap.wrap(paper.abstract, 100), "", link(address)]
        if paper.organization:
            slug, name = paper.organization
            rows += [f"[[{slug}] {name}{link(f'{SITE}/{slug}')}"]
        else:
            rows += ["[", f"* {_authors(paper)}", link(address)]
        comments = f" [ {paper.comments}{link(address + '#community')}" if paper.comments else ""
        rows += ["·", f"{paper.day}{comments}"]
    rows += ["```", ""]
    if with_list:
        rows += [f"[{number}]: {address}" for number, address in enumerate(addresses, start=1)]
    return "\n".join(rows)


def own_lines(listing: Sequence[Paper]) -> str:
    """Write the address of every link on a line of its own, below its text."""
    rows = ["---", f"url: {SITE}/papers", f"exported: {PAGE_DAY}", "---", "", "Daily Papers", ""]
    rows += ["by", "", "AK", "", f"{SITE}/akhaliq", "", " and the research community", ""]
    rows += [HEADER, ""]
    for paper in listing:
        address = f"{SITE}/papers/{paper.arxiv_id}"
        rows += [f" [-] {_count(paper.upvotes)}", ""]
        rows += [f"{SITE}/login?next=%2Fpapers%2F{paper.arxiv_id}", ""]
        rows += [paper.title, "", address, "", paper.abstract, "", address, ""]
        if paper.organization:
            slug, name = paper.organization
            rows += [" ", "", address, "", f" {name}", "", f"{SITE}/{slug}", ""]
        else:
            rows += ["[", "", f"{_authors(paper)}]({address})", ""]
        rows += ["·", "", f"{paper.day} ", ""]
        rows += [str(paper.comments), "", f"{address}#community", ""] if paper.comments else []
    return "\n".join(rows)


def labelled(listing: Sequence[Paper]) -> str:
    """Write ``Title:``, ``PDF:`` and ``Summary:``, and a rule between the records."""
    return "\n---\n".join(
        f"Title: {paper.title}\nPDF: https://arxiv.org/pdf/{paper.arxiv_id}v1\n"
        f"Summary: {paper.abstract}"
        for paper in listing
    )


def api_answer(listing: Sequence[Paper]) -> str:
    """Write an answer of the daily_papers API."""
    return json.dumps([data_layouts.entry(paper) for paper in listing])


def saved_html(listing: Sequence[Paper], *, carried: bool = True) -> str:
    """Write the saved page: records in an attribute, and again as cards without abstracts."""
    properties = {"dailyPapers": json.loads(api_answer(listing)), "date": f"{PAGE_DAY}T00:00:00Z"}
    attribute = html.escape(json.dumps(properties)) if carried else "{}"
    cards = "\n".join(_card(paper) for paper in listing)
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8"><title>Daily Papers</title></head>\n'
        f'<body><a href="/models">Models</a><div data-target="DailyPapers" '
        f'data-props="{attribute}"><h1>Daily Papers</h1><h2>by <a href="/akhaliq">AK</a> and the '
        f"research community</h2><div>{HEADER}</div>\n{cards}\n</div>"
        '<footer><p>Company</p><a href="/tos">TOS</a></footer></body></html>'
    )


def _card(paper: Paper) -> str:
    address = f"/papers/{paper.arxiv_id}"
    comments = f'<a href="{address}#community">{paper.comments}</a>' if paper.comments else ""
    return (
        f'<article><a href="{address}"><img src="/thumbnails/{paper.arxiv_id}.png"></a>'
        "<div>Submitted by <img src='/a.svg'> someone</div>"
        f'<a href="/login?next=%2Fpapers%2F{paper.arxiv_id}"><div>{_count(paper.upvotes)}</div></a>'
        f'<h3><a href="{address}">{html.escape(paper.title)}</a></h3>\n'
        f'<a href="{address}"><ul><li title="x"><img src="/b.svg"></li><li><div>·</div>'
        f"{_authors(paper)}</li></ul></a>{comments}</article>"
    )


def zip_file(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file with these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def zipped_pages(listing: Sequence[Paper]) -> bytes:
    """Pack three pages in different layouts, each with a third of the papers."""
    return zip_file(
        {
            "pages/": b"",
            "pages/monday.md": inline_links(listing[::3]).encode(),
            "pages/tuesday.json": api_answer(listing[1::3]).encode(),
            "../wednesday.txt": labelled(listing[2::3]).encode(),
            "pages/page_files/style.css": b"body { color: black }",
        }
    )


def mail(listing: Sequence[Paper]) -> bytes:
    """Write a mail with the page as HTML and as text; a picture and a note are attached."""
    message = EmailMessage()
    message["From"] = "Somebody <somebody@example.org>"
    message["Date"] = "Fri, 20 Nov 2026 07:00:00 +0000"
    message["Subject"] = "Daily papers"
    message.set_content(plain_text(listing))
    message.add_alternative(saved_html(listing), subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    message.add_attachment("see above", filename="note.txt")
    return message.as_bytes()


WRITERS: dict[str, Callable[[Sequence[Paper]], bytes]] = {
    "plain text": encode(plain_text),
    "plain text with votes": encode(lambda listing: plain_text(listing, votes=True)),
    "inline links": encode(inline_links),
    "numbered links": encode(numbered_links),
    "numbered links without list": encode(lambda listing: numbered_links(listing, with_list=False)),
    "addresses on own lines": encode(own_lines),
    "labelled text": encode(labelled),
    "answer of the API": encode(api_answer),
    "saved HTML": encode(saved_html),
    "HTML cards": encode(lambda listing: saved_html(listing, carried=False)),
    "gzip": lambda listing: gzip.compress(plain_text(listing).encode(), mtime=0),
    "zip": zipped_pages,
    "mail": mail,
    **data_layouts.WRITERS,
}

MISSING_FIELDS: dict[str, frozenset[str]] = {
    "plain text": frozenset({"arxiv_id", "upvotes", "authors"}),
    "plain text with votes": frozenset({"arxiv_id", "authors"}),
    "inline links": frozenset({"authors"}),
    "numbered links": frozenset({"authors"}),
    "numbered links without list": frozenset({"arxiv_id", "authors"}),
    "addresses on own lines": frozenset({"authors"}),
    "labelled text": frozenset({"upvotes", "comments", "published", "authors"}),
    "HTML cards": frozenset({"abstract", "published", "authors"}),
    "gzip": frozenset({"arxiv_id", "upvotes", "authors"}),
    "zip": frozenset({"upvotes", "comments", "published", "authors"}),
    **data_layouts.MISSING_FIELDS,
}

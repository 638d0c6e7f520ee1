"""Parse the pieces of a linked page into records, whether it is Markdown, text or HTML.

A record begins with its title: a heading, or a link to the paper. Its other fields follow,
except for votes, which stand above the title or link to the paper. Where a copy lacks
addresses or headings, the order of the pieces decides. Needs no markup, only pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from digest.model.papers import Organization
from digest.parsers.input import lines
from digest.parsers.input.rejects import Rejects
from digest.parsers.listing_page import furniture
from digest.parsers.listing_page.paragraphs import PagePiece

_DAY = re.compile(r"(Published on )?([A-Z][a-z]{2} \d{1,2}(?:, \d{4})?)(?:[ /]+(\d+))?")
_VOTES = re.compile(r"-|\d+(?:\.\d+)?k?")
_CODE = re.compile(r"GitHub(?: (\d+(?:\.\d+)?k?))?")
_LINKED_TITLE = re.compile(r"\S+\s+\S+\s+\S.*|\S{12,}.*|.*[^\x00-\x7f]{4,}.*", re.DOTALL)
_MAX_TITLE_CHARS = 400


class Card(msgspec.Struct, gc=False):
    """A record of the page. ``day`` is written as on the page (``Jun 20``)."""

    line: int
    title: str
    arxiv_id: str | None = None
    abstract: str | None = None
    organization: Organization | None = None
    n_authors: int | None = None
    day: str | None = None
    comments: int | None = None
    upvotes: int | None = None
    code_url: str | None = None
    stars: int | None = None

    @property
    def has_metadata(self) -> bool:
        """Whether the record has metadata, which stands below the abstract."""
        return bool(self.day or self.n_authors or self.organization)


class CardParser:
    """Parse the pieces of a page, or of several pages in one file."""

    def __init__(self, *, started: bool, headings: bool) -> None:
        self.started = started  # False in the menus above the first header, and in footers
        self.headings = headings  # whether a heading without a link may be a title
        self.rejects = Rejects()
        self.headers: set[str] = set()  # the days in the pages' headers, as written
        self.trending = False
        self.current: Card | None = None
        self.complete: list[Card] = []  # not yielded yet
        self.votes: tuple[str, str | None] | None = None  # for the next title, and its arXiv id
        # Whether the next piece is a submitter's name, and the next number a count of votes.
        self.skips_name = self.expects_votes = False
        self.day_line = 0  # where the current record's day stands

    def records(self, pieces: Iterable[PagePiece]) -> Iterator[Card]:
        """Yield each record once nothing more can belong to it."""
        for piece in pieces:
            self._read(piece)
            if len(self.complete) > 1:  # the last one may be shown a second time
                yield self.complete.pop(0)
        self._finish_card(at_end=True)
        yield from self.complete

    def _read(self, piece: PagePiece) -> None:
        target = furniture.link_target(piece.href) if piece.href else None
        text = piece.text if piece.text.isascii() else lines.normalize_blanks(piece.text)
        if len(text) < furniture.METADATA_CHARS and self._read_metadata(piece, text, target):
            return
        if self._is_title(piece, target):
            self._start_card(piece, target)
        else:
            if self.votes and self.votes[1] and len(text) >= furniture.METADATA_CHARS:
                self.votes = None  # the title between them is lost
            if self.current and (self.started or target):
                self._add_abstract(self.current, piece, target)

    def _read_metadata(
        self, piece: PagePiece, text: str, target: furniture.LinkTarget | None
    ) -> bool:
        """Read metadata, a menu or a footer; return False for any other piece."""
        if day := _DAY.fullmatch(text):
            self._set_day(piece, day)
        elif (authors := furniture.parse_authors(text)) is not None:
            if self.current is not None:
                self.current.n_authors = self.current.n_authors or authors
        elif _VOTES.fullmatch(text):
            self._read_count(piece, text, target)
        elif furniture.HEADER_PHRASE in text:
            self._finish_card()
            self.started = self.headings = True
        elif text in furniture.FOOTER_WORDS:
            self._finish_card()
            self.started = False
        elif text in ("Submitted by", "Upvote"):
            self.skips_name, self.expects_votes = text == "Submitted by", text == "Upvote"
        elif self.skips_name and not piece.heading and (target is None or target.kind == "owner"):
            self.skips_name = False
        else:
            return self._read_link(piece, text, target)
        return True

    def _read_link(self, piece: PagePiece, text: str, target: furniture.LinkTarget | None) -> bool:
        """Read a link to code, to arXiv or to an owner, or a menu; False for any other piece."""
        if target is not None and target.kind == "code" and (code := _CODE.fullmatch(text)):
            if self.current is not None and self.current.code_url is None:
                self.current.code_url = piece.href
                self.current.stars = furniture.parse_count(code[1] or "")
        elif text == "arXiv Page":
            if self.current is not None and target is not None:
                self.current.arxiv_id = self.current.arxiv_id or target.subject
        elif text in furniture.MENU_WORDS:
            pass
        elif self._is_owner(piece, target):
            assert self.current is not None
            slug = target.subject if target else piece.alt or text
            self.current.organization = Organization(slug, text)
        else:
            return False
        return True

    def _is_owner(self, piece: PagePiece, target: furniture.LinkTarget | None) -> bool:
        """Return whether a piece is an organisation: one between the abstract and the date."""
        card = self.current
        if card is None or card.organization or card.day or piece.heading:
            return False
        if target is not None:
            return target.kind == "owner"
        return piece.linked and piece.href is None and card.abstract is not None

    def _set_day(self, piece: PagePiece, day: re.Match[str]) -> None:
        self.trending = self.trending or bool(day[1])
        card = self.current
        if card is None or card.day:
            self.headers.add(day[2])
            return
        card.day, self.day_line = day[2], piece.line
        if day[3]:
            card.comments = int(day[3])

    def _read_count(self, piece: PagePiece, text: str, target: furniture.LinkTarget | None) -> None:
        """Read a number: comments if it links to them or stands beside the date, else votes."""
        if target is not None and target.kind not in ("votes", "comments"):
            return  # "-" that links to an owner: the bullet of an avatar
        card, subject = self.current, target.subject if target else None
        below_title = self.expects_votes or (
            card is not None and subject == card.arxiv_id is not None
        )
        self.expects_votes = False
        if target is not None and target.kind == "comments":
            if card is not None and subject in (card.arxiv_id, None):
                card.comments = furniture.parse_count(text)
        elif card is not None and target is None and card.day and piece.line == self.day_line:
            card.comments = furniture.parse_count(text)
        elif card is not None and below_title and subject in (card.arxiv_id, None):
            card.upvotes = furniture.parse_count(text)
        else:
            # Two numbers without links: the first is the comment count of the record above.
            if self.votes is not None and card is not None and self.votes[1] is None:
                card.comments = card.comments or furniture.parse_count(self.votes[0])
            self.votes = text, subject

    def _is_title(self, piece: PagePiece, target: furniture.LinkTarget | None) -> bool:
        if (
            len(piece.text) > _MAX_TITLE_CHARS
            or not piece.first
            or (target and target.kind != "paper")
        ):
            return False
        if piece.heading:
            numbered = piece.linked and piece.href is None
            return target is not None or (
                self.headings
                and self.started
                and (numbered or (not piece.linked and piece.heading > 1))
            )
        if target is None or not _LINKED_TITLE.fullmatch(piece.text):
            return False
        card = self.current
        return card is None or (
            card.arxiv_id != target.subject and (card.arxiv_id or card.abstract) is not None
        )

    def _start_card(self, piece: PagePiece, target: furniture.LinkTarget | None) -> None:
        self._finish_card()
        self.current = card = Card(piece.line, piece.text, target.subject if target else None)
        self.skips_name = self.expects_votes = False
        if self.votes is not None:
            text, subject = self.votes
            if subject is None or card.arxiv_id in (subject, None):
                card.upvotes = furniture.parse_count(text)
                card.arxiv_id = card.arxiv_id or subject
            self.votes = None

    @staticmethod
    def _add_abstract(card: Card, piece: PagePiece, target: furniture.LinkTarget | None) -> None:
        """Add running text to a record: its abstract, or another paragraph of it."""
        text = piece.text
        if target and target.kind != "paper" and len(text) >= furniture.LONG_PARAGRAPH_CHARS:
            target = None  # the address below an abstract is a part of it
        if target and (target.kind != "paper" or card.arxiv_id not in (target.subject, None)):
            return
        if not piece.first and not furniture.continues_abstract(text):
            return  # words beside a link
        if card.abstract is None:
            if len(text) >= furniture.METADATA_CHARS or text.endswith(furniture.SENTENCE_ENDS):
                card.abstract = text
                card.arxiv_id = card.arxiv_id or (target.subject if target else None)
        elif not card.has_metadata and furniture.continues_abstract(text):
            card.abstract = f"{card.abstract} {text}"[: furniture.MAX_ABSTRACT_CHARS]

    def _finish_card(self, *, at_end: bool = False) -> None:
        card, self.current = self.current, None
        if card is None:
            return
        text = card.abstract
        if at_end and text and not card.has_metadata and not text.endswith(furniture.SENTENCE_ENDS):
            card.abstract, self.rejects.is_cut = None, True
            if card.arxiv_id is None:
                self.rejects.add(card.line, "the page ends in the middle of this abstract")
                return
        if card.arxiv_id is None and card.abstract is None:
            # A title with metadata was a record; one without is a heading of the page.
            if card.has_metadata:
                self.rejects.add(card.line, "a title without an id or an abstract")
        elif not self._completes_previous(card):
            self.complete.append(card)

    def _completes_previous(self, card: Card) -> bool:
        """Return whether a card repeats the previous record, and fill that one's gaps from it.

        The trending page shows each card twice.
        """
        previous = self.complete[-1] if self.complete else None
        if previous is None or (previous.title, previous.arxiv_id) != (card.title, card.arxiv_id):
            return False
        for name in card.__struct_fields__:
            if getattr(previous, name) is None:
                setattr(previous, name, getattr(card, name))
        return True

"""Pieces of a linked page to records: Markdown, numbered links and HTML look alike here.

A record begins with its title (a heading, or a link to the paper); what belongs to it
follows, but for votes, which stand above the title or bear the paper's address. Knows no
markup; what a copy has not got (addresses, headings) is told from the order alone.
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
_AUTHORS = re.compile(r"(\d+) authors?")
_VOTES = re.compile(r"-|\d+(?:\.\d+)?k?")
_CODE = re.compile(r"GitHub(?: (\d+(?:\.\d+)?k?))?")
_SHORT = 60  # metadata and menus are shorter
_TITLE = re.compile(r"\S+\s+\S+\s+\S.*|\S{12,}.*|.*[^\x00-\x7f]{4,}.*", re.DOTALL)
_LONGEST_TITLE = 400


class Card(msgspec.Struct, gc=False):
    """A record while it is being read; its day still in the page's words."""

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
        """Whether something came that stands below the abstract."""
        return bool(self.day or self.n_authors or self.organization)


class Cards:
    """One pass over the pieces of a page, or of several pages in one file."""

    def __init__(self, *, started: bool, headings: bool) -> None:
        self.started = started  # False while in the menus above the first header
        self.headings = headings  # whether a heading without a link may be a title
        self.found: list[Card] = []  # complete, and not given out yet
        self.rejects = Rejects()
        self.headers: set[str] = set()
        self.trending = False
        self.card: Card | None = None
        self.votes: tuple[str, str | None] | None = None  # and of which paper
        self.skips_name = self.expects_votes = False
        self.day_line = 0

    def records(self, pieces: Iterable[PagePiece]) -> Iterator[Card]:
        """Each record once it is certain that nothing more belongs to it."""
        for piece in pieces:
            self._take(piece)
            if len(self.found) > 1:  # the last one may be shown twice
                yield self.found.pop(0)
        self._close(last=True)
        yield from self.found

    def _take(self, piece: PagePiece) -> None:
        """Gives the next piece to the record it belongs to."""
        to = furniture.target(piece.href) if piece.href else None
        text = piece.text if piece.text.isascii() else lines.plain(piece.text)
        if len(text) < _SHORT and self._is_metadata(piece, text, to):
            return
        if self._is_title(piece, to):
            self._begin(piece, to)
        elif self.card is not None and (self.started or to):
            self._words(self.card, piece, to)

    def _is_metadata(self, piece: PagePiece, text: str, to: furniture.Target | None) -> bool:
        if day := _DAY.fullmatch(text):
            self._dated(piece, day)
        elif authors := _AUTHORS.fullmatch(text):
            if self.card is not None:
                self.card.n_authors = self.card.n_authors or int(authors[1])
        elif _VOTES.fullmatch(text):
            self._counted(piece, text, to)
        elif furniture.ANCHOR in text:
            self._close()
            self.started = self.headings = True
        elif text in furniture.FOOTER:
            self._close()
            self.started = False
        elif text in ("Submitted by", "Upvote"):
            self.skips_name, self.expects_votes = text == "Submitted by", text == "Upvote"
        elif self.skips_name and not piece.heading and (to is None or to.kind == "owner"):
            self.skips_name = False
        else:
            return self._is_link(piece, text, to)
        return True

    def _is_link(self, piece: PagePiece, text: str, to: furniture.Target | None) -> bool:
        """Menus, and what only its address or its first word tells apart from words."""
        if to is not None and to.kind == "code" and (code := _CODE.fullmatch(text)):
            if self.card is not None and self.card.code_url is None:
                self.card.code_url = piece.href
                self.card.stars = furniture.count(code[1] or "")
        elif text == "arXiv Page":
            if self.card is not None and to is not None:
                self.card.arxiv_id = self.card.arxiv_id or to.of
        elif text in furniture.MENU:
            pass
        elif self._is_owner(piece, to):
            assert self.card is not None
            slug = to.of if to else piece.alt or text
            self.card.organization = Organization(slug, text)
        else:
            return False
        return True

    def _is_owner(self, piece: PagePiece, to: furniture.Target | None) -> bool:
        """An organisation stands between the abstract and the date."""
        card = self.card
        if card is None or card.organization or card.day or piece.heading:
            return False
        if to is not None:
            return to.kind == "owner"
        return piece.linked and piece.href is None and card.abstract is not None

    def _dated(self, piece: PagePiece, day: re.Match[str]) -> None:
        self.trending = self.trending or bool(day[1])
        card = self.card
        if card is None or card.day:
            self.headers.add(day[2])
            return
        card.day, self.day_line = day[2], piece.line
        if day[3]:
            card.comments = int(day[3])

    def _counted(self, piece: PagePiece, text: str, to: furniture.Target | None) -> None:
        """A number: comments beside the date or by its address, else votes."""
        if to is not None and to.kind not in ("votes", "comments"):
            return  # the bullet of an avatar
        card, about = self.card, to.of if to else None
        below = self.expects_votes or (card is not None and about == card.arxiv_id is not None)
        self.expects_votes = False
        if to is not None and to.kind == "comments":
            if card is not None and about in (card.arxiv_id, None):
                card.comments = furniture.count(text)
        elif card is not None and to is None and card.day and piece.line == self.day_line:
            card.comments = furniture.count(text)
        elif card is not None and below and about in (card.arxiv_id, None):
            card.upvotes = furniture.count(text)
        else:
            if self.votes is not None and card is not None and self.votes[1] is None:
                card.comments = card.comments or furniture.count(self.votes[0])
            self.votes = text, about

    def _is_title(self, piece: PagePiece, to: furniture.Target | None) -> bool:
        if len(piece.text) > _LONGEST_TITLE or not piece.first or (to and to.kind != "paper"):
            return False
        if piece.heading:
            numbered = piece.linked and piece.href is None
            return to is not None or (
                self.headings
                and self.started
                and (numbered or (not piece.linked and piece.heading > 1))
            )
        if to is None or not _TITLE.fullmatch(piece.text):
            return False
        card = self.card
        return card is None or (
            card.arxiv_id != to.of and (card.arxiv_id or card.abstract) is not None
        )

    def _begin(self, piece: PagePiece, to: furniture.Target | None) -> None:
        self._close()
        self.card = card = Card(piece.line, piece.text, to.of if to else None)
        self.skips_name = self.expects_votes = False
        if self.votes is not None:
            written, about = self.votes
            if about is None or card.arxiv_id in (about, None):
                card.upvotes = furniture.count(written)
                card.arxiv_id = card.arxiv_id or about
            self.votes = None

    @staticmethod
    def _words(card: Card, piece: PagePiece, to: furniture.Target | None) -> None:
        """Running text: the abstract, or more of it."""
        text = piece.text
        if to is not None and (to.kind != "paper" or card.arxiv_id not in (to.of, None)):
            return
        if not piece.first and not furniture.goes_on(text):
            return  # words beside a link
        if card.abstract is None:
            if len(text) >= _SHORT or text.endswith(furniture.CLOSING):
                card.abstract = text
                card.arxiv_id = card.arxiv_id or (to.of if to else None)
        elif not card.has_metadata and furniture.goes_on(text):
            card.abstract = f"{card.abstract} {text}"[: furniture.LONGEST]

    def _close(self, *, last: bool = False) -> None:
        card, self.card = self.card, None
        if card is None:
            return
        text = card.abstract
        if last and text and not card.has_metadata and not text.endswith(furniture.CLOSING):
            card.abstract = None
            if card.arxiv_id is None:
                self.rejects.add(card.line, "the page ends in the middle of this abstract")
                return
        if card.arxiv_id is None and card.abstract is None:
            if card.has_metadata:
                self.rejects.add(card.line, "a title without an id or an abstract")
        elif not self._repeats(card):
            self.found.append(card)

    def _repeats(self, card: Card) -> bool:
        """The trending page shows each card twice: its second look fills the first."""
        first = self.found[-1] if self.found else None
        if first is None or (first.title, first.arxiv_id) != (card.title, card.arxiv_id):
            return False
        for name in card.__struct_fields__:
            if getattr(first, name) is None:
                setattr(first, name, getattr(card, name))
        return True

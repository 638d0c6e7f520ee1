"""Make one look at a source: a request, the further pages of its answer, and one file of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from digest.errors import FetchError
from digest.model.fetching import Answer, Look, LookState, Request
from digest.model.settings import Settings
from digest.pipeline.fetching import judge

Ask = Callable[[Request], Answer]
_NO_CHANGE = 304
_GOOD = 200
_FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # of a member: the earliest that a zip can state
_VALIDATOR = re.compile(r"[ -~]{1,1000}")  # what may be sent back in a header


class Seen(NamedTuple):
    """A good answer as one file: its bytes, its ending, and what is remembered of it.

    ``papers`` is how many it lists.
    ``moved_to`` is the address that a permanent redirect of the first page led to.
    """

    body: bytes
    suffix: str
    papers: int
    etag: str | None
    last_modified: str | None
    moved_to: str | None


def make(
    settings: Settings, look: Look, ask: Ask, day: date, known: LookState | None = None
) -> Seen | None:
    """Ask for all pages of a look; return them as one file, or None if it did not change.

    ``known`` is what is remembered of the last answer, if the request may be a conditional one.
    Raises `FetchError` if a page does not come, or is not in a format of the look.
    """
    conditions = _conditions(known) if known else ()
    first = ask(look.first._replace(headers=(*look.first.headers, *conditions)))
    if first.status == _NO_CHANGE and conditions:
        return None
    pages = _all_pages(settings, look, first, ask)
    bodies = look.bodies(pages)
    name = f"{look.name}{look.suffix}"
    papers = sum(judge.check(settings, name, body, day, look.formats) for body in bodies)
    # The validators of the first of several pages say nothing about the others.
    headers = first.headers if len(pages) == 1 else {}
    is_one = len(bodies) == 1
    return Seen(
        body=bodies[0] if is_one else pack(bodies, look),
        suffix=look.suffix if is_one else ".zip",
        papers=papers,
        etag=_validator(headers.get("etag")),
        last_modified=_validator(headers.get("last-modified")),
        moved_to=pages[0].url if pages[0].moved else None,
    )


def pack(pages: Sequence[bytes], look: Look) -> bytes:
    """Return a zip of the pages of a look: the same bytes on every machine.

    A page that states neither source nor day has both from its name, as a file of its own would.
    """
    packed = io.BytesIO()
    # Not compressed, because each version of zlib compresses in another way.
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as container:
        for number, page in enumerate(pages, start=1):
            member = zipfile.ZipInfo(f"{look.name}.p{number:02}{look.suffix}", _FIRST_TIME)
            member.create_system, member.external_attr = 3, 0o644 << 16
            container.writestr(member, page)
    return packed.getvalue()


def _conditions(known: LookState) -> tuple[tuple[str, str], ...]:
    headers = {
        "If-None-Match": _validator(known.etag),
        "If-Modified-Since": _validator(known.last_modified),
    }
    return tuple((name, value) for name, value in headers.items() if value)


def _validator(value: str | None) -> str | None:
    return value if value and _VALIDATOR.fullmatch(value) else None


def _all_pages(settings: Settings, look: Look, first: Answer, ask: Ask) -> list[Answer]:
    try:
        return _follow(settings, look, first, ask)
    except FetchError as error:
        if not error.start_again:
            raise
    # A token that was valid for a short time only: nothing of the first try is kept.
    try:
        return _follow(settings, look, ask(look.first), ask)
    except FetchError as error:
        if not error.start_again:
            raise
        raise FetchError(error.reason, again=True) from error


def _follow(settings: Settings, look: Look, first: Answer, ask: Ask) -> list[Answer]:
    """Return the first page and all that follow it."""
    pages = [_good(first)]
    while request := look.next_page(pages):
        pages.append(_good(ask(request)))
        _check_size(settings, pages)
    return pages


def _good(answer: Answer) -> Answer:
    if answer.status == _NO_CHANGE:
        raise FetchError("answered 304 (not modified) to a request without a condition")
    if answer.status != _GOOD:
        raise FetchError(f"answered {answer.status}")
    return answer


def _check_size(settings: Settings, pages: Sequence[Answer]) -> None:
    """Raise `FetchError` if the pages together are more than may be in one packed file."""
    limits = settings.limits
    if len(pages) > limits.members:
        raise FetchError(limits.passed("members", f"{len(pages)} pages"))
    size = sum(len(page.body) for page in pages)
    if size > limits.unpacked_mb << 20:
        raise FetchError(limits.passed("unpacked_mb", f"pages of {size / (1 << 20):,.0f} MiB"))

"""Make up any number of papers, and write them in the layouts of the real listing.

A paper depends only on its number and the seed, so a corpus needs no file, and the pages of two
days overlap if their ranges of numbers do. Titles and arXiv ids are unique. Abstracts have about
1,630 characters, and three in ten have damaged TeX. A third of the records of a page have no
metadata. Real copies are like this: 346 entries of 1,736 bytes, 219 with metadata, 29 % of the
abstracts with damaged TeX. Nothing here is taken from a real paper.

    python -m benchmarks.corpus 1000 > page.txt
    python -m benchmarks.corpus 1000 --layout api --start 500 > page.json
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from benchmarks import vocabulary

_FIRST_DAY = datetime.date(2020, 1, 1)
_PER_DAY = 400  # arXiv ids have five digits a month: enough for 3,000 a day
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "ei")]
_NAMES = len(_SYLLABLES) ** 4
_STRIDE = 31_415_927  # coprime to the number of names, so no name comes twice
_PLACES = range(len(vocabulary.BODY))  # the sentences of an abstract keep this order
_LOSSY = 0.3  # of the abstracts
_SMALL = frozenset({"at", "from", "in", "of", "over", "under", "with"})


class Invented(NamedTuple):
    """An invented paper."""

    number: int
    title: str
    abstract: str
    authors: tuple[str, ...]
    organization: tuple[str, str] | None  # slug and name
    published: datetime.date
    arxiv_id: str
    upvotes: int
    comments: int


def papers(count: int, *, start: int = 0, seed: int = 0) -> Iterator[Invented]:
    """Return ``count`` papers from number ``start``, the same in every process."""
    return (paper(number, seed=seed) for number in range(start, start + count))


def paper(number: int, *, seed: int = 0) -> Invented:
    """Return the paper with this number."""
    draw = random.Random(number * 1_000_003 + seed)
    area = draw.choice(vocabulary.AREAS)
    name = coined(number)
    task = draw.choice(area.tasks)
    published = _FIRST_DAY + datetime.timedelta(days=number // _PER_DAY)
    in_month = (published.day - 1) * _PER_DAY + number % _PER_DAY
    return Invented(
        number=number,
        title=_title(draw, name, task),
        abstract=_abstract(draw, area, name, task),
        authors=tuple(_author(draw) for _ in range(draw.choice((1, 2, 3, 4, 5, 6, 8, 12, 40)))),
        organization=draw.choice(vocabulary.ORGANIZATIONS) if draw.random() < 0.2 else None,
        published=published,
        arxiv_id=f"{published:%y%m}.{in_month:05d}",
        upvotes=int(draw.expovariate(1 / 20)),
        comments=int(draw.expovariate(1 / 2)),
    )


def coined(number: int) -> str:
    """Return an invented word of four syllables, different for each number below 49 million."""
    rest, syllables = (number + 1) * _STRIDE % _NAMES, []
    for _ in range(4):
        rest, syllable = divmod(rest, len(_SYLLABLES))
        syllables.append(_SYLLABLES[syllable])
    return "".join(syllables).capitalize()


def _title(draw: random.Random, name: str, task: str) -> str:
    adjective, setting = draw.choice(vocabulary.ADJECTIVES), draw.choice(vocabulary.SETTINGS)
    words = (word if word in _SMALL else word[0].upper() + word[1:] for word in task.split())
    return f"{name}: {adjective} {' '.join(words)} {setting}"


def _abstract(draw: random.Random, area: vocabulary.Area, name: str, task: str) -> str:
    body = sorted(draw.sample(_PLACES, draw.randint(15, 17)))
    sentences = [
        draw.choice(vocabulary.OPENINGS),
        *(vocabulary.BODY[place] for place in body),
        draw.choice(vocabulary.CLOSINGS),
    ]
    abstract = " ".join(sentences).format_map(_Words(draw, area, name, task))
    if draw.random() < _LOSSY:
        return abstract
    for damaged, intact in vocabulary.LOST.items():
        abstract = abstract.replace(damaged, intact)
    return abstract


class _Words(dict[str, str]):
    """The words for the slots of a sentence, as `str.format_map` asks for them.

    Name and task are fixed. Any other slot gets a newly drawn word or number each time.
    """

    def __init__(self, draw: random.Random, area: vocabulary.Area, name: str, task: str) -> None:
        super().__init__(name=name, task=task, Task=task[0].upper() + task[1:])
        self.draw, self.area = draw, area

    def __missing__(self, slot: str) -> str:
        if slot in vocabulary.NUMBERS:
            return str(self.draw.randint(*vocabulary.NUMBERS[slot]))
        area = self.draw.choice(vocabulary.AREAS) if slot.startswith("other") else self.area
        words: tuple[str, ...] = getattr(area, vocabulary.CHOICES[slot])
        return self.draw.choice(words)


def _author(draw: random.Random) -> str:
    return f"{draw.choice(vocabulary.GIVEN)} {draw.choice(vocabulary.FAMILY)}"


def plain_text(page: Iterable[Invented], day: datetime.date) -> Iterator[str]:
    """Write the listing of ``day`` as copied text, in pieces. A third have no metadata."""
    yield "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\n"
    yield f"byAK and the research community\n\n{_written(day)}"
    for entry in page:
        yield f"\n\n{entry.title}\n\n{entry.abstract}"
        if entry.number % 3 != 1:
            yield f"\n\n{_who(entry)}\n·\n{_when(entry, day)}"


def _who(entry: Invented) -> str:
    return (
        " ".join(entry.organization) if entry.organization else f"  • {len(entry.authors)} authors"
    )


def _when(entry: Invented, day: datetime.date) -> str:
    """Write a date and a comment count, without the year of the page and without a zero."""
    year = "" if entry.published.year == day.year else f", {entry.published.year}"
    return f"{_written(entry.published)}{year}" + (f" {entry.comments}" if entry.comments else "")


def _written(day: datetime.date) -> str:
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[day.month - 1]
    return f"{month} {day.day}"


def api_json(page: Iterable[Invented], day: datetime.date) -> str:
    """Write the answer of the daily_papers API for ``day``."""
    return json.dumps([_answer(entry, day) for entry in page], ensure_ascii=False)


def _answer(entry: Invented, day: datetime.date) -> dict[str, object]:
    inner: dict[str, object] = {
        "id": entry.arxiv_id,
        "authors": [
            {"_id": f"{entry.number:016x}{place:08x}", "name": name, "hidden": False}
            for place, name in enumerate(entry.authors)
        ],
        "publishedAt": f"{entry.published}T00:00:00.000Z",
        "submittedOnDailyAt": f"{day}T00:00:00.000Z",
        "title": entry.title,
        "summary": entry.abstract,
        "upvotes": entry.upvotes,
        "discussionId": f"{entry.number:024x}",
    }
    outer: dict[str, object] = {
        "paper": inner,
        "publishedAt": f"{entry.published}T00:00:00.000Z",
        "title": entry.title,
        "summary": entry.abstract,
        "numComments": entry.comments,
        "isAuthorParticipating": False,
    }
    if entry.organization:
        slug, name = entry.organization
        inner["organization"] = outer["organization"] = {"name": slug, "fullname": name}
    return outer


def main() -> None:
    """Write one page to standard output."""
    parser = argparse.ArgumentParser(description="A page of invented papers.")
    parser.add_argument("count", type=int)
    parser.add_argument("--start", type=int, default=0, help="number of the first paper")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--layout", choices=["plain", "api"], default="plain")
    parser.add_argument(
        "--day", type=datetime.date.fromisoformat, help="default: the newest paper's"
    )
    args = parser.parse_args()
    page = papers(args.count, start=args.start, seed=args.seed)
    day = args.day or paper(args.start + args.count - 1).published
    if args.layout == "api":
        sys.stdout.write(api_json(page, day))
    else:
        sys.stdout.writelines(plain_text(page, day))


if __name__ == "__main__":
    main()

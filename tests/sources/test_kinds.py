"""Each kind of source asks for what its operator would, and follows the pages of the answer."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import parsers
from digest.errors import FetchError
from digest.model.fetching import Answer, Look, LookState, Request, SourceState
from digest.model.settings import seconds
from digest.model.source_settings import LOCAL_KINDS, Kind, Source
from digest.parsers import formats
from digest.parsers.fields import dates, sources
from digest.pipeline.fetching.look import pack
from digest.settings.source_checks import LEAST, NAME
from digest.sources import kinds
from digest.sources.kinds import MODULES, arxiv_oai, arxiv_rss
from tests.support.looks import bodies, follow, query

TODAY = date(2026, 11, 27)
LAST_DAYS = [TODAY - timedelta(days=ago) for ago in (2, 1, 0)]
EXAMPLES: dict[Kind, Source] = {
    "hf-daily": Source("hf", "hf-daily"),
    "arxiv-rss": Source("rss", "arxiv-rss", categories=("cs.CL", "cs.AI")),
    "arxiv-search": Source("found", "arxiv-search", query="cat:cs.CL AND abs:agents"),
    "arxiv-oai": Source("oai", "arxiv-oai", set="cs"),
    "biorxiv": Source("bio", "biorxiv"),
    "feed": Source("blog", "feed", url="https://feeds.example.org/papers?of=us"),
    "page": Source("lab", "page", url="https://lab.example.org/papers.bib"),
}


def look_of(source: Source, state: SourceState | None = None, days: Sequence[date] = ()) -> Look:
    """Return the newest look of a source."""
    module = kinds.load(source.kind)
    return module.looks(source, state or SourceState(), days or LAST_DAYS, None)[-1]


def range_of(source: Source) -> list[Look]:
    """Return the looks of a range of three days."""
    return kinds.load(source.kind).looks(source, None, LAST_DAYS, None)


def asked(look: Look) -> tuple[str, dict[str, str]]:
    """Return address and query of the first request of a look."""
    return look.first.url.partition("?")[0], query(look.first)


@pytest.mark.parametrize("kind", MODULES)
def test_each_kind_names_its_rhythm_and_its_files(kind: Kind) -> None:
    """Its own time between two looks is allowed, and its formats exist."""
    module, look = kinds.load(kind), look_of(EXAMPLES[kind])
    assert seconds(module.EVERY) >= seconds(LEAST[kind])
    assert {one.NAME for one in formats.in_order()} >= set(look.formats)
    assert urlsplit(look.first.url).scheme == "https"
    assert look.day == "2026-11-27"


@pytest.mark.parametrize("kind", [kind for kind in MODULES if kinds.load(kind).BY_DAY])
def test_a_range_is_one_look_a_day(kind: Kind) -> None:
    """Each asks for its own day alone, and has that day in its name."""
    looks = range_of(EXAMPLES[kind])
    assert [f"{day}" for day in LAST_DAYS] == [look.day for look in looks]
    assert [f"{EXAMPLES[kind].name}-{day}" for day in LAST_DAYS] == [look.name for look in looks]
    assert len({look.first.url for look in looks}) == 3


def test_kinds_that_know_no_days_say_so() -> None:
    """They give what is there now."""
    assert {kind for kind in MODULES if not kinds.load(kind).BY_DAY} == {
        "arxiv-rss",
        "feed",
        "page",
    }


@given(st.from_regex(NAME, fullmatch=True), st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_the_name_of_a_file_gives_its_day_and_its_source(name: str, day: date) -> None:
    """Whatever the source is called; the files of all its days have one source."""
    look = look_of(Source(name, "hf-daily"), days=[day])
    assert dates.day_in_name(look.name + look.suffix) == day
    assert sources.from_file_name(look.name + look.suffix) == name


@pytest.mark.parametrize("kind", ["hf-daily", "feed", "page"])
def test_a_secret_stands_in_a_header_only(kind: Kind) -> None:
    """Addresses are shown and stored."""
    (look, *_) = kinds.load(kind).looks(EXAMPLES[kind], SourceState(), LAST_DAYS, "s3cret")
    assert ("Authorization", "Bearer s3cret") in look.first.headers
    assert "s3cret" not in f"{look.first.url} {look.name}"


# hf-daily


def daily(first: int, count: int) -> bytes:
    """Return a page of the daily_papers API."""
    entries = [
        {"paper": {"id": f"2611.{number:05}", "title": f"Paper {number}"}, "title": "x"}
        for number in range(first, first + count)
    ]
    return json.dumps(entries).encode()


def test_hf_daily_asks_for_days_one_by_one() -> None:
    """By date, with as many papers as the API gives at once."""
    looks = kinds.load("hf-daily").looks(EXAMPLES["hf-daily"], SourceState(), LAST_DAYS, None)
    assert [asked(look) for look in looks] == [
        ("https://huggingface.co/api/daily_papers", {"date": f"{day}", "limit": "100"})
        for day in LAST_DAYS
    ]


@pytest.mark.parametrize("kind", ["hf-daily", "biorxiv"])
@pytest.mark.parametrize(
    ("moment", "again"),
    [
        ("2026-11-27T00:30:00+00:00", False),
        ("2026-11-27T09:00:00Z", False),
        ("2026-11-27T08:00:00+09:00", True),  # still the day before, in UTC
        ("2026-11-26T23:59:59+00:00", True),
        ("", True),
        ("soon", True),
    ],
)
def test_an_earlier_day_is_asked_once_a_day(kind: Kind, moment: str, again: bool) -> None:
    """A day fills late, but slowly; today is asked at every look."""
    name = EXAMPLES[kind].name
    state = SourceState(looks={f"{name}-{day}": LookState(moment) for day in LAST_DAYS})
    looks = kinds.load(kind).looks(EXAMPLES[kind], state, LAST_DAYS, None)
    assert [look.day for look in looks] == [f"{day}" for day in LAST_DAYS[0 if again else 2 :]]
    assert kinds.load(kind).looks(EXAMPLES[kind], None, LAST_DAYS, None)[0].day == "2026-11-25"


def test_hf_daily_follows_full_pages() -> None:
    """More than a hundred papers on a day are on further pages."""

    def answer(request: Request) -> bytes:
        start = 100 * int(query(request).get("p", "0"))
        return daily(start, min(100, 230 - start))

    look = look_of(EXAMPLES["hf-daily"])
    assert [None, "1", "2"] == [query(one).get("p") for one in follow(look, answer)]
    assert 230 == sum(len(json.loads(body)) for body in bodies(look, answer))


@pytest.mark.parametrize("body", [daily(0, 100), b"[]"])
def test_hf_daily_ends_with_a_page_that_brings_nothing(body: bytes) -> None:
    """Whether the further page is empty, or the first one again."""
    look = look_of(EXAMPLES["hf-daily"])
    pages = follow(look, lambda request: body if "p=" in request.url else daily(0, 100))
    assert len(pages) == 2


@pytest.mark.parametrize("body", [b"<html>", b'{"error": "x"}', b"", b"[1]", daily(0, 9)[:-9]])
def test_another_answer_of_hf_daily_is_no_further_page(body: bytes) -> None:
    """As the first page it is left to those who judge answers."""
    look = look_of(EXAMPLES["hf-daily"])
    assert [body] == bodies(look, lambda _: body)
    with pytest.raises(FetchError, match="no list of papers") as raised:
        follow(look, lambda request: body if "p=" in request.url else daily(0, 100))
    assert raised.value.again


def test_hf_daily_counts_entries_without_an_id() -> None:
    """They are entries of the page all the same."""
    body = b"[" + b",".join([b'{"paper": null}', b"{}", *[b'{"paper": {"id": 7}}'] * 98]) + b"]"
    look = look_of(EXAMPLES["hf-daily"])
    assert len(follow(look, lambda request: b"[]" if "p=" in request.url else body)) == 2


# arxiv-rss


def item(number: int, announce: str, inside: str = "") -> str:
    """Return an item of the feed; its description says how it was announced as well."""
    stated = f"Announce Type: {announce}" if announce else ""
    element = f"<arxiv:announce_type>{announce}</arxiv:announce_type>" if announce else ""
    return (
        f"    <item>\n      <title>Paper {number}</title>\n"
        f"      <link>https://arxiv.org/abs/2611.{number:05}</link>\n"
        f"      <description>arXiv:2611.{number:05}v1 {stated} \nAbstract: Words.</description>\n"
        f"      {inside}{element}\n    </item>\n"
    )


def rss(*items: str) -> bytes:
    """Return a feed of arXiv with these items."""
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" version="2.0">\n  <channel>\n'
        "    <title>cs.CL, cs.AI updates on arXiv.org</title>\n"
        "    <link>http://rss.arxiv.org/rss/cs.CL+cs.AI</link>\n"
        f"    <pubDate>Fri, 27 Nov 2026 00:00:00 -0500</pubDate>\n{''.join(items)}"
        "  </channel>\n</rss>\n"
    ).encode()


def test_arxiv_rss_asks_for_all_categories_at_once() -> None:
    """One request for all of them."""
    assert asked(look_of(EXAMPLES["arxiv-rss"])) == ("https://rss.arxiv.org/rss/cs.CL+cs.AI", {})


def test_announcements_that_are_not_wanted_become_no_papers() -> None:
    """They are left out of the file, and nothing else is."""
    source = Source("rss", "arxiv-rss", categories=("cs.CL",), announce=("new", "cross"))
    kinds_of_item = ("new", "replace", "cross", "replace-cross", "")
    feed = rss(*(item(number, kind) for number, kind in enumerate(kinds_of_item)))
    (body,) = bodies(look_of(source), lambda _: feed)
    assert body == rss(item(0, "new"), item(2, "cross"), item(4, ""))
    dump = parsers.read_dump("rss-2026-11-27.xml", io.BytesIO(body))
    assert ["2611.00000", "2611.00002", "2611.00004"] == [one.arxiv_id for one in dump.sightings]
    assert dump.page_date == "2026-11-27"


def test_the_description_says_it_where_the_element_is_missing() -> None:
    """So do the feeds that older services pass on."""
    feed = rss(item(0, "replace").replace("arxiv:announce_type", "arxiv:gone"), item(1, "new"))
    assert arxiv_rss.only(feed, ("new",)) == rss(item(1, "new"))


@pytest.mark.parametrize("announce", [(), ("new",)])
def test_a_feed_without_items_stays_as_it_is(announce: tuple[str, ...]) -> None:
    """At the weekend it has none; without a wish nothing is left out."""
    assert arxiv_rss.only(rss(), announce) == rss()
    assert arxiv_rss.only(rss(item(1, "replace")), ()) == rss(item(1, "replace"))
    assert arxiv_rss.only(b"<item>cut", announce) == b"<item>cut"


# arxiv-search


def atom(ids: Sequence[str], total: int | None) -> bytes:
    """Return a page of the search; ids are those of arXiv."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{one}v1</id><title>Paper {one}</title></entry>\n"
        for one in ids
    )
    stated = "" if total is None else f"<opensearch:totalResults>{total}</opensearch:totalResults>"
    return (
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
        ' xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/api/x</id>\n'
        f"{stated}\n{entries}</feed>"
    ).encode()


def found(request: Request, total: int, size: int | None = None) -> bytes:
    """Answer a search with numbered papers."""
    asked_for = query(request)
    start, most = int(asked_for["start"]), int(asked_for["max_results"])
    stop = min(total, start + (most if size is None else size))
    return atom([f"2611.{number:05}" for number in range(start, stop)], total)


def test_arxiv_search_asks_for_the_newest() -> None:
    """The first hundred, the last submitted first."""
    assert asked(look_of(EXAMPLES["arxiv-search"])) == (
        "https://export.arxiv.org/api/query",
        {
            "search_query": "cat:cs.CL AND abs:agents", "sortBy": "submittedDate",
            "sortOrder": "descending", "start": "0", "max_results": "100",
        },
    )  # fmt: skip


def test_arxiv_search_asks_for_what_was_submitted_on_a_day() -> None:
    """The query stays one thing."""
    assert query(range_of(EXAMPLES["arxiv-search"])[0].first)["search_query"] == (
        "(cat:cs.CL AND abs:agents) AND submittedDate:[202611250000 TO 202611252359]"
    )


@pytest.mark.parametrize(
    ("most", "total", "expected"),
    [
        (300, 5000, [(0, 100), (100, 100), (200, 100)]),
        (250, 5000, [(0, 100), (100, 100), (200, 50)]),
        (300, 120, [(0, 100), (100, 100)]),
        (300, 100, [(0, 100)]),
        (1, 5000, [(0, 1)]),
        (300, 0, [(0, 100)]),
    ],
)
def test_arxiv_search_asks_for_at_most_so_many(
    most: int, total: int, expected: list[tuple[int, int]]
) -> None:
    """And not beyond the total."""
    look = look_of(Source("found", "arxiv-search", query="all:x", most=most))
    requests = [query(one) for one in follow(look, lambda request: found(request, total))]
    assert expected == [(int(one["start"]), int(one["max_results"])) for one in requests]


STAMP = "2026-11-27T08:00:00Z"
SEARCHED = (
    f'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><updated>{STAMP}</updated>\n<entry>'
    "<id>http://arxiv.org/abs/2611.00001v1</id><updated>2026-11-24T10:00:00Z</updated>"
    "<title>A paper</title></entry></feed>"
)
HARVESTED = (
    f"<OAI-PMH><responseDate>{STAMP}</responseDate><ListRecords><record><metadata><arXiv>"
    "<id>2611.00001</id><created>2026-11-24</created><title>A paper</title></arXiv></metadata>"
    "</record></ListRecords></OAI-PMH>"
)


@pytest.mark.parametrize(("kind", "body"), [("arxiv-search", SEARCHED), ("arxiv-oai", HARVESTED)])
def test_an_answer_about_a_past_day_is_of_that_day(kind: Kind, body: str) -> None:
    """Not of the day on which it was given: each day of a range is an issue of its own."""
    looks = [*range_of(EXAMPLES[kind]), look_of(EXAMPLES[kind])]
    pages = [page for look in looks for page in bodies(look, lambda _: body.encode())]
    dumps = [parsers.read_dump("x", io.BytesIO(page)) for page in pages]
    assert ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-27"] == [
        dump.page_date for dump in dumps
    ]
    assert ["2026-11-24"] * 4 == [one.published for dump in dumps for one in dump.sightings]


def test_an_empty_page_of_the_search_is_asked_again_and_left_out() -> None:
    """Its total says more, so it is no end; the file holds the pages with records."""
    answers = iter([100, 0, 0, 100])
    look = look_of(Source("found", "arxiv-search", query="all:x", most=200))
    files = bodies(look, lambda request: found(request, 500, next(answers)))
    assert [100, 100] == [body.count(b"<entry>") for body in files]
    with pytest.raises(FetchError):
        follow(look, lambda request: found(request, 500, 0))


def test_a_search_without_results_is_a_file_without_papers() -> None:
    """Its only page is kept."""
    look = look_of(EXAMPLES["arxiv-search"])
    assert [atom([], 0)] == bodies(look, lambda _: atom([], 0))


def test_an_error_of_the_search_is_told_in_its_own_words() -> None:
    """It is an entry of a feed that looks like any other."""
    body = (
        b"<feed><entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>"
        b"<summary>incorrect id format\n for &lt;abc&gt;</summary></entry></feed>"
    )
    with pytest.raises(FetchError, match="arXiv answered: incorrect id format for <abc>") as raised:
        follow(look_of(EXAMPLES["arxiv-search"]), lambda _: body)
    assert not raised.value.again


# arxiv-oai


def oai(inside: str) -> bytes:
    """Return an answer by OAI-PMH."""
    return f'<?xml version="1.0"?>\n<OAI-PMH>\n<request>x</request>\n{inside}\n</OAI-PMH>'.encode()


def records(*numbers: int, token: str = "") -> bytes:
    """Return a page of records, with the element for the next page."""
    listed = "".join(f"<record><id>2611.{number:05}</id></record>" for number in numbers)
    return oai(f"<ListRecords>{listed}{token}</ListRecords>")


def token_of(text: str) -> str:
    """Return the element with a token."""
    return f'<resumptionToken cursor="0" completeListSize="9">{text}</resumptionToken>'


def test_arxiv_oai_asks_from_the_day_before_its_last_answer() -> None:
    """The server counts its days elsewhere; the first time it asks for yesterday."""
    source = EXAMPLES["arxiv-oai"]
    states = [
        SourceState(from_date=day)
        for day in (None, "2026-11-20", "2026-12-31", "never", "0001-01-01")
    ]
    expected = ["2026-11-26", "2026-11-19", "2026-11-26", "2026-11-26", "1991-08-13"]
    assert expected == [query(look_of(source, state).first)["from"] for state in states]
    assert asked(look_of(source)) == (
        "https://oaipmh.arxiv.org/oai",
        {"verb": "ListRecords", "metadataPrefix": "arXiv", "set": "cs", "from": "2026-11-26"},
    )


def test_arxiv_oai_asks_for_single_days() -> None:
    """From the day until the same day."""
    requests = [query(look.first) for look in range_of(EXAMPLES["arxiv-oai"])]
    assert [(f"{day}", f"{day}") for day in LAST_DAYS] == [
        (one["from"], one["until"]) for one in requests
    ]


def test_arxiv_oai_follows_its_tokens() -> None:
    """A token is all that the next request has, escaped; an empty one is the end."""
    pages = iter(
        [
            records(1, 2, token=token_of("a&amp;b|=+ 1")),
            records(token=token_of("2")),
            records(3, token='<resumptionToken cursor="2" completeListSize="9"/>'),
        ]
    )
    first, *others = follow(look_of(EXAMPLES["arxiv-oai"]), lambda _: next(pages))
    assert "resumptionToken" not in query(first)
    assert [
        {"verb": "ListRecords", "resumptionToken": "a&b|=+ 1"},
        {"verb": "ListRecords", "resumptionToken": "2"},
    ] == [query(one) for one in others]


@pytest.mark.parametrize(
    "end", ["", "<resumptionToken/>", "<resumptionToken></resumptionToken>", "<resumptionToken />"]
)
def test_an_answer_without_a_token_is_the_last(end: str) -> None:
    """However the empty element is written."""
    assert len(follow(look_of(EXAMPLES["arxiv-oai"]), lambda _: records(1, token=end))) == 1


def test_an_abstract_that_quotes_a_token_is_none() -> None:
    """The token stands behind all records."""
    quoted = oai(f"<ListRecords><record><![CDATA[{token_of('x')}]]></record></ListRecords>")
    assert len(follow(look_of(EXAMPLES["arxiv-oai"]), lambda _: quoted)) == 1


def test_no_matching_records_is_an_answer() -> None:
    """Nothing changed on that day."""
    answer = oai('<error code="noRecordsMatch">No matching records</error>')
    assert [answer] == bodies(look_of(EXAMPLES["arxiv-oai"]), lambda _: answer)


@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"]])
def test_a_token_that_came_before_is_an_error(tokens: list[str]) -> None:
    """It would lead in a circle."""
    pages = iter(records(1, token=token_of(token)) for token in tokens)
    with pytest.raises(FetchError, match="back to a page that came before"):
        follow(look_of(EXAMPLES["arxiv-oai"]), lambda _: next(pages))


def test_an_expired_token_starts_the_look_again() -> None:
    """What came so far is void; as a first answer it is an error."""
    expired = oai('<error code="badResumptionToken">It has\nexpired</error>')
    pages = iter([records(1, token=token_of("a")), expired])
    with pytest.raises(FetchError) as raised:
        follow(look_of(EXAMPLES["arxiv-oai"]), lambda _: next(pages))
    assert raised.value.start_again
    with pytest.raises(FetchError, match="badResumptionToken: It has expired") as raised:
        follow(look_of(EXAMPLES["arxiv-oai"]), lambda _: expired)
    assert not raised.value.start_again


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (oai("<error code='noRecordsMatch'>x</error>"), "noRecordsMatch: x"),
        (b"<html>maintenance</html>", "no whole list"),
        (b"", "no whole list"),
        (records(2).replace(b"</ListRecords>", b""), "no whole list"),
    ],
)
def test_a_strange_page_in_the_middle_is_no_end(body: bytes, reason: str) -> None:
    """The pages behind it would be lost."""
    pages = iter([records(1, token=token_of("a")), body])
    with pytest.raises(FetchError, match=reason) as raised:
        follow(look_of(EXAMPLES["arxiv-oai"]), lambda _: next(pages))
    assert raised.value.again


def test_an_answer_in_tokens_without_an_end_is_given_up() -> None:
    """Each page has a token of its own."""
    with pytest.raises(FetchError, match="more than 1,000 pages"):
        arxiv_oai.looks(EXAMPLES["arxiv-oai"], SourceState(), LAST_DAYS, None)[0].next_page(
            [Answer(200, {}, records(1, token=token_of(f"{n}")), "") for n in range(1000)]
        )


# biorxiv


def posts(request: Request, count: int, size: int, total: object = None) -> bytes:
    """Answer for numbered preprints, as the API does."""
    start = int(urlsplit(request.url).path.split("/")[5])
    page = [
        {"doi": f"10.64898/{number}", "version": "1", "title": f"Post {number}"}
        for number in range(start, min(count, start + size))
    ]
    if not page:
        return b'{"messages": [{"status": "no posts found"}], "collection": []}'
    stated = f"{count}" if total is None else total
    message = {"status": "ok", "cursor": start, "count": len(page), "total": stated}
    return json.dumps({"messages": [message], "collection": page}).encode()


def test_biorxiv_asks_for_days_one_by_one() -> None:
    """A category is part of the query, in the API's writing."""
    assert asked(look_of(EXAMPLES["biorxiv"])) == (
        "https://api.biorxiv.org/details/biorxiv/2026-11-27/2026-11-27/0/json", {},
    )  # fmt: skip
    source = Source("med", "biorxiv", server="medrxiv", categories=("Infectious Diseases",))
    assert asked(look_of(source)) == (
        "https://api.biorxiv.org/details/medrxiv/2026-11-27/2026-11-27/0/json",
        {"category": "infectious_diseases"},
    )


@pytest.mark.parametrize("size", [30, 100])
@pytest.mark.parametrize("is_text", [True, False])
def test_biorxiv_follows_the_cursor(size: int, is_text: bool) -> None:
    """However long its pages are; the total is a number, or one in quotes."""
    look, total = look_of(EXAMPLES["biorxiv"]), "230" if is_text else 230
    files = bodies(look, lambda request: posts(request, 230, size, total))
    dois = [post["doi"] for body in files for post in json.loads(body)["collection"]]
    assert [f"10.64898/{number}" for number in range(230)] == dois


def test_the_pages_of_a_look_have_its_source_and_its_day() -> None:
    """They state neither, so their names in the packed file do."""
    look = look_of(EXAMPLES["biorxiv"])
    files = bodies(look, lambda request: posts(request, 230, 100))
    assert len(files) == 3
    dump = parsers.read_dump("packed.zip", io.BytesIO(pack(files, look)))
    assert ("bio", "2026-11-27", 230) == (dump.source, dump.page_date, len(dump.sightings))


def test_a_day_without_preprints_is_an_answer() -> None:
    """It says so in words, and without a total."""
    look = look_of(EXAMPLES["biorxiv"])
    assert len(follow(look, lambda request: posts(request, 0, 100))) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", 'not JSON with a "collection"'),
        (b'{"messages": []}', 'not JSON with a "collection"'),
        (b"[]", 'not JSON with a "collection"'),
        (
            b'{"messages": [{"status": "error: no such\\nserver"}], "collection": []}',
            "no such server",
        ),
    ],
)
def test_another_answer_of_biorxiv_is_an_error(body: bytes, reason: str) -> None:
    """It must have the collection."""
    with pytest.raises(FetchError, match=reason):
        follow(look_of(EXAMPLES["biorxiv"]), lambda _: body)


# feed and page


def test_an_address_is_asked_as_it_is_given() -> None:
    """Its ending is that of the file, if it is one of a format."""
    feed, page = look_of(EXAMPLES["feed"]), look_of(EXAMPLES["page"])
    assert ("https://feeds.example.org/papers?of=us", ".xml") == (feed.first.url, feed.suffix)
    assert ("https://lab.example.org/papers.bib", ".bib") == (page.first.url, page.suffix)
    assert () == page.formats
    assert ".html" == look_of(Source("x", "page", url="https://lab.example.org/list.php")).suffix


def test_a_permanent_redirect_is_remembered_for_its_own_address() -> None:
    """Another address in the configuration is asked itself."""
    moved = SourceState(url=EXAMPLES["feed"].url, address="https://new.example.org/feed")
    assert "https://new.example.org/feed" == look_of(EXAMPLES["feed"], moved).first.url
    other = Source("blog", "feed", url="https://other.example.org/")
    assert "https://other.example.org/" == look_of(other, moved).first.url


@pytest.mark.parametrize("kind", ["feed", "page"])
def test_a_token_goes_only_to_the_host_it_is_meant_for(kind: Kind) -> None:
    """A redirect would not take it along, so where it led is asked only on the same host."""
    source = EXAMPLES[kind]
    host = urlsplit(source.url or "").netloc

    def next_url(moved_to: str) -> str:
        state = SourceState(url=source.url, address=moved_to)
        (look,) = kinds.load(kind).looks(source, state, LAST_DAYS, "secret")
        assert ("Authorization", "Bearer secret") in look.first.headers
        return look.first.url

    assert f"https://{host}/new" == next_url(f"https://{host}/new")
    for elsewhere in (f"http://{host}/new", f"https://{host}:8443/", "https://new.example.org/"):
        assert source.url == next_url(elsewhere)


def test_every_kind_is_known() -> None:
    """What the configuration allows is asked over HTTP or on the disk."""
    assert {*MODULES, *LOCAL_KINDS} == set(LEAST)

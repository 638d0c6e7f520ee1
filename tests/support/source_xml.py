"""What arXiv answers in XML: its search API (Atom), and OAI-PMH with resumption tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from html import escape

from tests.support import source_days
from tests.support.source_answers import SiteAnswer
from tests.support.source_days import SourcePaper

ATOM, OAI = "application/atom+xml; charset=utf-8", "text/xml; charset=utf-8"
SEARCHED = timedelta(days=3)  # before today that a search finds
_SUBMITTED = re.compile(r"submittedDate:\[(\d{8})\d* TO (\d{8})\d*\]")
EARLIEST = date(2025, 1, 1)


def _stamp(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def search(query: dict[str, str], now: datetime, most: int, *, is_empty: bool) -> SiteAnswer:
    """Answer /api/query: at most so many papers, newest first, of the last days or those named."""
    span = _SUBMITTED.search(query.get("search_query", ""))
    first, last = span.groups() if span else (None, None)
    days = _days(
        date.fromisoformat(first) if first else now.date() - SEARCHED,
        date.fromisoformat(last) if last else now.date(),
    )
    papers = [one for day in days for one in source_days.arxiv(day)][::-1]
    start, size = int(query.get("start", "0")), min(most, int(query.get("max_results", "10")))
    page = [] if is_empty else papers[start : start + size]
    asked = escape(f"search_query={query.get('search_query', '')}&id_list=&start={start}")
    text = f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" \
xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/x{start}</id>
  <title>arXiv Query: {asked}&amp;max_results={size}</title>
  <updated>{_stamp(now)}</updated>
  <link href="https://arxiv.org/api/query?{asked}" type="application/atom+xml"/>
  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>
  <opensearch:totalResults>{len(papers)}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
{"".join(_entry(one) for one in page)}</feed>
"""
    return SiteAnswer(text.encode(), ATOM)


def _entry(paper: SourcePaper) -> str:
    address, stamp = f"https://arxiv.org/abs/{paper.arxiv_id}v1", f"{paper.day}T17:59:59Z"
    authors = "".join(f"<author><name>{name}</name></author>" for name in paper.authors)
    return f"""  <entry>
    <id>http://arxiv.org/abs/{paper.arxiv_id}v1</id>
    <title>{escape(paper.title)}</title>
    <updated>{stamp}</updated>
    <link href="{address}" rel="alternate" type="text/html"/>
    <summary>{escape(paper.abstract)}</summary>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <published>{stamp}</published>
    <arxiv:primary_category term="cs.CL"/>
    {authors}
  </entry>
"""


def _oai(now: datetime, inside: str) -> SiteAnswer:
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ \
http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
<responseDate>{_stamp(now)}</responseDate>
<request verb="ListRecords">http://oaipmh.arxiv.org/oai</request>
{inside}
</OAI-PMH>
"""
    return SiteAnswer(text.encode(), OAI)


def oai_error(code: str, words: str, now: datetime) -> SiteAnswer:
    """Answer with an error of OAI-PMH, which comes with status 200."""
    return _oai(now, f'<error code="{code}">{words}</error>')


def list_records(query: dict[str, str], now: datetime, page_size: int) -> SiteAnswer:
    """Answer verb=ListRecords: the first page of a range of days, or the page of a token."""
    if query.get("verb") != "ListRecords":
        return oai_error("badVerb", "Illegal verb", now)
    token = query.get("resumptionToken")
    if token is not None and set(query) != {"verb", "resumptionToken"}:
        return oai_error("badArgument", "resumptionToken is an exclusive argument", now)
    if token is None and "metadataPrefix" not in query:
        return oai_error("badArgument", "metadataPrefix is missing", now)
    start = 0
    first, last = query.get("from", f"{EARLIEST}"), query.get("until", f"{now.date()}")
    if token is not None:
        first, last, at = token.split("|")
        start = int(at)
    days = _days(date.fromisoformat(first), min(date.fromisoformat(last), now.date()))
    papers = [one for day in days for one in source_days.arxiv(day)]
    page = papers[start : start + page_size]
    if not page:
        return oai_error("noRecordsMatch", "No matching records", now)
    return _oai(now, _records(page, f"{first}|{last}", start, len(papers)))


def _records(page: Iterable[SourcePaper], span: str, start: int, total: int) -> str:
    records = [_record(paper) for paper in page]
    following = start + len(records)
    about = f'cursor="{start}" completeListSize="{total}"'
    token = f"<resumptionToken {about}>{span}|{following}</resumptionToken>"
    if following >= total:
        token = f"<resumptionToken {about}/>" if start else ""
    return f"<ListRecords>\n{''.join(records)}{token}\n</ListRecords>"


def _record(paper: SourcePaper) -> str:
    names = "".join(
        f"<author><keyname>{name.split()[1]}</keyname><forenames>{name.split()[0]}</forenames>"
        "</author>"
        for name in paper.authors
    )
    return f"""<record>
<header>
 <identifier>oai:arXiv.org:{paper.arxiv_id}</identifier>
 <datestamp>{paper.day}</datestamp>
 <setSpec>cs</setSpec>
</header>
<metadata>
 <arXiv xmlns="http://arxiv.org/OAI/arXiv/" \
xsi:schemaLocation="http://arxiv.org/OAI/arXiv/ http://arxiv.org/OAI/arXiv.xsd">
 <id>{paper.arxiv_id}</id><created>{paper.day}</created><authors>{names}</authors>\
<title>{escape(paper.title)}</title><categories>cs.CL</categories>\
<license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>\
<abstract>{escape(paper.abstract)}</abstract></arXiv>
</metadata>
</record>
"""

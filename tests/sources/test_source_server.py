"""The sources of the tests' own: our formats read them, and the judge of their log can fail."""

from __future__ import annotations

import io

import pytest

from digest import parsers
from digest.model.papers import Dump
from tests.support import fetch_rules, source_days
from tests.support.source_answers import SiteAnswer
from tests.support.source_days import SourcePaper
from tests.support.source_shapes import SHAPES
from tests.support.wires import Asked


@pytest.mark.parametrize("shape", SHAPES)
def test_formats_read_the_sources(shape: str) -> None:
    """Each shape is read by the format of its name, with exactly its papers."""
    answer, papers = SHAPES[shape]
    dump = _read(answer)
    assert shape.partition(",")[0] == dump.format_name
    assert sorted(_keys(papers)) == sorted(one.arxiv_id or one.doi or "" for one in dump.sightings)
    assert not dump.rejects
    assert {one.title for one in papers} == {one.title for one in dump.sightings}


def _read(answer: SiteAnswer) -> Dump:
    return parsers.read_dump("answer", io.BytesIO(answer.body))


def _keys(papers: list[SourcePaper]) -> list[str]:
    return [one.doi if one.place in source_days.BIORXIV else one.arxiv_id for one in papers]


GOOD = Asked(
    moment=100.0,
    host="rss.arxiv.org",
    method="GET",
    path="/rss/cs.CL",
    headers={"user-agent": "papers-digest/1 (a@example.org)", "accept-encoding": "gzip"},
    status=200,
    given={"etag": '"a"'},
)
LATER = GOOD._replace(moment=103.5, host="export.arxiv.org", path="/api")


@pytest.mark.parametrize(
    ("second", "breach"),
    [
        (LATER, ""),
        (LATER._replace(moment=103.1), "3.100 s between"),
        (LATER._replace(host="arxiv.org", moment=100.5), "0.500 s between"),
        (LATER._replace(host="example.org", moment=100.1), ""),
        (LATER._replace(headers={**GOOD.headers, "user-agent": "curl"}), "User-Agent: curl"),
        (LATER._replace(headers={**GOOD.headers, "accept-encoding": "br"}), "Accept-Encoding: br"),
        (LATER._replace(headers={**GOOD.headers, "cookie": "a=b"}), "a cookie"),
        (GOOD._replace(moment=104.0), "asked without the etag"),
        (GOOD._replace(moment=104.0), "asked again after an answer"),
        (LATER._replace(path="/api?token=s3cret"), "a secret outside"),
        (LATER._replace(headers={**GOOD.headers, "authorization": "Bearer s3cret"}), ""),
    ],
)
def test_the_judge_finds_breaches(second: Asked, breach: str) -> None:
    """Each rule is broken by a log, and a polite log breaks none."""
    lines = fetch_rules.breaches([GOOD, second], "a@example.org", secrets=["s3cret"])
    assert bool(breach) == bool(lines), lines
    assert breach in " ".join(lines)

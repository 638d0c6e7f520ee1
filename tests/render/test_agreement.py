"""Every count agrees with its noun: on pages, in Markdown, feeds, notices and the terminal."""

from __future__ import annotations

import ast
import html
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import digest
from digest.cli import status as cli_status
from digest.model.issues import Accounting, RisingPaper
from digest.render import wording
from digest.text import counting
from tests.render.test_notice import sentences
from tests.support.folders import Folder, answer
from tests.support.pages import SHIPPED, full_issue, full_item

COUNTS = (0, 1, 2, 1204)
DAY = "2026-11-22"
NOUNS = {
    singular: plural or f"{singular}s"
    for singular, _, plural in (
        word.partition("/")
        for word in (
            "paper vote comment star author entry/entries issue file day dump record heading topic"
            " week hour minute character byte month time name line backup run edition term page"
            " second cell look source"
        ).split()
    )
}
PLURALS = {plural: singular for singular, plural in NOUNS.items()}
_WORDS = "|".join(sorted((*NOUNS, *PLURALS), key=len, reverse=True))
# No part of a date, an id or a decimal number. A word such as "new" may stand in between.
_COUNT = re.compile(
    r"(?<![\w.,:/#–-])(\d{1,3}(?:,\d{3})*|\d+) (?:(?:new|earlier|invalid) )?"
    rf"({_WORDS})\b(?!’)"
)
_TAG = re.compile(r"<[^>]*>")


def disagreements(text: str) -> list[str]:
    """Return the counts of a text whose noun is in the wrong form."""
    plain = html.unescape(_TAG.sub("", text))
    found = (match for source in (text, plain) for match in _COUNT.finditer(source))
    return [match[0] for match in found if (match[1] == "1") != (match[2] in NOUNS)]


def test_the_judge_finds_what_disagrees() -> None:
    """It looks through tags and entities, and leaves dates and decimals alone."""
    text = "1 papers, <b>2</b> paper, 1,204 vote, 0 entry, 1&#32;comments, 1 new papers"
    assert {"1 papers", "2 paper", "1,204 vote", "0 entry", "1 comments", "1 new papers"} == {
        *disagreements(text)
    }
    assert [] == disagreements("1 paper, 0 votes, 2026-11-21 papers, 3.1 paper, 11 entries")


@given(st.integers(0, 10**6), st.sampled_from(sorted(NOUNS)))
def test_a_count_agrees_with_any_noun(number: int, singular: str) -> None:
    """Thousands have separators; only 1 is singular."""
    words = counting.count(number, singular, NOUNS[singular])
    assert [] == disagreements(words)
    assert f"{number:,}" == words.split()[0]


_number = st.sampled_from(COUNTS)
_pair = st.none() | st.tuples(_number, _number)


@st.composite
def issues(draw: st.DrawFn) -> digest.Issue:
    """Draw an issue whose every count is one of `COUNTS`."""
    papers = [
        full_item(
            f"{number:032x}",
            upvotes=draw(st.none() | _number),
            comments=draw(st.none() | _number),
            stars=draw(st.none() | _number),
            n_authors=draw(_number),
            authors=draw(st.sampled_from([(), ("Ada Vance",)])),
            dumps=draw(_number),
            late_from=draw(st.sampled_from([None, "2026-11-18"])),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    rising = RisingPaper(
        guid="urn:digest:2", title="Up", url="https://example.org/2", issue="2026-11-15",
        issued="2026-11-15", upvotes=draw(_pair), comments=draw(_pair), stars=draw(_pair),
    )  # fmt: skip
    sums = dict(zip(Accounting.__struct_fields__, [draw(_number) for _ in range(7)], strict=True))
    return full_issue(
        *papers,
        accounting=Accounting(**sums),
        picks=tuple(paper.guid for paper in papers[:1]),
        more=tuple(paper.guid for paper in papers[2:]),
        rising=(rising,) * draw(st.integers(0, 2)),
        muted=draw(_number),
        filtered=draw(_number),
        repaired=draw(_number),
        chart=tuple((f"2026-11-{10 + at}", draw(_number)) for at in range(draw(st.integers(0, 3)))),
    )


_ONE_MORE = RisingPaper(
    guid="urn:digest:2", title="Up", url="https://example.org/2", issue="2026-11-15",
    issued="2026-11-15", upvotes=(0, 1), comments=(0, 1), stars=(0, 1),
)  # fmt: skip


@given(issues())
@example(full_issue(rising=(_ONE_MORE,)))
def test_the_counts_of_an_issue_agree_on_its_pages(issue: digest.Issue) -> None:
    """As web page, as Markdown and on the front page."""
    for page in (*SHIPPED.issue(issue), SHIPPED.index(issue, [])):
        assert [] == disagreements(page.body.decode()), page.path


@given(st.lists(_number, min_size=22, max_size=22))
def test_the_counts_of_a_status_agree(numbers: list[int]) -> None:
    """On its page and in the terminal, and in what a webhook is sent."""
    n = iter(numbers)
    sums = Accounting(*(next(n) for _ in range(7)))
    moment = "2026-11-22T07:30:00+00:00"
    status = digest.Status(
        health="ok", stale=False, moment=moment, timezone="UTC", version="1",
        runs=(digest.RunRecord(moment=moment, verdict="new", accounting=sums,
              quarantined=next(n)),),
        editions=(digest.EditionStatus(name="daily", newest=DAY, papers=next(n), next_due=moment),),
        sources=(digest.SourceStatus(source="a", last_dump=moment, silent_for=next(n) * 3600,
                 entries=next(n), newest_page="2026-11-20", page_age_days=next(n),
                 usually_every=next(n) * 60),),
        n_quarantined=next(n),
        quarantine=(digest.QuarantineStatus(dump="a", reason="b", moment=moment, days=next(n)),),
        n_rejected=next(n), rejects=(digest.RejectStatus(dump="a", line=1, reason="b"),),
        counts={"dump": next(n), "paper": next(n), "issue": next(n)}, ledger_bytes=next(n),
        history=digest.HistoryStatus(dumps=next(n), papers=next(n), moment=moment),
    )  # fmt: skip
    for text in (SHIPPED.status(status)[0].body.decode(), "\n".join(cli_status.lines(status))):
        assert [] == disagreements(text)
    problems = [("a", "b")] * min(numbers[1], 9)
    told = sentences(quarantined=problems, rejected=problems)
    assert [] == [each for text in told.values() for each in disagreements(text)]
    assert [] == disagreements(wording.sums(sums))


@pytest.fixture
def busy(folder: Folder) -> Folder:
    """Make a folder with issues of one and several papers, votes that rise, and a backfill."""
    folder.configure(
        '[[edition]]\nname = "daily"\nlimit = 6\n[[edition]]\nname = "weekly"\nperiod = "week"\n'
    )
    kinds = [(votes, comments) for votes in COUNTS for comments in COUNTS]
    days = {"2026-11-16": kinds[:1], "2026-11-17": kinds[:3], "2026-11-18": kinds, "2026-11-23": []}
    for shift, (day, shown) in enumerate(days.items()):
        entries = [
            {
                "paper": {
                    "id": f"2611.{number:05}",
                    "title": f"Lantern {number}: a Tunnel of Its Own",
                    "summary": f"Tunnel {number} is dark. We hang lantern {number} there.",
                    "upvotes": votes + (number % 3 == shift),
                },
                "numComments": comments,
                "publishedAt": f"{day}T00:00:00.000Z",
            }
            for number, (votes, comments) in enumerate(shown, start=1)
        ]
        if entries:
            folder.drop(f"{day}.json", json.dumps(entries).encode())
        assert 0 == folder.digest("run", now=f"{day}T08:00").status
    return folder


def printed(folder: Folder) -> Iterator[tuple[str, str]]:
    """Yield commands with what each printed."""
    old = folder.root / "old.json"
    entry = {"id": "2611.00900", "title": "Old Lanterns", "summary": "They are old."}
    old.write_bytes(answer("2026-11-12", [entry]))
    for words in (
        ["status"], ["check"], ["topics"], ["search", "lantern"],
        ["search", "--limit", "1", "dark"], ["explain", "Lantern"], ["explain", "2611.00001"],
        ["explain", "2611.00006"], ["-v", "run"], ["backfill", str(old)], ["status"],
        ["rebuild"], ["withdraw", "2611.00002"],
    ):  # fmt: skip
        result = folder.digest(*words, now="2026-11-23T09:00")
        assert result.status == 0, result
        yield " ".join(words), result.out + result.err


def test_the_counts_of_every_file_and_command_agree(busy: Folder) -> None:
    """Of all pages, Markdown, feeds and exports of a folder, and of all that its commands print."""
    texts = {path: body.decode() for path, body in busy.tree().items()}
    texts |= dict(printed(busy))
    texts |= {f"{path}, later": body.decode() for path, body in busy.tree().items()}
    wrong = {name: found for name, text in texts.items() if (found := disagreements(text))}
    assert {} == wrong
    # It cannot pass by having nothing to judge.
    kinds = {path.rpartition(".")[2] for path in texts}
    assert {"html", "md", "xml", "json", "status"} <= kinds
    for count in ("1 paper", "1 vote", "1,204 votes", "2 comments"):
        assert any(count in text for text in texts.values()), count


# Where a plural follows a value that is never 1, with the reason.
ALWAYS_SEVERAL = {
    "close": "an own reason needs `SEVERAL`",
    "headings": "said only of more than one",
    "item.dumps": "said only of more than one",
    "len(amounts)": "a chart needs two days",
    "len(bars)": "a chart needs two issues before",
    "len(counts)": "a chart needs two issues before",
    "len(matches)": "said only of more than one",
    "len(pages)": "more than the limit of `members`",
    "len(percents)": "a chart needs several weeks",
    "ran.times": "said only of more than one",
    "LONGEST_QUERY": "a constant",
    "MAX_DAYS": "a constant",
    "MOST_PAGES": "a constant",
    "LONGEST": "a constant",
    "_LONGEST": "a constant",
    "_MOST": "a constant",
    "_MAX_POSTAL": "a constant",
    "_MAX_QUERY": "a constant",
    "span.main": "a name",
    "issue.key": "a name",
    "command": "a command",
    "len(mail.message)": "a mail has header lines alone of hundreds",
    "size": "a mail has header lines alone of hundreds",
    "len(text)": "more than `LONGEST_QUERY`",
}


def test_no_plural_is_written_after_a_number_without_asking_it() -> None:
    """A text that prints a number and a fixed plural is wrong for 1: `counting.count` decides."""
    plural = re.compile(rf" ({'|'.join(sorted(PLURALS))})\b")
    places = []
    for path in sorted(Path(digest.__file__).parent.rglob("*.py")):
        source = path.read_text("utf-8")
        # Parsing every module would take seconds.
        for node in (
            ast.walk(ast.parse(source)) if re.search(rf"}}{plural.pattern}", source) else ()
        ):
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            places += [
                f"{path.name}: {ast.unparse(value.value)}{text.value!r}"
                for value, text in itertools.pairwise(parts)
                if isinstance(value, ast.FormattedValue)
                and isinstance(text, ast.Constant)
                and plural.match(str(text.value))
                and ast.unparse(value.value).removeprefix("self.") not in ALWAYS_SEVERAL
            ]
    assert [] == places

"""The state of a working folder: printed, as a page, as JSON."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from digest import settings
from digest.cli import status as cli_status
from digest.model.papers import Reject
from digest.model.settings import Edition, Inbox, Settings
from digest.model.status import Status
from digest.operations import status
from digest.pipeline.fetching import plan
from digest.storage.ledger import Ledger
from tests.support.builders import MOMENT, dump, issue, item, ledger, sighting, take_in
from tests.support.folders import Folder, page, tree

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAY = "2026-11-18"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Open a ledger at its place in a working folder."""
    with closing(ledger(tmp_path / "state", "daily")) as connection:
        yield connection


def look(root: Path, inbox: Inbox | None = None) -> Status:
    """Return the status at one moment."""
    editions = (Edition(), Edition(name="weekly", period="week"))
    settings = Settings(root=str(root), inbox=inbox or Inbox(), editions=editions)
    return status.read_status(settings, NOW)


def test_before_the_first_run_the_next_dates_are_known(tmp_path: Path) -> None:
    """They are printed with their time zone, and no file is made."""
    status = look(tmp_path)
    assert [] == list(tmp_path.iterdir())
    lines = list(cli_status.lines(status))
    as_of = "As of Mon 23 Nov 2026, 06:00, UTC."
    assert lines[0].startswith(f"ok: All is well. Nothing was run yet. {as_of} Papers Digest")
    assert [
        "edition    daily: Next due Mon 23 Nov 2026, 07:00.",
        "edition    weekly: Next due Mon 23 Nov 2026, 07:00.",
        "source     Nothing was taken in yet.",
        "run        Nothing was run yet.",
        "quarantine Every file could be read.",
        "backup     No backups yet.",
    ] == lines[1:]


def test_after_a_run_each_section_has_its_facts(tmp_path: Path, opened: Ledger) -> None:
    """The newest issue, the source, open quarantine, rejects and counts are printed."""
    take_in(opened, dump(sighting(), sighting("Moss"), rejects=(Reject(9, "cut"),)))
    opened.issues.record_issue(issue(item(1), item(2)), "live", 1, [(1, item(1)), (2, item(2))])
    opened.connection.execute("INSERT INTO due VALUES ('daily', '2026-11-22', 'issued', NULL, 1)")
    for name in ("bad.txt", "seen-to.txt"):
        opened.quarantine.record_quarantine(name, name.encode(), "no paper in it", "1.0", MOMENT)
    (tmp_path / "state" / "quarantine").mkdir()
    (tmp_path / "state" / "quarantine" / f"{b'bad.txt'.hex()}.reason.txt").touch()
    lines = list(cli_status.lines(look(tmp_path)))
    due = "2026-11-22 is issued. Next due Mon 23 Nov 2026, 07:00."
    last = "Last dump Sun 22 Nov 2026, 07:30 (22 hours ago), 3 entries."
    assert [
        f"edition    daily: Newest issue 2026-11-22, 2 papers. {due}",
        "edition    weekly: Next due Mon 23 Nov 2026, 07:00.",
        f"source     example.org/papers: {last} Newest page 2026-11-22, 1 day old.",
        "run        Nothing was run yet.",
        "quarantine bad.txt: no paper in it. Since Sun 22 Nov 2026, 07:30.",
        "quarantine Once you have seen to one, delete its note in quarantine/, beside the ledger.",
        "rejected   page.txt, line 9: cut",
    ] == lines[1:8]
    assert lines[8].endswith("kB: 1 dump, 2 papers and 1 issue.")


SUNDAY = ("2026-11-22",)


@pytest.mark.parametrize(
    ("inbox", "expected"),
    [
        (Inbox(expect_every="22h"), True),
        (Inbox(expect_every="23h"), False),
        (Inbox(), False),
        (Inbox(expect_every="22h", rest_days=("mon",)), False),
        (Inbox(expect_every="6h", holidays=SUNDAY), False),
        (Inbox(expect_every="5h", holidays=SUNDAY), True),
    ],
)
def test_stale_is_longer_than_expected_without_input(
    tmp_path: Path, opened: Ledger, inbox: Inbox, expected: bool
) -> None:
    """The last dump with entries counts; hours of a day of rest do not."""
    take_in(opened, dump(sighting()))
    take_in(opened, dump(), moment="2026-11-23T05:00:00+00:00")
    status = look(tmp_path, inbox)
    assert expected is status.stale
    assert (4 if expected else 0) == cli_status.exit_status(status)


def test_a_source_is_late_by_its_own_habit(tmp_path: Path, opened: Ledger) -> None:
    """An hourly one is late after a day without a dump, a monthly one is not."""
    for hour in range(5):
        at = f"2026-11-22T{hour:02}:00:00+00:00"
        take_in(opened, dump(sighting(), name=f"{hour}.txt", source="hourly"), moment=at)
        month = f"2026-{hour + 7:02}-01T00:00:00+00:00"
        take_in(opened, dump(sighting(), name=f"m{hour}", source="monthly"), moment=month)
    status = look(tmp_path)
    assert [("hourly", True, 3600), ("monthly", False, 31 * 86400)] == [
        (source.source, source.late, source.usually_every) for source in status.sources
    ]
    assert not status.stale


def written_status(folder: Folder) -> tuple[dict[str, Any], str]:
    """Return the status in the output: the data, and the words of its page."""
    data = json.loads((folder.output / "status.json").read_bytes())
    body = (folder.output / "status.html").read_text("utf-8")
    words = (str(part) for part in html.document_fromstring(body).itertext())
    return data, " ".join(" ".join(words).split())


def test_a_run_writes_the_status_that_the_command_prints(folder: Folder) -> None:
    """The page has the same facts, asks not to be indexed, and has no script."""
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T08:00")
    answered = folder.digest("status", "--json", now=f"{DAY}T08:00")
    data, words = written_status(folder)
    assert json.loads(answered.out) == data
    assert ("new", ["daily 2026-11-18, 2 papers"]) == (
        data["runs"][0]["verdict"],
        data["runs"][0]["issues"],
    )
    assert "All is well" in words
    assert "1 dump, 2 entries = 2 new + 0 changed" in words
    body = (folder.output / "status.html").read_text("utf-8")
    assert '<meta name="robots" content="noindex">' in body
    assert "default-src 'none'; style-src 'self'" in body
    assert "<script" not in body


def test_status_as_json_before_and_after_the_first_run(published: Folder, tmp_path: Path) -> None:
    """It has the same keys both times; only the first has no runs, issues and counts."""
    before = json.loads(Folder(tmp_path / "new").digest("status", "--json", now=f"{DAY}T08:00").out)
    nothing = dict.fromkeys(("newest", "verdict", "last_due", "last_due_state"))
    edition = nothing | {"name": "daily", "papers": 0, "next_due": "2026-11-19T07:00+00:00"}
    assert [edition] == before["editions"]
    after = json.loads(published.digest("status", "--json", now=f"{DAY}T06:00").out)
    assert set(before) == set(after)
    newest = {"newest": DAY, "papers": 3, "verdict": "new", "next_due": f"{DAY}T07:00+00:00"}
    assert [edition | newest] == after["editions"]
    assert (f"{DAY}T08:00:00+00:00", 3) == (
        after["runs"][0]["moment"],
        after["runs"][0]["accounting"]["new"],
    )
    assert {"dump": 1, "paper": 3, "issue": 1} == after["counts"]
    assert not after["stale"]


@pytest.mark.parametrize("words", [["rebuild"], ["withdraw", "Kelp"], ["backfill", "old.txt"]])
def test_other_commands_that_publish_write_the_status_too(
    folder: Folder, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They do not count as runs."""
    monkeypatch.chdir(folder.root)
    (folder.root / "old.txt").write_bytes(page("2026-11-01", [7]))
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T08:00")
    title = folder.titles()[0][0]
    shutil.rmtree(folder.output)
    arguments = [title if word == "Kelp" else word for word in words]
    assert 0 == folder.digest(*arguments, now=f"{DAY}T09:00").status
    data, _ = written_status(folder)
    assert f"{DAY}T09:00:00+00:00" == data["moment"]
    assert 1 == len(data["runs"])


def test_file_names_of_dumps_are_escaped(folder: Folder) -> None:
    """A name may be a tag, or a command to a terminal."""
    folder.drop("<img src=x onerror=alert(1)>\x1b[2J.txt", b"no paper in it")
    folder.run(f"{DAY}T08:00", status=3)
    body = (folder.output / "status.html").read_text("utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt;\\x1b[2J.txt" in body
    assert not html.document_fromstring(body).xpath("//img")
    assert "\x1b" not in body + folder.digest("status", now=f"{DAY}T08:00").out


def test_a_failed_run_is_in_the_status_until_one_succeeds(folder: Folder) -> None:
    """The reason has no path of this machine, and `status` ends with exit status 1."""
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T08:00")
    template = folder.root / "templates" / "index.html"
    template.parent.mkdir()
    template.write_text("{% if %}")
    assert 2 == folder.digest("run", now=f"{DAY}T08:30").status
    data, words = written_status(folder)
    assert ("failed", "failed") == (data["health"], data["runs"][0]["verdict"])
    assert "The last run failed" in words
    assert "index.html: line 1" in words
    assert str(folder.root) not in words
    answered = folder.digest("status", now=f"{DAY}T08:31")
    assert (1, True) == (answered.status, answered.out.startswith("failed: The last run failed."))
    template.unlink()
    folder.run(f"{DAY}T08:40")
    assert 0 == folder.digest("status", now=f"{DAY}T08:41").status
    assert "All is well" in written_status(folder)[1]


def test_the_headline_counts_files_that_could_not_be_read(folder: Folder) -> None:
    """No run failed, yet somebody has to look at them."""
    folder.drop("letter.txt", b"Dear editor, thank you.")
    folder.run(f"{DAY}T08:00", status=3)
    answered = folder.digest("status", now=f"{DAY}T08:01")
    headline = "ok: All is well but for 1 file that could not be read."
    assert (0, True) == (answered.status, answered.out.startswith(headline))


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "not usable as a database"), (4096, "database disk image is malformed")],
)
def test_a_damaged_ledger_is_in_the_status(folder: Folder, size: int, expected: str) -> None:
    """The page is written without the ledger, also if only a later query finds the damage."""
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.run(f"{DAY}T08:00")
    file = folder.root / "state" / "ledger.sqlite3"
    content = file.read_bytes()
    file.write_bytes(content[:size] + b"not a database. " * (len(content[size:]) // 16))
    answered = folder.process("run", now=f"{DAY}T08:30")
    assert 1 == answered.status
    data, words = written_status(folder)
    assert expected in answered.err
    assert expected in str(data["problem"])
    assert "The ledger cannot be read" in words
    assert ["failed", "new"] == [run["verdict"] for run in data["runs"]]


def test_a_broken_own_template_does_not_hide_the_failure(folder: Folder) -> None:
    """If the status page's own template failed, the shipped one is used."""
    folder.drop("a.txt", page(DAY, [1, 2]))
    folder.configure("")
    own = folder.root / "templates"
    own.mkdir()
    (own / "layout.html").write_text("{% if %}")
    assert 2 == folder.digest("run", now=f"{DAY}T08:00").status
    assert "The last run failed" in written_status(folder)[1]


def test_a_status_that_cannot_be_written_does_not_fail_the_run(folder: Folder) -> None:
    """A line is printed, and the issue is published."""
    folder.drop("a.txt", page(DAY, [1, 2]))
    (folder.output / "status.html").mkdir(parents=True)
    answered = folder.digest("run", now=f"{DAY}T08:00")
    assert 0 == answered.status
    assert answered.err.startswith("digest: status: ")
    assert 1 == answered.err.count("\n")
    assert (folder.output / "daily" / f"{DAY}.html").is_file()


def test_a_dry_run_writes_no_status(folder: Folder) -> None:
    """It changes no file."""
    folder.drop("a.txt", page(DAY, [1, 2]))
    before = tree(folder.root)
    folder.run(f"{DAY}T08:00", "--dry-run")
    assert before == tree(folder.root)


def test_a_backfill_is_in_the_status_before_the_first_run(folder: Folder, tmp_path: Path) -> None:
    """Its dumps, the days of their pages and its papers are stated; no dump came by a run."""
    old = tmp_path / "old"
    old.mkdir()
    for number, day in enumerate(("2026-11-14", "2026-11-12", "2026-11-13")):
        (old / f"{day}.txt").write_bytes(page(day, range(number * 2, number * 2 + 3)))
    assert 0 == folder.digest("backfill", str(old), now=f"{DAY}T08:00").status
    answered = folder.digest("status", now=f"{DAY}T09:00")
    facts = "7 papers first seen in them. Last backfill Wed 18 Nov 2026, 08:00."
    assert f"history    3 dumps of 12 Nov 2026 to 14 Nov 2026: {facts}" in answered.out
    assert "source     Nothing was taken in by a run yet." in answered.out
    data, words = written_status(folder)
    assert f"3 dumps of 12 Nov 2026 to 14 Nov 2026 {facts}" in words
    assert {
        "dumps": 3,
        "papers": 7,
        "first": "2026-11-12",
        "last": "2026-11-14",
        "moment": f"{DAY}T08:00:00+00:00",
    } == data["history"]


def test_dumps_of_runs_are_no_history(published: Folder, tmp_path: Path) -> None:
    """A status without a backfill has no such section; one beside runs counts its own dumps."""
    assert "history" not in published.digest("status", now=f"{DAY}T09:00").out
    old = tmp_path / "old.txt"
    old.write_bytes(page("2026-11-12", [1, 8]))
    assert 0 == published.digest("backfill", str(old), now=f"{DAY}T08:30").status
    out = published.digest("status", now=f"{DAY}T09:00").out
    assert "history    1 dump of 12 Nov 2026: 1 paper first seen in them. Last" in out
    assert "Last dump Wed 18 Nov 2026, 08:00" in out


SOURCES = """
[fetch]
contact = "editor@example.org"
[[source]]
name = "hf"
kind = "hf-daily"
[[source]]
name = "page"
kind = "page"
url = "https://example.org/papers"
enabled = false
"""
HF = {
    "last_answer": "2026-11-17T07:00:00+00:00",
    "next_look": "2026-11-18T10:00:00+00:00",
    "failing_since": "2026-11-17T08:00:00+00:00",
    "failures": 9,
    "quiet": 2,
}


def remember(folder: Folder, **fields: object) -> None:
    """Write what a fetch has left behind of the first source, and of one that was removed."""
    (first, *_) = settings.load(folder.root).sources
    known = HF | fields | {"asked": plan.settings_mark(first)}
    record = {"sources": {"hf": known, "gone": {"last_answer": "2026-11-17T07:00:00+00:00"}}}
    (folder.root / "state" / "fetch.json").write_text(json.dumps(record))


def test_each_configured_source_has_a_row(folder: Folder) -> None:
    """Also before the first run, and before its first look; one that was removed has none."""
    folder.configure(SOURCES)
    remember(folder, reason="https://example.org/list?key=4f1c: answered 503")
    answered = folder.digest("status", "--json", now=f"{DAY}T08:00")
    hf, by_hand = json.loads(answered.out)["fetching"]
    described = {"name": "hf", "kind": "hf-daily", "enabled": True, "outage": True}
    assert HF | described | {"reason": "https://example.org/list: answered 503"} == hf
    assert ("page", False, None, None) == tuple(
        by_hand[key] for key in ("name", "enabled", "last_answer", "next_look")
    )
    assert not (folder.root / "state" / "ledger.sqlite3").exists()
    lines = folder.digest("status", now=f"{DAY}T08:00").out.splitlines()
    assert lines[0].startswith("ok: All is well but for 1 source without an answer.")
    facts = [
        "Last answer Tue 17 Nov 2026, 07:00.",
        "Failing since Tue 17 Nov 2026, 08:00, at 9 looks: https://example.org/list: answered 503.",
        "Next look Wed 18 Nov 2026, 10:00.",
    ]
    assert [
        f"fetching   hf [failing]: hf-daily. {' '.join(facts)}",
        "fetching   page [off]: page. It is not enabled.",
    ] == [line for line in lines if line.startswith("fetching")]
    assert 0 == folder.digest("rebuild", now=f"{DAY}T08:00").status
    data, words = written_status(folder)
    assert [hf, by_hand] == data["fetching"]
    assert "Fetching hf failing hf-daily. Last answer Tue 17 Nov 2026, 07:00." in words
    page = (folder.output / "status.html").read_text("utf-8")
    assert '<span class="tag failing">failing</span>' in page
    assert "4f1c" not in page


def fetching_line(folder: Folder, at: str) -> str:
    """Return the line of the first source."""
    lines = folder.digest("status", now=f"{DAY}T{at}").out.splitlines()
    return next(line for line in lines if line.startswith("fetching"))


def test_a_source_that_wants_to_be_left_alone_says_so(folder: Folder) -> None:
    """Until it may be asked again; it has not failed."""
    folder.configure(SOURCES)
    reason = "a.org wants to be left alone for 60 minutes more"
    remember(folder, failing_since=None, reason=reason, next_look=f"{DAY}T09:00:00+00:00")
    line = fetching_line(folder, "08:00")
    assert line.startswith("fetching   hf [waiting]: hf-daily. Last answer ")
    assert f"Not asked for now: {reason}. Next look" in line
    assert "Not asked" not in fetching_line(folder, "09:00")


def test_what_is_not_counted_yet_is_not_said(folder: Folder) -> None:
    """The last look brought a file, and whether that had new papers is counted at the next."""
    folder.configure(SOURCES)
    remember(folder, failing_since=None, failures=0)
    assert "Nothing new at the last 2 looks." in fetching_line(folder, "08:00")
    remember(folder, failing_since=None, failures=0, pending=["0" * 32])
    assert "Nothing new" not in fetching_line(folder, "08:00")


def test_moments_of_sources_are_in_the_zone_of_the_site(folder: Folder) -> None:
    """Also if it was another one when the source was asked."""
    folder.configure(f'[site]\ntimezone = "Pacific/Kiritimati"\n{SOURCES}')
    remember(folder)
    line = fetching_line(folder, "08:00")
    assert "Last answer Tue 17 Nov 2026, 21:00." in line
    assert "Failing since Tue 17 Nov 2026, 22:00" in line
    assert "Next look Thu 19 Nov 2026, 00:00." in line


@pytest.mark.parametrize("content", ["", "{", '{"sources": 3}', '{"sources": {"hf": 1}}'])
def test_a_damaged_record_of_the_sources_is_no_failure(folder: Folder, content: str) -> None:
    """It is a cache; the rows are there, without what was known."""
    folder.configure(SOURCES)
    (folder.root / "state" / "fetch.json").write_text(content)
    answered = folder.digest("status", now=f"{DAY}T08:00")
    assert (0, "") == (answered.status, answered.err)
    assert "fetching   hf: hf-daily. No answer yet.\n" in answered.out


def test_damaged_moments_are_left_out(folder: Folder) -> None:
    """Others may have changed the file; a row without them is better than no status."""
    folder.configure(SOURCES)
    moments = ("last_answer", "next_look", "failing_since")
    remember(folder, **dict.fromkeys(moments, "2026-11-17"))
    answered = folder.digest("status", "--json", now=f"{DAY}T08:00")
    (hf, _) = json.loads(answered.out)["fetching"]
    assert [None, None, None, False] == [hf[key] for key in (*moments, "outage")]


def test_without_sources_there_are_no_rows(folder: Folder) -> None:
    """Whatever the record of former ones still has."""
    folder.configure(SOURCES)
    remember(folder)
    folder.configure("")
    answered = folder.digest("status", "--json", now=f"{DAY}T08:00")
    assert [] == json.loads(answered.out)["fetching"]
    assert "fetching" not in folder.digest("status", now=f"{DAY}T08:00").out

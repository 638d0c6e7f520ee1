"""Files of subscribers are imported line by line, and revive nobody."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import DigestError
from digest.model.people import Subscriber, SubscriberState, Wish
from digest.model.settings import Settings
from digest.operations.subscribers import importing, listing
from digest.operations.subscribers.import_file import read_moment, read_rows
from digest.storage.people import People, database, departing
from tests.support.folders import Folder

MOMENT = datetime.fromisoformat("2026-11-20T08:00:00+01:00")
NOW = MOMENT.isoformat()
LISTMONK = """\
uuid,email,name,attributes,status,created_at,updated_at
5e91,ada@example.org,Ada,"{""city"": ""Pier""}",enabled,2024-03-01 09:00:00.123456 +0000 UTC,x
5e92,bo@example.org,Bo,{},disabled,2024-03-01 09:00:00 +0000 UTC,x
5e93,cy@example.org,Cy,{},blocklisted,2024-03-01 09:00:00 +0000 UTC,x
"""
MAILCHIMP = """\
"Email Address","First Name",MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,NOTES
ada@example.org,Ada,2,"2024-03-01 09:00:00","2024-03-02 09:00:00","2025-01-01 00:00:00","two
lines"
bo@example.org,Bo,2,"2024-03-01 09:00:00",,"2025-01-01 00:00:00",
cy@example.org,Cy,2,,,"2025-01-01 00:00:00",
"""
MAILCHIMP_OUT = """\
Email Address,OPTIN_TIME,UNSUB_TIME,UNSUB_REASON,CLEAN_TIME
ada@example.org,2024-03-01 09:00:00,2025-03-01 09:00:00,N/A,
bo@example.org,2024-03-01 09:00:00,,,2025-03-01 09:00:00
"""
BUTTONDOWN = """\
id,email_address,creation_date,notes,metadata,tags,type
a,ada@example.org,2024-03-01T09:00:00.123456Z,,{},[],regular
b,bo@example.org,2024-03-01T09:00:00+02:00,,{},[],unactivated
c,cy@example.org,2024-03-01T09:00:00Z,,{},[],premium
"""


def settings(root: Path) -> Settings:
    """Return the settings of a folder that has no configuration."""
    return Settings(root=str(root))


def load(root: Path, content: str, *, dry_run: bool = False) -> list[tuple[int, str, str, str]]:
    """Import this file; return line, address, result and reason of each line."""
    file = root / "people.csv"
    file.write_text(content, encoding="utf-8")
    report = importing.import_file(settings(root), MOMENT, file, {}, dry_run=dry_run)
    return [(line.line, line.address, line.result, line.reason) for line in report]


def everybody(root: Path) -> list[Subscriber]:
    """Return all subscribers of a folder."""
    with database.opened(root / "state") as people:
        return list(people.subscribers.list_all())


def consents(root: Path) -> dict[str, list[tuple[str, str]]]:
    """Return moment and words of the consents by address."""
    with database.opened(root / "state") as people:
        return {
            person.address: [
                (consent.moment, consent.words)
                for consent in people.subscribers.consents(person.id)
            ]
            for person in list(people.subscribers.list_all())
        }


def test_an_export_of_listmonk(tmp_path: Path) -> None:
    """The day a person was added there is their consent; who is not enabled is left out."""
    assert [
        (2, "ada@example.org", "added", ""),
        (3, "bo@example.org", "out", "disabled in the file"),
        (4, "cy@example.org", "out", "blocklisted in the file"),
    ] == load(tmp_path, LISTMONK)
    expected = [("2024-03-01T09:00:00+00:00", "created_at in people.csv")]
    assert {"ada@example.org": expected} == consents(tmp_path)


def test_an_export_of_mailchimp(tmp_path: Path) -> None:
    """A confirmation counts more than the sign-up; without either there is no consent."""
    assert [
        (2, "ada@example.org", "added", ""),
        (4, "bo@example.org", "added", ""),
        (5, "cy@example.org", "added", "no consent date"),
    ] == load(tmp_path, MAILCHIMP)
    assert {
        "ada@example.org": [("2024-03-02T09:00:00+01:00", "confirm_time in people.csv")],
        "bo@example.org": [("2024-03-01T09:00:00+01:00", "optin_time in people.csv")],
        "cy@example.org": [],
    } == consents(tmp_path)
    assert {("imported", "active")} == {(each.origin, each.state) for each in everybody(tmp_path)}


def test_people_who_unsubscribed_elsewhere_are_not_added(tmp_path: Path) -> None:
    """Mailchimp has files of its own for them."""
    reasons = [reason for *_, reason in load(tmp_path, MAILCHIMP_OUT)]
    assert ["unsubscribed in the file", "cleaned in the file"] == reasons
    assert [] == everybody(tmp_path)


def test_an_export_of_buttondown(tmp_path: Path) -> None:
    """Who never confirmed there is left out."""
    results = [(address, result) for _, address, result, _ in load(tmp_path, BUTTONDOWN)]
    assert [
        ("ada@example.org", "added"),
        ("bo@example.org", "out"),
        ("cy@example.org", "added"),
    ] == results
    assert ("2024-03-01T09:00:00+00:00", "creation_date in people.csv") == consents(tmp_path)[
        "ada@example.org"
    ][0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["email", "E-Mail", "Email Address", "ADDRESS", "email_address"])
def test_the_columns_are_known_by_name(tmp_path: Path, name: str, separator: str) -> None:
    """In any order, with any separator, with a mark of the encoding and lines of any system."""
    content = f"\ufeffx{separator}{name}\r\n1{separator} ada@example.org \r\n{separator}\r\n"
    assert [(2, "ada@example.org", "added", "no consent date")] == load(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no column is called"),
        (b"name,mail\nAda,ada@example.org\n", "no column is called"),
        (b"email\n\xff\xfe@example.org\n", "is not in UTF-8"),
        (b'email\n"ada@example.org\n', "line 2: unexpected end of data"),
        (b"email\n" + b"x" * 200_000, "line 2: field larger than field limit"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    """With the reason, and nobody is added."""
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    with pytest.raises(DigestError, match=reason):
        importing.import_file(settings(tmp_path), MOMENT, file, {})
    assert not database.exists(tmp_path / "state")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ada,", "there is no @ in it"),
        ('"ada@example.org\nbcc: x",', "it holds a line break"),
        (",2024-03-01", "there is no @ in it"),
        ("ada@example.org,01/03/2024", "not a date like 2026-11-20: '01/03/2024'"),
        ("ada@example.org,2024-02-30", "there is no day 2024-02-30"),
        ("ada@example.org,2024-01-01 25:00:00", "hour must be in 0..23"),
        ("ada@example.org,2026-11-20T08:00:01+01:00", "is still to come"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused(tmp_path: Path, row: str, reason: str) -> None:
    """The others are added."""
    report = load(tmp_path, f"email,consent\n{row}\nbo@example.org,2024-03-01\n")
    assert ["refused", "added"] == [result for *_, result, _ in report]
    assert reason in report[0][3]
    assert ["bo@example.org"] == [person.address for person in everybody(tmp_path)]


def test_an_address_counts_once_however_it_is_written(tmp_path: Path) -> None:
    """The first line counts."""
    report = load(tmp_path, "email\nAda <ada@bücher.example>\nADA@xn--bcher-kva.example\n")
    assert ["added", "known"] == [result for *_, result, _ in report]
    assert ["ada@bücher.example"] == [person.address for person in everybody(tmp_path)]


def be(people: People, state: str, address: str = "ada@example.org") -> None:
    """Let a person be in this state, suppressed or forgotten."""
    with people.transaction():
        person = people.subscribers.add(address, address, "active", "added", NOW)
        if state in ("left", "bounced", "complained"):
            departing.leave(people, person, state, NOW)  # type: ignore[arg-type]
        elif state == "suppressed":
            departing.suppress(people, address, "by the operator", NOW)
        elif state != "forgotten":
            people.subscribers.set_state(person.id, state, NOW)  # type: ignore[arg-type]
    if state == "forgotten":
        departing.forget(people, address, NOW)


@pytest.mark.parametrize("state", [*get_args(SubscriberState), "suppressed", "forgotten"])
@pytest.mark.parametrize("consent", ["", "2026-11-20"])
def test_nobody_is_revived_or_changed(tmp_path: Path, state: str, consent: str) -> None:
    """Whatever the file says: by E14 only their own new consent brings a person back."""
    with database.opened(tmp_path / "state") as people:
        be(people, state)
    before = everybody(tmp_path)
    ((_, _, result, reason),) = load(tmp_path, f"email,consent\nADA@example.org,{consent}\n")
    assert ("known" if state in ("active", "pending") else "out") == result
    assert reason
    assert before == everybody(tmp_path)


@given(
    states=st.lists(st.sampled_from([*get_args(SubscriberState), "suppressed", "forgotten"])),
    rows=st.lists(
        st.tuples(
            st.integers(0, 12),
            st.sampled_from(["", "2024-03-01", "2024-03-01T09:00:00Z", "soon", "2999-01-01"]),
            st.sampled_from(["", "enabled", "regular", "unsubscribed", "left", "blocklisted"]),
        )
    ),
)
def test_an_import_only_adds(
    tmp_path_factory: pytest.TempPathFactory,
    states: list[str],
    rows: list[tuple[int, str, str]],
) -> None:
    """Each line has a result, nobody who was there changes, and a second import adds nobody."""
    root = tmp_path_factory.mktemp("import")
    with database.opened(root / "state") as people:
        people.connection.execute("PRAGMA synchronous = OFF")
        for number, state in enumerate(states):
            be(people, state, f"p{number}@example.org")
    before = everybody(root)
    lines = (f"P{number}@example.org,{consent},{word}" for number, consent, word in rows)
    content = "\n".join(["email,consent,status", *lines])
    report = load(root, content)
    assert len(rows) == len(report)
    after = everybody(root)
    assert before == after[: len(before)]
    added = [address for _, address, result, _ in report if result == "added"]
    assert added == [person.address for person in after[len(before) :]]
    out = {number for number, state in enumerate(states) if state in ("suppressed", "forgotten")}
    assert out.isdisjoint(int(address[1:].partition("@")[0]) for address in added)
    assert "added" not in {result for *_, result, _ in load(root, content)}
    assert after == everybody(root)


def test_a_dry_run_reports_the_same_and_adds_nobody(tmp_path: Path) -> None:
    """Also of an address that stands twice in the file."""
    content = "email\nada@example.org\nada@example.org\n"
    first = load(tmp_path, content, dry_run=True)
    assert [] == everybody(tmp_path)
    assert first == load(tmp_path, content)


def test_an_export_is_imported_again_with_wishes_and_consents(tmp_path: Path) -> None:
    """Only those who are active come back, and no cell is computed by a spreadsheet."""
    wish = Wish(words=("kelp", "tide pool"), mute_authors=("Imrie",), most=5, weekday="fri")
    first, second = tmp_path / "first", tmp_path / "second"
    second.mkdir()
    with database.opened(first / "state") as people:
        be(people, "left")
        people.subscribers.add("=1+1@example.org", "=1+1@example.org", "active", "added", NOW, wish)
    listed = listing.list_subscribers(settings(first))
    lines = list(listing.csv_lines(listed))
    assert lines[2].startswith("'=1+1@example.org,active,")
    report = load(second, "\n".join(lines))
    assert ["out", "added"] == [result for *_, result, _ in report]
    (person,) = everybody(second)
    assert ("=1+1@example.org", wish) == (person.address, person.wish)
    with database.opened(second / "state") as people:
        assert () == people.subscribers.consents(person.id)


def test_the_words_of_a_consent_are_kept(tmp_path: Path) -> None:
    """Where the file has them: that is an export of this program."""
    load(tmp_path, "email,consent,consent_words\nada@example.org,2024-03-01,signed at the pier\n")
    expected = [("2024-03-01T00:00:00+01:00", "signed at the pier")]
    assert {"ada@example.org": expected} == consents(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-01", "2024-03-01T00:00:00+01:00"),
        ("2024-03-01 09:30", "2024-03-01T09:30:00+01:00"),
        ("2024-03-01 09:30:15", "2024-03-01T09:30:15+01:00"),
        ("2024-03-01T09:30:15Z", "2024-03-01T09:30:15+00:00"),
        ("2024-03-01T09:30:15.250+0530", "2024-03-01T09:30:15+05:30"),
        ("2024-03-01 09:30:15.25 -0500 EST", "2024-03-01T09:30:15-05:00"),
    ],
)
def test_moments_of_several_programs_are_read(text: str, expected: str) -> None:
    """Without an offset they are in the time zone of the site."""
    assert expected == read_moment(text, MOMENT).isoformat()


@given(st.binary(max_size=200))
def test_no_file_is_a_fault(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """It is read, or refused with a reason."""
    file = tmp_path_factory.mktemp("file") / "people.csv"
    for head in (b"", b"email,consent\n"):
        file.write_bytes(head + content)
        with suppress(DigestError):
            assert all(row.line > 1 for row in read_rows(file))


def test_the_command_prints_each_line_and_the_sums(folder: Folder) -> None:
    """Lines that cannot be used are told of on standard error, with exit status 3."""
    file = folder.root / "people.csv"
    file.write_text("email,consent\nada@example.org,2024-03-01\nbo,\ncy@example.org,\n")
    command = ("subscribers", "import", str(file))
    answered = folder.digest(*command, "--words", "kelp", now=NOW)
    assert (3, "line 3: bo: refused (there is no @ in it)\n") == (answered.status, answered.err)
    assert (
        "line 2: ada@example.org: added\n"
        "line 4: cy@example.org: added (no consent date)\n"
        "2 added; 1 refused\n"
    ) == answered.out
    assert {("kelp",)} == {person.wish.words for person in everybody(folder.root)}
    file.write_text("email\n")
    empty = folder.digest(*command, "--dry-run", now=NOW)
    assert (0, "nobody in the file (nothing was changed)\n") == (empty.status, empty.out)
    missing = folder.digest("subscribers", "import", str(folder.root / "none.csv"), now=NOW)
    assert (1, 1) == (missing.status, missing.err.count("\n"))
    assert missing.err.endswith("none.csv: No such file or directory\n")


@pytest.mark.parametrize(
    ("states", "result"),
    [("active,unsubscribed,", "out"), (",,bounced", "out"), ("left,subscribed,regular", "out"),
     ("active,subscribed,customer", "added"), (",,regular", "added")],
)  # fmt: skip
def test_one_of_several_columns_that_says_so_keeps_somebody_out(
    tmp_path: Path, states: str, result: str
) -> None:
    """The others may be of something else. The column "type" counts only where no other does."""
    lines = load(tmp_path, f"email,state,status,type\nada@example.org,{states}\n")
    assert [result] == [line[2] for line in lines]


def test_the_words_of_a_consent_are_kept_on_one_line(tmp_path: Path) -> None:
    """Without control characters, and not a whole book."""
    words = '"said\r\nBcc: yes\x1b[2J ' + "x" * 2000 + '"'
    load(tmp_path, f"email,consent,consent_words\nada@example.org,2026-01-01,{words}\n")
    ((_, kept),) = consents(tmp_path)["ada@example.org"]
    assert ("said Bcc: yes [2J xx", 1000) == (kept[:20], len(kept))

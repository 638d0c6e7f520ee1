"""The command `digest mail receive`: what it reads, what it says, and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.delivery import mailbox
from tests.support import smtp_server
from tests.support.folders import CommandResult, run_command
from tests.support.incoming_mails import TOKEN, VERP, complaint, delivery_report, mail
from tests.support.receiving import Office, about
from tests.support.smtp_server import SmtpServer

ADA = "ada@reader.example.net"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a publication whose mail server takes everything."""
    server = SmtpServer()
    yield Office(tmp_path, server)
    server.stop()


def receive(office: Office, *words: str, stdin: bytes = b"") -> CommandResult:
    """Run the command."""
    return run_command(["--root", str(office.root), "mail", "receive", *words], stdin)


def test_files_folders_and_mboxes(office: Office) -> None:
    """Each result has a line with its count."""
    ada, ben = office.add(ADA), office.add("ben@reader.example.net")
    file, box = office.root / "one.eml", office.root / "box"
    file.write_bytes(about(delivery_report(), ada))
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    (box / "new" / "1.host").write_bytes(about(complaint(), ben))
    (box / "new" / "2.host").write_bytes(mail("Re: 36 papers"))
    (box / "new" / "3.host").write_bytes(mail("Lunch?", to="me@papers.example.org"))
    result = receive(office, str(file), str(box))
    assert (0, "") == (result.status, result.err)
    assert [
        "     1  bounced: the address gets no more mails",
        "     1  complained: never written to again",
        "     1  forwarded",
        "     1  not for the digest: left as it is",
    ] == result.out.splitlines()
    assert ["3.host"] == [entry.name for entry in (box / "new").iterdir()]
    office.configure('mailbox = "box"')
    again = receive(office, "--json")
    assert (0, {"kept": 1}) == (again.status, json.loads(again.out))


def test_nothing_came(office: Office) -> None:
    """An empty Maildir is no error."""
    for name in ("new", "cur"):
        (office.root / "box" / name).mkdir(parents=True)
    assert (0, "no mails\n", "") == receive(office, str(office.root / "box"))


def test_a_mail_from_a_pipe(office: Office) -> None:
    """A mail server starts a process for each mail, and hears what became of it."""
    ada = office.add(ADA)
    command = [sys.executable, "-W", "error", "-m", "digest", "--root", str(office.root)]
    request = about(mail(f"unsubscribe {TOKEN}"), ada)
    for word in ("unsubscribed", "handled before"):
        done = subprocess.run(
            [*command, "mail", "receive", "-"],
            input=b"From ada@reader.example.net Fri Nov 20 08:00:00 2026\n" + request,
            capture_output=True,
            check=False,
            env={},
        )
        assert (0, f"     1  {word}\n".encode(), b"") == (done.returncode, done.stdout, done.stderr)
    assert "left" == office.state(ada)


def test_without_arguments_standard_input_is_read(office: Office) -> None:
    """Where no mailbox is configured, the command is a filter; whatever came is forwarded."""
    strange = mail("Lunch?", to="me@papers.example.org")
    result = receive(office, stdin=strange)
    assert (0, "     1  forwarded\n") == (result.status, result.out)


def test_what_a_mail_server_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """75 makes it try again, 69 makes it give the mail back; no error bounces a mail."""
    reply = about(mail("Re: 36 papers", to=VERP), office.add(ADA))
    office.server.on("dot", smtp_server.reply("451 4.3.0 later"), times=1)
    later = receive(office, "-", stdin=reply)
    assert (75, "digest: mail: a mail was not forwarded: 451 4.3.0 later\n") == (
        later.status,
        later.err,
    )
    office.server.on("dot", smtp_server.reply("554 5.6.0 no"), times=1)
    assert 69 == receive(office, "-", stdin=reply).status
    with monkeypatch.context() as patch:
        patch.setattr(mailbox, "MOST_BYTES", 100)
        assert 69 == receive(office, "-", stdin=reply).status
    configuration = office.root / "config" / "digest.toml"
    words = configuration.read_text()
    configuration.write_text("nonsense = 1")
    assert 75 == receive(office, "-", stdin=reply).status
    configuration.write_text(words)
    (office.root / "state" / "people.sqlite3").write_bytes(b"no database" * 100)
    broken = receive(office, "-", stdin=reply)
    assert 75 == broken.status
    assert "people.sqlite3" in broken.err
    configuration.unlink()
    assert 75 == receive(office, "-", stdin=reply).status


def test_what_was_not_forwarded_from_files(office: Office) -> None:
    """The exit status is 3, as where something is put aside; the file stays."""
    file = office.root / "reply.eml"
    file.write_bytes(mail("Re: 36 papers"))
    office.server.on("dot", smtp_server.reply("451 4.3.0 later"), times=1)
    result = receive(office, str(file))
    assert (3, "     1  could not be forwarded now: tried again next time\n") == (
        result.status,
        result.out,
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-", "x.eml"], "- takes nothing else"),
        (["-"], "standard input is empty"),
        ([], "standard input is empty"),
    ],
)
def test_wrong_usage(office: Office, words: list[str], message: str) -> None:
    """The message says what is missing or too much."""
    result = receive(office, *words)
    assert 2 == result.status
    assert message in result.err


def test_a_file_that_is_missing(office: Office) -> None:
    """The error names it."""
    result = receive(office, "missing.mbox")
    assert (1, "digest: missing.mbox: No such file or directory\n") == (result.status, result.err)


def test_no_message_shows_an_address_of_a_person(office: Office) -> None:
    """Cron mails the output, and logs keep it."""
    ada = office.add(ADA)
    file = office.root / "mails.mbox"
    mails = [about(delivery_report(), ada), about(mail("Re: x"), ada)]
    file.write_bytes(b"\n".join(b"From MAILER-DAEMON x\n" + each for each in mails))
    office.server.on("dot", smtp_server.reply(f"554 5.6.0 <{ADA}> no"))
    result = receive(office, "-v", str(file))
    assert 3 == result.status
    assert ADA not in result.out + result.err
    assert ada.token not in result.out + result.err

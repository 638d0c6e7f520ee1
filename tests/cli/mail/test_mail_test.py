"""`digest mail test`: one mail to one address, from an empty folder too."""

from __future__ import annotations

import re
import signal
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.request import urlopen

import pytest

from digest.model.people import Wish
from digest.storage.people import database
from tests.cli.mail.conftest import DAY, LATER, configure
from tests.support.folders import MINUTE, Folder, paper, tree
from tests.support.smtp_server import SmtpServer, Taken, drop, reply

ME = "me@example.org"


def read(taken: Taken) -> EmailMessage:
    """Return a message that the server has taken."""
    parsed = message_from_bytes(taken.message, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_five_lines_of_configuration_are_enough(folder: Folder, server: SmtpServer) -> None:
    """The mail says that it is a test, what took it, and has no way to unsubscribe."""
    server.users = {"me": "pass word"}
    folder.configure(
        f'[mail]\nserver = "{server.url}"\nsecurity = "none"\nuser = "me"\n'
        'password = "file:secret"\nfrom = "Papers <papers@example.org>"\n'
    )
    (folder.root / "secret").write_text("pass word\n", "utf-8")
    before = tree(folder.root)
    answered = folder.digest("mail", "test", ME, now=LATER)
    assert (0, f"sent to {ME}: 250 2.0.0 queued\n", "") == answered
    (taken,) = server.taken
    assert ("papers@example.org", ME, "me") == (taken.sender, taken.recipient, taken.user)
    message = read(taken)
    assert "A test of Papers Digest" == message["Subject"]
    assert "There is no issue yet" in message.get_content()
    assert message["List-Unsubscribe"] is None
    assert before == tree(folder.root)


def test_with_an_issue_it_is_the_newest(issued: Folder, server: SmtpServer) -> None:
    """Dated now, and under a Message-ID of its own: the real one still comes, and comes once."""
    before = tree(issued.root / "state")
    assert 0 == issued.digest("mail", "test", ME, now=LATER).status
    assert before == tree(issued.root / "state")
    assert 0 == issued.digest("mail", "send", now=LATER).status
    test, *real = map(read, server.taken)
    assert 2 == len(real)
    for message in (test, *real):
        text = message.get_body(("plain",))
        assert text is not None
        for number in (1, 2, 3):
            assert paper(number).title.split(":")[0] in text.get_content()
    assert "08:05" in test["Date"]
    assert 3 == len({message["Message-ID"] for message in (test, *real)})


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (reply("550 5.7.1 go away"), "refused for me@example.org: 550 5.7.1 go away"),
        (reply("451 4.7.1 later"), "not sent to me@example.org: 451 4.7.1 later"),
        (drop(taken=True), "perhaps sent to me@example.org: "),
    ],
)
def test_a_mail_that_is_not_taken_is_status_1(
    folder: Folder, server: SmtpServer, act: object, words: str
) -> None:
    """With the answer of the server on standard error."""
    configure(folder, server)
    server.on("dot", act)  # type: ignore[arg-type]
    answered = folder.digest("mail", "test", ME, now=LATER)
    assert (1, "") == (answered.status, answered.out)
    assert answered.err.startswith(words)


def test_what_cannot_be_sent_to(folder: Folder, server: SmtpServer) -> None:
    """Wrong usage, with the reason; nobody is asked."""
    configure(folder, server)
    for address in ("nobody", "a@b@example.org", "me@example.org\nBcc: x@example.org", ""):
        answered = folder.digest("mail", "test", address, now=LATER)
        assert 2 == answered.status, address
    assert 0 == server.connections


def test_a_channel_with_a_typo_is_named(folder: Folder) -> None:
    """With those there are, also where no mail server is configured."""
    folder.configure('[[chat]]\nname = "lab"\nkind = "slack"\nurl = "env:NO_SUCH"\n')
    answered = folder.digest("mail", "test", "labb", now=LATER)
    assert 2 == answered.status
    assert "labb: is no address, and no channel has this name (channels: lab)" in answered.err


def test_a_missing_password_is_named(folder: Folder, server: SmtpServer) -> None:
    """Status 2, and what is missing."""
    configure(folder, server, more='user = "me"\npassword = "env:NO_SUCH_PASSWORD"')
    answered = folder.digest("mail", "test", ME, now=LATER)
    assert (2, 0) == (answered.status, server.connections)
    assert "password: env:NO_SUCH_PASSWORD is not set" in answered.err


def test_the_preview_is_the_mail(issued: Folder, server: SmtpServer) -> None:
    """As a file that mail programs open; it does not replace one, and sends nothing."""
    file = issued.root / "issue.eml"
    shown = issued.digest("mail", "preview", "--out", str(file), now=LATER)
    content = file.read_bytes()
    assert (0, f"daily {DAY}: {len(content):,} bytes in {file}\n") == (shown.status, shown.out)
    message = message_from_bytes(content, policy=policy.default)
    assert "3 papers" in message["Subject"]
    assert "multipart/alternative" == message.get_content_type()
    again = issued.digest("mail", "preview", "--out", str(file), now=LATER)
    assert (1, True) == (again.status, "exists already" in again.err)
    assert 0 == server.connections


def test_the_preview_of_a_person(issued: Folder) -> None:
    """One of the configuration; an address that nobody has is refused."""
    file = issued.root / "ada.eml"
    words = ["mail", "preview", "--out", str(file), "--to"]
    assert 0 == issued.digest(*words, "ADA@example.org", now=LATER).status
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert "ADA@example.org" == message["To"]
    unknown = issued.digest(*words, "eve@example.org", now=LATER)
    assert (1, True) == (unknown.status, "nobody is subscribed" in unknown.err)
    edition = issued.digest(*words, "ada@example.org", "--edition", "weekly", now=LATER)
    assert (2, True) == (edition.status, "there is no edition 'weekly'" in edition.err)


def test_a_subscriber_sees_what_they_asked_for(issued: Folder) -> None:
    """Their wish decides what is in the mail."""
    name = paper(2).title.split(":")[0]
    moment = f"{DAY}T08:00:00+00:00"
    with database.opened(issued.root / "state") as people, people.transaction():
        wish = Wish(words=(name,))
        people.subscribers.add(
            "Eve@Example.org", "eve@example.org", "active", "added", moment, wish
        )
    file = issued.root / "eve.eml"
    words = ["--to", "eve@example.org", "--out", str(file)]
    assert 0 == issued.digest("mail", "preview", *words, now=LATER).status
    text = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
    assert text is not None
    assert name in text.get_content()
    assert paper(1).title.split(":")[0] not in text.get_content()


def test_the_browser_gets_the_mail(issued: Folder) -> None:
    """From this machine only, until Ctrl-C; no browser is needed, and nothing is left behind."""
    environment = {"TMPDIR": str(issued.root / "tmp")}
    (issued.root / "tmp").mkdir()
    command = [*issued.command(), "--now", LATER, "mail", "preview"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        line = process.stdout.readline()
        (address,) = re.findall(r"^The mail is at (http://127\.0\.0\.1:\d+/) until", line)
        with urlopen(address, timeout=MINUTE) as answer:
            shown = answer.read().decode()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=MINUTE)
    assert paper(1).title.split(":")[0] in shown
    assert [] == list((issued.root / "tmp").iterdir())


def test_there_is_no_preview_without_an_issue(folder: Folder, server: SmtpServer) -> None:
    """It names the command that makes one."""
    configure(folder, server)
    shown = folder.digest("mail", "preview", now=LATER)
    assert 1 == shown.status
    assert f"there is no issue yet: digest --root {folder.root} run" in shown.err

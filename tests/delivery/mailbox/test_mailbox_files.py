"""Read mails from files, mbox files and Maildir folders."""

from __future__ import annotations

import mailbox
import os
import shutil
from pathlib import Path

import pytest

from digest.delivery.mailbox import MOST_BYTES
from digest.delivery.mailbox.files import letters, without_envelope_line
from digest.errors import MailboxError
from tests.support.incoming_mails import delivery_report, mail

REPORT, REPLY = delivery_report(), mail("Re: 36 papers", "From my phone\n\n>From there")


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """Return a Maildir with two new mails, one that was looked at and one that was read."""
    box = mailbox.Maildir(tmp_path / "box")
    for number, message in enumerate((REPORT, REPLY)):
        (tmp_path / "box" / "new" / f"{number}.host").write_bytes(message)
    (tmp_path / "box" / "cur" / "2.host:2,R").write_bytes(REPLY)
    (tmp_path / "box" / "cur" / "3.host:2,RS").write_bytes(REPLY)
    (tmp_path / "box" / "cur" / "4.host:2,T").write_bytes(REPLY)
    box.close()
    return tmp_path / "box"


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(file.name for file in folder.iterdir())


def test_one_mail_in_a_file(tmp_path: Path) -> None:
    """The bytes are those of the file, and settling changes nothing."""
    file = tmp_path / "mail.eml"
    file.write_bytes(REPORT)
    (letter,) = letters(file)
    letter.settle()
    assert (REPORT, None, REPORT) == (letter.message, letter.place, file.read_bytes())


def test_an_mbox(tmp_path: Path) -> None:
    """Each mail comes without its envelope line, and the file stays as it is."""
    file = tmp_path / "bounces.mbox"
    box = mailbox.mbox(file)
    for message in (REPORT, REPLY, REPORT):
        box.add(message)
    box.close()
    before = file.read_bytes()
    assert [REPORT, REPLY.replace(b"\nFrom my", b"\n>From my"), REPORT] == [
        letter.message for letter in letters(file)
    ]
    assert before == file.read_bytes()


def test_a_maildir(maildir: Path) -> None:
    """What nobody has read is read, without marking it."""
    assert [REPORT, REPLY, REPLY] == [letter.message for letter in letters(maildir)]
    assert ["0.host", "1.host"] == names(maildir / "new")


def test_what_is_handled_in_a_maildir_is_marked(maildir: Path) -> None:
    """It goes to cur with the flag S, beside those it has; the other stays new."""
    first, _, third = letters(maildir)
    first.settle()
    third.settle()
    third.settle()  # a mail program has renamed it
    assert ["1.host"] == names(maildir / "new")
    assert ["0.host:2,S", "2.host:2,RS", "3.host:2,RS", "4.host:2,T"] == names(maildir / "cur")
    assert [REPLY] == [letter.message for letter in letters(maildir)]


def test_a_mail_that_goes_meanwhile(maildir: Path) -> None:
    """A mail program may move or delete a mail while others are read."""
    reading = letters(maildir)
    next(reading)
    (maildir / "new" / "1.host").unlink()
    assert 1 == len(list(reading))


def test_an_enormous_mail_is_passed_over(maildir: Path, tmp_path: Path) -> None:
    """It is not read into memory."""
    with (maildir / "new" / "5.host").open("wb") as file:
        os.truncate(file.fileno(), MOST_BYTES + 1)
    shutil.copy(maildir / "new" / "5.host", tmp_path / "large.eml")
    assert 3 == len(list(letters(maildir)))
    assert [] == list(letters(tmp_path / "large.eml"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing", "No such file or directory"), ("empty", "is no Maildir")],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, reason: str) -> None:
    """The error names the file and says why."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(MailboxError, match=rf"{name}: {reason}"):
        list(letters(tmp_path / name))


def test_the_envelope_line_of_a_pipe() -> None:
    """Some servers put "From sender date" before a mail; a body may begin a line so too."""
    assert REPLY == without_envelope_line(b"From ada@reader.example.net Fri Nov 20\n" + REPLY)
    assert REPLY == without_envelope_line(REPLY)
    assert b"" == without_envelope_line(b"From nobody")


def test_what_is_no_plain_file_in_a_maildir_is_left_alone(maildir: Path) -> None:
    """A pipe would be waited for without end; a link leads out, a folder is no mail."""
    before = [letter.message for letter in letters(maildir)]
    os.mkfifo(maildir / "new" / "0.pipe")
    (maildir / "new" / "0.folder").mkdir()
    (maildir / "new" / "0.link").symlink_to(maildir / "cur" / "3.host:2,RS")
    assert before == [letter.message for letter in letters(maildir)]

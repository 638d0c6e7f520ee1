"""`digest mail send`, `status`, `resend` and `cancel`: what waits and what became of it."""

from __future__ import annotations

import json

import pytest

from digest.storage import lock
from tests.cli.mail.conftest import DAY, LATER, NOW, configure
from tests.cli.test_cli_corrections import on_terminal
from tests.support.folders import Folder, tree
from tests.support.smtp_server import SmtpServer, drop, reply

ADA, BOB = "ada@example.org", "bob@example.org"
SOON = f"{DAY}T08:06"  # before a server that was down is tried again by itself


def test_what_waits_is_sent_once(issued: Folder, server: SmtpServer) -> None:
    """To everybody, and a second call finds nothing."""
    sent = issued.digest("mail", "send", now=LATER)
    assert (0, "2 sent\n", "") == (sent.status, sent.out, sent.err)
    assert [ADA, BOB] == sorted(server.recipients)
    again = issued.digest("mail", "send", now=LATER)
    assert (0, "Nothing was to be sent.\n") == (again.status, again.out)
    assert 2 == len(server.taken)
    assert f"daily {DAY}: 2 sent\n" == issued.digest("mail", "status", now=LATER).out


def test_a_rehearsal_changes_nothing(issued: Folder, server: SmtpServer) -> None:
    """It counts those who would get the issue, also before anybody was looked up."""
    before = tree(issued.root)
    shown = issued.digest("mail", "send", "--dry-run", now=LATER)
    assert (0, f"daily {DAY}: 2 mails would be sent\n") == (shown.status, shown.out)
    assert before == tree(issued.root)
    assert 0 == issued.digest("mail", "send", "--limit", "1", now=LATER).status
    shown = issued.digest("mail", "send", "--dry-run", now=LATER)
    assert f"daily {DAY}: 1 mail would be sent\n" == shown.out
    assert 1 == len(server.taken)
    assert 0 == issued.digest("mail", "send", now=LATER).status
    assert "Nothing waits.\n" == issued.digest("mail", "send", "--dry-run", now=LATER).out


def test_a_limit_is_kept(issued: Folder, server: SmtpServer) -> None:
    """Mail by mail, so that somebody can look before all others get it."""
    assert "1 sent\n" == issued.digest("mail", "send", "--limit", "1", now=LATER).out
    assert 1 == len(server.taken)
    assert 2 == issued.digest("mail", "send", "--limit", "0", now=LATER).status


def test_a_refusal_is_named_with_its_reason(issued: Folder, server: SmtpServer) -> None:
    """Status 3; the details name the person, the numbers do not."""
    server.on("RCPT", reply("550 5.1.1 no such user"), containing=BOB)
    sent = issued.digest("mail", "send", now=LATER)
    assert (3, "1 sent, 1 failed\n") == (sent.status, sent.out)
    assert "failed: 550 5.1.1 no such user\n" == sent.err
    numbers = issued.digest("mail", "status", now=LATER).out
    assert f"daily {DAY}: 1 sent, 1 failed\n" == numbers
    shown = issued.digest("mail", "status", DAY, now=LATER).out.splitlines()
    assert numbers.splitlines() == shown[:1]
    assert [f"  failed  {BOB}, Wed 18 Nov 2026, 08:05: 550 5.1.1 no such user"] == shown[1:]
    assert ADA in issued.digest("-v", "mail", "status", f"daily/{DAY}", now=LATER).out


def test_the_status_as_json(issued: Folder, server: SmtpServer) -> None:
    """Numbers alone; of one issue the deliveries as well."""
    server.on("RCPT", reply("451 4.7.1 greylisted"), containing=BOB)
    issued.digest("mail", "send", now=LATER)
    data = json.loads(issued.digest("mail", "status", "--json", now=LATER).out)
    (mailing,) = data["mailings"]
    assert {"sent": 1, "deferred": 1} == mailing["mail"]
    assert "@" not in json.dumps(data)
    data = json.loads(issued.digest("mail", "status", DAY, "--json", now=LATER).out)
    assert mailing == data["counts"]
    ada, bob = sorted(data["deliveries"], key=lambda each: str(each["recipient"]))
    assert (ADA, "sent") == (ada["recipient"], ada["state"])
    assert (BOB, "deferred", 1) == (bob["recipient"], bob["state"], bob["attempts"])
    assert bob["due"].startswith(f"{DAY}T08:10")
    assert "451 4.7.1 greylisted" == bob["reason"]


def test_what_is_unknown_waits_for_the_order(issued: Folder, server: SmtpServer) -> None:
    """It is sent again with the same bytes, when somebody says so."""
    server.on("dot", drop(taken=True), containing=BOB, times=1)
    sent = issued.digest("mail", "send", now=LATER)
    assert (3, "1 sent, 1 unknown\n") == (sent.status, sent.out)
    assert f"digest --root {issued.root} mail status" in sent.err
    assert 3 == issued.digest("mail", "send", now=LATER).status
    assert 2 == len(server.taken)
    again = issued.digest("mail", "resend", DAY, "--unknown", now=LATER)
    assert (0, "1 delivery to be sent again\n1 sent\n") == (again.status, again.out)
    first, second = [each.message for each in server.taken if each.recipient == BOB]
    assert first == second
    assert f"daily {DAY}: 2 sent\n" == issued.digest("mail", "status", now=LATER).out
    nothing = issued.digest("mail", "resend", DAY, "--unknown", now=LATER)
    assert (0, "0 deliveries to be sent again\n") == (nothing.status, nothing.out)


def test_one_person_gets_it_again(issued: Folder, server: SmtpServer) -> None:
    """By the address, in any case."""
    issued.digest("mail", "send", now=LATER)
    assert 0 == issued.digest("mail", "resend", DAY, BOB.upper(), now=LATER).status
    assert [ADA, BOB, BOB] == sorted(server.recipients)
    unknown = issued.digest("mail", "resend", DAY, "eve@example.org", now=LATER)
    assert (1, True) == (unknown.status, "eve@example.org is no subscriber" in unknown.err)


def test_it_asks_before_somebody_gets_it_twice(issued: Folder, server: SmtpServer) -> None:
    """On a terminal; with --yes it does not."""
    issued.digest("mail", "send", now=LATER)
    words = ("mail", "resend", DAY, BOB)
    status, shown = on_terminal(issued, *words, answer="n")
    assert (130, True) == (status, f"{BOB} has the mail of {DAY}. Send it again?" in shown)
    assert 2 == len(server.taken)
    status, shown = on_terminal(issued, *words, "--yes", answer="n")
    assert (0, False) == (status, "again?" in shown)
    assert 3 == len(server.taken)


@pytest.mark.parametrize("words", [[], ["--unknown", "--failed"], ["--failed", ADA]])
def test_resend_needs_one_choice(issued: Folder, words: list[str]) -> None:
    """Neither none nor two."""
    issued.digest("mail", "send", now=LATER)
    answered = issued.digest("mail", "resend", DAY, *words, now=LATER)
    assert (2, True) == (answered.status, "--unknown, --failed or an address" in answered.err)


def test_what_is_cancelled_is_not_sent(issued: Folder, server: SmtpServer) -> None:
    """What was sent before stays sent."""
    issued.digest("mail", "send", "--limit", "1", now=LATER)
    cancelled = issued.digest("mail", "cancel", DAY, now=LATER)
    assert (0, "1 delivery cancelled\n") == (cancelled.status, cancelled.out)
    assert "Nothing was to be sent.\n" == issued.digest("mail", "send", now=LATER).out
    assert 1 == len(server.taken)
    assert f"daily {DAY}: 1 sent, 1 cancelled\n" == issued.digest("mail", "status").out


@pytest.mark.parametrize("words", [["status"], ["cancel"], ["resend", "--failed"]])
def test_an_issue_that_was_not_mailed(issued: Folder, words: list[str]) -> None:
    """Wrong usage, with its name."""
    command, *options = words
    issued.digest("mail", "send", now=LATER)
    answered = issued.digest("mail", command, "2026-11-17", *options, now=LATER)
    assert 2 == answered.status
    assert "no issue '2026-11-17' was mailed" in answered.err


def test_a_server_that_is_down_is_status_1(issued: Folder, server: SmtpServer) -> None:
    """With --due it is left alone for a while, without it is tried at once."""
    port = server.port
    server.stop()
    sent = issued.digest("mail", "send", now=LATER)
    assert 1 == sent.status, sent
    assert "the mail server takes nothing: " in sent.err
    again = SmtpServer(port=port)
    try:
        assert 0 == issued.digest("mail", "send", "--due", now=SOON).status
        assert [] == again.taken
        sent = issued.digest("mail", "send", now=SOON)
        assert (0, "2 sent\n") == (sent.status, sent.out)
        assert [ADA, BOB] == sorted(again.recipients)
    finally:
        again.stop()


def test_another_sender_is_not_disturbed(issued: Folder, server: SmtpServer) -> None:
    """It takes along what is ordered; with --due that is no error."""
    assert 0 == issued.digest("mail", "send", "--limit", "1", now=LATER).status
    with lock.hold_file(issued.root / "state" / lock.SENDER, 0.0):
        sent = issued.digest("mail", "send", now=LATER)
        assert (1, True) == (sent.status, "another process is sending" in sent.err)
        assert (0, "", "") == issued.digest("mail", "send", "--due", now=LATER)
        ordered = issued.digest("mail", "resend", DAY, server.recipients[0], now=LATER)
        assert 0 == ordered.status
        assert "1 delivery to be sent again\nanother process is sending" in ordered.out
    assert 1 == len(server.taken)
    assert "2 sent\n" == issued.digest("mail", "send", now=LATER).out


@pytest.mark.parametrize("command", [["send"], ["resend", DAY, "--failed"]])
def test_without_mail_it_is_said_what_is_missing(folder: Folder, command: list[str]) -> None:
    """Status 2, and nothing is created."""
    before = tree(folder.root)
    answered = folder.digest("mail", *command, now=NOW)
    assert 2 == answered.status
    assert "mail: no mail server is configured (set server and from" in answered.err
    folder.configure('[mail]\nserver = "smtp://relay.example.org"\nfrom = "a@example.org"\n')
    answered = folder.digest("mail", *command, now=NOW)
    assert 2 == answered.status
    assert "no edition is mailed (write mail = true in an [[edition]])" in answered.err
    folder.configure("")
    assert before == tree(folder.root)
    assert "Nothing was mailed yet.\n" == folder.digest("mail", "status", now=NOW).out


def test_channels_stand_beside_people(issued: Folder, server: SmtpServer) -> None:
    """A channel is named in the details, and counted apart."""
    more = '[[chat]]\nname = "team"\nkind = "slack"\nurl = "env:NO_SUCH_CHANNEL"\n'
    configure(issued, server, to=f'"{ADA}"')
    issued.configuration.write_text(issued.configuration.read_text() + more)
    shown = issued.digest("mail", "send", "--dry-run", now=LATER).out
    assert f"daily {DAY}: 1 mail and 1 post would be sent\n" == shown


def test_a_folder_that_mails_no_more_shows_and_cancels_what_waits(
    issued: Folder, folder: Folder, server: SmtpServer
) -> None:
    """Else it would go out once `[mail]` is back. One that never mailed stays as it is."""
    server.on("RCPT", reply("450 4.2.0 later"))
    issued.digest("mail", "send", now=LATER)
    issued.configure("")
    assert f"daily {DAY}: 2 put off\n" == issued.digest("mail", "status").out
    cancelled = issued.digest("mail", "cancel", DAY, now=LATER)
    assert (0, "2 deliveries cancelled\n") == (cancelled.status, cancelled.out)
    empty = tree(folder.root)
    assert 2 == folder.digest("mail", "cancel", DAY, now=LATER).status
    assert empty == tree(folder.root)

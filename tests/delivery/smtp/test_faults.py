"""What becomes of a mail when the server misbehaves: at every verb, and at every byte."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.smtp.client import SmtpTransport
from tests.support.mail_transports import HASTY, MESSAGE, RECIPIENT, Sent, sent_once, transport
from tests.support.smtp_server import (
    EXTENSIONS,
    Act,
    delay,
    drop,
    hang,
    raw,
    reply,
    smtp_server,
)

# What happens, and what the server does. A message is taken only at "dot", and only if it says so.
FAULTS: dict[str, Act] = {
    "4xx": reply("451 4.3.0 later"),
    "5xx": reply("550 5.7.1 never"),
    "421": reply("421 4.3.2 shutting down", close=True),
    "drop": drop(),
    "reset": drop(reset=True),
    "hang": hang(),
    "1xx": reply("150 wait"),
    "6xx": reply("650 what"),
    "no number": reply("hello"),
    "two codes": raw(b"250-one\r\n550 two\r\n"),
    "cut": raw(b"250 2.0.", close=True),
    "cut in the end": raw(b"250 2.0.0 ok\r", close=True),
    "cut in many": raw(b"250-2.0.0 ok\r\n", close=True),
    "half, then silence": Act(b"250 2.", then="hang"),
    "endless line": raw(b"2" * 70_000),
    "zeros": raw(b"\0\0\0\0\r\n"),
}
GREETING = ("deferred", False, 0)  # no connection: nothing about anybody
BEFORE = ("deferred", True, 0)
UNKNOWN = ("unknown", True, 1)
# Where a fault does not mean what the others at its verb mean.
MEANINGS = {
    "greeting": (GREETING, {}),
    "EHLO": (GREETING, {}),
    "MAIL": (BEFORE, {"4xx": GREETING, "5xx": GREETING, "421": GREETING, "1xx": BEFORE}),
    "RCPT": (BEFORE, {"5xx": ("failed", True, 0), "421": GREETING}),
    "DATA": (BEFORE, {"5xx": ("failed", True, 0), "421": GREETING}),
    "dot": (
        UNKNOWN,
        {"4xx": ("deferred", True, 1), "5xx": ("failed", True, 1), "421": ("deferred", False, 1)},
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SmtpTransport, "times", HASTY)


@pytest.mark.parametrize("extensions", [EXTENSIONS, ()], ids=["pipelining", "one by one"])
@pytest.mark.parametrize("verb", MEANINGS)
def test_each_fault_at_each_verb_has_its_meaning(verb: str, extensions: tuple[str, ...]) -> None:
    """Before the final dot nothing is unknown; after it only a whole 2xx, 4xx or 5xx decides."""
    usual, others = MEANINGS[verb]
    found = {}
    for fault, act in FAULTS.items():
        with smtp_server(extensions=extensions) as server:
            server.on(verb, act)
            found[fault] = sent_once(server).what
            assert verb == "dot" or not server.taken
    assert {fault: others.get(fault, usual) for fault in FAULTS} == found


@pytest.mark.parametrize("act", [
    drop(taken=True), drop(taken=True, reset=True), hang(taken=True),
    raw(b"250 2.0.0 que", taken=True, close=True), raw(b"\xff\xfe\r\n", taken=True),
    raw(b"354 go on\r\n", taken=True),
])  # fmt: skip
def test_a_mail_that_was_taken_without_a_clear_answer_is_unknown(act: Act) -> None:
    """The server has it; nobody here can know."""
    with smtp_server() as server:
        server.on("dot", act, times=1)
        client = transport(server)
        assert UNKNOWN == Sent(client).what
        assert ("sent", True, 1) == Sent(client).what
        client.close()
        assert [RECIPIENT] * 2 == server.recipients
        assert 2 == server.connections


def test_any_whole_answer_of_2xx_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several lines too, without a text, late, and with a line end of its own kind."""
    monkeypatch.setattr(SmtpTransport, "times", HASTY._replace(final=20.0))
    with smtp_server() as server:
        for answer in (b"250\r\n", b"250-a\r\n250-b\r\n250 c\r\n", b"200 ok\n", b"250 \xff\r\n"):
            server.on("dot", raw(answer, taken=True), times=1)
        server.on("dot", delay(0.3), times=1)
        client = transport(server)
        assert [("sent", True, 1)] * 5 == [Sent(client).what for _ in range(5)]
        client.close()


@given(st.binary(max_size=40) | st.from_regex(rb"[0-9]{3}[ -].{0,9}(\r\n|\n|)"))
def test_a_mail_is_sent_only_by_a_good_answer(answer: bytes) -> None:
    """Whatever bytes come after the final dot."""
    with smtp_server() as server:
        server.on("dot", raw(answer, taken=True, close=True))
        state, _, marks = sent_once(server).what
    first = answer.split(b"\n")[0]
    is_whole = b"\n" in answer and first[:3].isdigit() and first[3:4] in {b"", b" ", b"\r", b"-"}
    assert 1 == marks
    if not is_whole or first[:1] not in {b"2", b"4", b"5"}:
        assert "unknown" == state
    elif first[3:4] != b"-":
        assert {b"2": "sent", b"4": "deferred", b"5": "failed"}[first[:1]] == state


def sizes(extensions: tuple[str, ...]) -> tuple[int, int]:
    """Return how many bytes the server sends and gets for one mail, up to the goodbye."""
    with smtp_server(extensions=extensions) as server:
        client = transport(server)
        Sent(client)
        got = len(server.heard)
        client.close()
    sent = sum(len(f"250-{word}\r\n") for word in extensions)
    return sent + 160, got


def try_every_byte(
    extensions: tuple[str, ...], acts: list[Act], figure: Callable[[str], None]
) -> None:
    """Break off after each number of bytes, and compare what is said with what was taken."""
    counts = dict.fromkeys(("sent", "deferred", "failed", "unknown"), 0)
    sent_bytes, got_bytes = sizes(extensions)
    for act in acts:
        cuts = [("sent", n) for n in range(sent_bytes)]
        cuts += [("received", n) for n in range(got_bytes + 1)]
        for side, place in cuts:
            with smtp_server(extensions=extensions) as server:
                server.cut("sent" if side == "sent" else "received", place, act)
                state, _, marks = sent_once(server).what
            counts[state] += 1
            taken = len(server.taken)
            assert taken <= 1
            assert (state in {"sent", "unknown"}) or not taken, (side, place, act)
            assert state != "sent" or taken, (side, place, act)
            assert state != "failed", (side, place, act)
            assert state != "unknown" or marks, (side, place, act)
    figure(f"SMTP broken off at each byte: {counts}; taken but not said to be: 0")
    assert counts["unknown"]
    assert counts["deferred"]


def test_a_dialogue_that_breaks_off_at_a_byte_is_understood(figure: Callable[[str], None]) -> None:
    """What was taken is sent or unknown; what is not is never said to be sent, nor failed."""
    try_every_byte(EXTENSIONS, [drop()], figure)


@pytest.mark.soak
@pytest.mark.parametrize("extensions", [EXTENSIONS, ()], ids=["pipelining", "one by one"])
def test_a_dialogue_that_is_spoilt_at_any_byte_is_understood(
    extensions: tuple[str, ...], figure: Callable[[str], None]
) -> None:
    """Closed, reset, silent, and garbled in several ways."""
    garbage = [raw(b"\0\xff\r\n", close=True), raw(b"250 2.0.0 ok\r\n"[:7], close=True)]
    try_every_byte(extensions, [drop(), drop(reset=True), hang(), *garbage], figure)


def test_a_message_without_a_clear_line_end_is_not_sent() -> None:
    """A bare line feed would let a server see the end of the message where we see none."""
    with smtp_server() as server:
        for message in (b"a\n.\n\r\n", b"a\r.\r\r\n", b"a\r\n.\r\rb\r\n", b"a\n\r\r\n"):
            with pytest.raises(ValueError, match="CRLF"):
                sent_once(server, message=message)
        assert 0 == server.connections


def test_a_message_without_a_last_line_end_gets_one() -> None:
    """The dot needs a line of its own."""
    with smtp_server() as server:
        sent_once(server, message=b".")
        assert [b".\r\n"] == [taken.message for taken in server.taken]
    assert MESSAGE.endswith(b"\r\n")


@pytest.mark.parametrize("verb", ["greeting", "MAIL", "dot"])
def test_a_byte_now_and_then_is_no_answer(verb: str) -> None:
    """The whole answer must come within the time, not each of its bytes."""
    with smtp_server() as server:
        server.on(verb, Act(b"2", then="drip"))
        sent = sent_once(server)
    assert "did not answer within 0.1 s" in sent.outcome.reply

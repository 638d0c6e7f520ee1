"""Mails that come back, as the programs of this world write them, about people made up here."""

from __future__ import annotations

from digest.model.incoming import OwnAddresses

TOKEN = "0123456789abcdef0123456789abcdef"
OTHER_TOKEN = "fedcba9876543210fedcba9876543210"
OWN = OwnAddresses("bounces+{token}@papers.example.org", "unsubscribe@papers.example.org")
VERP = f"bounces+{TOKEN}@papers.example.org"
MESSAGE_ID = "<2f6c1f4e@papers.example.org>"

RETURNED = f"""\
Return-Path: <{VERP}>
From: Papers <papers@papers.example.org>
To: ada@reader.example.net
Subject: 36 papers, Friday 20 November: Ledgerwalk and four more
Message-ID: {MESSAGE_ID}
List-Unsubscribe: <mailto:unsubscribe@papers.example.org?subject=unsubscribe%20{TOKEN}>
"""

_REPORT = """\
Return-Path: <>
Delivered-To: {to}
Date: Fri, 20 Nov 2026 08:00:12 +0000
From: MAILER-DAEMON@mx.reader.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_border"
Message-Id: <20261120080012.5E1F21@mx.reader.example.net>

This is a MIME-encapsulated message.

--=_border
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.reader.example.net.

--=_border
Content-Description: Delivery report
Content-Type: {kind}

Reporting-MTA: dns; mx.reader.example.net
Arrival-Date: Fri, 20 Nov 2026 08:00:10 +0000

{recipients}
--=_border
Content-Type: {returned_kind}

{returned}
--=_border--
"""

_RECIPIENT = """\
Final-Recipient: rfc822; ada@reader.example.net
Original-Recipient: rfc822;ada@reader.example.net
Action: {action}
Status: {status}
Remote-MTA: dns; mx.reader.example.net
Diagnostic-Code: {diagnostic}
"""


def delivery_report(
    status: str = "5.1.1",
    action: str = "failed",
    *,
    to: str = VERP,
    diagnostic: str = "smtp; the server said no",
    returned: str = RETURNED,
    returned_kind: str = "text/rfc822-headers",
    more: str = "",
) -> bytes:
    """Return a delivery report in the form that Postfix writes: RFC 3464, or RFC 6533."""
    is_international = returned_kind.startswith("message/global")
    recipient = _RECIPIENT.format(status=status, action=action, diagnostic=diagnostic)
    return _REPORT.format(
        to=to,
        kind=f"message/{'global-' if is_international else ''}delivery-status",
        recipients=recipient + more,
        returned=returned,
        returned_kind=returned_kind,
    ).encode()


def second_recipient(action: str, status: str = "5.1.1") -> str:
    """Return another recipient for the report."""
    return "\n" + _RECIPIENT.format(status=status, action=action, diagnostic="smtp; none")


def complaint(
    feedback: str = "abuse",
    *,
    to: str = "feedback@papers.example.org",
    sender: str = VERP,
    returned: str = RETURNED,
) -> bytes:
    """Return a complaint (RFC 5965) in the form that large providers write."""
    return f"""\
From: Feedback Loop <fbl@reader.example.net>
To: {to}
Subject: complaint about message from 192.0.2.1
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_fbl"

--=_fbl
Content-Type: text/plain; charset=us-ascii

This is an email abuse report for a mail from 192.0.2.1.

--=_fbl
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{sender}>
Original-Rcpt-To: <redacted@reader.example.net>

--=_fbl
Content-Type: message/rfc822

{returned}
The body of the issue.
--=_fbl--
""".encode()


def mail(
    subject: str,
    body: str = "",
    *,
    to: str = OWN.unsubscribe,
    sender: str = "Ada Example <ada@reader.example.net>",
    more: str = "",
) -> bytes:
    """Return a plain mail to one of our addresses; ``more`` are fields, each with its line end."""
    return (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\n"
        f"Date: Fri, 20 Nov 2026 09:00:00 +0000\nMessage-ID: <a1@reader.example.net>\n{more}"
        f"Content-Type: text/plain; charset=utf-8\n\n{body}\n"
    ).encode()

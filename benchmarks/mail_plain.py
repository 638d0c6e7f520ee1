"""Send messages by `smtplib` alone: what a sender costs that remembers nothing.

Arguments: the port, how many to send, and files with messages, which take turns.
"""

from __future__ import annotations

import smtplib
import sys
from pathlib import Path


def main() -> None:
    """Send each message to a recipient of its own on one connection."""
    port, count, *files = sys.argv[1:]
    messages = [Path(file).read_bytes() for file in files]
    with smtplib.SMTP("127.0.0.1", int(port)) as server:
        for number in range(int(count)):
            message = messages[number % len(messages)]
            server.sendmail("papers@example.org", f"reader-{number}@example.org", message)


if __name__ == "__main__":
    main()

"""Serve the world of sources in a process of its own, on the true ports.

    python -m tests.support.source_process NOW AUTHORITY

The moment of the world stays NOW (RFC 3339). The certificate that clients have to trust is written
to AUTHORITY. Prints a line when it answers, and when its standard input ends the log, a line of
JSON for each request.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from tests.support.source_certificates import Certificates
from tests.support.source_server import SourceServer
from tests.support.source_sites import SITES, World

PORTS = (80, 443)


def main() -> None:
    """Serve until the standard input ends."""
    now = datetime.fromisoformat(sys.argv[1])
    certificates = Certificates([*SITES])
    certificates.write_authority(Path(sys.argv[2]))
    world = World(lambda: now)
    world.page_size = world.search_size = 100  # pauses are real here, so there are few pages
    tls = certificates.context()
    with SourceServer(world.answer, tls=tls, addresses=("0.0.0.0",), ports=PORTS) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()
    for asked in server.asked:
        sys.stdout.write(json.dumps({**asked._asdict(), "body": ""}) + "\n")


if __name__ == "__main__":
    main()

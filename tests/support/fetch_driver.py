"""Run `digest` against a world of sources on loopback, with a clock of its own.

    python -m tests.support.fetch_driver SCRIPT

SCRIPT is a file of JSON: ``root``, the working folder; ``steps``, each with ``now`` (RFC 3339),
``words``, the arguments of `digest`, and ``robots``, the status and text of all robots.txt from
then on, or null; ``troubles``, each with ``host``, ``case`` (a name in
`tests.support.misbehaviours`), ``from`` and ``until``; ``world``, attributes of `World`.

The true names of the sources resolve to public addresses, and connections to these arrive at the
server of this process, which has certificates for all names. Nothing else resolves. Sleeping only
moves the clock. Prints a line of JSON for each step: ``status``, ``out``, ``err`` and ``asked``.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Clock:
    """The real clock, moved: `sleep` and `set` move it on in no time."""

    def __init__(self) -> None:
        self._monotonic, self._ahead, self._epoch = time.monotonic, 0.0, time.time()
        self._start = time.monotonic()

    def monotonic(self) -> float:
        """Return seconds that only go forward."""
        return self._monotonic() + self._ahead

    def time(self) -> float:
        """Return the seconds since 1970."""
        return self._epoch + self.monotonic() - self._start

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self._ahead += max(0.0, seconds)

    def set(self, moment: datetime) -> None:
        """Let it be this moment now; the monotonic clock does not go back."""
        self._ahead += max(0.0, moment.timestamp() - self.time())
        self._epoch += moment.timestamp() - self.time()

    def now(self) -> datetime:
        """Return the moment in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def install(self) -> None:
        """Take the place of Python's clock, for modules that are imported from now on."""
        vars(time).update(monotonic=self.monotonic, time=self.time, sleep=self.sleep)


def _public(place: int) -> str:
    """Return a public address that stands for a host."""
    return f"151.101.{place}.7"


def lead_names(hosts: list[str], port: int) -> None:
    """Let names of hosts resolve to public addresses, which lead to a port of loopback."""
    known = {host: _public(place) for place, host in enumerate(sorted(hosts))}
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def getaddrinfo(host: Any, service: Any, *rest: Any, **more: Any) -> Any:
        if host in known:
            return look_up(known[host], service, *rest, **more)
        if host in known.values():
            return look_up(host, service, *rest, **more)
        raise socket.gaierror(socket.EAI_NONAME, f"unknown in this world: {host}")

    def connected(self: socket.socket, address: Any) -> None:
        if address[0] not in known.values():
            raise OSError(f"leads out of this world: {address}")
        connect(self, ("127.0.0.1", port))

    setattr(socket.socket, "connect", connected)  # noqa: B010 - mypy refuses an assignment
    vars(socket)["getaddrinfo"] = getaddrinfo


def run_step(clock: Clock, root: str, step: dict[str, Any]) -> dict[str, Any]:
    """Run `digest` once in this process; return its status and what it printed."""
    from digest.cli import main  # after the clock was installed

    clock.set(datetime.fromisoformat(step["now"]))
    sys.argv = ["digest", "--root", root, "--now", step["now"], *step["words"]]
    out, err, status = io.StringIO(), io.StringIO(), 70
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main.main()
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    return {"status": status, "out": out.getvalue(), "err": err.getvalue()}


def main() -> None:
    """Run the steps of the script, one after the other."""
    clock = Clock()
    clock.install()
    from tests.support import misbehaviours
    from tests.support.source_certificates import Certificates
    from tests.support.source_server import SourceServer
    from tests.support.source_sites import SITES, World, outage
    from tests.support.wires import reply

    script = json.loads(Path(sys.argv[1]).read_bytes())
    clock.set(datetime.fromisoformat(script["steps"][0]["now"]))
    world = World(clock.now)
    vars(world).update(script["world"])
    acts = {case.name: case.acts[-1] for case in misbehaviours.CASES}
    for trouble in script["troubles"]:
        first, last = (datetime.fromisoformat(trouble[end]) for end in ("from", "until"))
        act = acts[trouble["case"]]
        world.troubles.append(outage(trouble["host"], act, first, last, clock.now))
    certificates = Certificates([*SITES])
    server = SourceServer(world.answer, tls=certificates.context(), clock=clock.monotonic)
    lead_names([*SITES], server.port)
    with tempfile.TemporaryDirectory() as folder, server:
        authority = certificates.write_authority(Path(folder) / "authority.pem")
        os.environ["SSL_CERT_FILE"] = str(authority)
        for step in script["steps"]:
            if step["robots"]:
                status, text = step["robots"]
                world.robots = reply(status, text.encode())
            server.asked.clear()
            result = run_step(clock, script["root"], step)
            asked = [{**one._asdict(), "body": ""} for one in server.asked]
            sys.stdout.write(json.dumps({**result, "asked": asked}) + "\n")


if __name__ == "__main__":
    main()

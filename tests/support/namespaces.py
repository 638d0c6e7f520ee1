"""A network of a test's own, from which nothing leads out. Needs root, and `ip` of iproute2.

In it the true names of the sources resolve to public addresses of its own loopback interface, so
that a program asks them as it does in the world. Whatever a program sends elsewhere is refused by
the kernel for want of a route, and counted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.folders import MINUTE, CommandResult
from tests.support.source_sites import SITES
from tests.support.wires import Asked

_COUNTERS = ("/proc/net/snmp", "/proc/net/snmp6")


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, timeout=MINUTE).stdout.decode()


class Namespace:
    """A network namespace with loopback, a public address for each host, and no route out."""

    def __init__(self, name: str) -> None:
        self.name, self._files = name, Path("/etc/netns", name)
        self._hosts = {host: f"151.101.{place}.7" for place, host in enumerate(SITES)}

    def __enter__(self) -> Self:
        """Make it. `ip netns exec` shows programs our files in place of those in /etc."""
        _run("ip", "netns", "add", self.name)
        _run(*self.command("ip", "link", "set", "lo", "up"))
        for address in self._hosts.values():
            _run(*self.command("ip", "address", "add", f"{address}/32", "dev", "lo"))
        self._files.mkdir(parents=True)
        rows = [f"{address} {host}" for host, address in self._hosts.items()]
        text = "\n".join(["127.0.0.1 localhost", *rows, ""])
        self._files.joinpath("hosts").write_text(text, encoding="utf-8")
        self._files.joinpath("resolv.conf").write_text("nameserver 192.0.2.53\n", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove it."""
        _run("ip", "netns", "delete", self.name)
        shutil.rmtree(self._files)

    def command(self, *words: str) -> list[str]:
        """Return the command that runs another one in it."""
        return ["ip", "netns", "exec", self.name, *words]

    def run(self, *words: str, seconds: int = MINUTE, **env: str) -> CommandResult:
        """Run a command in it; ``env`` is its environment, besides the path of programs."""
        done = subprocess.run(
            self.command(*words),
            env={"PATH": os.environ["PATH"], **env},
            capture_output=True,
            check=False,
            timeout=seconds,
        )
        return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())

    @property
    def led_out(self) -> int:
        """How often something was sent that would have left the machine."""
        lines = "".join(_run(*self.command("cat", file)) for file in _COUNTERS).splitlines()
        rows = [line.split() for line in lines if line.startswith("Ip:")]
        counts = dict(zip(*rows, strict=True))
        (sixth,) = (line.split()[1] for line in lines if re.match(r"Ip6OutNoRoutes\s", line))
        return int(counts["OutNoRoutes"]) + int(sixth)


@contextmanager
def sources(namespace: Namespace, now: str, authority: Path) -> Iterator[list[Asked]]:
    """Serve all sources in a namespace during the block; the log is filled at its end."""
    words = [sys.executable, "-m", "tests.support.source_process", now, str(authority)]
    pipe, log = subprocess.PIPE, list[Asked]()
    command = namespace.command(*words)
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        try:
            assert process.stdout
            assert b"ready\n" == process.stdout.readline()
            yield log
            rest, _ = process.communicate(timeout=MINUTE)
        finally:
            process.kill()
    log += [Asked(**json.loads(line)) for line in rest.splitlines()]

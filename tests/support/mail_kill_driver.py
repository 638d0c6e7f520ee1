"""Do passes of the sender in forked processes, and kill them where the test says.

    python -m tests.support.mail_kill_driver

Reads lines of JSON: ``root``, the working folder; ``moment``; ``step``, the number of the step
before which the process is killed, counted from 0, or -1 for none; ``after``, seconds until it is
killed by a signal, or null. Steps are statements that change the database for good, the openings
of files, and the sending of a command and the receiving of a reply, before and after. Prints the
exit status of each process, below 0 for a signal.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from digest import settings as settings_files
from digest.delivery.smtp.client import SmtpTransport
from digest.delivery.smtp.session import Session
from digest.operations.mail import sending
from digest.pipeline.progress import no_log
from digest.render.mail import content
from tests.support.fault_driver import Child, Steps


def main() -> None:
    """Do what each line says."""
    content._inliner(), SmtpTransport  # loaded once here, and not in each process
    for line in sys.stdin:
        order = json.loads(line)
        child = Child(order["root"], [], functools.partial(_send, order))
        if order["after"] is not None:
            time.sleep(order["after"])
            child.kill()
        status, printed = child.end()
        sys.stdout.write(f"{json.dumps({'status': status, 'printed': printed})}\n")
        sys.stdout.flush()


def _send(order: dict[str, Any]) -> None:
    """Do one pass, and end this process: `Child` would start a command."""
    root = Path(order["root"])
    settings = settings_files.load(root)
    steps = Steps(root, order["step"], root.parent / f"{root.name}.log")
    steps.watch()
    for name in ("send", "read_reply"):
        setattr(Session, name, _counted(getattr(Session, name), name, steps.step))
    try:
        sending.deliver(settings, datetime.fromisoformat(order["moment"]), no_log, is_forced=True)
    except BaseException as error:  # noqa: BLE001 - shown by the test
        sys.stdout.write(repr(error))
        sys.stdout.flush()
        os._exit(1)
    os._exit(0)


def _counted(method: Callable[..., Any], name: str, step: Callable[[str], None]) -> Any:
    @functools.wraps(method)
    def counted(*arguments: Any) -> Any:
        step(f"before {name}")
        result = method(*arguments)
        step(f"after {name}")
        return result

    return counted


if __name__ == "__main__":
    main()

"""Kill an operation on people at every step in turn.

    python -m tests.support.people_kill_driver FOLDER SCRATCH OPERATION FIRST STRIDE

For each step n = FIRST, FIRST + STRIDE, ...: a copy of the state folder FOLDER in SCRATCH/n, and
a forked process that does OPERATION there and is ended by SIGKILL before its n-th step. Prints a
line of JSON for each, and ends after the first process that ends before its step. Steps are
those of `fault_driver`, every sync and every SQL statement that writes among them.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from digest.model.people import Subscriber
from digest.storage.people import People, backups, database, departing
from tests.support.fault_driver import MOST, Steps
from tests.support.people import LATER, address


def _person(people: People, number: int) -> Subscriber:
    person = people.subscribers.find(address(number))
    assert person
    return person


def leave(folder: Path) -> None:
    """Let person 5 leave."""
    with database.opened(folder) as people:
        departing.leave(people, _person(people, 5), "left", LATER)


def complain(folder: Path) -> None:
    """Let person 5 complain, in a transaction with another change."""
    with database.opened(folder) as people, people.transaction():
        departing.leave(people, _person(people, 5), "complained", LATER)
        people.subscribers.set_state(_person(people, 6).id, "pending", LATER)


def forget(folder: Path) -> None:
    """Forget person 5."""
    with database.opened(folder) as people:
        departing.forget(people, address(5), LATER)


def suppress(folder: Path) -> None:
    """Suppress the address of person 5."""
    with database.opened(folder) as people:
        departing.suppress(people, address(5), "asked", LATER)


def restore(folder: Path) -> None:
    """Put the newest backup in place."""
    backup = backups.newest_sound(folder)
    assert backup
    backups.restore(folder, backup, datetime.fromisoformat(LATER))


def backup(folder: Path) -> None:
    """Make one more backup."""
    with database.opened(folder) as people:
        backups.make(people, folder, datetime.fromisoformat(LATER))


OPERATIONS: dict[str, Callable[[Path], None]] = {
    operation.__name__: operation
    for operation in (leave, complain, forget, suppress, restore, backup)
}


def _in_child(folder: Path, operation: Callable[[Path], None], steps: Steps) -> int:
    child = os.fork()
    if not child:
        status = 70  # of an unexpected error
        try:
            steps.watch(deep=True)
            operation(folder)
            status = 0
        except Exception:  # noqa: BLE001 - the parent reports it
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Kill at step after step until a process ends before its step."""
    folder, scratch, name, first, stride = sys.argv[1:]
    status = -1
    for number in range(int(first), MOST, int(stride)):
        copy, log = Path(scratch, str(number)), Path(scratch, f"{number}.step")
        shutil.copytree(folder, copy)
        status = _in_child(copy, OPERATIONS[name], Steps(copy, number, log))
        step = log.read_text("utf-8") if log.exists() else ""
        sys.stdout.write(json.dumps({"number": number, "status": status, "step": step}) + "\n")
        sys.stdout.flush()
        if status >= 0:
            return


if __name__ == "__main__":
    main()

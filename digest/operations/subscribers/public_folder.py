"""Keep subscribers out of folders whose state is stored in a branch that others may read."""

from __future__ import annotations

from pathlib import Path

from digest.errors import SettingsError
from digest.storage.people import database

# What `digest init --actions` and `--gitlab` write.
_SCRIPTS = (".github/digest.sh", ".gitlab/digest.sh")


def require_private_folder(root: Path) -> None:
    """Raise `SettingsError` if a working folder was made by `digest init --actions`.

    The runner forgets its state but for what a branch holds, and a public branch is no place for
    addresses.
    """
    for script in _SCRIPTS:
        if (root / script).exists():
            raise SettingsError(
                str(root / script),
                "a folder that GitHub or GitLab runs cannot have subscribers, because its state"
                " is stored in a branch that others may read",
                hint="run it on a machine of your own, or mail to yourself by [mail] to",
            )


def require_no_subscribers(state: Path) -> None:
    """Raise `SettingsError` if the state folder ``state`` has subscribers.

    Those that `[mail] to` names do not count.
    """
    if not database.exists(state):
        return
    with database.opened(state) as people:
        others = [one for one in people.subscribers.list_all() if one.origin != "configuration"]
    if others:
        raise SettingsError(
            str(state / database.FILE),
            "there are subscribers, and a branch that others may read is no place for them",
            hint="make a folder without subscribers for GitHub or GitLab",
        )

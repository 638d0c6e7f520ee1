"""A ledger that is damaged, missing, locked by another program, or not writable."""

from __future__ import annotations

import ctypes
import gc
import os
import random
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import LedgerLocked
from digest.storage.ledger import database
from tests.support.folders import MINUTE, STATUS, CommandResult, Folder, page, titles, tree

MON, TUE, WED = "2026-11-16", "2026-11-17", "2026-11-18"
ONE = titles([1])[0]
COMMANDS = {
    "run": ("run",),
    "due": ("run", "--due"),
    "rehearsal": ("run", "--dry-run"),
    "rebuild": ("rebuild",),
    "status": ("status",),
    "explain": ("explain", ONE),
    "search": ("search", "study"),
    "topics": ("topics",),
    "withdraw": ("withdraw", ONE),
    "undo": ("undo",),
    "backup": ("backup",),
}
HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print(flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a folder with an issue, a backup after it, and a page that waits; tests copy it."""
    folder = Folder(tmp_path_factory.mktemp("whole"))
    folder.drop("a.txt", page(MON, range(40)))
    folder.run(f"{MON}T08:00")
    folder.digest("backup", now=f"{MON}T09:00")
    folder.drop("b.txt", page(TUE, range(38, 43)))
    return folder


@pytest.fixture
def copied(whole: Folder, tmp_path: Path) -> Folder:
    """Copy the folder, so that the test may damage it."""
    return whole.copy(tmp_path / "copy")


def ledger(folder: Folder) -> Path:
    """Return the path of the ledger."""
    return folder.root / "state" / "ledger.sqlite3"


def published(folder: Folder) -> dict[str, bytes]:
    """Return the output without the status pages, which differ after every run."""
    return {name: body for name, body in folder.tree().items() if name not in STATUS}


def truncated(data: bytes) -> bytes:
    """Cut off the second half of the file, at a page's end."""
    return data[: len(data) // 8192 * 4096]


def without_head(data: bytes) -> bytes:
    """Overwrite the header of the SQLite file with zeros."""
    return bytes(100) + data[100:]


def zeroed(data: bytes) -> bytes:
    """Overwrite the page with the schema with zeros, like a lost sector of a disk."""
    return data[:100] + bytes(3996) + data[4096:]


def notes(data: bytes) -> bytes:
    """Replace the file by text."""
    return b"no database at all\n" * (len(data) // 19)


@pytest.mark.parametrize("damage", [truncated, without_head, zeroed, notes])
def test_every_command_reports_a_damaged_ledger(
    copied: Folder, damage: Callable[[bytes], bytes]
) -> None:
    """Status 1, the file, the error of SQLite, and the command that restores; the file stays."""
    ledger(copied).write_bytes(damage(ledger(copied).read_bytes()))
    before, output = ledger(copied).read_bytes(), published(copied)
    for words in COMMANDS.values():
        result = copied.digest(*words, now=f"{TUE}T08:00")
        assert 1 == result.status, words
        message, command = result.err.splitlines()
        assert message.startswith(f"digest: {ledger(copied)}: not usable as a database: ")
        assert "it is kept as it is; the newest backup is " in message
        assert command.endswith(f"digest --root {copied.root} restore --yes")
    assert (before, output) == (ledger(copied).read_bytes(), published(copied))


@pytest.mark.parametrize("gone", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_lost_ledger_is_not_replaced_by_an_empty_one(
    copied: Folder, gone: Callable[[Path], object]
) -> None:
    """With an empty ledger every paper would be new again. The backups show that there was one."""
    gone(ledger(copied))
    for words in COMMANDS.values():
        result = copied.digest(*words, now=f"{TUE}T08:00")
        assert (1, True) == (result.status, "but there are backups of it" in result.err), words
    assert not (ledger(copied).exists() and ledger(copied).stat().st_size)


def test_without_ledger_and_backups_a_run_starts_anew(copied: Folder) -> None:
    """As docs/guides/backup.md says."""
    ledger(copied).unlink()
    shutil.rmtree(copied.root / "state" / "backups")
    assert 43 == copied.run(f"{TUE}T08:00")["accounting"]["new"]


def test_the_command_in_the_message_restores_the_ledger(copied: Folder) -> None:
    """It works as it is printed, and the next run ends as it would have without the damage."""
    ledger(copied).write_bytes(truncated(ledger(copied).read_bytes()))
    damaged = ledger(copied).read_bytes()
    failure = copied.process("run", now=f"{TUE}T08:00")
    command = shlex.split(failure.err.splitlines()[1].rpartition(": ")[2])
    assert 0 == copied.digest(*command[command.index("restore") :], now=f"{TUE}T08:00").status
    (replaced,) = tree(copied.root / "state" / "replaced").values()
    assert damaged == replaced
    assert 3 == copied.run(f"{TUE}T08:01")["accounting"]["new"]
    assert [titles(range(40)), titles(range(40, 43))] == copied.titles()


def test_a_damaged_ledger_never_becomes_a_backup(copied: Folder) -> None:
    """It would push out the sound ones, one a day. The issue is made, and then the run fails."""
    where = ledger(copied).read_bytes().index(b"We study how the")
    data = bytearray(ledger(copied).read_bytes())
    data[where : where + 8] = b"\xff" * 8
    ledger(copied).write_bytes(data)
    before = tree(copied.root / "state" / "backups")
    result = copied.digest("run", now=f"{WED}T08:00")
    assert (1, True) == (result.status, "not usable as a database" in result.err)
    assert before == tree(copied.root / "state" / "backups")


ALTERED = {
    "issue": "UPDATE issue SET body = CAST(replace(body, ':', ';') AS BLOB)",
    "pick": 'UPDATE issue SET body = CAST(replace(body, \'"picks":["\', \'"picks":["x\') AS BLOB)',
    "paper": "UPDATE paper SET facts = replace(facts, ':', ';')",
    "title_phrase": "UPDATE title_phrase SET phrases = replace(phrases, ':', ';')",
    "retired": "INSERT INTO retired VALUES ('boats', 'Boats', '2026-11-16T08:00', 1, '[')",
}


def test_an_altered_schema_is_reported_as_damage(copied: Folder) -> None:
    """A run that it stops does not end in an error of SQLite. Nor does it become a backup."""
    data = ledger(copied).read_bytes()
    assert 1 == data.count(b"('day', 'month')")
    ledger(copied).write_bytes(data.replace(b"('day', 'month')", b"('eay', 'month')"))
    for words in COMMANDS["run"], COMMANDS["backup"]:
        result = copied.digest(*words, now=f"{TUE}T08:00")
        assert (1, True) == (result.status, "the definition of topic_count" in result.err), result


@pytest.mark.parametrize("statement", ALTERED.values(), ids=ALTERED)
def test_an_altered_text_is_reported_as_damage(copied: Folder, statement: str) -> None:
    """SQLite does not notice it, as it keeps no checksums. Nor does it become a backup."""
    with closing(sqlite3.connect(ledger(copied))) as other, other:
        other.execute(statement)
    for words in COMMANDS["run"], COMMANDS["backup"]:
        result = copied.digest(*words, now=f"{TUE}T08:00")
        assert (1, True) == (result.status, "not usable as a database" in result.err), result


def damaged_at_random(data: bytes, dice: random.Random) -> bytes:
    """Flip some bits, zero a page, or cut off the end."""
    at = dice.randrange(len(data))
    kind = dice.choice(["flip", "flip", "zero", "cut"])
    if kind == "cut":
        return data[:at]
    if kind == "zero":
        start = at // 4096 * 4096
        return data[:start] + bytes(4096) + data[start + 4096 :]
    changed = bytearray(data)
    for _ in range(8):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def run_on_damaged_ledgers(whole: Folder, away: Path, rounds: int) -> dict[int, int]:
    """Run every command on ledgers damaged at random; return how often each status came."""
    dice, statuses = random.Random(2026), dict.fromkeys(range(5), 0)
    data = ledger(whole).read_bytes()
    for _ in range(rounds):
        folder = whole.copy(away)
        ledger(folder).write_bytes(damaged_at_random(data, dice))
        for words in COMMANDS.values():
            result = folder.digest(*words, now=f"{TUE}T08:00")  # anything else is raised
            assert result.status != 1 or is_expected(result), result
            statuses[result.status] += 1
            # The runner's result refers to itself, and so keeps the cursors of an error open.
            gc.collect()
        shutil.rmtree(away)
    return statuses


def is_expected(result: CommandResult) -> bool:
    """Return whether a failure is reported as what it is."""
    words = ("not usable as a database", "another program", "later version", "earlier version")
    text = result.err + result.out
    return any(phrase in text for phrase in words) or "no paper has the key" in text


def test_damage_anywhere_is_reported_or_harmless(whole: Folder, tmp_path: Path) -> None:
    """At random places: a command either fails with a clear message, or does not read them."""
    statuses = run_on_damaged_ledgers(whole, tmp_path / "copy", 6)
    assert statuses[1] > 0
    assert statuses[0] > 0


@pytest.mark.soak
@pytest.mark.long
def test_damage_anywhere_is_reported_or_harmless_500_times(
    whole: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same on five hundred damaged ledgers."""
    statuses = run_on_damaged_ledgers(whole, tmp_path / "copy", 500)
    with capsys.disabled():
        print(f"\ndamaged ledgers: 500, commands by exit status: {statuses}")  # noqa: T201
    assert statuses[1] > 0


def lock_database(path: Path) -> subprocess.Popen[bytes]:
    """Start a process that locks a database until its standard input ends."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=pipe, stdout=pipe)
    assert process.stdout
    process.stdout.readline()
    return process


def test_a_ledger_locked_by_another_program_is_an_error_after_a_timeout(copied: Folder) -> None:
    """Once it is unlocked, a run finds everything as it was."""
    state = ledger(copied).parent
    with lock_database(ledger(copied)) as holder:
        with (
            pytest.raises(LedgerLocked, match=r"another program has locked it .*waited 0\.2 s"),
            database.opened(state, timeout=0.2),
        ):
            pytest.fail("it was opened")
        with (
            pytest.raises(LedgerLocked, match="another program has locked it"),
            database.opened_to_read(state, timeout=0.2),
        ):
            pytest.fail("it was opened")
        holder.communicate()
    assert 3 == copied.run(f"{TUE}T08:00")["accounting"]["new"]


@pytest.mark.soak
def test_a_run_waits_half_a_minute_for_another_program(copied: Folder) -> None:
    """That is the timeout of the commands. It waits once, not again for the status pages."""
    output = published(copied)
    with lock_database(ledger(copied)) as holder:
        result = copied.process("run", now=f"{TUE}T08:00")  # may not take a minute
        holder.communicate()
    assert (1, True) == (result.status, "(database is locked, waited 30 s)" in result.err)
    assert output == published(copied)
    assert 3 == copied.run(f"{TUE}T08:01")["accounting"]["new"]


def test_a_restore_does_not_replace_a_locked_ledger(
    copied: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its writes would be lost, and its journal would corrupt the restored ledger."""
    monkeypatch.setattr("digest.storage.ledger.backups._TIMEOUT", 0.2)
    before = ledger(copied).read_bytes()
    with lock_database(ledger(copied)) as holder:
        result = copied.digest("restore", "--yes", now=f"{TUE}T08:00")
        holder.communicate()
    assert (1, True) == (result.status, "another program has locked it" in result.err)
    assert before == ledger(copied).read_bytes()


def drop_root_privileges() -> None:
    """Make this process respect the modes of files and folders, also if it runs as root."""
    if os.geteuid() == 0:
        override, read_search, drop = 1, 2, 24  # capabilities(7), prctl(2) PR_CAPBSET_DROP
        for capability in (override, read_search):
            ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)


@pytest.mark.parametrize("words", [("run",), ("rebuild",), ("backup",), ("restore", "--yes")])
def test_a_state_folder_that_cannot_be_written_is_named(
    copied: Folder, words: tuple[str, ...]
) -> None:
    """Status 1 and the path. The status can be read, and runs go on once it is writable again."""
    state = ledger(copied).parent
    places = [state, state / "backups", state / "lock", ledger(copied)]
    modes = {place: place.stat().st_mode for place in places}
    for place in places:
        place.chmod(0o555 if place.is_dir() else 0o444)
    answers = [
        subprocess.run(
            [*copied.command(), "--now", f"{TUE}T08:00", *command],
            env={},
            capture_output=True,
            text=True,
            check=False,
            timeout=MINUTE,
            preexec_fn=drop_root_privileges,
        )
        for command in (words, ("status",))
    ]
    for place, mode in modes.items():
        place.chmod(mode)
    assert [1, 0] == [answer.returncode for answer in answers], answers
    assert str(state) in answers[0].stderr
    assert "Traceback" not in answers[0].stderr
    assert 3 == copied.run(f"{TUE}T08:00")["accounting"]["new"]

"""The files of `digest init --deploy`: cron, systemd and a container can use them."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from digest.settings import resources
from tests.support.folders import MINUTE, Folder, page, tree
from tests.support.servers import Server

NAMES = [
    "Containerfile",
    "crontab",
    "papers-digest-serve.service",
    "papers-digest.service",
    "papers-digest.timer",
    "publish-gh-pages.sh",
    "sendmail.conf",
    "user/papers-digest-serve.service",
    "user/papers-digest.service",
]
TIMER = "papers-digest.timer"
SCRIPT = "publish-gh-pages.sh"
DROP_IN = "sendmail.conf"
SERVICES = [name for name in NAMES if name.endswith(".service")]
SYSTEM_UNITS = [TIMER, *(name for name in SERVICES if "/" not in name)]
USER_UNITS = [TIMER, *(name for name in SERVICES if "/" in name)]
CHECKOUT = Path(__file__).parents[2]
AT_MIDNIGHT = '[inbox]\nsettle_seconds = 0.1\n[[edition]]\nat = "00:00"\n'
# What makes systemd set NoNewPrivileges by itself, by systemd.exec(5) of Debian 12 (252).
IMPLIES_NO_NEW_PRIVILEGES = frozenset(
    "LockPersonality MemoryDenyWriteExecute PrivateDevices ProtectClock ProtectHostname"
    " ProtectKernelLogs ProtectKernelModules ProtectKernelTunables RestrictAddressFamilies"
    " RestrictNamespaces RestrictRealtime RestrictSUIDSGID SystemCallArchitectures"
    " SystemCallFilter SystemCallLog".split()
)
EXPOSURE = 25  # of 100, as systemd-analyze counts it: its "OK" begins below 50


@pytest.fixture
def deployed(folder: Folder) -> Folder:
    """Make a working folder with these files."""
    assert 0 == folder.digest("init", "--deploy").status
    return folder


def text(folder: Folder, name: str) -> str:
    """Return the content of a file of `deploy/`."""
    return (folder.root / "deploy" / name).read_text("utf-8")


def test_the_files_name_this_folder_its_owner_and_this_command(deployed: Folder) -> None:
    """Nothing of the shipped examples is left in them."""
    assert NAMES == sorted(tree(deployed.root / "deploy"))
    command = str(Path(sys.executable).with_name("digest"))
    for name in NAMES:
        assert "/srv/papers" not in text(deployed, name)
        assert (name in (TIMER, SCRIPT, DROP_IN)) == (
            str(deployed.root) not in text(deployed, name)
        )
        assert "/opt/papers-digest/bin/digest" not in text(deployed, name)
    for name in ("crontab", *SERVICES):
        assert f"{command} --root {deployed.root} " in text(deployed, name)
    assert f"\nUser={deployed.root.owner()}\n" in text(deployed, "papers-digest.service")


def test_the_units_of_a_user_name_what_is_below_the_home_by_it(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have no user, and start with the user's session manager."""
    monkeypatch.setenv("HOME", str(folder.root.parent))
    assert 0 == folder.digest("init", "--deploy").status
    for name in USER_UNITS[1:]:
        unit = text(folder, name)
        assert f" --root %h/{folder.root.name} " in unit
        assert f"\nEnvironmentFile=-%h/{folder.root.name}/secrets/environment\n" in unit
        assert str(folder.root.parent) not in unit
        assert "User=" not in unit
        assert "multi-user" not in unit
    assert "\nWantedBy=default.target\n" in text(folder, "user/papers-digest-serve.service")
    assert "%h" not in text(folder, "papers-digest.service")


def test_secrets_come_from_a_file_that_may_be_missing(deployed: Folder) -> None:
    """Each service reads `secrets/environment`; a unit can be read by everyone on the machine."""
    for name in SERVICES:
        files = commands(text(deployed, name))["EnvironmentFile"]
        assert [f"-{deployed.root}/secrets/environment"] == files


def test_a_folder_that_is_gone_fails_the_service(deployed: Folder) -> None:
    """No condition skips it in silence: `digest` is started and refuses."""
    for name in SERVICES:
        assert "Condition" not in text(deployed, name)


def test_changed_files_are_not_overwritten(deployed: Folder) -> None:
    """The operator may have adapted them."""
    (deployed.root / "deploy" / "crontab").write_text("mine")
    result = deployed.digest("init", "--deploy")
    assert f"kept   {deployed.root}/deploy/crontab" in result.out
    assert "mine" == text(deployed, "crontab")


def test_no_files_are_written_for_a_path_that_needs_quoting(tmp_path: Path) -> None:
    """Cron and systemd each quote in another way. The command reports it."""
    folder = Folder(tmp_path / "my papers 100%")
    assert "not made" in folder.digest("init", "--deploy").out
    assert not (folder.root / "deploy").exists()


def test_the_command_of_the_crontab_runs_as_cron_starts_it(deployed: Folder) -> None:
    """In cron's environment, without any output; the issue is there afterwards."""
    (line,) = [line for line in text(deployed, "crontab").splitlines() if not line.startswith("#")]
    *fields, command = line.split(maxsplit=5)
    minutes = CronTrigger.from_crontab(" ".join(fields)).fields[6]
    assert ("minute", "*/10") == (minutes.name, str(minutes))
    assert "%" not in command  # a line's end, to cron
    deployed.configure(AT_MIDNIGHT)
    deployed.drop("a.txt", page("2026-11-18", [1, 2]))
    home = deployed.root.parent
    clean = ["env", "-i", f"HOME={home}", "LOGNAME=papers", "PATH=/usr/bin:/bin", "SHELL=/bin/sh"]
    done = subprocess.run(
        [*clean, "sh", "-c", command], cwd=home, capture_output=True, text=True, check=False
    )
    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)
    assert 1 == len(deployed.data())


def commands(unit: str) -> dict[str, list[str]]:
    """Return the settings of a unit file: key to values."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


def test_the_services_accept_the_statuses_that_are_no_failures(deployed: Folder) -> None:
    """Statuses 3 and 4 of a run. The service of `digest serve` is always restarted."""
    once = commands(text(deployed, "papers-digest.service"))
    assert ["3 4"] == once["SuccessExitStatus"]
    serving = commands(text(deployed, "papers-digest-serve.service"))
    assert ["always"] == serving["Restart"]
    ours = {"Type", "ExecStart", "Description", "SuccessExitStatus"}
    hardened = {key: value for key, value in once.items() if key not in ours}
    assert hardened.items() <= serving.items()


def instructions() -> Iterator[tuple[str, str]]:
    """Yield the instructions of the Containerfile, with continued lines joined."""
    whole = (resources.shipped("config") / "deploy" / "Containerfile").read_text("utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", whole, flags=re.MULTILINE))
    for line in filter(None, joined.splitlines()):
        name, _, words = line.partition(" ")
        yield name, words


def test_the_container_does_not_run_as_root(deployed: Folder) -> None:
    """Its sources exist; it has a user, a volume, and a health check that works."""
    steps = list(instructions())
    known = set("ARG FROM WORKDIR COPY RUN USER ENV VOLUME HEALTHCHECK ENTRYPOINT CMD".split())
    assert known == {name for name, _ in steps}
    for name, words in steps:
        if name == "COPY" and not words.startswith("--from"):
            assert all((CHECKOUT / source).exists() for source in words.split()[:-1])
    last = dict(steps)
    assert "papers" == last["USER"]
    assert '["/papers"]' == last["VOLUME"]
    assert '["digest"] ["serve"]' == f"{last['ENTRYPOINT']} {last['CMD']}"
    (health,) = re.findall(r'CMD \["digest", "(\w+)"\]$', last["HEALTHCHECK"])
    assert 0 == deployed.digest(health).status


def test_the_drop_in_lets_a_setgid_program_work(deployed: Folder) -> None:
    """It takes back all of the services' settings that forbid one, and no other."""
    taken_back = commands(text(deployed, DROP_IN))
    assert ["no"] == taken_back.pop("NoNewPrivileges")
    assert ["~"] == taken_back.pop("CapabilityBoundingSet")
    assert ["-/var/spool -/var/log/exim4"] == taken_back.pop("ReadWritePaths")
    assert {("no",), ("",)} >= {tuple(values) for values in taken_back.values()}
    for name in ("papers-digest.service", "papers-digest-serve.service"):
        assert set(commands(text(deployed, name))) & IMPLIES_NO_NEW_PRIVILEGES == set(taken_back)


@pytest.mark.faults
def test_systemd_accepts_the_drop_in(deployed: Folder, tmp_path: Path) -> None:
    """Beside the unit, where the comment in it puts it; the sum allows new privileges."""
    units = tmp_path / "units"
    (units / "papers-digest.service.d").mkdir(parents=True)
    drop_in = units / "papers-digest.service.d" / DROP_IN
    drop_in.write_text(text(deployed, DROP_IN), "utf-8")
    unit = units / "papers-digest.service"
    unit.write_text(text(deployed, unit.name), "utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{units}:"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    complaints = [line for line in verified.stderr.splitlines() if "sendmail.conf" in line]
    assert (0, []) == (verified.returncode, complaints)
    shown = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{units}:"},
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    (line,) = [line for line in shown.splitlines() if "NoNewPrivileges" in line]
    assert "✗" in line, line


@pytest.mark.faults
@pytest.mark.parametrize(("manager", "names"), [("system", SYSTEM_UNITS), ("user", USER_UNITS)])
def test_systemd_accepts_the_units(
    deployed: Folder, tmp_path: Path, manager: str, names: list[str]
) -> None:
    """`systemd-analyze` verifies them for the manager of the system, and for that of a user."""
    verified = subprocess.run(
        ["systemd-analyze", f"--{manager}", "verify", "--man=no"]
        + [str(deployed.root / "deploy" / name) for name in names],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in verified.stderr.splitlines() if "papers-digest" in line]
    assert (0, []) == (verified.returncode, complaints)


@pytest.mark.faults
def test_systemd_calls_the_units_safe(deployed: Folder, figure: Callable[[str], None]) -> None:
    """`systemd-analyze` rates the exposure of those of the system."""
    units = [str(deployed.root / "deploy" / name) for name in SYSTEM_UNITS]
    services = [unit for unit in units if unit.endswith(".service")]
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}", *services],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == judged.returncode, judged.stdout + judged.stderr
    levels = re.findall(r"exposure level for (\S+): (\S+)", judged.stdout)
    assert len(services) == len(levels)
    figure(f"exposure by systemd-analyze security, of 10: {dict(levels)}")


@pytest.mark.faults
def test_the_steps_of_the_container_work(tmp_path: Path) -> None:
    """Copy, install, start, health check and stop, run here without a container."""
    source, there = tmp_path / "src", tmp_path / "opt"
    source.mkdir()
    papers = Folder(tmp_path / "papers")
    papers.configure(AT_MIDNIGHT)
    papers.drop("a.txt", page("2026-11-18", [1, 2]))
    env = {"HOME": str(tmp_path), "DIGEST_ROOT": str(papers.root), "PYTHONUNBUFFERED": "1"}
    for name, words in list(instructions()):
        if name == "COPY" and not words.startswith("--from"):
            subprocess.run(["cp", "-r", *words.split()[:-1], source], cwd=CHECKOUT, check=True)
        if name == "RUN" and "venv" in words:
            steps = words.replace("/opt/papers-digest", str(there))
            steps = steps.replace("python -m", f"{sys.executable} -m")
            subprocess.run(["sh", "-ec", steps], cwd=source, env=os.environ | env, check=True)
    env["PATH"] = f"{there}/bin:{os.environ['PATH']}"
    last = dict(instructions())
    command = [*map(str, eval(last["ENTRYPOINT"])), *map(str, eval(last["CMD"]))]
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, cwd=papers.root, env=env, stdout=pipe, stderr=both) as process:
        server = Server(process)
        server.until(papers.output / "daily" / "latest.html")
        health = shlex.split(re.sub(r'.*CMD |[\[\]",]', "", last["HEALTHCHECK"]))
        assert 0 == subprocess.run(health, env=env, check=False, timeout=MINUTE).returncode
        assert 0 == server.stop(signal.SIGTERM)

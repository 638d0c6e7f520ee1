"""What `digest init --deploy` writes is what cron, systemd and a container can use."""

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
from tests.support.folders import MINUTE, Folder, page
from tests.support.servers import Server

NAMES = [
    "Containerfile",
    "crontab",
    "papers-digest-serve.service",
    "papers-digest.service",
    "papers-digest.timer",
]
UNITS = [name for name in NAMES if name.startswith("papers-digest")]
CHECKOUT = Path(__file__).parents[2]
AT_MIDNIGHT = '[inbox]\nsettle_seconds = 0.1\n[[edition]]\nat = "00:00"\n'
EXPOSURE = 25  # of 100, as systemd-analyze counts it: its "OK" begins below 50


@pytest.fixture
def deployed(folder: Folder) -> Folder:
    """A working folder with all of it."""
    assert 0 == folder.digest("init", "--deploy").status
    return folder


def text(folder: Folder, name: str) -> str:
    """A file of `deploy/`."""
    return (folder.root / "deploy" / name).read_text("utf-8")


def test_files_name_this_folder_its_owner_and_this_command(deployed: Folder) -> None:
    """And nothing of the examples they were made from."""
    assert NAMES == sorted(path.name for path in (deployed.root / "deploy").iterdir())
    command = str(Path(sys.executable).with_name("digest"))
    for name in NAMES:
        assert "/srv/papers" not in text(deployed, name)
        assert (name == "papers-digest.timer") == (str(deployed.root) not in text(deployed, name))
        assert "/opt/papers-digest/bin/digest" not in text(deployed, name)
    for name in ("crontab", "papers-digest.service", "papers-digest-serve.service"):
        assert f"{command} --root {deployed.root} " in text(deployed, name)
    assert f"\nUser={deployed.root.owner()}\n" in text(deployed, "papers-digest.service")


def test_nothing_is_overwritten(deployed: Folder) -> None:
    """What an operator has changed stays."""
    (deployed.root / "deploy" / "crontab").write_text("mine")
    answered = deployed.digest("init", "--deploy")
    assert f"kept   {deployed.root}/deploy/crontab" in answered.out
    assert "mine" == text(deployed, "crontab")


def test_a_path_that_would_have_to_be_quoted(tmp_path: Path) -> None:
    """Cron and systemd quote in ways of their own: it says so and writes none."""
    folder = Folder(tmp_path / "my papers 100%")
    assert "not made" in folder.digest("init", "--deploy").out
    assert not (folder.root / "deploy").exists()


def test_the_crontab_is_one_and_its_command_runs(deployed: Folder) -> None:
    """Every ten minutes, in the environment cron gives, silently: the issue is there."""
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
    """The settings of a unit: key to values."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


def test_the_services_take_every_status_that_is_no_failure(deployed: Folder) -> None:
    """The run's 3 and 4; the serving one comes back whatever ended it."""
    once = commands(text(deployed, "papers-digest.service"))
    assert ["3 4"] == once["SuccessExitStatus"]
    serving = commands(text(deployed, "papers-digest-serve.service"))
    assert ["always"] == serving["Restart"]
    ours = {"Type", "ExecStart", "Description", "SuccessExitStatus"}
    hardened = {key: value for key, value in once.items() if key not in ours}
    assert hardened.items() <= serving.items()


def instructions() -> Iterator[tuple[str, str]]:
    """The Containerfile's, with continued lines joined."""
    whole = (resources.shipped("config") / "deploy" / "Containerfile").read_text("utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", whole, flags=re.MULTILINE))
    for line in filter(None, joined.splitlines()):
        name, _, words = line.partition(" ")
        yield name, words


def test_the_container_is_nobodys_root(deployed: Folder) -> None:
    """What it copies is there; it ends as another user, with a folder to mount and a check."""
    found = list(instructions())
    known = set("FROM WORKDIR COPY RUN USER ENV VOLUME HEALTHCHECK ENTRYPOINT CMD".split())
    assert known == {name for name, _ in found}
    for name, words in found:
        if name == "COPY" and not words.startswith("--from"):
            assert all((CHECKOUT / source).exists() for source in words.split()[:-1])
    last = dict(found)
    assert "papers" == last["USER"]
    assert '["/papers"]' == last["VOLUME"]
    assert '["digest"] ["serve"]' == f"{last['ENTRYPOINT']} {last['CMD']}"
    (health,) = re.findall(r'CMD \["digest", "(\w+)"\]$', last["HEALTHCHECK"])
    assert 0 == deployed.digest(health).status


@pytest.mark.faults
def test_systemd_has_nothing_to_say(deployed: Folder, figure: Callable[[str], None]) -> None:
    """Its own checker takes the units, and finds them little exposed."""
    units = [str(deployed.root / "deploy" / name) for name in UNITS]
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in verified.stderr.splitlines() if "papers-digest" in line]
    assert (0, []) == (verified.returncode, said)
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
def test_the_steps_of_the_container(tmp_path: Path) -> None:
    """Its files, its installation in an empty environment, its command, its check, its end."""
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

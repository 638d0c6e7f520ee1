"""A bare repository, and runs of `digest.sh` in fresh checkouts of it, as a runner makes them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from digest.pipeline import context
from digest.settings import resources
from tests.support.documents import CHECKOUT
from tests.support.folders import MINUTE, Folder, compiled_templates

COMMITTED = "2026-11-15T12:00:00+00:00"
BRANCH = "digest-state"
SCRIPT = Path(".github", "digest.sh")
# Nothing settles and the issue is due all day, so that a run right after a checkout makes it.
CONFIGURATION = '[inbox]\nsettle_seconds = 0\n[[edition]]\nname = "daily"\nat = "00:00"\n'
# A program in front of another one of this name. At the moment AT, such as "before git push", it
# does what DO says. `kill -9 0` ends the script with everything it started.
_PROGRAM = """#!/bin/sh
for word; do case $word in -*) ;; *) break ;; esac; done
{prepare}
[ "$AT" != "before {name} $word" ] || {{ unset AT; eval "$DO"; }} || kill -9 0
{command} "$@"
status=$?
[ "$AT" != "after {name} $word" ] || {{ unset AT; eval "$DO"; }} || kill -9 0
exit $status
"""


class Repository:
    """A bare repository with a working folder in it, and the programs that a runner has."""

    def __init__(self, place: Path) -> None:
        self.place, self.remote = place, place / "remote.git"
        self.n_checkouts = 0
        place.mkdir(parents=True, exist_ok=True)
        if not self.remote.exists():
            self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
            folder = self.checkout()
            folder.configure(CONFIGURATION)
            (folder.root / SCRIPT).parent.mkdir()
            shipped = resources.shipped("config") / "deploy" / "actions" / "digest.sh"
            shutil.copyfile(shipped, folder.root / SCRIPT)
            self.commit(folder)
        self._write_programs()

    def copy(self, place: Path) -> Repository:
        """Copy the repository, without the checkouts."""
        shutil.copytree(self.remote, place / "remote.git")
        return Repository(place)

    def git(self, *words: str, cwd: Path | None = None, committed: str = "") -> str:
        """Run git and return what it printed; it must succeed."""
        env = {"GIT_COMMITTER_DATE": committed} if committed else {}
        done = subprocess.run(
            ["git", *words],
            cwd=cwd or self.place,
            env=self.env(**env),
            capture_output=True,
            check=True,
            timeout=MINUTE,
        )
        return done.stdout.decode().strip()

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of every program here; no configuration of a user counts."""
        who = {f"GIT_{role}_{key}": "x@example.org" for role in ("AUTHOR", "COMMITTER")
               for key in ("NAME", "EMAIL")}  # fmt: skip
        return {
            "PATH": f"{self.place}/bin:{os.environ['PATH']}",
            "HOME": str(self.place),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONPATH": str(CHECKOUT),
            "AT": "",
            **who,
            **more,
        }

    def checkout(self) -> Folder:
        """Clone the repository as a runner does."""
        self.n_checkouts += 1
        root = self.place / f"checkout-{os.getpid()}-{self.n_checkouts}"
        self.git("clone", "--quiet", self.remote.as_uri(), str(root))
        # Without `Folder`, which makes state/ for its templates.
        folder = Folder.__new__(Folder)
        folder.root, folder.inbox, folder.output = root, root / "inbox", root / "output"
        folder.configuration = root / "config" / "digest.toml"
        for made in (folder.inbox, folder.configuration.parent):
            made.mkdir(exist_ok=True)
        return folder

    def commit(self, folder: Folder) -> None:
        """Commit everything in a checkout, and push it."""
        self.git("add", "--all", cwd=folder.root)
        # In the past, as seen from every moment in the tests.
        dated = f"--date={COMMITTED}"
        self.git("commit", "--quiet", "--message=x", dated, cwd=folder.root, committed=COMMITTED)
        self.git("push", "--quiet", "origin", "HEAD:main", cwd=folder.root)

    def drop(self, name: str, content: bytes) -> None:
        """Commit a file to the inbox."""
        folder = self.checkout()
        (folder.inbox / name).write_bytes(content)
        self.commit(folder)

    def start(self, now: str, folder: Folder, **env: str) -> subprocess.Popen[str]:
        """Start the script in a checkout, at this moment for `digest`."""
        return subprocess.Popen(
            ["bash", str(SCRIPT)],
            cwd=folder.root,
            env=self.env(NOW=now, **env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wake(self, now: str, *, status: int = 0, **env: str) -> tuple[Folder, str]:
        """Run the script in a fresh checkout; return this and what was printed."""
        folder = self.checkout()
        process = self.start(now, folder, **env)
        said, _ = process.communicate(timeout=MINUTE)
        assert status == process.returncode, said
        return folder, said

    def tip(self, branch: str = BRANCH) -> str:
        """Return the commit of a branch, or an empty text."""
        return self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}",
                        cwd=self.remote)  # fmt: skip

    def stored(self) -> Mapping[str, bytes]:
        """Return the files of the branch, by path."""
        names = self.git("ls-tree", "-r", "--name-only", BRANCH, cwd=self.remote).split()
        return {name: self._blob(name) for name in names}

    def store(self, files: Mapping[str, bytes]) -> str:
        """Put these files into the branch in place of all others; return the commit."""
        lines = []
        for name, content in files.items():
            file = self.place / "blob"
            file.write_bytes(content)
            blob = self.git("hash-object", "-w", str(file), cwd=self.remote)
            lines.append(f"100644 blob {blob}\t{name}\n")
        tree = subprocess.run(
            ["git", "mktree"], input="".join(lines), cwd=self.remote, env=self.env(),
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        commit = self.git("commit-tree", tree, "-m", "x", cwd=self.remote)
        self.git("update-ref", f"refs/heads/{BRANCH}", commit, cwd=self.remote)
        return commit

    def _blob(self, name: str) -> bytes:
        command = ["git", "cat-file", "blob", f"{BRANCH}:{name}"]
        return subprocess.run(command, cwd=self.remote, capture_output=True, check=True).stdout

    def _write_programs(self) -> None:
        folder = self.place / "bin"
        folder.mkdir(exist_ok=True)
        # A runner compiles the templates at every run; here that would cost each 200 ms.
        cache = Path("state", context.TEMPLATE_CACHE)
        copy = f"mkdir -p {cache} && cp {compiled_templates()}/* {cache}"
        digest = f'{sys.executable} -W error -m digest --now "$NOW"'
        programs = [
            ("git", ":", str(shutil.which("git"))),
            ("digest", f"test $word != run || {{ {copy}; }}", digest),
        ]
        for name, prepare, command in programs:
            file = folder / name
            file.write_text(_PROGRAM.format(name=name, prepare=prepare, command=command))
            file.chmod(0o755)

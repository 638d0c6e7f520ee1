"""The commands of the publishing guide with the real programs: rsync, rclone and git."""

from __future__ import annotations

import getpass
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support import documents
from tests.support.folders import MINUTE, Folder, answer, api_entry, tree
from tests.support.s3_server import s3_server

DAY = "2026-11-20"
CHECKOUT = Path(__file__).parents[2]
GUIDE = CHECKOUT / "docs" / "guides" / "publishing.md"
OTHERS = {"CNAME": b"papers.example.org\n", ".nojekyll": b"", "robots.txt": b"User-agent: *\n"}


def tables(words: str) -> str:
    """Return the last TOML block of the guide that has these words."""
    blocks = [block.body for block in documents.blocks(GUIDE) if block.language == "toml"]
    return [block for block in blocks if words in block][-1]


@pytest.fixture
def issued(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Make a folder whose inbox has two papers."""
    monkeypatch.setenv("HOME", str(folder.root.parent))
    folder.drop("a.json", answer(DAY, [api_entry(1, 1), api_entry(2, 2)]))
    return folder


def live(folder: Folder, there: Callable[[], dict[str, bytes]]) -> None:
    """Publish an issue, another, take that back, and make it again; compare after each.

    Everything that others have put there stays.
    """
    expected_others = {name: body for name, body in there().items() if name in OTHERS}

    def same() -> None:
        found = {name: body for name, body in there().items() if "status." not in name}
        others = {name: found.pop(name) for name in expected_others}
        assert expected_others == others
        assert folder.tree() == found

    folder.run(f"{DAY}T08:00")
    same()
    folder.drop("b.json", answer("2026-11-21", [api_entry(3, 1)]))
    folder.run("2026-11-21T08:00")
    same()
    assert 0 == folder.digest("undo", "--yes", now="2026-11-21T09:00").status
    assert "daily/2026-11-21.html" not in there()
    same()
    shutil.rmtree(folder.output)  # as on a new machine: the folders of removed pages are gone too
    assert 0 == folder.digest("rebuild", now="2026-11-21T09:30").status
    same()
    folder.run("2026-11-21T10:00")
    assert "daily/2026-11-21.html" in there()
    same()
    assert "failed" not in folder.digest("status").out


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server that was started listens; fail if it ends or takes a minute."""
    deadline = time.monotonic() + MINUTE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


@contextmanager
def ssh_server(folder: Path, port: int) -> Iterator[None]:
    """Run a server of ssh with keys of its own, which lets in the key ``folder/key``."""
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    for name in ("host", "key"):
        if not (folder / name).exists():
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True
            )
    shutil.copy(folder / "key.pub", folder / "authorized_keys")
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nPidFile none\nUsePAM no\n"
        f"StrictModes no\nPasswordAuthentication no\nAuthorizedKeysFile {folder}/authorized_keys\n"
        "PermitRootLogin prohibit-password\n"
    )
    command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "sshd_config")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(server, port)
            yield
        finally:
            server.terminate()


def test_rsync_over_ssh(issued: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two commands of the guide; while the server is down nothing is lost."""
    above = issued.root.parent
    there, keys, port = above / "there", above / "keys", free_port()
    keys.mkdir()
    there.mkdir()
    for name, body in OTHERS.items():
        (there / name).write_bytes(body)
    monkeypatch.setenv(
        "RSYNC_RSH",
        f"ssh -F none -p {port} -l {getpass.getuser()} -i {keys}/key -o IdentitiesOnly=yes"
        f" -o StrictHostKeyChecking=no -o UserKnownHostsFile={keys}/known",
    )
    target = f"127.0.0.1:{there}/"
    toml = tables("--delete-missing-args").replace("host:/srv/papers/", target)
    assert 2 == toml.count(target)
    issued.configure(toml.replace("\ncommand", '\nenvironment = ["RSYNC_RSH"]\ncommand'))
    with ssh_server(keys, port):
        live(issued, lambda: tree(there))
    issued.drop("c.json", answer("2026-11-22", [api_entry(4, 1)]))
    result = issued.digest("run", now="2026-11-22T08:00")
    # 255 is that of ssh; 12 is of rsync, where it notices the closed pipe before the ended ssh.
    failed = re.findall(r"exit status (?:255|12)\b", result.err)
    assert (3, 2) == (result.status, len(failed)), result.err
    assert not (there / "daily" / "2026-11-22.html").exists()
    with ssh_server(keys, port):
        issued.run("2026-11-22T08:01")
    assert issued.tree().items() <= tree(there).items()
    assert [] == [name for name in tree(there) if ".digest-staged" in name]


def test_rclone_to_s3(issued: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two commands of the guide, with keys from the environment."""
    with s3_server() as server:
        for name, body in OTHERS.items():
            server.put(f"papers/{name}", body)
        settings = {
            "RCLONE_CONFIG_BUCKET_TYPE": "s3",
            "RCLONE_CONFIG_BUCKET_PROVIDER": "Other",
            "RCLONE_CONFIG_BUCKET_ENV_AUTH": "true",
            "RCLONE_CONFIG_BUCKET_ENDPOINT": server.url,
            "AWS_ACCESS_KEY_ID": "an-id",
            "AWS_SECRET_ACCESS_KEY": "a-secret",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        toml, names = tables("rclone"), json.dumps(list(settings))
        issued.configure(toml.replace("\ncommand", f"\nenvironment = {names}\ncommand"))
        live(issued, lambda: server.files("papers"))


def git(*words: str, cwd: Path) -> str:
    """Run git in a folder, as somebody else; return what it printed."""
    name = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", *name, *words], cwd=cwd, check=True, capture_output=True)
    return done.stdout.decode()


def branch(repository: Path) -> dict[str, bytes]:
    """Return the bytes of each file of the branch, by path; none without a branch.

    Those of one commit, also while the branch is pushed to.
    """
    found = git("for-each-ref", "--format=%(objectname)", "refs/heads/gh-pages", cwd=repository)
    if not found:
        return {}
    commit = found.strip()
    names = git("ls-tree", "-r", "-z", "--name-only", commit, cwd=repository).split("\0")[:-1]
    return {
        name: subprocess.run(
            ["git", "cat-file", "blob", f"{commit}:{name}"],
            cwd=repository,
            check=True,
            capture_output=True,
        ).stdout
        for name in names
    }


@pytest.fixture
def repository(issued: Folder) -> Path:
    """Make a bare repository, and let the folder publish to it by the shipped script."""
    bare = issued.root.parent / "papers.git"
    git("init", "-q", "--bare", str(bare), cwd=issued.root)
    assert 0 == issued.digest("init", "--deploy").status
    toml = tables("publish-gh-pages.sh")
    issued.configure(toml.replace("git@github.com:you/papers.git", f"file://{bare}"))
    return bare


def put_others(repository: Path) -> None:
    """Push a commit of somebody else to the branch, which may be new."""
    clone = repository.parent / f"clone-{time.monotonic_ns()}"
    git("clone", "-q", str(repository), str(clone), cwd=repository)
    exists = "gh-pages" in git("branch", "-r", cwd=clone)
    git("checkout", "-q", *(["gh-pages"] if exists else ["--orphan", "gh-pages"]), cwd=clone)
    for name, body in OTHERS.items():
        (clone / name).write_bytes(body)
    git("add", "--force", ".", cwd=clone)
    git("commit", "-qm", "Ours", "--allow-empty", cwd=clone)
    git("push", "-q", "origin", "gh-pages", cwd=clone)


def test_a_branch_of_one_commit(issued: Folder, repository: Path) -> None:
    """What others have pushed to it stays, before the first publication and after."""
    put_others(repository)
    live(issued, lambda: branch(repository))
    put_others(repository)
    issued.drop("c.json", answer("2026-11-22", [api_entry(4, 1)]))
    issued.run("2026-11-22T08:00")
    assert OTHERS.items() <= branch(repository).items()
    assert issued.tree().items() <= branch(repository).items()
    assert "1\n" == git("rev-list", "--count", "gh-pages", cwd=repository)
    assert "digest.toml" not in "".join(branch(repository))


def test_a_new_branch_is_not_for_jekyll(issued: Folder, repository: Path) -> None:
    """It would leave out what begins with an underscore. An unchanged output makes no commit."""
    issued.run(f"{DAY}T08:00")
    assert b"" == branch(repository)[".nojekyll"]
    before = git("rev-parse", "gh-pages", cwd=repository)
    assert 0 == issued.digest("publish").status
    assert before == git("rev-parse", "gh-pages", cwd=repository)


@contextmanager
def git_server(folder: Path) -> Iterator[str]:
    """Run a server of git on loopback that lets anybody push; yield the address of a folder."""
    port = free_port()
    command = ["git", "daemon", "--listen=127.0.0.1", f"--port={port}", "--reuseaddr"]
    command += ["--export-all", "--enable=receive-pack", f"--base-path={folder}", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            wait_for(server, port)
            yield f"git://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def script(folder: Folder, remote: str) -> subprocess.Popen[bytes]:
    """Start the shipped script in a group of its own."""
    state = folder.root / "state"
    return subprocess.Popen(
        ["sh", "deploy/publish-gh-pages.sh", remote],
        cwd=folder.root,
        env={"PATH": os.environ["PATH"], "DIGEST_REMOVED": str(state / "removed.txt")},
        start_new_session=True,
    )


def test_the_script_twice_at_once(issued: Folder, repository: Path) -> None:
    """From two folders to one branch: each ends well, and the branch has both outputs."""
    issued.run(f"{DAY}T08:00")
    other = issued.copy(issued.root.parent / "other")
    (issued.output / "one.txt").write_text("1")
    (other.output / "two.txt").write_text("2")
    remote = f"file://{repository}"
    running = [script(folder, remote) for folder in (issued, other, issued, other)]
    for process in running:
        assert 0 == process.wait(MINUTE)
    assert {"one.txt", "two.txt"} <= set(branch(repository))
    assert "1\n" == git("rev-list", "--count", "gh-pages", cwd=repository)


def test_the_script_killed_at_any_moment(
    issued: Folder, repository: Path, figure: Callable[[str], None]
) -> None:
    """The branch has one whole output after another, and the next start ends well.

    The server of git lives on, as on another machine: a kill there could leave its lock.
    """
    issued.run(f"{DAY}T08:00")
    put_others(repository)
    with git_server(repository.parent) as server:
        killed = kill_twenty(issued, repository, f"{server}/{repository.name}")
    assert killed
    figure(f"publishing a branch: {killed} of 20 were killed midway, none left half an output")


def kill_twenty(folder: Folder, repository: Path, remote: str) -> int:
    """Kill twenty starts of the script, and start it again after each; return how many died."""
    began = time.monotonic()
    assert 0 == script(folder, remote).wait(MINUTE)
    whole, dice, killed = time.monotonic() - began, random.Random(1), 0
    for number in range(20):
        counted = {f"count-{which}.txt": str(number).encode() for which in range(50)}
        for name, body in counted.items():
            (folder.output / name).write_bytes(body)
        process = script(folder, remote)
        time.sleep(dice.uniform(0, whole))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        killed += process.wait(MINUTE) != 0
        found = branch(repository)
        assert 1 >= len({body for name, body in found.items() if name.startswith("count-")})
        assert OTHERS.items() <= found.items()
        assert 0 == script(folder, remote).wait(MINUTE)
        assert counted.items() <= branch(repository).items()
    return killed

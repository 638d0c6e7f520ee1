"""`digest.sh`, with which GitHub and GitLab run a publication, against a bare repository."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.documents import CHECKOUT, blocks
from tests.support.folders import MINUTE, Folder, page, titles, tree
from tests.support.state_branch import BRANCH, SCRIPT, Repository

MONDAY, TUESDAY, LATER = "2026-11-16T08:00", "2026-11-17T08:00", "2026-11-17T10:00"
LEDGER = "ledger.sqlite3.gz"
KEPT = [LEDGER, "runs.jsonl"]
# A kill at each step of a run that has something to store.
STEPS = [
    *("before git ls-remote", "before git fetch", "before digest restore", "after digest restore"),
    *("before digest run", "after digest run", "before digest backup", "after digest backup"),
    *("before git mktree", "before git commit-tree", "after git commit-tree"),
    *("before git push", "after git push"),
]
GUIDE = CHECKOUT / "docs" / "guides" / "github.md"
SHORT = "before git push"


class Woken(NamedTuple):
    """A repository after a run, the checkout of the run, and what was printed."""

    repository: Repository
    folder: Folder
    said: str


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Woken:
    """Make a repository, and its first run."""
    repository = Repository(tmp_path_factory.mktemp("monday"))
    repository.drop("monday.txt", page("2026-11-16", [1, 2]))
    return Woken(repository, *repository.wake(MONDAY))


@pytest.fixture(scope="module")
def waiting(monday: Woken, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Make a copy of the repository of `monday`, with a page of Tuesday that waits."""
    repository = monday.repository.copy(tmp_path_factory.mktemp("waiting"))
    repository.drop("tuesday.txt", page("2026-11-17", [2, 3]))
    return repository


@pytest.fixture(scope="module")
def tuesday(waiting: Repository, tmp_path_factory: pytest.TempPathFactory) -> Woken:
    """Make a copy of the repository of `waiting`, and its next run, which nothing disturbs."""
    repository = waiting.copy(tmp_path_factory.mktemp("tuesday"))
    return Woken(repository, *repository.wake(TUESDAY))


@pytest.fixture
def repository(waiting: Repository, tmp_path: Path) -> Repository:
    """Give a copy of the repository of `waiting`."""
    return waiting.copy(tmp_path / "repository")


def check_issues(folder: Folder) -> None:
    """Check that each paper of both days stands in one issue."""
    assert [titles([1, 2]), titles([3])] == folder.titles()


def test_the_first_run_makes_the_branch(monday: Woken) -> None:
    """It has one commit without a parent, and of state/ what cannot be made again."""
    repository = monday.repository
    assert "this is the first run" in monday.said
    assert [titles([1, 2])] == monday.folder.titles()
    assert KEPT == list(repository.stored())
    assert "1" == repository.git("rev-list", "--count", BRANCH, cwd=repository.remote)
    assert {"main", BRANCH} == set(
        repository.git("branch", "--format=%(refname:short)", cwd=repository.remote).split()
    )


@pytest.mark.soak
def test_an_empty_repository_starts(tmp_path: Path) -> None:
    """Git keeps no empty folder, so there is no inbox in the checkout."""
    repository = Repository(tmp_path)
    folder = repository.checkout()
    folder.inbox.rmdir()
    said, _ = repository.start(MONDAY, folder).communicate()
    assert "is stored" in said
    assert KEPT == list(repository.stored())


def test_the_next_run_goes_on(tuesday: Woken, waiting: Repository) -> None:
    """No paper comes again, all pages are there again, and the branch still has one commit."""
    repository = tuesday.repository
    check_issues(tuesday.folder)
    assert waiting.tip() != repository.tip()
    assert "1" == repository.git("rev-list", "--count", BRANCH, cwd=repository.remote)


def test_a_run_that_changed_nothing_stores_nothing(tuesday: Woken, tmp_path: Path) -> None:
    """The pages are there all the same, byte for byte: an earlier run may have been stopped."""
    repository = tuesday.repository.copy(tmp_path / "repository")
    folder, said = repository.wake(LATER)
    assert "the same as before" in said
    assert tuesday.repository.tip() == repository.tip()
    assert tuesday.folder.tree() == folder.tree()


def test_files_about_people_are_neither_stored_nor_fetched(repository: Repository) -> None:
    """Only files that are named in the script leave the machine, or come from the branch."""
    repository.store({**repository.stored(), "people.sqlite3": b"x"})
    written = (
        "for name in people.sqlite3 secret fetch.json notices.json; do echo {} >state/$name; done"
    )
    repository.wake(
        TUESDAY, AT="after digest run", DO=f"test ! -e state/people.sqlite3 && {written}"
    )
    assert sorted([*KEPT, "fetch.json", "notices.json"]) == sorted(repository.stored())


@pytest.mark.soak
def test_what_was_stored_comes_back(repository: Repository) -> None:
    """The state of the sources as it was, and the history of runs."""
    repository.store({**repository.stored(), "fetch.json": b'{"x":1}\n'})
    folder, _ = repository.wake(TUESDAY)
    assert b'{"x":1}\n' == repository.stored()["fetch.json"]
    assert 2 == (folder.root / "state" / "runs.jsonl").read_bytes().count(b"\n")


@pytest.mark.soak
def test_two_at_once(repository: Repository) -> None:
    """Both end well, and each paper is in one issue, in the branch and on the pages of both."""
    folders = [repository.checkout() for _ in range(2)]
    running = [repository.start(TUESDAY, folder) for folder in folders]
    for process, folder in zip(running, folders, strict=True):
        said, _ = process.communicate()
        assert 0 == process.returncode, said
        check_issues(folder)
    folder, said = repository.wake(LATER)
    assert "the same as before" in said
    check_issues(folder)


@pytest.mark.soak
def test_the_slower_one_starts_again_from_the_state_of_the_faster_one(
    repository: Repository,
) -> None:
    """What only the slower one had is not lost: its pages follow those of the faster one."""
    rival = repository.checkout()
    repository.drop("late.txt", page("2026-11-17", [3, 4]))
    faster = f"cd {rival.root} && NOW={TUESDAY} bash {SCRIPT}"
    once = f"test -e {rival.root}/state || ({faster})"
    folder, said = repository.wake(LATER, AT="before git push", DO=once)
    assert 1 == said.count("starting again from that")
    assert [titles([1, 2]), titles([3])] == rival.titles()
    assert [titles([1, 2]), titles([3])] == folder.titles()
    assert "1 new" in said
    following, _ = repository.wake("2026-11-18T08:00")
    assert [titles([1, 2]), titles([3]), titles([4])] == following.titles()


RIVAL = f"""
tip=$(git -C "$REMOTE" commit-tree '{BRANCH}^{{tree}}' -p {BRANCH} -m "$$") &&
git -C "$REMOTE" update-ref refs/heads/{BRANCH} "$tip"
"""


@pytest.mark.soak
def test_who_is_slower_twice_publishes_nothing(repository: Repository) -> None:
    """The state of the faster ones stays; the next run goes on from there."""
    _, said = repository.wake(
        TUESDAY, status=1, AT="before git push", DO=RIVAL, REMOTE=str(repository.remote)
    )
    assert "another run was faster twice" in said
    assert "3" == repository.git("rev-list", "--count", BRANCH, cwd=repository.remote)
    folder, _ = repository.wake(LATER)
    check_issues(folder)


@pytest.mark.soak
def test_a_run_without_changes_is_not_published_over_a_newer_state(repository: Repository) -> None:
    """It has nothing to push, so nothing refuses it; it looks at the branch all the same."""
    repository.wake(TUESDAY)
    once = f'test -e "$REMOTE/once" || {{ touch "$REMOTE/once"; {RIVAL} }}'
    _, said = repository.wake(LATER, AT="before git mktree", DO=once, REMOTE=str(repository.remote))
    assert 1 == said.count("starting again from that")


@pytest.mark.parametrize(
    "step",
    [step if step == SHORT else pytest.param(step, marks=pytest.mark.soak) for step in STEPS],
)
def test_a_kill_loses_nothing(
    repository: Repository, tuesday: Woken, step: str, figure: Callable[[str], None]
) -> None:
    """The next run ends where an unbroken one ended, with the same state and pages."""
    before = repository.tip()
    repository.wake(TUESDAY, status=-9, AT=step, DO="kill -9 0")
    assert (before == repository.tip()) == (step != "after git push")
    folder, _ = repository.wake(TUESDAY)
    assert tuesday.folder.tree() == folder.tree()
    assert tuesday.repository.stored()[LEDGER] == repository.stored()[LEDGER]
    figure("kills of digest.sh: each step once")


DAMAGES: dict[str, Callable[[bytes], dict[str, bytes]]] = {
    "no ledger": lambda _: {"runs.jsonl": b"{}"},
    "not packed": lambda packed: {LEDGER: gzip.decompress(packed)},
    "cut": lambda packed: {LEDGER: packed[: len(packed) // 2]},
    "an empty ledger": lambda _: {LEDGER: gzip.compress(b"")},
    "half a ledger": lambda packed: {LEDGER: gzip.compress(gzip.decompress(packed)[:90_000])},
    "no database": lambda _: {LEDGER: gzip.compress(b"version https://git-lfs" * 99)},
}


@pytest.mark.parametrize(
    "damage",
    [name if name == "cut" else pytest.param(name, marks=pytest.mark.soak) for name in DAMAGES],
)
def test_a_damaged_branch_is_left_as_it_is(repository: Repository, damage: str) -> None:
    """It never becomes an empty ledger: no run, no push, and a sentence that says what to do."""
    damaged = repository.store(DAMAGES[damage](repository.stored()[LEDGER]))
    folder, said = repository.wake(TUESDAY, status=1)
    assert f"the branch {BRANCH}" in said.splitlines()[-1]
    assert "delete the branch to begin anew" in said
    assert damaged == repository.tip()
    assert not folder.output.exists()


def test_a_remote_that_does_not_answer_is_none_without_a_branch(repository: Repository) -> None:
    """Nothing is run from an empty ledger."""
    folder = repository.checkout()
    away = shutil.move(repository.remote, repository.remote.with_name("away"))
    process = repository.start(TUESDAY, folder)
    said, _ = process.communicate()
    assert (1, True) == (process.returncode, "does not answer" in said)
    assert not (folder.root / "state").exists()
    shutil.move(away, repository.remote)


@pytest.mark.soak
def test_a_push_that_is_not_allowed_fails(repository: Repository) -> None:
    """As without the permission to write: nothing is to be published."""
    hook = repository.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    before = repository.tip()
    _, said = repository.wake(TUESDAY, status=1)
    assert f"refuses a push to {BRANCH}" in said
    assert before == repository.tip()


@pytest.mark.soak
def test_a_push_whose_answer_was_lost_counts(repository: Repository) -> None:
    """The branch has the commit, whatever git says."""
    _, said = repository.wake(TUESDAY, AT="after git push", DO="status=1")
    assert said.endswith(f"the state is stored in the branch {BRANCH}\n")
    check_issues(repository.wake(LATER)[0])


@pytest.mark.soak
def test_a_failed_run_keeps_the_state_and_tells_once(repository: Repository) -> None:
    """What was told is remembered, all else is as before the run. Later it goes on."""
    folder = repository.checkout()
    template = folder.root / "templates" / "issue.html"
    template.parent.mkdir()
    template.write_text("{{ nothing.at.all }")
    repository.commit(folder)
    before = repository.stored()
    told = "echo '{}' >state/notices.json; echo '{}' >state/fetch.json"
    _, said = repository.wake(TUESDAY, status=1, AT="after digest run", DO=told)
    assert "nothing was published" in said
    after = repository.stored()
    assert before[LEDGER] == after[LEDGER]
    assert {*KEPT, "notices.json"} == set(after)
    template.unlink()
    repository.commit(folder)
    check_issues(repository.wake(LATER)[0])


@pytest.mark.soak
def test_a_file_that_cannot_be_read_is_no_failure(repository: Repository) -> None:
    """It is said once, and everything else is stored."""
    repository.drop("strange.txt", b"\0\1\2" * 99)
    folder, said = repository.wake(TUESDAY, GITHUB_ACTIONS="true")
    assert "::warning::digest.sh: something could not be read" in said
    check_issues(folder)
    _, said = repository.wake(LATER)
    assert "could not be read" not in said


def test_files_of_any_name_get_the_time_of_their_commit(tmp_path: Path) -> None:
    """Git quotes strange names unless it is told not to. What a link leads to stays as it is."""
    outside = tmp_path / "outside.txt"
    outside.touch()
    os.utime(outside, (1, 1))
    inbox = tmp_path / "checkout" / "inbox"
    inbox.mkdir(parents=True)
    for name in (
        "plain.txt",
        'a "b".txt',
        "new\nline.txt",
        "back\\slash",
        "-r",
        "@1",
        "é",
        "$(x)]",
    ):
        (inbox / name).write_text(name)
    (inbox / "link.txt").symlink_to(outside)
    text = (CHECKOUT / "config" / "deploy" / "actions" / SCRIPT.name).read_text("utf-8")
    functions = re.findall(r"(?ms)^(?:date_inbox|set_time)\(\) \{$.*?^\}$", text)
    identity = "GIT_{0}_NAME=a GIT_{0}_EMAIL=a@example.org GIT_{0}_DATE=@1600000000+0000"
    lines = [
        "export " + " ".join(identity.format(one) for one in ("AUTHOR", "COMMITTER")),
        "git init --quiet && git add --all && git commit --quiet --message=x",
        *functions,
        "date_inbox",
    ]
    command = ["bash", "-euo", "pipefail", "-c", "\n".join(lines)]
    subprocess.run(command, cwd=inbox.parent, check=True, timeout=MINUTE)
    times = {file.name: file.lstat().st_mtime for file in inbox.iterdir()}
    assert dict.fromkeys(times, 1_600_000_000) == times
    assert 1 == outside.stat().st_mtime


def test_a_state_in_the_repository_is_refused(repository: Repository) -> None:
    """It would be taken for the newest one, and a working folder of one's own is not touched."""
    folder = repository.checkout()
    (folder.root / "state").mkdir()
    (folder.root / "state" / "ledger.sqlite3").write_bytes(b"mine")
    before = tree(folder.root)
    process = repository.start(TUESDAY, folder)
    said, _ = process.communicate()
    assert (1, True) == (process.returncode, "for a fresh checkout" in said)
    assert before == tree(folder.root)


@pytest.mark.soak
def test_a_state_folder_elsewhere_is_refused(tmp_path: Path) -> None:
    """The files beside the ledger would be lost at each run."""
    repository = Repository(tmp_path)
    folder = repository.checkout()
    with folder.configuration.open("a") as file:
        file.write('[state]\npath = "memory"\n')
    repository.commit(folder)
    _, said = repository.wake(MONDAY, status=1)
    assert '[state] path has to be "state" here' in said
    assert "" == repository.tip()


def commands_of_the_guide(part: str) -> str:
    """Return the commands of the block of the guide that holds this text."""
    (block,) = [
        block.body for block in blocks(GUIDE) if block.language == "console" and part in block.body
    ]
    return "".join(f"{line.removeprefix('$ ')}\n" for line in block.splitlines())


def follow(repository: Repository, folder: Path, part: str) -> None:
    """Do what a block of the guide says in a folder."""
    script = commands_of_the_guide(part).replace("ADDRESS", repository.remote.as_uri())
    subprocess.run(
        ["bash", "-euc", script], cwd=folder, env=repository.env(NOW=TUESDAY), check=True,
        capture_output=True, timeout=MINUTE,
    )  # fmt: skip


@pytest.mark.soak
def test_who_moves_away_goes_on(repository: Repository, tmp_path: Path) -> None:
    """By the commands of the guide, with the branch as state/."""
    follow(repository, tmp_path, "git archive")
    moved = Folder(tmp_path / "reading-list")
    assert [titles([1, 2]), titles([3])] == moved.titles()


@pytest.mark.soak
def test_who_moves_in_goes_on(repository: Repository, tmp_path: Path) -> None:
    """By the commands of the guide, which also replace a branch that is damaged."""
    follow(repository, tmp_path, "git archive")
    repository.store({LEDGER: b""})
    follow(repository, tmp_path / "reading-list", "--into")
    check_issues(repository.wake(LATER)[0])
    assert KEPT == list(repository.stored())

"""`digest init --actions` and `--gitlab`: what GitHub and GitLab run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from digest import __version__
from digest.settings import resources
from tests.support.folders import Folder, run_command, tree

SHIPPED = resources.shipped("config") / "deploy" / "actions"
WORKFLOW, SCRIPT = ".github/workflows/digest.yml", ".github/digest.sh"
GITHUB = {".gitignore", SCRIPT, WORKFLOW}
GITLAB = {".gitignore", ".gitlab-ci.yml", ".gitlab/digest.sh"}
CONFIGURATION = "config/digest.toml"


@pytest.mark.parametrize(
    ("options", "expected"),
    [(["--actions"], GITHUB), (["--gitlab"], GITLAB), (["--actions", "--gitlab"], GITHUB | GITLAB)],
)
def test_the_files_are_made_once(tmp_path: Path, options: list[str], expected: set[str]) -> None:
    """Each has its place in the repository; a second time all are kept, whatever is in them."""
    answered = run_command(["init", *options, str(tmp_path)])
    assert 0 == answered.status
    assert expected | {CONFIGURATION} == set(tree(tmp_path))
    for path in expected:
        assert f"made   {tmp_path / path}\n" in answered.out
        (tmp_path / path).write_text("mine")
    before = tree(tmp_path)
    answered = run_command(["init", *options, str(tmp_path)])
    assert before == tree(tmp_path)
    assert all(f"kept   {tmp_path / path}\n" in answered.out for path in expected)


def test_the_version_that_wrote_them_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both name it once, where a user can change it; all else is as shipped."""
    monkeypatch.setattr("digest.cli.actions_files.__version__", "7.8.9")
    run_command(["init", "--actions", "--gitlab", str(tmp_path)])
    files = tree(tmp_path)
    for path, name in ((WORKFLOW, "digest.yml"), (".gitlab-ci.yml", "gitlab-ci.yml")):
        text = files[path].decode()
        assert 1 == text.count('  DIGEST_REQUIREMENT: "papers-digest==7.8.9"\n')
        shipped = (SHIPPED / name).read_text("utf-8")
        assert shipped == text.replace("papers-digest==7.8.9", "papers-digest==0.1.0")
    script = (SHIPPED / "digest.sh").read_bytes()
    assert [script] * 2 == [files[SCRIPT], files[".gitlab/digest.sh"]]


def test_the_name_of_the_package_is_ours() -> None:
    """The requirement names the distribution of `pyproject.toml`."""
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert '\nname = "papers-digest"\n' in project
    assert __version__


def test_a_service_of_the_machine_does_not_get_them(folder: Folder) -> None:
    """`--deploy` writes files for cron, systemd and containers only."""
    assert 0 == folder.digest("init", "--deploy").status
    assert not {"digest.sh", "digest.yml"} & {path.name for path in folder.root.rglob("*")}


def test_actions_are_pinned_and_have_few_permissions() -> None:
    """Each action by its commit with the version beside it; each job names what it may write."""
    text = (SHIPPED / "digest.yml").read_text("utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert 3 == len(used)
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)
    assert "\npermissions: {}" in text
    permissions = re.findall(r"^      ([\w-]+): write", text, re.MULTILINE)
    assert ["contents", "pages", "id-token", "actions"] == permissions
    assert 3 == text.count("timeout-minutes:")


def test_it_wakes_at_an_odd_minute_and_never_stops_a_run() -> None:
    """Full hours are when GitHub is late; a run that is going on ends."""
    text = (SHIPPED / "digest.yml").read_text("utf-8")
    assert ["17 */2 * * *", "43 5 * * 1"] == re.findall(r'cron: "(.*)"', text)
    assert "github.event.schedule == '43 5 * * 1'" in text
    assert "cancel-in-progress: false" in text
    assert "actions/workflows/digest.yml/enable" in text
    assert "bash .github/digest.sh" in text
    assert not re.search("cache|upload-artifact@", text)


def test_bash_can_read_the_script() -> None:
    """Without running it."""
    subprocess.run(["bash", "-n", SHIPPED / "digest.sh"], check=True)

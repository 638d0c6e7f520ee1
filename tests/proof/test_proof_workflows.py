"""The files of `digest init --actions` and `--gitlab` before checkers of their forms."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.proof import tools
from tests.support.folders import run_command

pytestmark = pytest.mark.proof
BIN = Path(sys.executable).parent
WORKFLOW = ".github/workflows/digest.yml"
SCHEMAS = {
    WORKFLOW: ["--builtin-schema=vendor.github-workflows"],
    ".gitlab-ci.yml": ["--builtin-schema=vendor.gitlab-ci", "--data-transform=gitlab-ci"],
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a repository with the files for both."""
    root = tmp_path_factory.mktemp("repository")
    assert 0 == run_command(["init", "--actions", "--gitlab", str(root)]).status
    return root


@pytest.mark.parametrize("file", SCHEMAS)
def test_the_forms_are_those_of_their_schemas(repository: Path, file: str) -> None:
    """By GitHub's and GitLab's own, as check-jsonschema has them."""
    command = str(BIN / "check-jsonschema")
    assert 0 == tools.run(command, *SCHEMAS[file], file, cwd=repository)[0]
    broken = repository / "broken.yml"
    broken.write_text(
        re.sub(r"(runs-on|script):", "runs-nowhere:", (repository / file).read_text())
    )
    assert 1 == tools.run(command, *SCHEMAS[file], broken.name, cwd=repository)[0]


def test_an_auditor_finds_nothing_in_the_workflow(repository: Path) -> None:
    """Pins, permissions, credentials, injected text: zizmor, by all but its strictest rules."""
    command = [str(BIN / "zizmor"), "--offline", "--no-progress", "--persona=pedantic"]
    status, said = tools.run(*command, WORKFLOW, cwd=repository)
    assert 0 == status, said
    careless = repository / "careless.yml"
    careless.write_text(re.sub(r"@[0-9a-f]{40} ", "@v6 ", (repository / WORKFLOW).read_text()))
    assert 0 != tools.run(*command, careless.name, cwd=repository)[0]


def test_shellcheck_finds_nothing_in_the_script(repository: Path) -> None:
    """In its default form."""
    status, said = tools.run("shellcheck", ".github/digest.sh", cwd=repository)
    assert (0, "") == (status, said)

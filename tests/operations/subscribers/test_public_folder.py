"""Subscribers and a state that is stored in a public branch exclude each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import SettingsError
from digest.operations.subscribers import public_folder
from digest.storage.people import database
from tests.support.folders import run_command


@pytest.mark.parametrize("option", ["--actions", "--gitlab"])
def test_a_folder_that_a_runner_runs_has_no_subscribers(tmp_path: Path, option: str) -> None:
    """By the script that `digest init` puts there; another folder may have some."""
    public_folder.require_private_folder(tmp_path)
    assert 0 == run_command(["init", option, str(tmp_path)]).status
    with pytest.raises(SettingsError, match="cannot have subscribers"):
        public_folder.require_private_folder(tmp_path)


def test_a_folder_without_people_needs_no_database_for_the_answer(tmp_path: Path) -> None:
    """Asking makes none."""
    public_folder.require_no_subscribers(tmp_path)
    assert not database.exists(tmp_path)

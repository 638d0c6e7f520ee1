"""The log: one line for each step, whole and parseable whatever a dump is called."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cli import log as cli_log
from tests.support.folders import Folder, page, told

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
HOSTILE = "a\nb\x1b[2J\u202e\x85<script>.txt"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """What a log takes over in this process is given back."""
    root, hook = logging.getLogger(), warnings.showwarning
    kept = list(root.handlers)
    yield
    logging.captureWarnings(capture=False)
    root.handlers, warnings.showwarning = kept, hook
    cli_log.choose(None, 0)


def lines(err: str) -> list[dict[str, Any]]:
    """Each line of standard error as JSON; every one has the three facts all share."""
    found = [json.loads(line) for line in err.splitlines()]
    for line in found:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["moment"])
        assert line["level"] in {"debug", "info", "warning", "error"}
        assert line["step"]
    return found


def test_each_step_of_a_run_is_a_line_of_json(folder: Folder) -> None:
    """In a process: intake, issue, publish and run, with counts, edition and duration."""
    folder.drop("a.txt", page(DAY, [1, 2, 3]))
    answered = folder.process("--log-format", "json", "run", now=NOW)
    assert 0 == answered.status
    intake, issue, publish, run = found = lines(answered.err)
    assert ["intake", "issue", "publish", "run"] == [line["step"] for line in found]
    assert {"info"} == {line["level"] for line in found}
    assert (1, 3, 3, 0) == tuple(intake[name] for name in ("dumps", "entries", "new", "known"))
    assert ("daily", DAY, 1, 3) == tuple(
        issue[name] for name in ("edition", "date", "number", "papers")
    )
    assert publish["written"] > 10
    assert "the first publication" == publish["reason"]
    assert ("new", 0) == (run["verdict"], run["exit_status"])
    assert all(line["seconds"] >= 0 for line in (intake, publish, run))
    assert run["seconds"] >= intake["seconds"] + publish["seconds"]
    assert "Issue 1 of daily" in answered.out


def test_the_same_as_text(folder: Folder) -> None:
    """Moment, level, step, then name=value; in the order of the steps."""
    folder.drop("a.txt", page(DAY, [1]))
    answered = folder.process("run", now=NOW, DIGEST_LOG_FORMAT="text")
    found = [line.split(" ", 3) for line in answered.err.splitlines()]
    assert [["info", "intake"], ["info", "issue"], ["info", "publish"], ["info", "run"]] == [
        line[1:3] for line in found
    ]
    assert all(datetime.fromisoformat(line[0]).tzinfo for line in found)
    assert "dumps=1 entries=1 new=1 changed=0" in found[0][3]
    assert 'reason="the first publication"' in found[2][3]


def test_without_asking_there_is_no_log(folder: Folder) -> None:
    """Cron mails what a command says; a good run says nothing on standard error."""
    folder.drop("a.txt", page(DAY, [1]))
    assert "" == folder.process("run", now=NOW).err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-q"], []),
        ([], []),
        (["-v"], ["wanted"]),
        (["-vv"], ["detail", "wanted"]),
        (["--log-format", "text"], ["wanted"]),
        (["--log-format", "text", "-v"], ["detail", "wanted"]),
        (["--log-format", "text", "-q"], []),
    ],
)
def test_how_much_is_logged(
    words: list[str], expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """-v asks for more, -q for less; naming a format asks for the steps."""
    form: cli_log.Form | None = "text" if "--log-format" in words else None
    verbosity = sum(word.count("v") - word.count("q") for word in words if word[1] != "-")
    log = cli_log.choose(form, verbosity)
    log.tell("detail", level="debug")
    log.tell("wanted")
    said = capsys.readouterr().err
    assert expected == [line.split()[2] for line in said.splitlines()]


def test_a_wake_that_finds_nothing_is_detail(folder: Folder) -> None:
    """`run --due` every minute does not fill a log; -v shows each wake."""
    folder.run(NOW)
    quiet = folder.process("--log-format", "json", "run", "--due", now=NOW)
    assert (0, "") == (quiet.status, quiet.err)
    loud = lines(folder.process("--log-format", "json", "-v", "run", "--due", now=NOW).err)
    assert [("debug", "intake"), ("debug", "publish"), ("debug", "run")] == [
        (line["level"], line["step"]) for line in loud
    ]


@pytest.mark.parametrize("form", cli_log.FORMS)
def test_hostile_names_and_reasons_stay_on_their_line(folder: Folder, form: str) -> None:
    """No control character is ever raw, and each line is whole."""
    folder.drop(HOSTILE, b"no paper in it")
    folder.drop("b.txt", page(DAY, [1]))
    answered = folder.process("--log-format", form, "run", now=NOW, PYTHONUTF8="1")
    assert 3 == answered.status
    assert 5 == answered.err.count("\n")
    assert all(sign.isprintable() for sign in answered.err.replace("\n", ""))
    (line,) = [line for line in answered.err.splitlines() if "unusable" in line]
    assert "warning" in line
    if form == "json":
        assert r"a\nb\x1b[2J" in json.loads(line)["dump"]


def test_a_failure_is_a_line(folder: Folder) -> None:
    """Of level error, with its reason; the exit status is as ever."""
    folder.configure("[site]\ntitel = 1\n")
    answered = folder.process("--log-format", "json", "run", now=NOW)
    assert 2 == answered.status
    (line,) = lines(answered.err)
    assert ("error", "failed") == (line["level"], line["step"])
    assert "titel" in line["reason"]


def test_a_fault_of_ours_is_a_line_too(folder: Folder) -> None:
    """With its whole traceback, which without a log stands on lines of its own."""
    folder.run(NOW)
    ledger = sqlite3.connect(folder.root / "state" / "ledger.sqlite3")
    ledger.execute("DROP TABLE page")
    ledger.close()
    *_, line = lines(folder.process("--log-format", "json", "run", now=NOW).err)
    assert ("error", "failed") == (line["level"], line["step"])
    assert line["reason"].startswith("Traceback")
    assert line["reason"].endswith("no such table: page")
    plain = folder.process("run", now=NOW)
    assert (1, True) == (plain.status, plain.err.rstrip().endswith("no such table: page"))
    status = json.loads((folder.output / "status.json").read_bytes())
    assert "OperationalError: no such table: page" == status["runs"][0]["error"]
    assert 2 == status["runs"][0]["times"]


def test_an_unknown_form_is_wrong_usage() -> None:
    """From the environment too."""
    answered = told(["--log-format", "xml", "check"])
    assert 2 == answered.status
    assert "'xml' is not one of 'text', 'json'" in answered.err


def test_what_libraries_log_has_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    """Under the logger's name; of an exception its last line, and Python's own warnings."""
    cli_log.choose("json", 0)
    logging.getLogger("apscheduler.scheduler").warning("late by %s", "1\n2")
    error = OSError("no\nroom")
    logging.getLogger("library").error("it failed", exc_info=error)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", UserWarning, stacklevel=1)
    late, failed, old = lines(capsys.readouterr().err)
    assert ("apscheduler.scheduler", "late by 1\n2") == (late["step"], late["message"])
    assert ("error", "OSError: no\nroom") == (failed["level"], failed["error"])
    assert ("py.warnings", "warning") == (old["step"], old["level"])


@given(word=st.text(), form=st.sampled_from(["text", "json"]))
def test_no_text_breaks_a_line(word: str, form: cli_log.Form) -> None:
    """Whatever a fact says, it is one line of characters that show; JSON gives it back."""
    line = cli_log._FORMS[form]("2026-11-22T07:00:00.000Z", "info", "intake", {"dump": word})
    assert line.isprintable()
    if form == "json":
        assert word == json.loads(line)["dump"]

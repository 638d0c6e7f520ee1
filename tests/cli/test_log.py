"""The log: one line for each step, which can be parsed whatever the name of a dump is."""

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
from tests.support.folders import Folder, page, run_command

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
HOSTILE = "a\nb\x1b[2J\u202e\x85<script>.txt"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Undo what a log changes in this process."""
    root, hook = logging.getLogger(), warnings.showwarning
    handlers = list(root.handlers)
    yield
    logging.captureWarnings(capture=False)
    root.handlers, warnings.showwarning = handlers, hook
    cli_log.set_log(None, 0)


def lines(err: str) -> list[dict[str, Any]]:
    """Decode each line of standard error, which must have moment, level and step."""
    rows = [json.loads(line) for line in err.splitlines()]
    for line in rows:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["moment"])
        assert line["level"] in {"debug", "info", "warning", "error"}
        assert line["step"]
    return rows


def test_each_step_of_a_run_is_a_line_of_json(folder: Folder) -> None:
    """Intake, issue, publish and run have counts, the edition and durations."""
    folder.drop("a.txt", page(DAY, [1, 2, 3]))
    answered = folder.process("--log-format", "json", "run", now=NOW)
    assert 0 == answered.status
    intake, issue, publish, run = rows = lines(answered.err)
    assert ["intake", "issue", "publish", "run"] == [line["step"] for line in rows]
    assert {"info"} == {line["level"] for line in rows}
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


def test_each_step_of_a_run_is_a_line_of_text(folder: Folder) -> None:
    """A line has moment, level, step, then name=value."""
    folder.drop("a.txt", page(DAY, [1]))
    answered = folder.process("run", now=NOW, DIGEST_LOG_FORMAT="text")
    rows = [line.split(" ", 3) for line in answered.err.splitlines()]
    assert [["info", "intake"], ["info", "issue"], ["info", "publish"], ["info", "run"]] == [
        line[1:3] for line in rows
    ]
    assert all(datetime.fromisoformat(line[0]).tzinfo for line in rows)
    assert "dumps=1 entries=1 new=1 changed=0" in rows[0][3]
    assert 'reason="the first publication"' in rows[2][3]


def test_by_default_there_is_no_log(folder: Folder) -> None:
    """Cron mails all output, so a good run leaves standard error empty."""
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
def test_verbosity_and_format_decide_what_is_logged(
    words: list[str], expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A format asks for the steps, -v for more, -q for less."""
    log_format: cli_log.LogFormat | None = "text" if "--log-format" in words else None
    verbosity = sum(word.count("v") - word.count("q") for word in words if word[1] != "-")
    log = cli_log.set_log(log_format, verbosity)
    log.log_step("detail", level="debug")
    log.log_step("wanted")
    err = capsys.readouterr().err
    assert expected == [line.split()[2] for line in err.splitlines()]


def test_a_due_run_that_finds_nothing_is_detail(folder: Folder) -> None:
    """`run --due` every minute does not fill a log; with -v each one is logged."""
    folder.run(NOW)
    quiet = folder.process("--log-format", "json", "run", "--due", now=NOW)
    assert (0, "") == (quiet.status, quiet.err)
    loud = lines(folder.process("--log-format", "json", "-v", "run", "--due", now=NOW).err)
    assert [("debug", "intake"), ("debug", "publish"), ("debug", "run")] == [
        (line["level"], line["step"]) for line in loud
    ]


@pytest.mark.parametrize("log_format", cli_log.LOG_FORMATS)
def test_hostile_names_and_reasons_keep_to_one_line(folder: Folder, log_format: str) -> None:
    """No line has a raw control character, and each can be parsed."""
    folder.drop(HOSTILE, b"no paper in it")
    folder.drop("b.txt", page(DAY, [1]))
    answered = folder.process("--log-format", log_format, "run", now=NOW, PYTHONUTF8="1")
    assert 3 == answered.status
    assert 5 == answered.err.count("\n")
    assert all(sign.isprintable() for sign in answered.err.replace("\n", ""))
    (line,) = [line for line in answered.err.splitlines() if "unusable" in line]
    assert "warning" in line
    if log_format == "json":
        assert r"a\nb\x1b[2J" in json.loads(line)["dump"]


def test_an_expected_error_is_a_line(folder: Folder) -> None:
    """Its level is error, it has the reason, and the exit status is the usual one."""
    folder.configure("[site]\ntitel = 1\n")
    answered = folder.process("--log-format", "json", "run", now=NOW)
    assert 2 == answered.status
    (line,) = lines(answered.err)
    assert ("error", "failed") == (line["level"], line["step"])
    assert "titel" in line["reason"]


def test_an_unexpected_error_is_a_line(folder: Folder) -> None:
    """It has the whole traceback, which without a log is printed as it is."""
    folder.run(NOW)
    ledger = sqlite3.connect(folder.root / "state" / "ledger.sqlite3")
    abort = "SELECT RAISE(ABORT, 'no intake today')"
    ledger.execute(f"CREATE TRIGGER stop BEFORE INSERT ON intake BEGIN {abort}; END")
    ledger.close()
    folder.drop("page.txt", page("2026-11-18", [1]))
    *_, line = lines(folder.process("--log-format", "json", "run", now=NOW).err)
    assert ("error", "failed") == (line["level"], line["step"])
    assert line["reason"].startswith("Traceback")
    assert line["reason"].endswith("no intake today")
    plain = folder.process("run", now=NOW)
    assert (1, True) == (plain.status, plain.err.rstrip().endswith("no intake today"))
    status = json.loads((folder.output / "status.json").read_bytes())
    assert "IntegrityError: no intake today" == status["runs"][0]["error"]
    assert 2 == status["runs"][0]["times"]


def test_an_unknown_log_format_is_wrong_usage() -> None:
    """The status is 2, and the message lists the formats."""
    answered = run_command(["--log-format", "xml", "check"])
    assert 2 == answered.status
    assert "'xml' is not one of 'text', 'json'" in answered.err


def test_messages_of_libraries_are_logged_in_the_same_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The step is the logger's name; exceptions have one line; Python's warnings are there too."""
    cli_log.set_log("json", 0)
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


@given(word=st.text(), log_format=st.sampled_from(["text", "json"]))
def test_no_text_breaks_a_line_of_the_log(word: str, log_format: cli_log.LogFormat) -> None:
    """A fact of any text is one printable line, and JSON decodes to the same text."""
    line = cli_log._FORMATTERS[log_format](
        "2026-11-22T07:00:00.000Z", "info", "intake", {"dump": word}
    )
    assert line.isprintable()
    if log_format == "json":
        assert word == json.loads(line)["dump"]

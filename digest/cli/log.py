"""The log: a line on standard error for each step, for people (text) or machines (JSON).

    text    2026-11-22T07:00:00.123Z info intake dumps=3 entries=47 new=39 seconds=0.021
    json    {"moment": "2026-11-22T07:00:00.123Z", "level": "info", "step": "intake", ...}

Without `--log-format` and `-v` there is no log, and problems are printed as plain lines. A
line of JSON is ASCII, and neither form has control characters. The addresses of monitors are
never logged: they may hold secrets.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    import logging

LogFormat = Literal["text", "json"]

LOG_FORMATS: tuple[LogFormat, ...] = ("text", "json")
_NAME = "digest"
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}  # as `logging` has them


class LogWriter:
    """Logs the steps of a command; ``log_format`` is None if no log was asked for."""

    def __init__(self, log_format: LogFormat | None = None, verbosity: int = 0) -> None:
        self.is_asked_for = log_format is not None
        self._logger: logging.Logger | None = None
        if log_format or verbosity > 0:
            self._logger = _logger(log_format or "text", verbosity if log_format else verbosity - 1)

    def log_step(self, step: str, /, *, level: str = "info", **facts: object) -> None:
        """Log a step that is done, with its counts.

        Without a log, steps are left out; warnings and errors are printed with their ``reason``.
        """
        if self._logger:
            self._log(level, step, facts)
        elif level in {"warning", "error"}:
            click.echo(escape(f"digest: {step}: {facts.get('reason', '')}"), err=True)

    def log_problem(
        self, line: str, step: str, /, *, level: str = "warning", **facts: object
    ) -> None:
        """Print a problem as this line, or log its facts if a log was asked for."""
        if self.is_asked_for:
            self._log(level, step, facts)
        else:
            click.echo(escape(line), err=True)

    def _log(self, level: str, step: str, facts: dict[str, object]) -> None:
        if self._logger:
            self._logger.log(_LEVELS[level], "%s", step, extra={"facts": facts})


def escape(line: str) -> str:
    """Escape control characters and those that turn the direction of writing."""
    if line.isprintable():
        return line
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def escape_json(data: bytes) -> str:
    """Escape the same characters in JSON, which still decodes to the same values."""
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", data.decode())


_current = LogWriter()


def set_log(log_format: LogFormat | None, verbosity: int) -> LogWriter:
    """Make a log the one of this process, and return it."""
    # An error is reported after click has dropped the context of the command that failed.
    global _current  # noqa: PLW0603
    _current = LogWriter(log_format, verbosity)
    return _current


def current_log() -> LogWriter:
    """Return the log of this process."""
    return _current


def report_error(error: Exception) -> None:
    """Print or log the one line of an expected error."""
    _current.log_problem(f"digest: {error}", "failed", level="error", reason=str(error))


def report_fault() -> None:
    """Print the traceback of the unexpected exception being handled, or log it as one line."""
    import traceback

    fault = traceback.format_exc().rstrip()
    _current.log_problem(fault, "failed", level="error", reason=fault)


def _logger(log_format: LogFormat, verbosity: int) -> logging.Logger:
    """Set up Python's logging: our own logger, and the libraries' warnings in the same form."""
    import logging  # takes 17 ms, so only for a command that logs

    class Formatter(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            moment = datetime.fromtimestamp(record.created, UTC)
            own_facts = getattr(record, "facts", None)
            facts = _library_facts(record) if own_facts is None else own_facts
            step = record.name if own_facts is None else record.getMessage()
            at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            return _FORMATTERS[log_format](at, record.levelname.lower(), step, facts)

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter())
    root, logger = logging.getLogger(), logging.getLogger(_NAME)
    root.handlers = logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(tuple(_LEVELS.values())[min(max(1 - verbosity, 0), 3)])
    logging.captureWarnings(capture=True)
    return logger


def _library_facts(record: logging.LogRecord) -> dict[str, object]:
    """Return the message of a library; of an exception only its type and text."""
    error = record.exc_info[1] if record.exc_info else None
    failure = {"error": f"{type(error).__name__}: {error}"} if error else {}
    return {"message": record.getMessage(), **failure}


def _json(moment: str, level: str, step: str, facts: dict[str, Any]) -> str:
    import json

    known = {name: value for name, value in facts.items() if value is not None}
    return json.dumps({"moment": moment, "level": level, "step": step, **known}, default=str)


def _text(moment: str, level: str, step: str, facts: dict[str, Any]) -> str:
    pairs = (f"{name}={_word(value)}" for name, value in facts.items() if value is not None)
    return escape(" ".join((moment, level, step, *pairs)))


def _word(value: object) -> str:
    """Return a value as one word, quoted if it has blanks or is empty."""
    word = str(value)
    if word and not any(sign in ' "=' or not sign.isprintable() for sign in word):
        return word
    import json

    return json.dumps(word, ensure_ascii=False)


_FORMATTERS = {"text": _text, "json": _json}

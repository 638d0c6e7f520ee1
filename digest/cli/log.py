"""The log: a line on standard error for each step, for people (text) or machines (JSON).

    text    2026-11-22T07:00:00.123Z info intake dumps=3 entries=47 new=39 seconds=0.021
    json    {"moment": "2026-11-22T07:00:00.123Z", "level": "info", "step": "intake", ...}

`--log-format` asks for a log of either form. `-v` alone gives a log in text, but problems are
printed as plain lines, as they are without a log. A line of JSON is ASCII, and neither form has
control characters. Of the address of a monitor only the host is logged, because the rest may be
a secret.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from digest.cli import terminal

if TYPE_CHECKING:
    import logging

LogFormat = Literal["text", "json"]

LOG_FORMATS: tuple[LogFormat, ...] = ("text", "json")
_NAME = "digest"
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}  # as `logging` has them


class LogWriter:
    """The log of one command, on standard error.

    ``verbosity`` is the number of ``-v`` less that of ``-q``. With ``log_format``, 0 logs from
    level "info" on, 1 from "debug" and -1 from "warning". Without it, 1 logs from "info" on and
    2 from "debug", as text; below 1 there is no log.
    """

    def __init__(self, log_format: LogFormat | None = None, verbosity: int = 0) -> None:
        self.is_asked_for = log_format is not None
        self._logger: logging.Logger | None = None
        if log_format or verbosity > 0:
            self._logger = _logger(log_format or "text", verbosity if log_format else verbosity - 1)

    def log_step(self, step: str, /, *, level: str = "info", **facts: object) -> None:
        """Log a step with its facts; a fact that is None is left out.

        Without a log, a warning or an error is printed with the fact ``reason`` alone, and any
        other step is not shown.
        """
        if self._logger:
            self._log(level, step, facts)
        elif level in {"warning", "error"}:
            terminal.write_line(f"digest: {step}: {facts.get('reason', '')}", error=True)

    def log_problem(
        self, line: str, step: str, /, *, level: str = "warning", **facts: object
    ) -> None:
        """Print ``line`` on standard error, or log ``facts`` instead if a log was asked for.

        With ``-v`` alone the line is printed: it is for a person.
        """
        if self.is_asked_for:
            self._log(level, step, facts)
        else:
            terminal.write_line(line, error=True)

    def _log(self, level: str, step: str, facts: dict[str, object]) -> None:
        if self._logger:
            self._logger.log(_LEVELS[level], "%s", step, extra={"facts": facts})


_current = LogWriter()


def set_log(log_format: LogFormat | None, verbosity: int) -> LogWriter:
    """Replace the log of this process by a new one, and return it."""
    # Global, because click has dropped the context of a failed command when `main` reports it.
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
    """Set up Python's logging, and return our logger.

    Libraries log through the same handler, so their warnings have the same form. ``verbosity``
    0 lets "info" and above through.
    """
    import logging  # takes 17 ms, so only for a command that logs

    class Formatter(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            moment = datetime.fromtimestamp(record.created, UTC)
            own_facts = getattr(record, "facts", None)
            facts = _library_facts(record) if own_facts is None else own_facts
            step = record.name if own_facts is None else record.getMessage()
            at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            return _FORMATTERS[log_format](at, record.levelname.lower(), step, facts)

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            terminal.write_line(self.format(record), error=True)

    handler = Handler()
    handler.setFormatter(Formatter())
    root, logger = logging.getLogger(), logging.getLogger(_NAME)
    root.handlers = logger.handlers = [handler]
    logger.propagate = False  # else the root, which has the same handler, would print it again
    logger.setLevel(tuple(_LEVELS.values())[min(max(1 - verbosity, 0), 3)])
    logging.captureWarnings(capture=True)
    return logger


def _library_facts(record: logging.LogRecord) -> dict[str, object]:
    """Return the facts of a library's record: its message, and type and text of an exception.

    The traceback is left out, because a record is one line.
    """
    error = record.exc_info[1] if record.exc_info else None
    failure = {"error": f"{type(error).__name__}: {error}"} if error else {}
    return {"message": record.getMessage(), **failure}


def _json(moment: str, level: str, step: str, facts: dict[str, Any]) -> str:
    import json

    from digest.render.escape import json_document

    present = {name: value for name, value in facts.items() if value is not None}
    line = json.dumps({"moment": moment, "level": level, "step": step, **present}, default=str)
    return json_document(line.encode()).decode()


def _text(moment: str, level: str, step: str, facts: dict[str, Any]) -> str:
    pairs = (f"{name}={_word(value)}" for name, value in facts.items() if value is not None)
    return terminal.escape(" ".join((moment, level, step, *pairs)))


def _word(value: object) -> str:
    """Return a value as one word: quoted if it is empty, or has a blank, a quote or ``=``."""
    word = str(value)
    if word and not any(sign in ' "=' or not sign.isprintable() for sign in word):
        return word
    import json

    return json.dumps(word, ensure_ascii=False)


_FORMATTERS = {"text": _text, "json": _json}

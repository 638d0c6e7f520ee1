"""The log: a line on standard error for each step, for people (text) or machines (JSON).

Without `--log-format` and `-v` there is none: what went wrong is then a plain line. Only
whoever asks for a log pays for importing `logging` (17 ms).

    text    2026-11-22T07:00:00.123Z info intake dumps=3 entries=47 new=39 seconds=0.021
    json    {"moment": "2026-11-22T07:00:00.123Z", "level": "info", "step": "intake", ...}

A line is ASCII in JSON, and has no control character in either form. Addresses of monitors
are never given to it.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    import logging

Form = Literal["text", "json"]

FORMS: tuple[Form, ...] = ("text", "json")
_NAME = "digest"
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}  # as `logging` has them


class LogWriter:
    """Where a command says how it goes; ``form`` None is the plain one."""

    def __init__(self, form: Form | None = None, verbosity: int = 0) -> None:
        self.is_asked_for = form is not None
        self._logger: logging.Logger | None = None
        if form or verbosity > 0:
            self._logger = _logger(form or "text", verbosity if form else verbosity - 1)

    def tell(self, step: str, /, *, level: str = "info", **facts: object) -> None:
        """A step that is done, with its counts; nothing where no log is wanted.

        Warnings and errors are also said plainly: ``reason`` is their line.
        """
        if self._logger:
            self._log(level, step, facts)
        elif level in {"warning", "error"}:
            click.echo(escaped(f"digest: {step}: {facts.get('reason', '')}"), err=True)

    def complain(self, line: str, step: str, /, *, level: str = "warning", **facts: object) -> None:
        """What went wrong: the line as it is, or where a log was asked for, its facts."""
        if self.is_asked_for:
            self._log(level, step, facts)
        else:
            click.echo(escaped(line), err=True)

    def _log(self, level: str, step: str, facts: dict[str, object]) -> None:
        if self._logger:
            self._logger.log(_LEVELS[level], "%s", step, extra={"facts": facts})


def escaped(line: str) -> str:
    """The line for a terminal: what does not show but would steer it becomes escapes."""
    if line.isprintable():
        return line
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def escaped_json(data: bytes) -> str:
    """The same JSON, with the characters that steer a terminal or turn writing round escaped."""
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", data.decode())


_chosen = LogWriter()


def choose(form: Form | None, verbosity: int) -> LogWriter:
    """The log of this process from now on."""
    global _chosen  # noqa: PLW0603 - what ends a command is said after its context is gone
    _chosen = LogWriter(form, verbosity)
    return _chosen


def chosen() -> LogWriter:
    """The log of this process."""
    return _chosen


def _logger(form: Form, verbosity: int) -> logging.Logger:
    """Our logger, and the libraries' warnings in the same form."""
    import logging

    class Formatter(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            moment = datetime.fromtimestamp(record.created, UTC)
            ours = getattr(record, "facts", None)
            facts = _foreign(record) if ours is None else ours
            step = record.name if ours is None else record.getMessage()
            at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            return _FORMS[form](at, record.levelname.lower(), step, facts)

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter())
    root, ours = logging.getLogger(), logging.getLogger(_NAME)
    root.handlers = ours.handlers = [handler]
    ours.propagate = False
    ours.setLevel(tuple(_LEVELS.values())[min(max(1 - verbosity, 0), 3)])
    logging.captureWarnings(capture=True)
    return ours


def _foreign(record: logging.LogRecord) -> dict[str, object]:
    """What a library logged; of an exception its last line."""
    error = record.exc_info[1] if record.exc_info else None
    failed = {"error": f"{type(error).__name__}: {error}"} if error else {}
    return {"message": record.getMessage(), **failed}


def _json(moment: str, level: str, step: str, facts: dict[str, Any]) -> str:
    given = {name: value for name, value in facts.items() if value is not None}
    import json

    return json.dumps({"moment": moment, "level": level, "step": step, **given}, default=str)


def _text(moment: str, level: str, step: str, facts: dict[str, Any]) -> str:
    given = (f"{name}={_word(value)}" for name, value in facts.items() if value is not None)
    line = " ".join((moment, level, step, *given))
    return escaped(line)


def _word(value: object) -> str:
    """A value as one word; in quotation marks where it would be several or none."""
    word = str(value)
    plain = word and not any(sign in ' "=' or not sign.isprintable() for sign in word)
    if plain:
        return word
    import json

    return json.dumps(word, ensure_ascii=False)


_FORMS = {"text": _text, "json": _json}

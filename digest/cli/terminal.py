"""Write to the terminal: the only module that does, so that no text can steer it.

Every line of a command goes through `write_line` or `write_json`. `guard_streams` catches what
others write: messages of click, warnings and log records of libraries, tracebacks.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from typing import Any, TextIO

import click

# Controls but the line feed, and characters that break lines or turn the direction of writing.
_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Raised for `digest` and `digest mail` alone since click 8.2; before, click prints the help itself.
_NO_COMMAND: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class GuardedStream:
    """A text stream that escapes what would steer a terminal, besides line feeds.

    Characters that the encoding of the stream does not have are escaped as well. Everything but
    `write` is that of the stream it was made from.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        # A stream of a test may be of another kind, or its descriptor may have become a pipe.
        with suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]

    def write(self, text: str) -> int:
        """Write the escaped text; return the number of characters of ``text``."""
        self.stream.write(_STEERING.sub(lambda sign: ascii(sign[0])[1:-1], text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write each of the texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def guard_streams() -> None:
    """Put a `GuardedStream` in the place of standard output and standard error."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, GuardedStream):  # None: it is closed
            setattr(sys, name, GuardedStream(stream))


def give_up_streams() -> None:
    """Flush both streams; what cannot be written, to a closed pipe or a full disk, is dropped.

    Without this Python would try again at its exit, and complain.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def write_line(line: str, *, error: bool = False) -> None:
    """Write a line to standard output, or with ``error`` to standard error, escaped."""
    if not error:
        _write(sys.stdout, escape(line))
        return
    with suppress(OSError):  # a message that cannot be written must not fail the command
        _write(sys.stderr, escape(line))


def write_json(data: bytes) -> None:
    """Write a line of JSON to standard output. It decodes to the same values in any encoding."""
    from digest.render.escape import json_document  # most commands print no JSON

    line = json_document(data).decode()
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        line.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        line = _NOT_ASCII.sub(_json_escape, line)
    _write(sys.stdout, line)


def write_usage_error(problem: click.ClickException) -> None:
    """Write a message of click to standard error, with the usage of the command if it is known.

    Of a group without a command that is its help.
    """
    if isinstance(problem, _NO_COMMAND):
        for line in problem.format_message().splitlines():
            write_line(line, error=True)
        return
    context = problem.ctx if isinstance(problem, click.UsageError) else None
    if context is not None:
        for line in context.get_usage().splitlines():
            write_line(line, error=True)
        write_line(
            f"Try '{context.command_path} {context.help_option_names[-1]}' for help.", error=True
        )
        write_line("", error=True)
    write_line(f"Error: {problem.format_message()}", error=True)


def confirm(question: str) -> None:
    """Ask a question; raise `click.Abort` unless the answer is yes."""
    click.confirm(escape(question), abort=True)


def can_ask() -> bool:
    """Return whether somebody can answer: standard input is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def drawable() -> TextIO | None:
    """Return standard error for a progress bar, unguarded; None if it is no terminal."""
    stream: Any = sys.stderr
    if stream is None or not stream.isatty():  # None: started with it closed
        return None
    drawn: TextIO = getattr(stream, "stream", stream)
    return drawn


def width() -> int | None:
    """Return the columns of the terminal, at least 40; None if standard output is none."""
    import shutil

    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return max(shutil.get_terminal_size().columns, 40)


def escape(line: str) -> str:
    """Return a line with every character escaped that Python calls unprintable.

    These are control characters, those that turn the direction of writing, characters without
    width, and all blanks but the space.
    """
    if line.isprintable():
        return line
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def _json_escape(sign: re.Match[str]) -> str:
    # Beyond U+FFFF as the two surrogates that JSON writes for one character.
    units = sign[0].encode("utf-16-be")
    pairs = (units[place : place + 2] for place in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair):04x}" for pair in pairs)


def _write(stream: TextIO | None, line: str) -> None:
    if stream is None:  # started with it closed
        return
    stream.write(f"{line}\n")
    stream.flush()

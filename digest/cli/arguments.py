"""Types of arguments that refuse what no command can use, with exit status 2."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_MAX_FILE, _MAX_PATH = 255, 3_500  # bytes on Linux, with room for what lies below


class QueryText(click.types.StringParamType):
    """A key, a title or words of it: UTF-8, and no longer than any title."""

    name = "text"

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        """Return the text unchanged; raises `click.BadParameter`."""
        from digest.model.limits import LONGEST_QUERY  # with msgspec, which help does without

        text = str(value)
        try:
            text.encode()
        except UnicodeEncodeError:  # the system gave bytes that are not in its encoding
            self.fail("it is not in UTF-8", param, context)
        if len(text) > LONGEST_QUERY:
            reason = f"it has {len(text):,} characters; at most {LONGEST_QUERY:,} are possible"
            self.fail(reason, param, context)
        return text


class PathText(click.types.StringParamType):
    """A path that the system could open, whether there is anything or not.

    ``completion`` says whether a shell completes it by files or by folders.
    """

    name = "path"

    def __init__(self, completion: Literal["file", "dir"] = "file") -> None:
        self.completion = completion

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - of click
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Return the request that the shell completes the path itself."""
        from click.shell_completion import CompletionItem  # for shells only

        return [CompletionItem(incomplete, type=self.completion)]

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        """Return the path unchanged; raises `click.BadParameter`."""
        path = os.fsencode(value)
        if len(path) > _MAX_PATH or any(len(part) > _MAX_FILE for part in path.split(b"/")):
            self.fail("the path is too long", param, context)
        return str(value)


class Seconds(click.FloatRange):
    """A time in seconds: more than 0 and at most a week."""

    def __init__(self) -> None:
        super().__init__(min=0, max=604_800, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> float:
        """Return the number; raises `click.BadParameter`, also for "nan"."""
        number: float = super().convert(value, param, context)
        if math.isnan(number):  # it is in every range, because no comparison with it is true
            self.fail(f"{value!r} is not a number", param, context)
        return number

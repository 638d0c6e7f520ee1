"""Make a text public: without paths of this machine and characters that are not shown.

Pages and notices are read by others, who need not know where things lie. The query of a web
address may hold a secret, and so may what stands before its host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from digest.model.settings import Settings

# The folders of an absolute path, and its first slash. An address has two slashes, and the ones
# in its path follow a word.
_FOLDERS = re.compile(r"""(?<![\w/.~-])/(?!/)(?:[^\s'":,;()/]+/)*(?=[^\s'":,;()/])""")
# A web address up to its query or fragment, without user and password; and the rest.
_ADDRESS = re.compile(
    r"""(https?://)(?:[^\s/?#@'"<>]*@)?([^\s?#'"<>]*)(?:[?#](?:[^\s'"<>]*[^\s'"<>:;,.)])?)?""",
    re.IGNORECASE,
)


def publish_text(settings: Settings, text: str, error: BaseException | None = None) -> str:
    """Return a text as one line, without the queries of web addresses and the folders of paths.

    Of an absolute path the last part is left, of an address what stands before ``?`` or ``#``.

    Paths below the working folder keep their part below it. ``error`` is the exception that the
    text is about, if any: its paths are known exactly, even if they hold blanks.
    """
    root = Path(settings.root).absolute()
    known = {f"{root}/", f"{settings.root}/"}
    outside = {f"{path.parent}/" for path in _paths(settings, error)}
    # The longest first: a folder may begin with the name of another one.
    for folder in (*sorted(known, key=len, reverse=True), *sorted(outside, key=len, reverse=True)):
        for spelling in (folder, repr(folder)[1:-1]):
            text = text.replace(spelling, "") if len(folder) > 1 else text
    text = _ADDRESS.sub(r"\1\2", _FOLDERS.sub("", text))
    return "".join(char if char.isprintable() else " " for char in text)


def _paths(settings: Settings, error: BaseException | None) -> Iterator[Path]:
    """Yield the absolute paths that a text about this error may name."""
    profiles = [settings.profile, *(edition.profile for edition in settings.editions)]
    names = [profile.library for profile in profiles if profile and profile.library]
    names += [source.path for source in settings.sources if source.path]
    yield from _absolute([settings.inbox.path, settings.state.path, *names])
    while error is not None:
        attributes = ("filename", "filename2", "file", "backup", "lock")
        yield from _absolute(getattr(error, name, None) for name in attributes)
        error = error.__cause__ or error.__context__


def _absolute(names: Iterable[object]) -> Iterator[Path]:
    for name in names:
        if isinstance(name, str) and name.startswith("/"):
            yield Path(name)

"""Check `[fetch]`, `[[source]]` and `[[publish]]` beyond what their types restrict.

Each error names the file, the key and a remedy, and shows no secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from digest.errors import SettingsError
from digest.model.settings import Settings, seconds
from digest.model.source_settings import LOCAL_KINDS, Kind, Publish, Source
from digest.settings.checks import (
    SECRET,
    check_path,
    check_time_span,
    is_name,
    is_web_address,
)

# As of an edition, but each day's file must have the same source by its name: so no part of it
# may look like a date, and hyphens stand between two other characters.
NAME = re.compile(r"(?!.*(?<!\d)20\d\d-?[01]\d)[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
# The shortest time between two looks: what the operators of these sites ask for.
LEAST: dict[Kind, str] = {
    "hf-daily": "30m", "arxiv-rss": "1h", "arxiv-search": "1h", "arxiv-oai": "1h",
    "biorxiv": "15m", "feed": "15m", "page": "15m", "mailbox": "15m", "folder": "15m",
}  # fmt: skip
_NEEDS: dict[Kind, tuple[str, str]] = {
    "arxiv-rss": ("categories", 'categories = ["cs.CL"]'),
    "arxiv-search": ("query", 'query = "cat:cs.CL AND abs:agents"'),
    "arxiv-oai": ("set", 'set = "cs"'),
    "feed": ("url", 'url = "https://example.org/feed.xml"'),
    "page": ("url", 'url = "https://example.org/papers"'),
    "mailbox": ("path", 'path = "/home/me/Maildir"'),
    "folder": ("path", 'path = "/home/me/synced/papers"'),
}
_USES: dict[Kind, tuple[str, ...]] = {
    "hf-daily": ("look_back", "token"),
    "arxiv-rss": ("categories", "announce"),
    "arxiv-search": ("query", "most"),
    "arxiv-oai": ("set",),
    "biorxiv": ("look_back", "categories", "server"),
    "feed": ("url", "token"),
    "page": ("url", "token"),
    "mailbox": ("path",),
    "folder": ("path",),
}
_OF_ALL = ("name", "kind", "every", "enabled")
_CATEGORY = re.compile(r"[a-z]+(-[a-z]+)*(\.[A-Za-z]+(-[A-Za-z]+)*)?", re.ASCII)
_BIORXIV_CATEGORY = re.compile(r"[A-Za-z]+([ _-][A-Za-z]+)*", re.ASCII)
_SET = re.compile(r"[\w-]+([:.][\w-]+)*", re.ASCII)
_MAIL = re.compile(r"[^\s@<>()\",;:]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_HOST = re.compile(r"(?=.*[a-z])[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_MAX_QUERY, _MAX_CONTACT = 1000, 200  # characters


def check(file: Path, settings: Settings) -> None:
    """Check what goes over the network. Raises `SettingsError` for the first unusable value."""
    for key, reason, hint in _problems(file, settings):
        raise SettingsError(str(file), reason, key=key, hint=hint)


def keys_of(kind: Kind) -> tuple[str, ...]:
    """Return the keys of `[[source]]` that a kind uses."""
    return (*_OF_ALL, *_USES[kind])


Problem = tuple[str, str, str]  # key, reason, hint


def _problems(file: Path, settings: Settings) -> Iterator[Problem]:
    yield from _of_contact(settings)
    for entry in settings.fetch.private:
        if not _is_host_or_network(entry):
            hint = 'write a host such as "papers.example.org", or a network such as "10.0.0.0/8"'
            yield "fetch.private", f"neither a host nor a network: {entry!r}", hint
    names = [source.name for source in settings.sources]
    for number, source in enumerate(settings.sources):
        key = f"source[{number}]"
        yield from _of_name(source.name, names, f"{key}.name")
        yield from _of_kind(source, key)
        yield from _of_rhythm(file, source, f"{key}.every")
        yield from _of_words(source, key)
        yield from _of_places(file, settings, source, key)
    yield from _of_publish(settings.publish)


def _of_contact(settings: Settings) -> Iterator[Problem]:
    contact, key = settings.fetch.contact, "fetch.contact"
    hint = 'write contact = "you@example.org", your address, under [fetch]'
    asked = [one for one in settings.sources if one.enabled and one.kind not in LOCAL_KINDS]
    if contact is None and asked:
        yield key, f"is missing: source {asked[0].name!r} is asked over the network", hint
    if contact is not None and not _is_contact(contact):
        yield key, f"neither a mail nor a web address: {contact[:50]!r}", hint


def _is_contact(contact: str) -> bool:
    is_plain = contact.isascii() and contact.isprintable() and len(contact) <= _MAX_CONTACT
    is_web = is_web_address(contact) and not {" ", "(", ")"} & set(contact)
    return is_plain and (is_web or _MAIL.fullmatch(contact) is not None)


def _is_host_or_network(entry: str) -> bool:
    import ipaddress  # few configurations name one

    try:
        ipaddress.ip_network(entry)
    except ValueError:
        return _HOST.fullmatch(entry.lower()) is not None
    return True


def _of_name(name: str, names: Sequence[str], key: str) -> Iterator[Problem]:
    if not is_name(name) or not NAME.fullmatch(name):
        hint = "use lower-case letters and digits, with single hyphens between them, and no date"
        yield key, f"cannot be the name of a source: {name!r}", hint
    elif names.count(name) > 1:
        yield key, f"two sources are called {name!r}", "give each a name of its own"


def _of_kind(source: Source, key: str) -> Iterator[Problem]:
    """Yield what a kind needs and has not, and what is set although the kind does not use it."""
    needed, line = _NEEDS.get(source.kind, ("kind", ""))
    if not getattr(source, needed):
        yield f"{key}.{needed}", f"is missing: {source.kind} needs it", f"write {line}"
    default = Source(source.name, source.kind)
    used = keys_of(source.kind)
    for field in source.__struct_fields__:
        if field not in used and getattr(source, field) != getattr(default, field):
            hint = f"remove it; {source.kind} takes {', '.join(used[1:])}"
            yield f"{key}.{field}", f"is not used by {source.kind}", hint


def _of_rhythm(file: Path, source: Source, key: str) -> Iterator[Problem]:
    check_time_span(file, source.every, key)
    least = LEAST[source.kind]
    if source.every is not None and seconds(source.every) < seconds(least):
        reason = f"{source.kind} is asked every {least} at most, not every {source.every}"
        yield key, reason, f'write "{least}" or longer'


def _of_words(source: Source, key: str) -> Iterator[Problem]:
    is_biorxiv = source.kind == "biorxiv"
    form, example = (_BIORXIV_CATEGORY, "cell biology") if is_biorxiv else (_CATEGORY, "cs.CL")
    for category in source.categories:
        if not form.fullmatch(category):
            hint = f'write it like "{example}"'
            yield f"{key}.categories", f"not a category: {category[:50]!r}", hint
    if is_biorxiv and len(source.categories) > 1:
        hint = "add a source for each"
        yield f"{key}.categories", "biorxiv can be asked for one category, or for all", hint
    if source.set is not None and not _SET.fullmatch(source.set):
        hint = 'write it like "cs" or "physics:hep-th"'
        yield f"{key}.set", f"not a set: {source.set[:50]!r}", hint
    query = source.query or "all"
    if not query.strip() or not query.isprintable() or len(query) > _MAX_QUERY:
        hint = f"write one line of at most {_MAX_QUERY} characters"
        yield f"{key}.query", "cannot be a query", hint


def _of_places(file: Path, settings: Settings, source: Source, key: str) -> Iterator[Problem]:
    if source.token is not None and not SECRET.fullmatch(source.token):
        hint = 'write "env:NAME" for an environment variable or "file:PATH" for a file'
        yield f"{key}.token", "a token is a secret and must not stand in this file", hint
    token = (source.token or "").removeprefix("file:")
    check_path(file, settings.root, token, f"{key}.token")
    if source.url is not None:
        yield from _of_url(source.url, f"{key}.url")
    if source.path is not None:
        check_path(file, settings.root, source.path, f"{key}.path")
        if source.kind == "folder":
            yield from _of_folder(settings, source.path, f"{key}.path")


def _of_folder(settings: Settings, path: str, key: str) -> Iterator[Problem]:
    """Refuse our own folders, under any name: what we write there is no source."""
    inbox, state, output, folder = (
        PurePosixPath(os.path.realpath(Path(settings.root, place)))
        for place in (settings.inbox.path, settings.state.path, "output", path)
    )
    if folder == inbox:
        yield key, "is the inbox itself", "remove the source; the inbox is read anyway"
    for name, own in (("state", state), ("output", output)):
        if own in (folder, *folder.parents):
            yield key, f"lies in the {name} folder", "name a folder that something else fills"


def _of_url(url: str, key: str) -> Iterator[Problem]:
    if not is_web_address(url) or " " in url:
        # Not shown, because it may hold a secret.
        yield key, "not a web address", 'write it like "https://example.org/feed.xml"'
    elif "@" in urlsplit(url).netloc:
        hint = 'remove them; token = "env:NAME" is sent in a header'
        yield key, "an address must not hold a user or password", hint


def _of_publish(commands: Sequence[Publish]) -> Iterator[Problem]:
    for number, publish in enumerate(commands):
        key = f"publish[{number}]"
        if not publish.command or not publish.command[0].strip():
            hint = 'write command = ["rsync", "-a", "output/", "host:/srv/papers/"]'
            yield f"{key}.command", "must name a program", hint
        if any("\0" in part for part in publish.command):
            yield f"{key}.command", "holds a NUL", "remove it"
        if publish.name is not None and not (publish.name.strip() and publish.name.isprintable()):
            yield f"{key}.name", f"cannot be a name: {publish.name!r}", "write a word"
        for variable in publish.environment:
            if not _VARIABLE.fullmatch(variable):
                # Not shown: somebody may have written the variable's value as well.
                hint = 'write the name alone, such as "AWS_PROFILE"'
                yield f"{key}.environment", "not the name of an environment variable", hint

"""Check configuration, topics, libraries, sources, addresses and templates, without a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from digest import settings as settings_files
from digest.delivery import secrets
from digest.errors import FetchError, SettingsError
from digest.model.fetching import Answer, Request, SourceState, no_next_page
from digest.model.settings import ADDRESSES, Settings
from digest.model.source_settings import LOCAL_KINDS, Source
from digest.operations import check_topics, template_copies, web_check
from digest.operations.mail import switch as mail_switch
from digest.operations.summaries import switch
from digest.pipeline import context
from digest.pipeline.library import read_library
from digest.render.site import pages, templates, trial
from digest.settings import resources
from digest.text import counting

if TYPE_CHECKING:
    from digest.sources.asking import Asker
    from digest.sources.robots import Robots


def findings(settings: Settings) -> Iterator[str]:
    """Yield a line for each part that can be used (``ok``), and a line for each warning (``!``).

    Changes nothing. Raises `SettingsError` for the first part that cannot be used.
    """
    root = Path(settings.root)
    file = root / settings_files.CONFIG / settings_files.DIGEST_TOML
    yield f"ok  {file}" if file.exists() else f"ok  there is no {file}: the defaults apply"
    yield from check_topics.findings(settings, file)
    yield from _check_libraries(settings)
    yield from _check_sources(settings)
    yield from _check_addresses(settings)
    yield from switch.findings(settings)
    yield from mail_switch.findings(settings)
    yield from web_check.findings(settings)
    yield from _check_templates(settings)
    inbox = root / settings.inbox.path
    for key, folder in (("inbox.path", inbox), ("state.path", settings.state_folder)):
        if folder.exists() and not folder.is_dir():
            raise SettingsError(str(folder), "is not a folder", key=key, hint="remove or rename it")
    if not inbox.is_dir():
        yield f"!   there is no folder {inbox}: create it with digest init"
    if urlsplit(settings.site.url).hostname in ("localhost", "127.0.0.1", "::1"):
        yield (
            f"!   site.url is {settings.site.url}: links in feeds work on this machine only;"
            " set site.url to the public address"
        )


def _check_libraries(settings: Settings) -> Iterator[str]:
    profiles = (settings.profile, *(edition.profile for edition in settings.editions))
    names = [profile.library for profile in profiles if profile and profile.library]
    for name in dict.fromkeys(names):  # each once
        papers = read_library(Path(settings.root, name))
        yield f"ok  {name}: {counting.count(len(papers), 'paper')} in the library"


def _check_sources(settings: Settings) -> Iterator[str]:
    """Yield what is asked of each source, and what it would fail of. Asks none."""
    if not settings.sources:
        return
    from digest.sources import kinds, tokens

    root = Path(settings.root)
    for source in settings.sources:
        name = f"source {source.name}"
        if not source.enabled:
            yield f"ok  {name}: {source.kind}, not enabled"
        elif source.kind in LOCAL_KINDS:
            place = root / (source.path or "")
            exists = f"ok  {name}: {source.kind}, from {place}"
            yield exists if place.exists() else f"!   {name}: there is no {place}"
        else:
            try:
                secret = ", with its token" if tokens.read(root, source.token) else ""
                every = source.every or kinds.load(source.kind).EVERY
                yield f"ok  {name}: {source.kind}, every {every}{secret}"
            except FetchError as error:
                yield f"!   {name}: {error.reason}"


def _check_addresses(settings: Settings) -> Iterator[str]:
    """Yield whether each address of ``[notify]`` can be read and has a usable form. Calls none.

    Any other is a warning: a run does without the call. And the environment of a run may set a
    variable that the one of this check does not.
    """
    for key in ADDRESSES:
        if reference := getattr(settings.notify, key):
            # Only where the address is: it is itself a secret, which no terminal or log may show.
            try:
                secrets.web_address(Path(settings.root), reference, f"notify.{key}")
                yield f"ok  notify.{key}: {reference}"
            except SettingsError as error:
                yield f"!   notify.{key}: {error.reason}: nothing is called"


def _check_templates(settings: Settings) -> Iterator[str]:
    own, shipped = Path(settings.root, settings_files.TEMPLATES), resources.shipped("templates")
    # A compiled template is used only as long as its source is the same.
    cache = context.template_cache(settings, read_only=True)
    renderer = pages.Pages(
        (own, shipped), settings.site, cache=cache, subscribe=settings.subscribe_url
    )
    renderer.check()
    trial.render_samples(renderer)
    if settings.mail.is_on:
        from digest.render.mail import samples

        samples.render_samples(settings, templates.Templates((own, shipped), cache))
    yield "ok  templates"
    yield from template_copies.outdated_copies(own, shipped)


class Trial(NamedTuple):
    """What came of asking a source: a sentence, and whether its answer could be used."""

    source: str
    is_good: bool
    sentence: str


def try_sources(settings: Settings, moment: datetime) -> Iterator[Trial]:
    """Make one request to each enabled source, due or not, and yield what came of it.

    Of an answer of many pages only the first is asked for. Puts nothing into the inbox and
    remembers nothing, but when each host may be asked again. Never raises for what a source does;
    raises `Busy` if others ask for longer than they may, and `OSError`.
    """
    from digest.operations.fetching import asking
    from digest.pipeline.fetching import plan, source
    from digest.sources.robots import Robots
    from digest.storage import fetch_state, lock

    enabled, folder = plan.enabled_sources(settings), settings.state_folder
    if not enabled:
        return
    with fetch_state.hold(folder, lock.TIMEOUT + settings.fetch.seconds):
        state = fetch_state.load(folder)
        asking.forget_wrong_pauses(state, moment)
        asker = asking.make_asker(settings, state, settings.fetch.seconds)
        robots = Robots(asker, {}, time.time())
        for asked in enabled:
            try:
                yield Trial(asked.name, True, _try(settings, asked, moment, asker, robots))
            except FetchError as error:
                yield Trial(asked.name, False, error.reason)
            except Exception as error:  # noqa: BLE001 - one source must not hide the others
                yield Trial(asked.name, False, source.unexpected(error).reason)
            fetch_state.save(folder, state)


def _try(settings: Settings, source: Source, moment: datetime, asker: Asker, robots: Robots) -> str:
    """Return what a source has: files of a local one, papers of the first page of another one.

    The day is named if it is not today: on some days nothing is listed.
    """
    from digest.pipeline.fetching import judge, look
    from digest.sources import kinds, tokens

    today = moment.astimezone(UTC).date()
    if source.kind in LOCAL_KINDS:
        return _describe_files(settings, source, today)
    days = [today - timedelta(days=back) for back in reversed(range(source.look_back))]
    token = tokens.read(Path(settings.root), source.token)
    # The first look is at the oldest day, which has most of its papers.
    first = kinds.load(source.kind).looks(source, SourceState(), days, token)[0]
    first = first._replace(next_page=no_next_page)

    def ask(request: Request) -> Answer:
        if source.kind == "page":
            robots.check(request.url)
        return asker.ask(request, tries=1)

    seen = look.make(settings, first, ask, today)
    body = seen.body if seen else b""  # there is an answer, because no condition was stated
    papers = judge.check(settings, f"{first.name}{first.suffix}", body, today, first.formats)
    day = f" on {first.day}" if first.day not in {None, today.isoformat()} else ""
    return f"{counting.count(papers, 'paper')}{day}"


def _describe_files(settings: Settings, source: Source, today: date) -> str:
    from digest.pipeline.fetching import judge
    from digest.sources import local

    files = papers = 0
    for file in local.files(
        source,
        Path(settings.root),
        is_known=lambda _: False,
        now=time.time(),
        settle=settings.inbox.settle_seconds,
    ):
        files += 1
        with suppress(FetchError):  # other mails lie in a mailbox, too
            papers += judge.check(settings, file.name, file.body, today)
    return f"{counting.count(files, 'file')} with {counting.count(papers, 'paper')}"
